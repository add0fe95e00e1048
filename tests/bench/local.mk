# The benchmark cases as a test: every expected value, on both memory paths, metered and not.

check_PROGRAMS += tests/bench/cases-runner

tests_bench_cases_runner_SOURCES = \
	tests/bench/cases.h \
	tests/bench/cases_expected.c \
	tests/bench/cases_run.c \
	tests/bench/cases_runner.c \
	tests/bench/cases_steps.c \
	tests/bench/cases_table.c
tests_bench_cases_runner_LDADD = libcupel-static.la

TESTS += tests/bench/cases-runner
