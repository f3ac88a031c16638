// SPDX-License-Identifier: GPL-2.0-only
/*
 * half.c - talks to the kernel half.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cpus.h"
#include "half.h"
#include "hist.h"
#include "lockdown.h"

#define IN_USE (INVBENCH_EP_ATTACHED | INVBENCH_EP_BOUND | INVBENCH_EP_CLAIMED)

/* What insmod says of a module that is not signed, "Operation not permitted", tells nobody what to do. */
static int cannot_open(int err, struct sentence *why)
{
	struct sentence locked;

	if (err == EACCES || err == EPERM)
		return sentence(why, -err, "cannot open %s (%s); run as root", INVBENCH_DEVICE, strerror(err));
	if (lockdown_of_modules(&locked))
		return sentence(
			why, -err,
			"cannot open %s (%s); load the module invbench.ko, which has to be signed here (%s): see "
			"docs/metal.md",
			INVBENCH_DEVICE, strerror(err), locked.text);
	return sentence(why, -err, "cannot open %s (%s); load the module invbench.ko", INVBENCH_DEVICE, strerror(err));
}

int half_open(struct sentence *why)
{
	int fd = open(INVBENCH_DEVICE, O_RDWR | O_CLOEXEC);
	struct invbench_info info;

	if (fd < 0)
		return cannot_open(errno, why);
	if (ioctl(fd, INVBENCH_INFO, &info) || info.abi != INVBENCH_ABI) {
		close(fd);
		return sentence(why, -EPROTO,
				"the loaded invbench.ko is not of this program; load the one built with it");
	}
	return fd;
}

static int read_list(int half, struct endpoints *list)
{
	for (list->count = 0; list->count < INVBENCH_MAX_ENDPOINTS; list->count++) {
		list->ep[list->count].index = list->count;
		if (ioctl(half, INVBENCH_ENDPOINT, &list->ep[list->count]))
			return errno == ENOENT ? 0 : -errno;
	}
	return 0;
}

/* Of one generation: else an endpoint may be in it twice, or not at all. */
int half_endpoints(int half, struct endpoints *list)
{
	struct invbench_info before, after;
	int err;

	memset(list, 0, sizeof(*list));
	for (int tries = 0; tries < 100; tries++) {
		if (ioctl(half, INVBENCH_INFO, &before))
			return -errno;
		err = read_list(half, list);
		if (!err && ioctl(half, INVBENCH_INFO, &after))
			err = -errno;
		if (err || before.generation == after.generation)
			return err;
	}
	return -EAGAIN;
}

int half_endpoint_now(int half, struct invbench_endpoint *ep)
{
	struct endpoints list;
	int err = half_endpoints(half, &list);

	for (unsigned int i = 0; i < list.count && !err; i++) {
		if (list.ep[i].generation == ep->generation) {
			*ep = list.ep[i];
			return 0;
		}
	}
	return err ? err : -ESTALE;
}

bool half_nests(int half)
{
	struct invbench_info info;

	return !ioctl(half, INVBENCH_INFO, &info) && info.flags & INVBENCH_INFO_NESTS;
}

const char *half_error(int err)
{
	return err == ESTALE ? "it went away meanwhile, even if its device is back" : strerror(err);
}

static bool is_free(const struct invbench_endpoint *ep)
{
	return !(ep->flags & IN_USE);
}

/* Is it the first one of its instance? */
static bool is_first(const struct endpoints *list, unsigned int i)
{
	unsigned int k = 0;

	while (strcmp(list->ep[k].instance, list->ep[i].instance))
		k++;
	return k == i;
}

static unsigned int count_free(const struct endpoints *list, const char *instance)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < list->count; i++)
		n += is_free(&list->ep[i]) && !strcmp(list->ep[i].instance, instance);
	return n;
}

void half_most(unsigned int *devices, unsigned int *instances)
{
	struct endpoints list = {};
	struct sentence unused;
	int fd = half_open(&unused);

	*devices = *instances = 0;
	if (fd >= 0) {
		half_endpoints(fd, &list);
		close(fd);
	}
	for (unsigned int i = 0; i < list.count; i++) {
		unsigned int n = count_free(&list, list.ep[i].instance);

		*devices = n > *devices ? n : *devices;
		*instances += is_first(&list, i);
	}
}

int half_endpoint_in_use(const char *name, struct sentence *why)
{
	struct endpoints list;
	int fd = half_open(why), ret;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	ret = half_endpoints(fd, &list);
	close(fd);
	if (ret)
		sentence(why, ret, "the endpoints of the kernel half cannot be listed: %s", strerror(-ret));
	for (unsigned int i = 0; i < list.count && !ret; i++) {
		ret = !strcmp(list.ep[i].name, name) && list.ep[i].flags & IN_USE;
		if (ret)
			sentence(why, 1, "an invbench that runs has it");
	}
	return ret;
}

/* A domain with a device in it, and one sync: a TLBI and a CMD_SYNC at least. */
static int touch_instance(const struct invbench_endpoint *ep)
{
	struct invbench_thread thread = { .cpu = thread_cpu(0) };
	struct invbench_domain domain = { .endpoint = ep->index, .generation = ep->generation };
	struct invbench_run run = { .op = INVBENCH_OP_SYNC, .threads = 1, .size = 1 << 16, .ops = 1 };
	struct invbench_attach in = { .endpoint = ep->index, .generation = ep->generation };
	uint64_t *buckets = calloc(HIST_BUCKETS(HIST_SUB_BITS_MIN), sizeof(*buckets));
	struct sentence why;
	int fd, err = 0;

	fd = half_open(&why);
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
	struct sentence why;
	int fd, err;

	fd = half_open(&why);
	if (fd < 0)
		return fd;
	err = half_endpoints(fd, &list);
	close(fd);
	for (unsigned int i = 0; i < list.count && !err; i++) {
		if (is_first(&list, i))
			err = touch_instance(&list.ep[i]);
	}
	return err;
}
