/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * json_foreign.h - JSON that another program wrote, of whatever version, in whatever locale.
 *
 * It may have notes before and after it; keys that nobody needs may be there twice, of which the last counts. And
 * if it is not JSON as it stands it is mended, where it is clear what was meant:
 *
 *	100,00			100.00, between digits outside of strings
 *	nan, -inf, 2^64		null: no number that JSON has
 *	"a": 1, }		"a": 1 }
 *	what is no UTF-8	'?'; so are control characters in strings
 */
#ifndef INVBENCH_JSON_FOREIGN_H
#define INVBENCH_JSON_FOREIGN_H

#include <jansson.h>

#include "sentence.h"

/*
 * The object in @text, which is at the first '{' of a line, or else of all; a new reference, or NULL with a sentence.
 * @needed are the keys of which there must not be two in one object: "jobs.read.iops" is a key of the object that is
 * "read" of "jobs", be that an object or objects in an array; a '*' at the end stands for whatever follows. Ends with NULL.
 */
json_t *json_foreign(const char *text, const char *const *needed, struct sentence *why);

#endif
