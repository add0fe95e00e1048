# Requests, responses, JSON, and the service behind them; see ../Makefile.am for the lists.

noinst_LTLIBRARIES += libapi.la
libapi_la_SOURCES = \
	api/account.c \
	api/account.h \
	api/api.c \
	api/api.h \
	api/api_error.c \
	api/api_error.h \
	api/api_errors.def \
	api/export_call.c \
	api/export_call.h \
	api/call_error.c \
	api/call_error.h \
	api/call_limits.c \
	api/call_limits.def \
	api/call_limits.h \
	api/call_log.h \
	api/digest.c \
	api/digest.h \
	api/float_text.c \
	api/float_text.h \
	api/handlers.h \
	api/http_health.c \
	api/http_keys.c \
	api/http_modules.c \
	api/http_openapi.c \
	api/http_page.c \
	api/http_rpc.c \
	api/json_in.c \
	api/json_in.h \
	api/json_out.c \
	api/json_out.h \
	api/json_scalar.c \
	api/json_scalar.h \
	api/key_ring.c \
	api/key_ring.h \
	api/key_terms.c \
	api/key_terms.def \
	api/key_terms.h \
	api/methods.def \
	api/metrics.c \
	api/metrics.h \
	api/module_cache.c \
	api/module_cache.h \
	api/module_describe.c \
	api/module_describe.h \
	api/openapi.c \
	api/openapi.h \
	api/openapi_schemas.c \
	api/openrpc.c \
	api/params.def \
	api/plain_call.c \
	api/plain_call.h \
	api/precondition.c \
	api/precondition.h \
	api/ref_memo.c \
	api/ref_memo.h \
	api/request.c \
	api/request.h \
	api/router.c \
	api/router.h \
	api/routes.def \
	api/rpc.c \
	api/rpc.h \
	api/rpc_methods.c \
	api/rpc_methods.h \
	api/rpc_params.c \
	api/run_queue.c \
	api/run_queue.h \
	api/scopes.def \
	api/service.c \
	api/service.h \
	api/service_images.c \
	api/service_metrics.c \
	api/service_modules.c \
	api/service_precondition.c \
	api/service_private.h \
	api/service_upload.c \
	api/strbuf.c \
	api/strbuf.h \
	api/thread_number.c \
	api/thread_number.h \
	api/trace_context.c \
	api/trace_context.h \
	api/utf8_text.c \
	api/utf8_text.h \
	api/values.c \
	api/values.h
libapi_la_LIBADD = libembedded.la $(JANSSON_LIBS) $(NETTLE_LIBS)

# Files that are part of the program; the rows are in api/embedded.def.
embedded_files = \
	api/schemas.json \
	api/page/call.js \
	api/page/client.js \
	api/page/elements.js \
	api/page/failure.js \
	api/page/icon.svg \
	api/page/index.html \
	api/page/inspect.js \
	api/page/list.js \
	api/page/main.js \
	api/page/style.css \
	api/page/upload.js \
	api/page/values.js
noinst_LTLIBRARIES += libembedded.la
libembedded_la_SOURCES = api/embedded.c api/embedded.def api/embedded.h
libembedded_la_CPPFLAGS = $(AM_CPPFLAGS) -DEMBED_ROOT='"$(srcdir)/"'
$(libembedded_la_OBJECTS): $(embedded_files)

EXTRA_DIST += api/README.md api/page/README.md $(embedded_files)
