// SPDX-License-Identifier: GPL-2.0-only
/* version1.c - what files of version 1 do not say, and version 2 does. */
#include <string.h>

#include "version1.h"

/* What that version's sentences had in them, the first that is found. */
static const struct {
	const char *words;
	enum reason_code code;
} sentences[] = {
	{ "the oracle caught the driver", REASON_VIOLATION },
	{ "the oracle could not follow", REASON_UNFOLLOWED },
	{ "CMD_SYNCs late", REASON_LATE },
	{ "the kernel log says", REASON_SPLAT },
	{ "hung: no end after", REASON_HUNG },
	{ "QEMU ended with status", REASON_DIED },
	{ "the guest ended without a status", REASON_DIED },
	{ "died", REASON_DIED },
	{ "ended by itself", REASON_DIED },
	{ "operation of thread", REASON_OPERATION },
	{ "operations were", REASON_COUNTS },
	{ "samples are longer", REASON_COUNTS },
	{ "do not fit into one sum", REASON_COUNTS },
	{ "the kernel half", REASON_HALF },
	{ "the SMMU model was told", REASON_MODEL },
};

enum reason_code version1_reason(const struct result_case *c)
{
	size_t i;

	if (c->status == STATUS_PASS)
		return REASON_NONE;
	if (c->status == STATUS_SKIP)
		return c->late ? REASON_LATE : REASON_NEEDS;
	for (i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		if (strstr(c->reason, sentences[i].words))
			return sentences[i].code;
	return REASON_OTHER;
}

enum untimed version1_untimed(const struct bed_kind *bed, const struct result_case *c)
{
	if (bed->turns && c->nr_threads > 1)
		return UNTIMED_TURNS;
	/* Of that version's workloads nvme alone waited for a device. */
	return bed->leaps && !strcmp(c->workload, "nvme") ? UNTIMED_LEAPS : UNTIMED_NO;
}

bool version1_against(const char *base, const char *name, const char *other)
{
	const char *suffix = strchr(name, '-');
	const size_t n = strlen(base);

	return suffix && !strncmp(other, base, n) && !strcmp(other + n, suffix);
}
