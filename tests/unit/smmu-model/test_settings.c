// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_settings.c - the grammar of settings, in a line, in a file, and while the
 * guest runs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "must.h"
#include "settings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define INSTANCES    4

static struct settings all[INSTANCES];
static char why[256];

static int setup(void **state)
{
	memset(all, 0, sizeof(all));
	for (unsigned int k = 0; k < INSTANCES; k++)
		settings_init(&all[k]);
	memset(why, 0, sizeof(why));
	return 0;
}

static void apply(const char *line)
{
	if (settings_apply(all, INSTANCES, line, false, why, sizeof(why)))
		fail_msg("%s", why);
}

static void numbers_are_set(void **state)
{
	static const struct {
		const char *line;
		size_t at;
		unsigned int value;
	} table[] = {
		{ "oas=32", offsetof(struct settings, features.oas_bits), 32 },
		{ "oas=52", offsetof(struct settings, features.oas_bits), 52 },
		{ "sid-bits=1", offsetof(struct settings, features.sid_bits), 1 },
		{ "sid-bits=32", offsetof(struct settings, features.sid_bits), 32 },
		{ "ssid-bits=20", offsetof(struct settings, features.ssid_bits), 20 },
		{ "cmdq=0", offsetof(struct settings, features.cmdq_log2), 0 },
		{ "evtq=7", offsetof(struct settings, features.evtq_log2), 7 },
		{ "priq=18", offsetof(struct settings, features.priq_log2), 18 },
		{ "atc-outstanding=1", offsetof(struct settings, atc_outstanding), 1 },
		{ "atc-outstanding=256", offsetof(struct settings, atc_outstanding), 256 },
		{ "stall=yes", offsetof(struct settings, features.stall), 0 },
		{ "stall=no", offsetof(struct settings, features.stall), 1 },
		{ "stall=force", offsetof(struct settings, features.stall), 2 },
		{ "httu=dirty", offsetof(struct settings, features.httu), 2 },
		{ "httu=access", offsetof(struct settings, features.httu), 1 },
		{ "httu=no", offsetof(struct settings, features.httu), 0 },
		{ "fault=stop", offsetof(struct settings, fault), FAULT_STOP },
		{ "fault=sync", offsetof(struct settings, fault), FAULT_SYNC },
		{ "fault=illegal", offsetof(struct settings, fault), FAULT_ILLEGAL },
		{ "fault=abort", offsetof(struct settings, fault), FAULT_ABORT },
		{ "fault=atc", offsetof(struct settings, fault), FAULT_ATC },
		{ "fault=event", offsetof(struct settings, fault), FAULT_EVENT },
		{ "fault=none", offsetof(struct settings, fault), FAULT_NONE },
	};

	for (size_t i = 0; i < COUNT(table); i++) {
		unsigned int value;

		apply(table[i].line);
		memcpy(&value, (const char *)&all[INSTANCES - 1] + table[i].at, sizeof(value));
		if (value != table[i].value)
			fail_msg("%s: %u", table[i].line, value);
	}
	apply("seed=4294967295");
	assert_int_equal(all[2].seed, 4294967295);
}

static void switches_are_set(void **state)
{
	static const struct {
		const char *name;
		size_t at;
	} table[] = {
		{ "ats", offsetof(struct settings, features.ats) },
		{ "pri", offsetof(struct settings, features.pri) },
		{ "ril", offsetof(struct settings, features.ril) },
		{ "ds", offsetof(struct settings, features.ds) },
		{ "msi", offsetof(struct settings, features.msi) },
		{ "sev", offsetof(struct settings, features.sev) },
		{ "btm", offsetof(struct settings, features.btm) },
		{ "hyp", offsetof(struct settings, features.hyp) },
		{ "coherent", offsetof(struct settings, features.coherent) },
		{ "asid16", offsetof(struct settings, features.asid16) },
		{ "vmid16", offsetof(struct settings, features.vmid16) },
		{ "two-level-streams", offsetof(struct settings, features.two_level_streams) },
		{ "two-level-cds", offsetof(struct settings, features.two_level_cds) },
		{ "tlb", offsetof(struct settings, tlb) },
		{ "whole-groups", offsetof(struct settings, whole_groups) },
		{ "refuse-late", offsetof(struct settings, refuse_late) },
	};
	char line[64];

	for (size_t i = 0; i < COUNT(table); i++) {
		bool *value = (bool *)((char *)&all[1] + table[i].at);

		*value = false;
		snprintf(line, sizeof(line), "%s=on", table[i].name);
		apply(line);
		assert_true(*value);
		snprintf(line, sizeof(line), "%s=off", table[i].name);
		apply(line);
		assert_false(*value);
	}
}

