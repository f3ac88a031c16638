# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# kmake.sh - how kbuild is called: out of src/build, cross if need be, through
# ccache, and with nothing in the result that differs from machine to machine.

cross=
[ "$(uname -m)" = aarch64 ] || cross=aarch64-linux-gnu-

# usage: kmake SRC NAME ARG...
kmake()
{
	CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$INVBENCH_CACHE/kernels \
	KBUILD_BUILD_VERSION=1 KBUILD_BUILD_TIMESTAMP='1970-01-01' KBUILD_BUILD_USER=invbench KBUILD_BUILD_HOST=lab \
	make -C "$1" O=build ARCH=arm64 CROSS_COMPILE="$cross" CC="ccache ${cross}gcc" \
		LOCALVERSION="-$2" -j"${J:-$(nproc)}" "${@:3}"
}
