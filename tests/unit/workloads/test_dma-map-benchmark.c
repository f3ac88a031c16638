// SPDX-License-Identifier: GPL-2.0-only
/* test_dma-map-benchmark.c - the kernel's own benchmark as kernels have had it, and where it cannot be had. */
#include <errno.h>
#include <linux/magic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "case.h"
#include "must.h"
#include "suite.h"

#define BENCHMARK "/sys/kernel/debug/dma_map_benchmark"

/* The kernel. */
static struct {
	long fs;	  /* what is mounted */
	int open_error;	  /* of its file */
	size_t size;	  /* of its struct */
	int error;	  /* of the benchmark itself */
	unsigned int ran; /* times */
} kernel;

int statfs(const char *path, struct statfs *fs)
{
	assert_string_equal(path, "/sys/kernel/debug");
	*fs = (struct statfs){ .f_type = kernel.fs };
	return 0;
}

int open(const char *path, int flags, ...)
{
	if (strcmp(path, BENCHMARK))
		return (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0);
	if (!kernel.open_error)
		return (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR, 0);
	errno = kernel.open_error;
	return -1;
}

int ioctl(int fd, unsigned long request, ...)
{
	uint64_t *b;
	va_list args;

	va_start(args, request);
	b = va_arg(args, uint64_t *);
	va_end(args);
	errno = _IOC_SIZE(request) == kernel.size ? kernel.error : EINVAL;
	if (errno)
		return -1;
	kernel.ran++;
	b[0] = 12;
	b[2] = 34;
	return 0;
}

int case_take(struct run_case *c, const struct device_want *want, const char **name)
{
	assert_string_equal(want->as, "dma_map_benchmark");
	return 0;
}

static int as_it_should_be(void **state)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.fs = DEBUGFS_MAGIC;
	kernel.size = 136;
	return 0;
}

static void expect(enum status status, const char *reason)
{
	struct suite suite = {};
	struct run_case c;
	struct sentence why;

	MUST(!suite_add_line(&suite, "dma-map-benchmark", "test", 0, &why));
	case_init(&c, &suite.cases[0], HIST_SUB_BITS_MIN);
	MUST(!hist_init(&c.latency, c.sub_bits) && !case_set_threads(&c, 1));
	if (!suite.cases[0].workload->setup(&c))
		suite.cases[0].workload->whole(&c);
	if (c.status != status || !strstr(c.reason, reason))
		fail_msg("expected status %d and '%s', came %d: %s", status, reason, c.status, c.reason);
	assert_int_equal(kernel.ran, status == STATUS_PASS);
	if (status == STATUS_PASS)
		assert_int_equal(c.latency.max, 3400);
	case_free(&c);
	suite_free(&suite);
}

static void with_padding(void **state)
{
	expect(STATUS_PASS, "");
}

static void without_padding(void **state)
{
	kernel.size = 64;
	expect(STATUS_PASS, "");
}

static void of_another_size(void **state)
{
	kernel.size = 200;
	expect(STATUS_SKIP, "in neither size that kernels have had (136 and 64 bytes)");
}

static void that_fails(void **state)
{
	kernel.error = ENOMEM;
	expect(STATUS_FAIL, "the kernel's benchmark: Cannot allocate memory");
}

static void without_debugfs(void **state)
{
	kernel.fs = SYSFS_MAGIC;
	expect(STATUS_SKIP, "debugfs is not mounted at /sys/kernel/debug: mount -t debugfs");
}

static void switched_off(void **state)
{
	kernel.open_error = ENOENT;
	expect(STATUS_SKIP, "CONFIG_DMA_MAP_BENCHMARK");
	kernel.open_error = EPERM;
	expect(STATUS_SKIP, "lockdown=none");
	kernel.open_error = EACCES;
	expect(STATUS_SKIP, "root");
	kernel.open_error = EIO;
	expect(STATUS_FAIL, "cannot open " BENCHMARK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(with_padding, as_it_should_be),
		cmocka_unit_test_setup(without_padding, as_it_should_be),
		cmocka_unit_test_setup(of_another_size, as_it_should_be),
		cmocka_unit_test_setup(that_fails, as_it_should_be),
		cmocka_unit_test_setup(without_debugfs, as_it_should_be),
		cmocka_unit_test_setup(switched_off, as_it_should_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
