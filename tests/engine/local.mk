# Tests of engine/, a fragment for each layer.

# The second opinion.
reference_sources = \
	tests/engine/reference.h \
	tests/engine/reference_bulk.c \
	tests/engine/reference_eval.c \
	tests/engine/reference_module.c \
	tests/engine/reference_numeric.c \
	tests/engine/reference_scan.c
# Modules as text, and what becomes of them.
decode_fixture_sources = tests/engine/decode_fixture.c tests/engine/decode_fixture.h
# An engine and a store for a test.
runtime_fixture_sources = \
	tests/engine/wasm_builder.c \
	tests/engine/wasm_builder.h \
	tests/engine/runtime/runtime_fixture.c \
	tests/engine/runtime/runtime_fixture.h

include $(srcdir)/tests/engine/base/local.mk
include $(srcdir)/tests/engine/module/local.mk
include $(srcdir)/tests/engine/validate/local.mk
include $(srcdir)/tests/engine/runtime/local.mk
include $(srcdir)/tests/engine/isa/local.mk
include $(srcdir)/tests/engine/translate/local.mk
include $(srcdir)/tests/engine/exec/local.mk
include $(srcdir)/tests/engine/serial/local.mk
include $(srcdir)/tests/engine/fuel/local.mk
include $(srcdir)/tests/engine/capi/local.mk
include $(srcdir)/tests/engine/native/local.mk
