/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * settings.h - what can be set of an instance, and the one grammar for it.
 *
 *   KEY=VALUE          of all instances          sync=240ns
 *   K.KEY=VALUE        of instance K alone       3.sync=lognormal:2us:0.5
 *
 * The same lines are understood in a preset file (smmu-model/presets, # begins a
 * comment), after --set, and from the guest while it runs (RING_CONTROL).
 * `smmu-model --help` lists the keys; the table in settings.c is the only list.
 *
 * A time is a number with ns, us or ms, or lognormal:MEDIAN:SIGMA, where sigma
 * is the standard deviation of the logarithm. Times are multiplied by `scale`.
 */
#ifndef SMMU_MODEL_SETTINGS_H
#define SMMU_MODEL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What IDR0..5 and IIDR report. Fixed once the guest runs. */
struct features {
	bool ats, pri, ril, msi, sev, btm, hyp, coherent;
	bool stage1, stage2, two_level_streams, two_level_cds;
	bool asid16, vmid16;
	bool granule4k, granule16k, granule64k;
	bool ds;	       /* IDR5.DS: SCALE of a TLBI has 6 bits */
	unsigned int stall;    /* IDR0.STALL_MODEL: 0 supported, 1 none, 2 forced */
	unsigned int httu;     /* IDR0.HTTU: 0 none, 1 access flag, 2 and dirty */
	unsigned int product;  /* IIDR: 0 nobody's, 1 Arm's MMU-600, 2 its MMU-700, r0p0 each */
	unsigned int oas_bits; /* 32, 36, 40, 42, 44, 48, 52 */
	unsigned int sid_bits, ssid_bits;
	unsigned int cmdq_log2, evtq_log2, priq_log2; /* most entries a queue may have */
};

struct duration {
	double median_ns;
	double sigma; /* 0: always the median */
};

enum time_kind {
	TIME_TLBI, /* serial, each command */
	TIME_CFGI,
	TIME_PREFETCH,
	TIME_PAGE,	/* PRI_RESP, RESUME, STALL_TERM */
	TIME_ATC_ISSUE, /* serial, each ATC_INV */
	TIME_ATC,	/* round trip of an ATC_INV; several are out at once */
	TIME_SYNC,	/* after all before it have completed */
	TIME_KINDS
};

enum fault {
	FAULT_NONE,
	FAULT_STOP,    /* consumes nothing any more */
	FAULT_SYNC,    /* the next CMD_SYNC never completes */
	FAULT_ILLEGAL, /* the next command that is no CMD_SYNC is illegal: CERROR_ILL */
	FAULT_ABORT,   /* the next command cannot be fetched: CERROR_ABT */
	FAULT_ATC,     /* the next ATC_INV times out: its CMD_SYNC ends in CERROR_ATC_INV_SYNC */
	FAULT_EVENT,   /* an event is written: F_TRANSLATION of the StreamID whose STE was changed last */
};

struct settings {
	struct features features;
	struct duration time[TIME_KINDS];
	unsigned int atc_outstanding; /* ATC_INVs out at once before the queue waits */
	double scale;
	bool tlb;	   /* what may be cached is kept (stale.h) */
	bool whole_groups; /* erratum of MMU-700 and S3: a contiguous group goes as a whole or not at all (tlb.h) */
	bool refuse_late;  /* a timing pass with too many late CMD_SYNCs is invalid (witness.h) */
	enum fault fault;  /* taken, and cleared, by the instance when it strikes */
	uint64_t seed;
};

/* The settings of an SMMU that answers at once and has all abilities but ATS, PRI and substreams. */
void settings_init(struct settings *s);

/*
 * Applies one line to one or all of @count instances. With @running, keys of
 * features are refused. 0, or -EINVAL with a sentence in @why.
 */
int settings_apply(struct settings *all, unsigned int count, const char *line, bool running, char *why, size_t size);
/* Applies each line of a file. -EINVAL names file and line in @why. */
int settings_read(struct settings *all, unsigned int count, const char *path, char *why, size_t size);
/* Prints the keys with a line each, for --help and --settings. */
void settings_help(void);

#endif
