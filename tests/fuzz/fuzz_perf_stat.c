// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_perf_stat.c - any bytes as what perf stat wrote.
 *
 * Each event that is taken has a value that can be and was counted at some time; what is left out, or why nothing is
 * taken, is said in a line.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "perf.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_event(const char *name, const json_t *event)
{
	const double value = json_number_value(json_object_get(event, "value"));
	const double running = json_number_value(json_object_get(event, "running"));
	const char *unit = json_string_value(json_object_get(event, "unit"));

	MUST(*name && text_is_line(name) && unit && text_is_line(unit));
	MUST(json_object_size(event) == 3 && isfinite(value) && value >= 0 && running > 0 && running <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct sentence why = { "nothing said" };
	json_t *events, *event;
	const char *name;

	MUST(text);
	events = perf_parse_stat(text, &why);
	MUST(text_is_line(why.text) && (events ? json_object_size(events) > 0 : *why.text != '\0'));
	json_object_foreach (events, name, event)
		check_event(name, event);
	json_decref(events);
	free(text);
	return 0;
}
