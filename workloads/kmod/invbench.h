/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * invbench.h - what the kernel half offers on /dev/invbench.
 *
 * A file descriptor owns the domains it allocates: closing it detaches every
 * endpoint and frees every domain. Calls on one descriptor are serialised.
 * Reserved fields must be zero, or the call fails with EINVAL.
 * Sizes in bytes, times in nanoseconds (instructions on bed icount).
 */
#ifndef INVBENCH_KMOD_H
#define INVBENCH_KMOD_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define INVBENCH_DEVICE		"/dev/invbench"
#define INVBENCH_ABI		1	/* changed with every change below */
#define INVBENCH_NAME_LEN	64
#define INVBENCH_MAX_THREADS	512
#define INVBENCH_MAX_ENDPOINTS	64	/* further ones do not bind */
#define INVBENCH_MAX_DOMAINS	1024	/* of one descriptor */

/* Abilities of an endpoint. */
#define INVBENCH_EP_PCI		0x01	/* a PCI device, else a platform stand-in */
#define INVBENCH_EP_ATS		0x02	/* device and host bridge can do ATS; whether its SMMU can: ATS_ON */
#define INVBENCH_EP_PASID	0x04	/* PASIDs can be attached */
#define INVBENCH_EP_ATTACHED	0x08	/* now attached to a domain of some descriptor */
#define INVBENCH_EP_ATS_ON	0x10	/* the SMMU driver has switched ATS on, as it does on attaching */

/* INVBENCH_INFO: fails with nothing but EFAULT. */
struct invbench_info {
	__u32 abi;		/* INVBENCH_ABI of the module */
	__u32 endpoints;	/* numbered 0..endpoints-1 by name; binding or unbinding one renumbers */
	__u32 reserved[6];
};

/* INVBENCH_ENDPOINT: index in, the rest out. ENOENT: no such endpoint. */
struct invbench_endpoint {
	__u32 index;
	__u32 flags;			/* INVBENCH_EP_* */
	__u32 pasid_bits;		/* 0: none */
	__u32 reserved;
	char name[INVBENCH_NAME_LEN];		/* dev_name() */
	char instance[INVBENCH_NAME_LEN];	/* dev_name() of its SMMU, as the kernel log has it */
};

/*
 * INVBENCH_DOMAIN_ALLOC: a paging domain of the instance that @endpoint is
 * behind; the endpoint is not attached. @domain is set to its number.
 */
struct invbench_domain {
	__u32 endpoint;
	__u32 domain;
	__u32 reserved[2];
};

/*
 * INVBENCH_ATTACH and INVBENCH_DETACH. EBUSY: the endpoint is attached already;
 * EINVAL: the domain is of another instance; ENODEV: detach of one not attached.
 */
struct invbench_attach {
	__u32 domain;
	__u32 endpoint;
	__u64 elapsed_ns;	/* out: the time of the call itself */
	__u32 reserved[2];
};

/* What one operation is. The timed part is in brackets. */
enum invbench_op {
	INVBENCH_OP_NOP,	/* [nothing]: the floor, clock and loop */
	INVBENCH_OP_MAP_UNMAP,	/* [iommu_map, iommu_unmap] */
	INVBENCH_OP_UNMAP,	/* iommu_map, [iommu_unmap] */
	INVBENCH_OP_SYNC,	/* [iommu_iotlb_sync of one range of @size] */
	INVBENCH_OP_FLUSH_ALL,	/* [iommu_flush_iotlb_all] */
	INVBENCH_OP_COUNT
};

/*
 * With this flag, for the two operations that unmap, unmap leaves its
 * invalidation to a flush of everything, as lazy mode does. Every 256th
 * operation of a thread pays for that flush in its timed part.
 */
#define INVBENCH_RUN_LAZY	0x01
#define INVBENCH_LAZY_BATCH	256

struct invbench_thread {
	__u32 cpu;		/* in: where the thread is pinned */
	__u32 reserved;
	__u64 ops;		/* out */
	__u64 elapsed_ns;	/* out: from the start gate to its last operation */
	__u64 min_ns, max_ns, sum_ns;	/* out: exact, over the samples in buckets; 0 if there are none */
	__u64 out_of_range;	/* out: samples above HIST_MAX, in no bucket */
};

/*
 * INVBENCH_RUN: each of @threads kernel threads runs @warmup untimed
 * operations, waits for the others at one start gate, and runs @ops timed
 * ones, all on an IOVA range of its own. The histogram of all threads is
 * written to @hist: HIST_BUCKETS(sub_bits) counters of __u64 (hist.h).
 *
 * On error nothing is written. EINTR: ended early by a fatal signal; ENODEV:
 * an endpoint of the domain, or a CPU in use, went away; ENXIO: a CPU is not
 * online; ENOENT: no such domain; ERANGE: the domain's address space is too
 * small for so many threads; EIO: the kernel unmapped less than was mapped.
 */
struct invbench_run {
	__u32 domain;
	__u32 op;		/* enum invbench_op */
	__u32 flags;		/* INVBENCH_RUN_* */
	__u32 threads;		/* 1..INVBENCH_MAX_THREADS */
	__u64 size;		/* a power of two, from the domain's smallest page to 4M */
	__u64 warmup;		/* operations per thread */
	__u64 ops;		/* operations per thread, at least 1 */
	__u32 sub_bits;		/* of the histogram, HIST_SUB_BITS_MIN..MAX */
	__u32 reserved;
	__u64 hist;		/* pointer to __u64[HIST_BUCKETS(sub_bits)] */
	__u64 thread;		/* pointer to struct invbench_thread[threads] */
	__u64 clock_floor_ns;	/* out: median of 1001 empty timed parts on the first CPU */
	__u64 reserved2[2];
};

#define INVBENCH_INFO		_IOR('i', 0xb0, struct invbench_info)
#define INVBENCH_ENDPOINT	_IOWR('i', 0xb1, struct invbench_endpoint)
#define INVBENCH_DOMAIN_ALLOC	_IOWR('i', 0xb2, struct invbench_domain)
#define INVBENCH_ATTACH		_IOWR('i', 0xb3, struct invbench_attach)
#define INVBENCH_DETACH		_IOWR('i', 0xb4, struct invbench_attach)
#define INVBENCH_RUN		_IOWR('i', 0xb5, struct invbench_run)

#endif
