# SPDX-License-Identifier: GPL-2.0-only
#
# make bench      compare the kernels of kernel-patch/kernels.conf: table, figures, report
# make test       all tests that fit in ten minutes (first time: sets up the lab and builds kernels)
# make test-full  what takes longer: every patch booted, fuzzers, ...
# make kernels    build every kernel in kernels.conf; KERNELS="list array" for some
# make program    build invbench for this host and for an arm64 guest
# make lint       compilers' warnings, shellcheck, clang-tidy, checkpatch, sparse, house rules
# make shell      a shell in the lab
# make clean      remove build/; the cache folder and results stay
#
# Every target runs in the lab (scripts/lab), which is set up on first use.

TARGETS := bench test test-full kernels program lint shell clean unit
.PHONY: help $(TARGETS)

help:
	@sed -n '3,13s/^# \{0,1\}//p' Makefile

ifndef INVBENCH_LAB
$(TARGETS): ; +@scripts/lab $(MAKE) --no-print-directory $@
build/%: ; +@scripts/lab $(MAKE) --no-print-directory $@
else
include scripts/program.mk

bench: program; @scripts/bench
kernels: ; @scripts/kernel build
test: ; @tests/run
test-full: ; @tests/run --full
lint: ; @tests/lint
shell: ; @bash -i
clean: ; rm -rf build
endif
