#!/bin/sh
# Compares what generated modules give here with what node's engine gives; needs node.
# Usage: check-differential.sh [FIRST [COUNT]]
set -u
first=${1:-0}
count=${2:-${CUPEL_DIFFERENTIAL:-500}}
if ! node --version >/dev/null 2>&1; then
    echo 'check-differential: skipped: no node to compare with (Debian package: nodejs)'
    exit 77
fi
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/modules"
"${builddir:-.}/tests/fuzz/differential" "$dir/modules" "$first" "$count" >"$dir/here" || {
    echo "check-differential: differential failed at $(grep '^module' "$dir/here" | tail -1)"
    exit 1
}
node "${srcdir:-.}/tests/fuzz/differential.js" "$dir/modules" "$first" "$count" >"$dir/there" || exit 1
if ! cmp -s "$dir/here" "$dir/there"; then
    echo 'check-differential: here (<) and there (>) differ; the first differences:'
    awk '/^module/ { module = $0; next } { print module ": " $0 }' "$dir/here" >"$dir/a"
    awk '/^module/ { module = $0; next } { print module ": " $0 }' "$dir/there" >"$dir/b"
    diff "$dir/a" "$dir/b" | head -20
    exit 1
fi
echo "$count modules agree"
echo "$count passed, 0 failed"
