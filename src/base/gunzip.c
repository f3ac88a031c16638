// SPDX-License-Identifier: GPL-2.0-only
/* gunzip.c - unpacks a gzipped result file in memory. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "gunzip.h"

#define GZIP_WINDOW_BITS (MAX_WBITS + 16) /* zlib.h: a gzip header, and no other */

bool is_gzipped(const char *data, size_t size)
{
	return size > 2 && !memcmp(data, "\x1f\x8b", 2);
}

/* As much as there is room for, and more room while there is more. */
static int unpack(z_stream *z, char **out, size_t *room, size_t limit)
{
	int ret = Z_OK;

	while (ret == Z_OK && *room < limit) {
		const size_t more = *room * 2 < limit ? *room * 2 : limit;
		char *grown = realloc(*out, more);

		if (!grown)
			return Z_MEM_ERROR;
		*out = grown;
		*room = more;
		z->next_out = (Bytef *)grown + z->total_out;
		z->avail_out = (uInt)(more - z->total_out);
		ret = inflate(z, Z_NO_FLUSH);
	}
	return ret;
}

char *gunzip(const char *data, size_t size, size_t limit, size_t *unpacked, const char **why)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)size };
	size_t room = 2 * size < limit ? 2 * size : limit / 2;
	char *out = NULL;
	int ret = inflateInit2(&z, GZIP_WINDOW_BITS);

	if (ret == Z_OK)
		ret = unpack(&z, &out, &room, limit);
	*unpacked = z.total_out;
	inflateEnd(&z);
	if (ret == Z_STREAM_END)
		return out;
	free(out);
	if (ret == Z_MEM_ERROR)
		*why = "out of memory";
	else if (ret == Z_OK && room >= limit)
		*why = "unpacks to more than a result file may have";
	else
		*why = "not whole, or not gzip";
	return NULL;
}
