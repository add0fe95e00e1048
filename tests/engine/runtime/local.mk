# Tests of the engine's runtime, in one program; and those of running code with each other way to dispatch.

if HAVE_CHECK
check_PROGRAMS += tests/engine/runtime/runtime_tests
TESTS += tests/engine/runtime/runtime_tests
OOM_TESTS += tests/engine/runtime/runtime_tests
VALGRIND_TESTS += tests/engine/runtime/runtime_tests
TSAN_TESTS += tests/engine/runtime/runtime_tests

check_LTLIBRARIES += tests/engine/runtime/libruntimetests.la
tests_engine_runtime_libruntimetests_la_SOURCES = \
	tests/engine/wasm_builder.c \
	tests/engine/wasm_builder.h \
	tests/engine/runtime/runtime_fixture.c \
	tests/engine/runtime/runtime_fixture.h \
	tests/engine/runtime/runtime_suite.c \
	tests/engine/runtime/runtime_tests.h \
	tests/engine/runtime/test_backtrace.c \
	tests/engine/runtime/test_call.c \
	tests/engine/runtime/test_call_hook.c \
	tests/engine/runtime/test_calls_oom.c \
	tests/engine/runtime/test_checked_code.c \
	tests/engine/runtime/test_engine.c \
	tests/engine/runtime/test_engine_config.c \
	tests/engine/runtime/test_externref.c \
	tests/engine/runtime/test_fuel.c \
	tests/engine/runtime/test_func.c \
	tests/engine/runtime/test_func_wrap.c \
	tests/engine/runtime/test_global.c \
	tests/engine/runtime/test_handles.c \
	tests/engine/runtime/test_host_call.c \
	tests/engine/runtime/test_host_direct.c \
	tests/engine/runtime/test_instantiate.c \
	tests/engine/runtime/test_limiter.c \
	tests/engine/runtime/test_linker.c \
	tests/engine/runtime/test_linker_builder.c \
	tests/engine/runtime/test_linker_instantiate.c \
	tests/engine/runtime/test_memory.c \
	tests/engine/runtime/test_memory_pool.c \
	tests/engine/runtime/test_module_code.c \
	tests/engine/runtime/test_module_object.c \
	tests/engine/runtime/test_module_stream.c \
	tests/engine/runtime/test_public_types.c \
	tests/engine/runtime/test_resumable.c \
	tests/engine/runtime/test_resumable_nested.c \
	tests/engine/runtime/test_runtime_oom.c \
	tests/engine/runtime/test_runtime_threads.c \
	tests/engine/runtime/test_store.c \
	tests/engine/runtime/test_typed_func.c \
	tests/engine/runtime/test_table.c \
	tests/engine/runtime/test_type_relations.c
tests_engine_runtime_libruntimetests_la_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)

runtime_test_cflags = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_engine_runtime_runtime_tests_CFLAGS = $(runtime_test_cflags)
tests_engine_runtime_runtime_tests_SOURCES = tests/engine/runtime/runtime_tests.c
tests_engine_runtime_runtime_tests_LDADD = tests/engine/runtime/libruntimetests.la libcupel-static.la $(CHECK_LIBS)

runtime_dispatch_tests = tests/engine/runtime/dispatch_tests_switch
tests_engine_runtime_dispatch_tests_switch_CFLAGS = $(runtime_test_cflags)
tests_engine_runtime_dispatch_tests_switch_SOURCES = tests/engine/runtime/dispatch_tests.c
tests_engine_runtime_dispatch_tests_switch_LDADD = tests/engine/runtime/libruntimetests.la tests/spec/libcupel_switch.la $(CHECK_LIBS)
if CAN_GOTO
runtime_dispatch_tests += tests/engine/runtime/dispatch_tests_goto
tests_engine_runtime_dispatch_tests_goto_CFLAGS = $(runtime_test_cflags)
tests_engine_runtime_dispatch_tests_goto_SOURCES = tests/engine/runtime/dispatch_tests.c
tests_engine_runtime_dispatch_tests_goto_LDADD = tests/engine/runtime/libruntimetests.la tests/spec/libcupel_goto.la $(CHECK_LIBS)
endif

check_PROGRAMS += $(runtime_dispatch_tests)
TESTS += $(runtime_dispatch_tests)
OOM_TESTS += $(runtime_dispatch_tests)
endif
