#!/bin/sh
# count.sh BUILDDIR: what the last `make check` there did, in test cases.
# Reads the harness's .trs and .log files. A libcheck program says how many checks it ran, other
# runners end with "N passed, N failed" (their last such line counts); any other test counts as one. Prints one line per failed test and ends
# with "N passed, N failed"; the status is 1 if any failed, 2 if nothing ran.
set -u
cd "$1" || exit 2
find . -name '*.trs' -type f | LC_ALL=C sort | awk '
function logged(log_file,    line, n, part, bad) {
    passed = failed = found = sums = 0
    while ((getline line < log_file) > 0) {
        if (match(line, /Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/)) {
            n = split(substr(line, RSTART, RLENGTH), part, /[^0-9]+/)
            bad = part[3] + part[4]
            passed += part[2] - bad; failed += bad; found = 1
        } else if (match(line, /^[0-9]+ passed, [0-9]+ failed/)) {
            n = split(substr(line, RSTART, RLENGTH), part, /[^0-9]+/)
            sum_passed = part[1]; sum_failed = part[2]; found = sums = 1
        }
    }
    close(log_file)
    if (sums) { passed += sum_passed; failed += sum_failed }
    return found
}
{
    trs = $0; result = ""
    while ((getline line < trs) > 0) {
        if (line ~ /^:test-result:/) { result = line; sub(/^:test-result: */, "", result); sub(/ .*/, "", result) }
    }
    close(trs)
    log_file = trs; sub(/\.trs$/, ".log", log_file)
    name = trs; sub(/^\.\//, "", name); sub(/\.trs$/, "", name)
    if (result == "SKIP") { skipped++; printf "skipped: %s\n", name; next }
    if (!logged(log_file)) { passed = 0; failed = 0; if (result == "PASS") { passed = 1 } }
    if (result != "PASS") {
        if (failed == 0) { failed = 1 }
        printf "FAILED: %s (see %s)\n", name, log_file
    }
    all_passed += passed; all_failed += failed
}
END {
    printf "%d passed, %d failed\n", all_passed, all_failed
    exit(all_failed > 0 ? 1 : all_passed == 0 ? 2 : 0)
}'
