// SPDX-License-Identifier: GPL-2.0-only
/*
 * history_vfs.c - what stands between SQLite and the disk.
 *
 * A page of the history ends in a checksum over it and its number. It is
 * written with the page, and held against it whenever one is read, from the
 * file or from its journal: what has changed on the disk is an error
 * (SQLITE_IOERR_DATA), and never a figure. All-zero pages pass, as SQLite leaves
 * such holes for pages that were made and freed in one transaction; where one is
 * part of a table it finds that itself.
 *
 * A journal is only opened if it can be one of this program's. One with the name
 * of a super-journal would have SQLite delete that file, whichever it is; a
 * write-ahead log would be played into the history.
 *
 * SQLite's own VFS does the work; reading and writing pass by here.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "history_parts.h"

/* Of the system's own VFS. All files that it opens are of one kind. */
static sqlite3_vfs *plain_vfs;
static const sqlite3_io_methods *plain;

/* ---- pages ---- */

/* SQLite reads and writes pages whole, and nothing else in such sizes. */
static bool is_page(int size)
{
	return size >= 512 && !(size & (size - 1));
}

static uint32_t checksum(const unsigned char *page, size_t size, uint32_t number)
{
	return (uint32_t)crc32_z(number, page, size - HISTORY_CHECKSUM_BYTES);
}

static void seal(unsigned char *page, size_t size, uint32_t number)
{
	const uint32_t sum = htobe32(checksum(page, size, number));

	memcpy(page + size - HISTORY_CHECKSUM_BYTES, &sum, sizeof(sum));
}

static bool is_sealed(const unsigned char *page, size_t size, uint32_t number)
{
	uint32_t sum;

	memcpy(&sum, page + size - HISTORY_CHECKSUM_BYTES, sizeof(sum));
	return be32toh(sum) == checksum(page, size, number) || (!*page && !memcmp(page, page + 1, size - 1));
}

void history_seal(unsigned char *image, size_t size, size_t page)
{
	size_t i;

	for (i = 0; i < size / page; i++)
		seal(image + i * page, page, (uint32_t)i + 1);
}

/* ---- the file ---- */

static int read_file(sqlite3_file *file, void *buffer, int size, sqlite3_int64 offset)
{
	int err = plain->xRead(file, buffer, size, offset);
	sqlite3_int64 end = 0;

	if (!is_page(size))
		return err;
	/* A page that was never written ends nowhere; a page that ends too early was cut. */
	if (err == SQLITE_IOERR_SHORT_READ && !plain->xFileSize(file, &end) && end > offset)
		return SQLITE_IOERR_DATA;
	if (err || is_sealed(buffer, (size_t)size, (uint32_t)(offset / size) + 1))
		return err;
	return SQLITE_IOERR_DATA;
}

/* Into SQLite's own copy, which is what it keeps in the journal when the page changes next. */
static int write_file(sqlite3_file *file, const void *buffer, int size, sqlite3_int64 offset)
{
	if (is_page(size))
		seal((unsigned char *)buffer, (size_t)size, (uint32_t)(offset / size) + 1);
	return plain->xWrite(file, buffer, size, offset);
}

/* ---- its journal ---- */

/* A page's number stands before it. */
static int read_journal(sqlite3_file *file, void *buffer, int size, sqlite3_int64 offset)
{
	int err = plain->xRead(file, buffer, size, offset);
	uint32_t number;

	if (err || !is_page(size))
		return err;
	err = plain->xRead(file, &number, sizeof(number), offset - (sqlite3_int64)sizeof(number));
	if (err || is_sealed(buffer, (size_t)size, be32toh(number)))
		return err;
	return SQLITE_IOERR_DATA;
}

/* ---- opening ---- */

static void pass_by(sqlite3_file *file, sqlite3_io_methods *methods,
		    int (*reading)(sqlite3_file *file, void *buffer, int size, sqlite3_int64 offset))
{
	plain = file->pMethods;
	*methods = *plain;
	methods->iVersion =
		1; /* no shared memory, which a write-ahead log needs; and no mapping, which is not read() */
	methods->xRead = reading;
	file->pMethods = methods;
}

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *flags_out)
{
	static sqlite3_io_methods of_file, of_journal;
	struct sentence why;
	int err;

	file->pMethods = NULL;
	if (flags & (SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL))
		return SQLITE_CANTOPEN;
	if ((flags & SQLITE_OPEN_MAIN_JOURNAL) && history_check_journal(name, &why))
		return SQLITE_CANTOPEN;
	err = plain_vfs->xOpen(plain_vfs, name, file, flags, flags_out);
	if (err)
		return err;
	if (flags & SQLITE_OPEN_MAIN_DB) {
		pass_by(file, &of_file, read_file);
		of_file.xWrite = write_file;
	} else if (flags & SQLITE_OPEN_MAIN_JOURNAL) {
		pass_by(file, &of_journal, read_journal);
	}
	return SQLITE_OK;
}

/* Of what has a name only the journal is ever SQLite's to delete. */
static int delete_file(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	const char *end = strrchr(name, '-');

	return end && !strcmp(end, "-journal") ? plain_vfs->xDelete(plain_vfs, name, sync_folder) : SQLITE_IOERR_DELETE;
}

const char *history_vfs(void)
{
	static sqlite3_vfs vfs;

	if (!vfs.zName) {
		plain_vfs = sqlite3_vfs_find("unix");
		vfs = *plain_vfs;
		vfs.zName = "invbench-history";
		vfs.pNext = NULL;
		vfs.xOpen = open_file;
		vfs.xDelete = delete_file;
		if (sqlite3_vfs_register(&vfs, 0))
			abort();
	}
	return vfs.zName;
}
