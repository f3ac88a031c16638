// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_settings.c - any text as a setting, and any bytes as a file of them.
 *
 * What is refused changes nothing and is given a reason; what is taken leaves
 * settings that an instance can have.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "must.h"
#include "settings.h"

#define INSTANCES 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct settings *s)
{
	const struct features *f = &s->features;

	MUST(f->cmdq_log2 <= 19 && f->evtq_log2 <= 19 && f->priq_log2 <= 19);
	MUST(f->stage1 || f->stage2);
	MUST(f->granule4k || f->granule16k || f->granule64k);
	MUST(f->stall <= 2 && f->httu <= 2);
	MUST(f->oas_bits >= 32 && f->oas_bits <= 52 && f->sid_bits <= 32 && f->ssid_bits <= 20);
	MUST(s->atc_outstanding >= 1 && s->atc_outstanding <= 256);
	MUST(s->scale >= 0.001 && s->scale <= 1000);
	MUST(s->fault <= FAULT_EVENT);
	for (unsigned int i = 0; i < TIME_KINDS; i++) {
		MUST(s->time[i].median_ns >= 0 && s->time[i].median_ns <= 10e9);
		MUST(s->time[i].sigma >= 0 && s->time[i].sigma <= 3);
	}
}

static void check_all(const struct settings *all)
{
	for (unsigned int k = 0; k < INSTANCES; k++)
		check(&all[k]);
}

static void init_all(struct settings *all)
{
	memset(all, 0, INSTANCES * sizeof(*all));
	for (unsigned int k = 0; k < INSTANCES; k++)
		settings_init(&all[k]);
}

/* To the byte, padding too: one is a copy of the other. */
static bool same(const void *a, const void *b, size_t size)
{
	return !memcmp(a, b, size);
}

static void apply(const char *line, bool running)
{
	struct settings all[INSTANCES], before[INSTANCES];
	char why[80] = "";

	init_all(all);
	memcpy(before, all, sizeof(all));
	if (settings_apply(all, INSTANCES, line, running, why, sizeof(why))) {
		MUST(*why);
		MUST(same(all, before, sizeof(all)));
	}
	if (running) {
		for (unsigned int k = 0; k < INSTANCES; k++)
			MUST(same(&all[k].features, &before[k].features, sizeof(all[k].features)));
	}
	check_all(all);
}

static void read_file(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct settings all[INSTANCES];
	char path[32], why[80] = "";

	if (fd < 0)
		fd = memfd_create("settings", MFD_CLOEXEC);
	MUST(fd >= 0 && !ftruncate(fd, 0) && pwrite(fd, data, size, 0) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	init_all(all);
	if (settings_read(all, INSTANCES, path, why, sizeof(why)))
		MUST(strstr(why, path));
	check_all(all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char line[256];
	size_t length = size < sizeof(line) - 1 ? size : sizeof(line) - 1;

	memcpy(line, data, length);
	line[length] = '\0';
	apply(line, false);
	apply(line, true);
	read_file(data, size);
	return 0;
}
