// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_restore.c - `invbench restore`: puts all devices back.
 */
#include <argp.h>
#include <stdio.h>

#include "binding.h"
#include "subcommand.h"

static const struct argp argp = {
	.doc = "Gives all devices back that `invbench bind`, or a run, has taken: driver, driver_override and the type of the "
	       "IOMMU group become what they were, even if invbench was killed in the middle. A device in use is left alone, as is "
	       "one of a run that goes on. Can be repeated.\v"
	       "Exit status: 0 all are as they were; 1 one is not, and why is said on stderr. More: invbench-restore(1).",
};

static int cmd_restore(int argc, char **argv)
{
	unsigned int count;
	struct sentence why;
	int err;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	err = binding_restore_all(&count, &why);
	if (err)
		say("%s", why.text);
	printf("%u device%s put back\n", count, count == 1 ? "" : "s");
	return err ? STATUS_FAIL : STATUS_PASS;
}

COMMAND(restore) = {
	.name = "restore",
	.summary = "give all devices back, whatever killed invbench",
	.argp = &argp,
	.run = cmd_restore,
};
