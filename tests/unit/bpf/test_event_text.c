// SPDX-License-Identifier: GPL-2.0-only
/* test_event_text.c - an event as a line of text, and of JSON, whatever its process is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "event_text.h"
#include "event_trace.h"
#include "xalloc.h"

static struct event submitted(const char *comm)
{
	struct event event = {
		.begin_ns = 5000001234,
		.end_ns = 5000024239,
		.sum = { .smmu = 1,
			 .submits = 1,
			 .commands = 2,
			 .syncs = 1,
			 .id = 3,
			 .id_kind = EVENT_ID_ASID,
			 .opcode = 0x12 },
		.pid = 70,
		.tid = 71,
		.cpu = 2,
		.point = EVENT_submit,
		.depth = 1,
	};

	snprintf(event.comm, sizeof(event.comm), "%s", comm);
	return event;
}

static void assert_text(const struct event *event, const char *smmu, const char *expected)
{
	const struct event_words words = { event_point_name(event->point), smmu };
	char *text;
	size_t size;
	FILE *out = xmemstream(&text, &size);

	event_text_print(out, event, &words);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void assert_json(const struct event *event, const char *smmu, const char *expected)
{
	const struct event_words words = { event_point_name(event->point), smmu };
	json_t *json = event_json(event, &words);
	char *text = json_dumps(json, JSON_COMPACT);

	assert_string_equal(text, expected);
	free(text);
	json_decref(json);
}

static void test_list(void **state)
{
	const struct event event = submitted("load");

	assert_text(
		&event, "smmu.0",
		"            load      70/71      [002] 5.000024239: submit: 23.005 us smmu=smmu.0 asid=3 commands=2 "
		"syncs=1 first=TLBI_NH_VA\n");
	assert_json(
		&event, "smmu.0",
		"{\"point\":\"submit\",\"begin_ns\":5000001234,\"ns\":23005,\"cpu\":2,\"pid\":70,\"tid\":71,\"comm\":\"load\","
		"\"depth\":1,\"smmu\":\"smmu.0\",\"asid\":3,\"submits\":1,\"commands\":2,\"syncs\":1,\"first\":\"TLBI_NH_VA\"}");
}

static void test_call_over_several(void **state)
{
	struct event event = submitted("load");

	event.point = EVENT_munmap;
	event.sum = (struct event_sum){
		.submits = 8, .commands = 16, .syncs = 8, .several = 1, .id_kind = EVENT_ID_SEVERAL
	};
	assert_text(
		&event, "",
		"            load      70/71      [002] 5.000024239: munmap: 23.005 us smmu=several submits=8 commands=16 "
		"syncs=8\n");
	assert_json(
		&event, "",
		"{\"point\":\"munmap\",\"begin_ns\":5000001234,\"ns\":23005,\"cpu\":2,\"pid\":70,\"tid\":71,\"comm\":\"load\","
		"\"depth\":1,\"smmu\":\"several\",\"submits\":8,\"commands\":16,\"syncs\":8}");
}

static void test_hostile_name(void **state)
{
	const struct event event = submitted("a\n\33[2J\"\xff,b");

	assert_text(&event, "",
		    "      a??[2J\"?,b      70/71      [002] 5.000024239: submit: 23.005 us asid=3 commands=2 syncs=1 "
		    "first=TLBI_NH_VA\n");
	assert_json(&event, "",
		    "{\"point\":\"submit\",\"begin_ns\":5000001234,\"ns\":23005,\"cpu\":2,\"pid\":70,\"tid\":71,"
		    "\"comm\":\"a??[2J\\\"?,b\",\"depth\":1,\"asid\":3,\"submits\":1,\"commands\":2,\"syncs\":1,"
		    "\"first\":\"TLBI_NH_VA\"}");
}

/* What is not known is no number. */
static void test_refused(void **state)
{
	struct event event = submitted("load");

	event.sum = (struct event_sum){ .submits = 1, .refused = 1 };
	assert_text(&event, "",
		    "            load      70/71      [002] 5.000024239: submit: 23.005 us commands=? syncs=?\n");
	assert_json(
		&event, "",
		"{\"point\":\"submit\",\"begin_ns\":5000001234,\"ns\":23005,\"cpu\":2,\"pid\":70,\"tid\":71,\"comm\":\"load\","
		"\"depth\":1,\"submits\":1,\"commands\":\"not available: the arguments of the submit function cannot be "
		"true\",\"syncs\":\"not available: the arguments of the submit function cannot be true\"}");
}

static void test_span_name(void **state)
{
	char name[160];

	event_span_name(name, sizeof(name), EVENT_EDGE(EVENT_submit, 0), EVENT_EDGE(EVENT_iotlb_sync, 1));
	assert_string_equal(name, "submit.begin..arm_smmu_iotlb_sync.end");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),	     cmocka_unit_test(test_call_over_several),
		cmocka_unit_test(test_hostile_name), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_span_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
