// SPDX-License-Identifier: GPL-2.0-only
/*
 * session_step.c - what a session does in one boot: module, run, next kernel.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "file.h"
#include "half.h"
#include "session_step.h"
#include "spawn.h"
#include "xalloc.h"

#define BOOT_TOKEN "/run/invbench.boot"
#define BOOT_ID	   "/proc/sys/kernel/random/boot_id"
#define BOOT_NEXT  "boot-next"
#define WORDS_MAX  64

/* Where the program that chooses the next kernel lies, seen from this one. */
static const char *const helpers[] = { "../share/invbench", "../../scripts", NULL };

/* Its words; free() those of the list. */
struct words {
	char *list[WORDS_MAX + 1];
	size_t count;
};

static void add_word(struct words *w, char *word)
{
	if (w->count == WORDS_MAX)
		die("the plan of the session has too many words for a command");
	w->list[w->count++] = word;
}

/* 0 if it ended with status 0; what it says is ours to say. */
static int call(struct words *w, struct sentence *why)
{
	struct spawn s = { .argv = (const char *const *)w->list, .out.to = SPAWN_STDERR, .err.to = SPAWN_OURS };
	int err = spawn_start(&s, why) ?: spawn_wait(&s, why);

	spawn_free(&s);
	while (w->count)
		free(w->list[--w->count]);
	return err;
}

/* ---- the module ---- */

static int make(const char *release, const char *module, const char *target, struct sentence *why)
{
	struct words w = {};

	add_word(&w, xstrdup("make"));
	add_word(&w, xstrdup("-C"));
	add_word(&w, xasprintf("/lib/modules/%s/build", release));
	add_word(&w, xasprintf("M=%s", module));
	add_word(&w, xstrdup(target));
	return call(&w, why);
}

static int load(const char *program, char *module, struct sentence *why)
{
	struct words w = {};

	add_word(&w, xstrdup(program));
	add_word(&w, module);
	return call(&w, why);
}

/* What was built for another kernel is no start for this one. */
static int load_module(const struct session *s, const char *release, struct sentence *why)
{
	const char *module = session_text(s, "module");
	int half;

	if (access(INVBENCH_DEVICE, F_OK)) {
		int err = *module ? make(release, module, "clean", why)	  ?:
				    make(release, module, "modules", why) ?:
				    load("insmod", xasprintf("%s/invbench.ko", module), why) :
				    load("modprobe", xstrdup("invbench"), why);

		if (err)
			return err;
	}
	half = half_open(why);
	if (half < 0)
		return half;
	close(half);
	return 0;
}

/* ---- the run ---- */

static char *joined(const json_t *texts)
{
	const json_t *text;
	char *all = xstrdup("");
	size_t i;

	json_array_foreach (texts, i, text) {
		char *more = xasprintf("%s%s%s", all, i ? "," : "", json_string_value(text));

		free(all);
		all = more;
	}
	return all;
}

/* All devices or none: a boot with fewer of them would count like the others. */
static int run(const struct session *s, struct sentence *why)
{
	const json_t *probes = session_texts(s, "probes"), *probe;
	char program[PATH_MAX] = "", *devices = joined(session_texts(s, "devices"));
	struct words w = {};
	size_t i;

	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0)
		return sentence(why, -errno, "where this program is cannot be read: %s", strerror(errno));
	add_word(&w, xstrdup(program));
	add_word(&w, xstrdup("run"));
	add_word(&w, xasprintf("--suite=%s", session_text(s, "suite")));
	json_array_foreach (probes, i, probe)
		add_word(&w, xasprintf("--probe=%s", json_string_value(probe)));
	add_word(&w, xasprintf("--bind=%s", devices));
	add_word(&w, xasprintf("--output=%s", s->folder.path));
	free(devices);
	return call(&w, why);
}

/* A case that fails or is skipped gives a status, and its result is one all the same. */
static enum status measure(struct session *s, const char *release)
{
	const size_t before = session_done(s);
	struct sentence why, of_run = {};
	int err = load_module(s, release, &why);

	if (!err && run(s, &of_run))
		say("%s", of_run.text);
	if (!err)
		err = session_count(s, &why);
	if (!err && session_done(s) == before)
		err = sentence(&why, -EIO, "this boot has no result; mend that, and call the session again");
	if (err)
		say("%s", why.text);
	return err ? STATUS_FAIL : STATUS_PASS;
}

