// SPDX-License-Identifier: GPL-2.0-only
/* reason.c - the table of reasons; results/README.md has it too, and a test holds the two together. */
#include <stddef.h>
#include <string.h>

#include "reason.h"

static const struct {
	const char *name, *summary;
} reasons[REASONS] = {
	[REASON_NONE] = { "", "it passed" },
	[REASON_OTHER] = { "other", "none of the others; the sentence says more" },
	[REASON_NEEDS] = { "needs", "something that the case needs is not there" },
	[REASON_LATE] = { "late", "the SMMU model did not keep its times, as the machine was too busy" },
	[REASON_SETUP] = { "setup", "the case could not be set up, or what it used not be put back" },
	[REASON_OPERATION] = { "operation", "an operation failed" },
	[REASON_COUNTS] = { "counts", "what was done and what was recorded do not agree, or do not fit" },
	[REASON_HALF] = { "half", "the kernel half refused, or lost what it had" },
	[REASON_MODEL] = { "model", "the SMMU model refused, or did not answer" },
	[REASON_SPLAT] = { "splat", "the kernel's log has a splat" },
	[REASON_DIED] = { "died", "a thread, a process or the guest died" },
	[REASON_HUNG] = { "hung", "the guest did not come to its end in time" },
	[REASON_VIOLATION] = { "violation", "the driver left something in an SMMU that it should have invalidated" },
	[REASON_UNFOLLOWED] = { "unfollowed", "the oracle could not follow all that the driver removed" },
};

const char *reason_name(enum reason_code code)
{
	return reasons[code].name;
}

const char *reason_summary(enum reason_code code)
{
	return reasons[code].summary;
}

enum reason_code reason_find(const char *name)
{
	size_t i;

	for (i = 0; i < REASONS; i++)
		if (!strcmp(reasons[i].name, name))
			return (enum reason_code)i;
	return REASON_OTHER;
}

static const struct {
	const char *name, *sentence;
} untimeds[] = {
	[UNTIMED_NO] = { NULL, NULL },
	[UNTIMED_TURNS] = { "turns", "threads took turns" },
	[UNTIMED_LEAPS] = { "leaps", "time leaps while operations wait for a device" },
};

const char *untimed_name(enum untimed untimed)
{
	return untimeds[untimed].name;
}

const char *untimed_sentence(enum untimed untimed)
{
	return untimeds[untimed].sentence;
}

enum untimed untimed_find(const char *name)
{
	size_t i;

	for (i = UNTIMED_TURNS; i < sizeof(untimeds) / sizeof(untimeds[0]); i++)
		if (!strcmp(untimeds[i].name, name))
			return (enum untimed)i;
	return UNTIMED_NO;
}
