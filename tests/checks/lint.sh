#!/bin/sh
# clang-tidy over all sources, one process per core.
# shellcheck source=tests/checks/lib.sh
. "$(dirname "$0")/lib.sh"

: "${CLANG_TIDY:=$(command -v clang-tidy-19 || command -v clang-tidy)}" "${builddir:=.}"
if [ -z "$CLANG_TIDY" ]; then
    echo 'lint: clang-tidy is missing (Debian package: clang-tidy)' >&2
    exit 1
fi
cd "$srcdir" || exit 1
# shellcheck disable=SC2086
find engine storage api daemon -name '*.c' | LC_ALL=C sort |
    xargs -P "$(nproc)" -I{} "$CLANG_TIDY" --quiet {} -- \
        -std=gnu11 -I"$srcdir" -I"$builddir" -DHAVE_CONFIG_H ${CPPFLAGS:-} || exit 1
echo 'lint: fine'
