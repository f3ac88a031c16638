/* SPDX-License-Identifier: GPL-2.0-only */
/* fake_figures.h - the figures of an invented run, one at a time. */
#ifndef INVBENCH_TESTS_FAKE_FIGURES_H
#define INVBENCH_TESTS_FAKE_FIGURES_H

#include "fake_run.h"

static struct fake_run run;
static struct figures figures;

/* Chooses the figures of an invented run. */
static UNUSED void start(const char *bed, int kernels, int boots, fake_cases cases)
{
	fake_run_start(&run, bed, kernels, boots, cases);
	figures_choose(&run.c, &figures);
}

static UNUSED void stop(void)
{
	figures_free(&figures);
	fake_run_stop(&run);
}

static UNUSED const struct figure *figure(char letter, size_t nth)
{
	const struct figure *f = fake_figure(&figures, letter, nth);

	if (!f)
		fail_msg("no figure %c %zu", letter, nth);
	return f;
}

#endif
