# SPDX-License-Identifier: GPL-2.0-only
#
# How the programs are built, inside the lab. Sources are found by wildcard.
#
#   invbench         all of it
#   invbench-guest   what a boot runs: the leg that measures, alone, without what
#                    reads results. Its version is that of its own folders, so
#                    that an edit of the report is no other program to a boot.
#   smmu-model       the SMMU of bed model, for this machine alone, with a version of its
#                    own likewise; its objects go to model/, since the program has the folder's name
#   smmu-model.so    the same for bed virtual, which QEMU loads
#
# Objects go to build/host (this machine) and build/arm64 (guest and servers),
# static, so that they run on any distribution.

# make would otherwise build scripts/profile from scripts/profile.c.
MAKEFLAGS += --no-builtin-rules

# ---- The arrows: which folder may include the headers of which ----
#
# These are the include paths a folder is compiled with, so that a forbidden
# include does not compile (tests/meta/walls). Headers go by their bare name; no
# two have the same; <spawn.h> is the system's. docs/ARCHITECTURE.md quotes this table.
SEES_base           :=
SEES_smmu           :=
SEES_format         := base
SEES_machine        := format base workloads/kmod
SEES_measure        := machine format base workloads workloads/kmod
SEES_workloads      := workloads/lib measure base workloads/kmod
SEES_workloads/lib  := workloads base workloads/kmod
SEES_bpf            := smmu base
SEES_top            := base
SEES_screen         := top base
SEES_smmu-model     := smmu base workloads/kmod
SEES_result         := format base
SEES_judge          := result format base
SEES_history        := judge result format base
SEES_figures        := history judge result format base
SEES_report         := figures judge result format base
SEES_print          := judge result format base
SEES_cmd            := report print figures history judge result measure machine format base workloads workloads/kmod bpf smmu screen top
SEES_main           := cmd base

# What each program is made of.
GUEST_FOLDERS    := base smmu format machine measure workloads workloads/lib bpf top
GUEST_COMMANDS   := bind devices list model restore run session top trace unbind
# Those, and what stands beside them.
GUEST_BESIDE     := abilities probe_symbols run_options session_plan session_step subcommand trace_events window
GUEST_CMD        := $(patsubst %,src/cmd/%.c,$(GUEST_COMMANDS) $(GUEST_BESIDE))
PROGRAM_FOLDERS  := $(GUEST_FOLDERS) result judge history figures report print screen cmd
MODEL_SHARED     := $(patsubst %,src/base/%.c,status sentence text file folder spawn trusted units histogram) src/smmu/opcodes.c

