// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel_config.c - how the running kernel was configured.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "file.h"
#include "gunzip.h"
#include "kernel_config.h"
#include "sysfs.h"

#define CONFIG_BYTES (4 << 20)

const char *boot_root = "/boot";

/* Gzipped or not; NULL if it is not there. */
static char *read_text(const char *path)
{
	struct sentence unused;
	char *text = NULL;
	size_t size;
	int fd = file_open(path, &unused);

	if (fd < 0)
		return NULL;
	if (gunzip_read(fd, CONFIG_BYTES, &text, &size, &unused))
		text = NULL;
	close(fd);
	return text;
}

static char *read_config(void)
{
	char path[PATH_MAX], *text;
	struct utsname here;

	snprintf(path, sizeof(path), "%s/config.gz", proc_root);
	text = read_text(path);
	if (text)
		return text;
	uname(&here);
	snprintf(path, sizeof(path), "%s/config-%s", boot_root, here.release);
	return read_text(path);
}

/* Built in or a module; at the beginning of a line. */
static bool is_on(const char *config, const char *symbol)
{
	char line[128];
	size_t length = snprintf(line, sizeof(line), "CONFIG_%s=", symbol);

	for (const char *at = config; (at = strstr(at, line)); at += length) {
		if ((at == config || at[-1] == '\n') && (at[length] == 'y' || at[length] == 'm'))
			return true;
	}
	return false;
}

bool kernel_config_is_off(const char *symbol)
{
	char *config = read_config();
	bool off = config && !is_on(config, symbol);

	free(config);
	return off;
}

const char *kernel_config_lacks(const char *symbol, struct sentence *text)
{
	text->text[0] = '\0';
	if (kernel_config_is_off(symbol))
		sentence(text, 0, "; this kernel is built without CONFIG_%s", symbol);
	return text->text;
}
