/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * registers.h - offsets and fields of the register frame (IHI 0070, 6.3).
 */
#ifndef SMMU_MODEL_REGISTERS_H
#define SMMU_MODEL_REGISTERS_H

#define IDR0		0x00
#define IDR1		0x04
#define IDR3		0x0c
#define IDR5		0x14
#define IIDR		0x18
#define AIDR		0x1c
#define CR0		0x20
#define CR0ACK		0x24
#define CR2		0x2c
#define GBPA		0x44
#define IRQ_CTRL	0x50
#define IRQ_CTRLACK	0x54
#define GERROR		0x60
#define GERRORN		0x64
#define STRTAB_BASE	0x80
#define STRTAB_BASE_CFG 0x88
#define CMDQ_BASE	0x90
#define CMDQ_PROD	0x98
#define CMDQ_CONS	0x9c
#define EVENTQ_BASE	0xa0
#define EVENTQ_PROD	0x100a8 /* page 1 */
#define EVENTQ_CONS	0x100ac

#define CR0_SMMUEN	(1U << 0)
#define CR0_PRIQEN	(1U << 1)
#define CR0_EVENTQEN	(1U << 2)
#define CR0_CMDQEN	(1U << 3)
#define CR0_MASK	0x1dfU /* with ATSCHK and VMW, which ask for nothing here */

#define CR2_PTM		(1U << 2)

#define GBPA_UPDATE	(1U << 31)

#define IRQ_CTRL_GERROR (1U << 0)
#define IRQ_CTRL_EVENTQ (1U << 2)
#define IRQ_CTRL_MASK	7U

#define GERROR_CMDQ	(1U << 0)
#define GERROR_EVENTQ	(1U << 2) /* EVENTQ_ABT_ERR */

#define QUEUE_ADDRESS	0x000fffffffffffe0ULL /* of CMDQ_BASE, EVENTQ_BASE */
#define QUEUE_LOG2	0x1fU
#define QUEUE_OVERFLOW	(1U << 31)

/* CMDQ_CONS.ERR (7.1). */
#define CONS_ERR_SHIFT 24
enum cmdq_error { CERROR_NONE, CERROR_ILL, CERROR_ABT, CERROR_ATC_INV_SYNC };

#endif
