#!/bin/sh
# coverage.sh SRCDIR BUILDDIR: lines executed per file, from the counters that a --coverage build left.
set -eu
src=$1 build=$2
case ${CC:-cc} in
*clang*)
    version=$(${CC} -dumpversion | cut -d. -f1)
    tool=$(command -v "llvm-cov-$version" || command -v llvm-cov)
    gcov="$tool gcov"
    ;;
*) gcov=gcov ;;
esac
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
find "$(cd "$build" && pwd)" -name '*.gcda' > "$tmp/list"
[ -s "$tmp/list" ] || { echo "coverage: no counters below $build" >&2; exit 1; }
cd "$tmp"
# A file is compiled into several programs: the best of its figures is the honest lower bound.
while read -r counters; do
    $gcov -n -o "$(dirname "$counters")" "$counters" 2>/dev/null
done < list |
    awk -v src="$src/" '
    /^File / { file = substr($0, 7, length($0) - 7); sub(".*/\\.\\./", "", file) }
    /^Lines executed/ && file != "" {
        if (index(file, src) == 1) { file = substr(file, length(src) + 1) }
        if (file ~ /^(engine|storage|api|daemon)\//) {
            split($0, part, /[:% ]+/)
            if (!(file in lines) || part[3] > best[file]) { best[file] = part[3]; lines[file] = part[5] }
        }
        file = ""
    }
    END {
        for (f in lines) { printf "%6.1f %%  %5d  %s\n", best[f], lines[f], f
                           n += lines[f]; hit += lines[f] * best[f] / 100 }
        if (n) { printf "%6.1f %%  %5d  all\n", 100 * hit / n, n }
    }' | LC_ALL=C sort -k4
