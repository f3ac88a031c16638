// SPDX-License-Identifier: GPL-2.0-only
/* result_folder.c - finds and loads the boots of a side, and the sides of a run. */
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

#include "result.h"
#include "xalloc.h"

/* More than a side can use: the exact test needs 8. Twice as many fit into 500 MB if a file has 3 KiB. */
#define SIDE_MAX_BOOTS 100000
/* Parsing needs up to 20 times a file's size in each. */
#define LOADERS_MAX 8

static char *join(const char *folder, const char *name)
{
	char *path;

	path = xasprintf("%s%s%s", folder, *folder && folder[strlen(folder) - 1] == '/' ? "" : "/", name);
	return path;
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

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* A boot that was lost could not say what it ran. */
static bool differs(const char *a, const char *b)
{
	return *a && *b && strcmp(a, "unknown") && strcmp(b, "unknown") && strcmp(a, b);
}

/* Boots of one side must be of one kernel: what would a mixture say? */
static int check_same(const struct boot *a, const struct boot *b, struct sentence *why)
{
	const struct {
		const char *key, *a, *b;
	} same[] = {
		{ "bed.name", a->bed.name, b->bed.name },
		{ "suite", a->suite, b->suite },
		{ "kernel.name", a->kernel.name, b->kernel.name },
		{ "kernel.release", a->kernel.release, b->kernel.release },
		{ "kernel.design", a->kernel.design, b->kernel.design },
		{ "kernel.config_sha256", a->kernel.config_sha256, b->kernel.config_sha256 },
		{ "kernel.series_sha256", a->kernel.series_sha256, b->kernel.series_sha256 },
		{ "kernel.image_sha256", a->kernel.image_sha256, b->kernel.image_sha256 },
	};
	size_t i;

	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (differs(same[i].a, same[i].b))
			return sentence(why, -EINVAL,
					"%s: %s: not the same as in %s; give each kernel and bed a folder of its own",
					b->path, same[i].key, a->path);
	return 0;
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
		char *path = join(l->folder, l->names[place]->d_name);

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

static void free_names(struct dirent **names, int n)
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
	free_names(names, n);
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
	err = is_folder(path) ? load_folder(path, side, why) : load_one(path, side, why);
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
		if (*side->boots[i]->machine.cpu && *side->boots[i]->kernel.release)
			return side->boots[i];
	return side->boots[0];
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

/* The order of a run: names of kernels and beds. */
struct order {
	char **kernels, **beds;
	size_t nr_kernels, nr_beds;
};

static void free_strings(char **strings, size_t n)
{
	while (n-- > 0)
		free(strings[n]);
	free(strings);
}

static void add_string(char ***strings, size_t *n, const char *string)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (!strcmp((*strings)[i], string))
			return;
	*xappend(*strings, *n) = xstrdup(string);
}

/* Names from plan.json become folder names. */
static bool is_plain(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/');
}

static int read_names(const char *plan_path, const json_t *plan, const char *key, char ***names, size_t *n,
		      struct sentence *why)
{
	const json_t *array = json_object_get(plan, key), *name;
	size_t i;

	if (!json_array_size(array))
		return sentence(why, -EINVAL, "%s: %s: must be an array with at least one name; run the bench again",
				plan_path, key);
	json_array_foreach (array, i, name) {
		if (!json_is_string(name) || !is_plain(json_string_value(name)))
			return sentence(why, -EINVAL, "%s: %s[%zu]: must be the name of a folder; run the bench again",
					plan_path, key, i);
		add_string(names, n, json_string_value(name));
	}
	return 0;
}

static int read_plan(const char *plan_path, struct order *order, struct sentence *why)
{
	json_t *plan = result_load_json(plan_path, why);
	int err;

	if (!plan)
		return -EINVAL;
	err = read_names(plan_path, plan, "kernels", &order->kernels, &order->nr_kernels, why);
	err = err ?: read_names(plan_path, plan, "beds", &order->beds, &order->nr_beds, why);
	json_decref(plan);
	return err;
}

static void look_for_beds(const char *folder, const char *kernel, struct order *order)
{
	static const char *const beds[] = { "icount", "model", "metal" };
	size_t i;

	for (i = 0; i < sizeof(beds) / sizeof(beds[0]); i++) {
		char *path = join(folder, beds[i]);

		if (is_folder(path)) {
			add_string(&order->beds, &order->nr_beds, beds[i]);
			add_string(&order->kernels, &order->nr_kernels, kernel);
		}
		free(path);
	}
}

/* Without a plan: every KERNEL/BED there is. */
static int look_around(const char *path, struct order *order, struct sentence *why)
{
	struct dirent **names = NULL;
	int i, n = scandir(path, &names, is_visible, alphasort);

	if (n < 0)
		return sentence(why, -errno, "%s: %s", path, strerror(errno));
	for (i = 0; i < n; i++) {
		char *folder = join(path, names[i]->d_name);

		look_for_beds(folder, names[i]->d_name, order);
		free(folder);
	}
	free_names(names, n);
	if (!order->nr_kernels)
		return sentence(why, -ENOENT, "%s: neither plan.json nor KERNEL/BED folders; give a run of invbench",
				path);
	return 0;
}

static int put_first(struct order *order, const char *base, const char *path, struct sentence *why)
{
	size_t i;

	for (i = 0; i < order->nr_kernels; i++) {
		char *name = order->kernels[i];

		if (strcmp(name, base))
			continue;
		memmove(order->kernels + 1, order->kernels, i * sizeof(name));
		order->kernels[0] = name;
		return 0;
	}
	return sentence(why, -ENOENT, "%s: kernel %s is not part of this run; give --base one that is", path, base);
}

/* -ENOENT from a kernel without boots is no error of the input: its boots were lost, or are still to come. */
static int load_kernel(const char *run_path, const char *kernel, struct run_bed *bed, struct sentence *why)
{
	struct side *side = &bed->sides[bed->nr_sides];
	char *folder = join(run_path, kernel), *path = join(folder, bed->bed);
	int err = is_folder(path) ? side_load(path, side, why) : -ENOENT;

	if (err == -ENOENT) {
		add_string(&bed->lost, &bed->nr_lost, kernel);
		err = 0;
	} else if (!err && strcmp(side->boots[0]->bed.name, bed->bed)) {
		err = sentence(why, -EINVAL, "%s: bed.name: %s, but the folder is of bed %s; move the file",
			       side->boots[0]->path, side->boots[0]->bed.name, bed->bed);
		side_free(side);
	} else if (!err) {
		bed->nr_sides++;
	}
	free(path);
	free(folder);
	return err;
}

static int load_bed(const char *path, const struct order *order, struct run_bed *bed, struct sentence *why)
{
	size_t i;
	int err = 0;

	bed->sides = calloc(order->nr_kernels, sizeof(*bed->sides));
	if (!bed->sides)
		return sentence(why, -ENOMEM, "%s: out of memory", path);
	for (i = 0; i < order->nr_kernels && !err; i++)
		err = load_kernel(path, order->kernels[i], bed, why);
	return err;
}

static int load_beds(const char *path, const struct order *order, struct run_folder *run, struct sentence *why)
{
	size_t i;
	int err = 0;

	run->beds = calloc(order->nr_beds, sizeof(*run->beds));
	if (!run->beds)
		return sentence(why, -ENOMEM, "%s: out of memory", path);
	for (i = 0; i < order->nr_beds && !err; i++) {
		run->beds[i].bed = strdup(order->beds[i]);
		run->beds[i].run_path = strdup(path);
		run->nr_beds++;
		err = load_bed(path, order, &run->beds[i], why);
	}
	return err;
}

static int find_order(const char *path, const char *base, struct run_folder *run, struct order *order,
		      struct sentence *why)
{
	char *plan_path = join(path, "plan.json");
	struct stat st;
	int err;

	run->planned = !stat(plan_path, &st);
	if (!is_folder(path))
		err = sentence(why, -ENOTDIR, "%s: not a folder; give the folder of a run, as in results/RUN", path);
	else
		err = run->planned ? read_plan(plan_path, order, why) : look_around(path, order, why);
	if (!err && base)
		err = put_first(order, base, path, why);
	free(plan_path);
	return err;
}

int run_load(const char *path, const char *base, struct run_folder *run, struct sentence *why)
{
	struct order order = { 0 };
	int err;

	memset(run, 0, sizeof(*run));
	run->path = strdup(path);
	err = find_order(path, base, run, &order, why);
	err = err ?: load_beds(path, &order, run, why);
	free_strings(order.kernels, order.nr_kernels);
	free_strings(order.beds, order.nr_beds);
	if (err)
		run_free(run);
	return err;
}

static void bed_free(struct run_bed *bed)
{
	size_t i;

	for (i = 0; i < bed->nr_sides; i++)
		side_free(&bed->sides[i]);
	free(bed->sides);
	free_strings(bed->lost, bed->nr_lost);
	free(bed->bed);
	free(bed->run_path);
}

void run_free(struct run_folder *run)
{
	size_t i;

	for (i = 0; i < run->nr_beds; i++)
		bed_free(&run->beds[i]);
	free(run->beds);
	free(run->path);
	memset(run, 0, sizeof(*run));
}