folder_path = $(if $(wildcard src/$(1)),src/$(1),$(1))
sources_of  = $(foreach folder,$(1),$(filter-out %.bpf.c,$(wildcard $(call folder_path,$(folder))/*.c)))
# The folder of a source, as the table calls it.
folder_of   = $(or $(patsubst src/%,%,$(filter-out src,$(patsubst %/,%,$(dir $(1))))),main)
includes_of = $(foreach folder,$(filter-out main,$(1)) $(SEES_$(1)),-iquote $(call folder_path,$(folder))) $(if $(filter bpf,$(1)),-Ibuild/bpf)

CPPFLAGS := -D_GNU_SOURCE
# What a source is compiled with.
cppflags_for = $(CPPFLAGS) $(call includes_of,$(call folder_of,$(1)))
# Tests see every folder.
TEST_CPPFLAGS := $(CPPFLAGS) $(foreach folder,$(PROGRAM_FOLDERS) smmu-model workloads/kmod,-iquote $(call folder_path,$(folder))) -Ibuild/bpf -Itests/unit

PROGRAM_SRC  := src/main.c $(call sources_of,$(PROGRAM_FOLDERS))
LIBRARY_SRC  := $(filter-out src/main.c,$(PROGRAM_SRC))
GUEST_SRC    := src/main.c $(call sources_of,$(GUEST_FOLDERS)) $(GUEST_CMD)
MODEL_SRC    := $(wildcard smmu-model/*.c)
# The program is these and main.c, the plugin these and what needs QEMU around it.
MODEL_PLUGIN  := smmu-model/plugin.c smmu-model/qemu_clock.c smmu-model/qemu_turns.c
MODEL_LIBRARY := $(filter-out smmu-model/main.c $(MODEL_PLUGIN),$(MODEL_SRC))
PROBES       := $(patsubst bpf/%.bpf.c,%,$(wildcard bpf/*.bpf.c))
SKELETONS    := $(PROBES:%=build/bpf/%.skel.h)

HOST_ARCH := $(shell dpkg --print-architecture)
CC_host := ccache gcc
CC_arm64 := ccache $(if $(filter arm64,$(HOST_ARCH)),gcc,aarch64-linux-gnu-gcc)

WARN := -Wall -Wextra -Werror -Wno-unused-parameter -Wmissing-prototypes -Wshadow -Wpointer-arith
# Not where this folder is: bed virtual has the program in its memory, and a seed is the same boot wherever it is built.
PLACE := -ffile-prefix-map=$(CURDIR)=.
CFLAGS := -std=gnu11 -O2 -g $(PLACE) $(WARN)
GUEST_LIBS := -ljansson -lbpf -lelf -lz -lzstd -lm -lpthread
LDLIBS := -lgsl -lgslcblas -lsqlite3 -lncursesw -ltinfo $(GUEST_LIBS)
# SQLite could load extensions, which a static program cannot; nothing here does, so the linker need not warn each time.
LDFLAGS_host := -static -Wl,--no-warnings
LDFLAGS_arm64 := -static -Wl,--no-warnings

# For tests/meta/walls.
includes-of: ; @echo $(call includes_of,$(FOLDER))

program: build/host/invbench build/arm64/invbench build/arm64/invbench-guest build/host/smmu-model build/host/smmu-model.so build/arm64/storm

# ---- Probes ----

build/bpf/%.bpf.o: bpf/%.bpf.c $(wildcard bpf/*.h) src/base/hist.h src/smmu/opcodes.h
	@mkdir -p $(@D)
	@echo "  BPF     $@"
	@clang -g -O2 $(PLACE) -target bpf -mcpu=v3 -D__TARGET_ARCH_arm64 -Wall -Werror $(call cppflags_for,$<) -I/usr/include/$(shell gcc -dumpmachine) -c $< -o $@.tmp
	@bpftool gen object $@ $@.tmp && rm $@.tmp

build/bpf/%.skel.h: build/bpf/%.bpf.o
	@bpftool gen skeleton $< name $*_bpf >$@.tmp && mv $@.tmp $@

# ---- Versions: files of their own, so that a commit rebuilds one object ----

GUEST_PATHS := src/main.c $(foreach folder,$(GUEST_FOLDERS) workloads/kmod,$(call folder_path,$(folder))) $(GUEST_CMD) $(GUEST_BESIDE:%=src/cmd/%.h) src/screen/top_screen.h
MODEL_PATHS := smmu-model src/base src/smmu workloads/kmod
dirty = $(shell git diff --quiet HEAD -- $(1) 2>/dev/null || echo -dirty)
# The last commit that touched these paths.
commit_of = $(or $(shell git log -1 --format=%h --abbrev=12 -- $(1) 2>/dev/null),unknown)$(call dirty,$(1))
VERSION := $(shell grep "^[0-9]" VERSION)
COMMIT := $(or $(shell git rev-parse --short=12 HEAD 2>/dev/null),unknown)$(call dirty,.)
GUEST_COMMIT := $(call commit_of,$(GUEST_PATHS))
MODEL_COMMIT := $(call commit_of,$(MODEL_PATHS))

# usage: $(call version_source,VERSION): rewritten only when it changes
version_source = @mkdir -p $(@D); printf '%s\n' '\#include "status.h"' 'const char *const invbench_version = "$(1)";' >$@.new; \
	if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
build/version.c: FORCE ; $(call version_source,$(VERSION) ($(COMMIT)))
build/version-guest.c: FORCE ; $(call version_source,$(VERSION) ($(GUEST_COMMIT)))
build/version-model.c: FORCE ; $(call version_source,$(VERSION) ($(MODEL_COMMIT)))

# ---- Programs ----

define program_rules
build/$(1)/%.o: %.c $(SKELETONS) build.mk
	@mkdir -p $$(@D)
	@echo "  CC      $$@"
	@$(CC_$(1)) $$(call cppflags_for,$$<) $$(CFLAGS) $(CFLAGS_$(1)) -MMD -MP -c $$< -o $$@

build/$(1)/%.o: build/%.c
	@mkdir -p $$(@D)
	@$(CC_$(1)) $(CPPFLAGS) -iquote src/base $(CFLAGS) $(CFLAGS_$(1)) -c $$< -o $$@

# What they have within themselves (src/base/embed.h).
build/$(1)/src/machine/kmsg.o: src/machine/splats.txt
build/$(1)/src/measure/fio.o: workloads/nvme.fio
build/$(1)/src/report/page.o: src/report/report.css src/report/report.js

build/$(1)/model/%.o: smmu-model/%.c build.mk
	@mkdir -p $$(@D)
	@echo "  CC      $$@"
	@$(CC_$(1)) $$(call cppflags_for,$$<) $$(CFLAGS) $(CFLAGS_$(1)) -MMD -MP -c $$< -o $$@

build/$(1)/smmu-model: build/$(1)/model/main.o $(MODEL_LIBRARY:smmu-model/%.c=build/$(1)/model/%.o) $(MODEL_SHARED:%.c=build/$(1)/%.o) build/$(1)/version-model.o
	@echo "  LD      $$@"
	@$(CC_$(1)) $(CFLAGS_$(1)) $(LDFLAGS_$(1)) $$^ -ljansson -lgsl -lgslcblas -lm -lpthread -o $$@

build/$(1)/invbench: $(PROGRAM_SRC:%.c=build/$(1)/%.o) build/$(1)/version.o
	@echo "  LD      $$@"
	@$(CC_$(1)) $(CFLAGS_$(1)) $(LDFLAGS_$(1)) $$^ $(LDLIBS) -o $$@

build/$(1)/invbench-guest: $(GUEST_SRC:%.c=build/$(1)/%.o) build/$(1)/version-guest.o
	@echo "  LD      $$@"
	@$(CC_$(1)) $(CFLAGS_$(1)) $(LDFLAGS_$(1)) $$^ $(GUEST_LIBS) -o $$@

-include $(PROGRAM_SRC:%.c=build/$(1)/%.d) $(MODEL_SRC:smmu-model/%.c=build/$(1)/model/%.d)
endef

$(eval $(call program_rules,host))
$(eval $(call program_rules,arm64))

# What is timed has no more instructions than it needs: gcc fills up with no-ops in front of a loop, by where it comes to
# lie, and a figure would move with an edit elsewhere (tests/meta/no-ops).
build/host/workloads/%.o build/arm64/workloads/%.o: CFLAGS += -fno-align-loops

# ---- What scripts/explore and tests run in a guest ----

build/arm64/storm: scripts/storm.c build.mk src/base/hist.h workloads/kmod/invbench.h
	@mkdir -p $(@D)
	@echo "  CC      $@"
	@$(CC_arm64) $(CPPFLAGS) -iquote src/base -iquote workloads/kmod $(CFLAGS) $(LDFLAGS_arm64) $< -lpthread -o $@

# ---- A plugin of QEMU ----

# Hidden, as QEMU exports functions of its own SMMU by the same names, and would have its own called.
CC_plugin := ccache gcc
CFLAGS_plugin := -fPIC -fvisibility=hidden
$(eval $(call program_rules,plugin))

build/host/smmu-model.so: $(MODEL_PLUGIN:smmu-model/%.c=build/plugin/model/%.o) $(MODEL_LIBRARY:smmu-model/%.c=build/plugin/model/%.o) $(MODEL_SHARED:%.c=build/plugin/%.o) build/plugin/version-model.o
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC_plugin) -shared $^ -ljansson -lgsl -lgslcblas -lm -o $@

# ---- Unit tests: the same sources with sanitizers ----

CC_asan := ccache gcc
CFLAGS_asan := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1 -fPIC
LDFLAGS_asan := -fuse-ld=lld
$(eval $(call program_rules,asan))

UNIT_TESTS := $(patsubst tests/%.c,build/%,$(wildcard tests/unit/*/test_*.c))
# All but the main()s, as a library: when a source changes it alone is linked anew, and no test. A test may define a
# function of it, or of libc, and is then the one that has it.
build/asan/libinvbench.so: $(LIBRARY_SRC:%.c=build/asan/%.o) $(MODEL_LIBRARY:smmu-model/%.c=build/asan/model/%.o) build/asan/version.o
	@echo "  LD      $@"
	@$(CC_asan) $(CFLAGS_asan) $(LDFLAGS_asan) -shared $^ $(LDLIBS) -o $@

# Except for tests with a workload or the like of their own: that has to be in one section with the others.
REGISTERING := $(patsubst tests/%.c,build/%,$(shell grep -lE '^(WORKLOAD|PROBE|COMMAND|PRINTER|FIGURE_TYPE)[^A-Z_]' $(wildcard tests/unit/*/test_*.c)))
$(REGISTERING): PROGRAM_AS = $(filter-out $<,$(filter %.o,$^))
$(REGISTERING): $(LIBRARY_SRC:%.c=build/asan/%.o) $(MODEL_LIBRARY:smmu-model/%.c=build/asan/model/%.o) build/asan/version.o
$(filter-out $(REGISTERING),$(UNIT_TESTS)): PROGRAM_AS = -Lbuild/asan -linvbench -Wl,-rpath,$(CURDIR)/build/asan
$(filter-out $(REGISTERING),$(UNIT_TESTS)): | build/asan/libinvbench.so

# A terminal, at whose other end it is.
build/unit/screen/test_top_screen: LDLIBS += -lvterm

# Compiled by itself, as ccache remembers nothing that is linked at once.
build/unit/%.o: tests/unit/%.c $(SKELETONS) build.mk
	@mkdir -p $(@D)
	@echo "  CC      $@"
	@$(CC_asan) $(TEST_CPPFLAGS) $(CFLAGS) $(CFLAGS_asan) -MMD -MP -c $< -o $@

build/unit/%: build/unit/%.o
	@$(CC_asan) $(CFLAGS_asan) $(LDFLAGS_asan) $< $(PROGRAM_AS) $(LDLIBS) -lcmocka -o $@

-include $(UNIT_TESTS:%=%.d)

unit: $(UNIT_TESTS) build/asan/libinvbench.so build/asan/invbench

# ---- Fuzzers: libFuzzer's programs (tests/fuzz) ----

CC_fuzz := ccache clang
CFLAGS_fuzz := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1
$(eval $(call program_rules,fuzz))

# Those of the SMMU model do without the program, whose coverage would slow them down.
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
MODEL_FUZZERS := build/fuzz/fuzz_model build/fuzz/fuzz_settings
PROGRAM_FUZZERS := $(filter-out $(MODEL_FUZZERS),$(FUZZERS))

$(MODEL_FUZZERS): $(MODEL_LIBRARY:smmu-model/%.c=build/fuzz/model/%.o) $(MODEL_SHARED:%.c=build/fuzz/%.o) build/fuzz/version-model.o
$(PROGRAM_FUZZERS): $(LIBRARY_SRC:%.c=build/fuzz/%.o) build/fuzz/version.o
$(FUZZERS:%=%.o): build/fuzz/%.o: tests/fuzz/%.c $(SKELETONS) build.mk
	@mkdir -p $(@D)
	@echo "  CC      $@"
	@$(CC_fuzz) $(TEST_CPPFLAGS) $(CFLAGS) $(CFLAGS_fuzz) -MMD -MP -c $< -o $@

$(FUZZERS): build/fuzz/%: build/fuzz/%.o
	@echo "  LD      $@"
	@$(CC_fuzz) $(CFLAGS_fuzz) -fsanitize=fuzzer -fuse-ld=lld $^ $(LDLIBS) -o $@

-include $(FUZZERS:%=%.d)

fuzzers: $(FUZZERS)

# What is found stays in build/fuzz: inputs that reach more in corpus, those that fail beside it.
# A format with words of its own has them in tests/fuzz/NAME.dict, one with long files a FUZZ_BYTES_NAME.
FUZZ_SECONDS ?= 60
FUZZ_BYTES_result := 16384
FUZZ_BYTES_history := 32768
fuzz-%: build/fuzz/fuzz_%
	@mkdir -p build/fuzz/corpus/$*
	@$< -max_total_time=$(FUZZ_SECONDS) -max_len=$(or $(FUZZ_BYTES_$*),2048) -rss_limit_mb=2048 -timeout=25 -print_final_stats=1 \
		$(patsubst %,-dict=%,$(wildcard tests/fuzz/$*.dict)) -artifact_prefix=build/fuzz/$*- build/fuzz/corpus/$* tests/fuzz/corpus/$*

# ---- Lint: a stamp a source, so that only what changed is looked at again ----

LINT_SRC := $(PROGRAM_SRC) $(MODEL_SRC) $(wildcard tests/fuzz/*.c)
# The second compiler, which also says how an editor is to compile the file.
build/lint/%.c.ok: %.c $(SKELETONS) .clang-format
	@mkdir -p $(@D)
	@clang $(if $(filter tests/%,$<),$(TEST_CPPFLAGS),$(call cppflags_for,$<)) -std=gnu11 -O1 -Wall -Wextra -Werror -Wno-unused-parameter \
		-Wmissing-prototypes -Wshadow -fsyntax-only -MJ $(@:.ok=.json) -MMD -MP -MF $(@:.ok=.d) -MT $@ $<
	@touch $@

build/tidy/%.c.ok: build/lint/%.c.ok .clang-tidy scripts/tidy
	@mkdir -p $(@D)
	@scripts/tidy $*.c $(if $(filter tests/%,$*),$(TEST_CPPFLAGS),$(call cppflags_for,$*.c)) -std=gnu11 2>$(@:.ok=.log) || { cat $(@:.ok=.log); false; }
	@touch $@

FORMATTED := $(shell git ls-files -co --exclude-standard '*.c' '*.h' ':!tests/fuzz/corpus')
# All at once, in each run: to start takes longer than to look.
format-sources:
	@clang-format --dry-run -Werror $(FORMATTED)

build/lint/%.shellcheck: %
	@mkdir -p $(@D)
	@shellcheck -x $< && touch $@

-include $(LINT_SRC:%=build/lint/%.d)

lint-sources: $(LINT_SRC:%=build/lint/%.ok) format-sources
tidy-sources: $(LINT_SRC:%=build/tidy/%.ok)

# For clangd and other tools that want to know how a file is compiled.
compile_commands.json: $(LINT_SRC:%=build/lint/%.ok)
	@{ echo '['; cat $(LINT_SRC:%=build/lint/%.json) | sed '$$ s/,$$//'; echo ']'; } >$@.new && mv $@.new $@

.SECONDARY:
.PHONY: FORCE includes-of program unit fuzzers lint-sources format-sources tidy-sources
FORCE:
