// SPDX-License-Identifier: GPL-2.0-only
/* target.c - functions of the running kernel: its symbols, its BTF, and what can be attached to them. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <ctype.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "status.h"
#include "target.h"

#define KALLSYMS_MAX (256 << 20) /* twenty times what a kernel has with all its modules */

#define TRACEABLE    "/sys/kernel/tracing/available_filter_functions"

const char *target_kallsyms = "/proc/kallsyms";

/* All of it, read once: each reading costs the kernel some 0.1 s. NULL if it cannot be read. */
static const char *kallsyms(void)
{
	static char *text;
	struct sentence why;
	size_t size;

	if (!text)
		file_read(target_kallsyms, KALLSYMS_MAX, &text, &size, &why);
	return text;
}

/*
 * SMMUv2's driver has no command queue and no ATS. Linux 7.3 made the submit
 * function a wrapper that may submit a list twice; the inner one sees both.
 */
const char *const smmu_family[] = { "arm_smmu_cmdq_", "arm_smmu_atc_", NULL };
const char *const smmu_submit_functions[] = { "__arm_smmu_cmdq_issue_cmdlist", "arm_smmu_cmdq_issue_cmdlist", NULL };

/* The next symbol at or after @from that is a function whose name begins with @prefix. */
static const char *next_function(const char *from, const char *prefix)
{
	const char *hit;

	for (hit = from; hit && (hit = strstr(hit, prefix)); hit++)
		if (hit > from + 1 && hit[-1] == ' ' && strchr("tTwW", hit[-2]))
			return hit;
	return NULL;
}

/* Compilers make these of a whole function, gcc the first two and clang the others; .part and .cold are pieces of one. */
static bool suffix_ok(const char *suffix, size_t size)
{
	static const char *const known[] = { ".isra.",	      ".constprop.", ".llvm.",	".__uniq.",
					     ".specialized.", ".argprom",    ".argelim" };
	size_t i, len;

	while (size) {
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (!strncmp(suffix, known[i], strlen(known[i])))
				break;
		if (i == sizeof(known) / sizeof(known[0]))
			return false;
		for (len = strlen(known[i]); len < size && isdigit((unsigned char)suffix[len]);)
			len++;
		suffix += len;
		size -= len;
	}
	return true;
}

/* @name lies in a line of kallsyms: "ADDRESS t NAME[\t[MODULE]]". */
static void parse_symbol(const char *name, struct target *target)
{
	size_t len = strcspn(name, "\t\n");
	const char *module = name + len + 2, *line = name - 3;

	while (line > kallsyms() && line[-1] != '\n')
		line--;
	target->address = strtoull(line, NULL, 16);
	snprintf(target->symbol, sizeof(target->symbol), "%.*s", (int)len, name);
	target->module[0] = '\0';
	if (name[len] == '\t')
		snprintf(target->module, sizeof(target->module), "%.*s", (int)strcspn(module, "]\n"), module);
}

/* How far it is to the nearest function of the family in the same module or kernel; ~0 if it has none. */
static unsigned long long distance(const struct target *target, const char *const *family)
{
	unsigned long long nearest = ~0ULL, d;
	struct target relative;
	const char *hit;

	for (; *family; family++) {
		for (hit = next_function(kallsyms(), *family); hit; hit = next_function(hit + 1, *family)) {
			parse_symbol(hit, &relative);
			d = relative.address > target->address ? relative.address - target->address :
								 target->address - relative.address;
			if (d < nearest && !strcmp(relative.module, target->module))
				nearest = d;
		}
	}
	return nearest;
}

#define MAX_COPIES 16

/* Every function called @function but for a compiler suffix. */
static size_t find_copies(const char *function, struct target *copies)
{
	size_t len, base = strlen(function), count = 0;
	const char *hit = next_function(kallsyms(), function);

	for (; hit && count < MAX_COPIES; hit = next_function(hit + base, function)) {
		len = strcspn(hit, "\t\n");
		if (suffix_ok(hit + base, len - base))
			parse_symbol(hit, &copies[count++]);
	}
	return count;
}

/* If a compiler made several of one function, some calls will not be seen. */
static void warn_of_clones(const struct target *copies, size_t count, const struct target *chosen)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(copies[i].symbol, chosen->symbol))
			say("this kernel has %s as well as %s: calls of the former are not seen", copies[i].symbol,
			    chosen->symbol);
}

static bool is_unique(const struct target *copies, size_t count, const struct target *chosen)
{
	size_t i, same = 0;

	for (i = 0; i < count; i++)
		same += !copies[i].module[0] && !strcmp(copies[i].symbol, chosen->symbol);
	return same <= 1;
}

