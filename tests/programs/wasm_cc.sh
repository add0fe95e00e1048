#!/bin/sh
# Prints the first compiler that can compile and link C for wasm32. Without one it fails, and says what is needed.
# Usage: wasm_cc.sh SCRATCH-FOLDER
set -u
probe=$1/probe
for cc in ${WASM_CC:-} clang-19 clang; do
    if echo 'int f(void) { return 1; }' >"$probe.c" &&
        "$cc" --target=wasm32 -nostdlib -Wl,--no-entry -Wl,--export-all \
            -o "$probe.wasm" "$probe.c" 2>/dev/null; then
        rm -f "$probe.c" "$probe.wasm"
        echo "$cc"
        exit 0
    fi
done
rm -f "$probe.c" "$probe.wasm"
echo 'no clang that can compile and link for wasm32 (Debian packages: clang-19 lld-19)'
exit 1
