# Tests of machine code.

if HAVE_CHECK
if NATIVE
native_tests = tests/engine/native/test_native tests/engine/native/x86_64/test_decode
check_PROGRAMS += $(native_tests)
TESTS += $(native_tests)
OOM_TESTS += tests/engine/native/test_native
TSAN_TESTS += tests/engine/native/test_native
tests_engine_native_test_native_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_engine_native_test_native_SOURCES = tests/engine/native/test_native.c $(runtime_fixture_sources)
tests_engine_native_test_native_LDADD = libcupel-static.la $(CHECK_LIBS)
tests_engine_native_x86_64_test_decode_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_engine_native_x86_64_test_decode_SOURCES = tests/engine/native/x86_64/test_decode.c \
	engine/native/x86_64/decode.c engine/native/x86_64/decode.h
tests_engine_native_x86_64_test_decode_LDADD = $(CHECK_LIBS)
endif
endif
