// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_bind.c - `invbench bind`: takes idle devices from their drivers.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "subcommand.h"
#include "hold.h"

struct options {
	const char *driver, *type;
	const char **names;
	size_t count;
	bool force;
};

static const struct argp_option option_list[] = {
	{ "driver", 'd', "DRIVER", 0, "Bind to DRIVER: invbench (the default), vfio-pci, or none", 0 },
	{ "type", 't', "DMA|DMA-FQ|identity", 0,
	  "Set the type of the device's IOMMU group as well: strict, lazy, or not translated; without --driver, its driver "
	  "stays",
	  0 },
	{ "force", 'f', NULL, 0, "Take a device that is in use as well: whoever uses it loses it", 0 },
	{}
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'd':
		o->driver = arg;
		break;
	case 't':
		o->type = arg;
		break;
	case 'f':
		o->force = true;
		break;
	case ARGP_KEY_ARG:
		o->names[o->count++] = arg;
		break;
	case ARGP_KEY_END:
		if (!o->count)
			argp_failure(state, STATUS_USAGE, 0, "name a device; see: invbench devices");
		if (!o->driver && !o->type)
			o->driver = "invbench";
		if (o->driver && !strcmp(o->driver, "none"))
			o->driver = "";
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "DEVICE...",
	.doc = "Takes devices from their drivers and binds them to another one: all of them, or none.\n"
	       "A device is refused that has a mounted file system, swap, a network link that is up, a device node that a "
	       "process has open, or that cannot be checked for these; or that shares its IOMMU group with a device in use. "
	       "Bridges are refused always. What was is noted in /run/invbench first.\v"
	       "Examples:\n"
	       "  invbench bind 0000:01:00.0 0000:02:00.0\n"
	       "  invbench bind --driver vfio-pci 0000:01:00.0\n"
	       "  invbench bind --type DMA-FQ 0000:03:00.0\n"
	       "  invbench restore                        put everything back\n"
	       "\n"
	       "Exit status: 0 bound; 1 the kernel failed; 2 refused, and then nothing has changed. More: invbench-bind(1).",
};

static int cmd_bind(int argc, char **argv)
{
	struct options o = { .names = calloc(argc + 1, sizeof(*o.names)) };
	struct hold hold;
	struct sentence why;
	int err;

	if (!o.names)
		die("out of memory");
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	err = hold_take(&hold, o.names, o.driver, o.type, o.force, &why);
	hold_free(&hold);
	free(o.names);
	if (err)
		say("%s", why.text);
	return !err ? STATUS_PASS : err == -EIO ? STATUS_FAIL : STATUS_USAGE;
}

COMMAND(bind) = {
	.name = "bind",
	.summary = "take idle devices from their drivers, for invbench to use",
	.argp = &argp,
	.run = cmd_bind,
};
