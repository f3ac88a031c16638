// SPDX-License-Identifier: GPL-2.0-only
/*
 * units.c - sizes and times, read and written.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

/* Each with the largest first, so that it is found first. */
struct unit {
	const char *name;
	uint64_t value;
};

static const struct unit sizes[] = { { "G", 1 << 30 }, { "M", 1 << 20 }, { "K", 1 << 10 }, { "", 1 } };
static const struct unit times[] = { { "ms", 1000000 }, { "us", 1000 }, { "ns", 1 } };

#define COUNT(units) (sizeof(units) / sizeof((units)[0]))

/* At least one digit; @end is what follows. */
static int parse_digits(const char *text, uint64_t *value, const char **end)
{
	uint64_t v = 0;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	for (; isdigit((unsigned char)*text); text++) {
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *text - '0', &v))
			return -ERANGE;
	}
	*value = v;
	*end = text;
	return 0;
}

static int parse(const struct unit *units, size_t count, const char *text, uint64_t *value)
{
	uint64_t v;
	int err = parse_digits(text, &v, &text);

	for (size_t i = 0; !err && i < count; i++) {
		if (strcmp(text, units[i].name))
			continue;
		if (__builtin_mul_overflow(v, units[i].value, &v))
			return -ERANGE;
		*value = v;
		return 0;
	}
	return err ? err : -EINVAL;
}

/* 0 is no multiple of a unit that says anything. */
static void format(const struct unit *units, size_t count, uint64_t value, char *out, size_t size)
{
	size_t i = value ? 0 : count - 1;

	while (value % units[i].value)
		i++;
	snprintf(out, size, "%" PRIu64 "%s", value / units[i].value, units[i].name);
}

int units_parse_size(const char *text, uint64_t *value)
{
	return parse(sizes, COUNT(sizes), text, value);
}

int units_parse_time(const char *text, uint64_t *ns)
{
	return parse(times, COUNT(times), text, ns);
}

uint64_t units_of_time(const char *text, const char **end)
{
	for (size_t i = 0; i < COUNT(times); i++) {
		size_t length = strlen(times[i].name);

		if (strncmp(text, times[i].name, length))
			continue;
		*end = text + length;
		return times[i].value;
	}
	return 0;
}

void units_format_size(uint64_t value, char *out, size_t size)
{
	format(sizes, COUNT(sizes), value, out, size);
}

void units_format_time(uint64_t ns, char *out, size_t size)
{
	format(times, COUNT(times), ns, out, size);
}
