// SPDX-License-Identifier: GPL-2.0-only
/* history_add.c - boot files into the history, in one transaction; and all of it anew. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "history.h"
#include "history_parts.h"
#include "history_read.h"
#include "xalloc.h"

enum insert {
	FIND_BOOT,
	DELETE_BOOT,
	INSERT_BOOT,
	INSERT_RESULT,
	/* Rows that many boots share: looked for, and made if they are not there. */
	FIND_FOLDER,
	MAKE_FOLDER,
	FIND_BED,
	MAKE_BED,
	FIND_MACHINE,
	MAKE_MACHINE,
	FIND_KERNEL,
	MAKE_KERNEL,
	FIND_CASE,
	MAKE_CASE,
	INSERTS
};

static const char find_kernel_sql[] =
	"SELECT id FROM kernels WHERE (name, release, design, series_sha256, config_sha256, image_sha256) = (?, ?, ?, ?, ?, ?)";
static const char make_kernel_sql[] =
	"INSERT INTO kernels (name, release, design, series_sha256, config_sha256, image_sha256) VALUES (?, ?, ?, ?, ?, ?)";
static const char boot_sql[] =
	"INSERT INTO boots (folder_id, file, size, mtime_ns, started, number, suite, invbench, bed_id, machine_id, kernel_id)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char *const insert_sql[INSERTS] = {
	[FIND_BOOT] =
		"SELECT boots.id, size, mtime_ns FROM boots JOIN folders ON folders.id = folder_id WHERE path = ? AND file = ?",
	[DELETE_BOOT] = "DELETE FROM boots WHERE id = ?",
	[INSERT_BOOT] = boot_sql,
	[FIND_FOLDER] = "SELECT id FROM folders WHERE path = ?",
	[MAKE_FOLDER] = "INSERT INTO folders (path) VALUES (?)",
	[FIND_BED] = "SELECT id FROM beds WHERE (name, accel, preset, settings, scale) = (?, ?, ?, ?, ?)",
	[MAKE_BED] = "INSERT INTO beds (name, accel, preset, settings, scale) VALUES (?, ?, ?, ?, ?)",
	[FIND_MACHINE] = "SELECT id FROM machines WHERE (arch, cpu, cpus, host_cpu, host_cpus) = (?, ?, ?, ?, ?)",
	[MAKE_MACHINE] = "INSERT INTO machines (arch, cpu, cpus, host_cpu, host_cpus) VALUES (?, ?, ?, ?, ?)",
	[FIND_KERNEL] = find_kernel_sql,
	[MAKE_KERNEL] = make_kernel_sql,
	[FIND_CASE] = "SELECT id FROM cases WHERE (name, workload, unit, params) = (?, ?, ?, ?)",
	[MAKE_CASE] = "INSERT INTO cases (name, workload, unit, params) VALUES (?, ?, ?, ?)",
};

/* The case that stood at this place in the boot before: nearly always it is the same. */
struct known_case {
	char *name, *workload, *unit, *params;
	sqlite3_int64 id;
};

struct adding {
	struct history *h;
	sqlite3_stmt *sql[INSERTS];
	void (*tell)(const char *line);
	struct history_added *added;
	struct known_case *known;
	size_t nr_known;
	struct sentence *why;
};

/* ---- statements ---- */

/* The columns of the results are the metrics. */
static char *insert_result(void)
{
	size_t size;
	char *text;
	FILE *out = xmemstream(&text, &size);
	int id;

	fputs("INSERT INTO results (boot_id, case_id, status", out);
	for (id = 0; id < METRICS; id++)
		fprintf(out, ", %s", metric_infos[id].key);
	fputs(") VALUES (?, ?, ?", out);
	for (id = 0; id < METRICS; id++)
		fputs(", ?", out);
	fputc(')', out);
	if (fclose(out))
		abort();
	return text;
}

static int prepare_all(struct adding *a)
{
	char *result = insert_result();
	int i, err = 0;

	for (i = 0; i < INSERTS && !err; i++) {
		a->sql[i] = history_prepare(a->h, i == INSERT_RESULT ? result : insert_sql[i], a->why);
		err = a->sql[i] ? 0 : -EIO;
	}
	free(result);
	return err;
}

