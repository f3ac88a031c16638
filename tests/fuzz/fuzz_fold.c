// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_fold.c - any bytes as what perf script wrote, and as folded stacks.
 *
 * What is folded is lines, whose counts are the samples, and of which a flame graph is made; whatever that is made of
 * has labels that fit.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flame.h"
#include "fold.h"
#include "must.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_labels(const struct flame *flame)
{
	char label[64];
	size_t i;

	for (i = 0; i < flame->count; i++) {
		flame_label(flame->boxes[i].name, i % 32, label, sizeof(label));
		MUST(text_is_line(label) && text_width(label) <= i % 32);
	}
}

/* @text is overwritten. False: it is no text of folded stacks. */
static bool draw(char *text, uint64_t *samples)
{
	struct sentence why = { "" };
	struct flame flame;
	const bool drawn = !flame_layout(&flame, text, &why);

	MUST(drawn || (*why.text && text_is_line(why.text)));
	if (drawn)
		check_labels(&flame);
	*samples = flame.samples;
	flame_free(&flame);
	return drawn;
}

static uint64_t count_lines(const char *text)
{
	uint64_t sum = 0;

	while (*text) {
		char *line = strndup(text, strcspn(text, "\n"));
		const char *count;

		MUST(line && text_is_line(line));
		count = strrchr(line, ' ');
		MUST(count && count > line && line[0] != ';');
		sum += strtoull(count + 1, NULL, 10);
		text += strlen(line);
		MUST(*text++ == '\n');
		free(line);
	}
	return sum;
}

static void check_folded(const struct fold *f)
{
	char *text = NULL;
	uint64_t samples;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	MUST(out && !fold_write(f, out) && !fclose(out));
	MUST(strlen(text) == size && count_lines(text) == f->samples);
	if (f->samples)
		MUST(draw(text, &samples) && samples == f->samples);
	free(text);
}

static void check_script(const uint8_t *data, size_t size)
{
	struct fold f = {};
	FILE *script = fmemopen((void *)data, size, "r");
	int err;

	MUST(script);
	err = fold_script(&f, script);
	MUST(!err || err == -EINVAL);
	fclose(script);
	if (!err)
		check_folded(&f);
	fold_free(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	uint64_t samples;

	MUST(text);
	if (size)
		check_script(data, size);
	draw(text, &samples);
	free(text);
	return 0;
}
