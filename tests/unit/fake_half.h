/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_half.h - stands in for the kernel half: open() and ioctl() of the test
 * program come here first. It keeps what it was told, and refuses what the test asks it to refuse.
 */
#ifndef INVBENCH_TESTS_FAKE_HALF_H
#define INVBENCH_TESTS_FAKE_HALF_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hist.h"
#include "invbench.h"
#include "must.h"

#define FAKE_HALF_KEPT 16

static struct {
	int open_errno; /* 0: the module is loaded */
	uint32_t abi, flags;
	unsigned int opens;
	struct invbench_endpoint ep[INVBENCH_MAX_ENDPOINTS];
	unsigned int count;
	uint32_t generation;
	int changes;	    /* so many lists change while they are read */
	bool ats_stays_off; /* attaching does not switch it on */

	unsigned long refuse; /* this call */
	int refuse_errno;

	struct invbench_domain domain[FAKE_HALF_KEPT];
	struct invbench_attach attached[FAKE_HALF_KEPT], detached[FAKE_HALF_KEPT];
	unsigned int domains, attaches, detaches, claims, bound;
	struct invbench_run run;
	struct invbench_mark mark[FAKE_HALF_KEPT];
	char control[FAKE_HALF_KEPT][RING_TEXT];
	unsigned int marks, controls;
} fake_half;

/* A loaded module with nothing behind it. */
static void fake_half_load(uint32_t flags)
{
	memset(&fake_half, 0, sizeof(fake_half));
	fake_half.abi = INVBENCH_ABI;
	fake_half.flags = flags;
}

static __attribute__((unused)) void fake_half_add(const char *name, const char *instance, uint32_t flags)
{
	struct invbench_endpoint *ep = &fake_half.ep[fake_half.count];

	ep->generation = ++fake_half.generation;
	ep->index = fake_half.count++;
	ep->flags = flags;
	snprintf(ep->name, sizeof(ep->name), "%s", name);
	snprintf(ep->instance, sizeof(ep->instance), "%s", instance);
}

static int fail_with(int err)
{
	errno = err;
	return -1;
}

/* The device of an endpoint is unbound and bound again. */
static __attribute__((unused)) void fake_half_anew(unsigned int index)
{
	fake_half.ep[index].generation = ++fake_half.generation;
	fake_half.ep[index].flags &= ~(INVBENCH_EP_ATTACHED | INVBENCH_EP_BOUND);
}

static struct invbench_endpoint *fake_find(uint32_t index, uint32_t generation)
{
	for (unsigned int i = 0; i < fake_half.count; i++) {
		if (generation ? fake_half.ep[i].generation == generation : i == index)
			return &fake_half.ep[i];
	}
	errno = generation ? ESTALE : ENOENT;
	return NULL;
}

static int fake_attach(const struct invbench_attach *in)
{
	struct invbench_endpoint *ep = fake_find(in->endpoint, in->generation);

	if (!ep)
		return -1;
	if (ep->flags & INVBENCH_EP_ATTACHED)
		return fail_with(EBUSY);
	ep->flags |= INVBENCH_EP_ATTACHED;
	if (ep->flags & INVBENCH_EP_ATS && !fake_half.ats_stays_off)
		ep->flags |= INVBENCH_EP_ATS_ON;
	fake_half.attached[fake_half.attaches++] = *in;
	return 0;
}

static int fake_detach(struct invbench_attach *in)
{
	struct invbench_endpoint *ep = fake_find(in->endpoint, in->generation);

	if (!ep)
		return -1;
	if (!(ep->flags & INVBENCH_EP_ATTACHED))
		return fail_with(ENODEV);
	ep->flags &= ~(INVBENCH_EP_ATTACHED | INVBENCH_EP_ATS_ON);
	in->elapsed_ns = 77;
	fake_half.detached[fake_half.detaches++] = *in;
	return 0;
}

