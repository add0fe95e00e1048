# The engine: libcupel. Its layers are convenience libraries, so that the three dispatch builds of the interpreter can each be linked
# with all the rest.

noinst_LTLIBRARIES += engine/libengine.la engine/libexec_switch.la
if CAN_TAIL
noinst_LTLIBRARIES += engine/libexec_tail.la
endif
if CAN_GOTO
noinst_LTLIBRARIES += engine/libexec_goto.la
endif

include_HEADERS += engine/cupel.h

# No contraction of a * b + c, no errno from square roots: results are WebAssembly's.
engine_cflags = $(AM_CFLAGS) -ffp-contract=off -fno-math-errno -fno-strict-overflow

engine_libengine_la_CFLAGS = $(engine_cflags)
engine_libengine_la_SOURCES = \
	engine/base/alloc.c \
	engine/base/alloc.h \
	engine/base/errors.def \
	engine/base/features.def \
	engine/base/link_errors.def \
	engine/base/pages.c \
	engine/base/pages.h \
	engine/base/status.c \
	engine/base/status.h \
	engine/base/traps.def \
	engine/base/utf8.c \
	engine/base/utf8.h \
	engine/base/vec.c \
	engine/base/vec.h \
	engine/isa/ir.c \
	engine/isa/ir.h \
	engine/isa/ir_all.def \
	engine/isa/ir_all_simd.def \
	engine/isa/ir_fused.def \
	engine/isa/ir_ops.def \
	engine/isa/ir_simd.def \
	engine/isa/isa.c \
	engine/isa/isa.h \
	engine/isa/only_accesses.def \
	engine/isa/only_vector_parts.def \
	engine/isa/wasm_ops.def \
	engine/isa/wasm_simd.def \
	engine/module/const_expr.c \
	engine/module/const_expr.h \
	engine/module/enforced_limits.c \
	engine/module/feature_gate.c \
	engine/module/feature_gate.h \
	engine/module/foreign_ops.def \
	engine/module/frame.c \
	engine/module/instr.c \
	engine/module/instr.h \
	engine/module/limits.def \
	engine/module/module.c \
	engine/module/module.h \
	engine/module/reader.c \
	engine/module/reader.h \
	engine/module/section.h \
	engine/module/section_code.c \
	engine/module/section_custom.c \
	engine/module/section_entities.c \
	engine/module/section_exports.c \
	engine/module/section_imports.c \
	engine/module/section_segments.c \
	engine/module/section_types.c \
	engine/module/type_registry.c \
	engine/module/types.c \
	engine/module/types.h \
	engine/module/valtypes.c \
	engine/module/valtypes.h \
	engine/runtime/activation.h \
	engine/runtime/backtrace.c \
	engine/runtime/call.c \
	engine/runtime/call.h \
	engine/runtime/call_hook.c \
	engine/runtime/call_hook.h \
	engine/runtime/caller.c \
	engine/runtime/caller.h \
	engine/runtime/checked_code.c \
	engine/runtime/checked_code.h \
	engine/runtime/const_eval.c \
	engine/runtime/const_eval.h \
	engine/runtime/engine.c \
	engine/runtime/engine.h \
	engine/runtime/engine_config.c \
	engine/runtime/error.c \
	engine/runtime/error.h \
	engine/runtime/exports.c \
	engine/runtime/exports.h \
	engine/runtime/externref.c \
	engine/runtime/frames.h \
	engine/runtime/fuel.c \
	engine/runtime/func.c \
	engine/runtime/func.h \
	engine/runtime/func_wrap.c \
	engine/runtime/global.c \
	engine/runtime/global.h \
	engine/runtime/handler_table.c \
	engine/runtime/handler_table.h \
	engine/runtime/handles.c \
	engine/runtime/host_call.c \
	engine/runtime/host_func.c \
	engine/runtime/host_func.h \
	engine/runtime/import_match.c \
	engine/runtime/import_match.h \
	engine/runtime/import_report.c \
	engine/runtime/import_report.h \
	engine/runtime/instance.c \
	engine/runtime/instance.h \
	engine/runtime/instantiate.c \
	engine/runtime/instantiate.h \
	engine/runtime/interp.h \
	engine/runtime/limiter.c \
	engine/runtime/limiter.h \
	engine/runtime/linked_funcs.c \
	engine/runtime/linker.c \
	engine/runtime/linker.h \
	engine/runtime/linker_builder.c \
	engine/runtime/linker_instantiate.c \
	engine/runtime/linker_table.c \
	engine/runtime/memory.c \
	engine/runtime/memory.h \
	engine/runtime/memory_api.c \
	engine/runtime/memory_image.c \
	engine/runtime/memory_image.h \
	engine/runtime/memory_pool.c \
	engine/runtime/memory_pool.h \
	engine/runtime/module_code.c \
	engine/runtime/module_object.c \
	engine/runtime/module_object.h \
	engine/runtime/module_queries.c \
	engine/runtime/module_stream.c \
	engine/runtime/module_stream.h \
	engine/runtime/native.h \
	engine/runtime/public_types.c \
	engine/runtime/public_types.h \
	engine/runtime/raw.c \
	engine/runtime/raw.h \
	engine/runtime/resumable.c \
	engine/runtime/resumable.h \
	engine/runtime/resumable_api.c \
	engine/runtime/stack_cache.c \
	engine/runtime/stack_cache.h \
	engine/runtime/store.c \
	engine/runtime/store.h \
	engine/runtime/store_limits.c \
	engine/runtime/table.c \
	engine/runtime/table.h \
	engine/runtime/table_api.c \
	engine/runtime/type_relations.c \
	engine/runtime/trap.c \
	engine/runtime/trap.h \
	engine/runtime/typed_func.c \
	engine/runtime/value.c \
	engine/runtime/value.h \
	engine/serial/disassemble.c \
	engine/serial/image.h \
	engine/serial/image_lazy.c \
	engine/serial/image_read.c \
	engine/serial/image_verify.c \
	engine/serial/image_write.c \
	engine/serial/skeleton.c \
	engine/translate/arena.c \
	engine/translate/code.c \
	engine/translate/code.h \
	engine/translate/emit.c \
	engine/translate/emit.h \
	engine/translate/fuse.c \
	engine/translate/fuse_numeric.c \
	engine/translate/fuse_simd.c \
	engine/translate/fuse_sum.c \
	engine/translate/layout.c \
	engine/translate/layout.h \
	engine/translate/lower_call.c \
	engine/translate/lower_control.c \
	engine/translate/lower_memory.c \
	engine/translate/lower_numeric.c \
	engine/translate/lower_simd.c \
	engine/translate/lower_simd.h \
	engine/translate/lower_variable.c \
	engine/translate/only_branches.def \
	engine/translate/operands.c \
	engine/translate/operands.h \
	engine/translate/translate.c \
	engine/translate/translate_common.c \
	engine/translate/translator.h \
	engine/validate/validate.h \
	engine/validate/validate_bulk.c \
	engine/validate/validate_common.c \
	engine/validate/validate_fast.h \
	engine/validate/validate_control.c \
	engine/validate/validate_step.c \
	engine/validate/validator.c \
	engine/validate/value_stack.c \
	engine/validate/value_stack.h \
	engine/exec/bulk.c \
	engine/exec/calls.c \
	engine/exec/fault.c \
	engine/exec/run.c \
	engine/exec/run.h \
	engine/exec/slow.c \
	engine/exec/slow.def \
	engine/exec/slow.h \
	engine/exec/slow_state.h

