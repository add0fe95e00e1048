#!/bin/sh
# The committed sample module is what its C source compiles to (77, skipped, without clang-19).
: "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
exec sh "$srcdir/deploy/sample/build.sh" --check
