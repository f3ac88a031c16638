// SPDX-License-Identifier: GPL-2.0-only
/* top_screen.c - `invbench top` on a terminal: draws a window, and does what keys say until the next is due. */
#include <stdlib.h>
#include <time.h>

#include "terminal.h"
#include "top_page.h"
#include "top_screen.h"

#define LOOK_MS 200 /* how often it looks whether a signal has come */

struct session {
	struct top_live *live;
	struct top_window window;
	struct top_view view;
	double began, due; /* the next window */
	bool quits;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void draw(struct session *s)
{
	size_t width, height;
	struct terminal_line *lines;

	terminal_size(&width, &height);
	lines = top_page(&s->window, &s->view, width, height);
	terminal_draw(lines, height);
	free(lines);
}

static void scroll_by(struct session *s, long lines)
{
	const long first = (long)s->view.first + lines;

	s->view.first = first > 0 ? (size_t)first : 0;
}

static void sort_by(struct session *s, int key)
{
	const enum top_column column = top_column_of_key(key);

	if (column == TOP_COLUMNS)
		return;
	s->view.order = (struct top_order){ .by = column };
	s->view.first = 0;
	top_sort(&s->window, s->view.order);
}

static void obey(struct session *s, int key)
{
	switch (key) {
	case TERMINAL_NONE:
		return;
	case 'q':
		s->quits = true;
		return;
	case 'r':
		s->view.order.reverse = !s->view.order.reverse;
		top_sort(&s->window, s->view.order);
		break;
	case '?':
	case 'h':
		s->view.help = !s->view.help;
		break;
	case ' ':
		s->due = now();
		return;
	case TERMINAL_UP:
	case TERMINAL_DOWN:
		scroll_by(s, key == TERMINAL_UP ? -1 : 1);
		break;
	case TERMINAL_PAGE_UP:
	case TERMINAL_PAGE_DOWN:
		scroll_by(s, key == TERMINAL_PAGE_UP ? -10 : 10);
		break;
	default:
		sort_by(s, key);
	}
	draw(s);
}

static bool is_over(struct session *s)
{
	const double duration = s->live->duration;

	s->quits = s->quits || s->live->ended(s->live) || (duration > 0 && now() >= s->began + duration);
	return s->quits;
}

/* Until the next window is due, or it ends. */
static void attend(struct session *s)
{
	double left;

	while (!is_over(s)) {
		left = (s->due - now()) * 1000;
		if (left <= 0)
			return;
		obey(s, terminal_key(left < LOOK_MS ? (int)left + 1 : LOOK_MS));
	}
}

static int show_next(struct session *s, long long *lost, struct sentence *why)
{
	struct top_window next = {};
	int err = s->live->take(s->live, &next, why);

	if (err)
		return err;
	top_free(&s->window);
	s->window = next;
	*lost += next.lost;
	top_sort(&s->window, s->view.order);
	draw(s);
	return 0;
}

int top_screen(struct top_live *live, long long *lost, struct sentence *why)
{
	struct session s = { .live = live, .view = { .order = live->order, .host = live->host } };
	int err = terminal_open(why);

	*lost = 0;
	if (err)
		return err;
	s.began = now();
	s.due = s.began + live->interval;
	draw(&s);
	for (attend(&s); !s.quits && !err; attend(&s)) {
		err = show_next(&s, lost, why);
		s.due = now() + live->interval;
	}
	terminal_close();
	top_free(&s.window);
	return err;
}