static void finalize_all(struct adding *a)
{
	size_t i;

	for (i = 0; i < INSERTS; i++)
		sqlite3_finalize(a->sql[i]);
	for (i = 0; i < a->nr_known; i++) {
		free(a->known[i].name);
		free(a->known[i].workload);
		free(a->known[i].unit);
		free(a->known[i].params);
	}
	free(a->known);
}

/* By the letters of @types: s text, i integer, f number. The texts must stay until the statement is reset. */
static void bind(sqlite3_stmt *statement, const char *types, va_list args)
{
	int i;

	for (i = 1; *types; types++, i++) {
		if (*types == 's')
			sqlite3_bind_text(statement, i, va_arg(args, const char *), -1, SQLITE_STATIC);
		else if (*types == 'i')
			sqlite3_bind_int64(statement, i, va_arg(args, sqlite3_int64));
		else
			sqlite3_bind_double(statement, i, va_arg(args, double));
	}
}

/* A statement without rows. */
static int run(struct adding *a, enum insert which, const char *types, ...)
{
	va_list args;
	int err;

	va_start(args, types);
	bind(a->sql[which], types, args);
	va_end(args);
	err = history_step(a->h, a->sql[which], a->why);
	sqlite3_reset(a->sql[which]);
	return err;
}

/* The row with these values, made if need be by the statement after @find. */
static int row_of(struct adding *a, sqlite3_int64 *id, enum insert find, const char *types, ...)
{
	sqlite3_stmt *make = a->sql[find + 1];
	va_list args;
	int err;

	va_start(args, types);
	bind(a->sql[find], types, args);
	va_end(args);
	err = history_step(a->h, a->sql[find], a->why);
	if (err > 0)
		*id = sqlite3_column_int64(a->sql[find], 0);
	sqlite3_reset(a->sql[find]);
	if (err)
		return err < 0 ? err : 0;
	va_start(args, types);
	bind(make, types, args);
	va_end(args);
	err = history_step(a->h, make, a->why);
	if (!err)
		*id = sqlite3_last_insert_rowid(a->h->db);
	sqlite3_reset(make);
	return err;
}

/* ---- one boot ---- */

enum presence { BOOT_NEW, BOOT_SAME, BOOT_CHANGED };

/* Whether @file is there, as it was at @stamp; then its row. Negative after an error. */
static int look_up(struct adding *a, const struct boot_file *file, const struct boot_stamp *stamp, sqlite3_int64 *id)
{
	sqlite3_stmt *find = a->sql[FIND_BOOT];
	int found;

	sqlite3_bind_text(find, 1, file->folder, -1, SQLITE_STATIC);
	sqlite3_bind_text(find, 2, file->name, -1, SQLITE_STATIC);
	found = history_step(a->h, find, a->why);
	if (found > 0) {
		*id = sqlite3_column_int64(find, 0);
		found = sqlite3_column_int64(find, 1) == stamp->size &&
					sqlite3_column_int64(find, 2) == stamp->mtime_ns ?
				BOOT_SAME :
				BOOT_CHANGED;
	}
	sqlite3_reset(find);
	return found;
}

static bool is_known(const struct known_case *known, const struct case_facts *c)
{
	return known->name && !strcmp(known->name, c->name) && !strcmp(known->params, c->params) &&
	       !strcmp(known->unit, c->unit) && !strcmp(known->workload, c->workload);
}

static void remember(struct known_case *known, const struct case_facts *c, sqlite3_int64 id)
{
	free(known->name);
	free(known->workload);
	free(known->unit);
	free(known->params);
	*known =
		(struct known_case){ xstrdup(c->name), xstrdup(c->workload), xstrdup(c->unit), xstrdup(c->params), id };
}

static int case_row(struct adding *a, size_t place, const struct case_facts *c, sqlite3_int64 *id)
{
	int err;

	while (a->nr_known <= place)
		xappend(a->known, a->nr_known);
	if (is_known(&a->known[place], c)) {
		*id = a->known[place].id;
		return 0;
	}
	err = row_of(a, id, FIND_CASE, "ssss", c->name, c->workload, c->unit, c->params);
	if (!err)
		remember(&a->known[place], c, *id);
	return err;
}

