# lib.sh - sourced by the test scripts here: finds what they need, or says what is missing and ends
# with 77. Node's packages are in the build folder, beside copies of the scripts, which find them there.
: "${srcdir:=.}" "${builddir:=.}"
srcdir=$(cd "$srcdir" && pwd)
builddir=$(cd "$builddir" && pwd)
export srcdir builddir

skip() {
    echo "skipped: $1"
    exit 77
}

need_node() {
    : "${NODE:=node}"
    command -v "$NODE" > /dev/null || skip 'node is missing (Debian package: nodejs)'
    "$NODE" -e 'process.exit(process.versions.node.split(".")[0] >= 18 ? 0 : 1)' ||
        skip "node $("$NODE" --version) is too old, 18 is the least"
    here=$builddir/tests/page
    [ -f "$here/node_modules/.package-lock.json" ] ||
        skip "node's packages are missing (make page-packages fetches them)"
    cmp -s "$srcdir/tests/page/package-lock.json" "$here/package-lock.json" ||
        skip "node's packages are of another version (make page-packages fetches the right ones)"
    [ "$srcdir" = "$builddir" ] || cp "$srcdir"/tests/page/*.mjs "$here/" || exit 99
}
