// SPDX-License-Identifier: GPL-2.0-only
/* Every way in which a device can be in use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/sysmacros.h>

#include "fake_drive.h"

#define CTRL "devices/pci/" NVME "/nvme/nvme0"

static void add_drive(void)
{
	fake_link("sys/class/nvme", "sys/" CTRL "/subsystem");
	fake_block(CTRL, "nvme0n1", "1:3", "/dev/null");
	fake_block(CTRL "/nvme0n1", "nvme0n1p1", "1:5", "/dev/zero");
	fake_file("1:7\n", "sys/" CTRL "/ng0n1/dev");
	fake_file("DEVNAME=ng0n1\n", "sys/" CTRL "/ng0n1/uevent");
}

static void expect_use(const char *name, int ret, const char *text)
{
	struct device d = find(name);
	int is = device_in_use(&d, &why);

	if (is != ret || (ret && !strstr(why.text, text)))
		fail_msg("%d '%s' instead of %d '%s'", is, why.text, ret, text);
}

static void an_idle_drive_is_free(void **state)
{
	add_drive();
	expect_use(NVME, 0, NULL);
	/* What others use is no matter. */
	fake_file("30 1 8:1 / /other rw - ext4 /dev/sda1 rw\n", "proc/self/mountinfo");
	fake_link("/dev/random", "proc/77/fd/3");
	expect_use(NVME, 0, NULL);
}

static void a_mounted_partition_is_a_use(void **state)
{
	add_drive();
	fake_file("1 1 0:1 / / rw - rootfs rootfs rw\n30 1 1:5 / /mnt/data rw - ext2 /dev/nvme0n1p1 rw\n",
		  "proc/self/mountinfo");
	expect_use(NVME, 1, "nvme0n1p1 is mounted on /mnt/data");
}

/* A descriptor of the device of that number, which this process has. */
static int have_open(unsigned int minor)
{
	struct stat st;
	int found = 0;

	for (int fd = 3; fd < 64; fd++)
		found += !fstat(fd, &st) && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, minor);
	return found;
}

/* The disk, which none can have who has not its partitions; the kernel would not give both to us. */
static void a_claim_lasts_until_it_is_let_go(void **state)
{
	const int before = have_open(3);
	struct device_claims claims = {};
	struct device d;

	add_drive();
	fake_file("1\n", "sys/" CTRL "/nvme0n1/nvme0n1p1/partition");
	d = find(NVME);
	assert_int_equal(device_in_use(&d, &why), 0);
	assert_int_equal(have_open(3), before);
	assert_int_equal(device_claim(&d, &claims, &why), 0);
	assert_int_equal(have_open(3), before + 1);
	assert_int_equal(have_open(5), 0);
	device_let_go(&claims);
	device_let_go(&claims);
	assert_int_equal(have_open(3), before);
	fake_link("/dev/full", "proc/4711/fd/3"); /* its other node; seen after the claim */
	assert_int_equal(device_claim(&d, &claims, &why), 1);
	assert_int_equal(have_open(3), before);
	assert_int_equal(claims.count, 0);
}

static void a_mounted_drive_is_a_use(void **state)
{
	add_drive();
	fake_file("30 1 1:3 / /mnt rw - ext2 /dev/nvme0n1 rw\n", "proc/self/mountinfo");
	expect_use(NVME, 1, "nvme0n1 is mounted on /mnt");
}

static void what_lies_on_it_is_a_use(void **state)
{
	add_drive();
	fake_block("devices/virtual/block", "dm-0", "1:8", "/dev/random");
	fake_link("sys/class/block/dm-0", "sys/" CTRL "/nvme0n1/nvme0n1p1/holders/dm-0");
	expect_use(NVME, 1, "nvme0n1p1 is held by dm-0");
	fake_block("devices/virtual/block", "md0", "1:9", "/dev/urandom");
	fake_link("sys/class/block/md0", "sys/devices/virtual/block/dm-0/holders/md0");
	fake_file("30 1 1:9 / / rw - ext4 /dev/md0 rw\n", "proc/self/mountinfo");
	expect_use(NVME, 1, "md0, which lies on nvme0n1p1, is mounted on /");
	fake_file("", "proc/self/mountinfo");
	fake_link("/dev/urandom", "dev/swap");
	snprintf(why.text, sizeof(why.text), "Filename Type\n%s/swap partition 1 0 -2\n", fake_dev);
	fake_file(why.text, "proc/swaps");
	expect_use(NVME, 1, "md0, which lies on nvme0n1p1, is swap");
}

static void swap_is_a_use(void **state)
{
	add_drive();
	snprintf(why.text, sizeof(why.text), "Filename Type\n%s/nvme0n1p1 partition 1 0 -2\n", fake_dev);
	fake_file(why.text, "proc/swaps");
	expect_use(NVME, 1, "nvme0n1p1 is swap");
	fake_gone("proc/swaps"); /* a kernel without it */
	expect_use(NVME, 0, NULL);
}

