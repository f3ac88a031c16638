/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * a64.h - which instructions of an Arm guest the plugin has to know.
 *
 * Encodings are of DDI 0487, C4.1.
 */
#ifndef SMMU_MODEL_A64_H
#define SMMU_MODEL_A64_H

#include <stdbool.h>
#include <stdint.h>

#define A64_BYTES 4 /* of an instruction */

/* Loads, stores and atomics, of vectors too: these can fault, and leave their block in the middle. */
static inline bool a64_accesses_memory(uint32_t word)
{
	const bool general = (word & 0x0a000000) == 0x08000000;
	const bool scalable = (word & 0x9e000000) == 0x84000000;
	const bool zeroes = (word & ~31U) == 0xd50b7420; /* DC ZVA */

	return general || scalable || zeroes;
}

/* MRS of the virtual or physical counter, ordered or not, to X0..X30. */
static inline bool a64_reads_counter(uint32_t word, unsigned int *reg)
{
	const uint32_t mrs = word & ~31U;

	*reg = word & 31;
	return *reg < 31 && (mrs == 0xd53be040 || mrs == 0xd53be020 || mrs == 0xd53be0c0 || mrs == 0xd53be0a0);
}

/* WFE or WFI: the CPU may have nothing to do. */
static inline bool a64_waits(uint32_t word)
{
	return word == 0xd503205f || word == 0xd503207f;
}

/* WFE, WFI or YIELD: QEMU goes on to the next vCPU, if there are several. */
static inline bool a64_yields(uint32_t word)
{
	return a64_waits(word) || word == 0xd503203f;
}

/* Of ESR_EL1: a data abort, from EL0 or EL1. */
static inline bool a64_data_abort(uint64_t esr)
{
	return (esr >> 26 & 0x3e) == 0x24;
}

#endif
