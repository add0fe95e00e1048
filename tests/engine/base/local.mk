# Tests of engine/base/, a file per file there, in one program.

if HAVE_CHECK
check_PROGRAMS += tests/engine/base/base_tests
TESTS += tests/engine/base/base_tests
VALGRIND_TESTS += tests/engine/base/base_tests
OOM_TESTS += tests/engine/base/base_tests

tests_engine_base_base_tests_SOURCES = $(decode_fixture_sources) \
	tests/engine/base/base_suites.h \
	tests/engine/base/base_tests.c \
	tests/engine/base/test_alloc.c \
	tests/engine/base/test_pages.c \
	tests/engine/base/test_status.c \
	tests/engine/base/test_utf8.c \
	tests/engine/base/test_vec.c
tests_engine_base_base_tests_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_engine_base_base_tests_LDADD = libcupel-static.la $(CHECK_LIBS)
endif
