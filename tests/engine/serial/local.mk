# Tests of images.

if HAVE_CHECK
check_PROGRAMS += tests/engine/serial/serial_tests
TESTS += tests/engine/serial/serial_tests
VALGRIND_TESTS += tests/engine/serial/serial_tests
OOM_TESTS += tests/engine/serial/serial_tests
tests_engine_serial_serial_tests_SOURCES = \
	$(runtime_fixture_sources) \
	tests/engine/serial/image_mend.c \
	tests/engine/serial/image_mend.h \
	tests/engine/serial/serial_tests.c \
	tests/engine/serial/serial_tests.h \
	tests/engine/serial/test_damage.c \
	tests/engine/serial/test_image_lazy.c \
	tests/engine/serial/test_image_oom.c \
	tests/engine/serial/test_round_trip.c \
	tests/engine/serial/test_verify.c
tests_engine_serial_serial_tests_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_engine_serial_serial_tests_LDADD = tests/engine/translate/librandommodule.la libcupel-static.la $(CHECK_LIBS)
endif
