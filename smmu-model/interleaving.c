// SPDX-License-Identifier: GPL-2.0-only
/*
 * interleaving.c - moments kept, and printed.
 */
#include <inttypes.h>

#include "interleaving.h"
#include "text.h"

#define COLUMN	   44 /* of a vCPU, in characters */
#define TEXT_BYTES 160

static struct moment *add(struct interleaving *i, unsigned int who, uint64_t now)
{
	struct moment *moment = &i->kept[i->count++ % INTERLEAVING_KEPT];

	moment->at = now;
	moment->who = who;
	return moment;
}

void interleaving_function(struct interleaving *i, unsigned int vcpu, const char *function, bool tell, uint64_t now)
{
	struct moment *moment;

	if (vcpu == i->runs && (!tell || function == i->in[vcpu]))
		return;
	i->runs = vcpu;
	i->in[vcpu] = function;
	moment = add(i, vcpu, now);
	moment->kind = MOMENT_FUNCTION;
	moment->function = function;
}

void interleaving_record(struct interleaving *i, unsigned int vcpu, const struct ring_record *record, uint64_t now)
{
	struct moment *moment = add(i, vcpu, now);

	moment->kind = MOMENT_RECORD;
	moment->record = *record;
}

void interleaving_command(struct interleaving *i, unsigned int instance, const struct command *command, uint64_t now)
{
	struct moment *moment = add(i, instance, now);

	moment->kind = MOMENT_COMMAND;
	moment->command = *command;
}

/* ---- in words ---- */

static void tell_endpoint(char *text, const struct ring_record *record, const char *what)
{
	text_append(text, TEXT_BYTES, "> SID 0x%" PRIx32, record->endpoint.sid);
	if (record->endpoint.ssid)
		text_append(text, TEXT_BYTES, " SSID %" PRIu32, record->endpoint.ssid);
	text_append(text, TEXT_BYTES, " %s", what);
	if (record->domain)
		text_append(text, TEXT_BYTES, " (domain %" PRIu32 ")", record->domain);
}

static void tell_record(char *text, const struct ring_record *record)
{
	switch (record->kind) {
	case RING_JOIN:
		return tell_endpoint(text, record, "is attached");
	case RING_LEAVE:
		return tell_endpoint(text, record, "is going to leave");
	case RING_ALLOW:
		return tell_endpoint(text, record, "is no longer blocked");
	case RING_BLOCKED:
		return tell_endpoint(text, record, "is blocked");
	case RING_BEGIN:
		return text_append(text, TEXT_BYTES, "> removal %" PRIu64 ": 0x%" PRIx64 " + 0x%" PRIx64,
				   (uint64_t)record->range.id, (uint64_t)record->range.iova,
				   (uint64_t)record->range.size);
	case RING_RETURN:
		return text_append(text, TEXT_BYTES, "> removal %" PRIu64 " has returned", (uint64_t)record->range.id);
	default:
		return text_append(text, TEXT_BYTES, "> a mark or a setting");
	}
}

static void tell_command(char *text, unsigned int instance, const struct command *command)
{
	text_append(text, TEXT_BYTES, "SMMU %u: %s", instance, command_name(command));
	if (command->class == COMMAND_ATC || command->class == COMMAND_CFGI)
		text_append(text, TEXT_BYTES, " SID 0x%" PRIx32, command->sid);
	if (command->ssid_valid)
		text_append(text, TEXT_BYTES, " SSID %" PRIu32, command->ssid);
	if (command->class == COMMAND_TLBI)
		text_append(text, TEXT_BYTES, " ASID %u VMID %u", command->asid, command->vmid);
	if (command->by_address)
		text_append(text, TEXT_BYTES, " 0x%" PRIx64 " + 0x%" PRIx64, command->address, command->size);
}

static void print_moment(const struct interleaving *i, const struct moment *moment, uint64_t now, FILE *out)
{
	unsigned int column = moment->kind == MOMENT_COMMAND ? i->vcpus : moment->who;
	char text[TEXT_BYTES] = "";

	if (moment->kind == MOMENT_FUNCTION)
		text_append(text, sizeof(text), "%s", moment->function);
	else if (moment->kind == MOMENT_RECORD)
		tell_record(text, &moment->record);
	else
		tell_command(text, moment->who, &moment->command);
	fprintf(out, "%12" PRId64 "  %*s%s\n", (int64_t)(moment->at - now), (int)column * COLUMN, "", text);
}

void interleaving_print(const struct interleaving *i, uint64_t now, FILE *out)
{
	uint64_t first = i->count > INTERLEAVING_KEPT ? i->count - INTERLEAVING_KEPT : 0;
	char text[TEXT_BYTES];

	fprintf(out, "%12s", "ns");
	for (unsigned int vcpu = 0; vcpu < i->vcpus; vcpu++) {
		snprintf(text, sizeof(text), "CPU %u", vcpu);
		fprintf(out, "  %-*s", COLUMN - 2, text);
	}
	fprintf(out, "  commands that are taken up\n");
	for (uint64_t n = first; n < i->count; n++)
		print_moment(i, &i->kept[n % INTERLEAVING_KEPT], now, out);
}
