# C programs, natively and as WebAssembly.

check_PROGRAMS += tests/programs/programs-runner

test_programs = \
	tests/programs/arith64.c \
	tests/programs/bits.c \
	tests/programs/crc32.c \
	tests/programs/decimal_text.c \
	tests/programs/float_single.c \
	tests/programs/hash_map.c \
	tests/programs/mandelbrot.c \
	tests/programs/matmul.c \
	tests/programs/nbody.c \
	tests/programs/recursion.c \
	tests/programs/sha256.c \
	tests/programs/siphash.c \
	tests/programs/sorting.c \
	tests/programs/stack_vm.c \
	tests/programs/strings.c \
	tests/programs/structs.c \
	tests/programs/vectors.c \
	tests/programs/vtables.c

tests_programs_programs_runner_SOURCES = \
	$(test_programs) \
	tests/programs/program.h \
	tests/programs/programs.def \
	tests/programs/programs_runner.c
tests_programs_programs_runner_CFLAGS = $(AM_CFLAGS) -ffp-contract=off
tests_programs_programs_runner_LDADD = libcupel-static.la

TESTS += tests/programs/programs-runner
check_DATA += tests/programs/wasm.stamp

tests/programs/wasm.stamp: $(test_programs) tests/programs/program.h tests/programs/programs.def \
		tests/programs/minilib.c tests/programs/build.sh tests/programs/wasm_cc.sh
	$(AM_V_GEN)$(SHELL) $(srcdir)/tests/programs/build.sh '$(srcdir)' tests/programs/wasm && touch $@

EXTRA_DIST += tests/programs/README.md tests/programs/build.sh tests/programs/minilib.c tests/programs/wasm_cc.sh
CLEANFILES += tests/programs/wasm.stamp
