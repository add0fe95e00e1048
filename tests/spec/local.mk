# The official test suite: `make check` runs it once, `make check-spec` in all dispatch builds.

check_LTLIBRARIES += tests/spec/libspec.la
tests_spec_libspec_la_SOURCES = \
	tests/spec/exceptions.def \
	tests/spec/features_since.def \
	tests/spec/skip_reasons.def \
	tests/spec/spec.h \
	tests/spec/spec_actions.c \
	tests/spec/spec_assertions.c \
	tests/spec/spec_counts.c \
	tests/spec/spec_features.c \
	tests/spec/spec_host.c \
	tests/spec/spec_index.c \
	tests/spec/spec_module_commands.c \
	tests/spec/spec_modules.c \
	tests/spec/spec_runner.c \
	tests/spec/spec_script.c \
	tests/spec/spec_session.h \
	tests/spec/spec_texts.c \
	tests/spec/spec_values.c

check_PROGRAMS += tests/spec/spec-runner
tests_spec_spec_runner_SOURCES =
tests_spec_spec_runner_LDADD = tests/spec/libspec.la libcupel-static.la $(JANSSON_LIBS)

# The whole engine with each way to dispatch, for this test alone.
spec_runners = tests/spec/spec-runner-switch
EXTRA_LTLIBRARIES = tests/spec/libcupel_switch.la
tests_spec_libcupel_switch_la_SOURCES =
tests_spec_libcupel_switch_la_LIBADD = engine/libengine.la $(native_library) engine/libexec_switch.la
tests_spec_spec_runner_switch_SOURCES =
tests_spec_spec_runner_switch_LDADD = tests/spec/libspec.la tests/spec/libcupel_switch.la $(JANSSON_LIBS)

if CAN_GOTO
spec_runners += tests/spec/spec-runner-goto
EXTRA_LTLIBRARIES += tests/spec/libcupel_goto.la
tests_spec_libcupel_goto_la_SOURCES =
tests_spec_libcupel_goto_la_LIBADD = engine/libengine.la $(native_library) engine/libexec_goto.la
tests_spec_spec_runner_goto_SOURCES =
tests_spec_spec_runner_goto_LDADD = tests/spec/libspec.la tests/spec/libcupel_goto.la $(JANSSON_LIBS)
endif

if CAN_TAIL
spec_runners += tests/spec/spec-runner-tail
EXTRA_LTLIBRARIES += tests/spec/libcupel_tail.la
tests_spec_libcupel_tail_la_SOURCES =
tests_spec_libcupel_tail_la_LIBADD = engine/libengine.la $(native_library) engine/libexec_tail.la
tests_spec_spec_runner_tail_SOURCES =
tests_spec_spec_runner_tail_LDADD = tests/spec/libspec.la tests/spec/libcupel_tail.la $(JANSSON_LIBS)
endif

EXTRA_PROGRAMS = $(spec_runners)
CLEANFILES += $(EXTRA_PROGRAMS) $(EXTRA_LTLIBRARIES)

TESTS += tests/spec/spec-runner

if HAVE_CUPEL_SPEC_DIR
check_DATA += tests/spec/unpacked.stamp

tests/spec/unpacked.stamp: $(CUPEL_SPEC_DIR)/spec-tests.tar.xz
	$(AM_V_GEN)$(MKDIR_P) tests/spec && rm -rf tests/spec/spec-tests && \
	xz -dc '$(CUPEL_SPEC_DIR)/spec-tests.tar.xz' | (cd tests/spec && tar xf -) && touch $@

check-spec: $(spec_runners) tests/spec/unpacked.stamp
	$(SHELL) $(srcdir)/tests/spec/check-spec.sh tests/spec/spec-tests $(spec_runners)
else
check-spec:
	@echo 'check-spec: the suite is not there: configure --with-spec-tests=DIR' >&2; exit 1
endif
.PHONY: check-spec

EXTRA_DIST += tests/spec/README.md tests/spec/check-spec.sh
CLEANFILES += tests/spec/unpacked.stamp
