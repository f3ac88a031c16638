/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * domain.h - what a case does by the kernel half. What workloads ask of it is in
 * workload.h: case_domain(), case_bind_mm(), case_run_kernel() and others.
 */
#ifndef INVBENCH_DOMAIN_H
#define INVBENCH_DOMAIN_H

struct run_case;

/* Opens the kernel half, unless the case has it open. 0, or SKIP or a negative errno after a sentence. */
int domain_open(struct run_case *c);
/*
 * Takes back what case_bind_mm() and case_domain() did; a failure of the case if an
 * endpoint went away meanwhile.
 */
void domain_leave(struct run_case *c);

#endif
