#!/bin/sh
# The `cupel` command as a user meets it: results, errors, exit statuses.
set -u
cupel=${CUPEL:-${builddir:-.}/cupel}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0

# unhex FILE < HEX
unhex() {
    tr -d ' \n' | sed 's/../\\0&\n/g' | while read -r byte; do
        # shellcheck disable=SC2059
        printf "\\$(printf '%03o' "0x${byte#??}")"
    done >"$1"
}

# Exports add, div, calls_div, i64, f32, f64 (identities), two (-1, 2), spin (a loop), recurse, extern
# (identity), grow, _start (nothing), a memory of 1..16 pages, a table, a global "limit"; has names.
unhex "$dir/main.wasm" <<'END'
0061736d0100000001280860027f7f017f60017f017f60017e017e60017d017d60017c017c6000027f7e60000060016f
016f030d0c0000010203040506060701060404017000020504010101100606017e01422a0b07740f0361646400000364
697600010963616c6c735f64697600020369363400030366333200040366363400050374776f0006047370696e000707
7265637572736500080665787465726e00090467726f77000a065f7374617274000b066d656d6f72790200057461626c
650100056c696d697403000a4c0c0700200020016a0b0700200020016d0b08002000410010010b040020000b04002000
0b040020000b0600417f42020b070003400c000b0b040010080b040020000b0600200040000b02000b0056046e616d65
014f0c00036164640103646976020963616c6c735f646976030369363404036633320503663634060374776f07047370
696e080772656375727365090665787465726e0a0467726f770b065f7374617274
END
# Imports env::missing and env::other; exports run.
unhex "$dir/imports.wasm" <<'END'
0061736d0100000001090260000060017f017e021b0203656e76076d697373696e67000103656e76056f746865720000
030201000707010372756e00020a0601040010010b000d046e616d65010601020372756e
END
# Its start function is unreachable.
unhex "$dir/start.wasm" <<'END'
0061736d01000000010401600000030201000707010372756e00000801000a05010300000b000d046e616d6501060100
0372756e
END
head -c 60 "$dir/main.wasm" >"$dir/cut.wasm"
echo 'no module at all' >"$dir/text.wasm"

# run STATUS COMMAND...: runs cupel and remembers what it said; complains about another status.
run() {
    expected=$1
    shift
    "$cupel" "$@" >"$dir/out" 2>"$dir/err"
    status=$?
    what="cupel $*"
    ok=true
    if [ $status -ne "$expected" ]; then
        ok=false
        echo "$what: exit status $status, expected $expected"
    fi
}

# The command's output is exactly this.
prints() {
    if [ "$(cat "$dir/out")" != "$1" ]; then
        ok=false
        echo "$what: printed '$(cat "$dir/out")', expected '$1'"
    fi
}

# The file (out or err) has a line that matches this.
says() {
    if ! grep -q -e "$2" "$dir/$1"; then
        ok=false
        echo "$what: '$2' is not in what it said on std$1:"
        cat "$dir/$1"
    fi
}

finish() {
    if $ok; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
}

# result OUTPUT EXPORT ARG...: the call succeeds and prints this.
result() {
    expected_output=$1
    shift
    export_name=$1
    shift
    run 0 run --invoke "$export_name" "$dir/main.wasm" "$@"
    prints "$expected_output"
    finish
}

# rejects PATTERN ARG...: wrong usage; stderr matches the pattern.
rejects() {
    pattern=$1
    shift
    run 2 "$@"
    says err "$pattern"
    finish
}

# --- values ------------------------------------------------------------------------------------------
result 5 add 2 3
result -1 add 4294967295 0
result -1 add -1 0
result 255 add 0xff 0
result -2147483648 add -0x80000000 0
result 9223372036854775807 i64 9223372036854775807
result -1 i64 18446744073709551615
result -9223372036854775808 i64 -9223372036854775808
result -9223372036854775808 i64 0x8000000000000000
result 0.1 f32 0.1
result 0.1 f64 0.1
result 0.30000000000000004 f64 0.30000000000000004
result 5e-324 f64 5e-324
result 1.7976931348623157e+308 f64 1.7976931348623157e308
result 3.4028235e+38 f32 3.4028235e38
result 16777216 f32 16777217
result 1e-45 f32 1e-45
result 0.5 f64 0x1p-1
result -0 f64 -0
result inf f64 inf
result -inf f32 -inf
result nan f64 nan
result -nan f32 -nan
result nan:0x7fc00001 f32 nan:0x400001
result nan:0x7fc00001 f32 nan:0x7fc00001
result nan:0xffa00000 f32 nan:0xffa00000
result nan:0x7ff4000000000000 f64 nan:0x4000000000000
result null extern null
result '-1
2' two
result 1 grow 3
result -1 grow 100

run 0 run "$dir/main.wasm"
prints ''
finish
run 0 run --fuel=100 --invoke=add --stats --repeat 3 "$dir/main.wasm" 1 1
prints 2
says err '^{"compile_us":[0-9]*,"instantiate_us":[0-9]*,"call_us":[0-9]*,"fuel_used":3,"image_bytes":[1-9][0-9]*}$'
finish
run 0 run --stats --invoke add "$dir/main.wasm" 1 1
says err '"fuel_used":null'
finish
run 0 run --no-guard-pages --invoke grow --memory 131072 "$dir/main.wasm" 1
prints 1
finish
for mode in eager lazy-translation lazy; do
    run 1 run --compilation-mode "$mode" --invoke calls_div "$dir/main.wasm" 3
    [ "$mode" = eager ] && cp "$dir/err" "$dir/eager.err"
    cmp -s "$dir/err" "$dir/eager.err" || ok=false
    says err 'integer_division_by_zero'
    finish
    run 0 run --compilation-mode "$mode" --invoke add --fuel 100 --stats "$dir/main.wasm" 1 1
    says err '"fuel_used":3,'
    finish
done
run 0 run --verbose --invoke add --fuel 100 "$dir/main.wasm" 1 -3
prints -2
says err '^cupel: .*/main.wasm: module of [1-9][0-9]* bytes, 12 functions, compiled in [0-9]* us$'
says err '^cupel: compilation mode: eager; dispatch: [a-z]*; functions: [a-z ]*; memories: [a-z ]*$'
says err '^cupel: instance made in [0-9]* us$'
says err '^cupel: calling add (i32, i32) -> (i32) with 1, -3$'
says err '^cupel: returned after [0-9]* us, 3 units of fuel$'
finish
run 0 run --verbose --repeat 3 --no-guard-pages --compilation-mode lazy "$dir/main.wasm"
says err 'compilation mode: lazy; dispatch: [a-z]*; functions: [a-z ]*; memories: checked$'
says err '^cupel: calling _start () -> ()$'
says err '^cupel: returned after [0-9]* us, the fastest of 3 calls$'
finish
run 1 run --verbose --invoke div "$dir/main.wasm" 1 0
says err '^cupel: calling div '
says err 'integer_division_by_zero'
if grep -q returned "$dir/err"; then
    ok=false
fi
finish
run 0 run --invoke grow --memory 131072 "$dir/main.wasm" 2
prints -1
finish
"$cupel" run --invoke add - 20 22 <"$dir/main.wasm" >"$dir/out" 2>"$dir/err"
what='cupel run -'
ok=true
prints 42
finish

# --- traps and errors --------------------------------------------------------------------------------
run 1 run --invoke calls_div "$dir/main.wasm" 7
prints ''
says err '^trap: integer_division_by_zero: '
says err '^  0: function 1 <div> at 0x[0-9a-f]*$'
says err '^  1: function 2 <calls_div> at 0x[0-9a-f]*$'
finish
run 1 run --invoke div "$dir/main.wasm" -2147483648 -1
says err '^trap: integer_overflow: '
finish
run 1 run --fuel 1000 --invoke spin "$dir/main.wasm"
says err '^trap: out_of_fuel: '
finish
run 1 run --timeout-ms 20 --invoke spin "$dir/main.wasm"
says err '^trap: interrupted: '
finish
run 1 run --invoke recurse "$dir/main.wasm"
says err '^trap: stack_overflow (call_depth): '
says err 'frames not kept'
finish
run 1 run --call-depth 10 --stats --invoke recurse "$dir/main.wasm"
says err '^trap: stack_overflow (call_depth): '
says err '^{"compile_us"'
finish
run 1 run --invoke run "$dir/start.wasm"
says err '^trap: unreachable: '
says err '^  0: function 0 <run> at 0x'
finish
run 1 run --invoke run "$dir/imports.wasm"
says err ': link: .*env::missing'
says err 'env::other'
finish
run 1 run --memory 65535 "$dir/main.wasm"
says err ': limit (memory_bytes): '
finish
run 1 run "$dir/cut.wasm"
says err 'cut.wasm: malformed at 0x'
finish
run 1 run "$dir/text.wasm"
says err 'text.wasm: image: '
finish
run 1 run "$dir/none.wasm"
says err 'none.wasm: No such file'
finish
run 1 inspect "$dir"
says err 'Is a directory'
finish

# --- wrong usage -------------------------------------------------------------------------------------
rejects 'expected a command'
rejects 'no command "walk"' walk
rejects 'no option --what' run --what "$dir/main.wasm"
rejects 'no option -x' run -x "$dir/main.wasm"
rejects 'no option --json' run --json "$dir/main.wasm"
rejects 'expected MODULE' run
rejects 'expected MODULE, got 2 operands' inspect a b
rejects '.--fuel: expected a number' run --fuel many "$dir/main.wasm"
rejects '.--fuel: expected a number' run --fuel -1 "$dir/main.wasm"
rejects '.--fuel: expected a number' run --fuel 18446744073709551616 "$dir/main.wasm"
rejects '.--fuel needs an argument' run --fuel
rejects '.--stats takes no argument' run --stats=1 "$dir/main.wasm"
rejects '.--repeat: expected at least 1' run --repeat 0 "$dir/main.wasm"
rejects '.--compilation-mode: expected eager, lazy-translation or lazy, got "jit"' \
    run --compilation-mode jit "$dir/main.wasm"
rejects '.--call-depth: expected at most' run --call-depth 4294967296 "$dir/main.wasm"
rejects '^  add (i32, i32) -> (i32)$' run --invoke nothing "$dir/main.wasm"
rejects 'exports no function "memory"' run --invoke memory "$dir/main.wasm"
rejects 'expected 2 arguments, got 1' run --invoke add "$dir/main.wasm" 1
rejects 'argument 2: expected an i32 .*, got "x"' run --invoke add "$dir/main.wasm" 1 x
rejects 'got "4294967296"' run --invoke add "$dir/main.wasm" 1 4294967296
rejects 'got "-2147483649"' run --invoke add "$dir/main.wasm" 1 -2147483649
rejects 'got ""' run --invoke add "$dir/main.wasm" 1 ''
rejects 'got " 1"' run --invoke add "$dir/main.wasm" 1 ' 1'
rejects 'got "0x"' run --invoke add "$dir/main.wasm" 1 0x
rejects 'got "--1"' run --invoke add "$dir/main.wasm" 1 --1
rejects 'got "18446744073709551616"' run --invoke i64 "$dir/main.wasm" 18446744073709551616
rejects 'got "1e400"' run --invoke f64 "$dir/main.wasm" 1e400
rejects 'got "1e39"' run --invoke f32 "$dir/main.wasm" 1e39
rejects 'got "1.5x"' run --invoke f32 "$dir/main.wasm" 1.5x
rejects 'got "nan:0x0"' run --invoke f32 "$dir/main.wasm" nan:0x0
rejects 'got "nan:0x3fc00000"' run --invoke f32 "$dir/main.wasm" nan:0x3fc00000
rejects 'got "nan(1)"' run --invoke f64 "$dir/main.wasm" 'nan(1)'
rejects 'got "1"' run --invoke extern "$dir/main.wasm" 1
rejects '.o IMAGE is missing' compile "$dir/main.wasm"
rejects 'no function with code is called "99"' dump --function 99 "$dir/main.wasm"

# --- the other commands ------------------------------------------------------------------------------
run 0 --version
says out '^cupel [0-9]*\.[0-9]*\.[0-9]* (build '
finish
run 0 --help
says out '^  cupel validate '
finish
run 0 run --help
says out '^  --fuel N  '
finish
run 0 validate "$dir/main.wasm" "$dir/imports.wasm"
says out 'main.wasm: valid'
says out 'imports.wasm: valid'
finish
run 1 validate "$dir/cut.wasm" "$dir/main.wasm"
says err 'cut.wasm: malformed'
says out 'main.wasm: valid'
finish
run 0 inspect "$dir/main.wasm"
says out '^  add: func (i32, i32) -> (i32)$'
says out '^  two: func () -> (i32, i64)$'
says out '^  memory: memory 1..16 pages$'
says out '^  table: table 2.. funcref$'
says out '^  limit: global mut i64$'
says out '^features: .*mutable-global'
says out ' bytes  custom name$'
finish
run 0 inspect "$dir/imports.wasm"
says out '^  env::missing: func (i32) -> (i64)$'
finish
run 0 inspect --json "$dir/main.wasm"
says out '"exports":\[{"name":"add","kind":"func","params":\["i32","i32"\],"results":\["i32"\]}'
says out '{"name":"memory","kind":"memory","minimum":1,"maximum":16,'
says out '{"kind":"custom","name":"name","offset":'
if [ -n "${PYTHON:-}" ] && ! "$PYTHON" -m json.tool "$dir/out" >/dev/null; then
    ok=false
    echo "$what: not JSON"
fi
finish
run 0 dump "$dir/main.wasm"
says out '^function 0 <add>$'
says out '^function 11 <_start>$'
finish
run 0 dump --function div "$dir/main.wasm"
says out '^function 1 <div>$'
if grep -q '<add>' "$dir/out"; then
    ok=false
    echo "$what: shows other functions too"
fi
finish
run 0 compile -o "$dir/main.image" "$dir/main.wasm"
finish
run 0 run --invoke add "$dir/main.image" 20 22
prints 42
finish
run 0 inspect "$dir/main.image"
says out '(image)'
says out '^  add: func (i32, i32) -> (i32)$'
finish
run 1 run --fuel 100 --invoke add "$dir/main.image" 20 22
says err 'main.image: image: '
says err 'compiled with --metering'
finish
run 0 compile --metering -o "$dir/metered.image" "$dir/main.wasm"
finish
run 0 run --fuel 100 --stats --invoke add "$dir/metered.image" 20 22
prints 42
says err '"fuel_used":3'
finish
head -c 100 "$dir/main.image" >"$dir/half.image"
run 1 run --invoke add "$dir/half.image" 1 2
says err 'half.image: image: '
finish
# An image in a file is read as it is used, from a pipe as a whole; damage is found either way.
cp "$dir/main.image" "$dir/damaged.image"
size=$(wc -c <"$dir/main.image")
printf '\377\376' | dd of="$dir/damaged.image" bs=1 seek=$((size / 2)) conv=notrunc 2>"$dir/dd"
run 1 run --invoke add "$dir/damaged.image" 1 2
says err 'image'
finish
run 1 compile -o "$dir/missing/x.image" "$dir/main.wasm"
says err 'missing/x.image: No such file'
finish

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
