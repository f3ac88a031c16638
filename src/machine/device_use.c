// SPDX-License-Identifier: GPL-2.0-only
/*
 * device_use.c - is a device in use?
 *
 * All that sysfs has beneath it is looked at: what lies on its block devices,
 * its network links, and who has one of its device nodes open.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "device.h"
#include "half.h"
#include "sysfs.h"
#include "udev.h"

#define NODE_NAME 64
#define MAX_DEPTH 24 /* of folders beneath a device, and of block devices on each other */

/* A device node that leads to it. */
struct node {
	char name[NODE_NAME]; /* in /sys/class */
	char path[NODE_NAME]; /* in /dev */
	unsigned int major, minor;
	bool block, partition;
	const struct node *below; /* the block device that this one lies on, or NULL */
};

struct use {
	const struct device *device;
	struct node **nodes;
	size_t count;
	unsigned int links;	      /* network interfaces that can be seen */
	struct device_claims *claims; /* NULL: nothing is to be kept open */
	struct sentence *why;
};

static const char *as_root(int err)
{
	return err == EACCES || err == EPERM ? "; run as root" : "";
}

static int cannot_read(struct use *use, const char *what, int err)
{
	return sentence(use->why, err, "%s cannot be read: %s", what, strerror(-err));
}

/* DEVNAME of its uevent, the only place with the true path; else its name. */
static void node_path(struct node *node, const char *folder)
{
	char text[1024];
	const char *line;

	snprintf(node->path, sizeof(node->path), "%s", node->name);
	if (sysfs_read(text, sizeof(text), "%s/uevent", folder))
		return;
	line = strstr(text, "DEVNAME=");
	if (line)
		snprintf(node->path, sizeof(node->path), "%.*s", (int)strcspn(line + 8, "\n"), line + 8);
}

/* The node whose folder this is, if it has one. */
static int add_node(struct use *use, const char *folder, bool block, const struct node *below, struct node **added)
{
	char text[32];
	struct node **more, *node;
	const char *name = strrchr(folder, '/') + 1;
	int err = sysfs_read(text, sizeof(text), "%s/dev", folder);

	*added = NULL;
	if (err)
		return err == -ENOENT || err == -ENOTDIR ? 0 : cannot_read(use, folder, err);
	node = calloc(1, sizeof(*node));
	more = realloc(use->nodes, (use->count + 1) * sizeof(*more));
	use->nodes = more ? more : use->nodes;
	if (!node || !more || sscanf(text, "%u:%u", &node->major, &node->minor) != 2) {
		free(node);
		return sentence(use->why, -EIO, "%s/dev makes no sense", folder);
	}
	snprintf(node->name, sizeof(node->name), "%.*s", NODE_NAME - 1, name);
	node->block = block;
	node->below = below;
	node_path(node, folder);
	use->nodes[use->count++] = node;
	*added = node;
	return 0;
}

/* What lies on a block device: dm, md, and what lies on those. */
static int add_holders(struct use *use, const struct node *below, int depth)
{
	struct dirent **names;
	int n = sysfs_list(&names, "class/block/%s/holders", below->name), err = 0;

	if (n < 0)
		return n == -ENOENT ? 0 : cannot_read(use, "holders", n);
	for (int i = 0; i < n && !err && depth < MAX_DEPTH; i++) {
		char folder[PATH_MAX];
		struct node *node;

		snprintf(folder, sizeof(folder), "class/block/%s", names[i]->d_name);
		err = add_node(use, folder, true, below, &node);
		if (!err && node)
			err = add_holders(use, node, depth + 1);
	}
	sysfs_list_free(names, n);
	return err;
}

static int see_block(struct use *use, const char *folder)
{
	struct node *node;
	int err = add_node(use, folder, true, NULL, &node);

	if (err || !node)
		return err;
	node->partition = sysfs_exists("%s/partition", folder);
	return add_holders(use, node, 0);
}

static int see_net(struct use *use, const char *folder)
{
	const char *name = strrchr(folder, '/') + 1;
	char flags[16], state[16];
	int err = sysfs_read(flags, sizeof(flags), "%s/flags", folder);

	if (err)
		return sentence(use->why, err, "the state of network link %s cannot be read: %s", name, strerror(-err));
	use->links++;
	sysfs_read(state, sizeof(state), "%s/operstate", folder);
	if (strtoul(flags, NULL, 16) & IFF_UP || !strcmp(state, "up"))
		return sentence(use->why, 1, "network link %s is up", name);
	return 0;
}

static int see_console(struct use *use, const char *folder)
{
	char text[8];

	if (!sysfs_read(text, sizeof(text), "%s/console", folder) && !strcmp(text, "Y"))
		return sentence(use->why, 1, "the console is on %s", strrchr(folder, '/') + 1);
	return 0;
}