static int insert_case(struct adding *a, sqlite3_int64 boot, size_t place, const struct case_facts *c)
{
	sqlite3_stmt *insert = a->sql[INSERT_RESULT];
	sqlite3_int64 id;
	int m, err = case_row(a, place, c, &id);

	if (err)
		return err;
	sqlite3_bind_int64(insert, 1, boot);
	sqlite3_bind_int64(insert, 2, id);
	sqlite3_bind_text(insert, 3, status_name(c->status), -1, SQLITE_STATIC);
	for (m = 0; m < METRICS; m++)
		sqlite3_bind_double(insert, 4 + m, c->values[m]); /* NAN becomes NULL */
	err = history_step(a->h, insert, a->why);
	sqlite3_reset(insert);
	return err;
}

static int insert_boot(struct adding *a, const struct boot_file *file, const struct boot_facts *f)
{
	sqlite3_int64 folder, bed, machine, kernel, boot;
	size_t i;
	int err = row_of(a, &folder, FIND_FOLDER, "s", file->folder);

	err = err   ?:
		      row_of(a, &bed, FIND_BED, "ssssf", f->bed.name, f->bed.accel, f->bed.preset, f->settings,
			     f->bed.scale);
	err = err   ?:
		      row_of(a, &machine, FIND_MACHINE, "ssisi", f->machine.arch, f->machine.cpu,
			     (sqlite3_int64)f->machine.cpus, f->machine.host_cpu, (sqlite3_int64)f->machine.host_cpus);
	err = err   ?:
		      row_of(a, &kernel, FIND_KERNEL, "ssssss", f->kernel.name, f->kernel.release, f->kernel.design,
			     f->kernel.series_sha256, f->kernel.config_sha256, f->kernel.image_sha256);
	err = err   ?:
		      run(a, INSERT_BOOT, "isiisissiii", folder, file->name, (sqlite3_int64)f->stamp.size,
			  (sqlite3_int64)f->stamp.mtime_ns, f->started, (sqlite3_int64)f->number, f->suite, f->invbench,
			  bed, machine, kernel);
	if (err)
		return err;
	boot = sqlite3_last_insert_rowid(a->h->db);
	for (i = 0; i < f->nr_cases && !err; i++)
		err = insert_case(a, boot, i, &f->cases[i]);
	return err;
}

/* Another process may have added it since we looked. */
static int add_facts(struct adding *a, const struct boot_file *file, const struct boot_facts *facts)
{
	sqlite3_int64 id;
	int presence = look_up(a, file, &facts->stamp, &id), err = presence < 0 ? presence : 0;

	if (presence == BOOT_SAME)
		a->added->unchanged++;
	if (presence == BOOT_SAME || err)
		return err;
	if (presence == BOOT_CHANGED)
		err = run(a, DELETE_BOOT, "i", id);
	err = err ?: insert_boot(a, file, facts);
	if (!err && presence == BOOT_CHANGED)
		a->added->replaced++;
	else if (!err)
		a->added->added++;
	return err;
}

static int refuse(struct adding *a, const char *error)
{
	a->tell(error);
	a->added->refused++;
	return 0;
}

/*
 * Nobody else can add now. What was read before may be older by now than what another has added meanwhile: then the
 * file is read again, so that it is always the newest that stays.
 */
static int add_boot(struct adding *a, const struct boot_file *file, const struct boot_facts *facts)
{
	struct boot_facts *again;
	struct sentence why;
	int err;

	if (boot_file_is(file, &facts->stamp))
		return add_facts(a, file, facts);
	again = boot_file_read(file, &why);
	err = again ? add_facts(a, file, again) : refuse(a, why.text);
	boot_facts_free(again);
	return err;
}

static int take(void *context, const struct boot_file *file, const struct boot_facts *facts, const char *error)
{
	struct adding *a = context;
	int err = 0;

	if (sqlite3_get_autocommit(a->h->db))
		err = history_begin(a->h, a->why);
	if (err)
		return err;
	return facts ? add_boot(a, file, facts) : refuse(a, error);
}

/* ---- many ---- */

