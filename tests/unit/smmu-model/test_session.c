// SPDX-License-Identifier: GPL-2.0-only
/* What is set at the start, and what stands in the files at the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "fake_service.h"
#include "session.h"

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	MUST(file);
	fputs(text, file);
	fclose(file);
}

static void lines_come_after_the_preset(void **state)
{
	struct settings all[2];
	struct session o = { .preset = "preset" };
	struct sentence why;

	write_text("preset", "sync=5us\ntlbi=1us\n");
	assert_true(session_add_set(&o, "1.sync=7us"));
	assert_true(session_add_set(&o, "cmdq=4"));
	assert_int_equal(session_settings(&o, all, 2, &why), 0);
	assert_true(all[0].time[TIME_SYNC].median_ns == 5000);
	assert_true(all[1].time[TIME_SYNC].median_ns == 7000);
	assert_true(all[1].time[TIME_TLBI].median_ns == 1000);
	assert_int_equal(all[0].features.cmdq_log2, 4);
}

static void what_is_wrong_is_told(void **state)
{
	struct settings all[1];
	struct session o = { .set = { "nonesuch=1" }, .sets = 1 };
	struct sentence why;

	assert_int_equal(session_settings(&o, all, 1, &why), -EINVAL);
	assert_non_null(strstr(why.text, "--set: "));
	assert_non_null(strstr(why.text, "nonesuch"));
	o = (struct session){ .preset = "not-there" };
	assert_int_equal(session_settings(&o, all, 1, &why), -EINVAL);
	assert_non_null(strstr(why.text, "not-there"));
	o = (struct session){ .log = "not-there/log" };
	assert_int_equal(session_begin(&o, NULL, &why), -ENOENT);
	assert_non_null(strstr(why.text, "not-there/log"));
}

static void there_is_room_for_so_many_lines(void **state)
{
	struct session o = {};

	for (unsigned int i = 0; i < SESSION_SETS_MAX; i++)
		assert_true(session_add_set(&o, "sync=1us"));
	assert_false(session_add_set(&o, "sync=1us"));
	assert_int_equal(o.sets, SESSION_SETS_MAX);
}

/* With what was in the ring when the guest ended. */
static void files_have_what_was_served(void **state)
{
	struct guest *g = *state;
	struct session o = { .path = "model.json", .log = "log", .interrupts = 4 };
	struct sentence why;
	char line[64] = "";
	json_t *json, *settings;
	FILE *log;

	session_add_set(&o, "sync=5us");
	assert_int_equal(session_begin(&o, &g->service, &why), 0);
	enable(g);
	send(g, 2, CMD_SYNC);
	service_round(&g->service);
	put_control(g, "sync=9us");
	session_end(&o, &g->service, g->now);

	json = json_load_file("model.json", 0, NULL);
	assert_string_equal(json_string_value(json_object_get(json, "format")), "invbench-model");
	assert_int_equal(json_integer_value(json_object_get(json, "instances")), INSTANCES);
	assert_int_equal(json_integer_value(json_object_get(json, "interrupts")), 4);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(json, "total"), "syncs")), 1);
	settings = json_object_get(json, "settings");
	assert_string_equal(json_string_value(json_object_get(settings, "preset")), "none");
	assert_string_equal(json_string_value(json_array_get(json_object_get(settings, "set"), 0)), "sync=5us");
	assert_string_equal(json_string_value(json_array_get(json_object_get(settings, "asked_by_guest"), 0)),
			    "sync=9us");
	json_decref(json);

	log = fopen("log", "r");
	MUST(log && fgets(line, sizeof(line), log));
	assert_string_equal(line, "2 CMD_SYNC\n");
	fclose(log);
}

static void nothing_is_written_that_was_not_asked_for(void **state)
{
	struct guest *g = *state;
	struct session o = {};
	struct sentence why;

	assert_int_equal(session_begin(&o, &g->service, &why), 0);
	session_end(&o, &g->service, g->now);
	assert_int_equal(access("model.json", F_OK), -1);
}

static char folder[] = "/tmp/test_session.XXXXXX";

static int enter(void **state)
{
	MUST(mkdtemp(folder) && !chdir(folder));
	return 0;
}

static int leave(void **state)
{
	unlink("preset");
	unlink("model.json");
	unlink("log");
	return chdir("/") || rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_written_that_was_not_asked_for),
		cmocka_unit_test(lines_come_after_the_preset),
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(there_is_room_for_so_many_lines),
		TEST(files_have_what_was_served),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
