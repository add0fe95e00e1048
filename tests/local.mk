# Adds the tests to the build; see ../Makefile.am for the lists.

include $(srcdir)/tests/storage/local.mk
