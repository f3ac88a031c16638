/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * instances.h - what the running kernel knows about each of its SMMUs.
 *
 * The driver keeps it in memory of its own, and sysfs shows little of it. A
 * short-lived BPF program on the function that submits commands reads it from
 * every instance that passes by.
 */
#ifndef INVBENCH_BPF_INSTANCES_H
#define INVBENCH_BPF_INSTANCES_H

/* What the BPF program finds out about one SMMU. */
#define INSTANCES_MAX	  256
#define INSTANCE_NAME_LEN 64

struct instance {
	char name[INSTANCE_NAME_LEN]; /* dev_name() of the SMMU */
	unsigned int features, options, ssid_bits;
	unsigned int cmdq_shift; /* 0: nothing is known */
};

/* Where the driver keeps it, in bytes from struct arm_smmu_device; dev_name from struct device. */
struct instance_layout {
	unsigned int features, options, ssid_bits, cmdq_shift, dev, dev_name;
};

#ifndef __bpf__
#include <jansson.h>

/*
 * Makes *@out an array with one object an SMMU, as the key `instances` of
 * results/README.md, sorted by name; the caller owns it. @make_traffic(@arg)
 * should make every SMMU issue at least one command; what it returns is only
 * reported. It may be NULL. An SMMU that issued none is listed by sysfs alone,
 * with features_known false; so are all where the kernel cannot be probed.
 * Returns 0, or a negative errno after one line on stderr.
 */
int instances_read(int (*make_traffic)(void *arg), void *arg, json_t **out);

/* How many SMMUs there can be in this machine at most, as sysfs lists all IOMMUs; a negative errno if it lists none. */
int instances_at_most(void);

/* For unit tests alone to set: where sysfs lists all IOMMUs. */
extern const char *instances_sysfs;
#endif

#endif
