#!/bin/sh
# Every header compiles by itself in C11 (with GNU attributes), the public ones in C++17 too, and
# twice in one unit: what it needs it includes, and its guard works.
# shellcheck source=tests/checks/lib.sh
. "$(dirname "$0")/lib.sh"

: "${CC:=cc}" "${builddir:=.}"
: "${CXX:=$(command -v clang++-19 || command -v g++ || command -v clang++)}"
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
flags="-std=gnu11 -Wall -Wextra -Werror -fsyntax-only -I$srcdir -I$builddir"
packages=$(pkg-config --cflags sqlite3 jansson libmicrohttpd inih check 2>/dev/null)

count=0
for header in $(cd "$srcdir" && find engine storage api daemon tests -name '*.h' | LC_ALL=C sort); do
    printf '#include "%s"\n#include "%s"\ntypedef int not_an_empty_unit;\n' "$header" "$header" \
        > "$tmp/unit.c"
    # shellcheck disable=SC2086
    if ! $CC $flags $packages "$tmp/unit.c" 2> "$tmp/errors"; then
        complain "$header does not compile by itself:"
        sed 's/^/    /' "$tmp/errors" >&2
    fi
    count=$((count + 1))
done

for public in engine/cupel.h engine/capi/wasm.h; do
    printf '#include "%s"\n' "$public" > "$tmp/unit.c"
    # Strict ISO C for those who embed it, with pedantic warnings.
    # shellcheck disable=SC2086
    $CC -std=c11 -pedantic-errors -Wall -Wextra -Werror -fsyntax-only "-I$srcdir" "$tmp/unit.c" ||
        complain "$public is not strict C11"
    if [ -n "${CXX:-}" ]; then
        cp "$tmp/unit.c" "$tmp/unit.cc"
        $CXX -std=c++17 -Wall -Wextra -Werror -fsyntax-only "-I$srcdir" "$tmp/unit.cc" ||
            complain "$public is not C++17"
    else
        echo "no C++ compiler: $public not tried as C++17"
    fi
done
echo "$count headers"
finish check-headers
