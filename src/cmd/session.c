// SPDX-License-Identifier: GPL-2.0-only
/*
 * session.c - `invbench session`: all boots of a comparison, one after the other.
 */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "refusal.h"
#include "session_step.h"
#include "subcommand.h"
#include "suite.h"

#define BOOTS_DEFAULT 8
#define SUITE_DEFAULT "metal"

enum { OPT_ALL_SAFE = 256, OPT_AGAIN, OPT_NEXT, OPT_STATUS, OPT_STAY };

struct options {
	const char *folder, *suite, *bind, *module, *next;
	unsigned long boots;
	json_t *kernels, *probes;
	bool all_safe, again, status, stay;
};

static const struct argp_option option_list[] = {
	{ "kernel", 'k', "RELEASE", 0, "A kernel to compare, as uname -r says it there; the base first", 0 },
	{ "boots", 'b', "N", 0, "Boots of each kernel (8)", 0 },
	{ "suite", 's', "SUITE", 0, "What each boot runs (metal)", 0 },
	{ "probe", 'p', "PROBE", 0, "As invbench run has it; can be repeated", 0 },
	{ "bind", 'd', "DEVICE[,DEVICE...]", 0, "The devices, in every boot the same; see: invbench devices", 0 },
	{ "all-safe", OPT_ALL_SAFE, NULL, 0, "Those that may be taken now, instead of naming them", 0 },
	{ "module", 'm', "DIR", 0,
	  "Where the kernel half's source lies, to be built and loaded in each boot; without it: modprobe invbench",
	  0 },
	{ "next", OPT_NEXT, "HOW", 0,
	  "How the next kernel is chosen: grub, systemd-boot or kexec (else what the machine has), or a program of yours, "
	  "/PATH/PROGRAM, that is given the release, and reboots",
	  0 },
	{ "no-reboot", OPT_STAY, NULL, 0, "Run what is due here, say what is next, and leave the reboot to you", 0 },
	{ "status", OPT_STATUS, NULL, 0, "Say how far it is, and do nothing", 0 },
	{ "again", OPT_AGAIN, NULL, 0, "Go on after boots that gave no result", 0 },
	{}
};

static void add_text(json_t **list, const char *text)
{
	if (!*list)
		*list = json_array();
	if (json_array_append_new(*list, json_string(text)))
		die("'%s' is no name", text);
}

static unsigned long boots_of(const char *text)
{
	char *end;
	unsigned long boots = strtoul(text, &end, 10);

	if (*end || !boots || boots > SESSION_BOOTS_MAX)
		die("--boots=%s is not a number from 1 to %d", text, SESSION_BOOTS_MAX);
	return boots;
}

static const char **text_of(struct options *o, int key)
{
	switch (key) {
	case 's':
		return &o->suite;
	case 'd':
		return &o->bind;
	case 'm':
		return &o->module;
	case OPT_NEXT:
		return &o->next;
	default:
		return NULL;
	}
}

static bool *flag_of(struct options *o, int key)
{
	switch (key) {
	case OPT_ALL_SAFE:
		return &o->all_safe;
	case OPT_AGAIN:
		return &o->again;
	case OPT_STATUS:
		return &o->status;
	case OPT_STAY:
		return &o->stay;
	default:
		return NULL;
	}
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	const char **text = text_of(o, key);
	bool *flag = flag_of(o, key);

	if (text)
		*text = arg;
	else if (flag)
		*flag = true;
	else if (key == 'k')
		add_text(&o->kernels, arg);
	else if (key == 'p')
		add_text(&o->probes, arg);
	else if (key == 'b')
		o->boots = boots_of(arg);
	else if (key == ARGP_KEY_ARG && !o->folder)
		o->folder = arg;
	else if (key == ARGP_KEY_END && !o->folder)
		argp_failure(state, STATUS_USAGE, 0, "name a folder, as /var/lib/invbench/session");
	else if (key != ARGP_KEY_END)
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "--kernel=RELEASE... FOLDER\nFOLDER",
	.doc = "Takes this machine through all boots of a comparison of kernels: in each it loads the module, binds the "
	       "devices, runs the suite into FOLDER, puts the devices back, and reboots into the kernel that is due next, in the "
	       "order A B B A. With --kernel it begins a session; with FOLDER alone it goes on with one, as the systemd unit "
	       "invbench-session.service does after each boot. It can be interrupted anywhere.\v"
	       "Examples:\n"
	       "  invbench session --kernel 6.12.117-list --kernel 6.12.117-array --all-safe --module $PWD/kmod \\\n"
	       "    --probe invlat /var/lib/invbench/session\n"
	       "  invbench session --status /var/lib/invbench/session\n"
	       "\n"
	       "Exit status: 0 the boot has its result, or all have; 1 it has none; 2 bad input. More: invbench-session(1).",
};

