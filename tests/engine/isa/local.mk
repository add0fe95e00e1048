# Tests of the instruction tables.

if HAVE_CHECK
check_PROGRAMS += tests/engine/isa/isa_tests
TESTS += tests/engine/isa/isa_tests
tests_engine_isa_isa_tests_SOURCES = \
	tests/engine/isa/isa_tests.c \
	tests/engine/isa/isa_tests.h \
	tests/engine/isa/test_ir.c \
	tests/engine/isa/test_isa.c
tests_engine_isa_isa_tests_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_engine_isa_isa_tests_LDADD = libcupel-static.la $(CHECK_LIBS)
endif
