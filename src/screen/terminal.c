// SPDX-License-Identifier: GPL-2.0-only
/* terminal.c - a whole terminal to draw on, by ncurses, and its keys. */
#include <curses.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "terminal.h"

static SCREEN *screen;

int terminal_open(struct sentence *why)
{
	const char *type = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return sentence(why, -ENOTTY, "stdin and stdout are no terminal: use --batch or --csv");
	setlocale(LC_CTYPE, ""); /* what it can show */
	/* initscr() would end the program. */
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return sentence(
			why, -EINVAL,
			"terminfo knows no terminal '%s' that can be drawn on: set TERM, or use --batch or --csv",
			type ? type : "");
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	leaveok(stdscr, TRUE);
	curs_set(0);
	return 0;
}

void terminal_close(void)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
}

void terminal_size(size_t *width, size_t *height)
{
	*width = (size_t)getmaxx(stdscr);
	*height = (size_t)getmaxy(stdscr);
}

static chtype look_of(const struct terminal_line *line)
{
	switch (line->look) {
	case TERMINAL_HEAD:
		return A_REVERSE;
	case TERMINAL_DIM:
		return A_DIM;
	default:
		return A_NORMAL;
	}
}

void terminal_draw(const struct terminal_line *lines, size_t count)
{
	size_t i, width, height;

	terminal_size(&width, &height);
	erase();
	for (i = 0; i < count && i < height; i++) {
		attrset(look_of(&lines[i]));
		mvaddstr((int)i, 0, lines[i].text);
	}
	attrset(A_NORMAL);
	refresh();
}

int terminal_key(int milliseconds)
{
	int key;

	timeout(milliseconds);
	errno = 0;
	key = getch();
	switch (key) {
	case ERR:
		/* After a hangup reading ends at once, and would do so for ever. */
		return errno == EIO ? 'q' : TERMINAL_NONE;
	case KEY_RESIZE:
		return TERMINAL_RESIZED;
	case KEY_UP:
		return TERMINAL_UP;
	case KEY_DOWN:
		return TERMINAL_DOWN;
	case KEY_PPAGE:
		return TERMINAL_PAGE_UP;
	case KEY_NPAGE:
		return TERMINAL_PAGE_DOWN;
	default:
		return key;
	}
}
