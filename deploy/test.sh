#!/bin/sh
# test.sh [CONFIGURE-OPTION...]: installs what is missing, builds into build/, runs `make check`.
# The last line is "N passed, N failed", in test cases; the status is 0 only if none failed.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1

give_up() {
    echo "test: $1" >&2
    echo '0 passed, 1 failed'
    exit 1
}

sh deploy/deps.sh --test || give_up 'packages are missing'
sh deploy/build.sh "$@" || give_up 'the build failed'

if command -v npm > /dev/null; then
    make -C build page-packages > build/page-packages.log 2>&1 < /dev/null ||
        echo "test: npm could not fetch the packages of tests/page, which is skipped; see build/page-packages.log"
fi

jobs=$(nproc 2> /dev/null || echo 1)
echo "test: make -j$jobs check"
find build -name '*.trs' -type f -delete
make -C build -j"$jobs" check > build/check.log 2>&1 < /dev/null
status=$?
grep -E '^(PASS|FAIL|ERROR|SKIP|XFAIL|XPASS): ' build/check.log
if [ "$(find build -name '*.trs' -type f | wc -l)" -eq 0 ]; then
    tail -n 40 build/check.log >&2
    give_up 'no test ran; see build/check.log'
fi

# What a failed test said, before the count.
for trs in $(find build -name '*.trs' -type f | LC_ALL=C sort); do
    if grep -qE '^:test-result: (FAIL|ERROR|XPASS)' "$trs"; then
        echo "--- ${trs%.trs}.log (its end)"
        tail -n 30 "${trs%.trs}.log"
    fi
done
counted=$(sh tests/checks/count.sh build)
count_status=$?
if [ $status -ne 0 ] && [ $count_status -eq 0 ]; then
    tail -n 20 build/check.log
    give_up 'make check failed; see build/check.log'
fi
printf '%s\n' "$counted"
exit $count_status
