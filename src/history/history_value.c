// SPDX-License-Identifier: GPL-2.0-only
/* history_value.c - whether one value is beyond the reach of those of earlier builds. */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "history.h"
#include "verdict.h"

void history_judge_value(struct history_figure *f, enum metric_id metric, double *values, size_t n)
{
	const bool higher_better = metric_infos[metric].higher_better;
	double q1, q3;

	f->builds = n;
	f->verdict = VERDICT_INCONCLUSIVE;
	f->median = f->low = f->high = f->change = NAN;
	if (!n)
		return;
	gsl_sort(values, 1, n);
	q1 = gsl_stats_quantile_from_sorted_data(values, 1, n, 0.25);
	q3 = gsl_stats_quantile_from_sorted_data(values, 1, n, 0.75);
	f->median = gsl_stats_median_from_sorted_data(values, 1, n);
	f->low = q1 - HISTORY_FENCE * (q3 - q1);
	f->high = q3 + HISTORY_FENCE * (q3 - q1);
	f->change = compare_change(f->value, f->median, metric);
	if (n < HISTORY_MIN_BUILDS)
		return;
	if (fabs(f->change) < f->min_effect)
		f->verdict = VERDICT_SAME;
	else if (f->value > f->high)
		f->verdict = higher_better ? VERDICT_BETTER : VERDICT_WORSE;
	else if (f->value < f->low)
		f->verdict = higher_better ? VERDICT_WORSE : VERDICT_BETTER;
}
