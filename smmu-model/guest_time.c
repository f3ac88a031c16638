// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_time.c - instructions and what is added to them.
 */
#include "guest_time.h"

uint64_t guest_time_now(struct guest_time *t, uint64_t instructions)
{
	uint64_t now = t->ahead + instructions;

	if (t->last < now)
		t->last = now;
	return t->last;
}

void guest_time_read(struct guest_time *t, uint64_t instructions, uint64_t counter)
{
	int64_t off = (int64_t)(counter - t->ahead - instructions);

	t->reads++;
	if (off && t->idled) {
		t->leaps++;
	} else if (off) {
		t->slips++;
		t->slipped_ns += off < 0 ? -(uint64_t)off : (uint64_t)off;
	}
	t->ahead += (uint64_t)off;
	t->idled = false;
}

void guest_time_idle(struct guest_time *t)
{
	t->idled = true;
}

void guest_time_fault(struct guest_time *t)
{
	t->ahead--;
}

json_t *guest_time_json(const struct guest_time *t)
{
	return json_pack("{s:I, s:I, s:I, s:I}", "reads", (json_int_t)t->reads, "leaps", (json_int_t)t->leaps, "slips",
			 (json_int_t)t->slips, "slipped_ns", (json_int_t)t->slipped_ns);
}
