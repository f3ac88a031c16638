/* SPDX-License-Identifier: GPL-2.0-only */
/* history_read.h - finds boot files, and reads of them what the history keeps, several at once. */
#ifndef INVBENCH_HISTORY_READ_H
#define INVBENCH_HISTORY_READ_H

#include "compare.h"

/* By these a change of a file is noticed. */
struct boot_stamp {
	int64_t size, mtime_ns;
};

/* A boot file as it was found. */
struct boot_file {
	char *folder; /* without links in its path; shared by all that are in it */
	char *file;
	char *name; /* the same without .gz: a boot stays the same when its file is compressed */
	struct boot_stamp stamp;
};

struct boot_files {
	struct boot_file *list;
	size_t count;
	char **folders; /* own the names */
	size_t nr_folders;
};

/* What the history keeps of a case, and of a boot. */
struct case_facts {
	const char *name, *workload, *unit, *params;
	enum status status;
	double values[METRICS]; /* NAN where it has none */
};

struct boot_facts {
	struct boot_stamp stamp; /* of what was read, by now perhaps no longer the file's */
	char **texts;		 /* own all strings */
	size_t nr_texts;
	const char *started, *suite, *invbench;
	uint64_t number;
	struct result_bed bed;
	const char *settings; /* of the bed, as JSON; "" if it has none */
	struct result_machine machine;
	struct result_kernel kernel;
	struct case_facts *cases;
	size_t nr_cases;
};

/*
 * Appends the boot files that @path is or has below it, folders whose names
 * begin with a dot apart. Returns how many things there could not be read, each told.
 */
size_t boot_files_find(struct boot_files *files, const char *path, void (*tell)(const char *line));
void boot_files_free(struct boot_files *files);

/* Whether @file is still what it was at @stamp. */
bool boot_file_is(const struct boot_file *file, const struct boot_stamp *stamp);
/* NULL with a sentence in @why. */
struct boot_facts *boot_file_read(const struct boot_file *file, struct sentence *why);
void boot_facts_free(struct boot_facts *facts);

/*
 * Reads @files in as many threads as there are CPUs, and gives them to @take in
 * order, in the caller's thread: @facts is NULL if the file could not be read,
 * which @why then tells. Ends early if @take returns other than 0, and returns that.
 */
int boot_files_read(const struct boot_files *files,
		    int (*take)(void *context, const struct boot_file *file, const struct boot_facts *facts,
				const char *error),
		    void *context);

#endif
