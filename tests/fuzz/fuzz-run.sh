#!/bin/sh
# Runs each fuzz target for a while, from the stored corpus on. What is new goes to fuzz-corpus/TARGET, findings
# to fuzz-findings/, both in the current folder.
# Usage: fuzz-run.sh SOURCE-FOLDER SECONDS TARGET...
set -u
source=$1
seconds=$2
shift 2
status=0
mkdir -p fuzz-findings
for program; do
    target=$(basename "$program")
    name=${target#fuzz_}
    mkdir -p "fuzz-corpus/$name"
    echo "$target: $seconds seconds"
    if "$program" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=8192 \
        -print_final_stats=1 -artifact_prefix="fuzz-findings/$name-" \
        "fuzz-corpus/$name" "$source/tests/fuzz/corpus/$name" >"$name.fuzz.log" 2>&1; then
        grep -E 'stat::number_of_executed_units|DONE' "$name.fuzz.log" | tr '\n' ' '
        echo
    else
        tail -40 "$name.fuzz.log"
        echo "$target: a finding"
        status=1
    fi
done
exit $status
