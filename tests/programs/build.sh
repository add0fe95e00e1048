#!/bin/sh
# Builds the test programs for wasm32, each in several ways, into a folder.
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

# build VARIANT FLAG...
build() {
    variant=$1
    shift
    "$cc" --target=wasm32 "$@" -c -fno-builtin -o "$out/minilib.o" \
        "$source/tests/programs/minilib.c" || exit 1
    for name in $(sed -n 's/^RUN(\([a-z0-9_]*\),.*/\1/p' "$source/tests/programs/programs.def"); do
        "$cc" --target=wasm32 "$@" -std=gnu11 -ffp-contract=off -fno-math-errno -nostdlib \
            -Wl,--no-entry -Wl,--export-all -Wl,-z,stack-size=262144 -I"$source" \
            -o "$out/$name-$variant.wasm" "$source/tests/programs/$name.c" "$out/minilib.o" ||
            exit 1
    done
    rm -f "$out/minilib.o"
}

build O0 -O0
build O2 -O2
build Os -Os
build O3-features -O3 -mbulk-memory -mnontrapping-fptoint -msign-ext -mmultivalue
build O2-simd -O2 -msimd128
build O3-simd -O3 -msimd128 -mbulk-memory -mnontrapping-fptoint -msign-ext
echo "$cc" >"$out/compiler"
