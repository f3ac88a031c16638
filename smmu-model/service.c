// SPDX-License-Identifier: GPL-2.0-only
/*
 * service.c - the order in which doorbells, the ring and commands are looked at.
 */
#include <errno.h>
#include <string.h>

#include "service.h"

/* A queue that is stopped by an error has work for ever; a mark does not wait for it longer than this. */
#define MARK_WAIT_NS 10000000

/* A guest can ask for so many settings, and be told so many times that one makes no sense. */
#define CONTROLS_MAX   65536
#define STOOD_STILL_NS 900000000 /* a driver waits for a second, and may have begun a little before */
#define REFUSALS_MAX   100

#define NEAR_NS	       700
#define NEAR_STEPS     64 /* should the clock stand still */

static void on_enabled(void *arg, const struct smmu *smmu, void *queue, uint64_t bytes)
{
	struct service *s = arg;

	if (s->prefault)
		s->prefault(s->arg, queue, bytes);
}

static void on_doorbell(void *arg, const struct smmu *smmu, unsigned int added, unsigned int depth, uint64_t now)
{
	struct service *s = arg;

	witness_doorbell(s->witness, smmu, added, depth, now);
}

static void on_consumed(void *arg, const struct smmu *smmu, const struct command *cmd, uint64_t now)
{
	struct service *s = arg;

	witness_command(s->witness, smmu, cmd, now);
	oracle_command(s->oracle, smmu, cmd, now);
	if (s->command)
		s->command(s->arg, smmu, cmd, now);
}

static void on_served(void *arg, const struct smmu *smmu, uint64_t set_ns, uint64_t took_ns, uint64_t late_ns)
{
	struct service *s = arg;

	witness_served(s->witness, smmu, set_ns, took_ns, late_ns);
}

static void on_interrupt(void *arg, const struct smmu *smmu, enum smmu_interrupt which)
{
	struct service *s = arg;

	s->interrupt(s->arg, smmu, which);
}

int service_init(struct service *s, uint64_t frames, uint64_t ring, const char **why)
{
	int err;

	memcpy(s->settings, s->boot_settings, sizeof(s->settings));
	s->watch = (struct smmu_watch){
		.enabled = on_enabled,
		.doorbell = on_doorbell,
		.consumed = on_consumed,
		.served = on_served,
		.interrupt = on_interrupt,
		.arg = s,
	};
	for (unsigned int k = 0; k < s->instances; k++) {
		*why = "an instance's registers are not inside the guest's memory";
		err = smmu_init(&s->smmu[k], k, frames + (uint64_t)k * SMMU_FRAME_BYTES, &s->memory, &s->settings[k],
				&s->watch);
		if (err)
			return err;
	}
	*why = "the ring is not inside the guest's memory";
	err = ring_init(&s->ring, &s->memory, ring);
	if (err)
		return err;
	s->witness = witness_create(s->instances);
	s->oracle = oracle_create(s->smmu, s->instances);
	s->controls = json_array();
	*why = "out of memory";
	return s->witness && s->oracle && s->controls ? 0 : -ENOMEM;
}

void service_done(struct service *s)
{
	for (unsigned int k = 0; k < s->instances; k++) {
		if (s->smmu[k].random)
			smmu_done(&s->smmu[k]);
	}
	if (s->witness)
		witness_destroy(s->witness);
	oracle_destroy(s->oracle);
	json_decref(s->controls);
	s->witness = NULL;
	s->oracle = NULL;
	s->controls = NULL;
}

static int control(struct service *s, const char *text)
{
	char why[256];

	if (json_array_size(s->controls) >= CONTROLS_MAX)
		return -ENOSPC;
	json_array_append_new(s->controls, json_string(text));
	if (!strcmp(text, "preset")) {
		memcpy(s->settings, s->boot_settings, sizeof(s->settings));
		return 0;
	}
	if (!settings_apply(s->settings, s->instances, text, true, why, sizeof(why)))
		return 0;
	if (s->refusals++ < REFUSALS_MAX)
		s->refused(s->arg, why);
	return -EINVAL;
}

/*
 * A pass begins and ends when what was sent before has been taken up: commands
 * that nobody waits for, such as a PREFETCH, may still be in a queue. A round
 * after the mark was read has looked at their doorbells.
 */
