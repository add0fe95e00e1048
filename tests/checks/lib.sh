# shellcheck shell=sh
# Shared by the checks: where the sources are, and which files count. Sourced, never run.
# Expects srcdir in the environment or finds the tree from the script's own place.

: "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
failures=0

complain() {
    printf '%s\n' "$*" >&2
    failures=$((failures + 1))
}

# All files of the tree that end in one of the given extensions, relative to srcdir.
tree_files() {
    (
        cd "$srcdir" || exit 1
        for ext in "$@"; do
            find engine storage api daemon tests deploy -name "*.$ext" -type f
        done | LC_ALL=C sort
    )
}

finish() {
    if [ "$failures" -gt 0 ]; then
        echo "$1: $failures finding(s)" >&2
        exit 1
    fi
    echo "$1: fine"
    exit 0
}
