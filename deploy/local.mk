# What is installed beside the programs, and the scripts for people.

dist_man_MANS += deploy/man/cupel.1

EXTRA_DIST += \
	deploy/README.md \
	deploy/build.sh \
	deploy/cupeld.service.in \
	deploy/deps.sh \
	deploy/quickstart.sh \
	deploy/test.sh \
	deploy/sample/build.sh \
	deploy/sample/sample.c \
	deploy/sample/sample.wasm

# Made at make time, because only then the folders are known for good.
expand_folders = $(SED) \
	-e 's,[@]sbindir[@],$(sbindir),g' \
	-e 's,[@]sysconfdir[@],$(sysconfdir),g' \
	-e 's,[@]localstatedir[@],$(localstatedir),g'

deploy/cupeld.service: deploy/cupeld.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) deploy && $(expand_folders) $(srcdir)/deploy/cupeld.service.in > $@
CLEANFILES += deploy/cupeld.service
if HAVE_SYSTEMD
systemdsystemunit_DATA = deploy/cupeld.service
endif

# Scripts and documents, tried.
deploy_tests = tests/deploy/test_sample.sh
TESTS += $(deploy_tests)
EXTRA_DIST += $(deploy_tests)
