# SPDX-License-Identifier: GPL-2.0-only
#
# How the program is built, inside the lab. Sources are found by wildcard:
# src/*/*.c, workloads/*.c and bpf/*.c are the program, bpf/*.bpf.c its probes.
# Objects go to build/host (this machine) and build/arm64 (guest and servers),
# both static, so that they run on any distribution. smmu-model/*.c is a
# program of its own, for this machine alone; its objects go to model/, since
# the program has the folder's name.

HOST_ARCH := $(shell dpkg --print-architecture)
CC_host := ccache gcc
CC_arm64 := ccache $(if $(filter arm64,$(HOST_ARCH)),gcc,aarch64-linux-gnu-gcc)

WARN := -Wall -Wextra -Werror -Wno-unused-parameter -Wmissing-prototypes -Wshadow -Wpointer-arith
CPPFLAGS := -D_GNU_SOURCE $(addprefix -I,$(wildcard src/*/)) -Iworkloads -Iworkloads/kmod -Ibpf -Ibuild/bpf -Ismmu-model
CFLAGS := -std=gnu11 -O2 -g $(WARN)
LDLIBS := -ljansson -lgsl -lgslcblas -lsqlite3 -lbpf -lelf -lz -lzstd -lm -lpthread
# SQLite could load extensions, which a static program cannot; nothing here does, so the linker need not warn each time.
LDFLAGS_host := -static -Wl,--no-warnings
LDFLAGS_arm64 := -static -Wl,--no-warnings

PROGRAM_SRC := $(wildcard src/*.c src/*/*.c workloads/*.c) $(filter-out %.bpf.c,$(wildcard bpf/*.c))
LIBRARY_SRC := $(filter-out src/main.c,$(PROGRAM_SRC))
MODEL_SRC := $(wildcard smmu-model/*.c)
MODEL_LIBRARY := $(filter-out smmu-model/main.c,$(MODEL_SRC))
MODEL_SHARED := src/base/util.c src/base/histogram.c
PROBES := $(patsubst bpf/%.bpf.c,%,$(wildcard bpf/*.bpf.c))
SKELETONS := $(PROBES:%=build/bpf/%.skel.h)
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)

program: build/host/invbench build/arm64/invbench build/host/smmu-model

build/bpf/%.bpf.o: bpf/%.bpf.c $(wildcard bpf/*.h) src/base/hist.h
	@mkdir -p $(@D)
	@echo "  BPF     $@"
	@clang -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_arm64 -Wall -Werror $(CPPFLAGS) -I/usr/include/$(shell gcc -dumpmachine) -c $< -o $@.tmp
	@bpftool gen object $@ $@.tmp && rm $@.tmp

build/bpf/%.skel.h: build/bpf/%.bpf.o
	@bpftool gen skeleton $< name $*_bpf >$@.tmp && mv $@.tmp $@

# The version is in a file of its own, so that a commit rebuilds one object.
build/version.h: FORCE
	@mkdir -p $(@D)
	@echo '#define INVBENCH_VERSION "$(VERSION)"' | cmp -s - $@ || echo '#define INVBENCH_VERSION "$(VERSION)"' >$@

define program_rules
build/$(1)/%.o: %.c $(SKELETONS) | build/version.h
	@mkdir -p $$(@D)
	@echo "  CC      $$@"
	@$(CC_$(1)) $(CPPFLAGS) -Ibuild $(CFLAGS) $(CFLAGS_$(1)) -MMD -MP -c $$< -o $$@

# What they have within themselves (src/base/embed.h).
build/$(1)/src/measure/fio.o: workloads/nvme.fio
build/$(1)/src/report/page.o: src/report/report.css src/report/report.js

build/$(1)/model/%.o: smmu-model/%.c | build/version.h
	@mkdir -p $$(@D)
	@echo "  CC      $$@"
	@$(CC_$(1)) $(CPPFLAGS) -Ibuild $(CFLAGS) $(CFLAGS_$(1)) -MMD -MP -c $$< -o $$@

build/$(1)/smmu-model: $(MODEL_SRC:smmu-model/%.c=build/$(1)/model/%.o) $(MODEL_SHARED:%.c=build/$(1)/%.o)
	@echo "  LD      $$@"
	@$(CC_$(1)) $(CFLAGS_$(1)) $(LDFLAGS_$(1)) $$^ -ljansson -lgsl -lgslcblas -lm -lpthread -o $$@

build/$(1)/invbench: $(PROGRAM_SRC:%.c=build/$(1)/%.o)
	@echo "  LD      $$@"
	@$(CC_$(1)) $(CFLAGS_$(1)) $(LDFLAGS_$(1)) $$^ $(LDLIBS) -o $$@

-include $(PROGRAM_SRC:%.c=build/$(1)/%.d) $(MODEL_SRC:smmu-model/%.c=build/$(1)/model/%.d)
endef

$(eval $(call program_rules,host))
$(eval $(call program_rules,arm64))

# The same sources with sanitizers, for the unit tests.
CC_asan := ccache gcc
CFLAGS_asan := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1
$(eval $(call program_rules,asan))

UNIT_TESTS := $(patsubst tests/unit/%.c,build/unit/%,$(wildcard tests/unit/test_*.c))
build/unit/%: tests/unit/%.c $(LIBRARY_SRC:%.c=build/asan/%.o) $(MODEL_LIBRARY:smmu-model/%.c=build/asan/model/%.o)
	@mkdir -p $(@D)
	@echo "  CC      $@"
	@$(CC_asan) $(CPPFLAGS) -Ibuild $(CFLAGS) $(CFLAGS_asan) -MMD -MP -MF $@.d -MT $@ $< $(filter %.o,$^) $(LDLIBS) -lcmocka -o $@

-include $(UNIT_TESTS:%=%.d)

unit: $(UNIT_TESTS) build/asan/invbench

# libFuzzer's programs (tests/fuzz). The oracle has so little room that a short
# input can fill it: what is then counted as not followed must be so as well.
CC_fuzz := ccache clang
CFLAGS_fuzz := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1
$(eval $(call program_rules,fuzz))

build/fuzz/model/oracle.c: smmu-model/oracle.c scripts/program.mk
	@mkdir -p $(@D)
	@awk 'BEGIN { room["OPEN_MAX"] = 8; room["FAILED_MAX"] = 4; room["NEEDS_MAX"] = 24; room["CLAIMS_MAX"] = 32 } \
		$$1 == "#define" && $$2 in room { print $$1, $$2, room[$$2]; delete room[$$2]; next } { print } \
		END { exit length(room) != 0 }' $< >$@ || { rm $@; echo "$<: not all limits are there" >&2; exit 1; }

build/fuzz/model/oracle.o: build/fuzz/model/oracle.c
	@echo "  CC      $@"
	@$(CC_fuzz) $(CPPFLAGS) -Ibuild $(CFLAGS) $(CFLAGS_fuzz) -MMD -MP -c $< -o $@

# Those of the SMMU model do without the program, whose coverage would slow them down.
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
MODEL_FUZZERS := build/fuzz/fuzz_model build/fuzz/fuzz_settings
PROGRAM_FUZZERS := $(filter-out $(MODEL_FUZZERS),$(FUZZERS))

$(MODEL_FUZZERS): $(MODEL_LIBRARY:smmu-model/%.c=build/fuzz/model/%.o) $(MODEL_SHARED:%.c=build/fuzz/%.o)
$(PROGRAM_FUZZERS): $(LIBRARY_SRC:%.c=build/fuzz/%.o)
$(FUZZERS): build/fuzz/%: tests/fuzz/%.c
	@mkdir -p $(@D)
	@echo "  CC      $@"
	@$(CC_fuzz) $(CPPFLAGS) -Itests/unit -Ibuild $(CFLAGS) $(CFLAGS_fuzz) -fsanitize=fuzzer $^ $(LDLIBS) -o $@

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

.SECONDARY:
.PHONY: FORCE
FORCE:
