// SPDX-License-Identifier: GPL-2.0-only
/*
 * completion.c - invbench completion: what may come next on a command line.
 *
 * The script that it prints asks this program again, with the words so far. Which
 * options there are is in the subcommands' option tables, and what an option or an
 * argument takes goes by its name there.
 */
#include <argp.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subcommand.h"
#include "bed.h"
#include "common.h"
#include "compare.h"
#include "device.h"
#include "event_trace.h"
#include "reason.h"
#include "suite.h"

static const char script[] =
	"# SPDX-License-Identifier: GPL-2.0-only\n"
	"# bash completion for invbench, which knows best itself: see man invbench-completion.\n"
	"_invbench()\n"
	"{\n"
	"	local line=${COMP_LINE:0:COMP_POINT} words current\n"
	"	read -ra words <<<\"$line\"\n"
	"	[[ $line != *[[:space:]] ]] || words+=('')\n"
	"	current=${words[${#words[@]} - 1]}\n"
	"	mapfile -t COMPREPLY < <(\"${1/#\\~\\//$HOME/}\" completion -- \"${words[@]:1}\" 2>/dev/null)\n"
	"	# Of op=map or 0000:01 bash replaces what is behind the last = or : alone.\n"
	"	COMPREPLY=(\"${COMPREPLY[@]#\"${current%\"$2\"}\"}\")\n"
	"	[[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace\n"
	"}\n"
	"# What the program knows nothing about is a file.\n"
	"complete -o bashdefault -o default -F _invbench invbench\n";

/* A command line, whose last word is to be completed; of it the part from @part on. */
struct request {
	char **words; /* words[0] is the subcommand */
	size_t count;
	const char *word, *part;
	const char *argument; /* the first that is no option, or NULL */
	size_t nr_arguments;  /* before the word */
};

static void offer(const struct request *r, const char *text, const char *end)
{
	if (!strncmp(text, r->part, strlen(r->part)))
		printf("%.*s%s%s\n", (int)(r->part - r->word), r->word, text, end);
}

/* ---- what there is of each kind ---- */

static void offer_beds(const struct request *r)
{
	const struct bed_kind *bed;

	for (bed = bed_kinds; bed->name; bed++)
		offer(r, bed->name, "");
}

static void offer_codes(const struct request *r)
{
	enum reason_code code;

	for (code = REASON_NONE + 1; code < REASONS; code++)
		offer(r, reason_name(code), "");
}

static void offer_devices(const struct request *r)
{
	struct device *list = NULL;
	int i, count = devices_list(&list);

	for (i = 0; i < count; i++)
		offer(r, list[i].name, "");
	free(list);
}

/* Has one of the first @probes that entry point? */
static bool has_entry_before(size_t probes, const char *entry)
{
	const struct probe *probe;
	size_t i, n;

	for (i = 0; i < probes; i++) {
		probe = probe_nth(i);
		for (n = 0; probe->entries && probe->entries[n]; n++)
			if (!strcmp(probe->entries[n], entry))
				return true;
	}
	return false;
}

/* Of probes, and with --events points. */
static void offer_entries(const struct request *r)
{
	const struct probe *probe;
	const char *name;
	unsigned int point;
	size_t i, n;

	for (i = 0; (probe = probe_nth(i)); i++)
		for (n = 0; probe->entries && probe->entries[n]; n++)
			if (!has_entry_before(i, probe->entries[n]))
				offer(r, probe->entries[n], "");
	for (point = 0; (name = event_point_name(point)); point++)
		if (!has_entry_before(i, name))
			offer(r, name, "");
}

/* As --from and --to take them. */
static void offer_points(const struct request *r)
{
	const char *name;
	unsigned int point;

	for (point = 0; (name = event_point_name(point)); point++) {
		offer(r, name, "");
		offer(r, name, ".begin");
		offer(r, name, ".end");
	}
}

static void offer_metrics(const struct request *r)
{
	int id;

	for (id = 0; id < METRICS; id++)
		offer(r, metric_infos[id].key, "");
}

static void offer_probes(const struct request *r)
{
	const struct probe *probe;
	size_t i;

	for (i = 0; (probe = probe_nth(i)); i++)
		offer(r, probe->name, "");
}