interpreter_sources = \
	engine/exec/fault_info.inc \
	engine/exec/guard.h \
	engine/exec/handlers.inc \
	engine/exec/handlers_control.inc \
	engine/exec/handlers_memory.inc \
	engine/exec/handlers_misc.inc \
	engine/exec/handlers_numeric.inc \
	engine/exec/handlers_simd.inc \
	engine/exec/machine.h \
	engine/exec/numeric.h \
	engine/exec/simd.h \
	engine/exec/simd_float.inc \
	engine/exec/simd_int.inc \
	engine/exec/simd_lanes.inc \
	engine/exec/simd_widen.inc

# Handlers are jumped to, not called: no frame pointers, no protectors.
interpreter_cflags = $(engine_cflags) -fomit-frame-pointer -fno-stack-protector \
	-fcf-protection=none -fno-asynchronous-unwind-tables $(SIMD_CFLAGS)

# The tail-call interpreter is built with what every host of the kind has, and where that is worth it once more; see interp_level.h.
if CAN_TAIL
if SIMD_EXTENDED
noinst_LTLIBRARIES += engine/libexec_tail_extended.la
engine_libexec_tail_extended_la_CFLAGS = $(interpreter_cflags) $(SIMD_EXTENDED_CFLAGS) -DINTERP_EXTENDED
engine_libexec_tail_extended_la_SOURCES = $(engine_libexec_tail_la_SOURCES)
engine_libexec_tail_la_LIBADD = engine/libexec_tail_extended.la
choice_cflags = -DINTERP_HAS_EXTENDED
endif
endif

