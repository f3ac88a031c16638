// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_top_screen.c - `invbench top` on a terminal of 80 by 24, which is libvterm's, at the other end of a pty: what
 * stands there, and what keys do. The child has the terminal, and says by its status what became of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <vterm.h>

#include "fake_top.h"
#include "top_screen.h"

#define WIDTH  80
#define HEIGHT 24

static struct terminal {
	VTerm *vterm;
	VTermScreen *screen;
	int fd;
	pid_t child;
	int width, height;
} terminal;

/* ---- the child ---- */

static int give(struct top_live *live, struct top_window *window, struct sentence *why)
{
	fake_read(window, FAKE_SPLIT, FAKE_CMDQ, &(struct top_filter){});
	return 0;
}

static int give_nothing(struct top_live *live, struct top_window *window, struct sentence *why)
{
	return sentence(why, -EIO, "it is gone");
}

static bool never(struct top_live *live)
{
	return false;
}

static bool at_once(struct top_live *live)
{
	return true;
}

static void __attribute__((noreturn)) run(struct top_live *live)
{
	struct sentence why;
	long long lost;
	int err = top_screen(live, &lost, &why);

	_exit(err ? -err : 0);
}

/* ---- the terminal ---- */

static void start(struct top_live live, const char *type)
{
	struct winsize size = { .ws_row = HEIGHT, .ws_col = WIDTH };

	terminal.vterm = vterm_new(HEIGHT, WIDTH);
	vterm_set_utf8(terminal.vterm, 1);
	terminal.screen = vterm_obtain_screen(terminal.vterm);
	vterm_screen_enable_altscreen(terminal.screen, 1);
	vterm_screen_reset(terminal.screen, 1);
	terminal.width = WIDTH;
	terminal.height = HEIGHT;
	terminal.child = forkpty(&terminal.fd, NULL, NULL, &size);
	MUST(terminal.child >= 0);
	if (terminal.child)
		return;
	setenv("TERM", type, 1);
	run(&live);
}

static void line_of(int row, char *text, size_t size)
{
	size_t length =
		vterm_screen_get_text(terminal.screen, text, size - 1, (VTermRect){ row, row + 1, 0, terminal.width });

	while (length && text[length - 1] == ' ')
		length--;
	text[length] = '\0';
}

static void show_screen(void)
{
	char text[4 * WIDTH];
	int row;

	for (row = 0; row < terminal.height; row++) {
		line_of(row, text, sizeof(text));
		fprintf(stderr, "|%s\n", text);
	}
}

/* False: the child has ended, or does not say anything any more. */
static bool read_some(void)
{
	struct pollfd wait = { .fd = terminal.fd, .events = POLLIN };
	char bytes[4096];
	ssize_t got;

	if (poll(&wait, 1, 60000) <= 0)
		return false;
	got = read(terminal.fd, bytes, sizeof(bytes));
	if (got > 0)
		vterm_input_write(terminal.vterm, bytes, (size_t)got);
	return got > 0;
}

/* Until the line at @row is @wanted; a part of it, if @row is 0, which changes. */
static void await(int row, const char *wanted)
{
	char text[4 * WIDTH];

	for (;;) {
		line_of(row, text, sizeof(text));
		if (row ? !strcmp(text, wanted) : strstr(text, wanted) != NULL)
			return;
		if (read_some())
			continue;
		show_screen();
		fail_msg("line %d was never '%s'", row, wanted);
	}
}

static void press(const char *keys)
{
	MUST(write(terminal.fd, keys, strlen(keys)) == (ssize_t)strlen(keys));
}

/* The child's status, once it has given the terminal back. */
static int finish(void)
{
	int status;

	while (read_some())
		;
	MUST(waitpid(terminal.child, &status, 0) == terminal.child);
	close(terminal.fd);
	vterm_free(terminal.vterm);
	MUST(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const struct top_live live = {
	.interval = 0.05,
	.order.by = TOP_COL_TIME,
	.host = "host 6.12.0",
	.take = give,
	.ended = never,
};

/* ---- tests ---- */

static const char keys[] = "q quit  ? help  sort by: t i c s 5 9 a l d g n p  r reverse";
static const char fio[] = "     77 fio               0.0   10.0  15.0   10.0 1.50us  120us 16.7   8.3   3.3";
static const char others[] = "      0 (others)          0.0   1.50  15.0   10.0 1.50us  120us 12.5   6.2   2.5";

static void it_is_drawn_and_q_ends_it(void **state)
{
	start(live, "xterm");
	await(HEIGHT - 1, keys);
	await(0, "invbench top  12.0 s  16.5 inv/s  63.0 cmd/s  lost 3  by TIME%  host 6.12.0");
	await(1, "SMMU               TIME% LIST/S CMD/S SYNC/S    P50    P99 ATC% LATE% TAG%  GRAN");
	await(2, "smmu3.b              0.0   3.50  30.5   20.0 1.50us  120us 25.0   5.0    0   4K+");
	await(6, others);
	await(7, fio);
	await(9, "");
	press("q");
	assert_int_equal(finish(), 0);
}

static void keys_sort(void **state)
{
	start(live, "xterm");
	await(6, others);
	press("i");
	await(6, fio);
	await(0, "by INV/S");
	press("r");
	await(0, "by INV/S reversed");
	await(6, others);
	press("Z"); /* none */
	press("n");
	await(0, "by PROCESS  ");
	press("?");
	await(8, "d LATE%   of that time, at most: seeing late that a CMD_SYNC had completed");
	press("?");
	await(6, others);
	press("q");
	assert_int_equal(finish(), 0);
}

static void another_size_is_drawn_anew(void **state)
{
	struct winsize size = { .ws_row = 12, .ws_col = 50 };

	start(live, "xterm");
	await(6, others);
	vterm_set_size(terminal.vterm, 12, 50);
	terminal.width = 50;
	terminal.height = 12;
	MUST(!ioctl(terminal.fd, TIOCSWINSZ, &size)); /* its group is told */
	await(1, "SMMU       TIME% LIST/S CMD/S SYNC/S    P50    P99");
	await(11, "q quit  ? help  sort by: t i c s 5 9 a l d g n p");
	press("q");
	assert_int_equal(finish(), 0);
}

static void other_ends(void **state)
{
	struct top_live other = live;

	other.duration = 0.1;
	start(other, "xterm");
	assert_int_equal(finish(), 0);
	other = live;
	other.ended = at_once;
	start(other, "xterm");
	assert_int_equal(finish(), 0);
	other = live;
	other.take = give_nothing;
	start(other, "xterm");
	assert_int_equal(finish(), EIO);
}

static void no_terminal_is_an_error(void **state)
{
	struct sentence why;
	struct top_live other = live;
	long long lost;
	int null = open("/dev/null", O_RDWR), in = dup(STDIN_FILENO);

	start(live, "no-such-terminal");
	assert_int_equal(finish(), EINVAL);
	MUST(dup2(null, STDIN_FILENO) >= 0);
	assert_int_equal(top_screen(&other, &lost, &why), -ENOTTY);
	MUST(dup2(in, STDIN_FILENO) >= 0);
	close(in);
	close(null);
	assert_string_equal(why.text, "stdin and stdout are no terminal: use --batch or --csv");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_drawn_and_q_ends_it),  cmocka_unit_test(keys_sort),
		cmocka_unit_test(another_size_is_drawn_anew), cmocka_unit_test(other_ends),
		cmocka_unit_test(no_terminal_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
