# Vector arithmetic: what the host's instructions give beside what is computed lane by lane.

if HAVE_CHECK
check_LTLIBRARIES += tests/engine/exec/libsimdportable.la
tests_engine_exec_libsimdportable_la_SOURCES = \
	tests/engine/exec/simd_portable.c \
	tests/engine/exec/simd_rows.h \
	tests/engine/exec/simd_rows.inc
tests_engine_exec_libsimdportable_la_CFLAGS = $(engine_cflags)

check_PROGRAMS += tests/engine/exec/simd_tests
TESTS += tests/engine/exec/simd_tests
tests_engine_exec_simd_tests_SOURCES = \
	tests/engine/exec/simd_rows.h \
	tests/engine/exec/simd_rows.inc \
	tests/engine/exec/test_simd.c
tests_engine_exec_simd_tests_CFLAGS = $(engine_cflags) $(SIMD_CFLAGS) $(SIMD_EXTENDED_CFLAGS) $(CHECK_CFLAGS)
tests_engine_exec_simd_tests_LDADD = tests/engine/exec/libsimdportable.la $(CHECK_LIBS)
endif
