// SPDX-License-Identifier: GPL-2.0-only
/*
 * build_id.c - the hash that the linker leaves among a kernel's notes.
 */
#include <elf.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "build_id.h"

/* Names and descriptions of notes begin at multiples of four. */
static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

static bool is_build_id(const Elf64_Nhdr *note, const char *name)
{
	return note->n_type == NT_GNU_BUILD_ID && note->n_namesz == sizeof(ELF_NOTE_GNU) &&
	       !memcmp(name, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU));
}

static void print_hex(const char *bytes, size_t count, char *out, size_t size)
{
	for (size_t i = 0; i < count && 2 * i + 2 < size; i++)
		snprintf(out + 2 * i, 3, "%02x", (unsigned char)bytes[i]);
}

void build_id_read(const char *path, char *out, size_t size)
{
	FILE *in = fopen(path, "re");
	char notes[8192];
	Elf64_Nhdr note;
	size_t have, at = 0;

	*out = '\0';
	if (!in)
		return;
	have = fread(notes, 1, sizeof(notes), in);
	fclose(in);
	while (have - at > sizeof(note)) {
		memcpy(&note, notes + at, sizeof(note));
		at += sizeof(note);
		if (note.n_namesz > have || note.n_descsz > have ||
		    padded(note.n_namesz) + padded(note.n_descsz) > have - at)
			return;
		if (is_build_id(&note, notes + at)) {
			print_hex(notes + at + padded(note.n_namesz), note.n_descsz, out, size);
			return;
		}
		at += padded(note.n_namesz) + padded(note.n_descsz);
	}
}
