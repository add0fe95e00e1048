#!/bin/sh
# Replays the stored corpus of each fuzz target.
set -u
programs=${builddir:-.}/tests/fuzz
corpus=${srcdir:-.}/tests/fuzz/corpus
passed=0
failed=0
for folder in "$corpus"/*/; do
    target=$(basename "$folder")
    if "$programs/fuzz_$target" "$folder"; then
        passed=$((passed + 1))
    else
        echo "fuzz_$target failed; CUPEL_FUZZ_VERBOSE=1 shows by which input"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
