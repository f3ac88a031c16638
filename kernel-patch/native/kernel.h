/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver's header and its invalidation want of the kernel, for a process of this host (scripts/native).
 *
 * A thread is a CPU: it says which by this_cpu, once. Interrupts do not exist. Locks spin, as the kernel's do; a ticket
 * lock stands for the queued one, and readers of a read-write lock add to a counter as qrwlock's do. The rest is the
 * compiler's atomics, which ThreadSanitizer understands.
 */
#ifndef INVBENCH_NATIVE_KERNEL_H
#define INVBENCH_NATIVE_KERNEL_H

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/types.h>

#include "rcu.h"

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;
typedef u64 dma_addr_t;
typedef u64 phys_addr_t;
typedef s64 ktime_t;
typedef u32 ioasid_t;
typedef int gfp_t;

#define IOMMU_NO_PASID		0
#define GFP_KERNEL		0
#define GFP_NOWAIT		0
#define __GFP_NOWARN		0

#define PAGE_SHIFT		12
#define PAGE_SIZE		(1UL << PAGE_SHIFT)
#define SMP_CACHE_BYTES		64
#define NR_CPUS			256
#define CONFIG_CMA_ALIGNMENT	8
#define SZ_64			0x40
#define SZ_64K			0x10000
#define SZ_128K			0x20000

#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define BITS_PER_LONG		64
#define GENMASK(high, low)	((~0UL >> (63 - (high))) & (~0UL << (low)))
#define GENMASK_ULL		GENMASK
#define FIELD_PREP(mask, value) (((__typeof__(mask))(value) << __builtin_ctzll(mask)) & (mask))
#define FIELD_GET(mask, value)	(((value) & (mask)) >> __builtin_ctzll(mask))
#define FIELD_MAX(mask)		((mask) >> __builtin_ctzll(mask))
#define __ffs(word)		((unsigned long)__builtin_ctzl(word))
#define __fls(word)		((unsigned long)(63 - __builtin_clzl(word)))
#define fls_long(word)		((word) ? (unsigned int)__fls(word) + 1 : 0)
#define ilog2(n)		((int)__fls(n))

#define __iomem
#define __rcu
#undef __counted_by
#define __counted_by(member)
#define __uninitialized
#define noinline		     __attribute__((noinline))
#define __cold			     __attribute__((cold))
#define __aligned(n)		     __attribute__((aligned(n)))
#define ____cacheline_aligned	     __aligned(SMP_CACHE_BYTES)
#define ____cacheline_aligned_in_smp ____cacheline_aligned
#define likely(condition)	     __builtin_expect(!!(condition), 1)
#define unlikely(condition)	     __builtin_expect(!!(condition), 0)
#define fallthrough		     __attribute__((fallthrough))
#undef static_assert
#define static_assert(condition, ...) _Static_assert(condition, #condition)
#define min(a, b) \
	({ \
		__typeof__(a) min_a = (a); \
		__typeof__(b) min_b = (b); \
		min_a < min_b ? min_a : min_b; \
	})
#define max(a, b) \
	({ \
		__typeof__(a) max_a = (a); \
		__typeof__(b) max_b = (b); \
		max_a > max_b ? max_a : max_b; \
	})
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))
#define clamp(value, low, high) min(max(value, low), high)
#define IS_ENABLED(option)	0
#define VISIBLE_IF_KUNIT	static
#define EXPORT_SYMBOL_IF_KUNIT(symbol)
#define KUNIT_STATIC_STUB_REDIRECT(...)	    ((void)0)
#define lockdep_assert_held(lock)	    ((void)0)
#define lockdep_is_held(lock)		    true
#define lockdep_assert_irqs_disabled()	    ((void)0)

#define container_of(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))
#define struct_size(p, member, count)	    (sizeof(*(p)) + (count) * sizeof((p)->member[0]))
#define ERR_PTR(error)			    ((void *)(intptr_t)(error))
#define PTR_ERR(pointer)		    ((int)(intptr_t)(pointer))
#define IS_ERR(pointer)			    ((uintptr_t)(pointer) >= (uintptr_t)-4095)

/* A warning of the driver ends the process: there is no console to read it on. */
#define WARN_ON(condition) \
	({ \
		bool warned = (condition); \
		assert(!warned && #condition); \
		warned; \
	})
#define WARN_ON_ONCE	      WARN_ON
#define dev_warn(device, ...) assert(!"dev_warn")

/* ---- memory ---- */

/* What an allocation gives, so that a harness can have it fail. */
void *native_alloc(size_t size);

static inline void *kzalloc(size_t size, gfp_t flags)
{
	(void)flags;
	return native_alloc(size);
}

#define kfree(pointer) free((void *)(uintptr_t)(pointer))

/* The callers may sleep, and none is in a read section of its own. */
#define kfree_rcu(pointer, member) rcu_free(pointer)
#define synchronize_rcu		   rcu_synchronize

/* ---- atomics ---- */

#define READ_ONCE(x)		    __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value)	    __atomic_store_n(&(x), (value), __ATOMIC_RELAXED)
#define smp_load_acquire(p)	    __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, value) __atomic_store_n((p), (value), __ATOMIC_RELEASE)
#define rcu_read_lock()		    ((void)0)
#define rcu_read_unlock()	    ((void)0)
/* An acquire is a plain load on x86 and one instruction on arm64; the dependency would do. */
#define rcu_dereference(p)		  __atomic_load_n(&(p), __ATOMIC_ACQUIRE)
#define rcu_dereference_protected(p, why) (p)
#define rcu_assign_pointer(p, value)	  __atomic_store_n(&(p), (value), __ATOMIC_RELEASE)
#define RCU_INIT_POINTER(p, value)	  ((p) = (value))

#define smp_mb()			  __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define dma_rmb()			  __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define dma_wmb()			  __atomic_thread_fence(__ATOMIC_RELEASE)

/* Like a guest's that waits for another vCPU: who is waited for may have been taken off its CPU. */
static inline void cpu_relax(void)
{
	static __thread unsigned int times;

#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield" ::: "memory");
#endif
	if (!(++times % 1024))
		sched_yield();
}

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	long counter;
} atomic_long_t;

