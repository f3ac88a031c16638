// SPDX-License-Identifier: GPL-2.0-only
/* event_chrome.c - events as a file of Chrome's trace format. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_chrome.h"
#include "json_text.h"
#include "xalloc.h"

/* Some 300 MB of text. */
#define CHROME_EVENTS (1U << 20)

/* No process has such a number (PID_MAX_LIMIT is 2^22). */
#define SMMU_PIDS 0x40000000U
#define IDLE_TIDS 0x50000000U

struct entry {
	struct event event;
	struct event_words words;
};

/* A thread of a process, or a CPU of an SMMU: whatever has a name and a line of its own. */
struct track {
	unsigned int pid, tid;
	char *process, *thread; /* JSON */
};

struct chrome {
	struct entry *entries;
	size_t count, room;
};

struct chrome *chrome_new(void)
{
	return xcalloc(1, sizeof(struct chrome));
}

void chrome_free(struct chrome *c)
{
	if (c)
		free(c->entries);
	free(c);
}

bool chrome_add(struct chrome *c, const struct event *event, const struct event_words *words)
{
	struct entry *grown;
	size_t room = c->room ? 2 * c->room : 1024;

	if (c->count == CHROME_EVENTS)
		return false;
	if (c->count == c->room) {
		grown = realloc(c->entries, room * sizeof(*grown));
		if (!grown)
			return false;
		c->entries = grown;
		c->room = room;
	}
	c->entries[c->count++] = (struct entry){ *event, *words };
	return true;
}

/* ---- tracks ---- */

struct tracks {
	struct track *list;
	size_t count;
	const char **smmus; /* their numbers are their places */
	size_t nr_smmus;
};

static bool is_of_smmu(const struct entry *e)
{
	return e->words.smmu[0] && (e->event.point == EVENT_submit || e->event.point == EVENT_room ||
				    e->event.point == EVENT_sync || e->event.point == EVENT_msi);
}

static unsigned int smmu_pid(struct tracks *t, const char *smmu)
{
	size_t i;

	for (i = 0; i < t->nr_smmus; i++)
		if (!strcmp(t->smmus[i], smmu))
			return SMMU_PIDS + i;
	*xappend(t->smmus, t->nr_smmus) = smmu;
	return SMMU_PIDS + i;
}

/* The idle tasks of all CPUs are thread 0 of process 0. */
static unsigned int thread_of(const struct event *event)
{
	return event->tid ? event->tid : IDLE_TIDS + event->cpu;
}

static char *quote(const char *text)
{
	json_t *json = json_text(text);
	char *quoted = json_dumps(json, JSON_ENCODE_ANY);

	json_decref(json);
	return quoted ?: xstrdup("\"\"");
}

/* Of the first event that is on it. */
static void add_track(struct tracks *t, unsigned int pid, unsigned int tid, const char *process, const char *thread)
{
	struct track *track;
	size_t i;

	/* From the last: events of one thread come one after another. */
	for (i = t->count; i; i--)
		if (t->list[i - 1].pid == pid && t->list[i - 1].tid == tid)
			return;
	track = xappend(t->list, t->count);
	*track = (struct track){ pid, tid, quote(process), quote(thread) };
}

static void find_tracks(const struct chrome *c, struct tracks *t)
{
	char name[80];
	size_t i;

	for (i = 0; i < c->count; i++) {
		const struct event *event = &c->entries[i].event;

		add_track(t, event->pid, thread_of(event), event->comm, event->comm);
		if (!is_of_smmu(&c->entries[i]))
			continue;
		snprintf(name, sizeof(name), "SMMU %s", c->entries[i].words.smmu);
		add_track(t, smmu_pid(t, c->entries[i].words.smmu), event->cpu + 1, name, "");
	}
}

static void free_tracks(struct tracks *t)
{
	size_t i;

	for (i = 0; i < t->count; i++) {
		free(t->list[i].process);
		free(t->list[i].thread);
	}
	free(t->list);
	free(t->smmus);
}

/* ---- the text ---- */

/* SMMUs come below processes. */
static void print_track(FILE *out, const struct track *track)
{
	const bool is_smmu = track->pid >= SMMU_PIDS;

	fprintf(out, "{\"ph\":\"M\",\"pid\":%u,\"tid\":%u,\"name\":\"process_name\",\"args\":{\"name\":%s}},\n",
		track->pid, track->tid, track->process);
	fprintf(out,
		"{\"ph\":\"M\",\"pid\":%u,\"tid\":%u,\"name\":\"process_sort_index\",\"args\":{\"sort_index\":%u}},\n",
		track->pid, track->tid, is_smmu ? track->pid : 0);
	fprintf(out, "{\"ph\":\"M\",\"pid\":%u,\"tid\":%u,\"name\":\"thread_name\",\"args\":{\"name\":", track->pid,
		track->tid);
	if (is_smmu)
		fprintf(out, "\"CPU %u\"}},\n", track->tid - 1);
	else
		fprintf(out, "%s}},\n", track->thread);
}

/* Microseconds, to the nanosecond. */
static void print_slice(FILE *out, const struct entry *e, unsigned int pid, unsigned int tid)
{
	const unsigned long long begin = e->event.begin_ns, ns = e->event.end_ns - begin;
	json_t *details = event_details(&e->event, &e->words);
	char *args = json_dumps(details, JSON_COMPACT);

	fprintf(out,
		"{\"ph\":\"X\",\"pid\":%u,\"tid\":%u,\"name\":\"%s\",\"ts\":%llu.%03llu,\"dur\":%llu.%03llu,\"args\":%s},\n",
		pid, tid, e->words.what, begin / 1000, begin % 1000, ns / 1000, ns % 1000, args ?: "{}");
	free(args);
	json_decref(details);
}

/* The last element is about the trace itself, and needs no comma. */
void chrome_text(const struct chrome *c, unsigned long long lost, char **text, size_t *size)
{
	FILE *out = xmemstream(text, size);
	struct tracks tracks = { 0 };
	size_t i;

	find_tracks(c, &tracks);
	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", out);
	for (i = 0; i < tracks.count; i++)
		print_track(out, &tracks.list[i]);
	for (i = 0; i < c->count; i++) {
		const struct entry *e = &c->entries[i];

		print_slice(out, e, e->event.pid, thread_of(&e->event));
		if (is_of_smmu(e))
			print_slice(out, e, smmu_pid(&tracks, e->words.smmu), e->event.cpu + 1);
	}
	fprintf(out,
		"{\"ph\":\"M\",\"pid\":0,\"tid\":0,\"name\":\"trace_name\",\"args\":{\"name\":\"invbench trace\"}}],\n"
		"\"otherData\":{\"events\":%zu,\"lost\":%llu}}\n",
		c->count, lost);
	fclose(out);
	free_tracks(&tracks);
}
