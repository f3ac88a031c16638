// SPDX-License-Identifier: GPL-2.0-only
/* top_page.c - a window of `invbench top` as the lines of a screen, of whatever size that is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "text.h"
#include "top_page.h"
#include "top_text.h"
#include "xalloc.h"

#define NAME_LEAST 8 /* a name is not cut to less */
#define NAME_MOST  40

struct page {
	const struct top_window *window;
	struct top_view *view;
	size_t width, height;
	struct terminal_line *lines;
	size_t count; /* that there are; those from @height on are nowhere */
};

/* The next line, or one that nobody sees. */
static char *add_line(struct page *p, int look)
{
	struct terminal_line *line = &p->lines[p->count < p->height ? p->count : p->height];

	p->count++;
	line->look = look;
	line->text[0] = '\0';
	return line->text;
}

static void cut(const struct page *p, char *line)
{
	line[text_bytes(line, p->width)] = '\0';
}

/* What a terminal shows in one place each, as columns are counted so: other characters become '?'. */
static void make_narrow(char *text)
{
	char *to = text, *from = text;
	mbstate_t state = {};
	wchar_t character;
	size_t bytes;

	while (*from) {
		bytes = mbrtowc(&character, from, strlen(from), &state);
		if (bytes == (size_t)-1 || bytes == (size_t)-2) {
			memset(&state, 0, sizeof(state));
			bytes = 1;
			character = L'\0';
		}
		if (wcwidth(character) == 1 && to != from)
			memmove(to, from, bytes);
		else if (wcwidth(character) != 1)
			*to = '?';
		to += wcwidth(character) == 1 ? bytes : 1;
		from += bytes;
	}
	*to = '\0';
}

/* ---- rows ---- */

/* Which columns there are room for, and how wide a name is. */
struct layout {
	int last; /* the first column that is left out */
	size_t name;
};

static struct layout lay_out(const struct page *p, enum top_scope scope)
{
	struct layout layout = { TOP_COLUMNS, 0 };
	size_t fixed;
	int c;

	for (;; layout.last--) {
		for (fixed = 0, c = 0; c < layout.last; c++)
			if (top_columns[c].heads[scope])
				fixed += (size_t)top_columns[c].width;
		/* A space before the name as well, if something is. */
		fixed += top_columns[TOP_COL_PID].heads[scope] != NULL;
		if (fixed + NAME_LEAST <= p->width || layout.last <= TOP_COL_NAME + 1)
			break;
	}
	layout.name = p->width > fixed ? p->width - fixed : 0;
	if (layout.name > NAME_MOST)
		layout.name = NAME_MOST;
	return layout;
}

static void put_name(char *line, const char *name, const struct layout *layout)
{
	char narrow[TOP_CELL_SIZE];
	size_t bytes;

	snprintf(narrow, sizeof(narrow), "%s", name);
	make_narrow(narrow);
	bytes = text_bytes(narrow, layout->name);
	narrow[bytes] = '\0';
	text_append(line, TERMINAL_LINE, "%s%s%*s", line[0] ? " " : "", narrow,
		    (int)(layout->name - text_width(narrow)), "");
}

static void add_head(struct page *p, enum top_scope scope, size_t shown)
{
	const size_t count = p->window->counts[scope];
	const struct layout layout = lay_out(p, scope);
	char *line = add_line(p, TERMINAL_HEAD), name[64];
	int c;

	for (c = 0; c < layout.last; c++) {
		const char *head = top_columns[c].heads[scope];

		if (!head)
			continue;
		if (c != TOP_COL_NAME) {
			text_append(line, TERMINAL_LINE, "%*s", top_columns[c].width, head);
			continue;
		}
		if (shown < count)
			snprintf(name, sizeof(name), "%s %zu/%zu", head, shown, count);
		else
			snprintf(name, sizeof(name), "%s", head);
		put_name(line, name, &layout);
	}
	cut(p, line);
	text_append(line, TERMINAL_LINE, "%*s", (int)(p->width - text_width(line)), "");
}

static void add_row(struct page *p, enum top_scope scope, const struct top_row *row)
{
	const struct layout layout = lay_out(p, scope);
	char *line = add_line(p, TERMINAL_PLAIN), cell[TOP_CELL_SIZE];
	int c;

	for (c = 0; c < layout.last; c++) {
		if (!top_columns[c].heads[scope])
			continue;
		top_cell(p->window, scope, row, c, cell, sizeof(cell));
		if (c == TOP_COL_NAME)
			put_name(line, cell, &layout);
		else
			text_append(line, TERMINAL_LINE, "%*s", top_columns[c].width, cell);
	}
	cut(p, line);
}

/* A head and @room lines at most, from the row @first on. */
static void add_scope(struct page *p, enum top_scope scope, size_t first, size_t room)
{
	const size_t count = p->window->counts[scope], left = count - first;
	const size_t shown = left < room ? left : room;
	size_t i;

	add_head(p, scope, shown);
	for (i = 0; i < shown; i++)
		add_row(p, scope, &p->window->rows[scope][first + i]);
}

