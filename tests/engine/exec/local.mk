# Tests of the interpreter, on every way to dispatch.

if HAVE_CHECK
engine_exec_tests = tests/engine/exec/exec_tests tests/engine/exec/exec_tests_switch
check_LTLIBRARIES += tests/engine/exec/libexectests.la
tests_engine_exec_libexectests_la_SOURCES = \
	$(reference_sources) \
	$(runtime_fixture_sources) \
	tests/engine/exec/both.c \
	tests/engine/exec/both.h \
	tests/engine/exec/code_bytes.h \
	tests/engine/exec/exec_tests.c \
	tests/engine/exec/exec_tests.h \
	tests/engine/exec/number_values.c \
	tests/engine/exec/number_values.h \
	tests/engine/exec/test_access.c \
	tests/engine/exec/test_bits.c \
	tests/engine/exec/test_calls.c \
	tests/engine/exec/test_handlers.c \
	tests/engine/exec/test_numeric.c \
	tests/engine/exec/test_vectors.c
tests_engine_exec_libexectests_la_LIBADD = tests/engine/exec/libsimdportable.la
# Arithmetic as the engine's: it is compiled in here once more.
tests_engine_exec_libexectests_la_CFLAGS = $(engine_cflags) $(CHECK_CFLAGS)

tests_engine_exec_exec_tests_SOURCES =
tests_engine_exec_exec_tests_LDADD = tests/engine/exec/libexectests.la libcupel-static.la $(CHECK_LIBS) -lm
tests_engine_exec_exec_tests_switch_SOURCES =
tests_engine_exec_exec_tests_switch_LDADD = tests/engine/exec/libexectests.la tests/spec/libcupel_switch.la $(CHECK_LIBS) -lm
if CAN_GOTO
engine_exec_tests += tests/engine/exec/exec_tests_goto
tests_engine_exec_exec_tests_goto_SOURCES =
tests_engine_exec_exec_tests_goto_LDADD = tests/engine/exec/libexectests.la tests/spec/libcupel_goto.la $(CHECK_LIBS) -lm
endif

check_PROGRAMS += $(engine_exec_tests)
TESTS += $(engine_exec_tests)
VALGRIND_TESTS += tests/engine/exec/exec_tests
endif
