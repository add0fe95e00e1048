# The daemon as its clients see it: each script starts build/cupeld and talks to it over HTTP.

http_tests = \
	tests/http/test_http_backup.py \
	tests/http/test_http_bench.py \
	tests/http/test_http_budgets.py \
	tests/http/test_http_clients.py \
	tests/http/test_http_config.py \
	tests/http/test_http_cupel.py \
	tests/http/test_http_fairness.py \
	tests/http/test_http_flow.py \
	tests/http/test_http_hostile.py \
	tests/http/test_http_keys.py \
	tests/http/test_http_kill.py \
	tests/http/test_http_observed.py \
	tests/http/test_http_storage.py \
	tests/http/test_http_systemd.py \
	tests/http/test_http_tls.py

EXTRA_DIST += $(http_tests) tests/http/cupeld.py tests/http/wasm_bytes.py tests/http/README.md
if HAVE_PYTHON
TESTS += $(http_tests)
endif

# What HTTP itself costs, to compare calls with.
EXTRA_PROGRAMS += tests/bench/hello_mhd
CLEANFILES += tests/bench/hello_mhd
tests_bench_hello_mhd_SOURCES = tests/bench/hello_mhd.c
tests_bench_hello_mhd_LDADD = $(MICROHTTPD_LIBS)
EXTRA_DIST += tests/bench/bench_http.sh
bench-http: cupeld tests/bench/hello_mhd
	builddir='$(abs_builddir)' $(SHELL) $(srcdir)/tests/bench/bench_http.sh
# What calls that never end do to those that take microseconds.
EXTRA_DIST += tests/bench/bench_service.py
bench-service: cupeld
	builddir='$(abs_builddir)' $(PYTHON) $(srcdir)/tests/bench/bench_service.py
.PHONY: bench-http bench-service
