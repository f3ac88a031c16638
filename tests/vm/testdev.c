// SPDX-License-Identifier: GPL-2.0-only
/*
 * testdev.c - DMA to memory that was unmapped, by QEMU's iommu-testdev.
 *
 *   testdev DEVICE...      PCI functions, as 0000:00:05.0
 *
 * All devices are attached to one domain of iommufd. Of each size memory is mapped, each device writes to each page looked
 * at, by which the SMMU may keep the translation; after the unmap each of them does so again, and must be refused. Then
 * the same memory is mapped again, and a device is taken out of the domain while it is: it must be refused, and the others are
 * not. It prints a line each: what, then how many DMAs were made, and how many of them came through.
 * Source: docs/specs/iommu-testdev.rst of QEMU 11.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/iommufd.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE  4096UL
#define BLOCK (2UL << 20)
#define IOVA  (1UL << 32)

/* Of its BAR 0, in bytes. */
enum { TRIGGER = 0x00, IOVA_LOW = 0x04, IOVA_HIGH = 0x08, LENGTH = 0x0c, RESULT = 0x10, DOORBELL = 0x14 };
#define RESULT_REFUSED 0xdead0002U
#define PATTERN	       0x12345678U

struct device {
	int fd;
	uint32_t id;
	volatile uint32_t *bar;
	bool attached;
};

static int iommufd;
static uint32_t ioas, domain;
static struct device device[8];
static unsigned int devices;
static char *memory;

static void __attribute__((format(printf, 1, 2), noreturn)) die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(errno));
	exit(1);
}

/* ---- devices ---- */

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die("%s", path);
	close(fd);
}

static int open_device(const char *name)
{
	char path[300], node[600] = "";
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver_override", name);
	write_file(path, "vfio-pci");
	write_file("/sys/bus/pci/drivers_probe", name);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vfio-dev", name);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		if (*entry->d_name != '.')
			snprintf(node, sizeof(node), "/dev/vfio/devices/%s", entry->d_name);
	if (!*node)
		die("%s has no VFIO device", name);
	return open(node, O_RDWR);
}

static struct vfio_region_info region(int fd, uint32_t index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	if (ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &info))
		die("region %u", index);
	return info;
}

static void take(struct device *d, const char *name)
{
	struct vfio_device_bind_iommufd bind = { .argsz = sizeof(bind), .iommufd = iommufd };
	const uint16_t command = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	struct vfio_region_info bar, config;

	d->fd = open_device(name);
	if (d->fd < 0 || ioctl(d->fd, VFIO_DEVICE_BIND_IOMMUFD, &bind))
		die("%s cannot be bound to iommufd", name);
	d->id = bind.out_devid;
	config = region(d->fd, VFIO_PCI_CONFIG_REGION_INDEX);
	if (pwrite(d->fd, &command, sizeof(command), config.offset + PCI_COMMAND) != sizeof(command))
		die("%s: its command register", name);
	bar = region(d->fd, VFIO_PCI_BAR0_REGION_INDEX);
	d->bar = mmap(NULL, bar.size, PROT_READ | PROT_WRITE, MAP_SHARED, d->fd, bar.offset);
	if (d->bar == MAP_FAILED)
		die("%s: its BAR", name);
}

static void attach(struct device *d)
{
	struct vfio_device_attach_iommufd_pt in = { .argsz = sizeof(in), .pt_id = domain };

	if (ioctl(d->fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &in))
		die("attach");
	d->attached = true;
}

static void detach(struct device *d)
{
	struct vfio_device_detach_iommufd_pt in = { .argsz = sizeof(in) };

	if (ioctl(d->fd, VFIO_DEVICE_DETACH_IOMMUFD_PT, &in))
		die("detach");
	d->attached = false;
}

/*
 * A write of four bytes to @iova, where @at is or was. Did it come through? The device would read them back from memory itself,
 * of which it is not told the address: whether they are there is looked at here.
 */
