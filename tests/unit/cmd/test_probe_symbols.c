// SPDX-License-Identifier: GPL-2.0-only
/* What probes find in a kernel, as a table: functions, and figures that are not available. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "assert_text.h"
#include "must.h"
#include "probe_symbols.h"

static void assert_printed(const char *json, const char *want)
{
	json_t *read = json_loads(json, 0, NULL);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	MUST(read && out);
	symbols_print(out, "probe", read);
	fclose(out);
	assert_string_equal(text, want);
	free(text);
	json_decref(read);
}

static void functions_are_told(void **state)
{
	assert_printed(
		"{\"symbols\": {\"f\": \"f.isra.0\", \"g\": \"\"}, \"attach_modes\": {\"f\": \"kprobe\"}}",
		"probe      f                                           f.isra.0                                    kprobe\n"
		"probe      g                                           none                                        -\n");
	assert_printed(
		"{\"symbol\": \"s\", \"attach\": \"fentry\"}",
		"probe      submit                                      s                                           fentry\n");
}

/* With its way; of SMMUs, which are alike, once. */
static void what_is_not_available_is_told(void **state)
{
	assert_printed("{\"lost\": 0, \"all\": {\"room\": \"not available: it is inlined\", \"sync\": 5},"
		       " \"instances\": [{\"late\": \"not available: why\"}, {\"late\": \"not available: why\"}]}",
		       "probe: all.room: not available: it is inlined\nprobe: instances.late: not available: why\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_told),
		cmocka_unit_test(what_is_not_available_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
