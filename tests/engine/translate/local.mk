# Tests of the translator: random modules against the reference evaluator, on every way to dispatch; golden files.

if HAVE_CHECK
engine_random_tests = tests/engine/translate/test_random tests/engine/translate/test_random_switch
check_LTLIBRARIES += tests/engine/translate/librandommodule.la
tests_engine_translate_librandommodule_la_SOURCES = \
	tests/engine/translate/random_body.h \
	tests/engine/translate/random_control.c \
	tests/engine/translate/random_module.c \
	tests/engine/translate/random_module.h \
	tests/engine/translate/random_ops.c

check_LTLIBRARIES += tests/engine/translate/librandom.la
tests_engine_translate_librandom_la_SOURCES = \
	$(reference_sources) \
	tests/engine/wasm_builder.c \
	tests/engine/wasm_builder.h \
	tests/engine/translate/random_run.c \
	tests/engine/translate/random_run.h \
	tests/engine/translate/test_random.c
tests_engine_translate_librandom_la_LIBADD = tests/engine/translate/librandommodule.la
tests_engine_translate_librandom_la_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)

tests_engine_translate_test_random_SOURCES =
tests_engine_translate_test_random_LDADD = tests/engine/translate/librandom.la libcupel-static.la $(CHECK_LIBS) -lm
tests_engine_translate_test_random_switch_SOURCES =
tests_engine_translate_test_random_switch_LDADD = tests/engine/translate/librandom.la tests/spec/libcupel_switch.la $(CHECK_LIBS) -lm
if CAN_GOTO
engine_random_tests += tests/engine/translate/test_random_goto
tests_engine_translate_test_random_goto_SOURCES =
tests_engine_translate_test_random_goto_LDADD = tests/engine/translate/librandom.la tests/spec/libcupel_goto.la $(CHECK_LIBS) -lm
endif

check_PROGRAMS += $(engine_random_tests) tests/engine/translate/test_golden
TESTS += $(engine_random_tests) tests/engine/translate/test_golden
VALGRIND_TESTS += tests/engine/translate/test_random tests/engine/translate/test_golden

tests_engine_translate_test_golden_SOURCES = \
	$(reference_sources) \
	$(runtime_fixture_sources) \
	tests/engine/exec/both.c \
	tests/engine/exec/both.h \
	tests/engine/exec/number_values.c \
	tests/engine/exec/number_values.h \
	tests/engine/translate/golden_cases.c \
	tests/engine/translate/golden_cases.h \
	tests/engine/translate/test_golden.c
tests_engine_translate_test_golden_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_engine_translate_test_golden_LDADD = libcupel-static.la $(CHECK_LIBS) -lm
EXTRA_DIST += tests/engine/translate/golden
endif
