// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain of iommufd: which devices it takes, what it asks the kernel for, what it
 * says of a refusal, and that all is given back. The test is the kernel's side.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/iommufd.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "case.h"
#include "fake_sysfs.h"
#include "iommufd.h"
#include "suite.h"

#define A     "0000:01:00.0"
#define B     "0000:02:00.0"
#define C     "0000:03:00.0" /* an endpoint of the kernel half */
#define PAGES (64 << 10)

static struct suite suite;
static struct run_case c;

/* ---- the kernel's side ---- */

static struct {
	int no_iommu; /* errno of /dev/iommu; 0: it is there */
	unsigned long refuse;
	int refuse_errno;
	unsigned int bound, attached;
	uint32_t flags, first_device; /* of the domain */
	struct iommu_ioas_map mapped;
	uint64_t unmapped; /* bytes, instead of those asked for; 0: those */
	char opened[4][64];
	unsigned int nr_opened;
} kernel;

static int refused(int err)
{
	errno = err;
	return -1;
}

int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (!strcmp(path, "/dev/iommu"))
		return kernel.no_iommu ? refused(kernel.no_iommu) :
					 (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", flags, 0);
	if (strncmp(path, "/dev/vfio/devices/", 18))
		return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	MUST(kernel.nr_opened < 4);
	snprintf(kernel.opened[kernel.nr_opened++], 64, "%s", path + 18);
	return syscall(SYS_openat, AT_FDCWD, "/dev/null", flags, 0);
}

static int allocate(struct iommu_hwpt_alloc *in)
{
	assert_int_equal(in->pt_id, 5);
	kernel.flags = in->flags;
	kernel.first_device = in->dev_id;
	in->out_hwpt_id = 6;
	return 0;
}

static int answer(unsigned long call, void *arg)
{
	switch (call) {
	case IOMMU_IOAS_ALLOC:
		((struct iommu_ioas_alloc *)arg)->out_ioas_id = 5;
		return 0;
	case VFIO_DEVICE_BIND_IOMMUFD:
		((struct vfio_device_bind_iommufd *)arg)->out_devid = 10 + kernel.bound++;
		return 0;
	case IOMMU_HWPT_ALLOC:
		return allocate(arg);
	case VFIO_DEVICE_ATTACH_IOMMUFD_PT:
		assert_int_equal(((struct vfio_device_attach_iommufd_pt *)arg)->pt_id, 6);
		kernel.attached++;
		return 0;
	case IOMMU_IOAS_MAP:
		kernel.mapped = *(struct iommu_ioas_map *)arg;
		return 0;
	case IOMMU_IOAS_UNMAP:
		assert_int_equal(((struct iommu_ioas_unmap *)arg)->iova, kernel.mapped.iova);
		if (kernel.unmapped)
			((struct iommu_ioas_unmap *)arg)->length = kernel.unmapped;
		return 0;
	default:
		return refused(ENOTTY);
	}
}

int ioctl(int fd, unsigned long call, ...)
{
	va_list args;
	void *arg;

	va_start(args, call);
	arg = va_arg(args, void *);
	va_end(args);
	return call == kernel.refuse ? refused(kernel.refuse_errno) : answer(call, arg);
}

/* ---- the machine ---- */

static void add(const char *name, const char *driver, const char *group, const char *number)
{
	static const char configuration[4096] = { 0 };

	fake_device("pci", name, driver, group);
	fake_file("0xff0000", "sys/bus/pci/devices/%s/class", name);
	fake_bytes(configuration, sizeof(configuration), "sys/bus/pci/devices/%s/config", name);
	fake_file("", "sys/bus/pci/devices/%s/vfio-dev/vfio%s/uevent", name, number);
}

