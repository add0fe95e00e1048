# Adds the tests to the build; see ../Makefile.am for the lists.

include $(srcdir)/tests/engine/local.mk
include $(srcdir)/tests/storage/local.mk
include $(srcdir)/tests/bench/local.mk
include $(srcdir)/tests/cli/local.mk
include $(srcdir)/tests/fuzz/local.mk
include $(srcdir)/tests/programs/local.mk
include $(srcdir)/tests/spec/local.mk
