# What is installed beside the programs, and the scripts for people.

man_MANS += deploy/man/cupel.1 deploy/man/cupeld.8
doc_DATA += deploy/cupel.conf

EXTRA_DIST += \
	deploy/README.md \
	deploy/build.sh \
	deploy/Containerfile \
	deploy/cupeld.service.in \
	deploy/cupeld.socket \
	deploy/deb.sh \
	deploy/debian/changelog \
	deploy/debian/control \
	deploy/debian/copyright \
	deploy/debian/cupel.install \
	deploy/debian/cupeld.install \
	deploy/debian/libcupel-dev.install \
	deploy/debian/libcupel0.install \
	deploy/debian/rules \
	deploy/debian/source/format \
	deploy/completion/cupel.bash \
	deploy/man/cupel.1.in \
	deploy/man/cupeld.8.in \
	deploy/deps.sh \
	deploy/quickstart.sh \
	deploy/test.sh \
	deploy/sample/build.sh \
	deploy/sample/sample.c \
	deploy/sample/sample.wasm

# Made at make time, because only then the folders are known for good.
expand_folders = $(SED) \
	-e 's,[@]VERSION[@],$(VERSION),g' \
	-e 's,[@]bindir[@],$(bindir),g' \
	-e 's,[@]sbindir[@],$(sbindir),g' \
	-e 's,[@]pkglibexecdir[@],$(pkglibexecdir),g' \
	-e 's,[@]sysconfdir[@],$(sysconfdir),g' \
	-e 's,[@]localstatedir[@],$(localstatedir),g'

deploy/cupeld.service: deploy/cupeld.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) deploy && $(expand_folders) $(srcdir)/deploy/cupeld.service.in > $@

# The options of cupeld stand in daemon/config.def; the program prints them for both.
deploy/cupel.conf: cupeld$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) deploy && ./cupeld$(EXEEXT) --config /dev/null --print-config > $@.tmp && mv $@.tmp $@

deploy/man/cupeld.8: deploy/man/cupeld.8.in cupeld$(EXEEXT) Makefile
	$(AM_V_GEN)$(MKDIR_P) deploy/man && ./cupeld$(EXEEXT) --print-man > $@.options && \
	$(expand_folders) \
	    -e '/^@OPTIONS@$$/{r $@.options' -e 'd;}' $(srcdir)/deploy/man/cupeld.8.in > $@.tmp && \
	rm -f $@.options && mv $@.tmp $@

deploy/man/cupel.1: deploy/man/cupel.1.in Makefile
	$(AM_V_GEN)$(MKDIR_P) deploy/man && $(expand_folders) $(srcdir)/deploy/man/cupel.1.in > $@

# bash looks a command's completion up by the command's name.
install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)'
	$(INSTALL_DATA) $(srcdir)/deploy/completion/cupel.bash '$(DESTDIR)$(bashcompletiondir)/cupel'
uninstall-local:
	-rm -f '$(DESTDIR)$(bashcompletiondir)/cupel'

CLEANFILES += deploy/cupeld.service deploy/cupel.conf deploy/man/cupel.1 deploy/man/cupeld.8
if HAVE_SYSTEMD
systemdsystemunit_DATA = deploy/cupeld.service deploy/cupeld.socket
endif

# Scripts and documents, tried.
deploy_tests = tests/deploy/test_sample.sh tests/deploy/test_readme.sh tests/deploy/test_completion.sh tests/deploy/test_service.sh
TESTS += $(deploy_tests)
EXTRA_DIST += $(deploy_tests)

# Packages for Debian, in deb.d/.
deb: dist
	$(SHELL) $(srcdir)/deploy/deb.sh $(distdir).tar.xz deb.d
.PHONY: deb