static int see_dma(struct use *use, const char *folder)
{
	char text[16];

	if (!sysfs_read(text, sizeof(text), "%s/in_use", folder) && atoi(text) > 0)
		return sentence(use->why, 1, "DMA channel %s is in use", strrchr(folder, '/') + 1);
	return 0;
}

static int walk(struct use *use, const char *folder, int depth);

/* With multipath, the block devices of an NVMe controller lie beneath its subsystem, which has a link to it. */
static int see_nvme(struct use *use, const char *folder)
{
	const char *name = strrchr(folder, '/') + 1;
	struct dirent **names;
	int n = sysfs_list(&names, "class/nvme-subsystem"), ret = 0;

	if (n < 0)
		return n == -ENOENT ? 0 : cannot_read(use, "nvme-subsystem", n);
	for (int i = 0; i < n && !ret; i++) {
		char subsystem[PATH_MAX];

		snprintf(subsystem, sizeof(subsystem), "class/nvme-subsystem/%s", names[i]->d_name);
		if (sysfs_exists("%s/%s", subsystem, name))
			ret = walk(use, subsystem, 0);
	}
	sysfs_list_free(names, n);
	return ret;
}

static const struct {
	const char *class;
	int (*see)(struct use *use, const char *folder);
} seen[] = {
	{ "block", see_block }, { "net", see_net }, { "tty", see_console }, { "dma", see_dma }, { "nvme", see_nvme },
};

/* 1 if this folder tells of a use; device nodes are only noted. */
static int look(struct use *use, const char *folder)
{
	struct node *node;
	char class[32];

	sysfs_link(class, sizeof(class), "%s/subsystem", folder);
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		int ret = strcmp(class, seen[i].class) ? 0 : seen[i].see(use, folder);

		if (ret)
			return ret;
	}
	return strcmp(class, "block") ? add_node(use, folder, false, NULL, &node) : 0;
}

/* Everything beneath @folder; links lead elsewhere and are left alone. What vanishes meanwhile is not in use. */
static int walk(struct use *use, const char *folder, int depth)
{
	struct dirent **names;
	int ret = look(use, folder), n;

	if (ret)
		return ret;
	n = sysfs_list(&names, "%s", folder);
	if (n < 0)
		return n == -ENOENT ? 0 : cannot_read(use, folder, n);
	for (int i = 0; i < n && !ret; i++) {
		char path[PATH_MAX];

		if (names[i]->d_type != DT_DIR)
			continue;
		if (depth >= MAX_DEPTH || strlen(folder) + strlen(names[i]->d_name) + 2 > sizeof(path)) {
			ret = sentence(use->why, -ELOOP, "%s has too many folders beneath each other", folder);
			break;
		}
		strcat(strcat(strcpy(path, folder), "/"), names[i]->d_name);
		ret = walk(use, path, depth + 1);
	}
	sysfs_list_free(names, n);
	return ret;
}

/* And one that lies elsewhere: the group's, by which vfio users have it. */
static int check_beneath(struct use *use)
{
	char folder[PATH_MAX];
	struct node *node;
	int ret;

	snprintf(folder, sizeof(folder), "bus/%s/devices/%s", use->device->bus, use->device->name);
	ret = walk(use, folder, 0);
	if (ret)
		return ret;
	snprintf(folder, sizeof(folder), "class/vfio/%s", use->device->group);
	return add_node(use, folder, false, NULL, &node);
}

/* The kernel half has one device node for all its devices; whose each of them is it says itself. */
static int check_half(struct use *use)
{
	return strcmp(use->device->driver, "invbench") ? 0 : half_endpoint_in_use(use->device->name, use->why);
}

static int check_kind(struct use *use)
{
	const struct device *d = use->device;
	char text[16];

	if (d->bridge)
		return sentence(use->why, 1, "it is a bridge");
	if ((!sysfs_read(text, sizeof(text), "bus/%s/devices/%s/boot_vga", d->bus, d->name) && !strcmp(text, "1")) ||
	    (!sysfs_read(text, sizeof(text), "bus/%s/devices/%s/boot_display", d->bus, d->name) && !strcmp(text, "1")))
		return sentence(use->why, 1, "it is the boot display");
	if (!sysfs_read(text, sizeof(text), "bus/%s/devices/%s/sriov_numvfs", d->bus, d->name) && atoi(text) > 0)
		return sentence(use->why, 1, "it has %d virtual functions", atoi(text));
	return 0;
}

