/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel_side.h - what BPF programs share: the arguments of the function that they are at, on which CPU that is, and
 * the kernel's memory.
 */
#ifndef INVBENCH_BPF_KERNEL_SIDE_H
#define INVBENCH_BPF_KERNEL_SIDE_H

/* As in arm64's asm/ptrace.h, which other hosts do not have. */
struct user_pt_regs {
	__u64 regs[31];
	__u64 sp, pc, pstate;
};

/* The helper's 32 bits fill the register; libbpf's type would cost an instruction to cut them. */
static __u64 (*const cpu_number)(void) __attribute__((unused)) = (void *)BPF_FUNC_get_smp_processor_id;

/* The verifier wants a fixed offset, the compiler would rather compute it. */
static __always_inline __attribute__((unused)) __u64 register_of(const struct user_pt_regs *ctx, __u32 arg)
{
	__u64 value = 0;

	/* clang-format off */
#define REGISTER(n) if (arg == (n)) { value = ctx->regs[n]; asm volatile("" : "+r"(value)); }
	REGISTER(0) REGISTER(1) REGISTER(2) REGISTER(3) REGISTER(4) REGISTER(5) REGISTER(6) REGISTER(7)
#undef REGISTER
		/* clang-format on */
		return value;
}

/* Of an address that the verifier knows for a pointer, which it takes no other arithmetic with. */
static __always_inline __attribute__((unused)) __u32 lower_half(__u64 address)
{
	__u32 half = address;

#ifdef __bpf__
	asm volatile("%0 = %1" : "=w"(half) : "w"(half));
#endif
	return half;
}

/* One list may have a TLBI, a CMD_SYNC, and the ATC_INVs that must wait for it; lists of two have nothing to wait. */
static __always_inline __attribute__((unused)) __u32 inner_syncs(__u64 list, __u32 commands)
{
	__u64 command = 0;

	if (commands < 3)
		return 0;
	bpf_probe_read_kernel(&command, sizeof(command), (void *)(list + 16));
	return (command & 0xff) == 0x46; /* CMD_SYNC */
}

/* 0 if there is no memory at @address. Of a longer number it is the lower half: no machine that is probed is big-endian. */
static __always_inline __attribute__((unused)) __u32 read_u32(__u64 address)
{
	__u32 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), (void *)address);
	return value;
}

/* Likewise. */
static __always_inline __attribute__((unused)) __u64 read_pointer(__u64 address)
{
	__u64 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), (void *)address);
	return value;
}

/* What a pointer stands for that is none: ERR_PTR(). */
static __always_inline __attribute__((unused)) int is_error(__u64 pointer)
{
	return pointer >= (__u64)-4095;
}

#endif
