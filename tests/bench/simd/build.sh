#!/bin/sh
# Builds the vector kernels for wasm32 into a folder, with their table of cases beside them.
# Usage: build.sh SOURCE-FOLDER OUTPUT-FOLDER
# Without a compiler that can do it, the folder gets a file "missing" instead, which says what is needed.
set -u
source=$1
out=$2
rm -rf "$out"
mkdir -p "$out" || exit 1

cc=$(sh "$source/tests/programs/wasm_cc.sh" "$out") || {
    echo "$cc" >"$out/missing"
    exit 0
}
for name in $(sed -n 's/^KERNEL_NAME(\([a-z0-9_]*\)).*/\1/p' "$source/tests/bench/simd/kernels.def"); do
    "$cc" --target=wasm32 -O3 -msimd128 -mbulk-memory -mnontrapping-fptoint -msign-ext \
        -std=gnu11 -ffp-contract=off -Wall -Wextra -nostdlib \
        -Wl,--no-entry -Wl,-z,stack-size=65536 -I"$source" \
        -o "$out/$name.wasm" "$source/tests/bench/simd/$name.c" || exit 1
done
cp "$source/tests/bench/simd/cases.tsv" "$out/cases.tsv"
