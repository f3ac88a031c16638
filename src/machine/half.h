/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * half.h - the client of the kernel half, invbench.ko (kmod/invbench.h has its calls).
 */
#ifndef INVBENCH_HALF_H
#define INVBENCH_HALF_H

#include <stdbool.h>

#include "invbench.h"
#include "sentence.h"

/* All that the kernel half has, by index. */
struct endpoints {
	unsigned int count;
	struct invbench_endpoint ep[INVBENCH_MAX_ENDPOINTS];
};

/*
 * A descriptor of the kernel half, or a negative errno: -EPROTO if the loaded
 * module is not this program's, -ENOENT if none is loaded.
 */
int half_open(struct sentence *why);
/* 0 or a negative errno. */
int half_endpoints(int half, struct endpoints *list);
/* The endpoint of ep->generation as it is now; -ESTALE if it went away. */
int half_endpoint_now(int half, struct invbench_endpoint *ep);
/* Is a second-stage domain of the kernel half a nesting parent? From 6.13 on kernels have no other. */
bool half_nests(int half);
/* What an errno of a call about an endpoint means. */
const char *half_error(int err);

/* The most free endpoints behind one SMMU, and SMMUs with endpoints; 0 without the kernel half. */
void half_most(unsigned int *devices, unsigned int *instances);
/* Does anybody use the endpoint of that name? 1, 0 (also if there is no kernel half), or a negative errno; @why says more. */
int half_endpoint_in_use(const char *name, struct sentence *why);
/* Makes each SMMU with an endpoint issue some commands; an argument for instances_read(). 0 or a negative errno. */
int half_traffic(void *unused);

#endif
