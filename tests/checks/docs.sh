#!/bin/sh
# Documents and the tree agree: links lead to files, every folder says what it is, and every option
# that a program's --help names stands in its man page (and the other way round).
# shellcheck source=tests/checks/lib.sh
. "$(dirname "$0")/lib.sh"
: "${builddir:=.}"
builddir=$(cd "$builddir" && pwd)
cd "$srcdir" || exit 1

# Links between documents.
for doc in *.md */README.md */*/README.md; do
    [ -f "$doc" ] || continue
    for target in $(grep -oE '\]\([^)# ]+' "$doc" | sed 's/^](//'); do
        case $target in
        http://* | https://* | mailto:*) ;;
        *) [ -e "$(dirname "$doc")/$target" ] || complain "$doc: the link to $target leads nowhere" ;;
        esac
    done
done

# Every folder of the product says what it is.
for folder in engine engine/*/ storage api api/*/ daemon tests deploy; do
    [ -f "${folder%/}/README.md" ] || complain "${folder%/} has no README.md"
done

# The README names every limit of a call.
for limit in $(sed -nE 's/^CALL_LIMIT\(([a-z_]+), [A-Z].*/\1/p' api/call_limits.def); do
    grep -q "\`$limit\`" README.md || complain "README.md does not name the limit $limit"
done

# Make targets that the documents name.
for target in $(grep -ohE '`make [a-z-]+' ./*.md | sed 's/`make //' | LC_ALL=C sort -u); do
    case $target in
    all | check | install | installcheck | dist | distcheck | clean) continue ;;
    esac
    grep -qE "^$target:|^$target [^=]*:" Makefile.am ./*/local.mk ./*/*/local.mk ||
        complain "a document names make $target, which does not exist"
done

# Options against man pages: those of --help, and of COMMAND --help for each command that it lists.
help_of() {
    "$builddir/$1" --help 2>&1
    for command in $("$builddir/$1" --help 2>&1 | sed -nE "s/^ +$1 ([a-z]+) .*/\1/p" | LC_ALL=C sort -u); do
        "$builddir/$1" "$command" --help 2>&1
    done
}
options_in() { grep -oE '(^|[^-A-Za-z0-9])--[a-z][a-z0-9-]*' | grep -oE -- '--[a-z][a-z0-9-]*' | LC_ALL=C sort -u; }

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# Every symbol of the public header has a comment of its own directly above it.
awk '
/^$/ { commented = 0 }
/\*\/ *$/ { commented = 1 }
/^(CUPEL_API|typedef)/ {
    if (!commented) { print FNR ": " $0 }
    commented = 0
}' engine/cupel.h > "$tmp/bare"
while read -r line; do
    complain "engine/cupel.h:$line: has no comment"
done < "$tmp/bare"

# engine/wasmi-parity.md: no row points to nothing. A row is | what | symbols | tests |; symbols are in the public headers, tests are
# `file:name`, where the file is below tests/ and has a test of that name (or is a whole program, without a name).
headers='engine/cupel.h'
[ ! -f engine/capi/wasm.h ] || headers="$headers engine/capi/wasm.h"
check_row() { # line what symbols tests
    where="engine/wasmi-parity.md:$1"
    symbols=$(printf '%s\n' "$3" | grep -oE '`[^`]+`' | tr -d '`')
    tests=$(printf '%s\n' "$4" | grep -oE '`[^`]+`' | tr -d '`')
    [ -n "$symbols" ] || complain "$where: no symbol for $2"
    [ -n "$tests" ] || complain "$where: no test for $2"
    for symbol in $symbols; do
        # shellcheck disable=SC2086
        grep -qwF -- "$symbol" $headers || complain "$where: $symbol is in no public header"
    done
    for test in $tests; do
        file=tests/${test%%:*}
        if [ ! -f "$file" ]; then
            complain "$where: there is no $file"
        elif [ "$test" != "${test#*:}" ] && ! grep -qwF -- "${test#*:}" "$file"; then
            complain "$where: $file has no ${test#*:}"
        fi
    done
}
grep -nE '^\|' engine/wasmi-parity.md | grep -vE '^[0-9]+:\| *(wasmi|sentence|---)' > "$tmp/rows"
while IFS='|' read -r line what symbols tests rest; do
    [ -z "$rest" ] || complain "engine/wasmi-parity.md:$line too many columns"
    check_row "${line%:}" "$what" "$symbols" "$tests"
done < "$tmp/rows"
[ "$(wc -l < "$tmp/rows")" -gt 0 ] || complain 'engine/wasmi-parity.md has no rows'
for pair in "cupel:$builddir/deploy/man/cupel.1" "cupeld:$builddir/deploy/man/cupeld.8"; do
    program=${pair%%:*}
    page=${pair#*:}
    if [ ! -x "$builddir/$program" ] || [ ! -f "$page" ]; then
        continue
    fi
    sed 's/\\-/-/g' "$page" | options_in > "$tmp/page"
    help_of "$program" | options_in > "$tmp/help"
    while read -r option; do
        [ -z "$option" ] || complain "$page does not mention $option of $program --help"
    done << MISSING
$(comm -13 "$tmp/page" "$tmp/help")
MISSING
    while read -r option; do
        [ -z "$option" ] || complain "$page mentions $option, which $program --help does not"
    done << EXTRA
$(comm -23 "$tmp/page" "$tmp/help")
EXTRA
done
finish check-docs
