# Machine code from the interpreter's handlers. The stencils are compiled once for each build of the interpreter, read by extract, and linked as tables.

if NATIVE
noinst_PROGRAMS += engine/native/x86_64/extract
engine_native_x86_64_extract_SOURCES = \
	engine/native/x86_64/decode.c \
	engine/native/x86_64/decode.h \
	engine/native/x86_64/extract.c \
	engine/native/x86_64/holes.def \
	engine/native/x86_64/stencil.h

noinst_LTLIBRARIES += engine/libnative.la
engine_libnative_la_CFLAGS = $(engine_cflags) $(choice_cflags)
engine_libnative_la_SOURCES = \
	engine/native/op_numbers.c \
	engine/native/op_numbers.h \
	engine/native/native.c \
	engine/native/region.c \
	engine/native/region.h \
	engine/native/x86_64/stitch.c \
	engine/native/x86_64/stitch.h
nodist_engine_libnative_la_SOURCES = engine/native/x86_64/stencils_baseline.c
if SIMD_EXTENDED
nodist_engine_libnative_la_SOURCES += engine/native/x86_64/stencils_extended.c
endif
native_library = engine/libnative.la

# Positions are holes, so no position-independent code; no instruction but those that decode.c knows; one path through each handler.
stencil_cflags = -std=gnu11 -O2 -fno-pic -fno-pie -mcmodel=small -fomit-frame-pointer -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables -falign-functions=1 -fno-jump-tables -ffunction-sections -ffp-contract=off -fno-math-errno \
	-fno-strict-overflow -mllvm -enable-tail-merge=0
stencil_sources = $(srcdir)/engine/native/x86_64/stencils.c $(srcdir)/engine/native/x86_64/holes.h $(srcdir)/engine/native/x86_64/holes.def
stencil_compile = $(CC) $(DEFS) -I. -I$(srcdir) $(CPPFLAGS) $(stencil_cflags)
extract_stencils = engine/native/x86_64/extract$(EXEEXT)

engine/native/x86_64/stencils_baseline.obj: $(stencil_sources) $(addprefix $(srcdir)/,$(interpreter_sources)) config.h
	$(AM_V_CC)$(MKDIR_P) $(@D) && $(stencil_compile) $(SIMD_CFLAGS) -mno-avx -c -o $@ $(srcdir)/engine/native/x86_64/stencils.c
engine/native/x86_64/stencils_extended.obj: $(stencil_sources) $(addprefix $(srcdir)/,$(interpreter_sources)) config.h
	$(AM_V_CC)$(MKDIR_P) $(@D) && $(stencil_compile) $(SIMD_EXTENDED_CFLAGS) -mno-avx -c -o $@ $(srcdir)/engine/native/x86_64/stencils.c
engine/native/x86_64/stencils_baseline.c engine/native/x86_64/stencils_extended.c: %.c: %.obj $(extract_stencils)
	$(AM_V_GEN)$(extract_stencils) $< $(*F) >$@.tmp && mv $@.tmp $@
CLEANFILES += engine/native/x86_64/stencils_baseline.obj engine/native/x86_64/stencils_baseline.c \
	engine/native/x86_64/stencils_extended.obj engine/native/x86_64/stencils_extended.c
else
engine_libengine_la_SOURCES += engine/native/none.c
native_library =
endif
EXTRA_DIST += engine/native/README.md engine/native/none.c engine/native/x86_64/stencils.c engine/native/x86_64/holes.h
