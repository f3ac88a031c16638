/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * command.h - a command of the command queue, decoded (IHI 0070, chapter 4).
 */
#ifndef SMMU_MODEL_COMMAND_H
#define SMMU_MODEL_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "opcodes.h"
#include "settings.h"

#define COMMAND_BYTES 16

enum command_class { COMMAND_PREFETCH, COMMAND_CFGI, COMMAND_TLBI, COMMAND_ATC, COMMAND_PAGE, COMMAND_SYNC };

/* How a CMD_SYNC tells that it has completed (4.7.3). */
enum sync_signal { SYNC_NONE, SYNC_IRQ, SYNC_SEV };

/* Fields that a command does not have are zero. */
struct command {
	uint64_t word[2]; /* as in the queue */
	enum opcode opcode;
	enum command_class class;
	uint32_t sid, ssid;	   /* CFGI, ATC_INV, PRI_RESP, RESUME, PREFETCH */
	bool ssid_valid;	   /* SSV: ATC_INV carries a PASID */
	bool global;		   /* ATC_INV: in all PASIDs */
	uint16_t asid, vmid;	   /* TLBI */
	bool leaf;		   /* TLBI by address: last level only; CFGI: no L1 descriptors */
	bool by_address;	   /* TLBI, ATC_INV: [address, address + size), else everything of its kind */
	unsigned int ttl;	   /* TLBI with a range: the level that its leaves are of; 0: of any */
	unsigned int granule_bits; /* TLBI with a range: log2 of its granule; 0: no range */
	/*
	 * TLBI without a range (TG 0) has @size 0: it covers the one leaf,
	 * however large, that maps @address. @size is 0 too if it is all of the
	 * address space, with @by_address false. Else bytes.
	 */
	uint64_t address, size;
	enum sync_signal signal; /* CMD_SYNC */
	uint64_t msi_address;	 /* CMD_SYNC with SYNC_IRQ; 0: none */
	uint32_t msi_data;
};

/* False if an SMMU of these features must stop with CERROR_ILL (4.1.3, 7.1). */
bool command_decode(const uint64_t word[2], const struct features *features, struct command *cmd);

/* opcode_name(), with CFGI_ALL told apart. */
const char *command_name(const struct command *cmd);

#endif
