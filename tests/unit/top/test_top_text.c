// SPDX-License-Identifier: GPL-2.0-only
/* test_top_text.c - windows as tables and as CSV. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake_top.h"
#include "top_columns.h"
#include "top_text.h"
#include "xalloc.h"

static const struct top_filter all;

static char *printed(const struct top_window *w, void (*print)(FILE *out, const struct top_window *w))
{
	char *text;
	size_t size;
	FILE *out = xmemstream(&text, &size);

	print(out, w);
	MUST(!fclose(out));
	return text;
}

static void a_table(void **state)
{
	struct top_window w;
	char *text;

	fake_read(&w, FAKE_SPLIT, FAKE_CMDQ, &all);
	top_sort(&w, (struct top_order){ TOP_COL_RATE, false });
	text = printed(&w, top_print_table);
	assert_string_equal(text,
			    "at 12.000 s, of 2.000 s; lost: 3\n"
			    "SMMU     TIME%  LIST/S  CMD/S  SYNC/S     P50    P99  ATC%  LATE%  TAG%  GRAN\n"
			    "smmu3.a    0.0    4.00   30.0    20.0  1.50us  120us  50.0   10.0  25.0    4K\n"
			    "smmu3.b    0.0    3.50   30.5    20.0  1.50us  120us  25.0    5.0     0   4K+\n"
			    "smmu3.c      0       0   2.50    20.0       -      -     -      -     -     -\n"
			    "    PID  PROCESS          TIME%  INV/S  CMD/S  SYNC/S     P50    P99  ATC%  LOCK%  LATE%\n"
			    "     77  fio                0.0   10.0   15.0    10.0  1.50us  120us  16.7    8.3    3.3\n"
			    "4194304  dma-worker/12:3    0.0   5.00   15.0    10.0  1.50us  120us  50.0   25.0   10.0\n"
			    "      0  (others)           0.0   1.50   15.0    10.0  1.50us  120us  12.5    6.2    2.5\n"
			    "\n");
	free(text);
	top_free(&w);
}

static void a_table_says_why(void **state)
{
	struct top_window w;
	char *text;

	fake_read(&w,
		  "{ \"processes\": [{ \"pid\": 1, \"comm\": \"a\", \"lock_ns\": \"not available: no tracepoint\" }] }",
		  "{}", &all);
	text = printed(&w, top_print_table);
	assert_non_null(strstr(text, "\nLOCK% of processes: not available: no tracepoint\n\n"));
	free(text);
	top_free(&w);
}

static void csv_is_sums(void **state)
{
	struct top_window w;
	char *text, *line;

	fake_read(&w, FAKE_SPLIT, FAKE_CMDQ, &all);
	text = printed(&w, top_print_csv);
	line = strstr(text,
		      "12.000000,2.000000,3,process,77,\"fio\",20,30,20,8,3000,500,250,100,,,,1500,120000,\"\"\n");
	assert_non_null(line);
	line = strstr(text,
		      "12.000000,2.000000,3,smmu,,\"smmu3.a\",8,60,40,9,1000,500,,100,3,0,1,1500,120000,\"4K\"\n");
	assert_ptr_equal(line, strstr(text, "12.000000,2.000000,3,smmu,,\"smmu3.a\""));
	free(text);
	top_free(&w);
}

static void print_head(FILE *out, const struct top_window *w)
{
	top_print_csv_head(out);
}

/* How many there are in a line, outside of quotes. */
static unsigned int commas(const char *line)
{
	unsigned int count = 0;
	int quoted = 0;

	for (; *line && *line != '\n'; line++) {
		quoted ^= *line == '"';
		count += *line == ',' && !quoted;
	}
	assert_false(quoted);
	return count;
}

/* A name of others stays one field of one line. */
static void csv_quotes(void **state)
{
	struct top_window w;
	char *head, *text;

	fake_read(&w, "{ \"processes\": [{ \"pid\": 1, \"comm\": \"a,\\\"b\\\"\\n,c\" }] }", "{}", &all);
	head = printed(&w, print_head);
	text = printed(&w, top_print_csv);
	assert_non_null(strstr(text, ",process,1,\"a,\"\"b\"\"?,c\",,"));
	assert_int_equal(commas(text), commas(head));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	free(head);
	free(text);
	top_free(&w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table),
		cmocka_unit_test(a_table_says_why),
		cmocka_unit_test(csv_is_sums),
		cmocka_unit_test(csv_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
