// SPDX-License-Identifier: GPL-2.0-only
/* result_run.c - finds and loads the sides of a run. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "result_paths.h"
#include "result.h"
#include "text.h"
#include "xalloc.h"

#define NAMES_MAX 1000 /* kernels of a run: each is looked for among all */

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
	return *name && *name != '.' && !strchr(name, '/') && text_is_line(name);
}

static int read_names(const char *plan_path, const json_t *plan, const char *key, char ***names, size_t *n,
		      struct sentence *why)
{
	const json_t *array = json_object_get(plan, key), *name;
	size_t i;

	if (!json_array_size(array))
		return sentence(why, -EINVAL, "%s: %s: must be an array with at least one name; run the bench again",
				plan_path, key);
	if (json_array_size(array) > NAMES_MAX)
		return sentence(why, -EINVAL, "%s: %s: %zu are more than %d; run the bench again", plan_path, key,
				json_array_size(array), NAMES_MAX);
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
	const struct bed_kind *kind;

	for (kind = bed_kinds; kind->name; kind++) {
		char *path = path_join(folder, kind->name);

		if (path_is_folder(path)) {
			add_string(&order->beds, &order->nr_beds, kind->name);
			add_string(&order->kernels, &order->nr_kernels, kernel);
		}
		free(path);
	}
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Without a plan: every KERNEL/BED there is. */
static int look_around(const char *path, struct order *order, struct sentence *why)
{
	struct dirent **names = NULL;
	int i, n = scandir(path, &names, is_visible, alphasort), err = 0;

	if (n < 0)
		return sentence(why, -errno, "%s: %s", path, strerror(errno));
	for (i = 0; i < n && !err && order->nr_kernels <= NAMES_MAX; i++) {
		char *folder = path_join(path, names[i]->d_name);

		const size_t before = order->nr_kernels;

		look_for_beds(folder, names[i]->d_name, order);
		if (order->nr_kernels > before && !text_is_line(names[i]->d_name))
			err = sentence(why, -EINVAL, "%s: the name of this folder is no text; rename it", folder);
		free(folder);
	}
	path_free_names(names, n);
	if (err)
		return err;
	if (order->nr_kernels > NAMES_MAX)
		return sentence(why, -EINVAL, "%s: kernels are more than %d; move some away", path, NAMES_MAX);
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

/* Two folders may have boots of one kernel's name: the second and further ones are told apart by the folder's. */
static void set_label(const struct run_bed *bed, struct side *side, const char *folder)
{
	size_t i;
	char *label;

	for (i = 0; i < bed->nr_sides && strcmp(bed->sides[i].label, side->label); i++)
		;
	if (i == bed->nr_sides)
		return;
	label = xasprintf("%s (%s)", side->label, folder);
	free(side->label);
	side->label = label;
}

/* -ENOENT from a kernel without boots is no error of the input: its boots were lost, or are still to come. */
static int load_kernel(const char *run_path, const char *kernel, struct run_bed *bed, struct sentence *why)
{
	struct side *side = &bed->sides[bed->nr_sides];
	char *folder = path_join(run_path, kernel), *path = path_join(folder, bed->bed);
	int err = path_is_folder(path) ? side_load(path, side, why) : -ENOENT;

	if (err == -ENOENT) {
		add_string(&bed->lost, &bed->nr_lost, kernel);
		err = 0;
	} else if (!err && strcmp(side->boots[0]->bed.name, bed->bed)) {
		err = sentence(why, -EINVAL, "%s: bed.name: %s, but the folder is of bed %s; move the file",
			       side->boots[0]->path, side->boots[0]->bed.name, bed->bed);
		side_free(side);
	} else if (!err) {
		set_label(bed, side, kernel);
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
	char *plan_path = path_join(path, "plan.json");
	struct stat st;
	int err;

	run->planned = !stat(plan_path, &st);
	if (!path_is_folder(path))
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
