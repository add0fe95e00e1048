# The `cupel` command as a user meets it.

TESTS += tests/cli/test_cli.sh
EXTRA_DIST += tests/cli/test_cli.sh
