#!/bin/sh
# What was installed serves an embedder: an example is built against the installed cupel.pc, as C11 and as C++17, and runs.
# Part of `make installcheck`. Looks below DESTDIR; where nothing is installed there, the build is installed into a folder of its own.
# shellcheck source=tests/checks/lib.sh
. "$(dirname "$0")/lib.sh"
: "${builddir:=.}" "${CC:=cc}" "${MAKE:=make}" "${DESTDIR:=}" "${MODE_CFLAGS:=}" "${PKG_CONFIG:=pkg-config}"
: "${pkgconfigdir:?}" "${libdir:?}"

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
root=$DESTDIR
if [ ! -f "$root$pkgconfigdir/cupel.pc" ]; then
    root=$tmp/root
    if ! "$MAKE" -C "$builddir" install DESTDIR="$root" > "$tmp/log" 2>&1; then
        cat "$tmp/log" >&2
        complain "make install failed"
        finish installcheck
    fi
fi

PKG_CONFIG_PATH=$root$pkgconfigdir
PKG_CONFIG_SYSROOT_DIR=$root
PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1
PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_ALLOW_SYSTEM_CFLAGS PKG_CONFIG_ALLOW_SYSTEM_LIBS
[ -n "$root" ] || unset PKG_CONFIG_SYSROOT_DIR
flags=$($PKG_CONFIG --cflags --libs cupel) || complain "pkg-config does not find cupel in $PKG_CONFIG_PATH"

try() { # name, example, then the compiler with its options
    name=$1
    example=$srcdir/tests/examples/$2
    shift 2
    # shellcheck disable=SC2086
    if ! "$@" -Wall -Wextra -Werror $MODE_CFLAGS "$example" -o "$tmp/example" $flags 2> "$tmp/errors"; then
        complain "the example does not build as $name:"
        sed 's/^/    /' "$tmp/errors" >&2
    elif ! LD_LIBRARY_PATH=$root$libdir "$tmp/example" > "$tmp/output"; then
        complain "the example built as $name does not work"
    else
        echo "$name: fine"
    fi
}

try C11 example_memory.c "$CC" -std=c11 -pedantic-errors
try "C11, wrapped functions" example_wrap.c "$CC" -std=c11 -pedantic-errors
if [ -n "${CXX:-}" ]; then
    try C++17 example_memory.c "$CXX" -x c++ -std=c++17
else
    echo "no C++ compiler: the example was not tried as C++17 (Debian package: g++)"
fi
finish installcheck
