# The official test suite: `make check` runs it once, `make check-spec` in all six builds.

check_PROGRAMS += tests/spec/spec-runner

spec_runner_sources = \
	tests/spec/features_since.def \
	tests/spec/skip_reasons.def \
	tests/spec/spec.h \
	tests/spec/spec_actions.c \
	tests/spec/spec_assertions.c \
	tests/spec/spec_counts.c \
	tests/spec/spec_host.c \
	tests/spec/spec_index.c \
	tests/spec/spec_module_commands.c \
	tests/spec/spec_modules.c \
	tests/spec/spec_runner.c \
	tests/spec/spec_script.c \
	tests/spec/spec_session.h \
	tests/spec/spec_texts.c \
	tests/spec/spec_values.c

tests_spec_spec_runner_SOURCES = $(spec_runner_sources)
tests_spec_spec_runner_LDADD = libcupel.la $(JANSSON_LIBS)

TESTS += tests/spec/spec-runner

if HAVE_CUPEL_SPEC_DIR
check_DATA += tests/spec/unpacked.stamp
endif

tests/spec/unpacked.stamp: $(CUPEL_SPEC_DIR)/spec-tests.tar.xz
	$(AM_V_GEN)$(MKDIR_P) tests/spec && rm -rf tests/spec/spec-tests && \
	xz -dc '$(CUPEL_SPEC_DIR)/spec-tests.tar.xz' | (cd tests/spec && tar xf -) && touch $@

EXTRA_DIST += tests/spec/README.md tests/spec/check-spec.sh
CLEANFILES += tests/spec/unpacked.stamp
spec-clean:
	-rm -rf tests/spec/spec-tests
clean-local: spec-clean
