# Tests of engine/, a fragment for each layer.

# The second opinion.
reference_sources = \
	tests/engine/reference.h \
	tests/engine/reference_bulk.c \
	tests/engine/reference_eval.c \
	tests/engine/reference_module.c \
	tests/engine/reference_numeric.c \
	tests/engine/reference_scan.c
# An engine and a store for a test.
runtime_fixture_sources = \
	tests/engine/wasm_builder.c \
	tests/engine/wasm_builder.h \
	tests/engine/runtime/runtime_fixture.c \
	tests/engine/runtime/runtime_fixture.h

include $(srcdir)/tests/engine/runtime/local.mk
include $(srcdir)/tests/engine/fuel/local.mk
include $(srcdir)/tests/engine/translate/local.mk
