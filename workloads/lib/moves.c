// SPDX-License-Identifier: GPL-2.0-only
/*
 * moves.c - devices that come and go in a domain.
 */
#include "moves.h"

static int move_one(struct moves *m, unsigned int n, bool in)
{
	struct move move = { .begin = case_now(), .in = in };
	int ret = in ? case_attach(m->c, m->domain, n, &move.ns) : case_detach(m->c, m->domain, n, &move.ns);

	move.end = case_now();
	pthread_mutex_lock(&m->lock);
	if (!ret && m->kept < MOVES_KEPT)
		m->move[m->kept++] = move;
	pthread_mutex_unlock(&m->lock);
	return ret;
}

static void *move_on(void *data)
{
	struct moves *m = data;
	int ret = 0;

	case_pin(m->c, m->cpu);
	for (unsigned int n = 0; !ret && !atomic_load(&m->stop); n = (n + 1) % m->devices)
		ret = move_one(m, m->first + n, false) ?: move_one(m, m->first + n, true);
	return NULL;
}

int moves_start(struct moves *m)
{
	if (m->devices && pthread_create(&m->thread, NULL, move_on, m))
		return case_error(m->c, "cannot start a thread");
	return 0;
}

void moves_stop(struct moves *m)
{
	atomic_store(&m->stop, true);
	if (m->devices)
		pthread_join(m->thread, NULL);
}

void moves_take(struct moves *m, const struct span *span, uint64_t limit)
{
	pthread_mutex_lock(&m->lock);
	for (unsigned int i = 0; i < m->kept; i++) {
		const struct move *move = &m->move[i];
		struct histogram *kind = move->in ? &m->attach : &m->detach;

		if (move->begin >= span->from && move->end <= span->till && kind->count < limit)
			hist_record(kind, move->ns);
	}
	m->kept = 0;
	pthread_mutex_unlock(&m->lock);
}

int moves_init(struct moves *m, struct run_case *c)
{
	m->c = c;
	pthread_mutex_init(&m->lock, NULL);
	if (hist_init(&m->detach, case_sub_bits(c)) || hist_init(&m->attach, case_sub_bits(c)))
		return case_error(c, "out of memory");
	return 0;
}

void moves_free(struct moves *m)
{
	hist_free(&m->detach);
	hist_free(&m->attach);
}
