/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * invbench.h - what the kernel half offers on /dev/invbench.
 *
 * A file descriptor owns the domains it allocates, the bonds between endpoints
 * and its process, and the endpoints it claims: closing it detaches, unbinds,
 * frees and releases them all. Calls on one descriptor are serialised, but for
 * those that say otherwise.
 * Reserved fields must be zero, or the call fails with EINVAL. Opening it needs
 * CAP_SYS_RAWIO (EPERM). A call whose process is killed while it waits: EINTR.
 * Sizes in bytes, times in nanoseconds (instructions on bed icount).
 *
 * Which endpoint a call means: the one of @generation, wherever in the list it is
 * now, or ESTALE if that has gone, also if its device has come back since; with a
 * @generation of 0 the one of that index, or ENOENT. While a driver of the kernel half is bound to a
 * device, the kernel lets nobody change the type of its IOMMU group.
 *
 * On bed `model` the kernel half tells the SMMU model through a ring in memory
 * (ring.h) what it does, so that the model can check that all was invalidated.
 * Elsewhere there is no ring, and nothing is told to anybody.
 */
#ifndef INVBENCH_KMOD_H
#define INVBENCH_KMOD_H

#include <linux/ioctl.h>
#include <linux/types.h>

#include "ring.h"

#define INVBENCH_DEVICE	       "/dev/invbench"
#define INVBENCH_ABI	       7 /* changed with every change below */
#define INVBENCH_NAME_LEN      64
#define INVBENCH_MAX_THREADS   512
#define INVBENCH_MAX_ENDPOINTS 64   /* further ones do not bind */
#define INVBENCH_MAX_DOMAINS   1024 /* of one descriptor */
#define INVBENCH_ALL_DOMAINS   4096 /* of all of them: each takes an ASID or VMID that others on the machine need */

/* Abilities of an endpoint. */
#define INVBENCH_EP_PCI 0x01 /* a PCI device, else a platform stand-in */
#define INVBENCH_EP_ATS \
	0x02 /* device and host bridge can do ATS, or a stand-in claims it; whether its SMMU can: ATS_ON */
#define INVBENCH_EP_PASID    0x04 /* PASIDs can be attached */
#define INVBENCH_EP_ATTACHED 0x08 /* now attached to a domain of some descriptor */
#define INVBENCH_EP_ATS_ON   0x10 /* the SMMU driver has switched ATS on, as it does on attaching */

#define INVBENCH_EP_BOUND    0x20 /* now bound to the process of some descriptor */
#define INVBENCH_EP_CLAIMED  0x40 /* now claimed by some descriptor */

#define INVBENCH_INFO_MODEL  0x01 /* there is a ring: an SMMU model listens */
#define INVBENCH_INFO_NESTS \
	0x02 /* a second-stage domain is a nesting parent: its invalidations are of what may be nested on it as well */

/* INVBENCH_INFO: fails with nothing but EFAULT. Not serialised. */
struct invbench_info {
	__u32 abi;	  /* INVBENCH_ABI of the module */
	__u32 endpoints;  /* numbered 0..endpoints-1 by name; binding or unbinding a driver renumbers */
	__u32 flags;	  /* INVBENCH_INFO_* */
	__u32 generation; /* another one as soon as any endpoint has come or gone */
	__u32 reserved[4];
};

/* INVBENCH_ENDPOINT: index in, the rest out. ENOENT: no such endpoint. */
struct invbench_endpoint {
	__u32 index;
	__u32 flags;			  /* INVBENCH_EP_* */
	__u32 pasid_bits;		  /* 0: none */
	__u32 generation;		  /* of no other endpoint, and not 0: what further calls are to name it by */
	char name[INVBENCH_NAME_LEN];	  /* dev_name() */
	char instance[INVBENCH_NAME_LEN]; /* dev_name() of its SMMU, as the kernel log has it */
};

/*
 * INVBENCH_DOMAIN_ALLOC: a paging domain of the instance that @endpoint is
 * behind; the endpoint is not attached. @domain is set to its number.
 *
 * With INVBENCH_DOMAIN_DMA it is the endpoint's own default domain, for the
 * operations that go through the DMA API and for no others; the endpoint counts as
 * attached to it. EBUSY: the endpoint is attached, bound or claimed; ENOSPC: too
 * many domains; EOPNOTSUPP: the kernel or the SMMU has no such domain; EINVAL: flags.
 */
struct invbench_domain {
	__u32 endpoint;
	__u32 domain;
	__u32 flags;	  /* INVBENCH_DOMAIN_* */
	__u32 generation; /* of the endpoint */
};