static bool dma(const struct device *d, uint64_t iova, volatile uint32_t *at)
{
	volatile uint32_t *r = d->bar;
	uint32_t result;

	*at = 0;
	r[IOVA_LOW / 4] = iova;
	r[IOVA_HIGH / 4] = iova >> 32;
	r[LENGTH / 4] = sizeof(*at);
	r[DOORBELL / 4] = 1;
	(void)r[TRIGGER / 4];
	result = r[RESULT / 4];
	if ((*at == PATTERN) == (result == RESULT_REFUSED)) {
		fprintf(stderr, "DMA to %#" PRIx64 ": result %#x, and %#x in memory\n", iova, result, *at);
		exit(1);
	}
	return *at == PATTERN;
}

/* ---- the domain ---- */

static void make_domain(void)
{
	struct iommu_ioas_alloc space = { .size = sizeof(space) };
	struct iommu_hwpt_alloc in = { .size = sizeof(in), .dev_id = device[0].id };

	if (ioctl(iommufd, IOMMU_IOAS_ALLOC, &space))
		die("address space");
	ioas = in.pt_id = space.out_ioas_id;
	if (ioctl(iommufd, IOMMU_HWPT_ALLOC, &in))
		die("domain");
	domain = in.out_hwpt_id;
}

static void map(uint64_t size)
{
	struct iommu_ioas_map in = {
		.size = sizeof(in),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE | IOMMU_IOAS_MAP_WRITEABLE,
		.ioas_id = ioas,
		.user_va = (uintptr_t)memory,
		.length = size,
		.iova = IOVA,
	};

	if (ioctl(iommufd, IOMMU_IOAS_MAP, &in))
		die("map");
}

static void unmap(uint64_t size)
{
	struct iommu_ioas_unmap in = { .size = sizeof(in), .ioas_id = ioas, .iova = IOVA, .length = size };

	if (ioctl(iommufd, IOMMU_IOAS_UNMAP, &in) || in.length != size)
		die("unmap");
}

/* ---- what is shown ---- */

/* By each device that is @attached, or by those that are not, to at most 16 pages of @size. */
static void all_write(const char *what, uint64_t size, bool attached)
{
	const uint64_t step = size / 16 > PAGE ? size / 16 : PAGE;
	unsigned int made = 0, through = 0;

	for (unsigned int i = 0; i < devices; i++) {
		if (device[i].attached != attached)
			continue;
		for (uint64_t at = 0; at < size; at += step, made++)
			through += dma(&device[i], IOVA + at, (volatile uint32_t *)(memory + at));
	}
	printf("%s %" PRIu64 " %u %u\n", what, size, made, through);
}

static void show(uint64_t size)
{
	map(size);
	all_write("mapped", size, true);
	unmap(size);
	all_write("unmapped", size, true);
	map(size);
	all_write("again", size, true);
	if (devices > 1) {
		detach(&device[1]);
		all_write("detached", size, false);
		all_write("others", size, true);
		attach(&device[1]);
	}
	unmap(size);
	all_write("unmapped", size, true);
}

int main(int argc, char **argv)
{
	static const uint64_t sizes[] = { PAGE, 16 * PAGE, BLOCK };
	char *area = mmap(NULL, 2 * BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	iommufd = open("/dev/iommu", O_RDWR);
	if (argc < 2 || argc > 9 || iommufd < 0 || area == MAP_FAILED)
		die("testdev");
	memory = (char *)(((uintptr_t)area + BLOCK - 1) & ~(BLOCK - 1));
	madvise(memory, BLOCK, MADV_HUGEPAGE);
	memset(memory, 0, BLOCK);
	for (int i = 1; i < argc; i++)
		take(&device[devices++], argv[i]);
	make_domain();
	for (unsigned int i = 0; i < devices; i++)
		attach(&device[i]);
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		show(sizes[i]);
	return 0;
}
