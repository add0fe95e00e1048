#!/bin/sh
# Runs the spec tests in each dispatch build given, on both memory paths, then metered, through
# images and compiled lazily in the first; ends with the sum: N passed, N failed, N skipped.
# Usage: check-spec.sh DIR RUNNER...
set -u
dir=$1
shift
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT
status=0
first=$1
for runner; do
    "$runner" --dir "$dir" --guard-pages >>"$log" 2>&1 || status=1
    "$runner" --dir "$dir" --no-guard-pages >>"$log" 2>&1 || status=1
done
"$first" --dir "$dir" --metering >>"$log" 2>&1 || status=1
"$first" --dir "$dir" --image >>"$log" 2>&1 || status=1
"$first" --dir "$dir" --compilation-mode lazy >>"$log" 2>&1 || status=1
cat "$log"
echo
awk '/^skipped [0-9]+: / { n = $2; sub(/^skipped [0-9]+: /, ""); if (!($0 in reason)) order[++count] = $0; reason[$0] += n }
     /^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ { runs++; passed += $1; failed += $3; skipped += $5 }
     END {
         printf "%d runs\n", runs
         for (i = 1; i <= count; i++) printf "skipped %d: %s\n", reason[order[i]], order[i]
         printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
     }' "$log"
exit $status
