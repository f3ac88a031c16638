// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_suite.c - any bytes as the text of a suite.
 *
 * What is refused is given a reason that says where; what is taken has cases
 * within the limits, each of which its name describes to the last parameter.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "must.h"
#include "suite.h"

#define WHERE "fuzz.suite"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_value(const struct param *p, uint64_t value)
{
	uint64_t choices = 0;

	if (p->choices) {
		while (p->choices[choices])
			choices++;
		MUST(value < choices);
	} else if (value != p->def) {
		MUST(value >= p->min && value <= p->max);
	}
}

/* A name is a line of a suite, and means that very case. */
static void check_name(const struct case_spec *spec)
{
	struct sentence why;
	struct suite again = {};

	MUST(!suite_add_line(&again, spec->name, WHERE, 0, &why));
	MUST(again.nr_cases == 1 && again.cases[0].workload == spec->workload);
	MUST(!memcmp(again.cases[0].values, spec->values, sizeof(spec->values)));
	MUST(!strcmp(again.cases[0].name, spec->name));
	suite_free(&again);
}

static void check_case(const struct case_spec *spec)
{
	const struct param *p;

	for (size_t n = 0; (p = workload_param(spec->workload, n)); n++)
		check_value(p, spec->values[n]);
	MUST(*case_unit(spec));
	check_name(spec);
}

/* What a script gives scripts/boot: options that are harmless, and nothing that a shell takes for more than a word. */
static void check_bed(const struct bed_line *line)
{
	static const char *const harmless = "cieafpsnNSTt";
	char words[4096], *saved, *word;

	MUST(!line->bed[strspn(line->bed, "abcdefghijklmnopqrstuvwxyz0123456789")] && *line->bed);
	MUST(strlen(line->options) < sizeof(words));
	strcpy(words, line->options);
	for (word = strtok_r(words, " ", &saved); word; word = strtok_r(NULL, " ", &saved)) {
		MUST(!word[strspn(word, "abcdefghijklmnopqrstuvwxyzKMGNST0123456789.:=+-")]);
		if (*word == '-')
			MUST(strchr(harmless, word[1]) && !word[2]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sentence why = {};
	struct suite suite = {};
	int err = suite_add_text(&suite, (const char *)data, size, WHERE, &why);

	MUST(err <= 0);
	if (err)
		MUST(!strncmp(why.text, WHERE ":", strlen(WHERE ":")));
	MUST(suite.nr_cases <= SUITE_MAX_CASES);
	for (size_t i = 0; i < suite.nr_cases; i++) {
		check_case(&suite.cases[i]);
		for (size_t k = 0; k < i; k++)
			MUST(strcmp(suite.cases[i].name, suite.cases[k].name));
	}
	for (size_t i = 0; i < suite.beds.nr; i++)
		check_bed(&suite.beds.lines[i]);
	suite_free(&suite);
	return 0;
}