static void stages_and_granules_are_set(void **state)
{
	const struct features *f = &all[0].features;

	apply("stages=1");
	assert_true(f->stage1 && !f->stage2);
	apply("stages=2");
	assert_true(!f->stage1 && f->stage2);
	apply("stages=both");
	assert_true(f->stage1 && f->stage2);
	apply("granules=16K");
	assert_true(!f->granule4k && f->granule16k && !f->granule64k);
	apply("granules=64K+4K");
	assert_true(f->granule4k && !f->granule16k && f->granule64k);
}

static void times_are_set(void **state)
{
	static const struct {
		const char *text;
		double median_ns, sigma;
	} table[] = {
		{ "0", 0, 0 },
		{ "0ns", 0, 0 },
		{ "240ns", 240, 0 },
		{ "1.5us", 1500, 0 },
		{ "2ms", 2000000, 0 },
		{ "10000ms", 10e9, 0 },
		{ "1e3ns", 1000, 0 },
		{ "lognormal:2us:0.5", 2000, 0.5 },
		{ "lognormal:0:3", 0, 3 },
		{ "lognormal:7ns:0", 7, 0 },
	};
	static const char *const names[TIME_KINDS] = {
		[TIME_TLBI] = "tlbi", [TIME_CFGI] = "cfgi",	      [TIME_PREFETCH] = "prefetch",
		[TIME_PAGE] = "page", [TIME_ATC_ISSUE] = "atc-issue", [TIME_ATC] = "atc",
		[TIME_SYNC] = "sync",
	};
	char line[64];

	for (unsigned int kind = 0; kind < TIME_KINDS; kind++) {
		const struct duration *time = &all[3].time[kind];

		for (size_t i = 0; i < COUNT(table); i++) {
			snprintf(line, sizeof(line), "%s=%s", names[kind], table[i].text);
			apply(line);
			if (time->median_ns != table[i].median_ns || time->sigma != table[i].sigma)
				fail_msg("%s: %g, %g", line, time->median_ns, time->sigma);
		}
	}
	apply("scale=0.001");
	assert_true(all[0].scale == 0.001);
	apply("scale=1000");
	assert_true(all[0].scale == 1000);
}

static void an_instance_can_be_meant_alone(void **state)
{
	apply("sync=1us");
	apply("2.sync=3us");
	apply("0.fault=stop");
	for (unsigned int k = 0; k < INSTANCES; k++) {
		assert_true(all[k].time[TIME_SYNC].median_ns == (k == 2 ? 3000 : 1000));
		assert_int_equal(all[k].fault, k == 0 ? FAULT_STOP : FAULT_NONE);
	}
}

