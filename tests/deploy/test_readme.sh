#!/bin/sh
# The commands of README.md's section "Use it", run as they stand there (but for the port) against a
# daemon of this build: each must succeed, and none may be answered by a problem or an error that
# the text does not announce.
: "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}" "${builddir:=.}"

command -v curl > /dev/null || { echo 'skipped: curl is missing'; exit 77; }
[ -x "$builddir/cupeld" ] || { echo "there is no $builddir/cupeld" >&2; exit 1; }
srcdir=$(cd "$srcdir" && pwd)
builddir=$(cd "$builddir" && pwd)
tmp=$(mktemp -d) || exit 1

daemon=
stop() {
    [ -z "$daemon" ] || { kill -TERM "$daemon" && wait "$daemon"; } 2> /dev/null
    rm -rf "$tmp"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP

: > "$tmp/out"
"$builddir/cupeld" --listen 127.0.0.1:0 --database "$tmp/cupel.db" > "$tmp/out" 2> "$tmp/log" &
daemon=$!
url=
for _ in $(seq 100); do
    url=$(sed -n 's/^listening on //p' "$tmp/out")
    [ -z "$url" ] || break
    kill -0 "$daemon" 2> /dev/null || break
    sleep 0.1
done
[ -n "$url" ] || { cat "$tmp/log" >&2; echo 'cupeld did not start' >&2; exit 1; }

# The indented blocks of the section, one file a command: a comment line says what follows.
mkdir "$tmp/steps"
sed -n '/^## Use it/,/^## [^U]/p' "$srcdir/README.md" | sed -n 's/^    //p' |
    awk -v dir="$tmp/steps" '
        /^#/ { next }
        /^(curl|build\/)/ { file = sprintf("%s/%02d", dir, ++n) }
        file { print > file }
    '
count=0
failures=0
for step in "$tmp"/steps/*; do
    if [ ! -x "$builddir/cupel-client" ] && grep -qE '^build/cupel (push|call|ls|rm)' "$step"; then
        echo "skipped, for this build has no client: $(cat "$step")"
        continue
    fi
    sed "s,http://127.0.0.1:8080,$url,g; s,^build/,$builddir/," "$step" > "$tmp/command"
    (cd "$srcdir" && CUPEL_URL=$url sh "$tmp/command") > "$tmp/answer" 2>&1
    status=$?
    count=$((count + 1))
    wanted='"result":|"id":|^[-0-9]+$|crc32'
    grep -q '"function":"spin"' "$step" && wanted='-32001'
    grep -qE '^build/cupel (push|ls)' "$step" && wanted='sample.*'
    grep -qE 'DELETE|^build/cupel rm' "$step" && wanted=''
    if [ $status -ne 0 ] ||
        { [ -n "$wanted" ] && ! grep -qE -- "$wanted" "$tmp/answer"; } ||
        { [ "$wanted" != '-32001' ] && grep -qE '"error"|problem' "$tmp/answer"; }; then
        failures=$((failures + 1))
        echo "failed with status $status:"
        cat "$step" "$tmp/answer"
    fi
done
echo "$((count - failures)) passed, $failures failed"
[ "$count" -ge 6 ] && [ "$failures" -eq 0 ]
