/* SPDX-License-Identifier: GPL-2.0-only */
/* What the array functions of the driver want of the kernel, as far as they do, for CBMC. */
#ifndef INVBENCH_CBMC_KERNEL_H
#define INVBENCH_CBMC_KERNEL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int gfp_t;

/*
 * The structures of the driver's header, for functions that compare and copy what is in them: one byte a member,
 * as CBMC follows a pointer into an array by a choice among all its bytes. An SMMU is its number.
 */
struct arm_smmu_inv {
	u8 smmu;
	u8 cmd;
	u8 id;
	u8 ssid;
	u8 users;
	u8 type;
};

struct arm_smmu_invs {
	u8 max_invs;
	u8 num_invs;
	u8 num_trash;
	u8 first_ats;
	struct arm_smmu_inv inv[PLACES];
};

#define VISIBLE_IF_KUNIT
#define EXPORT_SYMBOL_IF_KUNIT(symbol)
#define KUNIT_STATIC_STUB_REDIRECT(...) ((void)0)

/* Of a structure whose array has a length here (PLACES). */
#define struct_size(p, member, count) (offsetof(__typeof__(*(p)), member) + (count) * sizeof((p)->member[0]))
#define GFP_KERNEL		      0
#define GFP_NOWAIT		      0
#define __GFP_NOWARN		      0
#define WRITE_ONCE(x, value)	      ((x) = (value))
#define ERR_PTR(error)		      ((void *)(intptr_t)(error))

/* Memory may run out at any time. One allocation at a time is all that there is. */
static bool no_memory;
static size_t allocated;
static void *next_allocation;
bool nondet_bool(void);

static void *kzalloc(size_t size, gfp_t flags)
{
	(void)flags;
	no_memory = nondet_bool();
	allocated = size;
	return no_memory ? NULL : next_allocation;
}

/* The harness says when there may be any. */
static unsigned int warnings;
static bool warn_on(bool condition)
{
	warnings += condition;
	return condition;
}
#define WARN_ON(condition) warn_on(condition)

#endif