static void offer_suites(const struct request *r)
{
	char *path = suite_folder();
	DIR *folder = path ? opendir(path) : NULL;
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		char *dot = strrchr(entry->d_name, '.');

		if (!dot || strcmp(dot, ".suite"))
			continue;
		*dot = '\0';
		offer(r, entry->d_name, "");
	}
	if (folder)
		closedir(folder);
	free(path);
}

static void offer_workloads(const struct request *r)
{
	const struct workload *w;
	size_t i;

	for (i = 0; (w = workload_nth(i)); i++)
		offer(r, w->name, "");
}

static void offer_list(struct request r, const char *const *choices)
{
	const char *comma = strrchr(r.part, ',');

	r.part = comma ? comma + 1 : r.part;
	for (; choices && *choices; choices++)
		offer(&r, *choices, "");
}

/* NAME=VALUE[,VALUE...] of the workload named before. */
static void offer_params(const struct request *r)
{
	const struct workload *w = r->argument ? workload_find(r->argument) : NULL;
	const char *equals = strchr(r->word, '=');
	const struct param *p;
	struct request value = *r;
	size_t i;

	value.part = equals ? equals + 1 : r->part;
	for (i = 0; w && (p = workload_param(w, i)); i++) {
		if (!equals)
			offer(r, p->name, "=");
		else if (strlen(p->name) == (size_t)(equals - r->word) && !strncmp(p->name, r->word, strlen(p->name)))
			offer_list(value, p->choices);
	}
}

/* Names in capitals, as option tables have them. Others are files, numbers, or free. */
static const struct kind {
	const char *name;
	void (*offer)(const struct request *r);
} kinds[] = {
	{ "BED", offer_beds },		 { "CODE", offer_codes },     { "DEVICE", offer_devices },
	{ "ENTRY", offer_entries },	 { "METRIC", offer_metrics }, { "NAME=VALUE", offer_params },
	{ "POINT", offer_points },	 { "PROBE", offer_probes },   { "SUITE", offer_suites },
	{ "WORKLOAD", offer_workloads },
};

/* "importance|suite", "list": the words themselves. */
static void offer_choices(const struct request *r, const char *what)
{
	char *copy = strdup(what), *rest = copy, *choice;

	while (copy && (choice = strsep(&rest, "|")))
		offer(r, choice, "");
	free(copy);
}

/* @what: an option's or argument's name. */
static void offer_value(struct request r, const char *what)
{
	const char *comma = strrchr(r.part, ',');
	size_t i;

	if (strchr(what, '|') || (*what >= 'a' && *what <= 'z')) {
		offer_choices(&r, what);
		return;
	}
	if (strchr(what, ',') && comma && strncmp(what, "NAME=", 5))
		r.part = comma + 1;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const size_t length = strlen(kinds[i].name);

		if (!strncmp(what, kinds[i].name, length) && (what[length] < 'A' || what[length] > 'Z'))
			kinds[i].offer(&r);
	}
}

/* ---- options ---- */

static bool is_last(const struct argp_option *o)
{
	return !o->name && !o->key && !o->doc;
}

/* By its long name, of @length characters, or by its letter. Children have options too. */
static const struct argp_option *find_option(const struct argp *argp, const char *name, size_t length, int letter)
{
	const struct argp_option *o, *found = NULL;
	const struct argp_child *child;

	for (o = argp->options; o && !is_last(o); o++)
		if (o->name &&
		    (letter ? o->key == letter : name && strlen(o->name) == length && !strncmp(o->name, name, length)))
			return o;
	for (child = argp->children; child && child->argp && !found; child++)
		found = find_option(child->argp, name, length, letter);
	return found;
}

static void offer_options(const struct request *r, const struct argp *argp)
{
	const struct argp_option *o;
	const struct argp_child *child;
	char name[64];

	for (o = argp->options; o && !is_last(o); o++) {
		if (!o->name)
			continue;
		snprintf(name, sizeof(name), "--%s", o->name);
		offer(r, name, o->arg && !(o->flags & OPTION_ARG_OPTIONAL) ? "=" : "");
	}
	for (child = argp->children; child && child->argp; child++)
		offer_options(r, child->argp);
}

static const struct argp_option *option_of(const struct argp *argp, const char *word)
{
	if (!strncmp(word, "--", 2))
		return find_option(argp, word + 2, strcspn(word + 2, "="), 0);
	return find_option(argp, NULL, 0, word[1]);
}

