// SPDX-License-Identifier: GPL-2.0-only
/*
 * devices.c - `invbench devices`: what is behind the SMMUs of this machine,
 * and what of it may be taken.
 */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "subcommand.h"
#include "json_text.h"
#include "device.h"
#include "half.h"
#include "instances.h"
#include "table.h"

static const struct argp_option option_list[] = { { "json", 'j', NULL, 0, "Print a JSON array instead of a table", 0 },
						  {} };

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	bool *json = state->input;

	if (key != 'j')
		return ARGP_ERR_UNKNOWN;
	*json = true;
	return 0;
}

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.doc = "Lists the devices behind an SMMU: what they can do, and whether `invbench bind` would take them without "
	       "--force; if not, why. Those behind another IOMMU are named as such.\n"
	       "'?' is what could not be found out: abilities of a PCI device are for root to see, and whether its SMMU has "
	       "range invalidation (ril) shows when the module invbench.ko is loaded and has an endpoint behind it.\v"
	       "Exit status: 0, also if there are none; 1 sysfs cannot be read. More: invbench-devices(1).",
};

/* A device, and what is found out beside it. */
struct row {
	const struct device *device;
	const char *ril;
	int safe; /* 1, 0, or negative: not known */
	struct sentence why;
};

/* What `invbench bind` would ask. */
static void ask(struct row *row)
{
	const struct device *d = row->device;
	int ret = device_is_fit(d, &row->why) ? 0 : 1;

	if (!ret)
		ret = device_in_use(d, &row->why);
	if (!ret)
		ret = device_group_in_use(d, NULL, &row->why);
	row->safe = ret < 0 ? ret : !ret;
}

/* The kernel half makes the traffic in which an SMMU shows itself. */
static json_t *read_instances(void)
{
	json_t *instances = NULL;

	if (!access(INVBENCH_DEVICE, R_OK | W_OK))
		instances_read(half_traffic, NULL, &instances);
	return instances;
}

static const char *find_ril(const json_t *instances, const char *name)
{
	const json_t *instance;
	size_t i;

	json_array_foreach (instances, i, instance) {
		if (!strcmp(json_string_value(json_object_get(instance, "name")), name) &&
		    json_object_get(instance, "ril"))
			return json_is_true(json_object_get(instance, "ril")) ? "yes" : "no";
	}
	return "?";
}

static const char *yes_no(bool yes)
{
	return yes ? "yes" : "no";
}

static void put_row(struct table *t, const struct row *row)
{
	const struct device *d = row->device;

	table_put(t, "%s", d->name);
	table_put(t, "%s", d->what);
	table_put(t, "%s", d->instance);
	table_put(t, "%s", d->group[0] ? d->group : "?");
	table_put(t, "%s", d->group_type[0] ? d->group_type : "?");
	table_put(t, "%s", d->known ? yes_no(d->ats) : "?");
	if (d->known)
		table_put(t, "%u", d->pasid_bits);
	else
		table_put(t, "?");
	table_put(t, "%s", d->known ? yes_no(d->pri) : "?");
	table_put(t, "%s", row->ril);
	table_put(t, "%s", d->driver[0] ? d->driver : "-");
	if (row->safe == 1)
		table_put(t, "yes");
	else
		table_put(t, "%s: %s", row->safe ? "?" : "no", row->why.text);
}

static json_t *known(bool is_known, json_t *value)
{
	if (is_known)
		return value;
	json_decref(value);
	return json_null();
}

static json_t *to_json(const struct row *row)
{
	const struct device *d = row->device;

	return json_pack(
		"{s:o, s:s, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "name", json_text(d->name),
		"bus", d->bus, "what", json_text(d->what), "instance", json_text(d->instance), "group",
		json_text(d->group), "group_type", json_text(d->group_type), "in_group", (int)d->in_group, "driver",
		json_text(d->driver), "ats", known(d->known, json_boolean(d->ats)), "pri",
		known(d->known, json_boolean(d->pri)), "pasid_bits", known(d->known, json_integer(d->pasid_bits)),
		"ril", known(row->ril[0] != '?', json_boolean(!strcmp(row->ril, "yes"))), "safe",
		known(row->safe >= 0, json_boolean(row->safe == 1)), "why", row->safe == 1 ? "" : row->why.text);
}

static void print_table(const struct row *rows, int count)
{
	struct table t = { .alignment = "lllrllrllll" };

	table_put_line(&t, (const char *[]){ "device", "what", "smmu", "group", "type", "ats", "pasid", "pri", "ril",
					     "driver", "safe to take" });
	for (int i = 0; i < count; i++)
		put_row(&t, &rows[i]);
	table_print(&t, stdout);
}

static void print_json(const struct row *rows, int count)
{
	json_t *array = json_array();

	for (int i = 0; i < count; i++)
		json_array_append_new(array, to_json(&rows[i]));
	if (json_array_size(array) != (size_t)count)
		die("out of memory");
	json_dumpf(array, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(array);
}

static int cmd_devices(int argc, char **argv)
{
	struct device *devices;
	json_t *instances;
	bool json = false;
	struct row *rows;
	int count;

	argp_parse(&argp, argc, argv, 0, NULL, &json);
	count = devices_list(&devices);
	if (count < 0) {
		say("sysfs cannot be read: %s", strerror(-count));
		return STATUS_FAIL;
	}
	rows = calloc(count + 1, sizeof(*rows));
	if (!rows)
		die("out of memory");
	for (int i = 0; i < count; i++) {
		rows[i].device = &devices[i];
		ask(&rows[i]);
	}
	/* After the question who uses them, as it uses them. */
	instances = read_instances();
	for (int i = 0; i < count; i++)
		rows[i].ril = find_ril(instances, devices[i].instance);
	(json ? print_json : print_table)(rows, count);
	if (!count)
		say("no device of this machine is behind an IOMMU");
	json_decref(instances);
	free(rows);
	free(devices);
	return STATUS_PASS;
}

COMMAND(devices) = {
	.name = "devices",
	.summary = "list the devices behind an SMMU, and which of them may be taken",
	.argp = &argp,
	.run = cmd_devices,
};