int target_locate(const char *function, const char *const *family, struct target *target)
{
	struct target copies[MAX_COPIES];
	unsigned long long d, nearest = ~0ULL;
	size_t i, count = find_copies(function, copies);

	memset(target, 0, sizeof(*target));
	for (i = 0; i < count; i++) {
		d = distance(&copies[i], family);
		if (d < nearest) {
			nearest = d;
			*target = copies[i];
		}
	}
	if (!target->symbol[0])
		return -ENOENT;
	target->unique = is_unique(copies, count, target);
	warn_of_clones(copies, count, target);
	return 0;
}

static bool can_fentry(const struct target *target);

int target_find(const char *function, const char *const *family, struct target *target)
{
	int err = target_locate(function, family, target);

	if (!err)
		target->fentry = can_fentry(target);
	return err;
}

int target_find_submit(struct target *target)
{
	const char *const *name;

	for (name = smmu_submit_functions; *name; name++)
		if (!target_find(*name, smmu_family, target))
			return 0;
	return -ENOENT;
}

static struct btf *vmlinux_btf(void)
{
	static struct btf *btf;

	if (!btf)
		btf = btf__load_vmlinux_btf();
	return btf;
}

/* The kernel's own handle of a module's BTF, or a negative errno. */
static int module_btf_fd(const char *module)
{
	struct bpf_btf_info info;
	char name[64];
	__u32 id = 0, len;
	int fd;

	while (!bpf_btf_get_next_id(id, &id)) {
		fd = bpf_btf_get_fd_by_id(id);
		if (fd < 0)
			continue;
		memset(&info, 0, sizeof(info));
		info.name = (uintptr_t)name;
		info.name_len = sizeof(name);
		len = sizeof(info);
		if (!bpf_btf_get_info_by_fd(fd, &info, &len) && info.kernel_btf && !strcmp(name, module))
			return fd;
		close(fd);
	}
	return -ENOENT;
}

/* A function in the BTF of the kernel or of the module that has it. */
struct function {
	struct btf *btf;
	int id;
	int module_fd; /* 0: built in */
};

/*
 * BTF knows a function without its compiler suffix. pahole leaves out those
 * whose arguments are not where the prototype says, so what it has can be
 * believed for an .isra function as well.
 */
static int function_find(const struct target *target, struct function *f)
{
	char name[sizeof(target->symbol)];

	memset(f, 0, sizeof(*f));
	f->btf = vmlinux_btf();
	if (!f->btf)
		return -ENOENT;
	if (target->module[0]) {
		f->btf = btf__load_module_btf(target->module, f->btf);
		if (!f->btf)
			return -ENOENT;
		f->module_fd = module_btf_fd(target->module);
	}
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(target->symbol, "."), target->symbol);
	f->id = btf__find_by_name_kind(f->btf, name, BTF_KIND_FUNC);
	return f->id > 0 && f->module_fd >= 0 ? 0 : -ENOENT;
}

static void function_put(struct function *f)
{
	if (f->module_fd > 0)
		close(f->module_fd);
	if (f->btf != vmlinux_btf())
		btf__free(f->btf);
}

/* Whether a program that does nothing can be loaded for the function and attached. */
static bool try_fentry(const struct function *f)
{
	const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FEXIT, .attach_btf_id = f->id,
		    .attach_btf_obj_fd = f->module_fd);
	int program, link;

	program = bpf_prog_load(BPF_PROG_TYPE_TRACING, "invbench_try", "GPL", nothing, 2, &opts);
	if (program < 0)
		return false;
	link = bpf_raw_tracepoint_open(NULL, program);
	if (link >= 0)
		close(link);
	close(program);
	return link >= 0;
}

/* All that ftrace can attach to, read once: a line is "NAME" or "NAME [MODULE]". NULL if the kernel does not say. */
static const char *traceable(void)
{
	static char *text;
	static bool asked;
	struct sentence why;
	size_t size;

	if (!asked)
		file_read(TRACEABLE, KALLSYMS_MAX, &text, &size, &why);
	asked = true;
	return text;
}

static bool is_traceable(const struct target *target)
{
	char line[sizeof(target->symbol) + sizeof(target->module) + 8];
	const size_t len = target->module[0] ?
				   snprintf(line, sizeof(line), "%s [%s]\n", target->symbol, target->module) :
				   snprintf(line, sizeof(line), "%s\n", target->symbol);
	const char *hit = traceable();

	for (; hit && (hit = strstr(hit, line)); hit += len)
		if (hit == traceable() || hit[-1] == '\n')
			return true;
	return false;
}

/*
 * Trying costs the kernel some 0.1 s, most of it until nobody can be in the program any more. So one function is tried,
 * which tells whether this kernel has fentry, and of the others the kernel is asked if it can.
 */
static bool fentry_works(const struct target *target, const struct function *f)
{
	static enum { UNTRIED, WORKS, FAILS } tried;

	if (!traceable())
		return try_fentry(f);
	if (!is_traceable(target))
		return false;
	if (tried == UNTRIED)
		tried = try_fentry(f) ? WORKS : FAILS;
	return tried == WORKS;
}

