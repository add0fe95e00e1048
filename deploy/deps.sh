#!/bin/sh
# deps.sh [--test|--all]: installs the Debian packages that are missing, with apt as root or by sudo.
#   (nothing)  what building and running needs
#   --test     also what `make check` needs
#   --all      also what the other make targets need (valgrind, clang-tidy, sanitizers)
# Says what it does; silent when nothing is missing.
set -eu
# shellcheck disable=SC2086 # lists of packages are meant to be split

build='autoconf automake libtool make gcc libc6-dev pkg-config curl
       libsqlite3-dev libjansson-dev nettle-dev libmicrohttpd-dev libinih-dev libsystemd-dev
       libgnutls28-dev libseccomp-dev libcurl4-openssl-dev'
test='check xz-utils clang-format python3 g++ openssl'
all='valgrind clang-tidy wrk'
# Used when the distribution has them: the faster interpreter, and C compiled to WebAssembly for tests.
build_optional='clang-19'
test_optional='lld-19 chromium'
all_optional='libclang-rt-19-dev'

# Tests of the page; nodes from elsewhere than Debian bring their npm.
command -v node > /dev/null || test_optional="$test_optional nodejs"
command -v npm > /dev/null || test_optional="$test_optional npm"

want=$build want_optional=$build_optional
case ${1:-} in
'') ;;
--test) want="$want $test" want_optional="$want_optional $test_optional" ;;
--all)
    want="$want $test $all"
    want_optional="$want_optional $test_optional $all_optional"
    ;;
*)
    echo 'usage: deps.sh [--test|--all]' >&2
    exit 2
    ;;
esac

if ! command -v apt-get > /dev/null || ! command -v dpkg-query > /dev/null; then
    echo "deps: no apt here; these must be installed (Debian's names):" $want >&2
    exit 0
fi

missing_of() {
    for package in "$@"; do
        status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2> /dev/null) || status=none
        [ "$status" = installed ] || printf '%s ' "$package"
    done
}

missing=$(missing_of $want)
optional=$(missing_of $want_optional)
[ -n "$missing$optional" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    if command -v sudo > /dev/null; then
        as_root=sudo
    elif [ -n "$missing" ]; then
        echo "deps: missing: $missing" >&2
        echo 'deps: neither root nor sudo; install them, then run this again' >&2
        exit 1
    else
        exit 0
    fi
fi

known() { apt-cache policy "$1" 2> /dev/null | grep -q 'Candidate: [0-9]'; }

# A fresh machine has no package lists. Where they are, an optional package that they do not know is
# no reason to go to the network on every run.
if [ -n "$missing" ] || ! known libjansson-dev; then
    echo 'deps: apt-get update'
    $as_root apt-get update -qq
fi
available=
for package in $optional; do
    if known "$package"; then
        available="$available$package "
    fi
done
[ -n "$missing$available" ] || exit 0

echo "deps: apt-get install $missing$available"
if [ -n "$missing" ]; then
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing > /dev/null
fi
if [ -n "$available" ]; then
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $available > /dev/null ||
        echo "deps: could not install $available; going on without" >&2
fi
