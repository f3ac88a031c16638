// SPDX-License-Identifier: GPL-2.0-only
/*
 * functions.c - counters by address, and the difference that a pass makes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "functions.h"

int functions_init(struct functions *f, const char *map, struct sentence *why)
{
	int err;

	*f = (struct functions){};
	err = symbols_read(&f->symbols, map, why);
	if (err)
		return err;
	f->count = symbols_places(&f->symbols);
	f->before = calloc(f->count, sizeof(*f->before));
	return f->before ? 0 : sentence(why, -ENOMEM, "out of memory");
}

void functions_done(struct functions *f)
{
	symbols_free(&f->symbols);
	free(f->before);
	*f = (struct functions){};
}

void functions_begin(struct functions *f)
{
	if (f->executed)
		memcpy(f->before, f->executed, f->count * sizeof(*f->before));
}

json_t *functions_json(const struct functions *f)
{
	json_t *json = json_object();

	for (size_t i = 0; f->executed && i < f->count; i++) {
		const char *name = symbols_name(&f->symbols, i);
		uint64_t more = f->executed[i] - f->before[i];

		if (more)
			json_object_set_new(
				json, name,
				json_integer((json_int_t)more + json_integer_value(json_object_get(json, name))));
	}
	return json;
}
