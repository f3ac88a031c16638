/* SPDX-License-Identifier: GPL-2.0-only */
/* compared.h - invented boots of kernels list and array, and their comparison. */
#ifndef INVBENCH_TESTS_COMPARED_H
#define INVBENCH_TESTS_COMPARED_H

#include <math.h>

#include "compare.h"
#include "fake.h"

static UNUSED char *dir;

static UNUSED char *folder_of(const char *kernel, const char *bed)
{
	static char paths[4][400];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s/%s", dir, kernel, bed);
	return path;
}

static UNUSED void write_boot(const char *kernel, const char *bed, int number, json_t *cases)
{
	char path[450];

	snprintf(path, sizeof(path), "%s/boot-%03d.json", folder_of(kernel, bed), number);
	fake_write_json(path, fake_boot(kernel, bed, number, cases));
}

static UNUSED json_t *sync_case(uint64_t median)
{
	return fake_case("dma", json_pack("{s:i}", "devices", 1), 12, median);
}

/* One boot for each of @medians, which end with 0, of one case. */
static UNUSED void write_medians(const char *kernel, const char *bed, const uint64_t *medians)
{
	int i;

	for (i = 0; medians[i]; i++)
		write_boot(kernel, bed, i + 1, json_pack("[o]", sync_case(medians[i])));
}

static UNUSED void clean(void)
{
	fake_remove(dir);
	dir = fake_tmpdir();
}

#define EIGHT(v) { v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7 }

#define SEVEN(v) { v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6 }

static UNUSED void load(struct side sides[2], struct comparison *c, const char *bed)
{
	struct sentence why;

	if (side_load(folder_of("list", bed), &sides[0], &why) || side_load(folder_of("array", bed), &sides[1], &why) ||
	    compare_sides(sides, 2, c, &why))
		fail_msg("%s", why.text);
}

static UNUSED void unload(struct side sides[2], struct comparison *c)
{
	compare_free(c);
	side_free(&sides[0]);
	side_free(&sides[1]);
}

static UNUSED json_t *with_probe(json_t *json, uint64_t commands, uint64_t syncs)
{
	json_object_set_new(json_object_get(json, "probes"), "invlat", fake_probe(commands, syncs));
	return json;
}

/* Each of the two fake threads has half of the operations, and as long as @elapsed says. */
static UNUSED json_t *with_times(json_t *json, uint64_t first, uint64_t second)
{
	json_t *threads = json_object_get(fake_in_two(json), "threads");

	json_object_set_new(json_array_get(threads, 0), "elapsed_ns", json_integer((json_int_t)first));
	json_object_set_new(json_array_get(threads, 1), "elapsed_ns", json_integer((json_int_t)second));
	return json;
}

static UNUSED void write_times(const char *kernel, const char *bed, int boots, uint64_t first, uint64_t second)
{
	int i;

	for (i = 0; i < boots; i++)
		write_boot(kernel, bed, i + 1,
			   json_pack("[o]", with_times(sync_case(10000), first + (uint64_t)i, second)));
}

static UNUSED json_t *with_floor(json_t *json, int floor_ns)
{
	json_object_set_new(json, "clock_floor_ns", json_integer(floor_ns));
	return json;
}

static UNUSED json_t *with_numbers(double iops, double misses, double running)
{
	return fake_number(fake_number(sync_case(1000), "IOPS", iops, "1/s", -1), "cache-misses", misses, "", running);
}

static UNUSED json_t *with_witness(json_t *json, int commands, int syncs)
{
	json_object_set_new(json, "witness",
			    json_pack("{s:s, s:i, s:i, s:{}}", "source", "qemu-trace", "commands", commands, "syncs",
				      syncs, "opcodes"));
	return json;
}

/* Two boots a side on bed icount, in which the median is as it was and commands are 3 per operation from 0. */
static UNUSED void write_from_0(void)
{
	int boot;

	clean();
	for (boot = 1; boot <= 2; boot++) {
		write_boot("list", "icount", boot, json_pack("[o]", with_probe(sync_case(1000), 0, 1)));
		write_boot("array", "icount", boot, json_pack("[o]", with_probe(sync_case(1000), 3, 1)));
	}
}

/* A case in two boots a side; a status instead of "pass" on a side leaves its values out. */
struct fate {
	const char *name;
	uint64_t base[2], other[2];
	const char *base_status, *other_status;
};

static UNUSED json_t *fate_case(const char *name, uint64_t median, const char *status)
{
	return status ? fake_no_pass(name, status, "it rained") : fake_case(name, json_object(), 12, median);
}

static UNUSED void write_fates(const char *kernel, const struct fate *fates, size_t n, bool base)
{
	size_t i;
	int boot;

	for (boot = 0; boot < 2; boot++) {
		json_t *cases = json_array();

		for (i = 0; i < n; i++)
			json_array_append_new(cases, fate_case(fates[i].name,
							       base ? fates[i].base[boot] : fates[i].other[boot],
							       base ? fates[i].base_status : fates[i].other_status));
		write_boot(kernel, "icount", boot + 1, cases);
	}
}

static UNUSED const struct fate fates[] = {
	{ "same", { 1000, 1000 }, { 1000, 1000 }, NULL, NULL },
	{ "better by 3 %", { 1000, 1000 }, { 970, 970 }, NULL, NULL },
	{ "worse by 1 %", { 1000, 1000 }, { 1010, 1010 }, NULL, NULL },
	{ "skipped", { 0 }, { 0 }, "skip", "skip" },
	{ "noisy", { 1000, 2000 }, { 1300, 2300 }, NULL, NULL }, /* 20 %, but it may be none */
	{ "worse by 20 %", { 1000, 1000 }, { 1200, 1200 }, NULL, NULL },
	{ "fails now", { 1000, 1000 }, { 0 }, NULL, "fail" },
	{ "better by 30 %", { 1000, 1000 }, { 700, 700 }, NULL, NULL },
	{ "nearly sure", { 1000, 1100 }, { 1150, 1250 }, NULL, NULL },
	{ "passes now", { 0 }, { 1000, 1000 }, "fail", NULL },
	{ "worse by 1 %, too", { 1000, 1000 }, { 1010, 1010 }, NULL, NULL },
	{ "lost on both", { 0 }, { 0 }, "lost", "lost" },
};

#define FATES (sizeof(fates) / sizeof(fates[0]))

static UNUSED const char *const by_importance[FATES] = {
	"fails now",   "worse by 20 %", "worse by 1 %", "worse by 1 %, too", "better by 30 %", "better by 3 %",
	"nearly sure", "noisy",		"skipped",	"passes now",	     "lost on both",   "same",
};

static UNUSED void write_all_fates(void)
{
	clean();
	write_fates("list", fates, FATES, true);
	write_fates("array", fates, FATES, false);
}

static UNUSED void assert_close(double got, double want)
{
	if (!(fabs(got - want) <= 1e-9))
		fail_msg("%.12g is not %.12g", got, want);
}

static UNUSED int start_compared(void **state)
{
	dir = fake_tmpdir();
	return 0;
}

static UNUSED int stop_compared(void **state)
{
	fake_remove(dir);
	return 0;
}

#endif
