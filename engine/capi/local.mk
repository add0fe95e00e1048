# The standard C API, a part of libcupel that nothing else in the tree uses.

noinst_LTLIBRARIES += engine/libcapi.la
include_HEADERS += engine/capi/wasm.h

engine_libcapi_la_CFLAGS = $(AM_CFLAGS)
engine_libcapi_la_SOURCES = \
	engine/capi/capi_extern.c \
	engine/capi/capi_extern_types.c \
	engine/capi/capi_func.c \
	engine/capi/capi_global.c \
	engine/capi/capi_instance.c \
	engine/capi/capi_memory.c \
	engine/capi/capi_module.c \
	engine/capi/capi_object.c \
	engine/capi/capi_object.h \
	engine/capi/capi_ref.c \
	engine/capi/capi_store.c \
	engine/capi/capi_store.h \
	engine/capi/capi_table.c \
	engine/capi/capi_trap.c \
	engine/capi/capi_trap.h \
	engine/capi/capi_types.c \
	engine/capi/capi_types.h \
	engine/capi/capi_value.c \
	engine/capi/capi_value.h \
	engine/capi/capi_vec.c
