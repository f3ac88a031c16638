// SPDX-License-Identifier: GPL-2.0-only
/* history_read.c - finds boot files, and reads of them what the history keeps, several at once. */
#include <errno.h>
#include <fts.h>
#include <libgen.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "history.h"
#include "history_parts.h"
#include "history_read.h"
#include "xalloc.h"

#define THREADS_MAX 16
#define AHEAD	    1024 /* files read and not yet taken, at most */

/* ---- finding ---- */

static void __attribute__((format(printf, 2, 3))) tell_of(void (*tell)(const char *line), const char *format, ...)
{
	char line[SENTENCE_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	tell(line);
}

/* Files come folder by folder, so the last one is nearly always it. */
static char *shared_folder(struct boot_files *files, const char *path)
{
	char *real = realpath(path, NULL);

	if (!real)
		return NULL;
	if (files->nr_folders && !strcmp(files->folders[files->nr_folders - 1], real))
		free(real);
	else
		*xappend(files->folders, files->nr_folders) = real;
	return files->folders[files->nr_folders - 1];
}

static struct boot_stamp stamp_of(const struct stat *st)
{
	return (struct boot_stamp){ st->st_size, st->st_mtim.tv_sec * 1000000000LL + st->st_mtim.tv_nsec };
}

/* Of a folder's file. Returns 1 if that was told to be unreadable. */
static size_t add_file(struct boot_files *files, const char *path, const struct stat *st,
		       void (*tell)(const char *line))
{
	char *copy = xstrdup(path), *folder, *slash;
	struct boot_file *f;

	slash = strrchr(copy, '/');
	if (slash)
		*slash = '\0';
	folder = shared_folder(files, slash ? (*copy ? copy : "/") : ".");
	if (!folder) {
		tell_of(tell, "%s: %s", path, strerror(errno));
		free(copy);
		return 1;
	}
	f = xappend(files->list, files->count);
	*f = (struct boot_file){ folder, xstrdup(slash ? slash + 1 : copy), xstrdup(slash ? slash + 1 : copy),
				 stamp_of(st) };
	free(copy);
	if (strlen(f->name) > 3 && !strcmp(f->name + strlen(f->name) - 3, ".gz"))
		f->name[strlen(f->name) - 3] = '\0';
	return 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strverscmp((*a)->fts_name, (*b)->fts_name);
}

/* One step through the tree. Returns 1 if something was told to be unreadable. */
static size_t visit(struct boot_files *files, FTS *tree, FTSENT *entry, void (*tell)(const char *line))
{
	switch (entry->fts_info) {
	case FTS_D:
		if (entry->fts_level > FTS_ROOTLEVEL && entry->fts_name[0] == '.')
			fts_set(tree, entry, FTS_SKIP);
		return 0;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		tell_of(tell, "%s: %s", entry->fts_path, strerror(entry->fts_errno));
		return 1;
	case FTS_F:
		/* What is named by the user need not have the usual name. */
		if (entry->fts_level == FTS_ROOTLEVEL || result_is_boot(entry->fts_name))
			return add_file(files, entry->fts_path, entry->fts_statp, tell);
		return 0;
	default:
		return 0;
	}
}

size_t boot_files_find(struct boot_files *files, const char *path, void (*tell)(const char *line))
{
	char *roots[] = { (char *)path, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	const size_t before = files->count;
	size_t refused = 0;
	FTSENT *entry;

	if (!tree) {
		tell_of(tell, "%s: %s", path, strerror(errno));
		return 1;
	}
	while ((entry = fts_read(tree)))
		refused += visit(files, tree, entry, tell);
	fts_close(tree);
	if (files->count == before && !refused) {
		tell_of(tell, "%s: no boot-NNN.json there or below; give a run of invbench, or a folder of runs", path);
		refused = 1;
	}
	return refused;
}

void boot_files_free(struct boot_files *files)
{
	size_t i;

	for (i = 0; i < files->count; i++) {
		free(files->list[i].file);
		free(files->list[i].name);
	}
	for (i = 0; i < files->nr_folders; i++)
		free(files->folders[i]);
	free(files->list);
	free(files->folders);
	memset(files, 0, sizeof(*files));
}

/* ---- reading one ---- */

static const char *keep(struct boot_facts *facts, const char *text)
{
	char *copy = xstrdup(text);

	*xappend(facts->texts, facts->nr_texts) = copy;
	return copy;
}

/* @json is used up; "" if there is none. */
static const char *keep_json(struct boot_facts *facts, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	const char *kept = keep(facts, text ? text : "");

	free(text);
	json_decref(json);
	return kept;
}

static void keep_case(struct boot_facts *facts, const struct result_bed *bed, const struct result_case *rc,
		      struct case_facts *c)
{
	int id;

	c->name = keep(facts, rc->name);
	c->workload = keep(facts, rc->workload);
	c->unit = keep(facts, rc->unit);
	c->params = keep_json(facts, compare_params(rc->params));
	c->status = rc->status;
	for (id = 0; id < METRICS; id++)
		if (!compare_case_value(bed, rc, (enum metric_id)id, &c->values[id]) || !isfinite(c->values[id]))
			c->values[id] = NAN;
}

static struct boot_facts *keep_boot(const struct boot *boot)
{
	struct boot_facts *facts = xcalloc(1, sizeof(*facts));
	size_t i;

	facts->started = keep(facts, boot->started);
	facts->suite = keep(facts, boot->suite);
	facts->invbench = keep(facts, boot->invbench);
	facts->number = boot->number;
	facts->bed.name = keep(facts, boot->bed.name);
	facts->bed.accel = keep(facts, boot->bed.accel);
	facts->bed.preset = keep(facts, boot->bed.preset);
	facts->bed.scale = boot->bed.scale;
	facts->settings = keep_json(facts, json_incref((json_t *)boot->bed.settings));
	facts->machine.arch = keep(facts, boot->machine.arch);
	facts->machine.cpu = keep(facts, boot->machine.cpu);
	facts->machine.cpus = boot->machine.cpus;
	facts->machine.host_cpu = keep(facts, boot->machine.host_cpu);
	facts->machine.host_cpus = boot->machine.host_cpus;
	facts->kernel.name = keep(facts, boot->kernel.name);
	facts->kernel.release = keep(facts, boot->kernel.release);
	facts->kernel.design = keep(facts, boot->kernel.design);
	facts->kernel.series_sha256 = keep(facts, boot->kernel.series_sha256);
	facts->kernel.config_sha256 = keep(facts, boot->kernel.config_sha256);
	facts->kernel.image_sha256 = keep(facts, boot->kernel.image_sha256);
	facts->nr_cases = boot->nr_cases;
	facts->cases = xcalloc(boot->nr_cases + 1, sizeof(*facts->cases));
	for (i = 0; i < boot->nr_cases; i++)
		keep_case(facts, &boot->bed, &boot->cases[i], &facts->cases[i]);
	return facts;
}

void boot_facts_free(struct boot_facts *facts)
{
	size_t i;

	if (!facts)
		return;
	for (i = 0; i < facts->nr_texts; i++)
		free(facts->texts[i]);
	free(facts->texts);
	free(facts->cases);
	free(facts);
}

static bool same_stamp(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static char *path_of(const struct boot_file *f)
{
	return xasprintf("%s/%s", f->folder, f->file);
}

bool boot_file_is(const struct boot_file *file, const struct boot_stamp *stamp)
{
	char *path = path_of(file);
	struct boot_stamp now = { -1, 0 };
	struct stat st;

	if (!stat(path, &st))
		now = stamp_of(&st);
	free(path);
	return now.size == stamp->size && now.mtime_ns == stamp->mtime_ns;
}

/* If it is the same file before and after, it is what was read. */
static struct boot_facts *read_once(const char *path, bool *changed, struct sentence *why)
{
	struct boot_facts *facts = NULL;
	struct stat before, after;
	struct boot *boot;

	if (stat(path, &before)) {
		sentence(why, -errno, "%s: %s", path, strerror(errno));
		return NULL;
	}
	boot = boot_load(path, why);
	if (boot)
		facts = keep_boot(boot);
	boot_free(boot);
	*changed = !stat(path, &after) && !same_stamp(&before, &after);
	if (facts)
		facts->stamp = stamp_of(&before);
	return facts;
}

struct boot_facts *boot_file_read(const struct boot_file *file, struct sentence *why)
{
	char *path = path_of(file);
	struct boot_facts *facts = NULL;
	bool changed = true;
	int tries;

	for (tries = 0; tries < 5 && changed; tries++) {
		changed = false;
		boot_facts_free(facts);
		facts = read_once(path, &changed, why);
	}
	if (changed) {
		boot_facts_free(facts);
		facts = NULL;
		sentence(why, -EAGAIN, "%s: changes all the time; add it when it is written", path);
	}
	free(path);
	return facts;
}

/* ---- reading all ---- */

/* A file that was read, or is about to be. */
struct slot {
	bool done;
	struct boot_facts *facts;
	char *error; /* if it could not be */
};

struct reading {
	const struct boot_files *files;
	struct slot *slots; /* one a file */
	pthread_mutex_t lock;
	pthread_cond_t progress; /* a file was read, or taken */
	size_t next;		 /* to be read */
	size_t taken;
	bool stop;
};

/* The next file to read, or files->count. */
static size_t next_file(struct reading *r)
{
	size_t i;

	pthread_mutex_lock(&r->lock);
	while (!r->stop && r->next < r->files->count && r->next >= r->taken + AHEAD)
		pthread_cond_wait(&r->progress, &r->lock);
	i = r->stop ? r->files->count : r->next;
	if (i < r->files->count)
		r->next++;
	pthread_mutex_unlock(&r->lock);
	return i;
}

static void read_one(struct reading *r, size_t i)
{
	struct sentence why;
	struct boot_facts *facts = boot_file_read(&r->files->list[i], &why);

	pthread_mutex_lock(&r->lock);
	r->slots[i].facts = facts;
	r->slots[i].error = facts ? NULL : strdup(why.text);
	r->slots[i].done = true;
	pthread_cond_broadcast(&r->progress);
	pthread_mutex_unlock(&r->lock);
}

static void *read_some(void *argument)
{
	struct reading *r = argument;
	size_t i;

	while ((i = next_file(r)) < r->files->count)
		read_one(r, i);
	return NULL;
}

static void wait_for(struct reading *r, size_t i)
{
	pthread_mutex_lock(&r->lock);
	while (!r->slots[i].done)
		pthread_cond_wait(&r->progress, &r->lock);
	pthread_mutex_unlock(&r->lock);
}

static void drop(struct reading *r, size_t i)
{
	boot_facts_free(r->slots[i].facts);
	free(r->slots[i].error);
	memset(&r->slots[i], 0, sizeof(r->slots[i]));
	pthread_mutex_lock(&r->lock);
	r->taken = i + 1;
	pthread_cond_broadcast(&r->progress);
	pthread_mutex_unlock(&r->lock);
}

static size_t start_threads(struct reading *r, pthread_t *threads)
{
	const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t wanted = cpus < 1 ? 1 : cpus > THREADS_MAX ? THREADS_MAX : (size_t)cpus, n = 0;

	if (wanted > r->files->count)
		wanted = r->files->count;
	while (n < wanted && !pthread_create(&threads[n], NULL, read_some, r))
		n++;
	return n;
}

static void stop_threads(struct reading *r, const pthread_t *threads, size_t n)
{
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_broadcast(&r->progress);
	pthread_mutex_unlock(&r->lock);
	while (n)
		pthread_join(threads[--n], NULL);
}

int boot_files_read(const struct boot_files *files,
		    int (*take)(void *context, const struct boot_file *file, const struct boot_facts *facts,
				const char *error),
		    void *context)
{
	struct reading r = { .files = files, .lock = PTHREAD_MUTEX_INITIALIZER, .progress = PTHREAD_COND_INITIALIZER };
	const size_t first = files->count < AHEAD ? files->count : AHEAD;
	pthread_t threads[THREADS_MAX];
	size_t i, n;
	int err = 0;

	r.slots = xcalloc(files->count + 1, sizeof(*r.slots));
	n = start_threads(&r, threads);
	/* All that may be read before the first is taken: whoever takes may hold a lock. */
	for (i = 0; i < first && n; i++)
		wait_for(&r, i);
	for (i = 0; i < files->count && !err; i++) {
		if (n)
			wait_for(&r, i);
		else
			read_one(&r, i);
		err = take(context, &files->list[i], r.slots[i].facts, r.slots[i].error);
		drop(&r, i);
	}
	stop_threads(&r, threads, n);
	for (; i < files->count; i++)
		drop(&r, i);
	free(r.slots);
	return err;
}
