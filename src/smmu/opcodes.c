// SPDX-License-Identifier: GPL-2.0-only
/* opcodes.c - the names of commands. */
#include <stddef.h>

#include "opcodes.h"

const char *opcode_name(unsigned int opcode)
{
	static const char *const names[OPCODES] = {
#define X(name, value) [name] = #name,
		SMMU_OPCODES(X)
#undef X
	};

	return opcode < OPCODES ? names[opcode] : NULL;
}
