// SPDX-License-Identifier: GPL-2.0-only
/*
 * half.c - talks to the kernel half.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness.h"

struct endpoints {
	unsigned int count;
	struct invbench_endpoint ep[INVBENCH_MAX_ENDPOINTS];
};

/* The descriptor, or a negative errno with a sentence in @why. */
static int half_open(char *why, size_t size)
{
	int fd = open(INVBENCH_DEVICE, O_RDWR | O_CLOEXEC);
	struct invbench_info info;
	int err;

	if (fd < 0) {
		err = -errno;
		snprintf(why, size, "cannot open %s (%s); %s", INVBENCH_DEVICE, strerror(errno),
			 errno == EACCES || errno == EPERM ? "run as root" : "load the module invbench.ko");
		return err;
	}
	if (ioctl(fd, INVBENCH_INFO, &info) || info.abi != INVBENCH_ABI) {
		snprintf(why, size, "the loaded invbench.ko is not of this program; load the one built with it");
		close(fd);
		return -EPROTO;
	}
	return fd;
}

static int read_endpoints(int fd, struct endpoints *list)
{
	memset(list, 0, sizeof(*list));
	for (; list->count < INVBENCH_MAX_ENDPOINTS; list->count++) {
		list->ep[list->count].index = list->count;
		if (ioctl(fd, INVBENCH_ENDPOINT, &list->ep[list->count]))
			return errno == ENOENT ? 0 : -errno;
	}
	return 0;
}

static bool wanted(const struct invbench_endpoint *ep, const struct endpoint_want *want)
{
	if (ep->flags & INVBENCH_EP_ATTACHED)
		return false;
	if (want->ats && !(ep->flags & INVBENCH_EP_ATS))
		return false;
	if (want->no_ats && ep->flags & (INVBENCH_EP_ATS | INVBENCH_EP_ATS_ON))
		return false;
	return !want->pasid || ep->flags & INVBENCH_EP_PASID;
}

static unsigned int count_behind(const struct endpoints *list, const char *instance, const struct endpoint_want *want)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < list->count; i++)
		n += wanted(&list->ep[i], want) && !strcmp(list->ep[i].instance, instance);
	return n;
}

/* The first endpoint of the first instance that has enough of them; NULL after case_skip(). */
static const struct invbench_endpoint *choose(struct run_case *c, const struct endpoints *list,
					      const struct endpoint_want *want)
{
	const char *ats = want->ats ? " with ATS" : want->no_ats ? " without ATS" : "";
	unsigned int need = want->count ? want->count : 1, most = 0;

	for (unsigned int i = 0; i < list->count; i++) {
		unsigned int n;

		if (!wanted(&list->ep[i], want))
			continue;
		n = count_behind(list, list->ep[i].instance, want);
		if (n >= need)
			return &list->ep[i];
		most = n > most ? n : most;
	}
	case_skip(c, "%u free endpoints%s%s behind one SMMU are needed, there are %u; see: invbench list endpoints",
		  need, ats, want->pasid ? " with PASIDs" : "", most);
	return NULL;
}

static int attach(struct run_case *c, uint32_t domain, const struct invbench_endpoint *ep,
		  const struct endpoint_want *want)
{
	struct invbench_attach in = { .domain = domain, .endpoint = ep->index };
	struct invbench_endpoint now = { .index = ep->index };

	if (ioctl(c->half, INVBENCH_ATTACH, &in))
		return case_error(c, "cannot attach endpoint %s: %s", ep->name,
				  errno == EINVAL ? "another device is in its IOMMU group" : strerror(errno));
	if (ioctl(c->half, INVBENCH_ENDPOINT, &now) || strcmp(now.name, ep->name))
		return case_error(c, "endpoints were bound or unbound while the case was set up");
	if (want->ats && !(now.flags & INVBENCH_EP_ATS_ON))
		return case_skip(c, "endpoint %s can do ATS, but its SMMU %s does not", ep->name, ep->instance);
	if (want->no_ats && now.flags & INVBENCH_EP_ATS_ON)
		return case_error(c, "ATS is on for endpoint %s, which said it has none", ep->name);
	return 0;
}

int case_domain(struct run_case *c, const struct endpoint_want *want, uint32_t *domain)
{
	const struct invbench_endpoint *first;
	struct invbench_domain in = {};
	struct endpoints list;
	unsigned int attached = 0;
	char why[256];
	int ret;

	if (c->half < 0) {
		c->half = half_open(why, sizeof(why));
		if (c->half == -EPROTO)
			return case_error(c, "%s", why);
		if (c->half < 0)
			return case_skip(c, "%s", why);
	}
	ret = read_endpoints(c->half, &list);
	if (ret)
		return case_error(c, "cannot list endpoints: %s", strerror(-ret));
	first = choose(c, &list, want);
	if (!first)
		return SKIP;
	in.endpoint = first->index;
	if (ioctl(c->half, INVBENCH_DOMAIN_ALLOC, &in))
		return case_error(c, "cannot allocate a domain of %s: %s", first->instance, strerror(errno));
	for (unsigned int i = 0; i < list.count && attached < want->count; i++) {
		if (!wanted(&list.ep[i], want) || strcmp(list.ep[i].instance, first->instance))
			continue;
		ret = attach(c, in.domain, &list.ep[i], want);
		if (ret)
			return ret;
		attached++;
	}
	*domain = in.domain;
	return 0;
}

