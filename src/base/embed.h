/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * embed.h - makes a file of the source tree a part of the program, as text
 * that ends with a 0. build.mk knows which object needs which file.
 */
#ifndef INVBENCH_EMBED_H
#define INVBENCH_EMBED_H

#define EMBED_TEXT(symbol, path) \
	__asm__(".section .rodata\n" #symbol ":\n.incbin \"" path "\"\n.byte 0\n.previous\n"); \
	extern const char(symbol)[]

#endif
