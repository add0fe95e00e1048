# Tests of the standard C API, in one program.

if HAVE_CHECK
check_PROGRAMS += tests/engine/capi/capi_tests
TESTS += tests/engine/capi/capi_tests
OOM_TESTS += tests/engine/capi/capi_tests
VALGRIND_TESTS += tests/engine/capi/capi_tests
TSAN_TESTS += tests/engine/capi/capi_tests

tests_engine_capi_capi_tests_SOURCES = \
	tests/engine/wasm_builder.c \
	tests/engine/wasm_builder.h \
	tests/engine/capi/capi_fixture.c \
	tests/engine/capi/capi_fixture.h \
	tests/engine/capi/capi_tests.c \
	tests/engine/capi/capi_tests.h \
	tests/engine/capi/test_capi_extern.c \
	tests/engine/capi/test_capi_extern_types.c \
	tests/engine/capi/test_capi_func.c \
	tests/engine/capi/test_capi_global.c \
	tests/engine/capi/test_capi_instance.c \
	tests/engine/capi/test_capi_memory.c \
	tests/engine/capi/test_capi_module.c \
	tests/engine/capi/test_capi_object.c \
	tests/engine/capi/test_capi_oom.c \
	tests/engine/capi/test_capi_ref.c \
	tests/engine/capi/test_capi_store.c \
	tests/engine/capi/test_capi_table.c \
	tests/engine/capi/test_capi_threads.c \
	tests/engine/capi/test_capi_trap.c \
	tests/engine/capi/test_capi_types.c \
	tests/engine/capi/test_capi_value.c \
	tests/engine/capi/test_capi_vec.c
tests_engine_capi_capi_tests_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_engine_capi_capi_tests_LDADD = engine/libcapi.la libcupel-static.la $(CHECK_LIBS)
endif