/* What an error of INVBENCH_RUN means; kmod/invbench.h. */
static const char *run_error(int err)
{
	switch (err) {
	case ENODEV:
		return "an endpoint or a CPU in use went away";
	case ENXIO:
		return "a CPU is not online";
	case ERANGE:
		return "the domain's address space is too small for so many threads";
	case EIO:
		return "the kernel unmapped less than was mapped";
	default:
		return strerror(err);
	}
}

void half_run(struct run_case *c, struct invbench_run *run)
{
	uint64_t *buckets = calloc(HIST_BUCKETS(c->sub_bits), sizeof(*buckets));
	uint64_t min = UINT64_MAX, max = 0, sum = 0, out_of_range = 0;

	if (!buckets) {
		case_fail(c, "out of memory");
		return;
	}
	run->threads = c->nr_threads;
	run->warmup = case_param(c, "warmup");
	run->ops = case_param(c, "ops");
	run->sub_bits = c->sub_bits;
	run->hist = (uintptr_t)buckets;
	run->thread = (uintptr_t)c->threads;
	if (ioctl(c->half, INVBENCH_RUN, run)) {
		case_fail(c, "the kernel half: %s", run_error(errno));
		goto free_buckets;
	}
	for (unsigned int i = 0; i < c->nr_threads; i++) {
		const struct invbench_thread *t = &c->threads[i];

		out_of_range += t->out_of_range;
		if (t->ops == t->out_of_range)
			continue;
		min = t->min_ns < min ? t->min_ns : min;
		max = t->max_ns > max ? t->max_ns : max;
		sum += t->sum_ns;
	}
	c->clock_floor_ns = run->clock_floor_ns;
	hist_add_buckets(&c->latency, buckets, min, max, sum, out_of_range);
free_buckets:
	free(buckets);
}

int half_list(void)
{
	struct endpoints list;
	char why[256];
	int fd, err;

	fd = half_open(why, sizeof(why));
	if (fd < 0) {
		say("%s", why);
		return STATUS_SKIP;
	}
	err = read_endpoints(fd, &list);
	close(fd);
	if (err) {
		say("cannot list endpoints: %s", strerror(-err));
		return STATUS_FAIL;
	}
	printf("%-5s %-24s %-24s %-8s %-4s %-10s %s\n", "index", "endpoint", "smmu", "kind", "ats", "pasid bits",
	       "attached");
	for (unsigned int i = 0; i < list.count; i++) {
		const struct invbench_endpoint *ep = &list.ep[i];
		const char *ats = ep->flags & INVBENCH_EP_ATS ? "able" : "no";

		if (ep->flags & INVBENCH_EP_ATS_ON)
			ats = "on";
		printf("%-5u %-24s %-24s %-8s %-4s %-10u %s\n", i, ep->name, ep->instance,
		       ep->flags & INVBENCH_EP_PCI ? "pci" : "stand-in", ats, ep->pasid_bits,
		       ep->flags & INVBENCH_EP_ATTACHED ? "yes" : "no");
	}
	return STATUS_PASS;
}

/* A domain with a device in it, and one sync: a TLBI and a CMD_SYNC at least. */
static int touch_instance(const struct invbench_endpoint *ep)
{
	struct invbench_thread thread = { .cpu = thread_cpu(0) };
	struct invbench_domain domain = { .endpoint = ep->index };
	struct invbench_run run = { .op = INVBENCH_OP_SYNC, .threads = 1, .size = 1 << 16, .ops = 1 };
	struct invbench_attach in = { .endpoint = ep->index };
	uint64_t *buckets = calloc(HIST_BUCKETS(HIST_SUB_BITS_MIN), sizeof(*buckets));
	char why[256];
	int fd, err = 0;

	fd = half_open(why, sizeof(why));
	if (fd < 0 || !buckets) {
		err = fd < 0 ? fd : -ENOMEM;
		goto out;
	}
	run.sub_bits = HIST_SUB_BITS_MIN;
	run.hist = (uintptr_t)buckets;
	run.thread = (uintptr_t)&thread;
	if (ioctl(fd, INVBENCH_DOMAIN_ALLOC, &domain)) {
		err = -errno;
		goto out;
	}
	in.domain = run.domain = domain.domain;
	if (ioctl(fd, INVBENCH_ATTACH, &in) || ioctl(fd, INVBENCH_RUN, &run))
		err = -errno;
out:
	if (fd >= 0)
		close(fd);
	free(buckets);
	return err;
}

int half_traffic(void *unused)
{
	struct endpoints list;
	char why[256];
	int fd, err;

	fd = half_open(why, sizeof(why));
	if (fd < 0)
		return fd;
	err = read_endpoints(fd, &list);
	close(fd);
	for (unsigned int i = 0; i < list.count && !err; i++) {
		unsigned int k = 0;

		while (strcmp(list.ep[k].instance, list.ep[i].instance))
			k++;
		if (k == i)
			err = touch_instance(&list.ep[i]);
	}
	return err;
}
