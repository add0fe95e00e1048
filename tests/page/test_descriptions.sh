#!/bin/sh
# The interface's descriptions; see test_descriptions.mjs.
# shellcheck source=tests/page/lib.sh
. "$(dirname "$0")/lib.sh"
need_node
need_packages
exec "$NODE" "$here/test_descriptions.mjs" "$@"
