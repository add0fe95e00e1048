#!/bin/sh
# Fails when clang-format would change a file; --write changes it. Tables (*.def) and handler files
# (*.inc) are laid out by hand. Skipped where clang-format is missing.
# shellcheck source=tests/checks/lib.sh
. "$(dirname "$0")/lib.sh"

if [ -z "${CLANG_FORMAT:-}" ]; then
    CLANG_FORMAT=$(command -v clang-format-19 || command -v clang-format || command -v clang-format-14)
fi
if [ -z "$CLANG_FORMAT" ]; then
    echo "format-check: skipped, clang-format is missing (Debian package: clang-format)"
    exit 77
fi

cd "$srcdir" || exit 1
files=$(find engine storage api daemon tests deploy -name '*.[ch]' -type f | LC_ALL=C sort)
[ -n "$files" ] || finish format-check
if [ "${1:-}" = --write ]; then
    # shellcheck disable=SC2086
    exec "$CLANG_FORMAT" -i --style=file $files
fi
for file in $files; do
    "$CLANG_FORMAT" --style=file "$file" | cmp -s - "$file" ||
        complain "$file: not as clang-format has it (make format)"
done
finish format-check
