#!/bin/sh
# The page for people; see test_browser.mjs.
# shellcheck source=tests/page/lib.sh
. "$(dirname "$0")/lib.sh"
need_node
need_packages
need_chromium
exec "$NODE" "$here/test_browser.mjs" "$@"