static int setup(void **state)
{
	struct sentence why;

	fake_setup(state);
	memset(&fake_kernel, 0, sizeof(fake_kernel));
	memset(&kernel, 0, sizeof(kernel));
	sysfs_store = fake_store;
	add(A, "vfio-pci", "1", "4");
	add(B, "vfio-pci", "2", "2");
	MUST(!suite_add_line(&suite, "noop", "test", 0, &why));
	case_init(&c, &suite.cases[0], HIST_SUB_BITS_MIN);
	MUST(!case_set_threads(&c, 1));
	return 0;
}

static int teardown(void **state)
{
	case_free(&c);
	suite_free(&suite);
	memset(&suite, 0, sizeof(suite));
	return fake_teardown(state);
}

static unsigned int open_files(void)
{
	unsigned int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* That it cannot be had, and that nothing is left open or bound. */
static void expect_end(const struct endpoint_want *want, int ret, const char *reason)
{
	const unsigned int before = open_files();
	struct iommufd *u;

	assert_int_equal(iommufd_open(&c, want, PAGES, &u), ret);
	iommufd_close(&c, u);
	assert_int_equal(c.status, ret == SKIP ? STATUS_SKIP : STATUS_FAIL);
	if (!strstr(c.reason, reason))
		fail_msg("'%s', not '%s'", c.reason, reason);
	assert_int_equal(open_files(), before);
}

static void devices_are_attached_to_one_domain(void **state)
{
	const struct endpoint_want want = { .count = 2 };
	const unsigned int before = open_files();
	struct iommufd *u;

	assert_int_equal(iommufd_open(&c, &want, PAGES, &u), 0);
	assert_string_equal(c.reason, "");
	assert_int_equal(kernel.attached, 2);
	assert_string_equal(kernel.opened[0], "vfio4");
	assert_string_equal(kernel.opened[1], "vfio2");
	assert_int_equal(kernel.first_device, 10);
	assert_int_equal(kernel.flags, 0);
	assert_int_equal(open_files(), before + 3);
	iommufd_close(&c, u);
	assert_int_equal(open_files(), before);
	assert_int_equal(fake_kernel.writes, 0); /* they stay with vfio-pci */
}

static void a_second_stage_is_one_for_nesting(void **state)
{
	const struct endpoint_want want = { .count = 1, .stage2 = true };
	struct iommufd *u;

	assert_int_equal(iommufd_open(&c, &want, PAGES, &u), 0);
	assert_int_equal(kernel.flags, IOMMU_HWPT_ALLOC_NEST_PARENT);
	assert_true(c.nesting);
	iommufd_close(&c, u);
	kernel.refuse = IOMMU_HWPT_ALLOC;
	kernel.refuse_errno = EOPNOTSUPP;
	expect_end(&want, SKIP, "has no second stage for a nested first one");
}

/* Those that are vfio-pci's already come first; an endpoint of the kernel half is lent. */
static void an_endpoint_is_lent_and_given_back(void **state)
{
	const struct endpoint_want want = { .count = 3 };
	struct iommufd *u;
	struct device d;

	add(C, "invbench", "3", "9");
	if (iommufd_open(&c, &want, PAGES, &u))
		fail_msg("%s", c.reason);
	assert_string_equal(kernel.opened[2], "vfio9");
	MUST(!device_find(C, &d));
	assert_string_equal(d.driver, "vfio-pci");
	iommufd_close(&c, u);
	assert_int_equal(c.status, STATUS_PASS);
	MUST(!device_find(C, &d));
	assert_string_equal(d.driver, "invbench");
}

static void too_few_devices_are_a_skip(void **state)
{
	const struct endpoint_want three = { .count = 3 }, ats = { .count = 1, .ats = true };

	add(C, "nvme", "3", "9"); /* somebody's */
	expect_end(&three, SKIP,
		   "needs 3 PCI devices behind one SMMU that are bound to vfio-pci or to invbench, there "
		   "are 2; see: invbench devices");
	teardown(NULL);
	setup(NULL);
	expect_end(&ats, SKIP, "needs 1 PCI device with ATS behind one SMMU");
	assert_int_equal(kernel.nr_opened, 0);
}

static void a_domain_needs_a_device(void **state)
{
	const struct endpoint_want none = { .count = 0 };

	expect_end(&none, -EIO, "via=iommufd needs a device: without one it pins and maps nothing");
}

static void a_kernel_without_iommufd_is_a_skip(void **state)
{
	const struct endpoint_want want = { .count = 1 };

	kernel.no_iommu = ENOENT;
	expect_end(&want, SKIP,
		   "cannot open /dev/iommu (No such file or directory); via=iommufd needs a kernel with "
		   "CONFIG_IOMMUFD");
	teardown(NULL);
	setup(NULL);
	kernel.no_iommu = EACCES;
	expect_end(&want, SKIP, "(Permission denied); via=iommufd needs root");
}

static void a_refusal_says_what_the_kernel_means(void **state)
{
	static const struct {
		int err;
		const char *reason;
	} table[] = {
		{ EPERM, A " cannot be bound to iommufd: its interrupts are not isolated from others' "
			   "(iommufd.allow_unsafe_interrupts)" },
		{ EINVAL, A " cannot be bound to iommufd: its DMA is not coherent with the caches" },
		{ EBUSY, A " cannot be bound to iommufd: it, or another device of its IOMMU group, is in use" },
		{ ENOMEM, A " cannot be bound to iommufd: Cannot allocate memory" },
	};
	const struct endpoint_want want = { .count = 2 };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		kernel.refuse = VFIO_DEVICE_BIND_IOMMUFD;
		kernel.refuse_errno = table[i].err;
		expect_end(&want, -EIO, table[i].reason);
		assert_int_equal(kernel.nr_opened, 1); /* the second is not tried */
		teardown(NULL);
		setup(NULL);
	}
	kernel.refuse = VFIO_DEVICE_ATTACH_IOMMUFD_PT;
	kernel.refuse_errno = EINVAL;
	expect_end(&want, -EIO, "cannot attach " A ": Invalid argument");
}

