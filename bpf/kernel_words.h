/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel_words.h - the kernel's memory as a BPF program reads it for the least: by plain loads, which
 * the kernel makes safe by itself. bpf_rdonly_cast() allows them, and costs nothing. For Linux 6.2 and later.
 */
#ifndef INVBENCH_BPF_KERNEL_WORDS_H
#define INVBENCH_BPF_KERNEL_WORDS_H

#include <bpf/bpf_core_read.h>

#include "kernel_side.h"

/* At most 31 of them may be read. An address that is none reads as zero. */
static __always_inline const __u64 *words(__u64 address)
{
	const struct user_pt_regs *as = bpf_rdonly_cast((void *)address, bpf_core_type_id_kernel(struct user_pt_regs));

	return as->regs;
}

#endif
