// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_junit.c - any bytes as the names and reasons of findings, as JUnit XML.
 *
 * It has our elements and attributes alone, and no character that XML 1.0 cannot say.
 */
#include "findings.h"
#include "markup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct markup junit = {
	.heads = (const char *const[]){ "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", NULL },
	.tags = (const char *const[]){ "testsuites", "testsuite", "properties", "property", "testcase", "failure",
				       "skipped", "system-out", "system-err", NULL },
	.alone = (const char *const[]){ NULL },
	.verbatim = (const char *const[]){ NULL },
	.attributes = (const char *const[]){ "name=", "value=", "tests=", "failures=", "errors=0", "skipped=",
					     "timestamp=", "classname=invbench.", "type=regression", "message=", NULL },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_printed("junit", data, size);

	markup_check(&junit, text);
	free(text);
	return 0;
}