/* Each thread has memory and addresses of its own, both aligned as the largest entry is. */
static void threads_map_apart(void **state)
{
	const struct endpoint_want want = { .count = 1 };
	struct iommufd *u;
	uint64_t first;

	MUST(!case_set_threads(&c, 1));
	c.nr_threads = 2;
	assert_int_equal(iommufd_open(&c, &want, PAGES, &u), 0);
	assert_int_equal(iommufd_map(u, 0), 0);
	first = kernel.mapped.user_va;
	assert_int_equal(kernel.mapped.ioas_id, 5);
	assert_int_equal(kernel.mapped.length, PAGES);
	assert_true(kernel.mapped.iova == 1ULL << 30);
	assert_int_equal(first % (2 << 20), 0);
	assert_int_equal(((char *)first)[PAGES - 1], 1);
	assert_int_equal(iommufd_unmap(u, 0), 0);
	assert_int_equal(iommufd_map(u, 1), 0);
	assert_true(kernel.mapped.iova == 2ULL << 30);
	assert_int_equal(kernel.mapped.user_va - first, 2 << 20);
	/* What was unmapped only in part is no operation that counts. */
	kernel.unmapped = 4096;
	assert_int_equal(iommufd_unmap(u, 1), -EIO);
	kernel.refuse = IOMMU_IOAS_MAP;
	kernel.refuse_errno = ENOSPC;
	assert_int_equal(iommufd_map(u, 1), -ENOSPC);
	iommufd_close(&c, u);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(devices_are_attached_to_one_domain),
		TEST(a_second_stage_is_one_for_nesting),
		TEST(an_endpoint_is_lent_and_given_back),
		TEST(too_few_devices_are_a_skip),
		TEST(a_domain_needs_a_device),
		TEST(a_kernel_without_iommufd_is_a_skip),
		TEST(a_refusal_says_what_the_kernel_means),
		TEST(threads_map_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