static const struct {
	const char *line, *why;
} bad_lines[] = {
	{ "", "'' is not KEY=VALUE" },
	{ "sync", "'sync' is not KEY=VALUE" },
	{ "=1us", "no setting ''" },
	{ "synch=1us", "no setting 'synch'" },
	{ "syn=1us", "no setting 'syn'" },
	{ "Sync=1us", "no setting 'Sync'" },
	{ " sync=1us", "no setting ' sync'" },
	{ "sync =1us", "no setting 'sync '" },
	{ "4.sync=1us", "'4.sync=1us' does not name one of 4 instances" },
	{ "18446744073709551616.sync=1us", "'18446744073709551616.sync=1us' does not name one of 4 instances" },
	{ "1sync=1us", "'1sync=1us' does not name one of 4 instances" },
	{ "1=4", "'1=4' does not name one of 4 instances" },
	{ "1.=4", "no setting ''" },
	{ "1.2.sync=1us", "no setting '2.sync'" },
	{ "-1.sync=1us", "no setting '-1.sync'" },
	{ "sync=", "'' is not a value of 'sync' (time of a CMD_SYNC" },
	{ "sync=1", "'1' is not a value of 'sync'" },
	{ "sync=1s", "'1s' is not a value of 'sync'" },
	{ "sync=us", "'us' is not a value of 'sync'" },
	{ "sync=-1us", "'-1us' is not a value of 'sync'" },
	{ "sync=+1us", "'+1us' is not a value of 'sync'" },
	{ "sync= 1us", "' 1us' is not a value of 'sync'" },
	{ "sync=1us ", "'1us ' is not a value of 'sync'" },
	{ "sync=1uss", "'1uss' is not a value of 'sync'" },
	{ "sync=0x10ns", "'0x10ns' is not a value of 'sync'" },
	{ "sync=nanns", "'nanns' is not a value of 'sync'" },
	{ "sync=infns", "'infns' is not a value of 'sync'" },
	{ "sync=1e999ns", "'1e999ns' is not a value of 'sync'" },
	{ "sync=10001ms", "'10001ms' is not a value of 'sync'" },
	{ "sync=lognormal", "'lognormal' is not a value of 'sync'" },
	{ "sync=lognormal:1us", "'lognormal:1us' is not a value of 'sync'" },
	{ "sync=lognormal:1us:", "'lognormal:1us:' is not a value of 'sync'" },
	{ "sync=lognormal:1us:3.1", "'lognormal:1us:3.1' is not a value of 'sync'" },
	{ "sync=lognormal:1us:-1", "'lognormal:1us:-1' is not a value of 'sync'" },
	{ "sync=lognormal:1us:1ns", "'lognormal:1us:1ns' is not a value of 'sync'" },
	{ "sync=normal:1us:1", "'normal:1us:1' is not a value of 'sync'" },
	{ "ats=yes", "'yes' is not a value of 'ats'" },
	{ "ats=1", "'1' is not a value of 'ats'" },
	{ "ats=", "'' is not a value of 'ats'" },
	{ "oas=33", "'33' is not a value of 'oas'" },
	{ "oas=56", "'56' is not a value of 'oas'" },
	{ "sid-bits=0", "'0' is not a value of 'sid-bits'" },
	{ "sid-bits=33", "'33' is not a value of 'sid-bits'" },
	{ "sid-bits=1.5", "'1.5' is not a value of 'sid-bits'" },
	{ "ssid-bits=21", "'21' is not a value of 'ssid-bits'" },
	{ "cmdq=20", "'20' is not a value of 'cmdq'" },
	{ "cmdq=1a", "'1a' is not a value of 'cmdq'" },
	{ "atc-outstanding=0", "'0' is not a value of 'atc-outstanding'" },
	{ "atc-outstanding=257", "'257' is not a value of 'atc-outstanding'" },
	{ "seed=4294967296", "'4294967296' is not a value of 'seed'" },
	{ "scale=0", "'0' is not a value of 'scale'" },
	{ "scale=1001", "'1001' is not a value of 'scale'" },
	{ "scale=1x", "'1x' is not a value of 'scale'" },
	{ "stages=3", "'3' is not a value of 'stages'" },
	{ "granules=", "'' is not a value of 'granules'" },
	{ "granules=4K+", "'4K+' is not a value of 'granules'" },
	{ "granules=+4K", "'+4K' is not a value of 'granules'" },
	{ "granules=4K+8K", "'4K+8K' is not a value of 'granules'" },
	{ "granules=4", "'4' is not a value of 'granules'" },
	{ "stall=maybe", "'maybe' is not a value of 'stall'" },
	{ "fault=on", "'on' is not a value of 'fault'" },
	{ "fault=", "'' is not a value of 'fault'" },
};

