/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * endpoints.h - which endpoints are in which domain, sorted by domain.
 */
#ifndef SMMU_MODEL_ENDPOINTS_H
#define SMMU_MODEL_ENDPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENDPOINTS_MAX 65536

struct endpoint {
	uint32_t domain, instance, sid, ssid;
	uint64_t since; /* no part of what it is */
};

struct endpoints {
	struct endpoint *all;
	size_t count, room;
};

bool endpoint_same(const struct endpoint *a, const struct endpoint *b);
/* One that is in already stays, with a new @since. False: no room. */
bool endpoints_add(struct endpoints *e, const struct endpoint *added);
void endpoints_remove(struct endpoints *e, const struct endpoint *removed);
const struct endpoint *endpoints_find(const struct endpoints *e, const struct endpoint *wanted);
/* The endpoints of a domain lie side by side: the first of @count. */
const struct endpoint *endpoints_of(const struct endpoints *e, uint32_t domain, size_t *count);
void endpoints_free(struct endpoints *e);

#endif