engine_libexec_tail_la_CFLAGS = $(interpreter_cflags) $(choice_cflags)
engine_libexec_tail_la_SOURCES = engine/exec/interp_tail.c engine/exec/interp_level.h engine/exec/short_paths.inc $(interpreter_sources)
loop_sources = engine/exec/interp_loop.h engine/exec/interp_vectors.c engine/exec/interp_vectors.h $(interpreter_sources)
engine_libexec_goto_la_CFLAGS = $(interpreter_cflags)
engine_libexec_goto_la_SOURCES = engine/exec/interp_goto.c $(loop_sources)
engine_libexec_switch_la_CFLAGS = $(interpreter_cflags)
engine_libexec_switch_la_SOURCES = engine/exec/interp_switch.c $(loop_sources)
# As one function with thousands of blocks they take compilers minutes at -O2, and clang's search for what is not initialised more.
$(engine_libexec_goto_la_OBJECTS) $(engine_libexec_switch_la_OBJECTS): \
	CFLAGS := $(patsubst -O2,-O1,$(patsubst -O3,-O1,$(CFLAGS))) -Wno-uninitialized

include $(srcdir)/engine/native/local.mk

# Programs take the engine in: what stands in the build folder is then the program itself and no wrapper, and an installed daemon
# is one file.
noinst_LTLIBRARIES += libcupel-static.la
libcupel_static_la_SOURCES =
libcupel_static_la_LIBADD = engine/libengine.la $(native_library) engine/libexec_$(DISPATCH).la

lib_LTLIBRARIES += libcupel.la
libcupel_la_SOURCES =
libcupel_la_LIBADD = engine/libcapi.la libcupel-static.la
# current:revision:age, by the rules in CONTRIBUTING.md; the soname follows.
libcupel_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined -export-symbols-regex '^(cupel|wasm)_'

# Images are read by the build that wrote them: the identity is a hash over the engine's sources, the compiler and its flags. It does not
# depend on where the tree lies.
$(engine_libengine_la_OBJECTS): | engine/build_id.h
BUILT_SOURCES += engine/build_id.h
CLEANFILES += engine/build_id.h
engine/build_id.h: $(engine_libengine_la_SOURCES) $(engine_libexec_tail_la_SOURCES) config.h
	$(AM_V_GEN)$(MKDIR_P) engine && cd $(srcdir) && \
	id=`{ cat $(engine_libengine_la_SOURCES) $(engine_libexec_tail_la_SOURCES); \
	      $(CC) --version; echo '$(DISPATCH) $(CFLAGS) $(SIMD_CFLAGS) $(SIMD_EXTENDED_CFLAGS) $(CUPEL_MODE_CFLAGS)'; } | sha256sum | cut -c1-16` && \
	echo "#define CUPEL_BUILD_ID \"$$id\"" >$(abs_builddir)/$@.tmp && mv $(abs_builddir)/$@.tmp $(abs_builddir)/$@

include $(srcdir)/engine/capi/local.mk
include $(srcdir)/engine/cli/local.mk
