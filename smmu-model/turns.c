// SPDX-License-Identifier: GPL-2.0-only
/*
 * turns.c - each block counted, told and scheduled.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "a64.h"
#include "folder.h"
#include "status.h"
#include "turns.h"

int turns_init(struct turns *t, const struct arguments *a, unsigned int vcpus, struct sentence *why)
{
	int err = symbols_read(&t->symbols, a->map, why);

	if (err)
		return err;
	t->path = a->interleaving;
	t->interleaving.vcpus = vcpus;
	t->out = open_memstream(&t->text, &t->size);
	if (!t->out || schedule_init(&t->schedule, vcpus, a->seed))
		return sentence(why, -ENOMEM, "out of memory");
	return 0;
}

struct turns_block *turns_translate(struct turns *t, uint64_t begin, uint64_t end, bool watched)
{
	struct turns_block *block = malloc(sizeof(*block));

	if (!block)
		return NULL;
	*block = (struct turns_block){
		.begin = begin,
		.end = end,
		.instructions = (end - begin) / A64_BYTES,
		.watched = watched,
		.function = symbols_name(&t->symbols, symbols_find(&t->symbols, begin)),
	};
	return block;
}

bool turns_run(struct turns *t, const struct turns_block *block, unsigned int vcpu, uint64_t now)
{
	if (schedule_block(&t->schedule, vcpu, block->instructions))
		return true;
	t->goes_on = vcpu == t->vcpu && block->begin == t->end;
	t->vcpu = vcpu;
	t->end = block->end;
	t->instructions += block->instructions;
	interleaving_function(&t->interleaving, vcpu, block->function, block->watched, now);
	return false;
}

bool turns_access(struct turns *t, unsigned int after)
{
	unsigned int ahead = after + 1;

	if (!schedule_may_end(&t->schedule, ahead))
		return false;
	t->instructions -= ahead;
	return true;
}

void turns_violations(struct turns *t, uint64_t violations, uint64_t now)
{
	if (violations <= t->told || t->told >= TURNS_TOLD)
		return;
	t->told = violations;
	fprintf(t->out, "Before violation %" PRIu64 ", at %" PRIu64 " ns:\n\n", violations, now);
	interleaving_print(&t->interleaving, now, t->out);
	fputs("\n", t->out);
}

void turns_end(struct turns *t)
{
	int err = fclose(t->out) ? -errno : 0;

	if (!err && t->told && t->path)
		err = write_whole(t->path, t->text, t->size);
	if (err)
		say("cannot write %s: %s", t->path, strerror(-err));
	free(t->text);
	symbols_free(&t->symbols);
	schedule_done(&t->schedule);
}
