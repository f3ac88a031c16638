// SPDX-License-Identifier: GPL-2.0-only
/* cell.c - one case on one side: its boots made one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cell.h"
#include "text.h"
#include "xalloc.h"

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICTS] = {
		[VERDICT_NONE] = "base",
		[VERDICT_BETTER] = "better",
		[VERDICT_WORSE] = "worse",
		[VERDICT_SAME] = "no measurable difference",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
		[VERDICT_NOT_COMPARED] = "not compared",
	};

	return names[verdict];
}

/* On a side that passed a metric is there if each boot has it. */
static void fill_metric(const struct result_bed *bed, struct cell *cell, size_t nr_boots, enum metric_id id)
{
	struct metric *m = &cell->metrics[id];
	size_t i;

	m->values = xcalloc(nr_boots, sizeof(*m->values));
	for (i = 0; i < nr_boots; i++)
		if (!compare_case_value(bed, cell->cases[i], id, &m->values[i]))
			return;
	m->nr_values = nr_boots;
	m->present = true;
	m->value = stats_median(m->values, nr_boots);
}

/* Both as this boot had them: a boot later the machine may be in another state. */
static void fill_states(struct cell *cell, size_t nr_boots)
{
	size_t i;

	cell->states = xcalloc(nr_boots, sizeof(*cell->states));
	for (i = 0; i < nr_boots; i++) {
		const struct result_case *rc = cell->cases[i];

		cell->states[i][0] = (double)rc->clock_floor_ns;
		cell->states[i][1] = rc->service.present && rc->service.syncs ?
					     (double)hist_quantile(&rc->service.lateness, 0.5) :
					     NAN;
	}
}

static void fill_metrics(const struct result_bed *bed, struct cell *cell, size_t nr_boots)
{
	int id;

	if (bed->kind->has_model)
		fill_states(cell, nr_boots);
	for (id = 0; id < METRICS; id++)
		fill_metric(bed, cell, nr_boots, (enum metric_id)id);
}

/* The higher, the more a boot of this status says about the case as a whole. */
static int gravity(enum status status)
{
	switch (status) {
	case STATUS_PASS:
		return 0;
	case STATUS_SKIP:
		return 1;
	case STATUS_LOST:
		return 3;
	default:
		return 2;
	}
}

static void fill_status(const struct side *side, struct cell *cell)
{
	const char *reason = "";
	size_t i, same = 0;

	for (i = 0; i < side->nr_boots; i++) {
		const struct result_case *rc = cell->cases[i];
		enum status status = rc ? rc->status : STATUS_LOST;

		if (gravity(status) > gravity(cell->status)) {
			cell->status = status;
			reason = rc ? rc->reason : "the case is not in the file";
			same = 0;
		}
		same += status == cell->status;
	}
	if (cell->status == STATUS_PASS)
		return;
	if (same < side->nr_boots)
		text_append(cell->reason, sizeof(cell->reason), "in %zu of %zu boots: ", same, side->nr_boots);
	text_append(cell->reason, sizeof(cell->reason), "%s", *reason ? reason : "no reason given");
}

/* A case may also have failed for another reason while the model was late. */
static bool is_late(const struct result_case *rc)
{
	return rc && rc->service.present && !rc->service.valid && rc->code == REASON_LATE;
}

static void fill_late(const struct side *side, struct cell *cell)
{
	size_t i;

	if (cell->status != STATUS_FAIL && cell->status != STATUS_SKIP)
		return;
	for (i = 0; i < side->nr_boots; i++) {
		const struct result_case *rc = cell->cases[i];

		if (rc && rc->status != cell->status)
			continue;
		if (!is_late(rc)) {
			cell->late = NULL;
			return;
		}
		if (!cell->late || rc->service.late > cell->late->late)
			cell->late = &rc->service;
	}
}

/* A pass that lost events in one boot cannot be trusted in the others. */
static void fill_probe(const struct side *side, struct cell *cell)
{
	size_t i, present = 0;

	for (i = 0; i < side->nr_boots; i++) {
		const struct result_probe *p = &cell->cases[i]->probe;

		present += p->present;
		cell->probe_lost += p->lost;
		if (p->present && !p->valid)
			cell->probe = PROBE_INVALID;
	}
	if (cell->probe != PROBE_INVALID && present == side->nr_boots)
		cell->probe = PROBE_VALID;
}

void cell_fill(const struct result_bed *bed, const struct side *side, const char *name, struct cell *cell)
{
	size_t i;

	cell->cases = xcalloc(side->nr_boots, sizeof(struct result_case *));
	for (i = 0; i < side->nr_boots; i++)
		cell->cases[i] = boot_case(side->boots[i], name);
	fill_status(side, cell);
	fill_late(side, cell);
	if (cell->status != STATUS_PASS)
		return;
	fill_probe(side, cell);
	fill_metrics(bed, cell, side->nr_boots);
}

void cell_free(struct cell *cell)
{
	int id;

	for (id = 0; id < METRICS; id++)
		free(cell->metrics[id].values);
	free(cell->cases);
	free(cell->states);
}
