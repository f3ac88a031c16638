// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_bind.c - `invbench bind`: takes idle devices from their drivers.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subcommand.h"
#include "hold.h"
#include "refusal.h"

struct options {
	const char *driver, *type;
	const char **names;
	size_t count;
	bool force, all_safe;
};

enum { OPT_ALL_SAFE = 256 };

static const struct argp_option option_list[] = {
	{ "driver", 'd', "DRIVER", 0, "Bind to DRIVER: invbench (the default), vfio-pci, or none", 0 },
	{ "type", 't', "DMA|DMA-FQ|identity", 0,
	  "Set the type of the device's IOMMU group as well: strict, lazy, or not translated; without --driver, its driver "
	  "stays",
	  0 },
	{ "all-safe", OPT_ALL_SAFE, NULL, 0,
	  "Take all that may be taken, as `invbench devices` says, instead of naming them; prints their names", 0 },
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
	case OPT_ALL_SAFE:
		o->all_safe = true;
		break;
	case ARGP_KEY_ARG:
		o->names[o->count++] = arg;
		break;
	case ARGP_KEY_END:
		if (!o->count == !o->all_safe)
			argp_failure(state, STATUS_USAGE, 0, "name a device, or say --all-safe; see: invbench devices");
		if (o->all_safe && o->force)
			argp_failure(state, STATUS_USAGE, 0, "--all-safe takes what is safe, and --force what is not");
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
	.args_doc = "DEVICE...\n--all-safe",
	.doc = "Takes devices from their drivers and binds them to another one: all that are named, or none.\n"
	       "A device is refused that has a mounted file system, swap, a network link that is up, a device node that a "
	       "process has open, or that cannot be checked for these; or that shares its IOMMU group with a device in use. "
	       "Bridges are refused always. What was is noted in /run/invbench first.\v"
	       "Examples:\n"
	       "  invbench bind 0000:01:00.0 0000:02:00.0\n"
	       "  invbench bind --driver vfio-pci 0000:01:00.0\n"
	       "  invbench bind --all-safe\n"
	       "  invbench bind --type DMA-FQ 0000:03:00.0\n"
	       "  invbench restore                        put everything back\n"
	       "\n"
	       "Exit status: 0 bound; 1 the kernel failed; 2 refused, and then nothing has changed. More: invbench-bind(1).",
};

/* Names live as long as @devices. */
static void name_all_safe(struct options *o, struct device **devices)
{
	const int count = devices_list(devices);
	struct sentence why;

	if (count < 0)
		die("sysfs cannot be read: %s", strerror(-count));
	free(o->names);
	o->names = calloc(count + 1, sizeof(*o->names));
	if (!o->names)
		die("out of memory");
	for (int i = 0; i < count; i++) {
		const struct device *d = &(*devices)[i];

		if (!(o->driver && !strcmp(d->driver, o->driver)) && !refusal_ask(d, &why))
			o->names[o->count++] = d->name;
	}
	if (!o->count)
		die("no device may be taken; why not: invbench devices");
}

static enum status take(const struct options *o, const char *const *names)
{
	struct hold hold;
	struct sentence why;
	int err = hold_take(&hold, names, o->driver, o->type, o->force, &why);

	hold_free(&hold);
	if (err)
		say("%s", why.text);
	return !err ? STATUS_PASS : err == -EIO ? STATUS_FAIL : STATUS_USAGE;
}

/* One by one: what shows only when it is bound that it cannot be had is told, and is no reason to leave the others. */
static enum status take_each(const struct options *o)
{
	enum status worst = STATUS_PASS;
	size_t taken = 0;

	for (size_t i = 0; i < o->count; i++) {
		const char *const one[] = { o->names[i], NULL };
		enum status status = take(o, one);

		worst = status ?: worst;
		taken += !status;
		if (!status)
			puts(one[0]);
	}
	return taken ? STATUS_PASS : worst;
}

static int cmd_bind(int argc, char **argv)
{
	struct options o = { .names = calloc(argc + 1, sizeof(*o.names)) };
	struct device *devices = NULL;
	enum status status;

	if (!o.names)
		die("out of memory");
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (o.all_safe)
		name_all_safe(&o, &devices);
	status = o.all_safe ? take_each(&o) : take(&o, o.names);
	free(o.names);
	free(devices);
	return status;
}

COMMAND(bind) = {
	.name = "bind",
	.summary = "take idle devices from their drivers, for invbench to use",
	.argp = &argp,
	.run = cmd_bind,
};
