/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fields.h - what a result file says of its machine, bed and kernel.
 *
 * One table: what reads a file, checks a context, warns of a difference, tells one side
 * from another, or tells people of it goes through it. A new field is a member here and
 * a line in fields.c.
 */
#ifndef INVBENCH_FIELDS_H
#define INVBENCH_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bed.h"

struct result_machine {
	const char *arch, *cpu, *host_cpu; /* host_cpu is "" where there is no host */
	const char *hypervisor;		   /* of a virtual machine, beyond the lab's beds; else "" */
	uint64_t cpus, memory_kib, host_cpus;
};

struct result_bed {
	const struct bed_kind *kind;
	const char *name, *clock, *accel, *emulator, *cpu;
	const char *preset;	/* "" on other beds than model */
	const json_t *settings; /* NULL there */
	double scale;		/* all set times were multiplied by it; 1 there */
};

struct result_kernel {
	const char *name, *release, *design, *design_evidence;
	const char *config_sha256, *series_sha256, *image_sha256;
	const char *source, *source_version, *cmdline;
	const char *build_id;	     /* of the Image that was built to be booted; "" if nobody says */
	const char *booted_build_id; /* what the kernel that ran says; "" in older files */
	const char *against;	     /* the kernel it is a variant of, beside the base; NULL: of none */
	const json_t *series;
};

/* Objects of a file; each has a struct above. */
enum section { SECTION_MACHINE, SECTION_BED, SECTION_KERNEL, SECTIONS };

extern const char *const section_names[SECTIONS];

enum field_kind {
	FIELD_TEXT,  /* const char *; "" if it is optional and absent */
	FIELD_NAME,  /* the same, fit for a title or a file's name; NULL if it is optional and absent */
	FIELD_WORD,  /* the same, one of @words */
	FIELD_UINT,  /* uint64_t; 0 if absent */
	FIELD_REAL,  /* double; 1 if absent: it is a factor */
	FIELD_TEXTS, /* const json_t *, an array of strings; NULL if absent */
};

/* When it matters that two kernels, which are to be compared, differ in it. */
enum field_differs {
	DIFFERS_NEVER,
	DIFFERS_ALWAYS,
	DIFFERS_TIMES, /* not where instructions are counted, which are the same on any host */
	DIFFERS_MUCH,  /* only by more than a hundredth */
};

/*
 * Where a page tells what a run was made on: in a row with others of that title, as a
 * value between two texts. A row whose first value is not known is not told.
 */
struct field_row {
	const char *title; /* NULL: nowhere, or in a way of its own */
	const char *before, *after;
	const char *unknown; /* instead of a text that is not known; NULL: nothing stands there */
	int digits;	     /* of a text that is a hash; 0: all of it */
	uint64_t per;	     /* a number is told in units of so many; 0: of one */
};

struct field {
	const char *key;
	enum field_kind kind;
	size_t at; /* in its section's struct */
	bool optional;
	bool of_side; /* all boots of a side have the same */
	bool given;   /* a context that has the section must have it */
	const char *const *words;
	enum field_differs differs;
	const char *label;     /* for people, where it may differ */
	const char *elsewhere; /* of a boot that was lost: it cannot be asked; NULL: what the caller says */
	struct field_row row;
	const char *variable; /* of `make bench`, that asks for it; NULL: none does */
	const char *asked;    /* only this value is asked for; NULL: any that is known */
};

/* Of @section, ended by one without a key. */
const struct field *section_fields(enum section section);

/* What @section has in @f. */
const char *field_text(const struct field *f, const void *section);
uint64_t field_uint(const struct field *f, const void *section);
double field_real(const struct field *f, const void *section);
const json_t *field_texts(const struct field *f, const void *section);
/* Is @value, of a file or a context, what @f is to be? */
bool field_fits(const struct field *f, const json_t *value);
/* "a string", "an integer", ...: what field_fits() wants. */
const char *field_wants(const struct field *f);
/* False of what a file may lack, and does. */
bool field_is_known(const struct field *f, const void *section);

/* What is known of a section, as a file has it; a new reference. */
json_t *section_to_json(enum section section, const void *from);

#endif
