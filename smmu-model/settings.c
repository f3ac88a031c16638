// SPDX-License-Identifier: GPL-2.0-only
/*
 * settings.c - the table of settings, and the one reader of them.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "settings.h"
#include "units.h"

#define FILE_MAX_BYTES (1 << 20)

enum form { SWITCH, NUMBER, TIME, REAL, CHOICE };

static const char *const granules[] = { "4K", "16K", "64K", NULL };
static const char *const stages[] = { "1", "2", "both", NULL };
static const char *const stalls[] = { "yes", "no", "force", NULL };
static const char *const httus[] = { "no", "access", "dirty", NULL };
static const char *const products[] = { "none", "mmu600", "mmu700", NULL };
static const char *const faults[] = { "none", "stop", "sync", "illegal", "abort", "atc", "event", NULL };
static const unsigned int oas_values[] = { 32, 36, 40, 42, 44, 48, 52, 0 };

#define AT(member) offsetof(struct settings, member)

static const struct key {
	const char *name;
	enum form form;
	bool boot; /* a feature: fixed once the guest runs */
	size_t at;
	unsigned int min, max;
	const char *const *choices;
	const char *help;
} keys[] = {
	{ "ats", SWITCH, true, AT(features.ats), 0, 0, NULL, "ATS: IDR0.ATS" },
	{ "pri", SWITCH, true, AT(features.pri), 0, 0, NULL, "page requests: IDR0.PRI" },
	{ "ril", SWITCH, true, AT(features.ril), 0, 0, NULL, "range invalidation: IDR3.RIL" },
	{ "ds", SWITCH, true, AT(features.ds), 0, 0, NULL, "ranges whose SCALE has 6 bits: IDR5.DS" },
	{ "msi", SWITCH, true, AT(features.msi), 0, 0, NULL, "CMD_SYNC completes by a write to memory: IDR0.MSI" },
	{ "sev", SWITCH, true, AT(features.sev), 0, 0, NULL,
	  "the driver waits by WFE: IDR0.SEV; no event wakes it here but its tick" },
	{ "btm", SWITCH, true, AT(features.btm), 0, 0, NULL, "broadcast TLB maintenance: IDR0.BTM" },
	{ "hyp", SWITCH, true, AT(features.hyp), 0, 0, NULL, "EL2 stream world: IDR0.Hyp" },
	{ "coherent", SWITCH, true, AT(features.coherent), 0, 0, NULL, "coherent walks and queues: IDR0.COHACC" },
	{ "asid16", SWITCH, true, AT(features.asid16), 0, 0, NULL, "ASIDs of 16 bits, else 8" },
	{ "vmid16", SWITCH, true, AT(features.vmid16), 0, 0, NULL, "VMIDs of 16 bits, else 8" },
	{ "two-level-streams", SWITCH, true, AT(features.two_level_streams), 0, 0, NULL, "2-level stream table" },
	{ "two-level-cds", SWITCH, true, AT(features.two_level_cds), 0, 0, NULL, "2-level CD tables" },
	{ "stages", CHOICE, true, 0, 0, 0, stages, "stages of translation: 1, 2 or both" },
	{ "granules", CHOICE, true, 0, 0, 0, granules, "4K, 16K, 64K, several with +: 4K+64K" },
	{ "stall", CHOICE, true, AT(features.stall), 0, 0, stalls, "stall model: yes, no or force" },
	{ "httu", CHOICE, true, AT(features.httu), 0, 0, httus, "hardware update of access and dirty flags" },
	{ "iidr", CHOICE, true, AT(features.product), 0, 0, products,
	  "whose errata the driver works around: none, mmu600 or mmu700, r0p0" },
	{ "oas", NUMBER, true, AT(features.oas_bits), 32, 52, NULL, "output address bits" },
	{ "sid-bits", NUMBER, true, AT(features.sid_bits), 1, 32, NULL, "StreamID bits" },
	{ "ssid-bits", NUMBER, true, AT(features.ssid_bits), 0, 20, NULL, "SubstreamID (PASID) bits" },
	{ "cmdq", NUMBER, true, AT(features.cmdq_log2), 0, 19, NULL, "log2 of the command queue's entries" },
	{ "evtq", NUMBER, true, AT(features.evtq_log2), 0, 19, NULL, "log2 of the event queue's entries" },
	{ "priq", NUMBER, true, AT(features.priq_log2), 0, 19, NULL, "log2 of the PRI queue's entries" },
	{ "tlbi", TIME, false, AT(time[TIME_TLBI]), 0, 0, NULL, "time of a TLBI" },
	{ "cfgi", TIME, false, AT(time[TIME_CFGI]), 0, 0, NULL, "time of a CFGI" },
	{ "prefetch", TIME, false, AT(time[TIME_PREFETCH]), 0, 0, NULL, "time of a PREFETCH" },
	{ "page", TIME, false, AT(time[TIME_PAGE]), 0, 0, NULL, "time of a PRI_RESP, RESUME, STALL_TERM" },
	{ "atc-issue", TIME, false, AT(time[TIME_ATC_ISSUE]), 0, 0, NULL,
	  "time until the next command after an ATC_INV" },
	{ "atc", TIME, false, AT(time[TIME_ATC]), 0, 0, NULL, "round trip of an ATC_INV; the next CMD_SYNC waits" },
	{ "sync", TIME, false, AT(time[TIME_SYNC]), 0, 0, NULL, "time of a CMD_SYNC, after all before it" },
	{ "atc-outstanding", NUMBER, false, AT(atc_outstanding), 1, 256, NULL, "ATC_INVs out at once" },
	{ "scale", REAL, false, AT(scale), 0, 0, NULL, "all times are multiplied by it" },
	{ "tlb", SWITCH, true, AT(tlb), 0, 0, NULL,
	  "the oracle keeps what a TLB and ATCs may hold, and looks for what is stale" },
	{ "whole-groups", SWITCH, true, AT(whole_groups), 0, 0, NULL,
	  "erratum: a range that ends inside of a contiguous group need not remove its entry" },
	{ "seed", NUMBER, true, AT(seed), 0, 0xffffffff, NULL, "of the random times" },
	{ "refuse-late", SWITCH, false, AT(refuse_late), 0, 0, NULL, "a pass with too many late CMD_SYNCs is invalid" },
	{ "fault", CHOICE, false, AT(fault), 0, 0, faults, "strikes once: stop, sync, illegal, abort, atc, event" },
};

