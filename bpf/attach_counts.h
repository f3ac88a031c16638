/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attach_counts.h - what both sides of the probe `attach` share.
 */
#ifndef INVBENCH_BPF_ATTACH_COUNTS_H
#define INVBENCH_BPF_ATTACH_COUNTS_H

#include "hist.h"

/*
 * The functions that are timed. No kernel has all of them: PASIDs leave by
 * remove_dev_pasid in 6.12, by blocking_set_dev_pasid in 7.3. Those of the core
 * may be called for devices of other IOMMU drivers as well. A new one is added
 * here and nowhere else.
 */
#define ATTACH_DRIVER(X) \
	X(arm_smmu_attach_dev) \
	X(arm_smmu_attach_dev_nested) \
	X(arm_smmu_attach_dev_blocked) \
	X(arm_smmu_attach_dev_identity) \
	X(arm_smmu_s1_set_dev_pasid) \
	X(arm_smmu_sva_set_dev_pasid) \
	X(arm_smmu_remove_dev_pasid) \
	X(arm_smmu_blocking_set_dev_pasid)

#define ATTACH_CORE(X) \
	X(iommu_attach_device) \
	X(iommu_detach_device) \
	X(iommu_attach_group) \
	X(iommu_detach_group) \
	X(iommu_sva_bind_device) \
	X(iommu_sva_unbind_device)

#define ATTACH_ENTRIES(X) ATTACH_DRIVER(X) ATTACH_CORE(X)

/* Functions that these call, of which something else is wanted than how long they take. */
#define ATTACH_ARRAY(X) \
	X(arm_smmu_invs_merge) \
	X(arm_smmu_invs_unref) \
	X(arm_smmu_invs_purge)

#define ATTACH_LIST(X) \
	X(arm_smmu_attach_prepare) \
	X(arm_smmu_remove_master_domain)

#define ATTACH_RCU(X) \
	X(synchronize_rcu) \
	X(synchronize_rcu_expedited) \
	X(synchronize_srcu)

#define ATTACH_FENCE(X)	 X(arm_smmu_domain_atc_fence)

#define ATTACH_POINTS(X) ATTACH_ENTRIES(X) ATTACH_ARRAY(X) ATTACH_LIST(X) ATTACH_RCU(X) ATTACH_FENCE(X)

enum attach_point {
#define X(ident) AT_##ident,
	ATTACH_POINTS(X)
#undef X
		ATTACH_POINT_COUNT,
	ATTACH_CORE_FIRST = AT_iommu_attach_device,
	ATTACH_ENTRY_COUNT = AT_arm_smmu_invs_merge,
	ATTACH_TALLY_FIRST = AT_arm_smmu_invs_merge,
	ATTACH_LIST_FIRST = AT_arm_smmu_attach_prepare,
	ATTACH_TALLY_COUNT = AT_synchronize_rcu - ATTACH_TALLY_FIRST,
};

#define ATTACH_SUB_BITS 6
#define ATTACH_BUCKETS	HIST_BUCKETS(ATTACH_SUB_BITS)

/* Empty: min is ~0, all else 0. */
struct attach_hist {
	unsigned long long sum, min, max;
	unsigned long long out_of_range;
	unsigned long long buckets[ATTACH_BUCKETS];
};

/* Of one function that changes an array or a list: how long that was afterwards. */
struct attach_tally {
	unsigned long long count;  /* changes */
	unsigned long long failed; /* there was no memory for it */
	unsigned long long last_length, last_trash;
	struct attach_hist length, trash;
};

struct attach_results {
	struct attach_hist latency[ATTACH_ENTRY_COUNT];
	unsigned long long failed[ATTACH_ENTRY_COUNT]; /* of these calls, such as returned an error */
	struct attach_tally tallies[ATTACH_TALLY_COUNT];
	struct attach_hist rcu_wait;
	unsigned long long rcu_within[ATTACH_ENTRY_COUNT]; /* waits, by the outermost call */
	struct attach_hist fence_wait;			   /* of a fence that is a function */
	unsigned long long fences;			   /* all */
	unsigned long long refused[ATTACH_TALLY_COUNT];	   /* arrays and lists whose lengths cannot be true */
};

/* A reset has another bank, so that it never races with a call. */
#define ATTACH_BANKS 2

/* A call that is running: its frame is the stack address that its entry and its return share. */
struct attach_key {
	unsigned long long frame, point;
};

struct attach_call {
	unsigned long long start_ns;
	unsigned long long smmu;   /* 0: not known */
	unsigned long long object; /* the array, or the domain that has the list */
	long long before;	   /* the list's length; the array's trash */
};

/* The outermost entry that a task is in, and a grace period that it waits for. */
struct attach_task {
	unsigned long long frame, point;
	unsigned long long wait_frame, wait_ns; /* 0: it does not wait */
};

/* Calls of one entry for one SMMU. */
struct attach_sum_key {
	unsigned long long smmu;
	unsigned int point, bank;
};

struct attach_sum {
	unsigned long long count, total, max;
};

#define ATTACH_NAME_LEN 64

struct attach_name {
	char text[ATTACH_NAME_LEN]; /* dev_name() of an SMMU */
};

/* Running at one time; SMMUs. What finds no room is lost, and said to be. */
#define ATTACH_CALLS 4096
#define ATTACH_SMMUS 64

/* No array or list is longer: of each device of a domain it has a few entries, or one. */
#define ATTACH_LENGTH_MAX 65536

/* Of an argument that this kernel's BTF does not tell. */
#define ATTACH_ABSENT 255

/* How a detach sees to it that nobody still sends an ATC_INV to the device. */
enum attach_fence {
	ATTACH_FENCE_NONE,
	ATTACH_FENCE_CALLED,	/* by arm_smmu_domain_atc_fence() */
	ATTACH_FENCE_FIRST_ATS, /* the same, but inlined where arm_smmu_invs_unref() is called: if what leaves has ATS */
	ATTACH_FENCE_HAS_ATS,	/* by the array's rwlock, in arm_smmu_invs_unref(): if the array has ATS */
};

/* Where this kernel has what is looked at, in bytes. */
struct attach_layout {
	unsigned char arg[ATTACH_POINT_COUNT]; /* which argument: device, handle, array, domain; or ATTACH_ABSENT */
	unsigned char to_unref;		       /* the other one of arm_smmu_invs_unref() */
	unsigned int smmu_known;	       /* 0: the next six are not */
	unsigned int dev_iommu, iommu_priv, master_smmu, smmu_dev, dev_name;
	unsigned int handle_dev;		/* of struct iommu_sva */
	unsigned int max_invs, num_invs, trash; /* of struct arm_smmu_invs */
	unsigned int fence, ats;		/* enum attach_fence; of the same: first_ats or has_ats */
	int domain_type, domain_devices;	/* from a struct iommu_domain that lies in a struct arm_smmu_domain */
};

#endif
