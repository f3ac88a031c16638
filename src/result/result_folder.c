// SPDX-License-Identifier: GPL-2.0-only
/* result_folder.c - finds and loads the boots of a side. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "result_paths.h"
#include "result.h"
#include "version1.h"
#include "xalloc.h"

/* More than a side can use: the exact test needs 8. Twice as many fit into 500 MB if a file has 3 KiB. */
#define SIDE_MAX_BOOTS 100000
/* What they take together in memory cost.h limits. */
#define LOADERS_MAX 8

char *path_join(const char *folder, const char *name)
{
	return xasprintf("%s%s%s", folder, *folder && folder[strlen(folder) - 1] == '/' ? "" : "/", name);
}

bool result_is_boot(const char *name)
{
	const char *digits = name + strlen("boot-");
	size_t n;

	if (strncmp(name, "boot-", strlen("boot-")))
		return false;
	n = strspn(digits, "0123456789");
	return n > 0 && (!strcmp(digits + n, ".json") || !strcmp(digits + n, ".json.gz"));
}

static int is_boot_file(const struct dirent *entry)
{
	return result_is_boot(entry->d_name);
}

bool path_is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* A boot that was lost could not say what it ran. */
static bool differs(const char *a, const char *b)
{
	return *a && *b && strcmp(a, "unknown") && strcmp(b, "unknown") && strcmp(a, b);
}

static int check_section(const struct boot *a, const struct boot *b, enum section section, struct sentence *why)
{
	const struct field *f;

	for (f = section_fields(section); f->key; f++)
		if (f->of_side &&
		    differs(field_text(f, boot_section(a, section)), field_text(f, boot_section(b, section))))
			return sentence(
				why, -EINVAL,
				"%s: %s.%s: not the same as in %s; give each kernel and bed a folder of its own",
				b->path, section_names[section], f->key, a->path);
	return 0;
}

/* Boots of one side must be of one kernel: what would a mixture say? */
static int check_same(const struct boot *a, const struct boot *b, struct sentence *why)
{
	int section, err = 0;

	if (differs(a->suite, b->suite))
		return sentence(why, -EINVAL,
				"%s: suite: not the same as in %s; give each kernel and bed a folder of its own",
				b->path, a->path);
	for (section = 0; section < SECTIONS && !err; section++)
		err = check_section(a, b, (enum section)section, why);
	return err;
}

/* ---- a folder is loaded by as many threads as there are CPUs ---- */

struct loading {
	const char *folder;
	struct dirent **names;
	size_t count;
	struct boot **boots;
	pthread_mutex_t lock;
	size_t next; /* to be taken by a thread */
	size_t bad;  /* the first that could not be loaded, and why; count if there is none */
	struct sentence *why;
};

static size_t take_next(struct loading *l)
{
	size_t next;

	pthread_mutex_lock(&l->lock);
	next = l->next < l->bad ? l->next++ : l->count;
	pthread_mutex_unlock(&l->lock);
	return next;
}

/* All before it were taken, and are read to their end: so the first bad one is the same at any speed. */
static void give_up(struct loading *l, size_t place, const struct sentence *why)
{
	pthread_mutex_lock(&l->lock);
	if (place < l->bad) {
		l->bad = place;
		*l->why = *why;
	}
	pthread_mutex_unlock(&l->lock);
}

static void *load_some(void *arg)
{
	struct loading *l = arg;
	struct sentence why;
	size_t place;

	while ((place = take_next(l)) < l->count) {
		char *path = path_join(l->folder, l->names[place]->d_name);

		l->boots[place] = boot_load(path, &why);
		if (!l->boots[place])
			give_up(l, place, &why);
		free(path);
	}
	return NULL;
}

static size_t count_loaders(size_t files)
{
	cpu_set_t cpus;
	size_t n = sched_getaffinity(0, sizeof(cpus), &cpus) ? 1 : (size_t)CPU_COUNT(&cpus);

	n = n < LOADERS_MAX ? n : LOADERS_MAX;
	return n < files ? n : files;
}

/* This thread is one of them, and the only one if there can be no other. */
static void load_all(struct loading *l)
{
	pthread_t threads[LOADERS_MAX];
	size_t n = count_loaders(l->count), started = 0;

	while (started + 1 < n && !pthread_create(&threads[started], NULL, load_some, l))
		started++;
	load_some(l);
	while (started)
		pthread_join(threads[--started], NULL);
}

/* ---- and then looked at as a whole ---- */

static int by_number(const void *a, const void *b, void *boots)
{
	const size_t x = *(const size_t *)a, y = *(const size_t *)b;
	const uint64_t i = ((struct boot **)boots)[x]->number, j = ((struct boot **)boots)[y]->number;

	return i != j ? (i > j) - (i < j) : (x > y) - (x < y);
}

