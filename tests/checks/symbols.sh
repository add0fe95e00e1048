#!/bin/sh
# libcupel.so exports what engine/cupel.h and engine/capi/wasm.h declare, all of it and nothing else, and what engine/libcupel.sym
# lists; --write makes that list anew.
# shellcheck source=tests/checks/lib.sh
. "$(dirname "$0")/lib.sh"
: "${builddir:=.}" "${CC:=cc}"

library=$builddir/.libs/libcupel.so
if [ ! -e "$library" ]; then
    echo "check-symbols: skipped, no shared library was built"
    exit 77
fi
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# Sanitizers and coverage add symbols of their own; none begins with the prefix.
nm -D --defined-only "$library" | awk '{ print $3 }' | sed 's/@.*//' |
    grep -vE '^(_init|_fini|__gcov|__llvm|__asan|__odr_asan|__ubsan|__tsan|__sanitizer|__start_|__stop_)' |
    LC_ALL=C sort -u > "$tmp/exported"
{
    $CC -E -P "$srcdir/engine/cupel.h"
    $CC -E -P "$srcdir/engine/capi/wasm.h"
} | tr '\n' ' ' | tr ';{}' '\n\n\n' |
    grep 'visibility("default")' | sed 's/.*visibility("default")//' |
    grep -oE '(cupel|wasm)_[a-z0-9_]+ *\(' | tr -d ' (' |
    LC_ALL=C sort -u > "$tmp/declared"

while read -r name; do
    [ -z "$name" ] || complain "a public header declares $name, which the library does not export"
done << MISSING
$(comm -13 "$tmp/exported" "$tmp/declared")
MISSING
while read -r name; do
    [ -z "$name" ] || complain "the library exports $name, which no public header declares"
done << EXTRA
$(comm -23 "$tmp/exported" "$tmp/declared")
EXTRA
list=$srcdir/engine/libcupel.sym
[ "${1:-}" != --write ] || cp "$tmp/exported" "$list"
while read -r name; do
    [ -z "$name" ] || complain "$name is exported, but not in engine/libcupel.sym (make update-symbols, and see CONTRIBUTING.md)"
done << NEW
$(comm -23 "$tmp/exported" "$list")
NEW
while read -r name; do
    [ -z "$name" ] || complain "engine/libcupel.sym lists $name, which is not exported: programs that use it break (see CONTRIBUTING.md)"
done << GONE
$(comm -13 "$tmp/exported" "$list")
GONE
echo "$(wc -l < "$tmp/exported") symbols"
finish check-symbols
