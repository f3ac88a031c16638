// SPDX-License-Identifier: GPL-2.0-only
/* submit.c - the driver's function that submits a list of commands, as this kernel has it. */
#include <errno.h>
#include <stdio.h>

#include "submit.h"
#include "target.h"

const char *const submit_room_functions[] = { "arm_smmu_cmdq_poll_until_not_full", NULL };
const char *const submit_sync_functions[] = { "__arm_smmu_cmdq_poll_until_consumed", "arm_smmu_cmdq_poll_until_sync",
					      NULL };
const char *const submit_msi_functions[] = { "__arm_smmu_cmdq_poll_until_msi", NULL };

/* An argument is known by name only. */
int submit_find_args(const struct target *submit, struct submit_args *args, char *why, size_t why_size)
{
	const struct {
		const char *name;
		unsigned int *at;
	} wanted[] = { { "smmu", &args->smmu },
		       { "cmdq", &args->cmdq },
		       { "cmds", &args->list },
		       { "n", &args->n },
		       { "sync", &args->sync } };
	int at;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		at = target_argument(submit, wanted[i].name);
		if (at < 0 || at > 7) {
			snprintf(why, why_size, "the BTF of %s does not say which argument of %s is `%s`%s",
				 submit->module[0] ? submit->module : "this kernel", submit->symbol, wanted[i].name,
				 submit->module[0] ? " (CONFIG_DEBUG_INFO_BTF_MODULES)" : "");
			return -EOPNOTSUPP;
		}
		*wanted[i].at = at;
	}
	return 0;
}

bool submit_has_usual_args(const struct target *submit)
{
	struct submit_args args;
	char why[256];

	return !submit_find_args(submit, &args, why, sizeof(why)) && args.smmu == 0 && args.cmdq == 1 &&
	       args.list == 2 && args.n == 3 && args.sync == 4;
}
