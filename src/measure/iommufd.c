// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd.c - a domain of iommufd, and devices of VFIO attached to it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/iommufd.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "binding.h"
#include "device.h"
#include "case.h"
#include "iommufd.h"
#include "sysfs.h"

#define DRIVER	    "vfio-pci"
#define IOVA_STRIDE (1ULL << 30) /* each thread's IOVAs lie in page tables of their own */
#define BLOCK	    (2ULL << 20) /* what a domain of 4 KiB pages maps as one entry */

struct opened {
	char name[DEVICE_NAME];
	bool rebound;
	int fd;
	uint32_t id;
};

struct iommufd {
	int fd;
	uint32_t ioas, hwpt;
	struct opened device[INVBENCH_MAX_ENDPOINTS];
	unsigned int count;
	uint64_t size, step; /* of a thread's memory, and from one to the next */
	char *memory, *area; /* aligned, and as it was mapped */
	uint64_t area_size;
};

/* ---- which devices ---- */

/* Another function in its group would have to be taken as well. */
static bool can_be_taken(const struct device *d, const char *driver)
{
	return !strcmp(d->driver, driver) && (!strcmp(driver, DRIVER) || d->in_group == 1);
}

static bool wanted(const struct device *d, const char *driver, const struct endpoint_want *want)
{
	if (strcmp(d->bus, "pci") || !d->smmuv3 || !d->known || !can_be_taken(d, driver))
		return false;
	return want->ats ? d->ats : !want->no_ats || !d->ats;
}

/* In the order in which their devices are taken. */
static const char *const drivers[] = { DRIVER, "invbench" };

static unsigned int count_behind(const struct device *list, int n, const char *instance,
				 const struct endpoint_want *want)
{
	unsigned int count = 0;

	for (int i = 0; i < n; i++) {
		for (size_t k = 0; k < 2; k++)
			count += wanted(&list[i], drivers[k], want) && !strcmp(list[i].instance, instance);
	}
	return count;
}

/* The SMMU of the first device that has enough beside it; NULL after case_skip(). */
static const char *choose_instance(struct run_case *c, const struct device *list, int n,
				   const struct endpoint_want *want)
{
	unsigned int most = 0;

	for (size_t k = 0; k < 2; k++) {
		for (int i = 0; i < n; i++) {
			unsigned int count;

			if (!wanted(&list[i], drivers[k], want))
				continue;
			count = count_behind(list, n, list[i].instance, want);
			if (count >= want->count)
				return list[i].instance;
			most = count > most ? count : most;
		}
	}
	case_skip(c,
		  "via=iommufd needs %u PCI device%s%s behind one SMMU that %s bound to " DRIVER " or to invbench, "
		  "there %s %u; see: invbench devices",
		  want->count, want->count == 1 ? "" : "s",
		  want->ats    ? " with ATS" :
		  want->no_ats ? " without ATS" :
				 "",
		  want->count == 1 ? "is" : "are", most == 1 ? "is" : "are", most);
	return NULL;
}

static int choose(struct run_case *c, struct iommufd *u, const struct endpoint_want *want)
{
	const char *instance;
	struct device *list;
	int n = devices_list(&list);

	if (n < 0)
		return case_error(c, "the devices behind SMMUs cannot be listed: %s", strerror(-n));
	instance = choose_instance(c, list, n, want);
	for (size_t k = 0; k < 2 && instance; k++) {
		for (int i = 0; i < n && u->count < want->count; i++) {
			struct opened *d = &u->device[u->count];

			if (!wanted(&list[i], drivers[k], want) || strcmp(list[i].instance, instance))
				continue;
			*d = (struct opened){ .fd = -1, .rebound = k };
			strcpy(d->name, list[i].name);
			u->count++;
		}
	}
	free(list);
	return instance ? 0 : SKIP;
}

/* ---- devices ---- */

