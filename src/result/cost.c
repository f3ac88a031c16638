// SPDX-License-Identifier: GPL-2.0-only
/* cost.c - what a JSON text takes in memory once it is parsed. */
#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "cost.h"
#include "result.h"

/* Of jansson 2.14 with glibc's malloc, on 64 bits (tests/unit/result/test_cost.c measures them). */
#define OBJECT_BYTES 256 /* with its first 8 buckets */
#define ARRAY_BYTES  128 /* with its first 8 places */
#define STRING_BYTES 80	 /* beside its text */
#define PAIR_BYTES   112 /* of an object: the key's own, and more buckets while it grows */
#define NUMBER_BYTES 32
#define PLACE_BYTES  24 /* of an array, while it is copied into a longer one */

#define DEPTH_MAX    JSON_PARSER_MAX_DEPTH

/* ---- a text ---- */

/* Past the string that begins at @at; escapes only make it longer than what they stand for. */
static size_t string_end(const char *text, size_t size, size_t at)
{
	for (at++; at < size && text[at] != '"'; at++)
		at += text[at] == '\\';
	return at < size ? at + 1 : size;
}

static bool is_number(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static size_t number_end(const char *text, size_t size, size_t at)
{
	while (at < size && is_number(text[at]))
		at++;
	return at;
}

static size_t cost_of_mark(char c)
{
	switch (c) {
	case '{':
		return OBJECT_BYTES;
	case '[':
		return ARRAY_BYTES;
	case ':':
		return PAIR_BYTES;
	case ',':
		return PLACE_BYTES;
	default:
		return 0;
	}
}

size_t cost_of_json(const char *text, size_t size)
{
	size_t at = 0, cost = 0, depth = 0, start;

	while (at < size && depth <= DEPTH_MAX) {
		start = at;
		if (text[at] == '"') {
			at = string_end(text, size, at);
			cost += STRING_BYTES + (at - start);
		} else if (is_number(text[at])) {
			at = number_end(text, size, at);
			cost += NUMBER_BYTES;
		} else {
			cost += cost_of_mark(text[at]);
			depth += text[at] == '{' || text[at] == '[';
			depth -= depth && (text[at] == '}' || text[at] == ']');
			at++;
		}
	}
	return cost;
}

/* ---- limits ---- */

/* Real files, of the least and the most cases, unpack to 6 times as much, and have values of up to 30 times their text. */
size_t cost_text_limit(size_t bytes)
{
	const size_t limit = (1 << 20) + 64 * bytes;

	return limit < RESULT_MAX_BYTES ? limit : RESULT_MAX_BYTES;
}

size_t cost_tree_limit(size_t bytes)
{
	const size_t packed = (12 << 20) + 1024 * bytes, plain = 40 * cost_text_limit(bytes);

	return packed < plain ? packed : plain;
}

/* ---- those of all files ---- */

#define ROOM_BYTES (1ULL << 30)

static struct {
	pthread_mutex_t lock;
	pthread_cond_t given;
	size_t taken;
} room = { .lock = PTHREAD_MUTEX_INITIALIZER, .given = PTHREAD_COND_INITIALIZER };

void cost_take(size_t bytes)
{
	pthread_mutex_lock(&room.lock);
	while (room.taken && room.taken + bytes > ROOM_BYTES)
		pthread_cond_wait(&room.given, &room.lock);
	room.taken += bytes;
	pthread_mutex_unlock(&room.lock);
}

void cost_give(size_t bytes)
{
	pthread_mutex_lock(&room.lock);
	room.taken -= bytes;
	pthread_cond_broadcast(&room.given);
	pthread_mutex_unlock(&room.lock);
}
