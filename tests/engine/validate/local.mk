# Tests of engine/validate/, a file per file there, in one program.

if HAVE_CHECK
check_PROGRAMS += tests/engine/validate/validate_tests
TESTS += tests/engine/validate/validate_tests
VALGRIND_TESTS += tests/engine/validate/validate_tests

tests_engine_validate_validate_tests_SOURCES = $(decode_fixture_sources) \
	tests/engine/validate/test_later_bodies.c \
	tests/engine/validate/test_validate_bulk.c \
	tests/engine/validate/test_validate_common.c \
	tests/engine/validate/test_validate_control.c \
	tests/engine/validate/test_validate_step.c \
	tests/engine/validate/test_validator.c \
	tests/engine/validate/test_value_stack.c \
	tests/engine/validate/validate_suites.h \
	tests/engine/validate/validate_tests.c
tests_engine_validate_validate_tests_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_engine_validate_validate_tests_LDADD = libcupel-static.la $(CHECK_LIBS)

check_PROGRAMS += tests/engine/validate/test_decode_oom
TESTS += tests/engine/validate/test_decode_oom
OOM_TESTS += tests/engine/validate/test_decode_oom
tests_engine_validate_test_decode_oom_SOURCES = $(decode_fixture_sources) \
	tests/engine/validate/test_decode_oom.c
tests_engine_validate_test_decode_oom_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_engine_validate_test_decode_oom_LDADD = libcupel-static.la $(CHECK_LIBS)
endif
