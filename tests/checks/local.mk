# Checks of the tree itself, and the targets that need a build of their own.

style_checks = \
	tests/checks/layers.sh \
	tests/checks/size.sh \
	tests/checks/headers.sh \
	tests/checks/wrap.sh \
	tests/checks/docs.sh \
	tests/checks/symbols.sh \
	tests/checks/format.sh

TESTS += $(style_checks)
EXTRA_DIST += $(style_checks) \
	tests/README.md \
	tests/checks/install.sh \
	tests/checks/valgrind.supp \
	tests/checks/lib.sh \
	tests/checks/lint.sh \
	tests/checks/coverage.sh \
	tests/checks/count.sh

run_check = $(AM_TESTS_ENVIRONMENT) $(SHELL)

check-layers:
	$(run_check) $(srcdir)/tests/checks/layers.sh
check-size:
	$(run_check) $(srcdir)/tests/checks/size.sh
check-headers:
	$(run_check) $(srcdir)/tests/checks/headers.sh
check-wrap:
	$(run_check) $(srcdir)/tests/checks/wrap.sh
check-docs: $(bin_PROGRAMS) $(sbin_PROGRAMS)
	$(run_check) $(srcdir)/tests/checks/docs.sh
check-symbols: $(lib_LTLIBRARIES)
	$(run_check) $(srcdir)/tests/checks/symbols.sh
# Writes the list of exported symbols anew; a change of it is a change of the interface's version.
update-symbols: $(lib_LTLIBRARIES)
	$(run_check) $(srcdir)/tests/checks/symbols.sh --write
installcheck-local: $(lib_LTLIBRARIES)
	$(AM_TESTS_ENVIRONMENT) MAKE='$(MAKE)' DESTDIR='$(DESTDIR)' pkgconfigdir='$(pkgconfigdir)' libdir='$(libdir)' \
	MODE_CFLAGS='$(CUPEL_MODE_CFLAGS)' PKG_CONFIG='$(PKG_CONFIG)' $(SHELL) $(srcdir)/tests/checks/install.sh

# The public headers as HTML, in doxygen/.
doxygen:
	@if test -z '$(DOXYGEN)'; then \
	    echo 'doxygen: skipped, doxygen is missing (Debian package: doxygen)'; \
	else \
	    { cat $(srcdir)/engine/Doxyfile; echo 'PROJECT_NUMBER = $(PACKAGE_VERSION)'; \
	      echo 'INPUT = $(addprefix $(srcdir)/,$(include_HEADERS))'; } | $(DOXYGEN) - && \
	    echo "doxygen: `pwd`/doxygen/html/index.html"; \
	fi
format-check:
	$(run_check) $(srcdir)/tests/checks/format.sh
format:
	$(run_check) $(srcdir)/tests/checks/format.sh --write
lint:
	$(AM_TESTS_ENVIRONMENT) CLANG_TIDY='$(CLANG_TIDY)' CPPFLAGS='$(AM_CPPFLAGS) $(CPPFLAGS)' \
	$(SHELL) $(srcdir)/tests/checks/lint.sh

# A build of its own in a folder of the build tree; $(1) folder, $(2) configure arguments.
subbuild = \
	@mkdir -p $(1) && cd $(1) && \
	{ test -f Makefile || $(abs_srcdir)/configure -q CC='$(CC)' $(2) \
	    --with-spec-tests='$(or $(CUPEL_SPEC_DIR),no)' \
	    --with-bench-cases='$(or $(CUPEL_BENCH_DIR),no)'; }

# A sanitizer ends the whole program at a finding, so its tests need no processes of their own: to fork one costs half a second.
check-asan:
	$(call subbuild,asan,CFLAGS='-O1 -g' --enable-sanitizers=address)
	+cd asan && CK_FORK=no $(MAKE) check
check-ubsan:
	$(call subbuild,ubsan,CFLAGS='-O1 -g' --enable-sanitizers=undefined)
	+cd ubsan && CK_FORK=no $(MAKE) check
check-tsan:
	$(call subbuild,tsan,CFLAGS='-O1 -g' --enable-sanitizers=thread)
	+cd tsan && $(MAKE) check $(if $(TSAN_TESTS),TESTS='$(TSAN_TESTS)')
check-oom:
	$(call subbuild,oom,CFLAGS='-O1 -g' --enable-fault-injection --enable-sanitizers=address)
	+cd oom && $(MAKE) check TESTS='$(OOM_TESTS)'

# valgrind 3.19 reads debug information up to DWARF 4; without a fork libcheck's tests are seen.
VALGRIND_COMMAND = $(VALGRIND) --quiet --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite --suppressions=$(abs_srcdir)/tests/checks/valgrind.supp
check-valgrind:
	@test -n '$(VALGRIND)' || { echo 'check-valgrind: valgrind is missing (Debian package: valgrind)' >&2; exit 1; }
	$(call subbuild,valgrind,CFLAGS='-O1 -g -gdwarf-4')
	+cd valgrind && CK_FORK=no CUPEL_TEST_QUICK=1 $(MAKE) check \
	    LOG_COMPILER='$(VALGRIND_COMMAND)' TESTS='$(VALGRIND_TESTS)'

FUZZ_SECONDS = 600
fuzz:
	$(call subbuild,fuzz,CFLAGS='-O1 -g' --enable-fuzzers --enable-sanitizers=address$(comma)undefined)
	+cd fuzz && $(MAKE) fuzz-run FUZZ_SECONDS='$(FUZZ_SECONDS)'
comma = ,

coverage:
	$(call subbuild,coverage.d,CFLAGS='-O0 -g' --enable-coverage)
	+cd coverage.d && $(MAKE) check
	CC='$(CC)' $(SHELL) $(srcdir)/tests/checks/coverage.sh '$(abs_srcdir)' coverage.d

.PHONY: doxygen update-symbols check-layers check-size check-headers check-wrap check-docs check-symbols format-check format lint \
	check-asan check-ubsan check-tsan check-oom check-valgrind fuzz coverage

# Folders that the build made: sub-builds, and data unpacked or compiled for tests.
clean-folders:
	-rm -rf asan ubsan tsan oom valgrind fuzz coverage.d deb.d doxygen mutants.d tests/spec/spec-tests tests/programs/wasm tests/bench/simd-wasm tests/bench/calls-wasm
clean-local: clean-folders
.PHONY: clean-folders
