# Adds the tests to the build; see ../Makefile.am for the lists.

include $(srcdir)/tests/engine/local.mk
include $(srcdir)/tests/engine/exec/simd.mk
include $(srcdir)/tests/examples/local.mk
include $(srcdir)/tests/storage/local.mk
include $(srcdir)/tests/bench/local.mk
include $(srcdir)/tests/cli/local.mk
include $(srcdir)/tests/fuzz/local.mk
include $(srcdir)/tests/programs/local.mk
include $(srcdir)/tests/spec/local.mk
include $(srcdir)/tests/api/local.mk
include $(srcdir)/tests/daemon/local.mk
include $(srcdir)/tests/http/local.mk
include $(srcdir)/tests/page/local.mk
