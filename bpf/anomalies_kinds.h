/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * anomalies_kinds.h - what both sides of the probe `anomalies` share.
 */
#ifndef INVBENCH_BPF_ANOMALIES_KINDS_H
#define INVBENCH_BPF_ANOMALIES_KINDS_H

/* What is told; the text is in anomalies.c. */
enum anomaly {
	ANOMALY_FULL_FLUSH,   /* everything, where a range was asked for */
	ANOMALY_TOO_MUCH,     /* a range, and far more of it than was asked for */
	ANOMALY_ATC_EARLY,    /* an ATC_INV, and the TLBIs of the same call are not complete */
	ANOMALY_UNSYNCED,     /* a call has returned, and what it sent need not be complete */
	ANOMALY_ATC_BLOCKED,  /* an ATC_INV for a StreamID whose attach to the blocking domain has returned */
	ANOMALY_CMDQ_ERROR,   /* the SMMU has stopped at a command */
	ANOMALY_SYNC_TIMEOUT, /* the driver has given up waiting for a CMD_SYNC */
	ANOMALIES
};

/* Entry points that are asked for a range. */
#define ANOMALIES_ENTRIES(X) \
	X(iotlb_sync) \
	X(tlb_inv_walk) \
	X(mm_arch_invalidate_secondary_tlbs)

enum anomalies_entry {
#define X(ident) ANOMALIES_##ident,
	ANOMALIES_ENTRIES(X)
#undef X
		ANOMALIES_ENTRY_COUNT,
};

/*
 * Without range invalidation the driver flushes everything for ranges from so many pages on, as that is cheaper
 * (CMDQ_MAX_TLBI_OPS in its source, of pages of 4K): that is no anomaly.
 */
#define ANOMALIES_PAGES 512
/* Far more is so many times what was asked for. The driver itself makes two pages of one. */
#define ANOMALIES_TIMES 8

#define ANOMALIES_NAME	64

/* The last one of a kind on a CPU. */
struct anomalies_case {
	unsigned long long ns;		/* when; 0: there was none */
	unsigned long long asked, sent; /* bytes */
	unsigned int pid, entry, sid, command;
	char comm[16];
	char smmu[ANOMALIES_NAME];
};

/* What one CPU has seen. Counters only grow. */
struct anomalies_cpu {
	unsigned long long calls;	   /* of the entry points, that ended */
	unsigned long long lost;	   /* that could not be followed */
	unsigned long long refused;	   /* lists whose arguments cannot be true */
	unsigned long long smmu, began_ns; /* of the list that is being submitted; 0: it does not end with a CMD_SYNC */
	unsigned long long count[ANOMALIES];
	struct anomalies_case last[ANOMALIES];
} __attribute__((aligned(256)));

/* Lists with a CMD_SYNC, by SMMU: which of them is slower than the others. */
struct anomalies_smmu {
	unsigned long long count, ns;
	char name[ANOMALIES_NAME];
};

#define ANOMALIES_SMMUS	  64
#define ANOMALIES_CALLS	  8192	/* at a time */
#define ANOMALIES_BLOCKED 65536 /* StreamIDs */

/* Set before loading: arguments of the submit function; and where, in bytes from struct arm_smmu_device, and from struct device. */
struct anomalies_layout {
	unsigned int smmu, list, n, sync; /* arguments */
	unsigned int dev, dev_name, iommu;
	unsigned int page; /* the smallest of the kernel, bytes */
};

#endif
