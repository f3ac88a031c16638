// SPDX-License-Identifier: GPL-2.0-only
/* probe_symbols.c - what probes find in the running kernel, as a table. */
#include <errno.h>
#include <string.h>

#include "common.h"
#include "status.h"
#include "probe_symbols.h"
#include "text.h"

#define NOT_AVAILABLE "not available: "

static void print_row(FILE *out, const char *probe, const char *function, const char *found, const char *by)
{
	text_column(out, probe, -10);
	fputc(' ', out);
	text_column(out, function, -43);
	fputc(' ', out);
	text_column(out, found, -43);
	fprintf(out, " %s\n", by);
}

/* "all.occupancy  not available: ..."; an element of an array is like the others. */
static void print_missing(FILE *out, const char *probe, const char *path, json_t *value)
{
	const char *key, *text = json_string_value(value);
	json_t *inner;
	char deeper[128];
	size_t i;

	if (text && !strncmp(text, NOT_AVAILABLE, strlen(NOT_AVAILABLE)))
		fprintf(out, "%s: %s: %s\n", probe, path, text);
	json_object_foreach (value, key, inner) {
		snprintf(deeper, sizeof(deeper), "%s%s%s", path, *path ? "." : "", key);
		print_missing(out, probe, deeper, inner);
	}
	json_array_foreach (value, i, inner)
		if (!i)
			print_missing(out, probe, path, inner);
}

/* cmdq has one function, the others several. */
static void print_symbols(FILE *out, const char *probe, const json_t *read)
{
	json_t *symbols = json_object_get(read, "symbols"), *modes = json_object_get(read, "attach_modes"), *found;
	const char *function, *mode;

	if (json_object_get(read, "symbol"))
		print_row(out, probe, "submit", json_string_value(json_object_get(read, "symbol")),
			  json_string_value(json_object_get(read, "attach")));
	json_object_foreach (symbols, function, found) {
		mode = json_string_value(json_object_get(modes, function));
		print_row(out, probe, function, json_string_length(found) ? json_string_value(found) : "none",
			  mode ? mode : "-");
	}
}

void symbols_print(FILE *out, const char *probe, json_t *read)
{
	print_symbols(out, probe, read);
	print_missing(out, probe, "", read);
}

static int list_probe(const struct probe *probe)
{
	char why[512];
	void *state = NULL;
	json_t *read = NULL;
	int err = probe->attach(&state, why, sizeof(why));

	if (err == -EOPNOTSUPP)
		say("%s: %s", probe->name, why);
	else if (err)
		say("%s cannot be attached: %s", probe->name, strerror(-err));
	else
		read = probe->read(state);
	if (read)
		symbols_print(stdout, probe->name, read);
	json_decref(read);
	probe->detach(state);
	return err ? STATUS_SKIP : STATUS_PASS;
}

int symbols_list(void)
{
	const struct probe *probe;
	int status = STATUS_PASS;
	size_t i;

	print_row(stdout, "probe", "looked for", "found", "by");
	for (i = 0; (probe = probe_nth(i)); i++)
		if (list_probe(probe))
			status = STATUS_SKIP;
	return status;
}
