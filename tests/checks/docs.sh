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
for folder in engine engine/*/ storage api daemon tests deploy; do
    [ -f "${folder%/}/README.md" ] || complain "${folder%/} has no README.md"
done

# The README names every limit of a call.
for limit in $(sed -nE 's/^CALL_LIMIT\(([a-z_]+), [A-Z].*/\1/p' api/call_limits.def); do
    grep -q "\`$limit\`" README.md || complain "README.md does not name the limit $limit"
done

# Make targets that the documents name.
for target in $(grep -ohE '`make [a-z-]+' ./*.md | sed 's/`make //' | LC_ALL=C sort -u); do
    case $target in
    all | check | install | dist | distcheck | clean) continue ;;
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
for pair in "cupel:deploy/man/cupel.1" "cupeld:$builddir/deploy/man/cupeld.8"; do
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