#define INVBENCH_DOMAIN_STAGE2 \
	0x01 /* second stage, under a first one of a virtual machine; has page tables once something is attached */
#define INVBENCH_DOMAIN_DMA 0x02

/*
 * INVBENCH_ATTACH and INVBENCH_DETACH. ENOENT: no such domain or endpoint;
 * EBUSY: the endpoint is attached or bound already, or claimed by another
 * descriptor; EINVAL: the domain is of another instance; ENODEV: detach of one
 * not attached to this domain.
 */
struct invbench_attach {
	__u32 domain;
	__u32 endpoint;
	__u64 elapsed_ns; /* out: the time of the call itself */
	__u32 generation; /* of the endpoint */
	__u32 reserved;
};

/*
 * INVBENCH_SVA_BIND and INVBENCH_SVA_UNBIND: the endpoint may use the address
 * space of the calling process, by a PASID. ENOENT: no such endpoint; EBUSY: it
 * is bound or attached already, or claimed by another descriptor; EOPNOTSUPP:
 * the endpoint, its SMMU or the kernel cannot do it; EPERM: the descriptor is
 * another process's by an earlier bind; ENODEV: unbind of one that this
 * descriptor has not bound.
 */
struct invbench_sva {
	__u32 endpoint;
	__u32 pasid;	  /* out, of bind; the same for all endpoints of a process */
	__u64 elapsed_ns; /* out: the time of the call itself */
	__u32 generation; /* of the endpoint */
	__u32 reserved;
};

/*
 * INVBENCH_CLAIM and INVBENCH_RELEASE: while an endpoint is claimed, all DMA of
 * it is blocked unless it is attached, so that a detach leads to the blocking
 * domain and not to the default one. ENOENT: no such endpoint; EBUSY: it is
 * claimed already, or attached or bound (both calls); ENODEV: release of one
 * that this descriptor has not claimed; EPERM: there are other devices in its group.
 */
struct invbench_claim {
	__u32 endpoint;
	__u32 generation; /* of the endpoint */
	__u64 elapsed_ns; /* out: the time of the call itself */
};

/* What one operation is. The timed part is in brackets. */
enum invbench_op {
	INVBENCH_OP_NOP,       /* [nothing]: the floor, clock and loop */
	INVBENCH_OP_MAP_UNMAP, /* [iommu_map, iommu_unmap] */
	INVBENCH_OP_UNMAP,     /* iommu_map, [iommu_unmap] */
	INVBENCH_OP_SYNC,      /* [iommu_iotlb_sync of one range of @size] */
	INVBENCH_OP_FLUSH_ALL, /* [iommu_flush_iotlb_all] */
	/* These three in a domain made with INVBENCH_DOMAIN_DMA, all others in one without. */
	INVBENCH_OP_DMA_BOTH,  /* [dma_map_single, dma_unmap_single] */
	INVBENCH_OP_DMA_MAP,   /* [dma_map_single], dma_unmap_single */
	INVBENCH_OP_DMA_UNMAP, /* dma_map_single, [dma_unmap_single] */
	/* In either. */
	INVBENCH_OP_KTIME, /* [nothing], by the clock of most other programs, ktime_get() */
	INVBENCH_OP_COUNT
};

/*
 * With this flag, for the two operations that unmap, unmap leaves its
 * invalidation to a flush of everything, as lazy mode does. Every 256th
 * operation of a thread pays for that flush in its timed part.
 */
#define INVBENCH_RUN_LAZY   0x01
#define INVBENCH_LAZY_BATCH 256

/*
 * With this flag each operation that invalidates tells the model when it begins
 * and when it has returned; with INVBENCH_RUN_LAZY that is the flush. Without a
 * ring it does nothing. Times taken with it are worth nothing.
 */
#define INVBENCH_RUN_REPORT 0x02

/*
 * With this flag the loop reads no clock and records nothing, and each thread's
 * @ops count as so many samples of their mean; @clock_floor_ns is 0. Only for
 * operations without an untimed part, and not with the flag above.
 */
#define INVBENCH_RUN_BARE 0x04

struct invbench_thread {
	__u32 cpu; /* in: where the thread is pinned */
	__u32 reserved;
	__u64 ops;		      /* out */
	__u64 elapsed_ns;	      /* out: from the start gate to its last operation */
	__u64 min_ns, max_ns, sum_ns; /* out: exact, over the samples in buckets; 0 if there are none */
	__u64 out_of_range;	      /* out: samples above HIST_MAX, in no bucket */
};

