// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_gnuplot.c - any bytes as the names in figures, and as folded stacks.
 *
 * Every line of a script is settings, with each string closed, and then the file that draws; every line of data is
 * fields. So nothing of a name can be a command.
 */
#include "flame.h"
#include "gnuplot.h"
#include "hostile.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct hostile hostile;

static void stop(void)
{
	hostile_stop(&hostile);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	hostile_start(&hostile);
	atexit(stop);
	return 0;
}

/* ---- a script ---- */

static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
static const char digits[] = "0123456789";

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* Past the string at @at, within its line. */
static const char *skip_string(const char *at)
{
	MUST(*at++ == '\'');
	for (; *at != '\'' || at[1] == '\''; at += *at == '\'' ? 2 : 1)
		MUST(*at && !is_control(*at));
	return at + 1;
}

static const char *skip_number(const char *at)
{
	const char *end = at + strspn(at, "0123456789+-.e");

	MUST(end > at);
	return end;
}

/* '"500ns" 500, "" 1000', which is evaluated. */
static void check_tics(const char *at)
{
	MUST(*at++ == '\'');
	while (*at != '\'') {
		MUST(*at++ == '"');
		at += strspn(at, "0123456789.numsKM-");
		MUST(*at++ == '"' && *at++ == ' ');
		at = skip_number(at);
		at += !strncmp(at, ", ", 2) ? 2 : 0;
	}
}

static const char *skip_setting(const char *at)
{
	const size_t n = strspn(at, lower), number = strspn(at + n, digits);
	const char *value = at + n + number + 1;

	MUST(n && at[n + number] == '=');
	if (n == 4 && !memcmp(at, "tics", 4))
		check_tics(value);
	at = *value == '\'' ? skip_string(value) : skip_number(value);
	if (*at == ';')
		at += 1 + strspn(at + 1, " ");
	return at;
}

static const char *skip_load(const char *at)
{
	static const char load[] = "load plots.'/", end[] = ".gp'\n";

	MUST(!strncmp(at, load, strlen(load)));
	at += strlen(load);
	at += strspn(at, lower);
	MUST(!strncmp(at, end, strlen(end)));
	return at + strlen(end);
}

static void check_script(const char *at)
{
	while (*at)
		if (*at == '\n')
			at++;
		else if (!strncmp(at, "load ", 5))
			at = skip_load(at);
		else
			at = skip_setting(at);
}

/* ---- data ---- */

static size_t fields(const char *line)
{
	size_t n = 1;

	for (; *line != '\n'; line++)
		n += *line == '\t';
	return n;
}

/* A line of names, and lines of as many numbers. */
static void check_data(const char *at)
{
	const size_t wanted = fields(at);

	MUST(*at != '#');
	for (; *at != '\n'; at++)
		MUST(*at && *at != '"' && (*at == '\t' || !is_control(*at)));
	for (at++; *at; at++) {
		MUST(*at == '\n' || fields(at) == wanted);
		at += strspn(at, "0123456789+-.e?\t");
		MUST(*at == '\n');
	}
}

static void check_figures(const struct fake_run *run)
{
	struct comparison c = hostile_comparison(&hostile, run);
	struct figures figures;
	size_t i;

	figures_choose(&c, &figures);
	MUST(figures.count);
	for (i = 0; i < figures.count; i++) {
		struct fake_written w = fake_write_figure(&c, &figures.list[i]);

		MUST(!figures.list[i].stem[strspn(figures.list[i].stem, "abcdefghijklmnopqrstuvwxyz0123456789-")]);
		check_script(w.script);
		check_data(w.tsv);
		fake_written_free(&w);
	}
	figures_free(&figures);
	hostile_forget(&c);
}

/* ---- flame graphs ---- */

static void check_word(const char *name)
{
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	MUST(out);
	gnuplot_word(out, name);
	MUST(!fclose(out));
	MUST(size >= 2 && text[0] == '"' && text[size - 1] == '"');
	for (i = 1; i + 1 < size; i++)
		MUST(text[i] != '"' && text[i] != '\\' && !is_control(text[i]));
	free(text);
}

static void check_stacks(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct sentence why = {};
	struct flame flame;
	size_t i;

	MUST(text);
	if (flame_layout(&flame, text, &why))
		MUST(*why.text && !strchr(why.text, '\n'));
	for (i = 0; i < flame.count; i++)
		check_word(flame.boxes[i].name);
	flame_free(&flame);
	free(text);
	for (i = 0; i < hostile.nr_texts; i++)
		check_word(hostile.texts[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	hostile_read(&hostile, data, size);
	check_stacks(data, size);
	check_figures(hostile_run(&hostile));
	return 0;
}
