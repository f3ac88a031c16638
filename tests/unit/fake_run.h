/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_run.h - an invented run on one bed: written, read back and compared,
 * without the program and without gnuplot.
 */
#ifndef INVBENCH_TESTS_FAKE_RUN_H
#define INVBENCH_TESTS_FAKE_RUN_H

#include "assert_text.h"
#include "compare.h"
#include "fake.h"
#include "family.h"
#include "figures.h"

struct fake_run {
	char *path;
	struct run_folder run;
	struct comparison c;
};

/* What a boot had. */
typedef json_t *(*fake_cases)(const char *kernel, int boot);

/* Of so many @kernels; @plan is the text of plan.json, or NULL. */
static UNUSED void fake_run_of(struct fake_run *f, const char *bed, const char *const *kernels, int nr_kernels,
			       int boots, fake_cases cases, const char *plan)
{
	char name[512];
	struct sentence why;
	int i, boot;

	f->path = fake_tmpdir();
	for (i = 0; i < nr_kernels; i++)
		for (boot = 1; boot <= boots; boot++) {
			snprintf(name, sizeof(name), "%s/%s/%s/boot-%03d.json", f->path, kernels[i], bed, boot);
			fake_write_json(name, fake_boot(kernels[i], bed, boot, cases(kernels[i], boot)));
		}
	snprintf(name, sizeof(name), "%s/plan.json", f->path);
	if (plan)
		fake_write_text(name, plan);
	MUST(!run_load(f->path, plan ? NULL : kernels[0], &f->run, &why) && f->run.nr_beds == 1);
	MUST(!compare_run_bed(&f->run.beds[0], &f->c, &why));
}

/* Of the first @kernels of list and array. */
static UNUSED void fake_run_start(struct fake_run *f, const char *bed, int kernels, int boots, fake_cases cases)
{
	static const char *const names[] = { "list", "array" };

	fake_run_of(f, bed, names, kernels, boots, cases, NULL);
}

static UNUSED void fake_run_stop(struct fake_run *f)
{
	compare_free(&f->c);
	run_free(&f->run);
	fake_remove(f->path);
}

/* The figure of kind @letter, the @nth from 0; NULL if there are not so many. */
static UNUSED const struct figure *fake_figure(const struct figures *figures, char letter, size_t nth)
{
	size_t i;

	for (i = 0; i < figures->count; i++)
		if (figures->list[i].type->letter == letter && !nth--)
			return &figures->list[i];
	return NULL;
}

/* What a figure comes to. */
struct fake_written {
	char *tsv, *script, *words;
};

static UNUSED struct fake_written fake_write_figure(const struct comparison *c, const struct figure *f)
{
	struct fake_written w = { 0 };
	size_t sizes[3];
	FILE *tsv = open_memstream(&w.tsv, &sizes[0]), *script = open_memstream(&w.script, &sizes[1]);
	FILE *words = open_memstream(&w.words, &sizes[2]);

	MUST(f && tsv && script && words);
	MUST(!f->type->write(tsv, c, f, script));
	f->type->alternative(words, c, f);
	MUST(!fclose(tsv) && !fclose(script) && !fclose(words));
	return w;
}

static UNUSED void fake_written_free(struct fake_written *w)
{
	free(w->tsv);
	free(w->script);
	free(w->words);
}

/* "dma op=OP PARAM=AT", whose median is @value. */
static UNUSED json_t *fake_point(const char *op, const char *param, int at, uint64_t value)
{
	char title[96];

	snprintf(title, sizeof(title), "dma op=%s %s=%d", op, param, at);
	return fake_case(title, json_pack("{s:s, s:i}", "op", op, param, at), 12, value);
}

/* @json as a case of another workload. */
static UNUSED json_t *fake_of_workload(json_t *json, const char *workload)
{
	json_object_set_new(json, "workload", json_string(workload));
	return json;
}

#endif
