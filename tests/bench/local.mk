# The benchmark cases as a test: every expected value, on both memory paths, metered and not. And cupel-bench, which times them.

check_PROGRAMS += tests/bench/cases-runner tests/bench/cupel-peer

cases_sources = \
	tests/bench/cases.h \
	tests/bench/cases_expected.c \
	tests/bench/cases_run.c \
	tests/bench/cases_steps.c \
	tests/bench/cases_table.c
tests_bench_cases_runner_SOURCES = $(cases_sources) tests/bench/cases_runner.c
tests_bench_cases_runner_LDADD = libcupel-static.la
tests_bench_cupel_peer_SOURCES = $(cases_sources) tests/bench/cupel_peer.c
tests_bench_cupel_peer_LDADD = libcupel-static.la

TESTS += tests/bench/cases-runner

# A program to run by hand; `make bench` runs it with BENCH_OPTIONS.
EXTRA_DIST += tests/bench/README.md tests/bench/cupel_bench.py tests/bench/peer_node.js
CLEANFILES += tests/bench/cupel-bench
tests/bench/cupel-bench: tests/bench/cupel_bench.py
	$(AM_V_GEN)$(MKDIR_P) tests/bench && cp $(srcdir)/tests/bench/cupel_bench.py $@ && chmod +x $@
bench: tests/bench/cupel-bench tests/bench/cupel-peer$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) tests/bench/cupel-bench $(BENCH_OPTIONS)
.PHONY: bench
