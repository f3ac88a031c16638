/* SPDX-License-Identifier: GPL-2.0-only */
/* json_read.h - a small file of JSON. */
#ifndef INVBENCH_JSON_READ_H
#define INVBENCH_JSON_READ_H

#include <jansson.h>
#include <stddef.h>

#include "sentence.h"

/* A new reference, or NULL with "PATH: ..." or "PATH:LINE: ..." in @why; as file_read() has it, of at most @limit bytes. */
json_t *json_read(const char *path, size_t limit, struct sentence *why);

#endif