/* A copied file would count one boot twice. The first of @boots that has the number of one before it; @count: none. */
static size_t find_copy(struct boot **boots, size_t count, size_t *original)
{
	size_t *order = xcalloc(count, sizeof(*order)), i, run = 0, copy = count;

	for (i = 0; i < count; i++)
		order[i] = i;
	qsort_r(order, count, sizeof(*order), by_number, boots);
	for (i = 1; i < count; i++) {
		if (boots[order[i]]->number != boots[order[run]]->number) {
			run = i;
		} else if (order[i] < copy) {
			copy = order[i];
			*original = order[run];
		}
	}
	free(order);
	return copy;
}

/* What is wrong with the first @count boots, which could be loaded. */
static int check_boots(struct boot **boots, size_t count, struct sentence *why)
{
	size_t i, original = 0;
	const size_t copy = find_copy(boots, count, &original);
	int err = 0;

	for (i = 1; i < count && i <= copy && !err; i++)
		err = check_same(boots[0], boots[i], why);
	if (!err && copy < count)
		err = sentence(why, -EINVAL, "%s: boot: %" PRIu64 " is also in %s; delete the copy", boots[copy]->path,
			       boots[copy]->number, boots[original]->path);
	return err;
}

void path_free_names(struct dirent **names, int n)
{
	while (n-- > 0)
		free(names[n]);
	free(names);
}

static int load_boots(const char *folder, struct dirent **names, int n, struct side *side, struct sentence *why)
{
	struct sentence load_why;
	struct loading l = { folder,	       names,		(size_t)n, .lock = PTHREAD_MUTEX_INITIALIZER,
			     .bad = (size_t)n, .why = &load_why };
	int err;

	if (!n)
		return sentence(
			why, -ENOENT,
			"%s: no boot-NNN.json in this folder; give a boot file, RUN/KERNEL/BED, or one RUN alone",
			folder);
	if (n > SIDE_MAX_BOOTS)
		return sentence(why, -E2BIG, "%s: %d boot files are more than %d; move some away", folder, n,
				SIDE_MAX_BOOTS);
	l.boots = side->boots = calloc((size_t)n, sizeof(*side->boots));
	if (!side->boots)
		return sentence(why, -ENOMEM, "%s: out of memory", folder);
	side->nr_boots = (size_t)n;
	load_all(&l);
	err = check_boots(l.boots, l.bad, why);
	if (!err && l.bad < l.count)
		err = sentence(why, -EINVAL, "%s", load_why.text);
	return err;
}

static int load_folder(const char *path, struct side *side, struct sentence *why)
{
	struct dirent **names = NULL;
	int n = scandir(path, &names, is_boot_file, versionsort);
	int err;

	if (n < 0)
		return sentence(why, -errno, "%s: %s", path, strerror(errno));
	err = load_boots(path, names, n, side, why);
	path_free_names(names, n);
	return err;
}

static int load_one(const char *path, struct side *side, struct sentence *why)
{
	side->boots = calloc(1, sizeof(struct boot *));
	if (!side->boots)
		return sentence(why, -ENOMEM, "%s: out of memory", path);
	side->boots[0] = boot_load(path, why);
	side->nr_boots = side->boots[0] ? 1 : 0;
	return side->nr_boots ? 0 : -EINVAL;
}

int side_load(const char *path, struct side *side, struct sentence *why)
{
	int err;

	memset(side, 0, sizeof(*side));
	err = path_is_folder(path) ? load_folder(path, side, why) : load_one(path, side, why);
	if (!err) {
		side->path = strdup(path);
		side->label = strdup(side->boots[0]->kernel.name);
		if (!side->path || !side->label)
			err = sentence(why, -ENOMEM, "%s: out of memory", path);
	}
	if (err)
		side_free(side);
	return err;
}

const struct boot *side_speaker(const struct side *side)
{
	size_t i;

	for (i = 0; i < side->nr_boots; i++)
		if (side->boots[i]->machine.cpus && *side->boots[i]->kernel.release)
			return side->boots[i];
	return side->boots[0];
}

bool side_is_against(const struct side *base, const struct side *side, const struct side *other)
{
	const char *against = side->boots[0]->kernel.against;

	if (side->boots[0]->version == 1)
		return version1_against(base->label, side->label, other->label);
	return against && !strcmp(against, other->boots[0]->kernel.name);
}

void side_free(struct side *side)
{
	size_t i;

	for (i = 0; i < side->nr_boots; i++)
		boot_free(side->boots[i]);
	free(side->boots);
	free(side->path);
	free(side->label);
	memset(side, 0, sizeof(*side));
}
