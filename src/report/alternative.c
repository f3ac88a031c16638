// SPDX-License-Identifier: GPL-2.0-only
/* alternative.c - what a figure shows, in words, for those who cannot see it. */
#include <stdlib.h>

#include "html.h"
#include "xalloc.h"

void html_alternative(FILE *out, const struct comparison *c, const struct figure *f)
{
	char *text = NULL;
	size_t size;
	FILE *words = xmemstream(&text, &size);

	f->type->alternative(words, c, f);
	fclose(words);
	html_text(out, text);
	fputs(f->workload ? ". All values are in the tables of the workload." : ".", out);
	free(text);
}
