# Tests of daemon/ that need no running daemon; see tests/http/ for those that do.

if HAVE_CHECK
daemon_tests = tests/daemon/test_acceptor tests/daemon/test_executor tests/daemon/test_log tests/daemon/test_sandbox tests/daemon/test_settings \
	tests/daemon/test_sockets tests/daemon/test_watchdog
check_PROGRAMS += $(daemon_tests)
TESTS += $(daemon_tests)
TSAN_TESTS += tests/daemon/test_acceptor tests/daemon/test_executor

daemon_test_cflags = $(AM_CFLAGS) $(CHECK_CFLAGS)
daemon_test_libs = libdaemon.la libapi.la libstorage.la libcupel-static.la $(CHECK_LIBS)

tests_daemon_test_acceptor_SOURCES = tests/daemon/test_acceptor.c
tests_daemon_test_acceptor_CFLAGS = $(daemon_test_cflags)
tests_daemon_test_acceptor_LDADD = $(daemon_test_libs)
tests_daemon_test_executor_SOURCES = tests/daemon/test_executor.c
tests_daemon_test_executor_CFLAGS = $(daemon_test_cflags)
tests_daemon_test_executor_LDADD = $(daemon_test_libs)
tests_daemon_test_log_SOURCES = tests/daemon/test_log.c
tests_daemon_test_log_CFLAGS = $(daemon_test_cflags)
tests_daemon_test_log_LDADD = $(daemon_test_libs) $(JANSSON_LIBS)
tests_daemon_test_sandbox_SOURCES = tests/daemon/test_sandbox.c
tests_daemon_test_sandbox_CFLAGS = $(daemon_test_cflags)
tests_daemon_test_sandbox_LDADD = $(daemon_test_libs)
tests_daemon_test_settings_SOURCES = tests/daemon/test_settings.c
tests_daemon_test_settings_CFLAGS = $(daemon_test_cflags)
tests_daemon_test_settings_LDADD = $(daemon_test_libs)
tests_daemon_test_sockets_SOURCES = tests/daemon/test_sockets.c
tests_daemon_test_sockets_CFLAGS = $(daemon_test_cflags)
tests_daemon_test_sockets_LDADD = $(daemon_test_libs)
tests_daemon_test_watchdog_SOURCES = tests/daemon/test_watchdog.c
tests_daemon_test_watchdog_CFLAGS = $(daemon_test_cflags)
tests_daemon_test_watchdog_LDADD = $(daemon_test_libs)
endif
