# Tests of engine/module/, a file per file there, in one program.

if HAVE_CHECK
check_PROGRAMS += tests/engine/module/module_tests
TESTS += tests/engine/module/module_tests
VALGRIND_TESTS += tests/engine/module/module_tests
TSAN_TESTS += tests/engine/module/module_tests

tests_engine_module_module_tests_SOURCES = $(decode_fixture_sources) \
	tests/engine/module/module_suites.h \
	tests/engine/module/module_tests.c \
	tests/engine/module/test_const_expr.c \
	tests/engine/module/test_enforced_limits.c \
	tests/engine/module/test_feature_gate.c \
	tests/engine/module/test_frame.c \
	tests/engine/module/test_instr.c \
	tests/engine/module/test_later_features.c \
	tests/engine/module/test_module.c \
	tests/engine/module/test_reader.c \
	tests/engine/module/test_section_code.c \
	tests/engine/module/test_section_custom.c \
	tests/engine/module/test_section_entities.c \
	tests/engine/module/test_section_exports.c \
	tests/engine/module/test_section_imports.c \
	tests/engine/module/test_section_segments.c \
	tests/engine/module/test_section_types.c \
	tests/engine/module/test_type_registry.c \
	tests/engine/module/test_types.c \
	tests/engine/module/test_valtypes.c
tests_engine_module_module_tests_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_engine_module_module_tests_LDADD = libcupel-static.la $(CHECK_LIBS)
endif