/* So that the driver of one that could not be taken is not restored either. */
static int rebind(struct run_case *c, struct opened *d)
{
	struct sentence why;
	int err;

	if (!d->rebound)
		return 0;
	d->rebound = false;
	if (!sysfs_exists("bus/pci/drivers/" DRIVER))
		return case_skip(c, "there is no driver " DRIVER "; load its module");
	err = binding_set(d->name, DRIVER, false, &why);
	d->rebound = !err;
	if (err == -EBUSY)
		return case_skip(c, "%s cannot be given to " DRIVER ": %s", d->name, why.text);
	return err ? case_error(c, "%s cannot be given to " DRIVER ": %s", d->name, why.text) : 0;
}

static int open_device(struct run_case *c, struct opened *d)
{
	struct dirent **names;
	char path[300];
	int n = sysfs_list(&names, "bus/pci/devices/%s/vfio-dev", d->name);

	if (n < 1)
		return case_skip(c, "%s has no VFIO device of its own: the kernel needs CONFIG_VFIO_DEVICE_CDEV",
				 d->name);
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", names[0]->d_name);
	sysfs_list_free(names, n);
	d->fd = open(path, O_RDWR | O_CLOEXEC);
	return d->fd < 0 ? case_error(c, "%s: cannot open %s: %s", d->name, path, strerror(errno)) : 0;
}

/* What the kernel means; iommufd_device_bind(). */
static const char *bind_error(int err)
{
	switch (err) {
	case EPERM:
		return "its interrupts are not isolated from others' (iommufd.allow_unsafe_interrupts)";
	case EINVAL:
		return "its DMA is not coherent with the caches";
	case EBUSY:
		return "it, or another device of its IOMMU group, is in use";
	default:
		return strerror(err);
	}
}

static int bind_device(struct run_case *c, struct iommufd *u, struct opened *d)
{
	struct vfio_device_bind_iommufd in = { .argsz = sizeof(in), .iommufd = u->fd };
	int ret;

	ret = rebind(c, d) ?: open_device(c, d);
	if (ret)
		return ret;
	if (ioctl(d->fd, VFIO_DEVICE_BIND_IOMMUFD, &in))
		return case_error(c, "%s cannot be bound to iommufd: %s", d->name, bind_error(errno));
	d->id = in.out_devid;
	return 0;
}

static int attach(struct run_case *c, struct iommufd *u, const struct opened *d, const struct endpoint_want *want)
{
	struct vfio_device_attach_iommufd_pt in = { .argsz = sizeof(in), .pt_id = u->hwpt };
	struct device now;

	if (ioctl(d->fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &in))
		return case_error(c, "cannot attach %s: %s", d->name, strerror(errno));
	if (device_find(d->name, &now))
		return case_error(c, "%s went away while the case was set up", d->name);
	if (want->ats && !now.ats_on)
		return case_skip(c, "%s can do ATS, but its SMMU %s does not", d->name, now.instance);
	if (want->no_ats && now.ats_on)
		return case_error(c, "ATS is on for %s, which said it has none", d->name);
	return 0;
}

/* ---- the domain ---- */

static int open_iommufd(struct run_case *c, struct iommufd *u)
{
	struct iommu_ioas_alloc in = { .size = sizeof(in) };

	u->fd = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (u->fd < 0)
		return case_skip(c, "cannot open /dev/iommu (%s); via=iommufd needs %s", strerror(errno),
				 errno == EACCES || errno == EPERM ? "root" : "a kernel with CONFIG_IOMMUFD");
	if (ioctl(u->fd, IOMMU_IOAS_ALLOC, &in))
		return case_error(c, "cannot allocate an address space of iommufd: %s", strerror(errno));
	u->ioas = in.out_ioas_id;
	return 0;
}