static void bad_lines_are_refused(void **state)
{
	struct settings before[INSTANCES];

	memcpy(before, all, sizeof(all));
	for (size_t i = 0; i < COUNT(bad_lines); i++) {
		assert_int_equal(settings_apply(all, INSTANCES, bad_lines[i].line, false, why, sizeof(why)), -EINVAL);
		if (strncmp(why, bad_lines[i].why, strlen(bad_lines[i].why)))
			fail_msg("'%s' gave '%s', not '%s...'", bad_lines[i].line, why, bad_lines[i].why);
		assert_memory_equal(all, before, sizeof(all));
	}
}

static void reasons_are_cut_to_fit(void **state)
{
	memset(why, 'x', sizeof(why));
	assert_int_equal(settings_apply(all, INSTANCES, "sync=bad", false, why, 8), -EINVAL);
	assert_string_equal(why, "'bad' i");
	assert_int_equal(why[8], 'x');
}

static const char *const loose[] = {
	"tlbi=1us",   "cfgi=1us",	   "prefetch=1us", "page=1us",	      "atc-issue=1us", "atc=1us",
	"1.sync=1us", "atc-outstanding=2", "scale=2",	   "refuse-late=off", "fault=stop",
};

static const char *const fixed[] = {
	"ats=on",	    "pri=on",	       "ril=on",      "ds=on",	   "msi=on",	"sev=on",
	"btm=on",	    "hyp=on",	       "coherent=on", "asid16=on", "vmid16=on", "two-level-streams=on",
	"two-level-cds=on", "stages=1",	       "granules=4K", "stall=yes", "httu=no",	"oas=32",
	"iidr=mmu700",	    "sid-bits=8",      "ssid-bits=8", "cmdq=3",	   "evtq=3",	"priq=3",
	"tlb=on",	    "whole-groups=on", "seed=2",      "1.cmdq=3",
};

/* What the driver has read from the ID registers cannot change; times and faults can. */
static void features_are_fixed_while_the_guest_runs(void **state)
{
	struct settings before[INSTANCES];

	for (size_t i = 0; i < COUNT(fixed); i++) {
		memcpy(before, all, sizeof(all));
		if (!settings_apply(all, INSTANCES, fixed[i], true, why, sizeof(why)))
			fail_msg("%s is taken", fixed[i]);
		assert_non_null(strstr(why, "can only be set before the guest runs"));
		assert_memory_equal(all, before, sizeof(all));
	}
	for (size_t i = 0; i < COUNT(loose); i++) {
		memcpy(before, all, sizeof(all));
		if (settings_apply(all, INSTANCES, loose[i], true, why, sizeof(why)))
			fail_msg("%s", why);
		assert_memory_not_equal(all, before, sizeof(all));
	}
}

/* A file of @size bytes; its name is taken back by remove_file(). */
static const char *write_file(const void *text, size_t size)
{
	static char path[] = "/tmp/test_settings.XXXXXX";
	FILE *file;
	int fd;

	strcpy(strrchr(path, '.'), ".XXXXXX");
	fd = mkstemp(path);
	MUST(fd >= 0);
	file = fdopen(fd, "w");
	MUST(file && fwrite(text, 1, size, file) == size && !fclose(file));
	return path;
}

static int read_text(const char *text)
{
	const char *path = write_file(text, strlen(text));
	int err = settings_read(all, INSTANCES, path, why, sizeof(why));

	unlink(path);
	return err;
}

static void files_are_lines(void **state)
{
	static const char text[] = "# all\nsync=1us\r\n\n \t\ntlbi=2us # fast\r\n\t1.cfgi=3us \n#cfgi=9us\n2.atc=4us";

	assert_int_equal(read_text(text), 0);
	assert_true(all[0].time[TIME_SYNC].median_ns == 1000);
	assert_true(all[3].time[TIME_TLBI].median_ns == 2000);
	assert_true(all[1].time[TIME_CFGI].median_ns == 3000);
	assert_true(all[0].time[TIME_CFGI].median_ns == 0);
	assert_true(all[2].time[TIME_ATC].median_ns == 4000);
	assert_int_equal(read_text(""), 0);
}

