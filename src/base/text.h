/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * text.h - text in room of a fixed size, and text of others that is to stay in its line.
 *
 * Text that came from a file, a guest or a command line reaches terminals, tables, logs and other
 * languages. There a control character would be more than text: it ends a line, or drives the
 * terminal. And it may be no UTF-8, as when a name was cut within a character, and then it is fit for no
 * JSON. Readers refuse those in names; whatever else is kept or printed goes through here. A language
 * has its own function besides, in the folder that writes it: gnuplot_quote(), gnuplot_data(),
 * html_text(), html_shell_word(), and those of the printers.
 */
#ifndef INVBENCH_TEXT_H
#define INVBENCH_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Appends to @text, of @size bytes, and cuts what does not fit; never within a character of UTF-8. */
void text_append(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Ends @text before a last character that is not whole. */
void text_drop_half(char *text);
/* As snprintf(), but what is in @text then is a line, and cut between characters. */
void text_format(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
void text_vformat(char *text, size_t size, const char *format, va_list args);

/*
 * How many bytes the character at @text has, which is not its end. Not @fit for a line are control
 * characters (of ASCII, and U+0080..9F), the separators of lines and paragraphs, the marks that
 * turn the direction of writing, what is no character at all (U+FFFE, U+FFFF), and bytes that are no
 * UTF-8, each of which counts as one.
 */
size_t text_next(const char *text, bool *fit);
/* Has it nothing but what is fit for a line? */
bool text_is_line(const char *text);
/* Makes it so: what is not fit becomes '?'. */
void text_make_line(char *text);
/* The same of bytes that are no UTF-8 alone. Behind @size bytes there is a zero; before it there may be others. */
void text_make_utf8(char *text, size_t size);
/* Prints at most @limit bytes of it so, and not half a character. Returns how many bytes of @text those are. */
size_t text_print(FILE *out, const char *text, size_t limit);
/* How many characters it has, each of which counts as one that is not fit. */
size_t text_width(const char *text);
/* Where the first @width of them end. */
size_t text_bytes(const char *text, size_t width);
/* A column of exactly as many characters as @width is wide: to the left if that is negative, as printf() has it. */
void text_column(FILE *out, const char *text, int width);

#endif