static int fake_bind(const struct invbench_sva *in)
{
	struct invbench_endpoint *ep = fake_find(in->endpoint, in->generation);

	if (!ep)
		return -1;
	if (ep->flags & INVBENCH_EP_BOUND)
		return fail_with(EBUSY);
	ep->flags |= INVBENCH_EP_BOUND;
	fake_half.bound++;
	return 0;
}

static int fake_unbind(const struct invbench_sva *in)
{
	struct invbench_endpoint *ep = fake_find(in->endpoint, in->generation);

	if (!ep)
		return -1;
	if (!(ep->flags & INVBENCH_EP_BOUND))
		return fail_with(ENODEV);
	ep->flags &= ~INVBENCH_EP_BOUND;
	fake_half.bound--;
	return 0;
}

/* Each operation takes 10 ns. */
static int fake_run(struct invbench_run *run)
{
	struct invbench_thread *threads = (struct invbench_thread *)(uintptr_t)run->thread;
	uint64_t *buckets = (uint64_t *)(uintptr_t)run->hist;

	for (unsigned int i = 0; i < run->threads; i++)
		threads[i] = (struct invbench_thread){ threads[i].cpu, 0, run->ops, run->ops * 10, 10, 10,
						       run->ops * 10,  0 };
	buckets[hist_index(run->sub_bits, 10)] = run->ops * run->threads;
	run->clock_floor_ns = 3;
	fake_half.run = *run;
	return 0;
}

static int fake_endpoint(struct invbench_endpoint *ep)
{
	if (fake_half.changes && ep->index == fake_half.count - 1 && fake_half.changes--)
		fake_half_anew(0);
	if (ep->index >= fake_half.count)
		return fail_with(ENOENT);
	*ep = fake_half.ep[ep->index];
	return 0;
}

static int fake_call(unsigned long call, void *arg)
{
	struct invbench_info *info = arg;

	switch (call) {
	case INVBENCH_INFO:
		*info = (struct invbench_info){ .abi = fake_half.abi,
						.endpoints = fake_half.count,
						.generation = fake_half.generation,
						.flags = fake_half.flags };
		return 0;
	case INVBENCH_ENDPOINT:
		return fake_endpoint(arg);
	case INVBENCH_DOMAIN_ALLOC:
		((struct invbench_domain *)arg)->domain = ++fake_half.domains;
		fake_half.domain[fake_half.domains - 1] = *(struct invbench_domain *)arg;
		return 0;
	case INVBENCH_ATTACH:
		return fake_attach(arg);
	case INVBENCH_DETACH:
		return fake_detach(arg);
	case INVBENCH_CLAIM:
		fake_half.claims++;
		return 0;
	case INVBENCH_SVA_BIND:
		return fake_bind(arg);
	case INVBENCH_SVA_UNBIND:
		return fake_unbind(arg);
	case INVBENCH_RUN:
		return fake_run(arg);
	case INVBENCH_MARK:
		fake_half.mark[fake_half.marks++ % FAKE_HALF_KEPT] = *(struct invbench_mark *)arg;
		return 0;
	case INVBENCH_CONTROL:
		memcpy(fake_half.control[fake_half.controls++ % FAKE_HALF_KEPT], arg, RING_TEXT);
		return 0;
	default:
		return fail_with(ENOTTY);
	}
}

int ioctl(int fd, unsigned long call, ...)
{
	va_list args;
	void *arg;

	va_start(args, call);
	arg = va_arg(args, void *);
	va_end(args);
	if (_IOC_TYPE(call) != 'i' || _IOC_NR(call) < 0xb0)
		return syscall(SYS_ioctl, fd, call, arg);
	return call == fake_half.refuse ? fail_with(fake_half.refuse_errno) : fake_call(call, arg);
}

int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (strcmp(path, INVBENCH_DEVICE))
		return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	if (fake_half.open_errno)
		return fail_with(fake_half.open_errno);
	fake_half.opens++;
	return syscall(SYS_openat, AT_FDCWD, "/dev/null", flags, 0);
}

/* So many descriptors are open: what was opened must be closed. */
static __attribute__((unused)) unsigned int open_descriptors(void)
{
	unsigned int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

#endif
