# The daemon; see ../Makefile.am for the lists. All but main() is a library, for the tests.

noinst_LTLIBRARIES += libdaemon.la
libdaemon_la_SOURCES = \
	daemon/acceptor.c \
	daemon/acceptor.h \
	daemon/backup_command.c \
	daemon/backup_command.h \
	daemon/config.def \
	daemon/connections.c \
	daemon/connections.h \
	daemon/executor.c \
	daemon/executor.h \
	daemon/inbound.c \
	daemon/inbound.h \
	daemon/key_command.c \
	daemon/key_command.h \
	daemon/listen_socket.c \
	daemon/listen_socket.h \
	daemon/log.c \
	daemon/log.h \
	daemon/log_lines.c \
	daemon/log_lines.h \
	daemon/notify.c \
	daemon/notify.h \
	daemon/options.c \
	daemon/options.h \
	daemon/request_head.c \
	daemon/request_head.h \
	daemon/request_log.c \
	daemon/request_log.h \
	daemon/reload.c \
	daemon/reload.h \
	daemon/sandbox.c \
	daemon/sandbox.def \
	daemon/sandbox.h \
	daemon/server.c \
	daemon/server.h \
	daemon/settings.c \
	daemon/settings.h \
	daemon/settings_file.c \
	daemon/settings_print.c \
	daemon/subcommand.c \
	daemon/subcommand.h \
	daemon/tls_files.c \
	daemon/tls_files.h \
	daemon/watchdog.c \
	daemon/watchdog.h
libdaemon_la_LIBADD = $(MICROHTTPD_LIBS) $(GNUTLS_LIBS) $(INIH_LIBS) $(SYSTEMD_LIBS) $(SECCOMP_LIBS)

sbin_PROGRAMS += cupeld
cupeld_SOURCES = daemon/main.c
cupeld_CPPFLAGS = $(AM_CPPFLAGS) -DCUPEL_CONFIG_FILE='"$(sysconfdir)/cupel/cupel.conf"'
cupeld_LDADD = libdaemon.la libapi.la libstorage.la libcupel-static.la

EXTRA_DIST += daemon/README.md