/* A consumer goes when its supplier goes, and does not come back with it. */
static int check_consumers(struct use *use)
{
	const struct device *d = use->device;
	struct dirent **names;
	int n = sysfs_list(&names, "bus/%s/devices/%s", d->bus, d->name), ret = 0;

	if (n < 0)
		return cannot_read(use, d->name, n);
	for (int i = 0; i < n && !ret; i++) {
		const char *name = names[i]->d_name;
		char status[32];

		if (strncmp(name, "consumer:", 9))
			continue;
		sysfs_read(status, sizeof(status), "bus/%s/devices/%s/%s/status", d->bus, d->name, name);
		if (!strcmp(status, "active"))
			ret = sentence(use->why, 1, "%s depends on it", name + 9);
	}
	sysfs_list_free(names, n);
	return ret;
}

static const struct node *find_block(const struct use *use, unsigned int major, unsigned int minor)
{
	for (size_t i = 0; i < use->count; i++) {
		const struct node *node = use->nodes[i];

		if (node->block && node->major == major && node->minor == minor)
			return node;
	}
	return NULL;
}

static int on_node(struct use *use, const struct node *node, const char *format, const char *where)
{
	const struct node *lowest = node;
	char is[300];

	while (lowest->below)
		lowest = lowest->below;
	snprintf(is, sizeof(is), format, where);
	if (lowest == node)
		return sentence(use->why, 1, "%s %s", node->name, is);
	return sentence(use->why, 1, "%s, which lies on %s, %s", node->name, lowest->name, is);
}

static FILE *open_proc(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", proc_root, name);
	return fopen(path, "re");
}

static int check_mounts(struct use *use)
{
	FILE *file = open_proc("self/mountinfo");
	char *line = NULL, where[256];
	size_t room = 0;
	int ret = 0;

	if (!file)
		return cannot_read(use, "/proc/self/mountinfo", -errno);
	while (!ret && getline(&line, &room, file) > 0) {
		const struct node *node;
		unsigned int major, minor;

		if (sscanf(line, "%*d %*d %u:%u %*s %255s", &major, &minor, where) != 3)
			continue;
		node = find_block(use, major, minor);
		if (node)
			ret = on_node(use, node, "is mounted on %s", where);
	}
	free(line);
	fclose(file);
	return ret;
}

/* A kernel without swap has no such file. */
static int check_swap(struct use *use)
{
	FILE *file = open_proc("swaps");
	char *line = NULL, path[PATH_MAX];
	size_t room = 0;
	int ret = 0;

	if (!file)
		return errno == ENOENT ? 0 : cannot_read(use, "/proc/swaps", -errno);
	while (!ret && getline(&line, &room, file) > 0) {
		const struct node *node;
		struct stat st;

		if (sscanf(line, "%4095s", path) != 1 || path[0] != '/' || stat(path, &st))
			continue;
		node = find_block(use, major(st.st_rdev), minor(st.st_rdev));
		if (node)
			ret = on_node(use, node, "is%s swap", "");
	}
	free(line);
	fclose(file);
	return ret;
}

static int check_holders(struct use *use)
{
	for (size_t i = 0; i < use->count; i++) {
		if (use->nodes[i]->below)
			return sentence(use->why, 1, "%s is held by %s", use->nodes[i]->below->name,
					use->nodes[i]->name);
	}
	return 0;
}

/* Closed, if it is not to be kept. */
static int keep(struct use *use, int fd)
{
	struct device_claims *claims = use->claims;
	int *more = claims ? realloc(claims->fds, (claims->count + 1) * sizeof(*more)) : NULL;

	if (more) {
		claims->fds = more;
		claims->fds[claims->count++] = fd;
		return 0;
	}
	close(fd);
	return claims ? sentence(use->why, -ENOMEM, "out of memory") : 0;
}

/*
 * The kernel gives an exclusive open to one at a time, and whatever lies on a
 * block device has it: a file system mounted where we cannot see it as well.
 * Who has a disk has its partitions, which are therefore not kept beside it.
 */
static int check_claim(struct use *use, const struct node *node)
{
	char path[PATH_MAX];
	struct stat st;
	int fd, ret = 0;

	snprintf(path, sizeof(path), "%s/%s", dev_root, node->path);
	fd = open(path, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == EBUSY)
		return sentence(use->why, 1,
				"%s is held inside the kernel, as by a file system in another mount namespace",
				node->name);
	if (fd < 0 && (errno == ENXIO || errno == ENOMEDIUM))
		return 0;
	if (fd < 0)
		return sentence(use->why, -errno, "%s cannot be opened to see if it is in use: %s%s", path,
				strerror(errno), as_root(errno));
	if (fstat(fd, &st) || major(st.st_rdev) != node->major || minor(st.st_rdev) != node->minor)
		ret = sentence(use->why, -ENODEV, "%s is not what sysfs calls %s", path, node->name);
	if (!ret && !node->partition)
		return keep(use, fd);
	close(fd);
	return ret;
}

