// SPDX-License-Identifier: GPL-2.0-only
/* common.c - the probes that there are, and what each of them needs from libbpf and the kernel. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"
#include "file.h"
#include "lockdown.h"
#include "status.h"
#include "target.h"

extern const struct probe *const __start_probes[], *const __stop_probes[];

const struct probe *probe_nth(size_t n)
{
	return n < (size_t)(__stop_probes - __start_probes) ? __start_probes[n] : NULL;
}

const struct probe *probe_find(const char *name)
{
	const struct probe *probe;
	size_t n;

	for (n = 0; (probe = probe_nth(n)); n++)
		if (!strcmp(probe->name, name))
			break;
	return probe;
}

static char complaint[256];

static int keep_complaint(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN) {
		vsnprintf(complaint, sizeof(complaint), format, args);
		complaint[strcspn(complaint, "\n")] = '\0';
	}
	if (getenv("INVBENCH_LIBBPF"))
		return vfprintf(stderr, format, args);
	return 0;
}

const char *probe_complaint(void)
{
	return complaint[0] ? complaint : "no reason given";
}

int probe_prepare(char *why, size_t why_size)
{
	libbpf_set_print(keep_complaint);
	complaint[0] = '\0';
	why[0] = '\0';
	if (geteuid() != 0)
		snprintf(why, why_size, "probes need root");
	else if (lockdown_of_probes())
		snprintf(why, why_size,
			 "this kernel is locked down (/sys/kernel/security/lockdown has confidentiality), and lets no "
			 "probe read its memory; boot it with lockdown=integrity or without");
	else if (access("/sys/kernel/btf/vmlinux", R_OK))
		snprintf(why, why_size, "this kernel has no BTF (/sys/kernel/btf/vmlinux; CONFIG_DEBUG_INFO_BTF)");
	else if (target_unreadable())
		snprintf(why, why_size, "%s", target_unreadable());
	return why[0] ? -EOPNOTSUPP : 0;
}

unsigned long long probe_skipped(const struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	return bpf_prog_get_info_by_fd(bpf_program__fd(program), &info, &len) ? 0 : info.recursion_misses;
}

unsigned long long probe_missed(const struct bpf_link *link)
{
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);

	if (!link || bpf_link_get_info_by_fd(bpf_link__fd(link), &info, &len) ||
	    info.type != BPF_LINK_TYPE_PERF_EVENT ||
	    (info.perf_event.type != BPF_PERF_EVENT_KPROBE && info.perf_event.type != BPF_PERF_EVENT_KRETPROBE))
		return 0;
	return info.perf_event.kprobe.missed;
}

unsigned int probe_cpu_numbers(void)
{
	FILE *file = fopen("/sys/devices/system/cpu/possible", "re");
	unsigned int highest = 0;
	char separator;

	if (!file)
		return libbpf_num_possible_cpus();
	while (fscanf(file, "%u%c", &highest, &separator) == 2 && separator != '\n')
		;
	fclose(file);
	return highest + 1;
}

void probe_wait_for_programs(void)
{
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		usleep(100000);
}

json_t *probe_not_available(const char *why)
{
	return json_sprintf("not available: %s", why);
}
