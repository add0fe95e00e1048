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

# Vector kernels: for wasm32 as cases, natively as the scalars that these are compared with.
check_PROGRAMS += tests/bench/simd-scalars
simd_kernels = \
	tests/bench/simd/alpha_blend.c \
	tests/bench/simd/chacha_blocks.c \
	tests/bench/simd/dot_bytes.c \
	tests/bench/simd/dot_double.c \
	tests/bench/simd/escape_time.c \
	tests/bench/simd/fir_filter.c \
	tests/bench/simd/gray_levels.c \
	tests/bench/simd/hex_encode.c \
	tests/bench/simd/matmul_float.c \
	tests/bench/simd/prefix_sum.c \
	tests/bench/simd/saxpy.c \
	tests/bench/simd/utf8_count.c
tests_bench_simd_scalars_SOURCES = \
	$(simd_kernels) \
	$(cases_sources) \
	tests/bench/simd/kernel.h \
	tests/bench/simd/kernels.def \
	tests/bench/simd_scalars.c
tests_bench_simd_scalars_CFLAGS = $(AM_CFLAGS) -ffp-contract=off
tests_bench_simd_scalars_LDADD = libcupel-static.la

check_DATA += tests/bench/simd.stamp
tests/bench/simd.stamp: $(simd_kernels) tests/bench/simd/kernel.h tests/bench/simd/kernels.def tests/bench/simd/cases.tsv \
		tests/bench/build_kernels.sh tests/programs/wasm_cc.sh
	$(AM_V_GEN)$(SHELL) $(srcdir)/tests/bench/build_kernels.sh '$(srcdir)' tests/bench/simd tests/bench/simd-wasm \
	-msimd128 -mbulk-memory -mnontrapping-fptoint -msign-ext && touch $@
EXTRA_DIST += tests/bench/build_kernels.sh tests/bench/simd/cases.tsv
CLEANFILES += tests/bench/simd.stamp

# Calls and jumps that programs from elsewhere do not show alone.
call_kernels = \
	tests/bench/calls/branch_tables.c \
	tests/bench/calls/cases.tsv \
	tests/bench/calls/host_calls.c \
	tests/bench/calls/host_values.c \
	tests/bench/calls/indirect_calls.c
check_DATA += tests/bench/calls.stamp
tests/bench/calls.stamp: $(call_kernels) tests/bench/build_kernels.sh tests/programs/wasm_cc.sh
	$(AM_V_GEN)$(SHELL) $(srcdir)/tests/bench/build_kernels.sh '$(srcdir)' tests/bench/calls tests/bench/calls-wasm && touch $@
EXTRA_DIST += $(call_kernels)
CLEANFILES += tests/bench/calls.stamp

TESTS += tests/bench/cases-runner tests/bench/simd-scalars

# What instances and images cost; `make bench-instances`.
check_PROGRAMS += tests/bench/bench-instances
tests_bench_bench_instances_SOURCES = tests/bench/bench_instances.c tests/bench/cases.h tests/bench/cases_table.c
tests_bench_bench_instances_LDADD = libcupel-static.la
BENCH_INSTANCES = erc20.wasm coremark.wasm argon2.wasm bz2.wasm regex-redux.wasm pulldown-cmark.wasm spidermonkey.wasm
bench-instances: tests/bench/bench-instances$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) sh -c 'test -d "$$CUPEL_BENCH_DIR" && set -- "$$CUPEL_BENCH_DIR" $(BENCH_INSTANCES); \
	exec tests/bench/bench-instances "$$@"'
.PHONY: bench-instances

# A program to run by hand; `make bench` runs it with BENCH_OPTIONS.
EXTRA_DIST += tests/bench/README.md tests/bench/cupel_bench.py tests/bench/peer_node.js
CLEANFILES += tests/bench/cupel-bench
tests/bench/cupel-bench: tests/bench/cupel_bench.py
	$(AM_V_GEN)$(MKDIR_P) tests/bench && cp $(srcdir)/tests/bench/cupel_bench.py $@ && chmod +x $@
bench: tests/bench/cupel-bench tests/bench/cupel-peer$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) tests/bench/cupel-bench $(BENCH_OPTIONS)
bench-simd: tests/bench/cupel-bench tests/bench/cupel-peer$(EXEEXT) tests/bench/simd.stamp
	@if test -f tests/bench/simd-wasm/missing; then cat tests/bench/simd-wasm/missing >&2; exit 1; fi
	$(AM_TESTS_ENVIRONMENT) tests/bench/cupel-bench --cases tests/bench/simd-wasm/cases.tsv $(BENCH_OPTIONS)
bench-calls: tests/bench/cupel-bench tests/bench/cupel-peer$(EXEEXT) tests/bench/calls.stamp
	@if test -f tests/bench/calls-wasm/missing; then cat tests/bench/calls-wasm/missing >&2; exit 1; fi
	$(AM_TESTS_ENVIRONMENT) tests/bench/cupel-bench --cases tests/bench/calls-wasm/cases.tsv $(BENCH_OPTIONS)
.PHONY: bench bench-simd bench-calls
