# Exact fuel, on every way to dispatch.

if HAVE_CHECK
engine_fuel_tests = tests/engine/fuel/fuel_tests tests/engine/fuel/fuel_tests_switch
check_LTLIBRARIES += tests/engine/fuel/libfueltests.la
tests_engine_fuel_libfueltests_la_SOURCES = \
	$(reference_sources) \
	$(runtime_fixture_sources) \
	tests/engine/fuel/cost_cases.c \
	tests/engine/fuel/cost_cases.h \
	tests/engine/fuel/fuel_tests.c \
	tests/engine/fuel/fuel_tests.h \
	tests/engine/fuel/test_cost_model.c
tests_engine_fuel_libfueltests_la_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)

tests_engine_fuel_fuel_tests_SOURCES =
tests_engine_fuel_fuel_tests_LDADD = tests/engine/fuel/libfueltests.la libcupel-static.la $(CHECK_LIBS) -lm
tests_engine_fuel_fuel_tests_switch_SOURCES =
tests_engine_fuel_fuel_tests_switch_LDADD = tests/engine/fuel/libfueltests.la tests/spec/libcupel_switch.la $(CHECK_LIBS) -lm
if CAN_GOTO
engine_fuel_tests += tests/engine/fuel/fuel_tests_goto
tests_engine_fuel_fuel_tests_goto_SOURCES =
tests_engine_fuel_fuel_tests_goto_LDADD = tests/engine/fuel/libfueltests.la tests/spec/libcupel_goto.la $(CHECK_LIBS) -lm
endif

check_PROGRAMS += $(engine_fuel_tests)
TESTS += $(engine_fuel_tests)
endif
