#!/bin/sh
# Documents and the tree agree: links lead to files, every folder says what it is, and every option
# that a program's --help names stands in its man page (and the other way round).
# shellcheck source=tests/checks/lib.sh
. "$(dirname "$0")/lib.sh"
: "${builddir:=.}"
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

# Make targets that the documents name.
for target in $(grep -ohE '`make [a-z-]+' ./*.md | sed 's/`make //' | LC_ALL=C sort -u); do
    case $target in
    all | check | install | dist | distcheck | clean) continue ;;
    esac
    grep -qE "^$target:|^$target [^=]*:" Makefile.am ./*/local.mk ./*/*/local.mk ||
        complain "a document names make $target, which does not exist"
done

# Options against man pages.
options_of() { "$builddir/$1" --help 2>&1 | grep -oE '(^|[[:space:],[])--[a-z][a-z0-9-]*' | grep -oE -- '--[a-z0-9-]+' | LC_ALL=C sort -u; }
for pair in cupel:deploy/man/cupel.1 cupeld:deploy/man/cupeld.8; do
    program=${pair%%:*} page=${pair#*:}
    [ -x "$builddir/$program" ] && [ -f "$page" ] || continue
    sed 's/\\-/-/g' "$page" | grep -oE -- '--[a-z][a-z0-9-]*' | LC_ALL=C sort -u > "${TMPDIR:-/tmp}/page.$$"
    options_of "$program" > "${TMPDIR:-/tmp}/help.$$"
    for option in $(comm -13 "${TMPDIR:-/tmp}/page.$$" "${TMPDIR:-/tmp}/help.$$"); do
        complain "$page does not mention $option of $program --help"
    done
    for option in $(comm -23 "${TMPDIR:-/tmp}/page.$$" "${TMPDIR:-/tmp}/help.$$"); do
        complain "$page mentions $option, which $program --help does not"
    done
    rm -f "${TMPDIR:-/tmp}/page.$$" "${TMPDIR:-/tmp}/help.$$"
done
finish check-docs
