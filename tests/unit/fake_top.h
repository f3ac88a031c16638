/* SPDX-License-Identifier: GPL-2.0-only */
/* fake_top.h - what the probes `split` and `cmdq` take of a window, made up. */
#ifndef INVBENCH_TESTS_FAKE_TOP_H
#define INVBENCH_TESTS_FAKE_TOP_H

#include <jansson.h>

#include "must.h"
#include "top_rows.h"

/* What all sums have, and a process or SMMU besides. */
#define FAKE_SUM(count, total) \
	"\"count\": " #count ", \"total_ns\": " #total ", \"lock_ns\": 250, \"late_at_most_ns\": 100, " \
	"\"commands\": 30, \"syncs\": 20, \"atc_commands\": 8, \"atc_ns\": 500, \"p50_ns\": 1500, \"p99_ns\": 120000"

#define FAKE_SPLIT \
	"{ \"lost\": 2, \"processes\": [" \
	"{ \"pid\": 4194304, \"comm\": \"dma-worker/12:3\", " FAKE_SUM( \
		10, \
		1000) "}," \
		      "{ \"pid\": 0, \"comm\": \"\", " FAKE_SUM( \
			      3, \
			      4000) "}," \
				    "{ \"pid\": 77, \"comm\": \"fio\", " FAKE_SUM( \
					    20, \
					    3000) "}]," \
						  "\"instances\": [{ \"name\": \"smmu3.b\", " FAKE_SUM( \
							  7, \
							  2000) "}, { \"name\": \"smmu3.a\", " FAKE_SUM(8, \
													1000) "}] }"

#define FAKE_SENT(commands, range, tag, granules) \
	"\"figures\": { \"commands\": " #commands ", \"syncs\": 40, \"opcodes\": { \"ATC_INV\": 9 }, " \
	"\"tlbi\": { \"by_range\": " #range ", \"by_leaf\": 0, \"by_tag\": " #tag ", \"granule\": {" granules "} } }"

#define FAKE_CMDQ \
	"{ \"lost\": 1, \"instances\": [" \
	"{ \"name\": \"smmu3.a\", " FAKE_SENT( \
		60, 3, 1, "\"4K\": 3") "}," \
				       "{ \"name\": \"smmu3.b\", " FAKE_SENT( \
					       61, 4, 0, \
					       "\"4K\": 3, \"64K\": 1") "}," \
									"{ \"name\": \"smmu3.c\", " FAKE_SENT( \
										5, 0, 0, "") "}] }"

/* A window of two seconds. */
static void __attribute__((unused)) fake_read(struct top_window *w, const char *split_text, const char *cmdq_text,
					      const struct top_filter *filter)
{
	json_t *split = json_loads(split_text, 0, NULL), *cmdq = json_loads(cmdq_text, JSON_DECODE_ANY, NULL);

	MUST(split && cmdq);
	*w = (struct top_window){ .at = 12, .seconds = 2 };
	top_read(w, split, cmdq, filter);
	json_decref(split);
	json_decref(cmdq);
}

#endif
