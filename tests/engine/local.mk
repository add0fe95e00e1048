# Tests of engine/, a fragment for each layer.

include $(srcdir)/tests/engine/runtime/local.mk
