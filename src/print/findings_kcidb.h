/* SPDX-License-Identifier: GPL-2.0-only */
/* findings_kcidb.h - what KCIDB takes as the name of who sends a report. */
#ifndef INVBENCH_FINDINGS_KCIDB_H
#define INVBENCH_FINDINGS_KCIDB_H

#define KCIDB_ORIGIN_CHARS "abcdefghijklmnopqrstuvwxyz0123456789_"

#endif
