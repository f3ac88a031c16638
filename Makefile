# SPDX-License-Identifier: GPL-2.0-only
#
# make bench      compare the kernels of kernel-patch/kernels.conf: table, figures, report;
#                 BED=virtual in virtual time on an SMMUv3 of our own, BED=model in real time, else instructions
# make check-kernel KERNEL_SRC=~/linux
#                 is the kernel of this tree slower? Built, booted, judged: scripts/check-kernel
# make explore KERNEL=array SEEDS=1000
#                 look for races: seeds of bed virtual, each of which is the same boot again; resumed
# make shrink KERNEL=list SEED=3
#                 the smallest storm in which that race is found: scripts/shrink
# make check      unit tests and lint, no kernel and no boot: a minute; T=histogram for the tests of that name
# make test       all tests but the long ones, a quarter of an hour (first time: sets up the lab and builds kernels)
# make test-full  what takes longer: every patch booted, every workload on mainline
# make torture    storms on kernels with sanitizers and lockdep: MINUTES=30 KERNELS="array-torture array-kcsan"
# make native     the invalidation path as a process of this host: how CPUs contend in it; scripts/native race fuzz
# make kernels    build every kernel in kernels.conf; KERNELS="list array" for some
# make program    build invbench for this host and for an arm64 guest
# make matrix     every workload on every bed and kernel, once: a table with the gaps
# make dist       what a machine with an SMMUv3 needs, as one tarball: build/dist/
# make install    program, smmu-model, suites, man pages, completion: PREFIX=/usr/local DESTDIR=
# make uninstall  takes them away again
# make deb        a kernel for such a machine as Debian packages: KERNEL=array CONFIG=FILE LSMOD=FILE
# make lint       house rules, shellcheck, clang, clang-tidy; checkpatch and sparse for the series
# make shell      a shell in the lab
# make unit       only build the unit tests, with ASan and UBSan
# make compile_commands.json
#                 how each file is compiled, for clangd and other tools
# make fuzz       look for inputs that break the SMMU model, a reader of files or what is written of them; FUZZ_SECONDS=60 for each
# make clean      remove build/; the cache folder and results stay
#
# Every target runs in the lab (scripts/lab), which is set up on first use; only what was built
# in it is installed from outside.

TARGETS := bench explore shrink check-kernel check test test-full torture native kernels program stage matrix dist deb lint shell clean unit fuzz compile_commands.json
.PHONY: help install uninstall $(TARGETS)

PREFIX ?= /usr/local
# `sudo make install` builds as who called sudo, whose tree and lab it is.
AS_CALLER := $(if $(SUDO_USER),sudo -H -u $(SUDO_USER))

install: ; +@$(AS_CALLER) $(MAKE) --no-print-directory stage && scripts/install "$(DESTDIR)$(PREFIX)"
uninstall: ; @scripts/install --remove "$(DESTDIR)$(PREFIX)"

help:
	@sed -n '3,32s/^# \{0,1\}//p' Makefile

ifndef INVBENCH_LAB
export INVBENCH_MAKE := $(shell echo $$PPID)# what the lab ends with
$(TARGETS): ; +@scripts/lab $(MAKE) --no-print-directory $@
# Inside it is known what is out of date.
build/%: FORCE ; +@scripts/lab $(MAKE) --no-print-directory $@
fuzz-%: FORCE ; +@scripts/lab $(MAKE) --no-print-directory $@
FORCE:
else
include build.mk

bench: program; @scripts/bench
explore: program; @scripts/explore
shrink: program; @scripts/shrink
check-kernel: ; @scripts/check-kernel
native: ; @scripts/native
kernels: ; @scripts/kernel build
stage: program; @scripts/stage host
matrix: program; @scripts/kernel build $${KERNELS:-list array mainline} && scripts/matrix
dist: program; @scripts/dist
deb: ; @scripts/deb
check: ; @tests/run --check $(T)
test: ; @tests/run
test-full: ; @tests/run --full
torture: program; @scripts/torture
lint: ; @tests/run meta/lint meta/tidy vm/patches
shell: ; @bash -i
clean: ; rm -rf build
fuzz: $(FUZZERS:build/fuzz/fuzz_%=fuzz-%)
endif