#define KEYS	    (sizeof(keys) / sizeof(keys[0]))
#define TIME_MAX_NS 10e9

void settings_init(struct settings *s)
{
	*s = (struct settings) {
		.features = {
			.ril = true, .coherent = true, .stage1 = true, .stage2 = true,
			.two_level_streams = true, .two_level_cds = true, .asid16 = true, .vmid16 = true,
			.granule4k = true, .granule16k = true, .granule64k = true,
			.stall = 1, .oas_bits = 48, .sid_bits = 16,
			.cmdq_log2 = 19, .evtq_log2 = 19, .priq_log2 = 19,
		},
		.atc_outstanding = 32,
		.scale = 1,
		.refuse_late = true,
		.seed = 1,
	};
}

void settings_help(void)
{
	for (size_t i = 0; i < KEYS; i++)
		printf("  %-18s %s%s\n", keys[i].name, keys[i].help, keys[i].boot ? "" : " *");
	printf("\n  * can be set while the guest runs. Switches are on or off.\n");
}

/* False unless @text begins with a number, in decimal: strtod() takes more than that. */
static bool read_real(const char *text, double *value, const char **end)
{
	char *stop;

	if (!isdigit((unsigned char)*text) || tolower((unsigned char)text[1]) == 'x')
		return false;
	*value = strtod(text, &stop);
	*end = stop;
	return isfinite(*value);
}

static bool read_time(const char *text, double *ns, const char **end)
{
	uint64_t unit;

	if (!read_real(text, ns, end))
		return false;
	unit = units_of_time(*end, end);
	if (!unit)
		return *ns == 0;
	*ns *= (double)unit;
	return *ns <= TIME_MAX_NS;
}

static bool set_time(struct duration *d, const char *text)
{
	static const char word[] = "lognormal:";
	struct duration value = {};
	const char *end;

	if (!strncmp(text, word, sizeof(word) - 1)) {
		if (!read_time(text + sizeof(word) - 1, &value.median_ns, &end) || *end != ':' ||
		    !read_real(end + 1, &value.sigma, &end) || value.sigma > 3)
			return false;
	} else if (!read_time(text, &value.median_ns, &end)) {
		return false;
	}
	if (*end)
		return false;
	*d = value;
	return true;
}

/* Several at once, joined by +. */
static bool set_granules(struct features *f, const char *text)
{
	bool *const flags[] = { &f->granule4k, &f->granule16k, &f->granule64k };
	bool wanted[3] = {};

	for (;;) {
		size_t length = strcspn(text, "+");
		int i;

		for (i = 0; granules[i] && (strlen(granules[i]) != length || strncmp(granules[i], text, length)); i++)
			;
		if (!granules[i])
			return false;
		wanted[i] = true;
		if (!text[length])
			break;
		text += length + 1;
	}
	for (int i = 0; i < 3; i++)
		*flags[i] = wanted[i];
	return true;
}

static bool set_choice(const struct key *key, struct settings *s, const char *text)
{
	unsigned int i;

	if (key->choices == granules)
		return set_granules(&s->features, text);
	for (i = 0; key->choices[i] && strcmp(key->choices[i], text); i++)
		;
	if (!key->choices[i])
		return false;
	if (key->choices == stages) {
		s->features.stage1 = i != 1;
		s->features.stage2 = i != 0;
	} else {
		*(unsigned int *)((char *)s + key->at) = i;
	}
	return true;
}

