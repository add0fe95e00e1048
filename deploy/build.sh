#!/bin/sh
# build.sh [CONFIGURE-OPTION...]: builds into build/, doing only what is needed. Options apply when it
# configures; it does so anew when the tools, the libraries or the options changed.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
mkdir -p build
log=build/build.log

step() { # says what it does, and shows the log when it fails
    echo "build: $1"
    shift
    if ! "$@" > "$log" 2>&1; then
        tail -n 40 "$log" >&2
        echo "build: failed; the whole log is in $log" >&2
        exit 1
    fi
}

if [ ! -f configure ] || [ ! -f Makefile.in ] || [ ! -f config.h.in ] ||
    [ -n "$(find configure.ac m4/cupel_*.m4 -newer configure)" ]; then
    step 'autoreconf -i' autoreconf -i
fi

# What a configuration depends on, from the outside.
print=$(
    echo "$*" "${CC:-}" "${CFLAGS:-}"
    for tool in clang-19 gcc make clang-format; do command -v "$tool" || echo "no $tool"; done
    pkg-config --modversion sqlite3 jansson nettle libmicrohttpd inih libsystemd gnutls libseccomp libcurl check 2>&1 || true
    ls -d ../shared/spec ../shared/bench 2>&1 || true
)
if [ ! -f build/Makefile ] || [ "$(cat build/.configured 2> /dev/null)" != "$print" ]; then
    (
        cd build
        [ ! -f Makefile ] || make -s clean > /dev/null 2>&1 || rm -f Makefile
    )
    echo "build: configure $*"
    if ! (cd build && ../configure -q "$@" > configure.log 2>&1); then
        grep -E 'error:|is missing' build/configure.log >&2 || tail -n 20 build/configure.log >&2
        exit 1
    fi
    grep -E '^  (compiler|dispatch|spec tests) ' build/configure.log || true
    printf '%s\n' "$print" > build/.configured
fi

jobs=$(nproc 2> /dev/null || echo 1)
step "make -j$jobs" make -C build -j"$jobs"
