/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * terminal.h - a whole terminal to draw on, by ncurses, and its keys.
 */
#ifndef INVBENCH_TERMINAL_H
#define INVBENCH_TERMINAL_H

#include <stddef.h>

#include "sentence.h"

#define TERMINAL_LINE 1024 /* bytes */

struct terminal_line {
	char text[TERMINAL_LINE];
	enum { TERMINAL_PLAIN, TERMINAL_HEAD, TERMINAL_DIM } look;
};

/* Keys that are no characters. */
enum terminal_key {
	TERMINAL_NONE = 0,
	TERMINAL_UP = 0x1000,
	TERMINAL_DOWN,
	TERMINAL_PAGE_UP,
	TERMINAL_PAGE_DOWN,
	TERMINAL_RESIZED
};

/* Takes the terminal of stdin and stdout. 0, or a negative errno with a sentence that says why there is none. */
int terminal_open(struct sentence *why);
/* Gives it back as it was. */
void terminal_close(void);

void terminal_size(size_t *width, size_t *height);
/* Lines that are longer than the screen is wide are cut, and so are those below it. */
void terminal_draw(const struct terminal_line *lines, size_t count);
/* A key, or TERMINAL_NONE after @milliseconds without one; 'q' when nobody is there any more. */
int terminal_key(int milliseconds);

#endif
