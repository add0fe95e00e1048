#!/bin/sh
# quickstart.sh [--once] [--port N] [--database FILE]
# From a clone to a running service: installs what is missing, builds into build/, starts cupeld on
# 127.0.0.1 with its database, uploads a sample module, calls it, and shows each exchange as the curl
# line that repeats it. Stays in the foreground until Ctrl-C; --once stops the daemon and exits.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

once=no port=8080 database=build/quickstart/cupel.db
usage() {
    echo 'usage: quickstart.sh [--once] [--port N] [--database FILE]' >&2
    exit 2
}
while [ $# -gt 0 ]; do
    case $1 in
    --once) once=yes ;;
    --port | --database)
        [ $# -ge 2 ] || usage
        [ "$1" = --port ] && port=$2 || database=$2
        shift
        ;;
    *) usage ;;
    esac
    shift
done
case $port in
'' | *[!0-9]*) usage ;;
esac

sh deploy/deps.sh
sh deploy/build.sh

mkdir -p build/quickstart "$(dirname "$database")"
out=build/quickstart/cupeld.out
log=build/quickstart/cupeld.log
: > "$out"

daemon=
stop() {
    if [ -n "$daemon" ]; then
        kill -TERM "$daemon" 2> /dev/null || true
        wait "$daemon" 2> /dev/null || true
        daemon=
    fi
}
trap stop EXIT
trap 'echo; echo "quickstart: stopping"; stop; exit 0' INT TERM HUP

build/cupeld --listen "127.0.0.1:$port" --database "$database" > "$out" 2> "$log" &
daemon=$!

url=
tries=0
while [ -z "$url" ]; do
    url=$(sed -n 's/^listening on //p' "$out")
    [ -z "$url" ] || break
    if ! kill -0 "$daemon" 2> /dev/null || [ $tries -ge 300 ]; then
        cat "$log" >&2
        if grep -qi 'address already in use\|in use' "$log"; then
            echo "quickstart: port $port on 127.0.0.1 is taken." >&2
            echo "Stop what listens there, or choose another: sh deploy/quickstart.sh --port $((port + 1))" >&2
        else
            echo "quickstart: cupeld did not start; its log is above and in $log" >&2
        fi
        exit 1
    fi
    tries=$((tries + 1))
    sleep 0.1
done
echo "cupeld is up on $url, its database is $database"

# Shows a command, runs it, shows its answer, and insists on what the answer must contain.
failed=0
show() { # expected-pattern command
    printf '\n$ %s\n' "$2"
    answer=$(eval "$2") || true
    printf '%s\n' "$answer"
    if ! printf '%s' "$answer" | grep -q "$1"; then
        echo "quickstart: that is not the answer it should be (no $1 in it)" >&2
        failed=1
    fi
}

rpc() { # expected-pattern json
    show "$1" "curl -sS $url/v1/rpc -H 'Content-Type: application/json' -d '$2'"
}

show '"sha256:' "curl -sS -X PUT $url/v1/modules/sample -H 'Content-Type: application/wasm' --data-binary @deploy/sample/sample.wasm"
show '\[42\]\|"result": *\[ *42' "curl -sS $url/v1/modules/sample/rpc -H 'Content-Type: application/json' -d '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\",\"params\":[40,2]}'"
rpc '"6765"' '{"jsonrpc":"2.0","id":2,"method":"call","params":{"module":"sample","function":"fib","args":[20]}}'
rpc 'integer_divide_by_zero\|trap' '{"jsonrpc":"2.0","id":3,"method":"call","params":{"module":"sample","function":"divide","args":[1,0]}}'
rpc 'out_of_fuel\|-32001' '{"jsonrpc":"2.0","id":4,"method":"call","params":{"module":"sample","function":"spin","args":[],"limits":{"fuel":1000000}}}'

if [ "$once" = yes ] || [ $failed -ne 0 ]; then
    stop
    exit $failed
fi

printf '\nThe service runs until Ctrl-C; paste the lines above into another terminal, or open %s/ in a browser.\n' "$url"
status=0
wait "$daemon" || status=$?
daemon=
echo "quickstart: cupeld ended with status $status; its log is $log" >&2
exit "$status"
