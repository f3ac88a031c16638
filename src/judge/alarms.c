// SPDX-License-Identifier: GPL-2.0-only
/* alarms.c - how often boots of one kernel would be told apart. */
#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alarms.h"
#include "binomial.h"
#include "findings.h"
#include "xalloc.h"

struct alarm_rate alarm_rate(size_t k, size_t n)
{
	struct alarm_rate r = { .rate = n ? (double)k / (double)n : NAN };

	binomial_interval(k, n, ALARMS_CONFIDENCE, &r.low, &r.high);
	return r;
}

static struct alarm_case *find_case(struct alarms *alarms, const char *name)
{
	struct alarm_case *c;
	size_t i;

	for (i = 0; i < alarms->nr_cases; i++)
		if (!strcmp(alarms->cases[i].name, name))
			return &alarms->cases[i];
	c = xappend(alarms->cases, alarms->nr_cases);
	c->name = xstrdup(name);
	return c;
}

static struct alarm_tally *find_metric(struct alarms *alarms, const char *key)
{
	int id;

	for (id = 0; id < METRICS; id++)
		if (!strcmp(metric_infos[id].key, key))
			return &alarms->metrics[id];
	abort();
}

static void count(struct alarm_tally *tally, bool worse, bool better, bool undecided)
{
	tally->judged++;
	tally->worse += worse;
	tally->better += better;
	tally->alarms += worse || better;
	tally->undecided += undecided;
}

static void count_finding(struct alarms *alarms, const struct finding *finding)
{
	struct alarm_case *c = find_case(alarms, finding->name);
	bool judged = false, any_worse = false, any_better = false;
	size_t i;

	for (i = 0; i < finding->nr_figures; i++) {
		const struct finding_figure *figure = &finding->figures[i];
		const bool worse = figure->kind == FINDING_REGRESSION;

		if (isnan(figure->change)) /* no value in one of the sets */
			continue;
		count(find_metric(alarms, figure->key), worse, figure->better, figure->kind == FINDING_INCONCLUSIVE);
		judged = true;
		any_worse |= worse;
		any_better |= figure->better;
	}
	if (judged) {
		count(&c->tally, any_worse, any_better, finding->kind == FINDING_INCONCLUSIVE);
		count(&alarms->all_cases, any_worse, any_better, finding->kind == FINDING_INCONCLUSIVE);
	}
	c->failed += finding->kind == FINDING_REGRESSION && !any_worse;
}

static void count_findings(struct alarms *alarms, const struct findings *f)
{
	const int status = findings_status(f, 1);
	size_t i;

	alarms->comparisons++;
	alarms->failing += status == STATUS_FAIL;
	alarms->inconclusive += status == STATUS_INCONCLUSIVE;
	for (i = 0; i < f->count; i++)
		count_finding(alarms, &f->list[i]);
}

/* The first @boots of @order against the next. */
static int compare_drawn(struct boot **order, const struct gate *gate, size_t boots, struct alarms *alarms,
			 struct sentence *why)
{
	char first[] = "first set", second[] = "second set";
	const struct side sides[2] = { { first, first, order, boots }, { second, second, order + boots, boots } };
	struct comparison c;
	struct findings f;
	int err = compare_sides_as(sides, 2, &gate->judge, &c, why);

	if (err)
		return err;
	findings_compare(&c, 1, &gate->globs, &f);
	count_findings(alarms, &f);
	findings_free(&f);
	compare_free(&c);
	return 0;
}

static int by_alarms(const void *a, const void *b)
{
	const struct alarm_case *x = a, *y = b;
	const size_t p = x->tally.alarms + x->failed, q = y->tally.alarms + y->failed;

	return p != q ? (p < q) - (p > q) : strcmp(x->name, y->name);
}

static int check_size(const struct side *pool, size_t boots, struct sentence *why)
{
	const struct bed_kind *bed = pool->boots[0]->bed.kind;

	if (boots < bed->boots)
		return sentence(why, -EINVAL, "%zu boots a side are too few for a verdict on bed %s; it takes %zu",
				boots, bed->name, bed->boots);
	if (pool->nr_boots < 2 * boots)
		return sentence(why, -EINVAL, "%s: %zu boots are too few for two sets of %zu; it takes %zu", pool->path,
				pool->nr_boots, boots, 2 * boots);
	return 0;
}

int alarms_count(const struct side *pool, const struct gate *gate, size_t boots, size_t comparisons, unsigned long seed,
		 struct alarms *alarms, struct sentence *why)
{
	struct boot **order;
	gsl_rng *rng;
	int err = check_size(pool, boots, why);

	memset(alarms, 0, sizeof(*alarms));
	if (err)
		return err;
	order = reallocarray(NULL, pool->nr_boots, sizeof(struct boot *));
	if (!order)
		return sentence(why, -ENOMEM, "%s: out of memory", pool->path);
	memcpy(order, pool->boots, pool->nr_boots * sizeof(struct boot *));
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(rng, seed);
	while (comparisons-- && !err) {
		gsl_ran_shuffle(rng, order, pool->nr_boots, sizeof(struct boot *));
		err = compare_drawn(order, gate, boots, alarms, why);
	}
	gsl_rng_free(rng);
	free(order);
	if (alarms->nr_cases)
		qsort(alarms->cases, alarms->nr_cases, sizeof(*alarms->cases), by_alarms);
	return err;
}

void alarms_free(struct alarms *alarms)
{
	size_t i;

	for (i = 0; i < alarms->nr_cases; i++)
		free(alarms->cases[i].name);
	free(alarms->cases);
	memset(alarms, 0, sizeof(*alarms));
}

bool alarms_too_many(const struct alarms *alarms)
{
	return alarm_rate(alarms->all_cases.alarms, alarms->all_cases.judged).low > COMPARE_ALPHA;
}
