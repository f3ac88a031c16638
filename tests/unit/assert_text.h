/* SPDX-License-Identifier: GPL-2.0-only */
/* assert_text.h - what a text has, and what it has not. Behind cmocka.h. */
#ifndef INVBENCH_TESTS_ASSERT_TEXT_H
#define INVBENCH_TESTS_ASSERT_TEXT_H

#include <string.h>

static __attribute__((unused)) void assert_has(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("\"%s\" is not in: %.4000s", want, text);
}

static __attribute__((unused)) void assert_has_not(const char *text, const char *unwanted)
{
	if (strstr(text, unwanted))
		fail_msg("\"%s\" is in: %.4000s", unwanted, text);
}

#endif
