# The page for people and the interface's descriptions, by node and Chromium; skipped without them.

page_tests = \
	tests/page/test_browser.sh \
	tests/page/test_descriptions.sh \
	tests/page/test_values.sh
TESTS += $(page_tests)

CLEANFILES += tests/page/page_values.mjs

page_packages = tests/page/package.json tests/page/package-lock.json tests/page/.npmrc
EXTRA_DIST += $(page_tests) $(page_packages) \
	tests/page/README.md \
	tests/page/browser.mjs \
	tests/page/harness.mjs \
	tests/page/lib.sh \
	tests/page/test_browser.mjs \
	tests/page/test_descriptions.mjs \
	tests/page/test_values.mjs \
	tests/page/wasm.mjs

# Fetches node's packages, at the versions and with the checksums of package-lock.json.
page-packages:
	@test -n '$(NPM)' || { echo 'page-packages: npm is missing (Debian package: npm)' >&2; exit 1; }
	$(MKDIR_P) tests/page
	test '$(abs_srcdir)' = '$(abs_builddir)' || (cd $(srcdir) && cp -f $(page_packages) '$(abs_builddir)/tests/page/')
	cd tests/page && $(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
.PHONY: page-packages
clean-local: clean-page-packages
clean-page-packages:
	-test '$(abs_srcdir)' = '$(abs_builddir)' || rm -f tests/page/*.mjs tests/page/package.json tests/page/package-lock.json tests/page/.npmrc
	-rm -rf tests/page/node_modules
.PHONY: clean-page-packages