/* ---- the next boot ---- */

static int add_chooser(const struct session *s, struct words *w, struct sentence *why)
{
	const char *next = session_text(s, "next");
	char *ours;

	if (*next == '/') {
		add_word(w, xstrdup(next));
		return 0;
	}
	ours = find_near_program(helpers, BOOT_NEXT);
	if (!ours)
		return sentence(why, -ENOENT,
				BOOT_NEXT " is not there, which comes with this program in share/invbench");
	add_word(w, ours);
	if (*next)
		add_word(w, xasprintf("-m%s", next));
	return 0;
}

static enum status boot_into(const struct session *s, const char *release, bool stay)
{
	struct words w = {};
	struct sentence why;
	int err = 0;

	say("%zu of %zu boots are there; the next is of %s", session_done(s), session_total(s), release);
	if (stay)
		return STATUS_PASS;
	err = add_chooser(s, &w, &why);
	if (!err) {
		add_word(&w, xstrdup(release));
		sync();
		err = call(&w, &why);
	}
	if (err)
		say("%s", why.text);
	return err ? STATUS_FAIL : STATUS_PASS;
}

static enum status finish(const struct session *s)
{
	say("all %zu boots are there; see: invbench compare %s", session_total(s), s->folder.path);
	return STATUS_PASS;
}

/* ---- a boot ---- */

/* A machine that comes up with another kernel, or crashes in the run, must not do so for ever. */
static int count_tries(struct session *s, const char *boot, struct sentence *why)
{
	const json_int_t had = json_integer_value(json_object_get(s->plan, "results"));
	json_int_t tries = json_integer_value(json_object_get(s->plan, "tries"));

	if (!strcmp(session_text(s, "boot"), boot))
		return 0;
	tries = json_object_get(s->plan, "results") && had == (json_int_t)session_done(s) ? tries + 1 : 0;
	if (tries > SESSION_TRIES_MAX)
		return sentence(why, -ELOOP,
				"%d boots in a row gave no result, and %s is due; see that it boots, then say --again",
				SESSION_TRIES_MAX, session_due(s));
	json_object_set_new(s->plan, "tries", json_integer(tries));
	json_object_set_new(s->plan, "results", json_integer((json_int_t)session_done(s)));
	return session_note(s, "boot", json_string(boot), why);
}

/* A kernel without CONFIG_SYSCTL has no name for its boot; what lies in /run is gone with the boot. */
static int read_token(char **token, struct sentence *why)
{
	unsigned long long random;
	size_t size;
	int err;

	if (!file_read(BOOT_TOKEN, PATH_MAX, token, &size, why))
		return 0;
	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return sentence(why, -EIO, "the kernel gives no random number");
	*token = xasprintf("%016llx", random);
	err = write_whole(BOOT_TOKEN, *token, strlen(*token));
	return err ? sentence(why, err, "cannot write " BOOT_TOKEN ": %s", strerror(-err)) : 0;
}

static int read_boot(char **boot, struct sentence *why)
{
	size_t size;
	int err = file_read(BOOT_ID, PATH_MAX, boot, &size, why);

	if (err == -ENOENT)
		err = read_token(boot, why);
	if (!err)
		(*boot)[strcspn(*boot, "\n")] = '\0';
	return err;
}

/* What was written here counts once, however often the session is called. */
static bool ran_here(const struct session *s)
{
	return (json_int_t)session_done(s) > json_integer_value(json_object_get(s->plan, "results"));
}

enum status session_step(struct session *s, bool stay)
{
	char *boot = NULL;
	struct utsname here;
	struct sentence why;
	enum status status;
	int err;

	if (!session_due(s))
		return finish(s);
	uname(&here);
	err = read_boot(&boot, &why);
	if (!err)
		err = count_tries(s, boot, &why);
	free(boot);
	if (err) {
		say("%s", why.text);
		return STATUS_FAIL;
	}
	if (!ran_here(s) && !strcmp(session_due(s), here.release)) {
		status = measure(s, here.release);
		if (status)
			return status;
	}
	return session_due(s) ? boot_into(s, session_due(s), stay) : finish(s);
}