/* ---- around them ---- */

static void append_total(char *line, const struct page *p, enum top_scope scope, enum top_column column, const char *of)
{
	struct top_row sum = {};
	char cell[TOP_CELL_SIZE];
	size_t i;
	int f;

	for (i = 0; i < p->window->counts[scope]; i++)
		for (f = 0; f < TOP_FIGURES; f++)
			if (p->window->rows[scope][i].figures[f] != TOP_UNKNOWN)
				sum.figures[f] += p->window->rows[scope][i].figures[f];
	top_cell(p->window, scope, &sum, column, cell, sizeof(cell));
	text_append(line, TERMINAL_LINE, "  %s %s", cell, of);
}

static void add_title(struct page *p)
{
	const enum top_column by = p->view->order.by;
	const char *head = top_columns[by].heads[TOP_PROCESS];
	char *line = add_line(p, TERMINAL_PLAIN);

	text_append(line, TERMINAL_LINE, "invbench top  ");
	if (p->window->seconds > 0) {
		text_append(line, TERMINAL_LINE, "%.1f s", p->window->at);
		append_total(line, p, TOP_PROCESS, TOP_COL_RATE, "inv/s");
		append_total(line, p, TOP_SMMU, TOP_COL_COMMANDS, "cmd/s");
		text_append(line, TERMINAL_LINE, "  lost %lld", p->window->lost);
	} else {
		text_append(line, TERMINAL_LINE, "nothing yet");
	}
	text_append(line, TERMINAL_LINE, "  by %s%s", head ? head : top_columns[by].heads[TOP_SMMU],
		    p->view->order.reverse ? " reversed" : "");
	if (p->view->host && text_width(line) + 2 + text_width(p->view->host) <= p->width)
		text_append(line, TERMINAL_LINE, "  %s", p->view->host);
	cut(p, line);
}

static void add_keys(struct page *p)
{
	char *line;

	while (p->count + 1 < p->height)
		add_line(p, TERMINAL_PLAIN);
	line = add_line(p, TERMINAL_DIM);
	snprintf(line, TERMINAL_LINE, "q quit  ? help%s  sort by: t i c s 5 9 a l d g n p  r reverse",
		 p->window->nr_reasons ? ", why -" : "");
	cut(p, line);
}

static void add_text(struct page *p, const char *text)
{
	char *line = add_line(p, TERMINAL_PLAIN);

	text_format(line, TERMINAL_LINE, "%s", text);
	make_narrow(line);
	cut(p, line);
}

static void add_help(struct page *p)
{
	static const char *const lines[] = {
		"t TIME%   of a CPU, in invalidations; of an SMMU, in lists of commands for it",
		"i INV/S   invalidations; LIST/S: lists of commands that they gave to an SMMU",
		"c CMD/S   commands: of an SMMU by whomever, of a process by its invalidations",
		"s SYNC/S  CMD_SYNCs, which are not among commands",
		"5 P50, 9 P99  how long an invalidation, or a list, took",
		"a ATC%    of that time: giving ATC_INVs, and waiting for them",
		"l LOCK%   of that time: waiting for a lock that somebody else held",
		"d LATE%   of that time, at most: seeing late that a CMD_SYNC had completed",
		"g TAG%    of TLBIs: for an ASID, a VMID or everything, and not by address",
		"  GRAN    the granule that most TLBIs of a range name; + others name another one",
		"n name  p process number  r other way round  arrows, pages: more processes",
	};
	char text[TERMINAL_LINE];
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		add_text(p, lines[i]);
	for (i = 0; i < p->window->nr_reasons; i++) {
		top_reason_text(&p->window->reasons[i], text, sizeof(text));
		add_text(p, text);
	}
}

static void add_rows(struct page *p)
{
	/* Without title, two heads and the line of keys. */
	const size_t room = p->height > 4 ? p->height - 4 : 0, processes = p->window->counts[TOP_PROCESS];
	size_t smmus = p->window->counts[TOP_SMMU], left;

	/* A third is theirs in any case, and so is what no process needs. */
	left = processes < room ? room - processes : 0;
	left = left > room / 3 ? left : room / 3;
	smmus = smmus < left ? smmus : left;
	left = room - smmus;
	if (p->view->first + left > processes)
		p->view->first = processes > left ? processes - left : 0;
	add_scope(p, TOP_SMMU, 0, smmus);
	add_scope(p, TOP_PROCESS, p->view->first, left);
}

struct terminal_line *top_page(const struct top_window *w, struct top_view *view, size_t width, size_t height)
{
	struct page p = { .window = w, .view = view, .width = width, .height = height };

	if (width > TERMINAL_LINE / 4)
		p.width = TERMINAL_LINE / 4; /* so that characters of any length fit */
	p.lines = xcalloc(height + 1, sizeof(*p.lines));
	add_title(&p);
	if (view->help)
		add_help(&p);
	else
		add_rows(&p);
	add_keys(&p);
	return p.lines;
}