/* Does it want the next word as its argument? */
static bool wants_next(const struct argp_option *o, const char *word)
{
	if (!o || !o->arg || o->flags & OPTION_ARG_OPTIONAL)
		return false;
	return word[1] == '-' ? !strchr(word, '=') : !word[2];
}

/* ---- arguments ---- */

/* A line of args_doc: "trend CASE", "WORKLOAD [NAME=VALUE...]". */
static void offer_argument_of(const struct request *r, char *line)
{
	char *rest = line, *token, *last = NULL;
	size_t n = 0;

	while ((token = strsep(&rest, " "))) {
		token += *token == '[';
		if (!strcmp(token, "--"))
			return;
		if (*token == '-')
			continue;
		token[strcspn(token, "]")] = '\0';
		last = token;
		if (n == r->nr_arguments)
			break;
		if (!n++ && *token >= 'a' && *token <= 'z' && strcmp(token, r->argument))
			return;
	}
	if (token || (last && strstr(last, "...")))
		offer_value(*r, last);
}

static void offer_arguments(const struct request *r, const struct argp *argp)
{
	char *copy = strdup(argp->args_doc ?: ""), *rest = copy, *line;

	while (copy && (line = strsep(&rest, "\n")))
		offer_argument_of(r, line);
	free(copy);
}

/* ---- the whole ---- */

/* The words before the last. The option that still wants its argument goes to @open. False: what comes is another program's. */
static bool read_words(struct request *r, const struct argp *argp, const struct argp_option **open)
{
	size_t i;

	for (i = 1; i + 1 < r->count; i++) {
		const char *word = r->words[i];

		*open = NULL;
		if (!strcmp(word, "--"))
			return false;
		if (*word == '-' && word[1]) {
			*open = option_of(argp, word);
			*open = wants_next(*open, word) ? *open : NULL;
			i += *open && i + 2 < r->count;
			continue;
		}
		r->argument = r->argument ?: word;
		r->nr_arguments++;
	}
	return true;
}

static void complete(struct request *r, const struct subcommand *command)
{
	const struct argp_option *open = NULL, *o;
	const char *equals = strchr(r->word, '=');

	if (!read_words(r, command->argp, &open))
		return;
	if (open) {
		offer_value(*r, open->arg);
	} else if (!strncmp(r->word, "--", 2) && equals) {
		o = option_of(command->argp, r->word);
		r->part = equals + 1;
		if (o && o->arg)
			offer_value(*r, o->arg);
	} else if (*r->word == '-') {
		offer_options(r, command->argp);
		offer(r, "--help", "");
	} else {
		offer_arguments(r, command->argp);
	}
}

static void complete_command(const struct request *r)
{
	const struct subcommand *c;
	size_t i;

	for (i = 0; (c = subcommand_nth(i)); i++)
		offer(r, c->name, "");
	offer(r, "--help", "");
	offer(r, "--version", "");
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (!state->quoted)
			die("completion: '%s' is one argument too many; words to complete come after --", arg);
		return ARGP_ERR_UNKNOWN;
	case ARGP_KEY_ARGS:
		r->words = state->argv + state->next;
		r->count = (size_t)(state->argc - state->next);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = parse_option,
	.args_doc = "[-- WORD...]",
	.doc = "Prints what bash needs to complete invbench's command lines; or, asked by that, what the last WORD of such a "
	       "line may become.\v"
	       "Examples:\n"
	       "  . <(invbench completion)                 for this shell\n"
	       "  invbench completion -- run --suite=      which suites are there?\n"
	       "\n"
	       "`make install` puts it where bash looks for it.\n"
	       "\n"
	       "Exit status: 0; 2 for bad input. More: invbench-completion(1).",
};

static int run_completion(int argc, char **argv)
{
	const struct subcommand *command;
	struct request r = {};

	argp_parse(&argp, argc, argv, 0, NULL, &r);
	if (!r.count) {
		fputs(script, stdout);
		return STATUS_PASS;
	}
	r.word = r.part = r.words[r.count - 1];
	command = subcommand_find(r.words[0]);
	if (r.count == 1)
		complete_command(&r);
	else if (command)
		complete(&r, command);
	return STATUS_PASS;
}

COMMAND(completion) = {
	.name = "completion",
	.summary = "print what bash needs to complete command lines of invbench",
	.argp = &argp,
	.run = run_completion,
};
