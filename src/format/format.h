/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * format.h - what a result file is called and how it is versioned.
 *
 * This folder is the one contract between what writes result files (measure) and
 * what reads them (result); results/README.md says it in words. Fields of machine,
 * bed and kernel are in fields.h, beds in bed.h, codes of reasons in reason.h.
 */
#ifndef INVBENCH_FORMAT_H
#define INVBENCH_FORMAT_H

#define FORMAT_BOOT "invbench-boot"

/* What is written. It rises when a key goes or means something else. */
#define FORMAT_VERSION 2
/* The oldest that is read: src/result/version1.c says what its files leave out. */
#define FORMAT_VERSION_OLDEST 1

/* Keys of a case that came with version 2. */
#define KEY_REASON_CODE "reason_code"
#define KEY_UNTIMED	"untimed"
/* Among the parameters of a case whose second-stage domain is a nesting parent; absent else. */
#define KEY_DOMAIN     "domain"
#define DOMAIN_NESTING "nesting parent"

#endif
