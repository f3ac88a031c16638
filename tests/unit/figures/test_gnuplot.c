// SPDX-License-Identifier: GPL-2.0-only
/* test_gnuplot.c - what gnuplot is told, and what it leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"
#include "gnuplot.h"
#include "program.h"

static char *dir;

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static size_t files(void)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	MUST(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2; /* itself, and the one above */
}

static void expect_quoted(const char *value, size_t limit, const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	MUST(out);
	gnuplot_quote(out, "name", value, limit);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

/* Cut between characters, not within one. */
static void strings_are_quoted_and_cut(void **state)
{
	expect_quoted("dma op=sync", 60, "name='dma op=sync'; ");
	expect_quoted("it's `x` \"y\" \\", 60, "name='it''s `x` \"y\" \\'; ");
	expect_quoted("abcdef", 6, "name='abcdef'; ");
	expect_quoted("abcdefg", 6, "name='abcdef...'; ");
	expect_quoted("ab\xc3\xa4", 3, "name='ab...'; ");
	expect_quoted("", 3, "name=''; ");
}

/* Within single quotes the end of the line is all that could make a command of a name. */
static void no_string_is_left_open(void **state)
{
	expect_quoted("on\n!touch pwned", 60, "name='on?!touch pwned'; ");
	expect_quoted("\r\t\x7f\x1b[2J", 60, "name='????[2J'; ");
	expect_quoted("\xc2\x85\xe2\x80\xa8\xffx'b", 60, "name='???x''b'; ");
	expect_quoted("\xc3\xa4\xc3", 60, "name='\xc3\xa4?'; ");
}

static void expect_data(void (*put)(FILE *out, const char *text), const char *text, const char *expected)
{
	char *data = NULL;
	size_t size;
	FILE *out = open_memstream(&data, &size);

	MUST(out);
	put(out, text);
	fclose(out);
	assert_string_equal(data, expected);
	free(data);
}

static void put_column(FILE *out, const char *text)
{
	gnuplot_column(out, "%s lowest", text);
}

static void names_in_data_are_one_field(void **state)
{
	expect_data(put_column, "array", "array lowest");
	expect_data(put_column, "#a\tb\"c\n\\", "_a?b'c?\\ lowest");
	expect_data(gnuplot_word, "ioctl", "\"ioctl\"");
	expect_data(gnuplot_word, "a\" 1\n\\\xe2\x80", "\"a' 1?'??\"");
}

static void the_name_says_what_is_drawn(void **state)
{
	struct sentence why;

	assert_string_equal(gnuplot_type("a.svg", &why), "svg");
	assert_string_equal(gnuplot_type("b.svg.png", &why), "png");
	assert_null(gnuplot_type("svg", &why));
	assert_null(gnuplot_type("a.pdf", &why));
	assert_string_equal(why.text, "a.pdf: ends neither with .svg nor with .png, which says what is to be drawn");
}

static void the_folder_must_have_the_file(void **state)
{
	struct sentence why;
	char *folder = gnuplot_folder("plots", "trend.gp", "history", &why), *real = realpath("plots", NULL);

	assert_string_equal(folder, real);
	free(folder);
	free(real);
	assert_null(gnuplot_folder("plots", "other.gp", "history", &why));
	assert_string_equal(why.text,
			    "plots/other.gp: No such file or directory; give --plots the folder with other.gp");
}

/* Files of gnuplot are programs: those of a folder that was sent are not taken for ours. */
static void the_working_folder_has_none(void **state)
{
	char here[512];
	struct sentence why;

	fake_write_text(path_of("plots/trend.gp"), "!touch pwned\n");
	MUST(getcwd(here, sizeof(here)) && !chdir(dir));
	assert_null(gnuplot_folder(NULL, "trend.gp", "history", &why));
	MUST(!chdir(here));
	assert_non_null(strstr(why.text, "are not near it; give --plots"));
	MUST(!unlink(path_of("plots/trend.gp")) && !rmdir(path_of("plots")));
}

/* A file of its own that gnuplot is made to read: it draws the settings' number of points, or fails. */
static int draw(const char *out, const char *settings)
{
	static const char data[] = "1\t2\n2\t3\n";
	const struct single s = {
		.out = out, .plots = dir, .name = "test", .settings = settings, .data = data, .size = sizeof(data) - 1
	};
	struct sentence why = { "" };
	const int err = gnuplot_draw(&s, &why);

	if (err)
		assert_non_null(strstr(why.text, ".svg: could not be drawn"));
	return err;
}

static void a_figure_is_there_whole_or_not_at_all(void **state)
{
	char out[256], *text;
	FILE *file;

	fake_write_text(path_of("test.gp"), "set terminal svg\nset output 'figures/'.stem.'.'.type\nset title title\n"
					    "if (wrong) { exit status 1 }\nplot 'figures/test.tsv' with lines\n");
	snprintf(out, sizeof(out), "%s", path_of("it's.svg"));
	assert_int_equal(draw(out, "wrong=1; title='first'"), -EIO);
	assert_int_equal(files(), 1);
	assert_int_equal(draw(out, "wrong=0; title='second'"), 0);
	assert_int_equal(files(), 2);
	file = fopen(out, "r");
	assert_non_null(file);
	text = program_read(file);
	assert_non_null(strstr(text, "<svg"));
	assert_non_null(strstr(text, "second"));
	free(text);
	/* What was there stays if the next one fails. */
	assert_int_equal(draw(out, "wrong=1; title='third'"), -EIO);
	assert_int_equal(access(out, R_OK), 0);
	assert_int_equal(files(), 2);
}

static void without_gnuplot_it_says_so(void **state)
{
	char *path = strdup(getenv("PATH") ? getenv("PATH") : ""), out[256];
	const struct single s = { .out = out, .plots = dir, .name = "test", .settings = "", .data = "", .size = 0 };
	struct sentence why;

	MUST(path);
	snprintf(out, sizeof(out), "%s", path_of("other.png"));
	assert_int_equal(gnuplot_find(&why), 0);
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(gnuplot_find(&why), -ENOENT);
	assert_non_null(strstr(why.text, "gnuplot is not installed; install it, or make the report in the lab"));
	assert_int_equal(gnuplot_draw(&s, &why), -ENOENT);
	assert_non_null(strstr(why.text, "other.png: gnuplot is not installed; install it, or draw in the lab"));
	setenv("PATH", path, 1);
	assert_int_not_equal(access(out, F_OK), 0);
	free(path);
}

static int start(void **state)
{
	dir = fake_tmpdir();
	return 0;
}

static int stop(void **state)
{
	fake_remove(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_quoted_and_cut),
		cmocka_unit_test(no_string_is_left_open),
		cmocka_unit_test(names_in_data_are_one_field),
		cmocka_unit_test(the_name_says_what_is_drawn),
		cmocka_unit_test(the_folder_must_have_the_file),
		cmocka_unit_test(the_working_folder_has_none),
		cmocka_unit_test(a_figure_is_there_whole_or_not_at_all),
		cmocka_unit_test(without_gnuplot_it_says_so),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
