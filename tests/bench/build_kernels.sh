#!/bin/sh
# Builds every C file of a folder for wasm32 into another folder, with the table of cases beside them.
# Usage: build_kernels.sh SOURCE-FOLDER KERNELS OUTPUT-FOLDER [FLAG...]; KERNELS is relative to SOURCE-FOLDER
# Without a compiler that can do it, the folder gets a file "missing" instead, which says what is needed.
set -u
source=$1
kernels=$2
out=$3
shift 3
rm -rf "$out"
mkdir -p "$out" || exit 1

cc=$(sh "$source/tests/programs/wasm_cc.sh" "$out") || {
    echo "$cc" >"$out/missing"
    exit 0
}
for file in "$source/$kernels"/*.c; do
    "$cc" --target=wasm32 -O3 "$@" -std=gnu11 -ffp-contract=off -Wall -Wextra -nostdlib \
        -Wl,--no-entry -Wl,-z,stack-size=65536 -I"$source" \
        -o "$out/$(basename "$file" .c).wasm" "$file" || exit 1
done
cp "$source/$kernels/cases.tsv" "$out/cases.tsv"