/* With multipath the drive lies beneath its subsystem, not beneath its controller. */
static void a_multipath_drive_is_seen(void **state)
{
	fake_link("sys/class/nvme", "sys/" CTRL "/subsystem");
	fake_file("", "sys/" CTRL "/nvme0c0n1/hidden");
	fake_block("devices/virtual/nvme-subsystem/nvme-subsys0", "nvme0n1", "1:3", "/dev/null");
	fake_link("sys/devices/virtual/nvme-subsystem/nvme-subsys0", "sys/class/nvme-subsystem/nvme-subsys0");
	fake_file("30 1 1:3 / /mnt rw - ext2 /dev/nvme0n1 rw\n", "proc/self/mountinfo");
	expect_use(NVME, 0, NULL); /* the subsystem of another drive */
	fake_link("sys/" CTRL, "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0");
	expect_use(NVME, 1, "nvme0n1 is mounted on /mnt");
}

static void an_open_node_is_a_use(void **state)
{
	add_drive();
	fake_link("/dev/full", "proc/4711/fd/3"); /* 1:7, ng0n1 */
	fake_file("sloth\n", "proc/4711/comm");
	expect_use(NVME, 1, "process 4711 (sloth) has /dev/ng0n1 open");
	/* The block device of the same number as a character device is another. */
	fake_link("/dev/null", "proc/4711/fd/3");
	expect_use(NVME, 0, NULL);
}

static void our_own_files_are_none(void **state)
{
	add_drive();
	fake_link("/dev/full", "proc/%d/fd/3", getpid());
	expect_use(NVME, 0, NULL);
}

static void a_vfio_group_in_use_is_a_use(void **state)
{
	fake_device("pci", NVME, "vfio-pci", "3");
	expect_use(NVME, 0, NULL);
	fake_file("1:7\n", "sys/devices/virtual/vfio/3/dev");
	fake_file("DEVNAME=vfio/3\n", "sys/devices/virtual/vfio/3/uevent");
	fake_link("sys/devices/virtual/vfio/3", "sys/class/vfio/3");
	expect_use(NVME, 0, NULL);
	fake_link("/dev/full", "proc/12/fd/0");
	expect_use(NVME, 1, "has /dev/vfio/3 open");
}

static void a_vfio_device_in_use_is_a_use(void **state)
{
	fake_device("pci", NVME, "vfio-pci", "3");
	fake_file("1:7\n", "sys/devices/pci/" NVME "/vfio-dev/vfio0/dev");
	fake_file("DEVNAME=vfio/devices/vfio0\n", "sys/devices/pci/" NVME "/vfio-dev/vfio0/uevent");
	expect_use(NVME, 0, NULL);
	fake_link("/dev/full", "proc/12/fd/0");
	expect_use(NVME, 1, "has /dev/vfio/devices/vfio0 open");
}

static void add_link(const char *flags, const char *state)
{
	fake_device("pci", NET, "virtio-pci", "4");
	fake_file("0x020000", "sys/bus/pci/devices/" NET "/class");
	fake_link("sys/class/net", "sys/devices/pci/" NET "/virtio3/net/eth7/subsystem");
	fake_file(flags, "sys/devices/pci/" NET "/virtio3/net/eth7/flags");
	fake_file(state, "sys/devices/pci/" NET "/virtio3/net/eth7/operstate");
}

static void a_link_that_is_up_is_a_use(void **state)
{
	add_link("0x1003\n", "down\n");
	expect_use(NET, 1, "network link eth7 is up");
	add_link("0x1002\n", "up\n");
	expect_use(NET, 1, "network link eth7 is up");
	add_link("0x1002\n", "down\n");
	expect_use(NET, 0, NULL);
}

static void a_link_that_is_not_to_be_seen_is_not_safe(void **state)
{
	fake_device("pci", NET, "ixgbe", "4");
	fake_file("0x020000", "sys/bus/pci/devices/" NET "/class");
	expect_use(NET, -ENODEV, "network namespace");
	fake_device("pci", NET, "vfio-pci", "4");
	expect_use(NET, 0, NULL);
}