/* ---- a new one ---- */

static void add_devices(json_t *devices, const struct options *o)
{
	char *copy = strdup(o->bind ?: ""), *rest = copy, *name;

	while (o->bind && (name = strsep(&rest, ","))) {
		struct device device;
		struct sentence why;

		if (refusal_find(name, &device, &why))
			die("%s", why.text);
		json_array_append_new(devices, json_string(name));
	}
	free(copy);
}

static void add_all_safe(json_t *devices)
{
	struct device *list;
	const int count = devices_list(&list);
	struct sentence why;

	for (int i = 0; i < count; i++) {
		if (!refusal_ask(&list[i], &why))
			json_array_append_new(devices, json_string(list[i].name));
	}
	free(list);
}

/* The same in all boots: names are looked up now. Without any, every boot would be of skipped cases. */
static json_t *devices_of(const struct options *o)
{
	json_t *devices = json_array();

	add_devices(devices, o);
	if (o->all_safe)
		add_all_safe(devices);
	if (!json_array_size(devices))
		die("a session needs devices: --bind=DEVICE, or --all-safe if one may be taken; see: invbench devices");
	return devices;
}

static void check_kernels(const struct options *o)
{
	const json_t *kernel;
	char path[PATH_MAX];
	size_t i;

	json_array_foreach (o->kernels, i, kernel) {
		const char *release = json_string_value(kernel);

		if (!session_is_release(release))
			die("--kernel=%s is no release of a kernel, as uname -r says it", release);
		snprintf(path, sizeof(path), "/lib/modules/%s%s", release, o->module ? "/build" : "");
		if (access(path, F_OK))
			die("--kernel=%s: there is no %s; install the kernel%s", release, path,
			    o->module ? ", and its headers" : "");
	}
}

static json_t *module_of(const struct options *o)
{
	char real[PATH_MAX];

	if (!o->module)
		return json_string("");
	if (!realpath(o->module, real))
		die("--module=%s: %s", o->module, strerror(errno));
	return json_string(real);
}

/* A file by its whole path: the session goes on from another folder. */
static json_t *suite_of(const struct options *o)
{
	const char *name = o->suite ?: SUITE_DEFAULT;
	struct suite suite = {};
	struct sentence why;
	char real[PATH_MAX];

	if (suite_load(&suite, name, &why))
		die("%s", why.text);
	suite_free(&suite);
	return json_string(!access(name, R_OK) && realpath(name, real) ? real : name);
}

static json_t *plan_of(const struct options *o)
{
	json_t *plan;

	check_kernels(o);
	plan = json_pack("{s:i, s:O, s:I, s:o, s:O*, s:o, s:o, s:s*}", "version", 1, "kernels", o->kernels, "boots",
			 (json_int_t)(o->boots ?: BOOTS_DEFAULT), "suite", suite_of(o), "probes", o->probes, "devices",
			 devices_of(o), "module", module_of(o), "next", o->next);
	if (!plan)
		die("out of memory, or a name that is no UTF-8");
	return plan;
}

static void refuse_for_going_on(const struct options *o)
{
	if (o->boots || o->suite || o->bind || o->module || o->next || o->probes || o->all_safe)
		die("without --kernel a session goes on as it was begun; only --no-reboot, --status and --again go with that");
}

static enum status tell(const struct session *s)
{
	for (size_t i = 0; i < s->nr_kernels; i++)
		printf("%s: %zu of %zu boots\n", s->kernels[i], s->have[i], s->boots);
	printf("next: %s\n", session_due(s) ?: "none");
	return STATUS_PASS;
}

static int cmd_session(int argc, char **argv)
{
	struct options o = {};
	struct session s;
	struct sentence why;
	enum status status;
	int err;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (!o.kernels)
		refuse_for_going_on(&o);
	err = o.kernels ? session_create(&s, o.folder, plan_of(&o), &why) : session_open(&s, o.folder, !o.status, &why);
	if (!err && o.again)
		err = session_note(&s, "tries", json_integer(0), &why) ?:
									 session_note(&s, "boot", json_string(""), &why);
	if (err)
		die("%s", why.text);
	status = o.status ? tell(&s) : session_step(&s, o.stay);
	session_close(&s);
	json_decref(o.kernels);
	json_decref(o.probes);
	return status;
}

COMMAND(session) = {
	.name = "session",
	.summary = "take a machine through all boots of a comparison of kernels",
	.argp = &argp,
	.run = cmd_session,
};
