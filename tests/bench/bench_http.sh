#!/bin/sh
# Calls per second of a trivial export, by wrk on loopback, beside a bare libmicrohttpd server with the
# same threading that answers the same bytes. SECONDS_EACH (default 5) is the length of a run; runs
# alternate, PAIRS (default 3) times, and the last column is how much of the bare server's rate is reached.
set -eu
: "${builddir:=.}" "${SECONDS_EACH:=5}" "${PAIRS:=3}" "${CONNECTIONS:=32}"
command -v wrk > /dev/null || { echo 'bench-http: wrk is missing (Debian package: wrk)'; exit 77; }
work=$(mktemp -d)
pids=
trap 'for pid in $pids; do kill "$pid" 2> /dev/null || :; done; rm -rf "$work"' EXIT

: > "$work/out" > "$work/hello"
"$builddir/cupeld" --listen 127.0.0.1:0 --database "$work/cupel.db" > "$work/out" 2> "$work/log" &
pids="$pids $!"
"$builddir/tests/bench/hello_mhd" 8099 > "$work/hello" &
pids="$pids $!"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    grep -q listening "$work/out" && grep -q listening "$work/hello" && break
    sleep 0.2
done
url=$(sed -n 's/^listening on //p' "$work/out")

# (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
printf '\0asm\1\0\0\0\1\7\1\140\2\177\177\1\177\3\2\1\0\7\7\1\3add\0\0\12\11\1\7\0\40\0\40\1\152\13' |
    curl -sf -X PUT -H 'Content-Type: application/wasm' --data-binary @- "$url/v1/modules/add" > "$work/meta"

cat > "$work/call.lua" << 'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"jsonrpc":"2.0","id":1,"method":"call","params":{"module":"add","function":"add","args":[1,2]}}'
LUA
run() { # url
    wrk -t2 -c"$CONNECTIONS" -d"${SECONDS_EACH}s" --latency -s "$work/call.lua" "$1" |
        awk '/^ *(50|99)%/ { printf "%s %s  ", $1, $2 } /Non-2xx/ { bad = $0 } /Requests\/sec/ { rate = $2 }
             END { printf "calls/s %s %s\n", rate, bad }'
}
pair=0
while [ "$pair" -lt "$PAIRS" ]; do
    pair=$((pair + 1))
    run "$url/v1/rpc" > "$work/calls"
    run "http://127.0.0.1:8099/" > "$work/bare"
    paste "$work/calls" "$work/bare" | awk -F '\t' '{
        match($1, /calls\/s [0-9.]+/); a = substr($1, RSTART + 8, RLENGTH - 8)
        match($2, /calls\/s [0-9.]+/); b = substr($2, RSTART + 8, RLENGTH - 8)
        printf "cupeld    %s\nbare http %s  reached %.2f\n", $1, $2, a / b }'
done
