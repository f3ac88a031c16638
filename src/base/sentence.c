// SPDX-License-Identifier: GPL-2.0-only
/*
 * sentence.c - why something did not work.
 */
#include <stdarg.h>
#include <stdio.h>

#include "sentence.h"
#include "text.h"

int sentence(struct sentence *why, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_vformat(why->text, sizeof(why->text), format, args);
	va_end(args);
	return err;
}