/* What is there and has not changed need not be read. */
static int leave_out_known(struct adding *a, struct boot_files *files)
{
	size_t i, left = 0;
	sqlite3_int64 id;
	int found = 0;

	for (i = 0; i < files->count && found >= 0; i++) {
		found = look_up(a, &files->list[i], &files->list[i].stamp, &id);
		if (found == BOOT_SAME) {
			a->added->unchanged++;
			free(files->list[i].file);
			free(files->list[i].name);
		} else {
			files->list[left++] = files->list[i];
		}
	}
	while (i < files->count)
		files->list[left++] = files->list[i++];
	files->count = left;
	return found < 0 ? found : 0;
}

static int add_files(struct adding *a, struct boot_files *files)
{
	int err = prepare_all(a);

	err = err ?: leave_out_known(a, files);
	err = err ?: boot_files_read(files, take, a);
	finalize_all(a);
	return err;
}

/* All that there is below @paths; to be ended by history_end(). */
static int add_paths(struct history *h, char *const *paths, size_t nr_paths, void (*tell)(const char *line),
		     struct history_added *added, struct sentence *why)
{
	struct adding a = { .h = h, .tell = tell, .added = added, .why = why };
	struct boot_files files = { 0 };
	size_t i;
	int err;

	memset(added, 0, sizeof(*added));
	for (i = 0; i < nr_paths; i++)
		added->refused += boot_files_find(&files, paths[i], tell);
	err = add_files(&a, &files);
	boot_files_free(&files);
	return err;
}

int history_add(struct history *h, char *const *paths, size_t nr_paths, void (*tell)(const char *line),
		struct history_added *added, struct sentence *why)
{
	return history_end(h, add_paths(h, paths, nr_paths, tell, added, why), why);
}

/* ---- all of it anew ---- */

static int count_boots(struct history *h, size_t *boots, struct sentence *why)
{
	sqlite3_stmt *count = history_prepare(h, "SELECT count(*) FROM boots", why);
	int err = count ? history_step(h, count, why) : -EIO;

	if (err > 0)
		*boots = (size_t)sqlite3_column_int64(count, 0);
	sqlite3_finalize(count);
	return err < 0 ? err : 0;
}

/* One of an older version is kept under another name; a newer one is another program's. */
static void put_old_away(const char *path, void (*tell)(const char *line), struct sentence *why)
{
	char what[64], as[32];
	uint32_t version;
	struct stat st;

	if (history_look(path, true, &st, &version, why) != -EPROTO || version >= HISTORY_VERSION)
		return;
	snprintf(what, sizeof(what), "a history of version %u", version);
	snprintf(as, sizeof(as), "version-%u", version);
	history_set_aside(path, &st, as, what, why);
	tell(why->text);
}

/* Ready to be written to. NULL with a sentence in @why. */
static struct history *open_begun(const char *path, struct sentence *why)
{
	struct history *h = history_open(path, HISTORY_ADD, why);

	if (!h || !history_begin(h, why))
		return h;
	history_close(h);
	return NULL;
}

/* A damaged one is set aside first, and told of. */
static struct history *open_old(const char *path, void (*tell)(const char *line), struct sentence *why)
{
	struct history *h;

	put_old_away(path, tell, why);
	h = open_begun(path, why);
	if (h || !access(path, F_OK))
		return h;
	tell(why->text);
	return open_begun(path, why);
}

/* By rows, as the file may be open elsewhere. What points to a table goes before it. */
static const char clear_sql[] = "DELETE FROM results; DELETE FROM boots; DELETE FROM cases; DELETE FROM kernels;"
				" DELETE FROM machines; DELETE FROM beds; DELETE FROM folders";

int history_rebuild(const char *path, char *const *folders, size_t nr_folders, void (*tell)(const char *line),
		    struct history_added *added, size_t *before, struct sentence *why)
{
	struct history *h = open_old(path, tell, why);
	int err;

	if (!h)
		return -EINVAL;
	err = count_boots(h, before, why);
	err = err ?: history_exec(h, clear_sql, why);
	err = err ?: add_paths(h, folders, nr_folders, tell, added, why);
	if (!err && !added->added)
		err = sentence(why, -ENOENT, "%s: left as it is, as no boot was found", path);
	err = history_end(h, err, why);
	history_close(h);
	return err;
}
