#!/bin/sh
# Builds sample.wasm from sample.c with clang-19 and lld-19, reproducibly.
#   sh deploy/sample/build.sh           writes sample.wasm
#   sh deploy/sample/build.sh --check   compares: 0 same, 1 differs, 77 when clang-19 or lld-19 is missing
set -eu
here=$(cd "$(dirname "$0")" && pwd)

if ! command -v clang-19 > /dev/null || ! command -v wasm-ld-19 > /dev/null; then
    echo 'sample: clang-19 or lld-19 is missing' >&2
    exit 77
fi

out=$here/sample.wasm
if [ "${1:-}" = --check ]; then
    tmp=$(mktemp -d)
    trap 'rm -rf "$tmp"' EXIT
    out=$tmp/sample.wasm
fi

# A named CPU and named features, so that a later compiler's defaults change nothing. The name
# section stays, for backtraces; the section that names the compiler goes. Run from the folder of
# the source, so that no path gets into the output.
cd "$here"
clang-19 --target=wasm32 -std=c11 -O2 -Wall -Wextra -ffreestanding -fno-builtin -nostdlib \
    -mcpu=mvp -mmutable-globals -msign-ext -mbulk-memory -mnontrapping-fptoint \
    -fuse-ld="$(command -v wasm-ld-19)" \
    -Wl,--no-entry,--strip-all,--keep-section=name,-z,stack-size=4096 \
    -o "$out" sample.c
chmod 644 "$out"

if [ "${1:-}" = --check ]; then
    if cmp "$out" "$here/sample.wasm"; then
        echo 'sample: sample.wasm is what sample.c compiles to'
    else
        echo 'sample: sample.wasm differs from what sample.c compiles to; run deploy/sample/build.sh' >&2
        exit 1
    fi
fi
