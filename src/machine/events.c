// SPDX-License-Identifier: GPL-2.0-only
/*
 * events.c - whose event an SMMU reports to the kernel log. scripts/splat.sh does the same with the log of a boot.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "sysfs.h"

#define PCI_STREAM_MASK 0xffff /* firmware may give a root complex other high bits */
#define STREAMS_MAX	16

/* ---- lines ---- */

/* "arm-smmu-v3 7e000000.smmuv3: event 0x10 received:": the name before @what, if that is in the line. */
static bool said_by(const char *text, const char *what, char name[DEVICE_NAME])
{
	const char *end = strstr(text, what), *start = end;

	if (!end)
		return false;
	while (start > text && start[-1] != ' ')
		start--;
	if (end - start >= DEVICE_NAME)
		return false;
	memcpy(name, start, (size_t)(end - start));
	name[end - start] = '\0';
	return true;
}

/*
 * "arm-smmu-v3 7e000000.smmuv3: <tab>0x0000e00000000010": the first words of an event, StreamID on top; of a PRI
 * request "<tab>sid 0x0000e000.0x00000: ...". /dev/kmsg writes a tab as \x09.
 */
static bool tells_stream(const char *text, const char *instance, uint32_t *sid)
{
	const char *at = strstr(text, instance), *end;
	char *rest;

	if (!at)
		return false;
	at += strlen(instance);
	at += strspn(at, ": \t");
	at += !strncmp(at, "\\x09", 4) ? 4 : 0;
	end = !strncmp(at, "sid ", 4) ? (at += 4, ".") : "";
	if (strncmp(at, "0x", 2))
		return false;
	if (*end) {
		*sid = (uint32_t)strtoul(at, &rest, 16);
		return *rest == *end;
	}
	*sid = (uint32_t)(strtoull(at, &rest, 16) >> 32);
	return rest == at + strlen("0x0123456789abcdef");
}

static bool is_ours(struct events *e, const char *instance, const uint32_t *sid)
{
	bool ours = !e->is_ours || e->is_ours(instance, sid, e->arg);

	e->others |= !ours;
	return ours;
}

static enum event_line settle(struct events *e, struct event *event, const uint32_t *sid, char line[EVENT_LINE])
{
	bool ours = is_ours(e, event->instance, sid);

	memcpy(line, event->line, EVENT_LINE);
	event->instance[0] = '\0';
	return ours ? EVENT_OURS : EVENT_OTHERS;
}

/* Of one SMMU one event at a time. Where there is no room for it the SMMU alone must tell. */
static enum event_line begin(struct events *e, const char *instance, const char *text, char line[EVENT_LINE])
{
	struct event *event = NULL;
	enum event_line before = EVENT_BEGUN;

	for (size_t i = 0; i < EVENTS_MAX; i++) {
		if (!strcmp(e->begun[i].instance, instance)) {
			event = &e->begun[i];
			before = settle(e, event, NULL, line);
			break;
		}
		if (!e->begun[i].instance[0])
			event = &e->begun[i];
	}
	if (!event) {
		snprintf(line, EVENT_LINE, "%s", text);
		return is_ours(e, instance, NULL) ? EVENT_OURS : EVENT_OTHERS;
	}
	snprintf(event->instance, sizeof(event->instance), "%s", instance);
	snprintf(event->line, sizeof(event->line), "%s", text);
	return before;
}

/* An SMMU that lost some, and the log that left some out: of whom is not known, but who floods them is. */
static enum event_line flooded(struct events *e, const char *text, char line[EVENT_LINE])
{
	char name[DEVICE_NAME];
	bool ours;

	snprintf(line, EVENT_LINE, "%s", text);
	if (said_by(text, ": EVTQ overflow", name) || said_by(text, ": PRIQ overflow", name))
		ours = !e->others && is_ours(e, name, NULL);
	else if (strstr(text, "arm_smmu_evtq_thread: ") || strstr(text, "arm_smmu_priq_thread: "))
		ours = !e->others;
	else
		return EVENT_NONE;
	return ours ? EVENT_OURS : EVENT_OTHERS;
}

enum event_line event_next(struct events *e, const char *text, char line[EVENT_LINE])
{
	char instance[DEVICE_NAME];
	uint32_t sid;

	if (said_by(text, ": event 0x", instance) || said_by(text, ": unexpected PRI request received", instance))
		return begin(e, instance, text, line);
	for (size_t i = 0; i < EVENTS_MAX; i++) {
		struct event *event = &e->begun[i];

		if (event->instance[0] && tells_stream(text, event->instance, &sid))
			return settle(e, event, &sid, line);
	}
	return flooded(e, text, line);
}

bool event_left(struct events *e, char line[EVENT_LINE])
{
	for (size_t i = 0; i < EVENTS_MAX; i++) {
		if (e->begun[i].instance[0] && settle(e, &e->begun[i], NULL, line) == EVENT_OURS)
			return true;
	}
	return false;
}

/* ---- devices ---- */

/* Pairs of a phandle and a StreamID: an SMMUv3 has one cell. */
static unsigned int tree_streams(const struct device *d, uint32_t *streams, unsigned int max)
{
	uint32_t cells[2 * STREAMS_MAX];
	long n = sysfs_bytes(cells, sizeof(cells), "bus/%s/devices/%s/of_node/iommus", d->bus, d->name);
	unsigned int count = 0;

	for (long i = 1; i < n / (long)sizeof(*cells) && count < max; i += 2)
		streams[count++] = be32toh(cells[i]);
	return count;
}

unsigned int device_streams(const struct device *device, uint32_t *streams, unsigned int max)
{
	unsigned int domain, bus, slot, function;

	if (strcmp(device->bus, "pci"))
		return tree_streams(device, streams, max);
	if (!max || sscanf(device->name, "%x:%x:%x.%x", &domain, &bus, &slot, &function) != 4)
		return 0;
	streams[0] = bus << 8 | slot << 3 | function;
	return 1;
}

/* What nothing tells may be. */
static bool may_have(const struct device *d, uint32_t sid)
{
	const uint32_t mask = strcmp(d->bus, "pci") ? UINT32_MAX : PCI_STREAM_MASK;
	uint32_t streams[STREAMS_MAX];
	unsigned int n = device_streams(d, streams, STREAMS_MAX);

	for (unsigned int i = 0; i < n; i++) {
		if (streams[i] == (sid & mask))
			return true;
	}
	return !n;
}

bool event_is_of_device(const char *instance, const uint32_t *sid, const void *arg)
{
	const char *name = arg;
	struct device *list;
	int n = devices_list(&list);
	bool ours = n < 0; /* nobody can tell */

	for (int i = 0; i < n && !ours; i++) {
		const struct device *d = &list[i];
		bool measured =
			!strcmp(d->driver, "invbench") || !strcmp(d->driver, "vfio-pci") || !strcmp(d->name, name);

		ours = measured && !strcmp(d->instance, instance) && (!sid || may_have(d, *sid));
	}
	if (n >= 0)
		free(list);
	return ours;
}
