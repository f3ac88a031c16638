// SPDX-License-Identifier: GPL-2.0-only
/*
 * lockdown.c - what a kernel refuses to root as well.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lockdown.h"

#define LOCKDOWN    "/sys/kernel/security/lockdown"
#define SIG_ENFORCE "/sys/module/module/parameters/sig_enforce"

const char *lockdown_root = "";

/* The first line; "" of a file that is not there. */
static void first_line(const char *path, char *line, size_t size)
{
	char whole[PATH_MAX];
	FILE *file;

	line[0] = '\0';
	snprintf(whole, sizeof(whole), "%s%s", lockdown_root, path);
	file = fopen(whole, "re");
	if (!file)
		return;
	if (!fgets(line, (int)size, file))
		line[0] = '\0';
	fclose(file);
}

/* "none [integrity] confidentiality": is that level on? */
static bool is_at(const char *level)
{
	char line[128], marked[64];

	first_line(LOCKDOWN, line, sizeof(line));
	snprintf(marked, sizeof(marked), "[%s]", level);
	return strstr(line, marked);
}

bool lockdown_of_probes(void)
{
	return is_at("confidentiality");
}

bool lockdown_of_modules(struct sentence *why)
{
	char enforced[8];

	first_line(SIG_ENFORCE, enforced, sizeof(enforced));
	if (is_at("integrity") || is_at("confidentiality"))
		sentence(why, 0, "lockdown=%s, as with Secure Boot",
			 is_at("integrity") ? "integrity" : "confidentiality");
	else if (enforced[0] == 'Y')
		sentence(why, 0, "module.sig_enforce=1");
	else
		return false;
	return true;
}
