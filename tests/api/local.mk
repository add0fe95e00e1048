# Tests of api/, without a socket; they run against the real engine and a real database.

if HAVE_CHECK
api_tests = \
	tests/api/test_account \
	tests/api/test_bad_requests \
	tests/api/test_export_call \
	tests/api/test_float_text \
	tests/api/test_http_modules \
	tests/api/test_http_page \
	tests/api/test_json_in \
	tests/api/test_key_ring \
	tests/api/test_metrics \
	tests/api/test_openapi \
	tests/api/test_plain_call \
	tests/api/test_rpc \
	tests/api/test_run_queue \
	tests/api/test_service \
	tests/api/test_slices \
	tests/api/test_text \
	tests/api/test_trace_context \
	tests/api/test_values

check_PROGRAMS += $(api_tests)
TESTS += $(api_tests)
TSAN_TESTS += tests/api/test_service
VALGRIND_TESTS += tests/api/test_export_call tests/api/test_key_ring tests/api/test_slices tests/api/test_rpc tests/api/test_http_modules

check_LTLIBRARIES += libapifixture.la
libapifixture_la_SOURCES = \
	tests/api/api_fixture.c \
	tests/api/api_fixture.h \
	tests/api/wasm_maker.c \
	tests/api/wasm_maker.h \
	tests/api/wasm_modules.c
libapifixture_la_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)

api_test_cflags = $(AM_CFLAGS) $(CHECK_CFLAGS)
api_test_libs = libapifixture.la libapi.la libstorage.la libcupel-static.la $(JANSSON_LIBS) $(SQLITE_LIBS) $(CHECK_LIBS)

tests_api_test_account_SOURCES = tests/api/test_account.c
tests_api_test_account_CFLAGS = $(api_test_cflags)
tests_api_test_account_LDADD = $(api_test_libs)
tests_api_test_bad_requests_SOURCES = tests/api/test_bad_requests.c tests/api/bad_requests.def
tests_api_test_bad_requests_CFLAGS = $(api_test_cflags)
tests_api_test_bad_requests_LDADD = $(api_test_libs)
tests_api_test_export_call_SOURCES = tests/api/test_export_call.c
tests_api_test_export_call_CFLAGS = $(api_test_cflags)
tests_api_test_export_call_LDADD = $(api_test_libs)
tests_api_test_float_text_SOURCES = tests/api/test_float_text.c
tests_api_test_float_text_CFLAGS = $(api_test_cflags)
tests_api_test_float_text_LDADD = $(api_test_libs)
tests_api_test_http_modules_SOURCES = tests/api/test_http_modules.c
tests_api_test_http_modules_CFLAGS = $(api_test_cflags)
tests_api_test_http_modules_LDADD = $(api_test_libs)
tests_api_test_http_page_SOURCES = tests/api/test_http_page.c
tests_api_test_http_page_CFLAGS = $(api_test_cflags)
tests_api_test_http_page_LDADD = $(api_test_libs)
tests_api_test_json_in_SOURCES = tests/api/test_json_in.c
tests_api_test_json_in_CFLAGS = $(api_test_cflags)
tests_api_test_json_in_LDADD = $(api_test_libs)
tests_api_test_key_ring_SOURCES = tests/api/test_key_ring.c
tests_api_test_key_ring_CFLAGS = $(api_test_cflags)
tests_api_test_key_ring_LDADD = $(api_test_libs)
tests_api_test_metrics_SOURCES = tests/api/test_metrics.c
tests_api_test_metrics_CFLAGS = $(api_test_cflags)
tests_api_test_metrics_LDADD = $(api_test_libs)
tests_api_test_openapi_SOURCES = tests/api/test_openapi.c tests/api/bad_requests.def
tests_api_test_openapi_CFLAGS = $(api_test_cflags)
tests_api_test_openapi_LDADD = $(api_test_libs)
tests_api_test_plain_call_SOURCES = tests/api/test_plain_call.c
tests_api_test_plain_call_CFLAGS = $(api_test_cflags)
tests_api_test_plain_call_LDADD = $(api_test_libs)
tests_api_test_rpc_SOURCES = tests/api/test_rpc.c
tests_api_test_rpc_CFLAGS = $(api_test_cflags)
tests_api_test_rpc_LDADD = $(api_test_libs)
tests_api_test_run_queue_SOURCES = tests/api/test_run_queue.c
tests_api_test_run_queue_CFLAGS = $(api_test_cflags)
tests_api_test_run_queue_LDADD = $(api_test_libs)
tests_api_test_service_SOURCES = tests/api/test_service.c
tests_api_test_service_CFLAGS = $(api_test_cflags)
tests_api_test_service_LDADD = $(api_test_libs)
tests_api_test_slices_SOURCES = tests/api/test_slices.c
tests_api_test_slices_CFLAGS = $(api_test_cflags)
tests_api_test_slices_LDADD = $(api_test_libs)
tests_api_test_text_SOURCES = tests/api/test_text.c
tests_api_test_text_CFLAGS = $(api_test_cflags)
tests_api_test_text_LDADD = $(api_test_libs)
tests_api_test_trace_context_SOURCES = tests/api/test_trace_context.c
tests_api_test_trace_context_CFLAGS = $(api_test_cflags)
tests_api_test_trace_context_LDADD = $(api_test_libs)
tests_api_test_values_SOURCES = tests/api/test_values.c
tests_api_test_values_CFLAGS = $(api_test_cflags)
tests_api_test_values_LDADD = $(api_test_libs)
endif
