// SPDX-License-Identifier: GPL-2.0-only
/* intern.c - one copy of what many result files say alike. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "intern.h"

/* An object's keys stay where they are while others are added: they are the strings. */
static struct {
	pthread_mutex_t lock;
	size_t holders;
	json_t *strings; /* each with null as its value */
	json_t *values;	 /* by their text */
} store = { .lock = PTHREAD_MUTEX_INITIALIZER };

void intern_hold(void)
{
	pthread_mutex_lock(&store.lock);
	if (!store.holders++) {
		store.strings = json_object();
		store.values = json_object();
	}
	pthread_mutex_unlock(&store.lock);
}

void intern_put(void)
{
	pthread_mutex_lock(&store.lock);
	if (!--store.holders) {
		json_decref(store.strings);
		json_decref(store.values);
		store.strings = store.values = NULL;
	}
	pthread_mutex_unlock(&store.lock);
}

const char *intern_string(const char *text)
{
	void *at;

	pthread_mutex_lock(&store.lock);
	at = json_object_iter_at(store.strings, text);
	if (!at && !json_object_set_new_nocheck(store.strings, text, json_null()))
		at = json_object_iter_at(store.strings, text);
	pthread_mutex_unlock(&store.lock);
	return at ? json_object_iter_key(at) : NULL;
}

const json_t *intern_json(const json_t *value)
{
	char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
	json_t *known = NULL;

	if (!text)
		return NULL;
	pthread_mutex_lock(&store.lock);
	known = json_object_get(store.values, text);
	if (!known && !json_object_set_new_nocheck(store.values, text, json_deep_copy(value)))
		known = json_object_get(store.values, text);
	pthread_mutex_unlock(&store.lock);
	free(text);
	return known;
}