/* Of the SMMU that all devices are behind. */
static int alloc_domain(struct run_case *c, struct iommufd *u, const struct endpoint_want *want)
{
	struct iommu_hwpt_alloc in = {
		.size = sizeof(in),
		.flags = want->stage2 ? IOMMU_HWPT_ALLOC_NEST_PARENT : 0,
		.dev_id = u->device[0].id,
		.pt_id = u->ioas,
	};

	if (ioctl(u->fd, IOMMU_HWPT_ALLOC, &in)) {
		if (errno == EOPNOTSUPP && want->stage2)
			return case_skip(
				c, "the SMMU, or this kernel's iommufd, has no second stage for a nested first one");
		return case_error(c, "cannot allocate a domain of iommufd: %s", strerror(errno));
	}
	u->hwpt = in.out_hwpt_id;
	c->nesting = want->stage2;
	return 0;
}

/*
 * Aligned as the domain's blocks are, and in huge pages where they fit, so that
 * what is mapped is as contiguous as what the kernel half maps.
 */
static int make_memory(struct run_case *c, struct iommufd *u, uint64_t size)
{
	u->size = size;
	u->step = size < BLOCK ? BLOCK : size;
	u->area_size = (c->nr_threads + 1) * u->step;
	u->area = mmap(NULL, u->area_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (u->area == MAP_FAILED) {
		u->area = NULL;
		return case_error(c, "cannot map %llu bytes of memory: %s", (unsigned long long)u->area_size,
				  strerror(errno));
	}
	u->memory = (char *)(((uintptr_t)u->area + u->step - 1) & ~(u->step - 1));
	if (size >= BLOCK)
		madvise(u->memory, c->nr_threads * u->step, MADV_HUGEPAGE);
	for (unsigned int i = 0; i < c->nr_threads; i++)
		memset(u->memory + i * u->step, 1, size);
	return 0;
}

int iommufd_open(struct run_case *c, const struct endpoint_want *want, uint64_t size, struct iommufd **out)
{
	struct iommufd *u = calloc(1, sizeof(*u));
	int ret;

	*out = u;
	if (!u)
		return case_error(c, "out of memory");
	u->fd = -1;
	if (!want->count)
		return case_error(c, "via=iommufd needs a device: without one it pins and maps nothing");
	ret = open_iommufd(c, u) ?: choose(c, u, want);
	for (unsigned int i = 0; i < u->count && !ret; i++)
		ret = bind_device(c, u, &u->device[i]);
	ret = ret ?: alloc_domain(c, u, want);
	for (unsigned int i = 0; i < u->count && !ret; i++)
		ret = attach(c, u, &u->device[i], want);
	return ret ?: make_memory(c, u, size);
}

void iommufd_close(struct run_case *c, struct iommufd *u)
{
	struct sentence why;

	for (unsigned int i = 0; u && i < u->count; i++) {
		if (u->device[i].fd >= 0)
			close(u->device[i].fd);
	}
	if (u && u->fd >= 0)
		close(u->fd);
	for (unsigned int i = 0; u && i < u->count; i++) {
		if (u->device[i].rebound && binding_restore(u->device[i].name, &why))
			case_fail(c, "%s cannot be given back to its driver: %s", u->device[i].name, why.text);
	}
	if (u && u->area)
		munmap(u->area, u->area_size);
	free(u);
}

/* ---- operations ---- */

int iommufd_map(const struct iommufd *u, unsigned int thread)
{
	struct iommu_ioas_map in = {
		.size = sizeof(in),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE,
		.ioas_id = u->ioas,
		.user_va = (uintptr_t)(u->memory + thread * u->step),
		.length = u->size,
		.iova = (thread + 1) * IOVA_STRIDE,
	};

	return ioctl(u->fd, IOMMU_IOAS_MAP, &in) ? -errno : 0;
}

int iommufd_unmap(const struct iommufd *u, unsigned int thread)
{
	struct iommu_ioas_unmap in = {
		.size = sizeof(in),
		.ioas_id = u->ioas,
		.iova = (thread + 1) * IOVA_STRIDE,
		.length = u->size,
	};

	if (ioctl(u->fd, IOMMU_IOAS_UNMAP, &in))
		return -errno;
	return in.length == u->size ? 0 : -EIO;
}
