// SPDX-License-Identifier: GPL-2.0-only
/* alternative.c - what a figure shows, in words: for those who cannot see it, and what stands under it. */
#include <stdlib.h>

#include "html.h"
#include "xalloc.h"

static void put(FILE *out, void (*tell)(FILE *out, const struct comparison *c, const struct figure *f),
		const struct comparison *c, const struct figure *f)
{
	char *text = NULL;
	size_t size;
	FILE *words = xmemstream(&text, &size);

	tell(words, c, f);
	fclose(words);
	html_text(out, text);
	free(text);
}

void html_alternative(FILE *out, const struct comparison *c, const struct figure *f)
{
	put(out, f->type->alternative, c, f);
	fputs(f->workload ? ". All values are in the tables of the workload." : ".", out);
}

void html_below(FILE *out, const struct comparison *c, const struct figure *f)
{
	if (!f->type->below)
		return;
	fputs("<figcaption class=\"soft\">", out);
	put(out, f->type->below, c, f);
	fputs("</figcaption>\n", out);
}