static bool set_number(const struct key *key, void *at, const char *text)
{
	const char *end;
	double value;

	if (!read_real(text, &value, &end) || *end || value != floor(value) || value < key->min || value > key->max)
		return false;
	if (key->at == AT(features.oas_bits)) {
		unsigned int i;

		for (i = 0; oas_values[i] && oas_values[i] != value; i++)
			;
		if (!oas_values[i])
			return false;
	}
	if (key->at == AT(seed))
		*(uint64_t *)at = value;
	else
		*(unsigned int *)at = value;
	return true;
}

static bool set(const struct key *key, struct settings *s, const char *text)
{
	void *at = (char *)s + key->at;
	const char *end;
	double value;

	switch (key->form) {
	case SWITCH:
		if (strcmp(text, "on") && strcmp(text, "off"))
			return false;
		*(bool *)at = !strcmp(text, "on");
		return true;
	case NUMBER:
		return set_number(key, at, text);
	case TIME:
		return set_time(at, text);
	case REAL:
		if (!read_real(text, &value, &end) || *end || value < 0.001 || value > 1000)
			return false;
		*(double *)at = value;
		return true;
	case CHOICE:
		return set_choice(key, s, text);
	}
	return false;
}

static const struct key *find(const char *name, size_t length)
{
	for (size_t i = 0; i < KEYS; i++) {
		if (strlen(keys[i].name) == length && !strncmp(keys[i].name, name, length))
			return &keys[i];
	}
	return NULL;
}

/* "3.sync": the settings of one instance. What names none are those of all. */
static int read_instance(const char **line, unsigned int count, unsigned int *first, unsigned int *last, char *why,
			 size_t size)
{
	unsigned long k;
	char *end;

	*first = 0;
	*last = count - 1;
	if (!isdigit((unsigned char)**line))
		return 0;
	k = strtoul(*line, &end, 10);
	if (*end != '.' || k >= count) {
		snprintf(why, size, "'%s' does not name one of %u instances", *line, count);
		return -EINVAL;
	}
	*first = *last = k;
	*line = end + 1;
	return 0;
}

int settings_apply(struct settings *all, unsigned int count, const char *line, bool running, char *why, size_t size)
{
	const char *name = line, *equals = strchr(line, '=');
	unsigned int first, last;
	const struct key *key;

	if (!equals) {
		snprintf(why, size, "'%s' is not KEY=VALUE", line);
		return -EINVAL;
	}
	if (read_instance(&name, count, &first, &last, why, size))
		return -EINVAL;
	key = find(name, equals - name);
	if (!key) {
		snprintf(why, size, "no setting '%.*s'", (int)(equals - name), name);
		return -EINVAL;
	}
	if (key->boot && running) {
		snprintf(why, size, "'%s' can only be set before the guest runs", key->name);
		return -EINVAL;
	}
	for (unsigned int i = first; i <= last; i++) {
		if (!set(key, &all[i], equals + 1)) {
			snprintf(why, size, "'%s' is not a value of '%s' (%s)", equals + 1, key->name, key->help);
			return -EINVAL;
		}
	}
	return 0;
}

/* Cuts off the comment and blanks at both ends. */
static char *trim(char *line)
{
	char *end;

	line[strcspn(line, "#\n")] = '\0';
	line += strspn(line, " \t");
	for (end = line + strlen(line); end > line && strchr(" \t\r", end[-1]); end--)
		;
	*end = '\0';
	return line;
}

static int read_line(struct settings *all, unsigned int count, char *line, size_t length, char *why, size_t size)
{
	if (memchr(line, '\0', length)) {
		snprintf(why, size, "not a text file");
		return -EINVAL;
	}
	line = trim(line);
	return *line ? settings_apply(all, count, line, false, why, size) : 0;
}

/* @number: of the last line that was read. */
static int read_lines(struct settings *all, unsigned int count, char *text, size_t bytes, unsigned int *number,
		      char *why, size_t size)
{
	char *const end = text + bytes;
	int err = 0;

	for (*number = 0; text < end && !err; ++*number) {
		char *newline = memchr(text, '\n', end - text);
		size_t length = (newline ?: end) - text;

		text[length] = '\0';
		err = read_line(all, count, text, length, why, size);
		text += length + 1;
	}
	return err;
}

int settings_read(struct settings *all, unsigned int count, const char *path, char *why, size_t size)
{
	struct sentence unread;
	unsigned int number;
	char *text, reason[160];
	size_t bytes;
	int err = file_read(path, FILE_MAX_BYTES, &text, &bytes, &unread);

	if (err) {
		snprintf(why, size, "cannot read %s", unread.text);
		return -EINVAL;
	}
	err = read_lines(all, count, text, bytes, &number, reason, sizeof(reason));
	if (err)
		snprintf(why, size, "%s:%u: %s", path, number, reason);
	free(text);
	return err;
}
