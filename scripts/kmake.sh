# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# kmake.sh - how kbuild is called: out of src/build, cross if need be, through
# ccache, and with nothing in the result that differs from machine to machine or
# hangs on what was built before. A build-id is a hash of debug information too,
# and that has paths: the folder a compiler is called in, which goes by one name
# for gcc and ccache, and sources that kbuild names by an absolute path (of the
# vDSO, of a module).

cross=
[ "$(uname -m)" = aarch64 ] || cross=aarch64-linux-gnu-

# usage: kmake SRC NAME ARG...
kmake()
{
	KBUILD_BUILD_VERSION=1 KBUILD_BUILD_TIMESTAMP='1970-01-01' KBUILD_BUILD_USER=invbench KBUILD_BUILD_HOST=lab \
	make -C "$1" O=build ARCH=arm64 CROSS_COMPILE="$cross" CC="env PWD=/proc/self/cwd ccache ${cross}gcc" \
		KCPPFLAGS="-fdebug-prefix-map=$INVBENCH_CACHE/kernels=." \
		LOCALVERSION="-$2" -j"${J:-$(nproc)}" "${@:3}"
}
