// SPDX-License-Identifier: GPL-2.0-only
/*
 * arguments.c - each argument by its name.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "schedule.h"

#define ADDRESS_MAX (1ULL << 48)

/* -EINVAL if @text is no number from @min to @max, in any base. */
static int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno || end == text || *end || *text == '-' || *value < min || *value > max ? -EINVAL : 0;
}

static int parse_range(struct arguments *a, const char *text)
{
	struct range *range = &a->watched[a->ranges];
	char end;

	if (a->ranges == ARGUMENTS_RANGES_MAX ||
	    sscanf(text, "%" SCNx64 "-%" SCNx64 "%c", &range->begin, &range->end, &end) != 2)
		return -EINVAL;
	a->ranges++;
	return 0;
}

/* 1: none of these. */
static int parse_text(struct arguments *a, struct session *session, const char *name, const char *value)
{
	if (!strcmp(name, "memory"))
		a->memory = value;
	else if (!strcmp(name, "map"))
		a->map = value;
	else if (!strcmp(name, "interleaving"))
		a->interleaving = value;
	else if (!strcmp(name, "preset"))
		session->preset = value;
	else if (!strcmp(name, "output"))
		session->path = value;
	else if (!strcmp(name, "log"))
		session->log = value;
	else
		return 1;
	return 0;
}

static int parse_value(struct arguments *a, struct session *session, const char *name, const char *value)
{
	if (!strcmp(name, "base"))
		return parse_number(value, 0, ADDRESS_MAX, &a->base);
	if (!strcmp(name, "frames"))
		return parse_number(value, 0, ADDRESS_MAX, &a->frames);
	if (!strcmp(name, "ring"))
		return parse_number(value, 0, ADDRESS_MAX, &a->ring);
	if (!strcmp(name, "instances"))
		return parse_number(value, 1, SMMU_INSTANCES_MAX, &a->instances);
	if (!strcmp(name, "seed"))
		return parse_number(value, 1, SCHEDULE_SEED_MAX, &a->seed);
	if (!strcmp(name, "watch"))
		return parse_range(a, value);
	if (!strcmp(name, "set"))
		return session_add_set(session, value) ? 0 : -EINVAL;
	if (!strcmp(name, "exports")) {
		a->exports = true;
		return 0;
	}
	return parse_text(a, session, name, value) ? -EINVAL : 0;
}

/* QEMU keeps them. */
int arguments_parse(struct arguments *a, struct session *session, int argc, char **argv, struct sentence *why)
{
	for (int i = 0; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (!value)
			return sentence(why, -EINVAL, "'%s' is not NAME=VALUE", argv[i]);
		*value++ = '\0';
		if (parse_value(a, session, argv[i], value))
			return sentence(why, -EINVAL, "%s=%s: no such argument, or not its value", argv[i], value);
	}
	if (!a->exports && (!a->memory || !a->instances))
		return sentence(why, -EINVAL, "memory=FILE and instances=N are needed");
	if (a->seed && !a->map)
		return sentence(why, -EINVAL, "seed=%" PRIu64 ": map=FILE is needed with it", a->seed);
	return 0;
}
