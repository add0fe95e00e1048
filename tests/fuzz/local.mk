# Fuzz targets, mutants, generated modules.

check_LTLIBRARIES += tests/fuzz/libharness.la
tests_fuzz_libharness_la_SOURCES = \
	tests/fuzz/harness.c \
	tests/fuzz/harness.h \
	tests/fuzz/harness_compare.c

check_LTLIBRARIES += tests/fuzz/libgenerator.la
tests_fuzz_libgenerator_la_SOURCES = \
	tests/fuzz/generator.c \
	tests/fuzz/generator.h \
	tests/fuzz/generator_body.c \
	tests/fuzz/generator_code.h \
	tests/fuzz/generator_numbers.c \
	tests/fuzz/generator_ops.def \
	tests/fuzz/generator_values.c \
	tests/fuzz/generator_vectors.c

# ---- mutants of real modules --------------------------------------------------------------------
check_PROGRAMS += tests/fuzz/mutants
tests_fuzz_mutants_SOURCES = tests/fuzz/mutants.c
tests_fuzz_mutants_LDADD = tests/fuzz/libharness.la libcupel-static.la
TESTS += tests/fuzz/mutants

MUTANTS = 20000
check-mutants:
	$(call subbuild,mutants.d,CFLAGS='-O1 -g' --enable-sanitizers=address$(comma)undefined)
	+cd mutants.d && $(MAKE) tests/fuzz/mutants tests/programs/wasm.stamp && \
	$(AM_TESTS_ENVIRONMENT) tests/fuzz/mutants --count '$(MUTANTS)'
.PHONY: check-mutants

# ---- against another engine ---------------------------------------------------------------------
check_PROGRAMS += tests/fuzz/differential
tests_fuzz_differential_SOURCES = tests/fuzz/differential.c
tests_fuzz_differential_LDADD = tests/fuzz/libgenerator.la libcupel-static.la
TESTS += tests/fuzz/check-differential.sh

# ---- fuzz targets -------------------------------------------------------------------------------
fuzz_programs = \
	tests/fuzz/fuzz_compile \
	tests/fuzz/fuzz_generate \
	tests/fuzz/fuzz_image \
	tests/fuzz/fuzz_rpc \
	tests/fuzz/fuzz_run
check_PROGRAMS += $(fuzz_programs)
FUZZ_TARGETS += $(fuzz_programs)

# With libFuzzer its main runs them, else replay.c does.
if FUZZERS
fuzz_main =
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
else
fuzz_main = tests/fuzz/fuzz.h tests/fuzz/replay.c
fuzz_ldflags = $(AM_LDFLAGS)
endif

tests_fuzz_fuzz_compile_SOURCES = tests/fuzz/fuzz_compile.c $(fuzz_main)
tests_fuzz_fuzz_compile_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_compile_LDADD = tests/fuzz/libharness.la libcupel-static.la
tests_fuzz_fuzz_generate_SOURCES = tests/fuzz/fuzz_generate.c $(fuzz_main)
tests_fuzz_fuzz_generate_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_generate_LDADD = tests/fuzz/libharness.la tests/fuzz/libgenerator.la libcupel-static.la
tests_fuzz_fuzz_image_SOURCES = tests/fuzz/fuzz_image.c tests/engine/serial/image_mend.c tests/engine/serial/image_mend.h $(fuzz_main)
tests_fuzz_fuzz_image_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_image_LDADD = tests/fuzz/libharness.la tests/fuzz/libgenerator.la libcupel-static.la
tests_fuzz_fuzz_rpc_SOURCES = tests/fuzz/fuzz_rpc.c $(fuzz_main)
tests_fuzz_fuzz_rpc_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_rpc_LDADD = libapi.la libstorage.la libcupel-static.la $(JANSSON_LIBS) $(SQLITE_LIBS)
tests_fuzz_fuzz_run_SOURCES = tests/fuzz/fuzz_run.c $(fuzz_main)
tests_fuzz_fuzz_run_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_run_LDADD = tests/fuzz/libharness.la libcupel-static.la

# Within a build for libFuzzer; `make fuzz` makes one.
fuzz-run: $(fuzz_programs)
	$(SHELL) $(srcdir)/tests/fuzz/fuzz-run.sh '$(srcdir)' '$(FUZZ_SECONDS)' $(fuzz_programs)

if !FUZZERS
TESTS += tests/fuzz/fuzz-regress.sh
endif
fuzz-regress: $(fuzz_programs)
	$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/fuzz/fuzz-regress.sh
.PHONY: fuzz-run fuzz-regress

EXTRA_DIST += \
	tests/fuzz/README.md \
	tests/fuzz/check-differential.sh \
	tests/fuzz/corpus \
	tests/fuzz/differential.js \
	tests/fuzz/fuzz-regress.sh \
	tests/fuzz/fuzz-run.sh
