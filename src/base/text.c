// SPDX-License-Identifier: GPL-2.0-only
/* text.c - text in room of a fixed size, and text of others that is to stay in its line. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* ---- room of a fixed size ---- */

/* Half a character at the end would not be UTF-8, and so not fit for JSON. */
void text_drop_half(char *text)
{
	size_t end = strlen(text), start = end;
	unsigned char lead;

	while (start && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (!start)
		return;
	lead = (unsigned char)text[--start];
	if (end - start < (lead >= 0xf0 ? 4U : lead >= 0xe0 ? 3U : lead >= 0xc0 ? 2U : 1U))
		text[start] = '\0';
}

void text_append(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
	text_drop_half(text);
}

/* Of what was cut the beginning of a character is dropped; of what was not it is something else, and shown. */
void text_vformat(char *text, size_t size, const char *format, va_list args)
{
	const int length = vsnprintf(text, size, format, args);

	if (length >= 0 && (size_t)length >= size)
		text_drop_half(text);
	text_make_line(text);
}

void text_format(char *text, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_vformat(text, size, format, args);
	va_end(args);
}

/* ---- what is fit for a line ---- */

/* The bytes of the character of UTF-8 at @text; 0 if there is none. */
static size_t decode(const unsigned char *text, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const size_t bytes = *text < 0x80 ? 1 :
			     *text < 0xc0 ? 0 :
			     *text < 0xe0 ? 2 :
			     *text < 0xf0 ? 3 :
			     *text < 0xf8 ? 4 :
					    0;
	size_t i;

	*character = bytes > 1 ? *text & (0x7fU >> bytes) : *text;
	for (i = 1; i < bytes; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		*character = *character << 6 | (text[i] & 0x3f);
	}
	if (bytes &&
	    (*character < least[bytes] || *character > 0x10ffff || (*character >= 0xd800 && *character < 0xe000)))
		return 0;
	return bytes;
}

static bool is_between(uint32_t character, uint32_t first, uint32_t last)
{
	return character >= first && character <= last;
}

/*
 * U+2028, U+2029: line and paragraph. U+202A..202E, U+2066..2069, U+200E, U+200F, U+061C: the direction of writing.
 * U+FFFE, U+FFFF: XML, and so an SVG, cannot have them.
 */
static bool is_fit(uint32_t c)
{
	return c >= ' ' && !is_between(c, 0x7f, 0x9f) && !is_between(c, 0x2028, 0x202e) &&
	       !is_between(c, 0x2066, 0x2069) && !is_between(c, 0x200e, 0x200f) && c != 0x061c &&
	       !is_between(c, 0xfffe, 0xffff);
}

size_t text_next(const char *text, bool *fit)
{
	uint32_t character;
	const size_t bytes = decode((const unsigned char *)text, &character);

	*fit = bytes && is_fit(character);
	return bytes ? bytes : 1;
}

bool text_is_line(const char *text)
{
	bool fit = true;

	while (fit && *text)
		text += text_next(text, &fit);
	return fit;
}

void text_make_line(char *text)
{
	char *to = text;
	size_t bytes;
	bool fit;

	for (; *text; text += bytes) {
		bytes = text_next(text, &fit);
		if (!fit)
			*to = '?';
		else if (to != text)
			memmove(to, text, bytes);
		to += fit ? bytes : 1;
	}
	*to = '\0';
}

void text_make_utf8(char *text, size_t size)
{
	uint32_t character;
	size_t at = 0, bytes;

	for (; at < size; at += bytes ? bytes : 1) {
		bytes = decode((const unsigned char *)text + at, &character);
		if (!bytes)
			text[at] = '?';
	}
}

size_t text_bytes(const char *text, size_t width)
{
	size_t at = 0;
	bool fit;

	for (; width && text[at]; width--)
		at += text_next(text + at, &fit);
	return at;
}

size_t text_width(const char *text)
{
	size_t width = 0;
	bool fit;

	for (; *text; width++)
		text += text_next(text, &fit);
	return width;
}

void text_column(FILE *out, const char *text, int width)
{
	const bool left = width < 0;
	const size_t wanted = (size_t)(left ? -width : width), bytes = text_bytes(text, wanted);
	const size_t has = text_width(text);
	const int pad = has < wanted ? (int)(wanted - has) : 0;

	fprintf(out, "%*s", left ? 0 : pad, "");
	text_print(out, text, bytes);
	fprintf(out, "%*s", left ? pad : 0, "");
}

size_t text_print(FILE *out, const char *text, size_t limit)
{
	size_t at = 0, bytes;
	bool fit;

	for (; text[at]; at += bytes) {
		bytes = text_next(text + at, &fit);
		if (bytes > limit - at)
			break;
		if (fit)
			fwrite(text + at, 1, bytes, out);
		else
			fputc('?', out);
	}
	return at;
}
