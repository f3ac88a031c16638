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
#include "abilities.h"
#include "device.h"
#include "json_text.h"
#include "refusal.h"
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
	       "range invalidation (ril) or ATS shows when the module invbench.ko is loaded and has an endpoint behind it. "
	       "A device that has ATS may not be let: no:firmware, no:smmu.\v"
	       "Exit status: 0, also if there are none; 1 sysfs cannot be read. More: invbench-devices(1).",
};

/* A device, and what is found out beside it. */
struct row {
	const struct device *device;
	struct ability ats, ril;
	int safe; /* 1, 0, or negative: not known */
	struct sentence why;
};

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
	table_put(t, "%s", row->ats.word);
	if (d->known)
		table_put(t, "%u", d->pasid_bits);
	else
		table_put(t, "?");
	table_put(t, "%s", d->known ? yes_no(d->pri) : "?");
	table_put(t, "%s", row->ril.word);
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

static json_t *ability_json(const struct ability *ability)
{
	return known(ability->word[0] != '?', json_boolean(!strcmp(ability->word, "yes")));
}

static json_t *to_json(const struct row *row)
{
	const struct device *d = row->device;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:s}", "name",
			 json_text(d->name), "bus", json_text(d->bus), "what", json_text(d->what), "instance",
			 json_text(d->instance), "group", json_text(d->group), "group_type", json_text(d->group_type),
			 "in_group", (int)d->in_group, "driver", json_text(d->driver), "ats", ability_json(&row->ats),
			 "ats_why", row->ats.why, "pri", known(d->known, json_boolean(d->pri)), "pasid_bits",
			 known(d->known, json_integer(d->pasid_bits)), "ril", ability_json(&row->ril), "safe",
			 known(row->safe >= 0, json_boolean(row->safe == 1)), "why",
			 row->safe == 1 ? "" : row->why.text);
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
		const int refused = refusal_ask(&devices[i], &rows[i].why);

		rows[i].device = &devices[i];
		rows[i].safe = refused < 0 ? refused : !refused;
	}
	/* After the question who uses them, as it uses them. */
	instances = abilities_read();
	for (int i = 0; i < count; i++) {
		rows[i].ats = ability_ats(&devices[i], instances);
		rows[i].ril = ability_ril(&devices[i], instances);
	}
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
