/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * no_ats.h - why endpoints have no ATS, for the sentence of a case that is skipped for that.
 */
#ifndef INVBENCH_NO_ATS_H
#define INVBENCH_NO_ATS_H

#include "half.h"
#include "sentence.h"

/* " (NAME: why)" of the first free endpoint that has none, in @text; "" if there is none, or that is not known. */
const char *no_ats_why(const struct endpoints *list, struct sentence *text);

#endif