/* The kernel looks a function up by its name in BTF, so without suffix, and takes the first of that name. */
static bool can_fentry(const struct target *target)
{
	struct function f;
	bool can;

	if (getenv("INVBENCH_KPROBE") || strchr(target->symbol, '.') || !(target->unique || target->module[0]))
		return false;
	can = !function_find(target, &f) && fentry_works(target, &f);
	function_put(&f);
	return can;
}

static int find_argument(const struct function *f, const char *name, const struct btf_param **found)
{
	const struct btf_type *proto = btf__type_by_id(f->btf, btf__type_by_id(f->btf, f->id)->type);
	const struct btf_param *param = btf_params(proto);
	int i;

	for (i = 0; i < btf_vlen(proto); i++, param++) {
		if (strcmp(btf__name_by_offset(f->btf, param->name_off), name))
			continue;
		*found = param;
		return i;
	}
	return -ENOENT;
}

int target_argument(const struct target *target, const char *name)
{
	const struct btf_param *param;
	struct function f;
	int arg = function_find(target, &f);

	if (!arg)
		arg = find_argument(&f, name, &param);
	function_put(&f);
	return arg;
}

/* What @id is without const and typedef. */
static const struct btf_type *plain_type(const struct btf *btf, __u32 id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	while (btf_is_mod(type) || btf_is_typedef(type))
		type = btf__type_by_id(btf, type->type);
	return type;
}

/* Adds to *@at where member @name of @type is, also inside of members without name. Returns it or NULL. */
static const struct btf_member *find_member(const struct btf *btf, const struct btf_type *type, const char *name,
					    int *at)
{
	const struct btf_member *member, *inner;
	const char *member_name;
	int i;

	if (!btf_is_composite(type))
		return NULL;
	for (i = 0, member = btf_members(type); i < btf_vlen(type); i++, member++) {
		member_name = btf__name_by_offset(btf, member->name_off);
		inner = strcmp(member_name, name) ? NULL : member;
		if (!member_name[0])
			inner = find_member(btf, plain_type(btf, member->type), name, at);
		if (!inner)
			continue;
		*at += btf_member_bit_offset(type, i) / 8;
		return inner;
	}
	return NULL;
}

static int follow_path(const struct btf *btf, const struct btf_type *type, const char *path)
{
	const struct btf_member *member;
	char name[64];
	int at = 0;
	size_t len;

	for (;;) {
		len = strcspn(path, ".-");
		snprintf(name, sizeof(name), "%.*s", (int)len, path);
		member = find_member(btf, type, name, &at);
		if (!member || !path[len])
			return member ? at : -ENOENT;
		type = plain_type(btf, member->type);
		if (path[len] == '-') {
			type = plain_type(btf, type->type);
			at = 0;
		}
		path += len + (path[len] == '-' ? 2 : 1);
	}
}

int target_member(const struct target *target, const char *name, const char *path)
{
	const struct btf_param *param;
	struct function f;
	int at = function_find(target, &f);

	if (!at)
		at = find_argument(&f, name, &param);
	if (at >= 0)
		at = follow_path(f.btf, plain_type(f.btf, plain_type(f.btf, param->type)->type), path);
	function_put(&f);
	return at;
}

bool target_has_per_cpu(const struct target *target, const char *name)
{
	struct function f;
	bool has = !function_find(target, &f) && btf__find_by_name_kind(f.btf, name, BTF_KIND_VAR) > 0;

	function_put(&f);
	return has;
}

void target_choose(const struct target *target, struct bpf_program *program)
{
	char name[sizeof(target->module) + sizeof(target->symbol) + 1];

	bpf_program__set_autoload(program, true);
	if (!target->fentry)
		return;
	snprintf(name, sizeof(name), "%s%s%s", target->module, target->module[0] ? ":" : "", target->symbol);
	bpf_program__set_attach_target(program, 0, name);
}

/* By address, as a kprobe on a name that is not unique is refused. */
struct bpf_link *target_attach(const struct target *target, struct bpf_program *program, bool at_return)
{
	LIBBPF_OPTS(bpf_kprobe_opts, opts, .retprobe = at_return, .offset = target->address);

	return target->fentry ? bpf_program__attach_trace(program) :
				bpf_program__attach_kprobe_opts(program, NULL, &opts);
}

const char *target_unreadable(void)
{
	const char *name = next_function(kallsyms(), "_stext");
	struct target target = { .address = 0 };

	if (!kallsyms())
		return "this kernel lists no symbols (/proc/kallsyms; CONFIG_KALLSYMS)";
	if (name)
		parse_symbol(name, &target);
	return target.address ? NULL : "this kernel hides its addresses; run: sysctl kernel.kptr_restrict=1";
}
