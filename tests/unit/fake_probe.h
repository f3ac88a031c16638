/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_probe.h - a BPF program that is loaded and attached without a kernel, in
 * the place of bpf/target.c and libbpf. For one test program.
 */
#ifndef INVBENCH_TESTS_FAKE_PROBE_H
#define INVBENCH_TESTS_FAKE_PROBE_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <string.h>

#include "target.h"

static struct {
	void *layout; /* gets what was set before loading, so many bytes of .rodata */
	size_t layout_size;
	const void *found; /* what the program has noted at the start of .bss once it runs; or NULL */
	size_t found_size;
	bool cannot_attach;
	int links; /* that are there now */
	struct bpf_map *bss;
} fake_probe;

void target_choose(const struct target *target, struct bpf_program *program)
{
}

/* From here on the program runs. */
struct bpf_link *target_attach(const struct target *target, struct bpf_program *program, bool at_return)
{
	size_t size;

	if (fake_probe.cannot_attach)
		return NULL;
	fake_probe.links++;
	if (fake_probe.found)
		memcpy(bpf_map__initial_value(fake_probe.bss, &size), fake_probe.found, fake_probe.found_size);
	return (struct bpf_link *)&fake_probe;
}

int bpf_link__destroy(struct bpf_link *link)
{
	fake_probe.links -= link != NULL;
	return 0;
}

int bpf_object__load_skeleton(struct bpf_object_skeleton *s)
{
	struct bpf_map *map;
	size_t size;

	bpf_object__for_each_map(map, *s->obj)
	{
		if (strstr(bpf_map__name(map), ".rodata"))
			memcpy(fake_probe.layout, bpf_map__initial_value(map, &size), fake_probe.layout_size);
		else if (strstr(bpf_map__name(map), ".bss"))
			fake_probe.bss = map;
	}
	return 0;
}

#endif