#define atomic_read(v) __atomic_load_n(&(v)->counter, __ATOMIC_RELAXED)
#define atomic_inc(v)  ((void)__atomic_fetch_add(&(v)->counter, 1, __ATOMIC_RELAXED))
#define atomic_dec(v)  ((void)__atomic_fetch_sub(&(v)->counter, 1, __ATOMIC_RELAXED))

/* ---- CPUs ---- */

#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) \
	struct { \
		type value; \
	} ____cacheline_aligned name[NR_CPUS]
#define this_cpu_ptr(pointer)	   (&(*(pointer))[this_cpu].value)
#define per_cpu(name, cpu)	   (name[cpu].value)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < rcu_cpus; (cpu)++)
#define local_irq_save(flags)	   ((flags) = 0)
#define local_irq_restore(flags)   ((void)(flags))

/* ---- locks ---- */

struct mutex {
	pthread_mutex_t lock;
};

typedef struct {
	u32 next, owner;
} spinlock_t;

static inline void spin_lock(spinlock_t *lock)
{
	u32 ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

	while (smp_load_acquire(&lock->owner) != ticket)
		cpu_relax();
}

static inline void spin_unlock(spinlock_t *lock)
{
	smp_store_release(&lock->owner, lock->owner + 1);
}

#define spin_lock_irqsave(lock, flags)	    ((flags) = 0, spin_lock(lock))
#define spin_unlock_irqrestore(lock, flags) ((void)(flags), spin_unlock(lock))

/* A writer's bits, that one waits, and readers above it: who comes after a writer that waits does so behind it, by the spinlock. */
typedef struct {
	u32 count;
	spinlock_t wait;
} rwlock_t;

#define RWLOCK_LOCKED  0x0ffU
#define RWLOCK_WAITING 0x100U
#define RWLOCK_READER  0x200U

static inline void read_lock(rwlock_t *lock)
{
	u32 count = __atomic_add_fetch(&lock->count, RWLOCK_READER, __ATOMIC_ACQUIRE);

	if (likely(!(count & (RWLOCK_LOCKED | RWLOCK_WAITING))))
		return;
	__atomic_sub_fetch(&lock->count, RWLOCK_READER, __ATOMIC_RELAXED);
	spin_lock(&lock->wait);
	__atomic_add_fetch(&lock->count, RWLOCK_READER, __ATOMIC_ACQUIRE);
	while (smp_load_acquire(&lock->count) & RWLOCK_LOCKED)
		cpu_relax();
	spin_unlock(&lock->wait);
}

static inline void read_unlock(rwlock_t *lock)
{
	__atomic_sub_fetch(&lock->count, RWLOCK_READER, __ATOMIC_RELEASE);
}

static inline bool write_trylock_from(rwlock_t *lock, u32 count)
{
	return __atomic_compare_exchange_n(&lock->count, &count, RWLOCK_LOCKED, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static inline void write_lock(rwlock_t *lock)
{
	if (likely(write_trylock_from(lock, 0)))
		return;
	spin_lock(&lock->wait);
	if (!write_trylock_from(lock, 0)) {
		__atomic_or_fetch(&lock->count, RWLOCK_WAITING, __ATOMIC_RELAXED);
		while (!write_trylock_from(lock, RWLOCK_WAITING))
			cpu_relax();
	}
	spin_unlock(&lock->wait);
}

static inline void write_unlock(rwlock_t *lock)
{
	__atomic_sub_fetch(&lock->count, RWLOCK_LOCKED, __ATOMIC_RELEASE);
}

#define read_lock_irqsave(lock, flags)	     ((flags) = 0, read_lock(lock))
#define read_unlock_irqrestore(lock, flags)  ((void)(flags), read_unlock(lock))
#define write_lock_irqsave(lock, flags)	     ((flags) = 0, write_lock(lock))
#define write_unlock_irqrestore(lock, flags) ((void)(flags), write_unlock(lock))

/* ---- lists ---- */

struct list_head {
	struct list_head *next, *prev;
};

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head->prev = head;
}

static inline void list_add(struct list_head *entry, struct list_head *head)
{
	entry->next = head->next;
	entry->prev = head;
	head->next->prev = entry;
	head->next = entry;
}

static inline void list_del(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
}

#define list_for_each_entry(entry, head, member) \
	for ((entry) = container_of((head)->next, __typeof__(*(entry)), member); &(entry)->member != (head); \
	     (entry) = container_of((entry)->member.next, __typeof__(*(entry)), member))

/* ---- structures that the driver's have as members, and nothing here looks into ---- */

struct rcu_head {
	void *unused[2];
};
struct rb_root {
	void *unused;
};
struct rb_node {
	void *unused[3];
};
struct ida {
	void *unused;
};
struct xarray {
	void *unused;
};
struct iommu_device {
	void *unused;
};
struct mmu_notifier {
	void *unused;
};
struct iommu_domain {
	unsigned long pgsize_bitmap;
};
struct device;
struct io_pgtable_ops;
struct iopf_queue;
struct mm_struct;

#endif