static void other_uses_are_seen(void **state)
{
	static const char *const dir = "sys/devices/pci/" NVME;

	fake_file("1\n", "%s/boot_vga", dir);
	expect_use(NVME, 1, "it is the boot display");
	fake_file("0\n", "%s/boot_vga", dir);
	expect_use(NVME, 0, NULL);
	fake_file("2\n", "%s/sriov_numvfs", dir);
	expect_use(NVME, 1, "it has 2 virtual functions");
	fake_file("0\n", "%s/sriov_numvfs", dir);
	fake_file("active\n", "sys/devices/virtual/devlink/x/status");
	fake_link("sys/devices/virtual/devlink/x", "%s/consumer:platform:pump", dir);
	expect_use(NVME, 1, "platform:pump depends on it");
	fake_file("dormant\n", "sys/devices/virtual/devlink/x/status");
	expect_use(NVME, 0, NULL);
	fake_link("sys/class/tty", "%s/tty/ttyS7/subsystem", dir);
	fake_file("Y\n", "%s/tty/ttyS7/console", dir);
	expect_use(NVME, 1, "the console is on ttyS7");
	fake_file("N\n", "%s/tty/ttyS7/console", dir);
	fake_link("sys/class/dma", "%s/dma/dma0chan1/subsystem", dir);
	fake_file("1\n", "%s/dma/dma0chan1/in_use", dir);
	expect_use(NVME, 1, "DMA channel dma0chan1 is in use");
	fake_file("0\n", "%s/dma/dma0chan1/in_use", dir);
	expect_use(NVME, 0, NULL);
	fake_file("0x060400\n", "%s/class", dir);
	expect_use(NVME, 1, "it is a bridge");
}

static void what_cannot_be_checked_is_not_safe(void **state)
{
	add_drive();
	fake_gone("proc/self/mountinfo");
	expect_use(NVME, -ENOENT, "/proc/self/mountinfo cannot be read");
	fake_file("", "proc/self/mountinfo");
	fake_gone("dev/nvme0n1p1");
	expect_use(NVME, -ENOENT, "nvme0n1p1 cannot be opened to see if it is in use");
	fake_link("/dev/null", "dev/nvme0n1p1");
	expect_use(NVME, -ENODEV, "nvme0n1p1 is not what sysfs calls nvme0n1p1");
	fake_link("/dev/zero", "dev/nvme0n1p1");
	fake_file("", "proc/4/fd/.keep");
	fake_link("proc/5/fd", "proc/5/fd"); /* to itself */
	fake_file("", "proc/6/fd/.keep");
	expect_use(NVME, -ELOOP, "what process 5 has open cannot be seen");
	fake_file("nonsense", "sys/" CTRL "/ng0n1/dev");
	expect_use(NVME, -EIO, "ng0n1/dev makes no sense");
}

static void a_use_that_is_known_is_told_before_what_is_not(void **state)
{
	add_drive();
	fake_gone("proc/self/mountinfo");
	fake_link("proc/5/fd", "proc/5/fd");
	fake_link("/dev/full", "proc/6/fd/3");
	fake_file("sloth\n", "proc/6/comm");
	expect_use(NVME, 1, "process 6 (sloth) has /dev/ng0n1 open");
}

static void processes_without_files_are_no_matter(void **state)
{
	add_drive();
	fake_file("", "proc/5/comm");
	fake_file("", "proc/bus/input");
	expect_use(NVME, 0, NULL);
}

static void expect_group(const char *const *besides, int ret, const char *text)
{
	struct device d = find(NVME);
	int is = device_group_in_use(&d, besides, &why);

	if (is != ret || (ret && strcmp(why.text, text)))
		fail_msg("%d '%s' instead of %d '%s'", is, why.text, ret, text);
}

static void others_in_the_group_count(void **state)
{
	static const char *const besides[] = { "0000:77:00.0", NET, NULL }, *const wrong[] = { "0000:77:00.0", NULL };
	static const char *const shares = "it shares IOMMU group 3 with " NET ", which has driver e1000";

	expect_group(NULL, 0, NULL);
	fake_device("pci", NET, "", "3");
	fake_file("0x020000", "sys/bus/pci/devices/" NET "/class");
	expect_group(NULL, 0, NULL);
	fake_device("pci", NET, "e1000", "3");
	expect_group(NULL, 1, shares);
	expect_group(wrong, 1, shares);
	expect_group(besides, 0, NULL);
	fake_device("pci", NET, "vfio-pci", "3");
	expect_group(NULL, 0, NULL);
	fake_device("pci", NET, "invbench", "3");
	expect_group(NULL, 0, NULL);
	fake_device("pci", NET, "pcieport", "3");
	fake_file("0x060400", "sys/bus/pci/devices/" NET "/class");
	expect_group(NULL, 0, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_idle_drive_is_free),
		TEST(a_mounted_partition_is_a_use),
		TEST(a_claim_lasts_until_it_is_let_go),
		TEST(a_mounted_drive_is_a_use),
		TEST(what_lies_on_it_is_a_use),
		TEST(swap_is_a_use),
		TEST(a_multipath_drive_is_seen),
		TEST(an_open_node_is_a_use),
		TEST(our_own_files_are_none),
		TEST(a_vfio_group_in_use_is_a_use),
		TEST(a_vfio_device_in_use_is_a_use),
		TEST(a_link_that_is_up_is_a_use),
		TEST(a_link_that_is_not_to_be_seen_is_not_safe),
		TEST(other_uses_are_seen),
		TEST(what_cannot_be_checked_is_not_safe),
		TEST(a_use_that_is_known_is_told_before_what_is_not),
		TEST(processes_without_files_are_no_matter),
		TEST(others_in_the_group_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
