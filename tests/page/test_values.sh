#!/bin/sh
# What people type; see test_values.mjs.
# shellcheck source=tests/page/lib.sh
. "$(dirname "$0")/lib.sh"
need_node
exec "$NODE" "$here/test_values.mjs" "$@"
