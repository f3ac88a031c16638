/* SPDX-License-Identifier: GPL-2.0-only */
/* result_case.h - the parts of reading a case. For this folder alone. */
#ifndef INVBENCH_RESULT_CASE_H
#define INVBENCH_RESULT_CASE_H

#include "reader.h"
#include "result.h"

void result_case_read(struct reader *r, json_t *object, const struct bed_kind *bed, struct result_case *c);
void result_case_free(struct result_case *c);

/* Optional objects of a case. */
void result_case_probe(struct reader *r, const json_t *object, struct result_case *c);
void result_case_witness(struct reader *r, const json_t *object, struct result_witness *w);
void result_case_model(struct reader *r, const json_t *object, struct result_case *c);

#endif