static void expect_refused(const char *text, size_t size, unsigned int line, const char *reason)
{
	const char *path = write_file(text, size);
	char expected[200];

	assert_int_equal(settings_read(all, INSTANCES, path, why, sizeof(why)), -EINVAL);
	unlink(path);
	snprintf(expected, sizeof(expected), "%s:%u: %s", path, line, reason);
	if (strncmp(why, expected, strlen(expected)))
		fail_msg("'%s', not '%s...'", why, expected);
}

static void bad_files_are_refused_with_the_line(void **state)
{
	static const char text[] = "# one\n\nsync=1us\nsync=2\nsync=3us\n", binary[] = "sync=1us\nsync=2us\0\n";
	char big[1000];

	expect_refused(text, sizeof(text) - 1, 4, "'2' is not a value of 'sync'");
	assert_true(all[0].time[TIME_SYNC].median_ns == 1000);
	expect_refused(binary, sizeof(binary) - 1, 2, "not a text file");
	/* However long a comment, what stands in it is no setting, and the line one line. */
	memset(big, 'x', sizeof(big));
	big[0] = '#';
	memcpy(big + 255, "sync=9us", 8);
	memcpy(big + sizeof(big) - 6, "\nbad\n", 6);
	expect_refused(big, sizeof(big) - 1, 2, "'bad' is not KEY=VALUE");
	assert_true(all[0].time[TIME_SYNC].median_ns == 1000);
}

static void files_that_cannot_be_read_are_named(void **state)
{
	assert_int_equal(settings_read(all, INSTANCES, "/nowhere/at-all", why, sizeof(why)), -EINVAL);
	assert_string_equal(why, "cannot read /nowhere/at-all: No such file or directory");
	assert_int_equal(settings_read(all, INSTANCES, "/", why, sizeof(why)), -EINVAL);
	assert_string_equal(why, "cannot read /: Is a directory");
	assert_int_equal(settings_read(all, INSTANCES, "/dev/zero", why, sizeof(why)), -EINVAL);
	assert_string_equal(why, "cannot read /dev/zero: not a regular file");
}

static void presets_are_good(void **state)
{
	glob_t presets;

	MUST(!glob("smmu-model/presets/*", 0, NULL, &presets));
	assert_true(presets.gl_pathc >= 4);
	for (size_t i = 0; i < presets.gl_pathc; i++) {
		if (settings_read(all, INSTANCES, presets.gl_pathv[i], why, sizeof(why)))
			fail_msg("%s", why);
	}
	globfree(&presets);
	/* QEMU's has no ATS, a server's has. */
	setup(NULL);
	assert_int_equal(settings_read(all, INSTANCES, "smmu-model/presets/local", why, sizeof(why)), 0);
	assert_true(all[3].features.ats);
	assert_true(all[3].time[TIME_SYNC].median_ns == 240);
	assert_int_equal(settings_read(all, INSTANCES, "smmu-model/presets/qemu", why, sizeof(why)), 0);
	assert_false(all[3].features.ats);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(numbers_are_set, setup),
		cmocka_unit_test_setup(switches_are_set, setup),
		cmocka_unit_test_setup(stages_and_granules_are_set, setup),
		cmocka_unit_test_setup(times_are_set, setup),
		cmocka_unit_test_setup(an_instance_can_be_meant_alone, setup),
		cmocka_unit_test_setup(bad_lines_are_refused, setup),
		cmocka_unit_test_setup(reasons_are_cut_to_fit, setup),
		cmocka_unit_test_setup(features_are_fixed_while_the_guest_runs, setup),
		cmocka_unit_test_setup(files_are_lines, setup),
		cmocka_unit_test_setup(bad_files_are_refused_with_the_line, setup),
		cmocka_unit_test_setup(files_that_cannot_be_read_are_named, setup),
		cmocka_unit_test_setup(presets_are_good, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
