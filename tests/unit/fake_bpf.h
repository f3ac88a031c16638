/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_bpf.h - in place of libbpf's bpf_helpers.h, for the kernel side of a probe in user space. fake_cpu() says which
 * CPU it is on.
 */
#ifndef INVBENCH_FAKE_BPF_H
#define INVBENCH_FAKE_BPF_H

#include <linux/bpf.h>

#define __BPF_HELPERS__
#define SEC(name)
#define barrier_var(variable)
#define __noinline		      __attribute__((noinline))
#define __uint(name, value)	      int name
#define __type(name, value)	      int name
#define BPF_FUNC_get_smp_processor_id fake_cpu

#endif
