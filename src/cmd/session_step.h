/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * session_step.h - what a session does in one boot.
 */
#ifndef INVBENCH_SESSION_STEP_H
#define INVBENCH_SESSION_STEP_H

#include <stdbool.h>

#include "session_plan.h"
#include "status.h"

/* Runs what is due here, and reboots into what is due next; unless @stay, or all is done. Says what it does. */
enum status session_step(struct session *s, bool stay);

#endif
