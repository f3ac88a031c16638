/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * extra.h - the passes after the first: each case that nothing is wrong with is
 * run once more, with something around its operations.
 */
#ifndef INVBENCH_EXTRA_H
#define INVBENCH_EXTRA_H

#include <jansson.h>

#include "harness.h"
#include "suite.h"

/*
 * Its functions, each optional, are called in this order for every case. 0, or
 * what extra_error() returned: the case fails, and says in which pass.
 */
struct extra_pass {
	const char *name; /* for people: what there is in this pass */
	enum ring_pass kind;
	bool unmarked;			    /* the SMMU model is not told of it, and @kind means nothing */
	const char *marks;		    /* folders are made there as the operations begin and end; or NULL */
	int (*begin)(struct extra_pass *x); /* just before the operations */
	int (*end)(struct extra_pass *x);   /* just after the last; only if begin() returned 0 */
	int (*record)(struct extra_pass *x, const struct run_case *c, json_t *json); /* only if all went well */
	void (*forget)(struct extra_pass *x);					     /* whatever happened */
	void *state;

	size_t number; /* of the case now, from 0 */
	const struct run_case *now;
	bool begun, ended;
	char why[512]; /* "": nothing went wrong around this case */
};

/* Returns -EIO. The first reason is the one to tell. */
int extra_error(struct extra_pass *x, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* All of @suite's cases; @cases is what the first pass made of them, which this one adds to. */
enum status extra_cases(struct extra_pass *x, const struct suite *suite, unsigned int sub_bits, json_t *cases);

/* @object's member @key, an object, made if it is not there. */
json_t *extra_object(json_t *object, const char *key);

#endif
