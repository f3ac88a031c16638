// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_model.c - `invbench model`: changes settings of the SMMU model while the
 * guest runs, and strikes it with faults.
 */
#include <argp.h>
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "subcommand.h"
#include "half.h"

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	char ***settings = state->input;

	switch (key) {
	case ARGP_KEY_ARGS:
		*settings = state->argv + state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_failure(state, STATUS_USAGE, 0, "name at least one setting, as in sync=20us; see: %s --help",
			     state->name);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = parse_option,
	.args_doc = "SETTING...",
	.doc = "Changes settings of the SMMU model that serves this guest (bed model), one after the other. They stay "
	       "until they are set again, or until a case that sets times of its own has ended: it brings back those "
	       "that the model was started with. A fault strikes once, at the next command that it is about.\v"
	       "Examples:\n"
	       "  invbench model sync=20us          a CMD_SYNC takes 20 us, in all instances\n"
	       "  invbench model 3.sync=1ms         in instance 3 alone\n"
	       "  invbench model atc=lognormal:2us:0.5\n"
	       "  invbench model 0.fault=stop       instance 0 consumes no command any more\n"
	       "  invbench model fault=illegal      or sync, abort, atc, event\n"
	       "  invbench model preset             what the model was started with\n"
	       "\n"
	       "`smmu-model --settings`, on the host, lists them; those with a * can be set here.\n"
	       "\n"
	       "Exit status: 0 all were taken; 1 the model does not answer; 2 one was refused (those before it "
	       "stay); 4 there is no model. More: invbench-model(1).",
};

/* What is too long for the ring would arrive as another setting. */
static void check_lengths(char *const *settings)
{
	for (; *settings; settings++) {
		if (!**settings || strlen(*settings) >= RING_TEXT)
			die("'%s' is not a setting: KEY=VALUE or K.KEY=VALUE, of up to %d characters", *settings,
			    RING_TEXT - 1);
	}
}

/* Why it refuses is on the model's own stderr, which is the host's. */
static enum status set(int fd, const char *setting)
{
	struct invbench_control in = {};

	strcpy(in.text, setting);
	if (!ioctl(fd, INVBENCH_CONTROL, &in))
		return STATUS_PASS;
	if (errno == EINVAL) {
		say("the SMMU model refuses '%s': no such setting, value or instance, or one that is fixed once the "
		    "guest runs; see, on the host: smmu-model --settings",
		    setting);
		return STATUS_USAGE;
	}
	if (errno == ENODEV) {
		say("there is no SMMU model to set anything of: boot with bed model");
		return STATUS_SKIP;
	}
	say("'%s' did not reach the SMMU model: %s", setting,
	    errno == ETIMEDOUT ? "it does not answer" : strerror(errno));
	return STATUS_FAIL;
}

static int cmd_model(int argc, char **argv)
{
	enum status status = STATUS_PASS;
	char **settings = NULL;
	struct sentence why;
	int fd;

	argp_parse(&argp, argc, argv, 0, NULL, &settings);
	check_lengths(settings);
	fd = half_open(&why);
	if (fd < 0) {
		say("the SMMU model is reached by the kernel half: %s", why.text);
		return STATUS_SKIP;
	}
	for (; *settings && status == STATUS_PASS; settings++)
		status = set(fd, *settings);
	close(fd);
	return status;
}

COMMAND(model) = {
	.name = "model",
	.summary = "set times of the SMMU model of bed model, or strike it with a fault",
	.argp = &argp,
	.run = cmd_model,
};
