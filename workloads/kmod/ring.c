// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring: what the SMMU model of bed `model` is told. ring.h is its contract.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "internal.h"

#define ROOM_NS	  (10 * NSEC_PER_SEC) /* a model that makes no room for so long is dead */
#define ANSWER_NS (5 * NSEC_PER_SEC)  /* on a busy machine the model stands still for a second and more, and says so */

static struct ring *ring;
static bool dead;	       /* a slot was taken and could not be filled: no later one will be consumed */
static DEFINE_MUTEX(ask_lock); /* one question at a time */

/* Guest and model both know it as a plain number; here it is one that CPUs add to. */
static atomic64_t *ring_head(void)
{
	static_assert(sizeof(atomic64_t) == sizeof(ring->head));
	return (atomic64_t *)&ring->head;
}

static bool wait_for_room(u64 slot)
{
	u64 deadline = bench_clock() + ROOM_NS;

	/*
	 * Acquire pairs with the model's release of the tail: it has read the record that was in the slot before the
	 * new one is written over it.
	 */
	while (slot - smp_load_acquire(&ring->tail) >= RING_SLOTS) {
		if (READ_ONCE(dead))
			return false;
		if (bench_clock() > deadline) {
			WRITE_ONCE(dead, true);
			pr_err("invbench: the SMMU model has stopped reading its ring\n");
			return false;
		}
		cpu_relax();
	}
	return true;
}

/*
 * Returns the record's stamp, which no other record of this boot has.
 * The model serves no command while it waits for a slot that was taken, and an
 * interrupt handler may wait for a command: so none comes in between.
 */
static u64 ring_put(struct ring_record *record, bool is_begin)
{
	struct ring_record *to;
	unsigned long flags;
	u64 slot;

	local_irq_save(flags);
	/* Relaxed: what orders records for the model is their stamps. */
	slot = atomic64_fetch_add_relaxed(1, ring_head());
	if (is_begin)
		record->range.id = slot + 1;
	if (wait_for_room(slot)) {
		to = &ring->record[slot % RING_SLOTS];
		*to = *record; /* with a stamp of 0, which no slot has */
		/*
		 * Release: the model sees the whole record once it sees the stamp. And it sees the stamp only after
		 * what this CPU has seen before, such as the CMD_SYNC whose completion the record is about.
		 */
		smp_store_release(&to->stamp, slot + 1);
		/* The stamp before the doorbell of any command that is issued from here on. */
		dma_wmb();
	}
	local_irq_restore(flags);
	return slot + 1;
}

static void tell(struct ring_record *record)
{
	if (ring && !READ_ONCE(dead))
		ring_put(record, false);
}

u32 ring_number(void)
{
	struct ring_record record = { .kind = RING_NONE };
	u32 number;

	if (!ring)
		return 1;
	/* The ring, and so the stamps, outlive this module when it is taken out and put in again. */
	do {
		number = ring_put(&record, false);
	} while (!number);
	return number;
}

void ring_endpoint(enum ring_kind kind, u32 domain, u64 smmu, u32 sid, u32 ssid)
{
	struct ring_record record = {
		.kind = kind,
		.domain = domain,
		.endpoint = { .smmu = smmu, .sid = sid, .ssid = ssid },
	};

	tell(&record);
}

u64 ring_begin(u32 domain, u64 iova, u64 size, u64 grain)
{
	struct ring_record record = {
		.kind = RING_BEGIN,
		.domain = domain,
		.range = { .iova = iova, .size = size, .grain = grain },
	};

	return ring && !READ_ONCE(dead) ? ring_put(&record, true) : 0;
}

void ring_return(u32 domain, u64 id)
{
	struct ring_record record = {
		.kind = RING_RETURN,
		.domain = domain,
		.range = { .id = id },
	};

	tell(&record);
}

static int wait_for_answer(u64 stamp)
{
	u64 deadline = bench_clock() + ANSWER_NS;
	s64 answer;

	/* Acquire pairs with the model's release: the answer is read after it was given. */
	while (smp_load_acquire(&ring->answered) != stamp) {
		if (bench_clock() > deadline)
			return -ETIMEDOUT;
		if (fatal_signal_pending(current))
			return -EINTR;
		usleep_range(20, 100);
	}
	answer = READ_ONCE(ring->answer);
	return answer <= 0 && answer >= -MAX_ERRNO ? answer : -EPROTO;
}

static int ask(struct ring_record *record)
{
	int err;

	if (!ring)
		return -ENODEV;
	if (mutex_lock_killable(&ask_lock))
		return -EINTR;
	err = READ_ONCE(dead) ? -ETIMEDOUT : wait_for_answer(ring_put(record, false));
	mutex_unlock(&ask_lock);
	return err;
}

int ring_mark(const struct invbench_mark *mark)
{
	struct ring_record record = {
		.kind = RING_MARK,
		.mark = { .number = mark->number, .pass = mark->pass, .begin = mark->begin },
	};

	return ask(&record);
}

int ring_control(const char *text)
{
	struct ring_record record = { .kind = RING_CONTROL };

	strscpy_pad(record.text, text);
	return ask(&record);
}

bool ring_present(void)
{
	return ring;
}

/* The region is no-map, so no other mapping of it has other attributes. */
static struct ring *map_ring(struct device_node *node)
{
	struct resource res;
	struct ring *found;

	if (of_address_to_resource(node, 0, &res) || resource_size(&res) < RING_BYTES)
		return NULL;
	found = memremap(res.start, RING_BYTES, MEMREMAP_WB);
	if (!found)
		return NULL;
	/* Acquire: the rest of the header, and zeroed records, were stored before the magic. */
	if (smp_load_acquire(&found->magic) == RING_MAGIC && found->version == RING_VERSION &&
	    found->slots == RING_SLOTS)
		return found;
	memunmap(found);
	return NULL;
}

void ring_open(void)
{
	struct device_node *node = of_find_compatible_node(NULL, NULL, "invbench,ring");

	if (!node)
		return;
	ring = map_ring(node);
	if (!ring)
		pr_warn("invbench: %pOF: no model of version %d there; nothing will be reported\n", node, RING_VERSION);
	of_node_put(node);
}

void ring_close(void)
{
	if (ring)
		memunmap(ring);
	ring = NULL;
}