static int check_each_claim(struct use *use, bool partition)
{
	int ret = 0;

	for (size_t i = 0; i < use->count && !ret; i++) {
		if (use->nodes[i]->block && use->nodes[i]->partition == partition)
			ret = check_claim(use, use->nodes[i]);
	}
	return ret;
}

static int check_claims(struct use *use)
{
	return check_each_claim(use, true) ?: check_each_claim(use, false);
}

/* A link that was moved to a network namespace is only seen there. */
static int check_network(struct use *use)
{
	static const char *const without[] = { "", "invbench", "vfio-pci", "uio_pci_generic", "igb_uio", "pci-stub" };

	if (strncmp(use->device->what, "network", 7) || use->links)
		return 0;
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		if (!strcmp(use->device->driver, without[i]))
			return 0;
	}
	return sentence(use->why, -ENODEV,
			"its network link cannot be seen, as if it were in another network namespace");
}

static const struct node *match(const struct use *use, const struct statx *st)
{
	if (!S_ISCHR(st->stx_mode) && !S_ISBLK(st->stx_mode))
		return NULL;
	for (size_t i = 0; i < use->count; i++) {
		const struct node *node = use->nodes[i];

		if (node->major == st->stx_rdev_major && node->minor == st->stx_rdev_minor &&
		    node->block == !!S_ISBLK(st->stx_mode))
			return node;
	}
	return NULL;
}

static int has_open(struct use *use, const char *pid, const struct node *node)
{
	char path[64], command[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%.20s/comm", pid);
	file = open_proc(path);
	if (file) {
		if (fgets(command, sizeof(command), file))
			command[strcspn(command, "\n")] = '\0';
		fclose(file);
	}
	return sentence(use->why, 1, "process %s (%s) has /dev/%s open", pid, command, node->path);
}

/* What goes away while it is looked at is not in use. */
static int check_process(struct use *use, const char *pid)
{
	char path[PATH_MAX];
	struct dirent *entry;
	int ret = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s/fd", proc_root, pid);
	dir = opendir(path);
	if (!dir && (errno == ENOENT || errno == ESRCH || errno == ENOTDIR))
		return 0;
	if (!dir)
		return sentence(use->why, -errno, "what process %s has open cannot be seen: %s%s", pid, strerror(errno),
				as_root(errno));
	while (!ret && (entry = readdir(dir))) {
		const struct node *node;
		struct statx st;

		/* A server that does not answer must not stop us: what is cached is enough for a device node. */
		if (entry->d_name[0] == '.' ||
		    statx(dirfd(dir), entry->d_name, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_MODE, &st))
			continue;
		node = match(use, &st);
		if (node)
			ret = has_open(use, pid, node);
	}
	closedir(dir);
	return ret;
}

/* Our own process is whoever asks; it knows what it has open. */
static int check_processes(struct use *use)
{
	struct dirent *entry;
	int ret = 0, unseen = 0;
	DIR *dir;

	if (!use->count)
		return 0;
	dir = opendir(proc_root);
	if (!dir)
		return cannot_read(use, "/proc", -errno);
	while (ret <= 0 && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]) || atoi(entry->d_name) == getpid())
			continue;
		ret = check_process(use, entry->d_name);
		unseen = ret < 0 ? ret : unseen;
	}
	closedir(dir);
	return ret ? ret : unseen;
}

/* In the order in which they tell most. */
static int (*const checks[])(struct use *use) = {
	check_kind,    check_consumers, check_beneath, check_mounts, check_swap,
	check_holders, check_claims,	check_network, check_half,   check_processes,
};

static int claim_once(const struct device *device, struct device_claims *claims, struct sentence *why)
{
	struct use use = { .device = device, .why = why, .claims = claims };
	struct sentence first;
	int ret = 0, unknown = 0;

	/* A use that is known says more than a check that could not be made. */
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && ret <= 0; i++) {
		ret = checks[i](&use);
		if (ret < 0 && !unknown) {
			unknown = ret;
			first = *why;
		}
	}
	for (size_t i = 0; i < use.count; i++)
		free(use.nodes[i]);
	free(use.nodes);
	if (ret <= 0 && unknown)
		*why = first;
	ret = ret > 0 ? ret : unknown;
	if (ret && claims)
		device_let_go(claims);
	return ret;
}

/* What udev has open now it has not for long. */
int device_claim(const struct device *device, struct device_claims *claims, struct sentence *why)
{
	int ret = claim_once(device, claims, why);

	if (ret <= 0 || !udev_is_busy())
		return ret;
	udev_settle();
	return claim_once(device, claims, why);
}

int device_in_use(const struct device *device, struct sentence *why)
{
	return device_claim(device, NULL, why);
}

void device_let_go(struct device_claims *claims)
{
	while (claims->count)
		close(claims->fds[--claims->count]);
	free(claims->fds);
	claims->fds = NULL;
}
