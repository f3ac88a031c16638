/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fio.h - runs workloads/nvme.fio by the fio in PATH, and reads what fio says
 * in its format json+.
 */
#ifndef INVBENCH_FIO_H
#define INVBENCH_FIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "histogram.h"
#include "sentence.h"

struct fio_job {
	const char *path;   /* of a block device */
	const char *engine; /* libaio, io_uring */
	bool write;
	bool verify; /* each block holds its own offset, or is to */
	uint64_t block, depth, ios;
	unsigned int cpu;
};

struct fio_result {
	uint64_t ios;
	double iops, bytes_per_s; /* as the next: NAN if what fio says cannot be true */
	double mean_ns;		  /* of the completion latencies, exact */
	struct histogram latency; /* of the same: the middles of fio's bins, which are off by up to 1 % */
};

/*
 * Both return 0 or a negative errno with a sentence in @why; on success
 * @result->latency needs hist_free(), and @why names what was left out of it or is "";
 * else @result is zeroed. fio_run(): -ENOENT if there is no fio. fio_parse() believes
 * nothing of @text, which may be any version's (json_foreign.h).
 */
int fio_run(const struct fio_job *job, unsigned int sub_bits, struct fio_result *result, struct sentence *why);
int fio_parse(const char *text, const struct fio_job *job, unsigned int sub_bits, struct fio_result *result,
	      struct sentence *why);

#endif