static void finish_mark(struct service *s, uint64_t now)
{
	const struct ring_record *mark = &s->mark;
	bool waits = false;
	int result;

	if (!s->mark_rounds || s->mark_rounds++ == 1)
		return;
	for (unsigned int k = 0; k < s->instances; k++)
		waits |= smmu_waits(&s->smmu[k]);
	if (waits && now - s->mark_at < MARK_WAIT_NS)
		return;
	s->mark_rounds = 0;
	result = witness_mark(s->witness, mark, mark->mark.begin ? NULL : oracle_json(s->oracle));
	if (result == -EAGAIN && !s->settings[0].refuse_late)
		result = 0;
	if (!mark->mark.begin) {
		result = result ?: s->stood_still ? -EAGAIN : 0;
		s->stood_still = false;
	}
	ring_answer(&s->ring, mark, result);
}

static void answer(struct service *s, struct ring_record *record, uint64_t now)
{
	if (record->kind == RING_MARK) {
		s->mark = *record;
		s->mark_at = now;
		s->mark_rounds = 1;
	} else if (record->kind == RING_CONTROL) {
		record->text[RING_TEXT - 1] = '\0';
		ring_answer(&s->ring, record, control(s, record->text));
	}
}

bool service_drain(struct service *s, uint64_t now, bool *worked)
{
	enum ring_state state = RING_RECORD;
	struct ring_record record;

	for (unsigned int i = 0; i < RING_SLOTS && (state = ring_next(&s->ring, &record)) == RING_RECORD; i++) {
		*worked = true;
		oracle_record(s->oracle, &record, now);
		if (s->record)
			s->record(s->arg, &record, now);
		answer(s, &record, now);
	}
	return state != RING_WAIT;
}

/*
 * A command that ends soon is waited for: a round over the others takes longer
 * than that, and would make it late. They are not left alone for longer than NEAR_NS.
 */
static void serve(struct service *s, struct smmu *smmu)
{
	uint64_t now = s->clock(s->arg), stop = now + NEAR_NS;

	for (unsigned int i = 0; i < NEAR_STEPS && now < stop; i++) {
		smmu_step(smmu, now);
		if (smmu_due(smmu) > stop)
			break;
		now = s->clock(s->arg);
	}
}

/*
 * The doorbells are read before the ring, so that what the guest reported before
 * it rang is known before the commands are.
 */
bool service_round(struct service *s)
{
	uint64_t now = s->clock(s->arg);
	bool worked = false;

	s->stood_still |= s->round_at && now - s->round_at > STOOD_STILL_NS;
	s->round_at = now;
	for (unsigned int k = 0; k < s->instances; k++)
		smmu_look(&s->smmu[k], now);
	if (service_drain(s, now, &worked)) {
		for (unsigned int k = 0; k < s->instances; k++) {
			if (!smmu_waits(&s->smmu[k]))
				continue;
			serve(s, &s->smmu[k]);
			worked = true;
		}
	}
	worked |= s->mark_rounds;
	finish_mark(s, now);
	smmu_control(&s->smmu[s->turn]);
	if (++s->turn >= s->instances)
		s->turn = 0;
	return worked;
}

static void step_all(struct service *s, uint64_t now)
{
	for (unsigned int k = 0; k < s->instances; k++)
		smmu_step(&s->smmu[k], now);
}

/* When the next command ends, of those that end after @after; UINT64_MAX: none does. */
static uint64_t next_end(const struct service *s, uint64_t after)
{
	uint64_t next = UINT64_MAX;

	for (unsigned int k = 0; k < s->instances; k++) {
		uint64_t end = smmu_waits(&s->smmu[k]) ? smmu_due(&s->smmu[k]) : UINT64_MAX;

		if (end > after && end < next)
			next = end;
	}
	return next;
}

/*
 * Nothing new can have come before @now: what is found in the ring and behind the
 * doorbells is of this moment. One that does not get on, as it is in error, holds up no other.
 */
void service_advance(struct service *s, uint64_t now)
{
	bool ignored;

	for (uint64_t end = next_end(s, 0); end < now; end = next_end(s, end))
		step_all(s, end);
	for (unsigned int k = 0; k < s->instances; k++)
		smmu_rang(&s->smmu[k], now);
	if (service_drain(s, now, &ignored))
		step_all(s, now);
	finish_mark(s, now);
	for (unsigned int k = 0; k < s->instances; k++)
		smmu_control(&s->smmu[k]);
}

uint64_t service_due(const struct service *s)
{
	uint64_t due = s->mark_rounds ? 0 : UINT64_MAX;

	for (unsigned int k = 0; k < s->instances && due; k++) {
		const struct smmu *smmu = &s->smmu[k];
		uint64_t ends = smmu_waits(smmu) && smmu_due(smmu) == UINT64_MAX ? 0 : smmu_due(smmu);

		due = ends < due ? ends : due;
	}
	return due;
}
