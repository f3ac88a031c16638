/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reach.h - which needs a command reaches.
 */
#ifndef SMMU_MODEL_REACH_H
#define SMMU_MODEL_REACH_H

#include "removal.h"

/* Whether it is for what is cached with @tag, wherever that is. @vmids: the SMMU has stage 2. */
bool reach_tag(const struct command *cmd, const struct tag *tag, bool vmids);
/* A TLBI or ATC_INV in the queue of @instance. */
void reach_invalidate(struct removals *r, unsigned int instance, const struct command *cmd);
/* A CMD_SYNC that has completed there; what a failed removal lacked until then is told to @violations. */
void reach_sync(struct removals *r, struct violations *violations, unsigned int instance, uint64_t now);

#endif