/*
 * INVBENCH_RUN: each of @threads kernel threads runs @warmup untimed
 * operations, waits for the others at one start gate, and runs @ops timed
 * ones, all on an IOVA range of its own. The histogram of all threads is
 * written to @hist: HIST_BUCKETS(sub_bits) counters of __u64 (hist.h). With
 * @timeline the same operations are also told window by window (windows.h), all
 * threads together: counters of the first window, then of the next. Other calls
 * on the descriptor go on meanwhile, so that endpoints can be attached and
 * detached under load.
 *
 * On error nothing is written. EBUSY: a run in this domain is on; EINTR: ended early by a fatal signal; ENODEV:
 * ended early as an endpoint of the domain, or a CPU in use, went away; ENXIO: a CPU is not
 * online; ENOENT: no such domain; ERANGE: the domain's address space is too
 * small for so many threads; EIO: the kernel unmapped less than was mapped.
 */
struct invbench_run {
	__u32 domain;
	__u32 op;	/* enum invbench_op */
	__u32 flags;	/* INVBENCH_RUN_* */
	__u32 threads;	/* 1..INVBENCH_MAX_THREADS */
	__u64 size;	/* a power of two, from the domain's smallest page to 4M */
	__u64 warmup;	/* operations per thread */
	__u64 ops;	/* operations per thread, at least 1 */
	__u32 sub_bits; /* of the histogram, HIST_SUB_BITS_MIN..MAX */
	__u32 reserved;
	__u64 hist;	      /* pointer to __u64[HIST_BUCKETS(sub_bits)] */
	__u64 thread;	      /* pointer to struct invbench_thread[threads] */
	__u64 clock_floor_ns; /* out: median of 1001 empty timed parts on the first CPU */
	__u64 timeline;	      /* pointer to __u64[windows_of(ops) * WINDOW_BUCKETS], or 0; 0 for a bare loop */
	__u64 reserved2;
};

/*
 * INVBENCH_MARK: tells the model that a pass of a case begins or ends, and waits
 * until it knows. ENODEV: there is no ring; ETIMEDOUT: no answer for 5 seconds;
 * ENOSPC: the model keeps no more passes; EAGAIN: at the end of a timing pass in which the model was late too often.
 */
struct invbench_mark {
	__u32 number; /* of the case in its suite, from 0 */
	__u32 pass;   /* enum ring_pass */
	__u32 begin;  /* 1: begins, 0: ends */
	__u32 reserved;
};

/*
 * INVBENCH_CONTROL: one setting for the model, as in "sync=20us"; "preset" brings
 * back those that it was started with. Returns what the model answers: 0,
 * EINVAL for what it does not understand, or ENOSPC after many thousand. EINVAL too: not terminated, or empty;
 * ENODEV and ETIMEDOUT as above.
 */
struct invbench_control {
	char text[RING_TEXT];
};

/*
 * INVBENCH_REPORT_BEGIN and INVBENCH_REPORT_RETURN: the calling process is about
 * to remove a range of its address space, and that has returned. The endpoints
 * meant are those bound by this descriptor. Not serialised. ENODEV: there is no
 * ring; ENOENT: nothing was bound; EPERM: by another process; EINVAL: @grain is
 * not a power of two, or the range is not made of it.
 */
struct invbench_report {
	__u64 id; /* out of begin, into return: which removal; return reads nothing else */
	__u64 iova;
	__u64 size;  /* 0: everything */
	__u64 grain; /* the size of the pages that map it */
};

#define INVBENCH_INFO	       _IOR('i', 0xb0, struct invbench_info)
#define INVBENCH_ENDPOINT      _IOWR('i', 0xb1, struct invbench_endpoint)
#define INVBENCH_DOMAIN_ALLOC  _IOWR('i', 0xb2, struct invbench_domain)
#define INVBENCH_ATTACH	       _IOWR('i', 0xb3, struct invbench_attach)
#define INVBENCH_DETACH	       _IOWR('i', 0xb4, struct invbench_attach)
#define INVBENCH_RUN	       _IOWR('i', 0xb5, struct invbench_run)
#define INVBENCH_SVA_BIND      _IOWR('i', 0xb6, struct invbench_sva)
#define INVBENCH_SVA_UNBIND    _IOWR('i', 0xb7, struct invbench_sva)
#define INVBENCH_CLAIM	       _IOWR('i', 0xb8, struct invbench_claim)
#define INVBENCH_RELEASE       _IOWR('i', 0xb9, struct invbench_claim)
#define INVBENCH_MARK	       _IOW('i', 0xba, struct invbench_mark)
#define INVBENCH_CONTROL       _IOW('i', 0xbb, struct invbench_control)
#define INVBENCH_REPORT_BEGIN  _IOWR('i', 0xbc, struct invbench_report)
#define INVBENCH_REPORT_RETURN _IOW('i', 0xbd, struct invbench_report)

#endif
