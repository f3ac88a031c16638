// SPDX-License-Identifier: GPL-2.0-only
/* fewer.c - a kernel that sends less than its base for the same operation. */
#include "fewer.h"
#include "verdict.h"

bool fewer_is_of(enum metric_id id)
{
	return id == METRIC_COMMANDS || id == METRIC_SYNCS;
}

static bool is_silent(const struct result_oracle *oracle)
{
	return oracle->present && oracle->removals && !oracle->violations && !oracle->unfollowed;
}

static bool is_checked_in(const struct side *side, const char *name)
{
	const struct result_case *rc;
	size_t i;

	for (i = 0; i < side->nr_boots; i++) {
		rc = boot_case(side->boots[i], name);
		if (!rc || !is_silent(&rc->oracle))
			return false;
	}
	return side->nr_boots;
}

bool fewer_is_checked(const struct side *side, const struct side *checked, const char *name)
{
	return is_checked_in(side, name) || (checked && is_checked_in(checked, name));
}

const char *fewer_caught(const struct side *checked, const char *name)
{
	const struct result_case *rc;
	size_t i;

	for (i = 0; checked && i < checked->nr_boots; i++) {
		rc = boot_case(checked->boots[i], name);
		if (rc && rc->status == STATUS_FAIL && rc->code == REASON_VIOLATION)
			return rc->reason;
	}
	return NULL;
}

bool fewer_is_right(const json_t *params)
{
	const json_t *devices = json_object_get(params, "devices");

	return json_is_integer(devices) && !json_integer_value(devices);
}

/* Boots of each side agree, or of @m's none is left. What else hangs on the time, as where devices come and go beside. */
static bool is_exact(const struct metric *m)
{
	return m->high - m->low < COMPARE_MIN_EFFECT_EXACT || m->value == 0;
}

bool fewer_in_row(const struct comparison *c, const struct row *row, size_t side, enum metric_id id)
{
	const struct metric *m = &row->cells[side].metrics[id];

	return fewer_is_of(id) && m->compared && m->change < -compare_min_effect(c, id) && m->high < 0 && is_exact(m) &&
	       !fewer_is_right(row->params) && !fewer_is_checked(&c->sides[side], c->options.checked, row->name);
}
