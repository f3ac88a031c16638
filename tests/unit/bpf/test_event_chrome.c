// SPDX-License-Identifier: GPL-2.0-only
/* test_event_chrome.c - the file for viewers: it is JSON, each list is on two tracks, and nothing of a name gets out of its string. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "event_chrome.h"
#include "event_trace.h"

static void add(struct chrome *c, unsigned int point, const char *smmu, unsigned int tid, const char *comm)
{
	struct event event = {
		.begin_ns = 1234567,
		.end_ns = 1240001,
		.pid = tid ? 70 : 0,
		.tid = tid,
		.cpu = 3,
		.point = point,
	};
	const struct event_words words = { event_point_name(point), smmu };

	snprintf(event.comm, sizeof(event.comm), "%s", comm);
	assert_true(chrome_add(c, &event, &words));
}

/* A new reference to what is in the file. */
static json_t *file_of(struct chrome *c, unsigned long long lost)
{
	json_error_t error;
	json_t *json;
	char *text;
	size_t size;

	chrome_text(c, lost, &text, &size);
	assert_int_equal(strlen(text), size);
	json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("%s in %s", error.text, text);
	free(text);
	chrome_free(c);
	return json;
}

/* The @n-th slice called @name. */
static const json_t *slice(const json_t *file, const char *name, size_t n)
{
	const json_t *e;
	size_t i;

	json_array_foreach (json_object_get(file, "traceEvents"), i, e)
		if (!strcmp(json_string_value(json_object_get(e, "ph")), "X") &&
		    !strcmp(json_string_value(json_object_get(e, "name")), name) && !n--)
			return e;
	return NULL;
}

/* What @kind of the track of @slice is. */
static const char *track_name(const json_t *file, const json_t *of, const char *kind)
{
	const json_t *e;
	size_t i;

	json_array_foreach (json_object_get(file, "traceEvents"), i, e)
		if (!strcmp(json_string_value(json_object_get(e, "name")), kind) &&
		    json_equal(json_object_get(e, "pid"), json_object_get(of, "pid")) &&
		    json_equal(json_object_get(e, "tid"), json_object_get(of, "tid")))
			return json_string_value(json_object_get(json_object_get(e, "args"), "name"));
	return "";
}

static void test_list_is_on_both_tracks(void **state)
{
	struct chrome *c = chrome_new();
	json_t *file;

	add(c, EVENT_submit, "smmu.0", 71, "load");
	add(c, EVENT_iotlb_sync, "smmu.0", 71, "load");
	add(c, EVENT_submit, "smmu.1", 71, "load");
	file = file_of(c, 5);
	assert_string_equal(track_name(file, slice(file, "submit", 0), "process_name"), "load");
	assert_string_equal(track_name(file, slice(file, "submit", 1), "process_name"), "SMMU smmu.0");
	assert_string_equal(track_name(file, slice(file, "submit", 1), "thread_name"), "CPU 3");
	assert_string_equal(track_name(file, slice(file, "submit", 3), "process_name"), "SMMU smmu.1");
	assert_null(slice(file, "submit", 4));
	assert_null(slice(file, "arm_smmu_iotlb_sync", 1));
	assert_true(json_real_value(json_object_get(slice(file, "submit", 0), "ts")) == 1234.567);
	assert_true(json_real_value(json_object_get(slice(file, "submit", 0), "dur")) == 5.434);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(file, "otherData"), "lost")), 5);
	json_decref(file);
}

static void test_hostile_names(void **state)
{
	struct chrome *c = chrome_new();
	json_t *file;

	add(c, EVENT_submit, "a\"}],\n", 71, "\",\"x\":\33\xff");
	file = file_of(c, 0);
	assert_string_equal(track_name(file, slice(file, "submit", 0), "thread_name"), "\",\"x\":??");
	assert_string_equal(track_name(file, slice(file, "submit", 1), "process_name"), "SMMU a\"}],?");
	json_decref(file);
}

/* Idle tasks of two CPUs are no one thread. */
static void test_idle(void **state)
{
	struct chrome *c = chrome_new();
	json_t *file;

	add(c, EVENT_iotlb_sync, "", 0, "swapper/3");
	file = file_of(c, 0);
	assert_int_equal(json_integer_value(json_object_get(slice(file, "arm_smmu_iotlb_sync", 0), "tid")), 0x50000003);
	json_decref(file);
}

static void test_nothing(void **state)
{
	json_t *file = file_of(chrome_new(), 0);

	assert_int_equal(json_array_size(json_object_get(file, "traceEvents")), 1);
	json_decref(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_is_on_both_tracks),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
