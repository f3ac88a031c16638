// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_unbind.c - `invbench unbind`: puts some devices back.
 */
#include <argp.h>
#include <errno.h>

#include "binding.h"
#include "subcommand.h"
#include "device.h"

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	int *first = state->input;

	if (key == ARGP_KEY_NO_ARGS)
		argp_failure(state, STATUS_USAGE, 0, "name a device; see: invbench devices");
	if (key != ARGP_KEY_ARGS)
		return ARGP_ERR_UNKNOWN;
	*first = state->next;
	return 0;
}

static const struct argp argp = {
	.parser = parse_option,
	.args_doc = "DEVICE...",
	.doc = "Gives devices back: driver, driver_override and the type of the IOMMU group become what they were before "
	       "invbench changed them. A device in use, by a virtual machine perhaps, is refused. `invbench restore` does "
	       "it for all devices.\v"
	       "Exit status: 0 put back, or nothing was changed; 1 the kernel failed; 2 refused. More: invbench-unbind(1).",
};

static enum status unbind(const char *name)
{
	struct device device;
	struct sentence why;
	int err;

	if (!binding_journaled(name)) {
		if (device_find(name, &device)) {
			say("there is no device '%s' behind an SMMU; see: invbench devices", name);
			return STATUS_USAGE;
		}
		say("%s: invbench has not changed it", name);
		return STATUS_PASS;
	}
	err = binding_restore(name, &why);
	if (err)
		say("%s", why.text);
	return !err ? STATUS_PASS : err == -EIO ? STATUS_FAIL : STATUS_USAGE;
}

/* Goes on after an error; a failure of the kernel is the worse one. */
static int cmd_unbind(int argc, char **argv)
{
	int first = argc, result = STATUS_PASS;

	argp_parse(&argp, argc, argv, 0, NULL, &first);
	for (int i = first; i < argc; i++) {
		enum status status = unbind(argv[i]);

		if (status && result != STATUS_FAIL)
			result = status;
	}
	return result;
}

COMMAND(unbind) = {
	.name = "unbind",
	.summary = "give devices back to the drivers that they had",
	.argp = &argp,
	.run = cmd_unbind,
};
