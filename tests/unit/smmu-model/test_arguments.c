// SPDX-License-Identifier: GPL-2.0-only
/* What QEMU hands to the plugin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>

#include "arguments.h"

/* The arguments of a line, with spaces between. */
static int parse(const char *line, struct arguments *a, struct session *session, struct sentence *why)
{
	static char text[512];
	char *argv[32], *save;
	int argc = 0;

	strcpy(text, line);
	for (char *word = strtok_r(text, " ", &save); word && argc < 32; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	*a = (struct arguments){};
	*session = (struct session){};
	return arguments_parse(a, session, argc, argv, why);
}

static void each_goes_to_its_place(void **state)
{
	struct arguments a;
	struct session session;
	struct sentence why;

	assert_int_equal(
		parse("memory=ram base=1073741824 frames=0x7e000000 ring=0x7e800000 instances=4 watch=10-20 "
		      "watch=ffff800080000000-ffff800080001000 preset=p set=sync=1us set=cmdq=4 output=o log=l "
		      "seed=3 map=m interleaving=i",
		      &a, &session, &why),
		0);
	assert_string_equal(a.memory, "ram");
	assert_true(a.base == 0x40000000 && a.frames == 0x7e000000 && a.ring == 0x7e800000 && a.instances == 4);
	assert_int_equal(a.ranges, 2);
	assert_true(a.watched[1].begin == 0xffff800080000000 && a.watched[1].end == 0xffff800080001000);
	assert_string_equal(session.preset, "p");
	assert_int_equal(session.sets, 2);
	assert_string_equal(session.set[0], "sync=1us");
	assert_string_equal(session.path, "o");
	assert_string_equal(session.log, "l");
	assert_true(a.seed == 3 && !a.exports);
	assert_string_equal(a.map, "m");
	assert_string_equal(a.interleaving, "i");
	assert_int_equal(parse("exports=check", &a, &session, &why), 0);
	assert_true(a.exports);
}

static void what_is_wrong_is_told(void **state)
{
	static const char *const wrong[] = {
		"instances=0",
		"instances=33",
		"instances=-1",
		"instances=1x",
		"instances=",
		"seed=0",
		"seed=4294967296",
		"watch=10",
		"watch=10-20x",
		"watch=-",
		"base=1000000000000000000000",
		"nothing=1",
		"memory",
		"=1",
	};
	struct arguments a;
	struct session session;
	struct sentence why;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(parse(wrong[i], &a, &session, &why), -EINVAL);
		assert_non_null(strstr(why.text, wrong[i]));
	}
	assert_int_equal(parse("memory=ram", &a, &session, &why), -EINVAL);
	assert_int_equal(parse("instances=1", &a, &session, &why), -EINVAL);
	assert_int_equal(parse("memory=ram instances=1 seed=1", &a, &session, &why), -EINVAL);
	assert_non_null(strstr(why.text, "map=FILE"));
}

static void there_is_room_for_so_many_ranges(void **state)
{
	struct arguments a;
	struct session session;
	struct sentence why;
	char line[512] = "memory=ram instances=1";

	for (unsigned int i = 0; i < ARGUMENTS_RANGES_MAX; i++)
		strcat(line, " watch=10-20");
	assert_int_equal(parse(line, &a, &session, &why), 0);
	strcat(line, " watch=10-20");
	assert_int_equal(parse(line, &a, &session, &why), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_goes_to_its_place),
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(there_is_room_for_so_many_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
