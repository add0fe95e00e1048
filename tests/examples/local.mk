# Examples: each shows one thing on a page, is built as an embedder would and says by its status whether it worked.

examples = \
	tests/examples/example_fuel \
	tests/examples/example_hello \
	tests/examples/example_hooks \
	tests/examples/example_lazy \
	tests/examples/example_limits \
	tests/examples/example_linking \
	tests/examples/example_memory \
	tests/examples/example_resumable \
	tests/examples/example_typed \
	tests/examples/example_wrap

check_PROGRAMS += $(examples)
TESTS += $(examples)
EXTRA_DIST += tests/examples/README.md

tests_examples_example_lazy_SOURCES = tests/examples/example_lazy.c
tests_examples_example_lazy_CPPFLAGS = -I$(srcdir)/engine
tests_examples_example_lazy_LDADD = libcupel-static.la

tests_examples_example_limits_SOURCES = tests/examples/example_limits.c
tests_examples_example_limits_CPPFLAGS = -I$(srcdir)/engine
tests_examples_example_limits_LDADD = libcupel-static.la

tests_examples_example_linking_SOURCES = tests/examples/example_linking.c
tests_examples_example_linking_CPPFLAGS = -I$(srcdir)/engine
tests_examples_example_linking_LDADD = libcupel-static.la

tests_examples_example_memory_SOURCES = tests/examples/example_memory.c
tests_examples_example_memory_CPPFLAGS = -I$(srcdir)/engine
tests_examples_example_memory_LDADD = libcupel-static.la

tests_examples_example_fuel_SOURCES = tests/examples/example_fuel.c
tests_examples_example_fuel_CPPFLAGS = -I$(srcdir)/engine
tests_examples_example_fuel_LDADD = libcupel-static.la

tests_examples_example_hello_SOURCES = tests/examples/example_hello.c
tests_examples_example_hello_CPPFLAGS = -I$(srcdir)/engine
tests_examples_example_hello_LDADD = libcupel-static.la

tests_examples_example_hooks_SOURCES = tests/examples/example_hooks.c
tests_examples_example_hooks_CPPFLAGS = -I$(srcdir)/engine
tests_examples_example_hooks_LDADD = libcupel-static.la

tests_examples_example_resumable_SOURCES = tests/examples/example_resumable.c
tests_examples_example_resumable_CPPFLAGS = -I$(srcdir)/engine
tests_examples_example_resumable_LDADD = libcupel-static.la

tests_examples_example_typed_SOURCES = tests/examples/example_typed.c
tests_examples_example_typed_CPPFLAGS = -I$(srcdir)/engine
tests_examples_example_typed_LDADD = libcupel-static.la

tests_examples_example_wrap_SOURCES = tests/examples/example_wrap.c
tests_examples_example_wrap_CPPFLAGS = -I$(srcdir)/engine
tests_examples_example_wrap_LDADD = libcupel-static.la
