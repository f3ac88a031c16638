// SPDX-License-Identifier: GPL-2.0-only
/* gate_options.c - the options of a gate, which `check` and `aa` share. */
#include <stdlib.h>

#include "gate_options.h"
#include "status.h"

static const struct argp_option options[] = {
	{ "metric", 'm', "METRIC[,METRIC]", 0, "Judge these metrics alone", 0 },
	{ "limit", 'l', "METRIC=PERCENT", 0, "From which change for the worse on a metric is a regression", 0 },
	{ "case", 'c', "GLOB", 0, "Only cases of this name or pattern, as in 'dma*devices=8*'; may be given again", 0 },
	{ 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct gate *gate = state->input;
	struct sentence why;
	int err = 0;

	switch (key) {
	case 'm':
		err = gate_choose_metrics(gate, arg, &why);
		break;
	case 'l':
		err = gate_set_limit(gate, arg, &why);
		break;
	case 'c':
		gate_add_case(gate, arg);
		break;
	case ARGP_KEY_END:
		err = gate_check_limits(gate, &why);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	if (err)
		die("%s", why.text);
	return 0;
}

const struct argp gate_argp = { .options = options, .parser = parse_option };

static void check_cases(const struct gate *gate, const struct comparison *comparisons, size_t count)
{
	const char *unmatched = gate_find_unmatched(gate, comparisons, count);
	size_t i, row;

	if (!unmatched)
		return;
	say("--case %s: no case is called so; there are:", unmatched);
	for (i = 0; i < count; i++)
		for (row = 0; row < comparisons[i].nr_rows; row++)
			say("  %s", comparisons[i].rows[row].name);
	exit(STATUS_USAGE);
}

void gate_check_comparisons(const struct gate *gate, const struct comparison *comparisons, size_t count)
{
	struct sentence why;

	if (gate_check_metrics(gate, comparisons, count, &why))
		die("%s", why.text);
	check_cases(gate, comparisons, count);
}
