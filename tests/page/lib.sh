# lib.sh - sourced by the test scripts here: finds what they need, or says what is missing and ends
# with 77. The scripts are copied into the build folder, beside node's packages, which are found there.
: "${srcdir:=.}" "${builddir:=.}"
srcdir=$(cd "$srcdir" && pwd)
builddir=$(cd "$builddir" && pwd)
here=$builddir/tests/page
export srcdir builddir

skip() {
    echo "skipped: $1"
    exit 77
}

# In one step, because several scripts do it at a time.
copy() { # from to
    cmp -s "$1" "$2" || { cp "$1" "$2.$$" && mv "$2.$$" "$2"; } || exit 99
}

need_node() {
    : "${NODE:=node}"
    command -v "$NODE" > /dev/null || skip 'node is missing (Debian package: nodejs)'
    "$NODE" -e 'process.exit(process.versions.node.split(".")[0] >= 18 ? 0 : 1)' ||
        skip "node $("$NODE" --version) is too old, 18 is the least"
    mkdir -p "$here"
    for script in "$srcdir"/tests/page/*.mjs; do
        copy "$script" "$here/${script##*/}"
    done
    copy "$srcdir/api/page/values.js" "$here/page_values.mjs"
}

need_packages() {
    [ -f "$here/node_modules/.package-lock.json" ] ||
        skip "node's packages are missing (make page-packages fetches them)"
    cmp -s "$srcdir/tests/page/package-lock.json" "$here/package-lock.json" ||
        skip "node's packages are of another version (make page-packages fetches the right ones)"
}

need_chromium() {
    : "${CHROMIUM:=chromium}"
    CHROMIUM=$(command -v "$CHROMIUM") || skip 'Chromium is missing (Debian package: chromium)'
    export CHROMIUM
}
