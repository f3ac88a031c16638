// SPDX-License-Identifier: GPL-2.0-only
/*
 * hold.c - several devices at once: bound all or none, and given back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "binding.h"
#include "hold.h"
#include "status.h"

/* Nothing is changed before all were checked. */
static int look_at(struct held *held, const char *name, const char *driver, const char *const *names, bool force,
		   struct sentence *why)
{
	struct device device;
	int err = device_find(name, &device);

	memset(held, 0, sizeof(*held));
	if (!err) {
		memcpy(held->name, device.name, sizeof(held->name));
		memcpy(held->before, device.driver, sizeof(held->before));
		memcpy(held->type, device.group_type, sizeof(held->type));
		held->journaled = binding_journaled(name);
	}
	return force && !err ? 0 : binding_check(name, driver ?: device.driver, names, why);
}

/* Away from their drivers first: none is bound beside one that its old driver still has. */
static int set_driver(const struct hold *hold, const char *driver, bool force, struct sentence *why)
{
	int err = 0;

	for (size_t i = 0; i < hold->count && !err && hold->count > 1; i++) {
		if (strcmp(hold->device[i].before, driver))
			err = binding_set(hold->device[i].name, "", force, why);
	}
	for (size_t i = 0; i < hold->count && !err; i++)
		err = binding_set(hold->device[i].name, driver, force, why);
	return err;
}

int hold_take(struct hold *hold, const char *const *names, const char *driver, const char *type, bool force,
	      struct sentence *why)
{
	struct sentence second;
	int err = 0;

	memset(hold, 0, sizeof(*hold));
	while (names[hold->count])
		hold->count++;
	hold->device = calloc(hold->count + 1, sizeof(*hold->device));
	if (!hold->device)
		return sentence(why, -ENOMEM, "out of memory");
	if (type)
		err = binding_check_type(type, why);
	for (size_t i = 0; i < hold->count && !err; i++)
		err = look_at(&hold->device[i], names[i], driver, names, force, why);
	if (err)
		return err;
	if (driver)
		err = set_driver(hold, driver, force, why);
	for (size_t i = 0; i < hold->count && !err && type; i++)
		err = binding_set_type(names[i], type, force, why);
	if (err && hold_give_back(hold, &second))
		say("%s", second.text);
	return err;
}

/* Somebody had changed it before: it goes back to him, and not further. */
static int step_back(const struct held *held, struct sentence *why)
{
	int err = binding_set(held->name, held->before, true, why);

	if (!err && held->type[0])
		err = binding_set_type(held->name, held->type, true, why);
	return err;
}

int hold_give_back(struct hold *hold, struct sentence *why)
{
	int first = 0;

	for (size_t i = 0; i < hold->count; i++) {
		const struct held *held = &hold->device[i];
		struct sentence second, *text = first ? &second : why;
		int err;

		if (!held->name[0])
			continue;
		if (held->journaled)
			err = step_back(held, text);
		else
			err = binding_restore(held->name, text);
		if (err && first)
			say("%s", second.text);
		first = first ? first : err;
	}
	return first;
}

void hold_free(struct hold *hold)
{
	free(hold->device);
	memset(hold, 0, sizeof(*hold));
}
