// SPDX-License-Identifier: GPL-2.0-only
/*
 * session.c - settings from a preset and lines; JSON and log.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "session.h"
#include "status.h"

bool session_add_set(struct session *session, const char *line)
{
	if (session->sets == SESSION_SETS_MAX)
		return false;
	session->set[session->sets++] = line;
	return true;
}

int session_settings(const struct session *session, struct settings *all, unsigned int count, struct sentence *why)
{
	char text[512];

	for (unsigned int k = 0; k < count; k++)
		settings_init(&all[k]);
	if (session->preset && settings_read(all, count, session->preset, text, sizeof(text)))
		return sentence(why, -EINVAL, "%s", text);
	for (unsigned int i = 0; i < session->sets; i++) {
		if (settings_apply(all, count, session->set[i], false, text, sizeof(text)))
			return sentence(why, -EINVAL, "--set: %s", text);
	}
	return 0;
}

int session_begin(struct session *session, const struct service *s, struct sentence *why)
{
	struct folder folder;
	const char *name;
	int fd, err;

	if (!session->log)
		return 0;
	fd = folder_of(&folder, session->log, &name) ?: folder_create(&folder, name);
	session->log_file = fd < 0 ? NULL : fdopen(fd, "w");
	err = fd < 0 ? fd : -errno;
	folder_close(&folder);
	if (!session->log_file)
		return sentence(why, err, "cannot write %s: %s", session->log, strerror(-err));
	witness_log_to(s->witness, session->log_file, session->log_fields);
	return 0;
}

static json_t *settings_json(const struct session *session, const struct service *s)
{
	json_t *set = json_array();

	for (unsigned int i = 0; i < session->sets; i++)
		json_array_append_new(set, json_string(session->set[i]));
	return json_pack("{s:s, s:o, s:f, s:O}", "preset", session->preset ? session->preset : "none", "set", set,
			 "scale", s->boot_settings[0].scale, "asked_by_guest", s->controls);
}

void session_write(const struct session *session, const struct service *s)
{
	int err = -ENOMEM;
	json_t *json;
	char *text;

	if (!session->path)
		return;
	json = witness_json(s->witness);
	json_object_set_new(json, "format", json_string("invbench-model"));
	json_object_set_new(json, "version", json_integer(1));
	json_object_set_new(json, "program", json_string(invbench_version));
	json_object_set_new(json, "instances", json_integer(s->instances));
	json_object_set_new(json, "interrupts", json_integer(session->interrupts));
	json_object_set_new(json, "settings", settings_json(session, s));
	json_object_set_new(json, "oracle", oracle_json(s->oracle));
	if (session->seed)
		json_object_set_new(json, "seed", json_integer((json_int_t)session->seed));
	if (session->clock)
		json_object_set_new(json, "clock", guest_time_json(session->clock));
	text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	if (text)
		err = write_whole(session->path, text, strlen(text));
	if (err)
		say("cannot write %s: %s", session->path, strerror(-err));
	free(text);
	json_decref(json);
}

void session_end(struct session *session, struct service *s, uint64_t now)
{
	bool ignored;

	service_drain(s, now, &ignored);
	if (session->log_file && fclose(session->log_file))
		say("cannot write %s: %s", session->log, strerror(errno));
	session->log_file = NULL;
	session_write(session, s);
}
