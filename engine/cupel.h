/*
 * cupel.h - the public interface of libcupel, a WebAssembly engine.
 *
 * Conventions
 * - Opaque types are created by `_new`, shared with `_clone` where they are reference counted and
 *   released by `_delete`, which accepts NULL. A parameter marked `own` is consumed by the call,
 *   also when it fails. A result marked `own` belongs to the caller.
 * - A call that can fail returns an owned `cupel_error_t *`; NULL means success. Calls into
 *   WebAssembly end in exactly one of: results, a trap (`*trap` set), or an error.
 * - Handles (`cupel_func_t` ...) are plain values without destructor; they live as long as their
 *   store. A handle given to another store is an error, never undefined behaviour.
 * - Thread rule: configurations, linkers, stores and everything reached through a store belong to
 *   one thread at a time. Engines and modules are immutable and may be used by any number of
 *   threads at once.
 * - Sizes are in bytes unless said otherwise; strings are UTF-8 with an explicit length and may
 *   hold NUL unless they are `const char *`, which are NUL-terminated.
 *
 * Source of the semantics: the WebAssembly Core Specification, release 2.0, with relaxed SIMD and tail calls of 3.0.
 */
#ifndef CUPEL_H
#define CUPEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h> /* ssize_t */

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define CUPEL_API __attribute__((visibility("default")))
#else
#define CUPEL_API
#endif

/* Marks ownership in prototypes; expands to nothing. */
#define cupel_own

/* ---- Version ------------------------------------------------------------------------------- */

/* The library's version, "MAJOR.MINOR.PATCH". Static storage. */
CUPEL_API const char *cupel_version(void);

/* Identifies the engine's build: precompiled images are only read by the build that wrote them.
 * Static storage. */
CUPEL_API const char *cupel_build_id(void);

/* ---- Values and types ---------------------------------------------------------------------- */

/* The kind of a value. */
typedef enum cupel_valkind {
    CUPEL_I32 = 0,
    CUPEL_I64 = 1,
    CUPEL_F32 = 2,
    CUPEL_F64 = 3,
    CUPEL_V128 = 4,
    CUPEL_FUNCREF = 5,
    CUPEL_EXTERNREF = 6
} cupel_valkind_t;

/* "i32", "funcref" ...; static storage. */
CUPEL_API const char *cupel_valkind_name(cupel_valkind_t kind);

/* The kind of what a module imports and exports; the numbers are those of the binary format. */
typedef enum cupel_externkind {
    CUPEL_EXTERN_FUNC = 0,
    CUPEL_EXTERN_TABLE = 1,
    CUPEL_EXTERN_MEMORY = 2,
    CUPEL_EXTERN_GLOBAL = 3
} cupel_externkind_t;

/* "func", "table", "memory", "global"; static storage. */
CUPEL_API const char *cupel_externkind_name(cupel_externkind_t kind);

/* A string of `len` bytes, not NUL-terminated, borrowed. */
typedef struct cupel_name {
    const char *data;
    size_t len;
} cupel_name_t;

/* A function of a store. store_id 0 is the null reference. */
typedef struct cupel_func {
    uint64_t store_id;
    uint32_t owner; /* internal: the instance that the function belongs to */
    uint32_t index;
} cupel_func_t;

/* A table of a store. */
typedef struct cupel_table {
    uint64_t store_id;
    uint32_t index;
} cupel_table_t;

/* A memory of a store. */
typedef struct cupel_memory {
    uint64_t store_id;
    uint32_t index;
} cupel_memory_t;

/* A global of a store. */
typedef struct cupel_global {
    uint64_t store_id;
    uint32_t index;
} cupel_global_t;

/* An instance of a store. */
typedef struct cupel_instance {
    uint64_t store_id;
    uint32_t index;
} cupel_instance_t;

/* A reference to host data. store_id 0 is the null reference. */
typedef struct cupel_externref {
    uint64_t store_id;
    uint32_t index;
} cupel_externref_t;

/* A value. f32 and f64 keep the bits of a NaN when `f32_bits`/`f64_bits` are used. */
typedef struct cupel_val {
    cupel_valkind_t kind;
    union {
        int32_t i32;
        int64_t i64;
        float f32;
        double f64;
        uint32_t f32_bits;
        uint64_t f64_bits;
        uint8_t v128[16];
        cupel_func_t funcref;
        cupel_externref_t externref;
    } of;
} cupel_val_t;

/*
 * A value without its type, for typed calls and raw host functions: a cell of 64 bits, or two of
 * them for a v128 (its lower lanes first). An i32 and an f32 lie in the lower half, the upper half
 * means nothing. `ref` is made by cupel_func_to_raw and cupel_externref_to_raw; null is 0.
 */
typedef union cupel_raw {
    int32_t i32;
    int64_t i64;
    float f32;
    double f64;
    uint32_t f32_bits;
    uint64_t f64_bits;
    uint64_t ref;
    uint8_t v128_half[8];
} cupel_raw_t;

/* An external value: what a module imports and exports. */
typedef struct cupel_extern {
    cupel_externkind_t kind;
    union {
        cupel_func_t func;
        cupel_table_t table;
        cupel_memory_t memory;
        cupel_global_t global;
    } of;
} cupel_extern_t;

/* A function's type. Immutable, reference counted. */
typedef struct cupel_functype cupel_functype_t;

/* At most 1000 parameters and 1000 results, else NULL; NULL too when memory is exhausted. The
 * arrays are copied. */
CUPEL_API cupel_own cupel_functype_t *cupel_functype_new(const cupel_valkind_t *params,
                                                         size_t nparams,
                                                         const cupel_valkind_t *results,
                                                         size_t nresults);
/* Accepts NULL. */
CUPEL_API void cupel_functype_delete(cupel_own cupel_functype_t *type);
/* The same type for a longer time than, say, the module that it is borrowed from. NULL when memory
 * is exhausted. Thread-safe. */
CUPEL_API cupel_own cupel_functype_t *cupel_functype_clone(const cupel_functype_t *type);
/* Whether parameters and results are the same. */
CUPEL_API bool cupel_functype_equal(const cupel_functype_t *a, const cupel_functype_t *b);
/* The returned arrays are borrowed from the type. */
CUPEL_API const cupel_valkind_t *cupel_functype_params(const cupel_functype_t *type, size_t *count);
/* The same for the results. */
CUPEL_API const cupel_valkind_t *cupel_functype_results(const cupel_functype_t *type,
                                                        size_t *count);

/* How large something may be at least and at most. */
typedef struct cupel_limits {
    uint64_t min;
    uint64_t max; /* meaningful if has_max */
    bool has_max;
    bool is_64;
} cupel_limits_t;

/* A table's type. */
typedef struct cupel_tabletype {
    cupel_valkind_t element;
    cupel_limits_t limits; /* elements */
} cupel_tabletype_t;

/* A memory's type. */
typedef struct cupel_memorytype {
    cupel_limits_t limits;   /* pages */
    uint32_t page_size_log2; /* 16: 64 KiB pages */
} cupel_memorytype_t;

/* A global's type. */
typedef struct cupel_globaltype {
    cupel_valkind_t content;
    bool is_mutable;
} cupel_globaltype_t;

/* The type of an import or export; `func` is borrowed from the module. */
typedef struct cupel_externtype {
    cupel_externkind_t kind;
    union {
        const cupel_functype_t *func;
        cupel_tabletype_t table;
        cupel_memorytype_t memory;
        cupel_globaltype_t global;
    } of;
} cupel_externtype_t;

/* Whether two types say the same: for tables and memories, the same limits. */
CUPEL_API bool cupel_tabletype_equal(const cupel_tabletype_t *a, const cupel_tabletype_t *b);
/* The same for types of memories. */
CUPEL_API bool cupel_memorytype_equal(const cupel_memorytype_t *a, const cupel_memorytype_t *b);
/* The same for types of globals. */
CUPEL_API bool cupel_globaltype_equal(const cupel_globaltype_t *a, const cupel_globaltype_t *b);
/* The same for types of any kind; those of different kinds are not equal. */
CUPEL_API bool cupel_externtype_equal(const cupel_externtype_t *a, const cupel_externtype_t *b);
/* Whether what is of type `provided` may be given for an import of type `required`: the
 * specification's import matching, where limits may be within limits. */
CUPEL_API bool cupel_externtype_matches(const cupel_externtype_t *provided,
                                        const cupel_externtype_t *required);
/* The value that locals of the kind begin with: zero, or the null reference. */
CUPEL_API cupel_val_t cupel_val_default(cupel_valkind_t kind);

/* ---- Errors -------------------------------------------------------------------------------- */

/* What kind of failure an error is. The names are those of engine/base/errors.def. */
typedef enum cupel_errorkind {
    CUPEL_ERROR_OUT_OF_MEMORY = 1, /* the host's memory is exhausted */
    CUPEL_ERROR_MALFORMED = 2,     /* not a WebAssembly binary: the decoder refuses it */
    CUPEL_ERROR_INVALID = 3,       /* well-formed, but the validator refuses it */
    CUPEL_ERROR_UNSUPPORTED = 4,   /* needs a feature that is switched off or missing */
    CUPEL_ERROR_LIMIT = 5,         /* exceeds a limit of the engine, the store or the limiter */
    CUPEL_ERROR_LINK = 6,          /* an import is missing or of another type */
    CUPEL_ERROR_TYPE = 7,          /* a value or a function of the wrong type */
    CUPEL_ERROR_MISUSE = 8,        /* a foreign handle, a bad parameter, metering off ... */
    CUPEL_ERROR_IMAGE = 9,         /* a precompiled image is stale or damaged */
    CUPEL_ERROR_HOST = 10,         /* a host function or callback failed */
    CUPEL_ERROR_NOT_FOUND = 11,    /* no such export, definition ... */
    CUPEL_ERROR_TRAP = 12,         /* a trap that was made an error of */
    CUPEL_ERROR_ARITY = 13         /* arguments, inputs or results of the wrong number */
} cupel_errorkind_t;

/* Which way linking failed. The names are those of engine/base/link_errors.def. */
typedef enum cupel_linkerror {
    CUPEL_LINK_NONE = 0,        /* the error is about something else */
    CUPEL_LINK_DUPLICATE = 1,   /* the name is defined already */
    CUPEL_LINK_UNKNOWN = 2,     /* nothing provides the import */
    CUPEL_LINK_WRONG_KIND = 3,  /* a memory for a function ... */
    CUPEL_LINK_FUNC_TYPE = 4,   /* a function of another type */
    CUPEL_LINK_TABLE_TYPE = 5,  /* a table of other elements, too small, or too little bounded */
    CUPEL_LINK_MEMORY_TYPE = 6, /* the same for a memory */
    CUPEL_LINK_GLOBAL_TYPE = 7, /* a global of another type or mutability */
    CUPEL_LINK_UNEXPECTED_START = 8 /* the module has a start function where none may be */
} cupel_linkerror_t;

/* What went wrong. Immutable; may outlive everything that it came from. */
typedef struct cupel_error cupel_error_t;

#define CUPEL_NO_OFFSET UINT64_MAX
#define CUPEL_NO_INDEX  UINT32_MAX

/* Accepts NULL. */
CUPEL_API void cupel_error_delete(cupel_own cupel_error_t *error);
/* What kind of failure it is. */
CUPEL_API cupel_errorkind_t cupel_error_kind(const cupel_error_t *error);
/* "malformed", "link" ...; static storage. */
CUPEL_API const char *cupel_errorkind_name(cupel_errorkind_t kind);
/* What is wrong, where, and what was expected; borrowed. */
CUPEL_API const char *cupel_error_message(const cupel_error_t *error);
/* Byte offset into the module, or CUPEL_NO_OFFSET. */
CUPEL_API uint64_t cupel_error_offset(const cupel_error_t *error);
/* Function index within the module, or CUPEL_NO_INDEX. */
CUPEL_API uint32_t cupel_error_func_index(const cupel_error_t *error);
/* For CUPEL_ERROR_LIMIT: which limit ("memory_bytes", "locals" ...), else "". Borrowed. */
CUPEL_API const char *cupel_error_limit(const cupel_error_t *error);
/* An error of the host's own (CUPEL_ERROR_HOST), for hooks and callbacks; the message is copied. */
CUPEL_API cupel_own cupel_error_t *cupel_error_new(const char *message);
/* The same with data; `finalize` (may be NULL) runs exactly once on it: with the error's end, or when
 * memory is exhausted, which is then what the error says. */
CUPEL_API cupel_own cupel_error_t *cupel_error_new_host(const char *message, void *data,
                                                        void (*finalize)(void *data));
/* The host's data, of the error or of the trap that it is; NULL without. It belongs to the error. */
CUPEL_API void *cupel_error_host_data(const cupel_error_t *error);
/* The exit status of the trap that an error is; false if there is none. */
CUPEL_API bool cupel_error_exit_status(const cupel_error_t *error, int32_t *status);
/* Which way linking failed: of the first import, if several do not resolve. */
CUPEL_API cupel_linkerror_t cupel_error_link(const cupel_error_t *error);
/* "unknown", "func_type" ...; static storage. */
CUPEL_API const char *cupel_linkerror_name(cupel_linkerror_t link);

/* ---- Traps --------------------------------------------------------------------------------- */

/* Names and texts: engine/base/traps.def. */
typedef enum cupel_trapcode {
    CUPEL_TRAP_UNREACHABLE = 0,
    CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS = 1,
    CUPEL_TRAP_TABLE_OUT_OF_BOUNDS = 2,
    CUPEL_TRAP_INDIRECT_CALL_TO_NULL = 3,
    CUPEL_TRAP_INTEGER_DIVISION_BY_ZERO = 4,
    CUPEL_TRAP_INTEGER_OVERFLOW = 5,
    CUPEL_TRAP_BAD_CONVERSION_TO_INTEGER = 6,
    CUPEL_TRAP_STACK_OVERFLOW = 7,
    CUPEL_TRAP_BAD_SIGNATURE = 8,
    CUPEL_TRAP_OUT_OF_FUEL = 9,
    CUPEL_TRAP_GROWTH_OPERATION_LIMITED = 10,
    CUPEL_TRAP_OUT_OF_SYSTEM_MEMORY = 11,
    CUPEL_TRAP_INTERRUPTED = 12, /* the store's interrupt callback asked for it */
    CUPEL_TRAP_HOST = 13         /* raised by a host function */
} cupel_trapcode_t;

/* Why a call was cut short. Immutable; may outlive the store that it came from. */
typedef struct cupel_trap cupel_trap_t;

/* A function that was running when a trap happened. */
typedef struct cupel_frame {
    uint32_t func_index;    /* in its module */
    uint64_t module_offset; /* bytes, of the instruction; CUPEL_NO_OFFSET if unknown */
    uint64_t func_offset;   /* the same from the beginning of the function's body */
    cupel_name_t func_name; /* from the name section; empty without */
    cupel_instance_t instance;
} cupel_frame_t;

/* A trap for a host function to return; the message is copied. NULL when memory is exhausted. */
CUPEL_API cupel_own cupel_trap_t *cupel_trap_new(const char *message);
/* One by which a program ends: it carries an exit status. */
CUPEL_API cupel_own cupel_trap_t *cupel_trap_new_exit(int32_t status);
/* One with data of the host's; `finalize` (may be NULL) runs exactly once on it: with the trap's end,
 * or when this call fails. */
CUPEL_API cupel_own cupel_trap_t *cupel_trap_new_host(const char *message, void *data,
                                                      void (*finalize)(void *data));
/* false if the trap carries none. */
CUPEL_API bool cupel_trap_exit_status(const cupel_trap_t *trap, int32_t *status);
/* The host's data, NULL without; it belongs to the trap. */
CUPEL_API void *cupel_trap_host_data(const cupel_trap_t *trap);
/* An error that is this trap, where one way of failing is enough: CUPEL_ERROR_TRAP. */
CUPEL_API cupel_own cupel_error_t *cupel_error_from_trap(cupel_own cupel_trap_t *trap);
/* The code of the trap that an error is; false if it is none. */
CUPEL_API bool cupel_error_trap_code(const cupel_error_t *error, cupel_trapcode_t *code);
/* Accepts NULL. */
CUPEL_API void cupel_trap_delete(cupel_own cupel_trap_t *trap);
/* What happened. */
CUPEL_API cupel_trapcode_t cupel_trap_code(const cupel_trap_t *trap);
/* "out_of_fuel", "memory_out_of_bounds" ...; static storage. */
CUPEL_API const char *cupel_trapcode_name(cupel_trapcode_t code);
/* A sentence for people; borrowed. */
CUPEL_API const char *cupel_trap_message(const cupel_trap_t *trap);
/* For a stack overflow or a limited growth: which limit ("call_depth", "stack_bytes", "host_depth",
 * "memory_bytes", "table_elements"), else "". Borrowed. */
CUPEL_API const char *cupel_trap_limit(const cupel_trap_t *trap);
/* The backtrace, innermost frame first; at most 64 frames are kept (the innermost 48 and the
 * outermost 16); `cupel_trap_depth` is the number that there were. */
CUPEL_API size_t cupel_trap_frame_count(const cupel_trap_t *trap);
/* How many frames there were. */
CUPEL_API size_t cupel_trap_depth(const cupel_trap_t *trap);
/* false if `i` is out of range. `func_name` is borrowed from the trap. */
CUPEL_API bool cupel_trap_frame(const cupel_trap_t *trap, size_t i, cupel_frame_t *out);

/* ---- Configuration and engine -------------------------------------------------------------- */

/* What an engine is made from. Belongs to one thread. */
typedef struct cupel_config cupel_config_t;
/* What modules and stores share. Immutable, reference counted, used by any number of threads. */
typedef struct cupel_engine cupel_engine_t;

/* Limits on what a module may contain, and on what compiling it may cost. 0 means: no limit beyond
 * the engine's own (engine/module/limits.def). */
typedef struct cupel_enforced_limits {
    uint64_t module_bytes;
    uint32_t types;
    uint32_t functions;
    uint32_t globals;
    uint32_t tables;
    uint32_t memories;
    uint32_t imports;
    uint32_t exports;
    uint32_t element_segments;
    uint32_t data_segments;
    uint32_t params;
    uint32_t results;
    uint32_t locals;         /* of one function, parameters included */
    uint32_t function_bytes; /* of one body */
    uint32_t nesting;        /* control structures within one another */
    uint32_t operand_height; /* operand stack of one function */
    uint32_t br_table_targets;
    uint64_t code_bytes;                  /* internal code of one module */
    uint32_t min_avg_function_bytes;      /* bodies at least so long on average ... */
    uint32_t min_avg_function_bytes_from; /* ... once they total this */
} cupel_enforced_limits_t;

/* No limits beyond the engine's own. */
CUPEL_API void cupel_enforced_limits_init(cupel_enforced_limits_t *limits);
/* 1000 globals, 10000 functions, 100 tables, 1000 element segments, 1 memory, 1000 data segments,
 * 32 params, 32 results, bodies of 40 bytes on average once they total 1000. */
CUPEL_API void cupel_enforced_limits_strict(cupel_enforced_limits_t *limits);

/* When function bodies are validated and translated. */
typedef enum cupel_compilation_mode {
    CUPEL_COMPILE_EAGER = 0,            /* both when the module is made */
    CUPEL_COMPILE_LAZY_TRANSLATION = 1, /* validated then, translated at their first call */
    CUPEL_COMPILE_LAZY = 2              /* both at their first call */
} cupel_compilation_mode_t;

/* "eager", "lazy-translation", "lazy"; "unknown" for what is no mode. Static storage. */
CUPEL_API const char *cupel_compilation_mode_name(cupel_compilation_mode_t mode);

/* Of WebAssembly's stacks. */
typedef struct cupel_stack_limits {
    uint64_t initial_bytes;   /* default 1024 */
    uint64_t maximum_bytes;   /* default 1 MiB, at most 1 GiB */
    uint32_t recursion_depth; /* calls within one another; default 1024 */
} cupel_stack_limits_t;

/* NULL when memory is exhausted. */
CUPEL_API cupel_own cupel_config_t *cupel_config_new(void);
/* Accepts NULL. Not to be called for one that an engine consumed. */
CUPEL_API void cupel_config_delete(cupel_own cupel_config_t *config);
/* Fuel metering; off by default. */
CUPEL_API void cupel_config_set_consume_fuel(cupel_config_t *config, bool on);
/* Guard-page memories instead of explicit bounds checks where the host can; on by default. */
CUPEL_API void cupel_config_set_guard_pages(cupel_config_t *config, bool on);
/* A WebAssembly feature by its name in engine/base/features.def ("bulk-memory" ...);
 * CUPEL_ERROR_NOT_FOUND for a name that is not there, CUPEL_ERROR_UNSUPPORTED for switching on what
 * this build does not have. */
CUPEL_API cupel_own cupel_error_t *cupel_config_set_feature(cupel_config_t *config,
                                                            const char *name, bool on);
/* Limits on modules, copied; none by default. */
CUPEL_API void cupel_config_set_enforced_limits(cupel_config_t *config,
                                                const cupel_enforced_limits_t *limits);
/* Custom sections are not kept. Names of functions are still read for backtraces, unless they are
 * ignored too. Both off by default. */
CUPEL_API void cupel_config_set_ignore_custom_sections(cupel_config_t *config, bool on);
/* The name section is not read; off by default. */
CUPEL_API void cupel_config_set_ignore_names(cupel_config_t *config, bool on);
/* Whether a module may have a start function; on by default. Without, such a module is refused with
 * CUPEL_ERROR_UNSUPPORTED. */
CUPEL_API void cupel_config_set_allow_start_fn(cupel_config_t *config, bool on);
/*
 * Eager by default. In the lazy modes a body that cannot be compiled ends its first call, and each
 * one after it, with the error that making the module would have ended in, function and offset
 * included (CUPEL_ERROR_OUT_OF_MEMORY too: then the call may be made again). Results, traps and fuel
 * are the same in all modes. Any number of threads may call a module's functions for the first time
 * at once.
 */
CUPEL_API void cupel_config_set_compilation_mode(cupel_config_t *config,
                                                 cupel_compilation_mode_t mode);
/* In an engine that meters and compiles lazily, a first call pays for it: 7 for each byte of the
 * body, and 2 more if the body has not been validated before. Off by default, so that fuel is a
 * property of the WebAssembly code alone. The store whose call comes first pays; a call that cannot
 * pay traps with CUPEL_TRAP_OUT_OF_FUEL, and one whose compilation fails pays nothing. */
CUPEL_API void cupel_config_set_translation_fuel(cupel_config_t *config, bool on);
/* What a store's stack limits are unless cupel_store_set_limits says otherwise.
 * CUPEL_ERROR_MISUSE if the initial height is above the maximum, or the maximum above 1 GiB. The
 * pages of a stack come as they are touched, so that the initial height costs nothing. */
CUPEL_API cupel_own cupel_error_t *cupel_config_set_stack_limits(
    cupel_config_t *config, const cupel_stack_limits_t *limits);
/* How many stacks of the maximum height, or lower ones, an engine keeps for the next store; default
 * 8. CUPEL_ERROR_MISUSE above 1024. */
CUPEL_API cupel_own cupel_error_t *cupel_config_set_cached_stacks(cupel_config_t *config,
                                                                  uint32_t count);
/* How many memories with guard pages an engine keeps for the next store, their initial contents
 * restored; default 16. Each is a little over 4 GiB of address space, and at most 256 KiB of memory.
 * CUPEL_ERROR_MISUSE above 1024. */
CUPEL_API cupel_own cupel_error_t *cupel_config_set_cached_memories(cupel_config_t *config,
                                                                    uint32_t count);
/* Whether functions become machine code at their first call; default true. Where there is none for the
 * build or the host they are interpreted. Results, fuel, traps and suspended calls are the same. */
CUPEL_API void cupel_config_set_native(cupel_config_t *config, bool on);
/* Bytes of machine code that all modules of an engine may have together, with what describes it;
 * default 256 MiB. What comes beyond is interpreted. */
CUPEL_API void cupel_config_set_native_limit(cupel_config_t *config, size_t bytes);

/* What is set; also of an engine's configuration. */
CUPEL_API bool cupel_config_get_consume_fuel(const cupel_config_t *config);
/* Whether guard pages are asked for. */
CUPEL_API bool cupel_config_get_guard_pages(const cupel_config_t *config);
/* Whether a feature is on; CUPEL_ERROR_NOT_FOUND for a name that is not there. */
CUPEL_API cupel_own cupel_error_t *cupel_config_get_feature(const cupel_config_t *config,
                                                            const char *name, bool *on);
/* The limits on modules. */
CUPEL_API void cupel_config_get_enforced_limits(const cupel_config_t *config,
                                                cupel_enforced_limits_t *out);
/* Whether custom sections are left out. */
CUPEL_API bool cupel_config_get_ignore_custom_sections(const cupel_config_t *config);
/* Whether the name section is left out. */
CUPEL_API bool cupel_config_get_ignore_names(const cupel_config_t *config);
/* Whether modules may have a start function. */
CUPEL_API bool cupel_config_get_allow_start_fn(const cupel_config_t *config);
/* When functions are compiled. */
CUPEL_API cupel_compilation_mode_t cupel_config_get_compilation_mode(const cupel_config_t *config);
/* Whether translation at a first call is charged. */
CUPEL_API bool cupel_config_get_translation_fuel(const cupel_config_t *config);
/* The stack's limits that stores begin with. */
CUPEL_API void cupel_config_get_stack_limits(const cupel_config_t *config,
                                             cupel_stack_limits_t *out);
/* How many stacks an engine keeps. */
CUPEL_API uint32_t cupel_config_get_cached_stacks(const cupel_config_t *config);
/* How many memories an engine keeps. */
CUPEL_API uint32_t cupel_config_get_cached_memories(const cupel_config_t *config);
/* Whether functions become machine code: false also where there is none to be had. */
CUPEL_API bool cupel_config_get_native(const cupel_config_t *config);
/* How many bytes of machine code there may be. */
CUPEL_API size_t cupel_config_get_native_limit(const cupel_config_t *config);

/* An engine with the default configuration. */
CUPEL_API cupel_own cupel_engine_t *cupel_engine_new(void);
/* Consumes the configuration. NULL when memory is exhausted. */
CUPEL_API cupel_own cupel_engine_t *cupel_engine_new_with_config(cupel_own cupel_config_t *config);
/* Another reference to the same engine. */
CUPEL_API cupel_own cupel_engine_t *cupel_engine_clone(cupel_engine_t *engine);
/* Accepts NULL. Modules and stores keep the engine as long as they need it. */
CUPEL_API void cupel_engine_delete(cupel_own cupel_engine_t *engine);
/* Identifies build and configuration: an image is read by engines of an equal key only. A
 * printable string of at most 63 characters, borrowed from the engine. */
CUPEL_API const char *cupel_engine_image_key(const cupel_engine_t *engine);
/* "tail", "goto" or "switch"; static storage. */
CUPEL_API const char *cupel_engine_dispatch(const cupel_engine_t *engine);
/* Whether memories of this engine use guard pages. */
CUPEL_API bool cupel_engine_guard_pages(const cupel_engine_t *engine);
/* What an engine has kept of memories with guard pages, and how it went. */
typedef struct cupel_memory_figures {
    uint32_t idle;      /* memories kept for the next store */
    uint32_t most_idle; /* at most so many */
    uint32_t images;    /* initial contents that are laid out for memories to begin with */
    uint64_t reused;    /* memories that were there already when one was needed */
    uint64_t mapped;    /* memories that had to be asked of the host */
} cupel_memory_figures_t;
/* As it is at this moment. Any thread. */
CUPEL_API void cupel_engine_memory_figures(cupel_engine_t *engine, cupel_memory_figures_t *out);
/* The configuration that the engine was made with; borrowed from it. */
CUPEL_API const cupel_config_t *cupel_engine_config(const cupel_engine_t *engine);
/* Whether they are one engine: what one has compiled, the other can run. */
CUPEL_API bool cupel_engine_same(const cupel_engine_t *a, const cupel_engine_t *b);

/* A reference that does not keep the engine. Thread-safe, as engines are. */
typedef struct cupel_engine_weak cupel_engine_weak_t;
/* A weak reference to the engine, which it does not keep. NULL when memory is exhausted. */
CUPEL_API cupel_own cupel_engine_weak_t *cupel_engine_weak_new(cupel_engine_t *engine);
/* Another weak reference to the same engine; NULL when memory is exhausted. */
CUPEL_API cupel_own cupel_engine_weak_t *cupel_engine_weak_clone(const cupel_engine_weak_t *weak);
/* An owned reference to the engine, NULL if it is gone. */
CUPEL_API cupel_own cupel_engine_t *cupel_engine_weak_upgrade(const cupel_engine_weak_t *weak);
/* Accepts NULL. */
CUPEL_API void cupel_engine_weak_delete(cupel_own cupel_engine_weak_t *weak);

/* ---- Modules ------------------------------------------------------------------------------- */

/* A compiled module. Immutable, reference counted, used by any number of threads. */
typedef struct cupel_module cupel_module_t;

/* An import of a module; borrowed from it. */
typedef struct cupel_importtype {
    cupel_name_t module;
    cupel_name_t name;
    cupel_externtype_t type;
} cupel_importtype_t;

/* An export of a module; borrowed from it. */
typedef struct cupel_exporttype {
    cupel_name_t name;
    cupel_externtype_t type;
} cupel_exporttype_t;

/* A custom section of a module; borrowed from it. */
typedef struct cupel_custom_section {
    cupel_name_t name;
    const uint8_t *data;
    size_t len;
    uint64_t offset; /* of the contents, in the module */
} cupel_custom_section_t;

/* Figures of a module; all zero-based counts include imports where the specification's index
 * spaces do. */
typedef struct cupel_module_info {
    uint32_t types, functions, imported_functions, tables, memories, globals;
    uint32_t element_segments, data_segments;
    bool has_start;
    uint32_t start;        /* function index, if has_start */
    size_t wasm_bytes;     /* of the module as given */
    size_t code_bytes;     /* of the code section */
    size_t internal_bytes; /* of the internal code; of a lazy module, up to now */
    size_t native_bytes;   /* of the machine code, and of what describes it, up to now */
    uint64_t features;     /* one bit per row of features.def that the module uses; of a module that
                            * is validated lazily, as far as it has been */
} cupel_module_info_t;

/* Decodes, validates and translates as the compilation mode has it; the bytes are copied. */
CUPEL_API cupel_own cupel_error_t *cupel_module_new(cupel_engine_t *engine, const uint8_t *wasm,
                                                    size_t len, cupel_own cupel_module_t **out);

/* Where a module comes from. `read` gives up to `len` bytes and their number, 0 at the end, and
 * something negative on failure. It is not called again after the end or a failure. */
typedef struct cupel_reader {
    ssize_t (*read)(void *env, void *buf, size_t len);
    void *env;
} cupel_reader_t;
/* The same from a reader, to its end. What cannot become a module is refused without reading on: a
 * wrong header, a section out of order or of a size that no module may have, more bytes than the
 * limit on modules. A failure of the reader is CUPEL_ERROR_HOST. */
CUPEL_API cupel_own cupel_error_t *cupel_module_new_streaming(cupel_engine_t *engine,
                                                              const cupel_reader_t *reader,
                                                              cupel_own cupel_module_t **out);
/* For bytes that the host trusts to be valid, say, since it has validated them before: no body is
 * validated only for the sake of saying so. Translation needs the types and still refuses a body
 * that has none, and malformed bytes are refused as ever; so bytes that were not valid end in an
 * error here or at a first call, and never in undefined behaviour. */
CUPEL_API cupel_own cupel_error_t *cupel_module_new_unchecked(cupel_engine_t *engine,
                                                              const uint8_t *wasm, size_t len,
                                                              cupel_own cupel_module_t **out);
/* Decodes and validates only. */
CUPEL_API cupel_own cupel_error_t *cupel_module_validate(cupel_engine_t *engine,
                                                         const uint8_t *wasm, size_t len);
/* Another reference to the same module. */
CUPEL_API cupel_own cupel_module_t *cupel_module_clone(cupel_module_t *module);
/* Accepts NULL. Instances keep the module as long as they need it. */
CUPEL_API void cupel_module_delete(cupel_own cupel_module_t *module);
/* The module's engine; borrowed. */
CUPEL_API cupel_engine_t *cupel_module_engine(const cupel_module_t *module);
/* Whether they are one module, clones of each other. */
CUPEL_API bool cupel_module_same(const cupel_module_t *a, const cupel_module_t *b);

/* How many imports there are. */
CUPEL_API size_t cupel_module_import_count(const cupel_module_t *module);
/* false if `i` is out of range; what is written is borrowed from the module. */
CUPEL_API bool cupel_module_import(const cupel_module_t *module, size_t i, cupel_importtype_t *out);
/* How many exports there are. */
CUPEL_API size_t cupel_module_export_count(const cupel_module_t *module);
/* false if `i` is out of range; what is written is borrowed from the module. */
CUPEL_API bool cupel_module_export(const cupel_module_t *module, size_t i, cupel_exporttype_t *out);
/* The export of that name; false if there is none. */
CUPEL_API bool cupel_module_get_export(const cupel_module_t *module, const char *name, size_t len,
                                       cupel_externtype_t *out);
/* Custom sections in file order. */
CUPEL_API size_t cupel_module_custom_section_count(const cupel_module_t *module);
/* false if `i` is out of range; what is written is borrowed from the module. */
CUPEL_API bool cupel_module_custom_section(const cupel_module_t *module, size_t i,
                                           cupel_custom_section_t *out);
/* The module's figures. */
CUPEL_API void cupel_module_info(const cupel_module_t *module, cupel_module_info_t *out);
/* Whether functions of this module run as machine code, where the engine has it: true at first. May be called at any time; calls
 * that are running go over at their next call, return or end of a slice of fuel. */
CUPEL_API void cupel_module_set_native(cupel_module_t *module, bool on);
/* The type of a function, imports included; borrowed. NULL if there is no such function. */
CUPEL_API const cupel_functype_t *cupel_module_func_type(const cupel_module_t *module,
                                                         uint32_t func_index);
/* A function's name from the name section; empty without one. */
CUPEL_API cupel_name_t cupel_module_func_name(const cupel_module_t *module, uint32_t func_index);

/* The names of the features in `bits`: calls `each` once per feature. */
CUPEL_API void cupel_features_each(uint64_t bits, void (*each)(void *env, const char *name),
                                   void *env);

/* A buffer allocated by the library. */
typedef struct cupel_bytes {
    uint8_t *data;
    size_t len;
} cupel_bytes_t;
/* Frees the buffer and empties `bytes`. */
CUPEL_API void cupel_bytes_delete(cupel_bytes_t *bytes);

/* The precompiled image. What of a lazy module has not been compiled is compiled for it, and a body
 * that cannot be is the error. A module that was read from an image has nothing to compile, whatever
 * the mode, and images are the same in all modes. Reading verifies it against damage and against another build or
 * configuration (CUPEL_ERROR_IMAGE), but an image must come from a place that the host trusts. */
CUPEL_API cupel_own cupel_error_t *cupel_module_serialize(const cupel_module_t *module,
                                                          cupel_bytes_t *out);
/* Reads an image. CUPEL_ERROR_IMAGE for one that is damaged or was written by another build or
 * configuration. */
CUPEL_API cupel_own cupel_error_t *cupel_module_deserialize(cupel_engine_t *engine,
                                                            const uint8_t *image, size_t len,
                                                            cupel_own cupel_module_t **out);

/* Where an image is read from, piece by piece. */
typedef struct cupel_image_source {
    /* Reads all `len` bytes at `offset`; false if that fails. Called by one thread at a time, of those
     * that use the module. */
    bool (*read)(void *env, uint64_t offset, void *buf, size_t len);
    /* May be NULL; called once, when nothing more is read. */
    void (*finalize)(void *env);
    void *env;
    uint64_t len; /* of the whole image */
} cupel_image_source_t;
/*
 * Reads of an image what the module says about itself, and a function when it is called first, so
 * that the time follows what is used rather than the size. The source's contents must stay as they
 * are. What is damaged or cannot be read then ends the call, and each one after it that needs the
 * function, with CUPEL_ERROR_IMAGE. `source` is copied; it is finalised with the module, or at once
 * on failure.
 */
CUPEL_API cupel_own cupel_error_t *cupel_module_deserialize_lazily(
    cupel_engine_t *engine, const cupel_image_source_t *source, cupel_own cupel_module_t **out);
/* The same from a file, which stays open; replace it by renaming, never in place. CUPEL_ERROR_IMAGE
 * if it cannot be opened. */
CUPEL_API cupel_own cupel_error_t *cupel_module_deserialize_file(cupel_engine_t *engine,
                                                                 const char *path,
                                                                 cupel_own cupel_module_t **out);

/* Writes the internal code of a function as text, a line an op, through `write`. The text is for
 * people and may change. */
CUPEL_API cupel_own cupel_error_t *cupel_module_dump(const cupel_module_t *module,
                                                     uint32_t func_index,
                                                     void (*write)(void *env, const char *line),
                                                     void *env);

/* ---- Stores -------------------------------------------------------------------------------- */

/* The owner of everything that running makes. Belongs to one thread at a time. */
typedef struct cupel_store cupel_store_t;
/* A store, seen by the embedder or from within a host call. */
typedef struct cupel_context cupel_context_t;

/* A store's limits. What is denied is CUPEL_ERROR_LIMIT, -1 for an instruction that grows, or a trap. */
typedef struct cupel_store_limits {
    uint64_t memory_bytes;   /* of all memories together */
    uint64_t table_elements; /* of all tables together */
    uint32_t instances;
    uint32_t tables;
    uint32_t memories;
    uint64_t stack_bytes;      /* WebAssembly's frames; default 1 MiB, at most 1 GiB */
    uint32_t call_depth;       /* default 1024, host re-entry included */
    uint32_t host_depth;       /* host calls that call back, within one another; default 64 */
    bool trap_on_grow_failure; /* growth denied by a limit traps instead of giving -1 */
} cupel_store_limits_t;

/* No caps but 10000 instances, tables and memories, and the stack's defaults. */
CUPEL_API void cupel_store_limits_init(cupel_store_limits_t *limits);

/* A limiter's answer. */
typedef enum cupel_growth {
    CUPEL_GROWTH_ALLOW = 0,
    /* -1 for the instruction; CUPEL_ERROR_LIMIT for creation and for the embedder's call */
    CUPEL_GROWTH_DENY = 1,
    /* CUPEL_TRAP_GROWTH_OPERATION_LIMITED for the instruction; otherwise as DENY */
    CUPEL_GROWTH_TRAP = 2
} cupel_growth_t;

/* Why a growth that the limiter allowed did not take place. */
typedef enum cupel_grow_failure {
    CUPEL_GROW_FAILED_MAXIMUM = 0, /* it exceeds the declared maximum, or the engine's own */
    CUPEL_GROW_FAILED_LIMIT = 1,   /* it exceeds the store's limits */
    CUPEL_GROW_FAILED_FUEL = 2,    /* it could not be paid for, or the call was interrupted */
    CUPEL_GROW_FAILED_MEMORY = 3   /* the host's memory is exhausted */
} cupel_grow_failure_t;

/* Decides over growth. A callback may be NULL: then all growth is allowed, and nobody is told.
 *
 * memory_growing (bytes) and table_growing (elements) are asked before a memory or table grows, by
 * the guest's or the host's hand, and before one is made (then `current` is 0). `maximum` is the
 * declared one, UINT64_MAX without; a growth beyond it is asked for too, and fails even if it is
 * allowed. Growing by 0 is not asked for. With CUPEL_GROWTH_TRAP the callback may set `*trap` to an
 * owned trap of its own, which ends the call in place of the standard one and whose message goes
 * into the error where there is no call.
 *
 * Callbacks run on the thread that uses the store. While one runs, calls into the store end in a
 * stack overflow, and growing or making instances, memories and tables in it is CUPEL_ERROR_MISUSE.
 */
typedef struct cupel_limiter {
    void *env; /* handed to the callbacks; must outlive the limiter's use */
    cupel_growth_t (*memory_growing)(void *env, uint64_t current, uint64_t desired,
                                     uint64_t maximum, cupel_own cupel_trap_t **trap);
    cupel_growth_t (*table_growing)(void *env, uint64_t current, uint64_t desired, uint64_t maximum,
                                    cupel_own cupel_trap_t **trap);
    void (*memory_grow_failed)(void *env, cupel_grow_failure_t why);
    void (*table_grow_failed)(void *env, cupel_grow_failure_t why);
    uint32_t instances; /* that the store may hold, those that the host made included */
    uint32_t tables;
    uint32_t memories;
} cupel_limiter_t;

/* No callbacks; 10000 instances, tables and memories. */
CUPEL_API void cupel_limiter_init(cupel_limiter_t *limiter);

/* `data` is the host's, handed to `finalize` (which may be NULL) when the store is deleted. NULL
 * when memory is exhausted; then `finalize` has run. */
CUPEL_API cupel_own cupel_store_t *cupel_store_new(cupel_engine_t *engine, void *data,
                                                   void (*finalize)(void *data));
/* Accepts NULL. Everything made in the store goes with it. */
CUPEL_API void cupel_store_delete(cupel_own cupel_store_t *store);
/* Deletes the store and gives its data back, without finalising it. */
CUPEL_API void *cupel_store_into_data(cupel_own cupel_store_t *store);
/* The data given to `cupel_store_new`. */
CUPEL_API void *cupel_store_data(const cupel_store_t *store);
/* To be called before anything is made in the store; CUPEL_ERROR_MISUSE afterwards or for
 * limits that cannot be had. A store whose limits were not set counts no objects and has no caps
 * but the stack's defaults. */
CUPEL_API cupel_own cupel_error_t *cupel_store_set_limits(cupel_store_t *store,
                                                          const cupel_store_limits_t *limits);
/* Sets or (NULL) removes the limiter, which is copied. It comes on top of the store's limits, at any
 * time: what there is already stays. */
CUPEL_API void cupel_store_set_limiter(cupel_store_t *store, const cupel_limiter_t *limiter);
/* The store as the calls that work in it take it; lives as long as the store. */
CUPEL_API cupel_context_t *cupel_store_context(cupel_store_t *store);
/* The data given to `cupel_store_new`. */
CUPEL_API void *cupel_context_data(const cupel_context_t *ctx);
/* The store's engine, borrowed. */
CUPEL_API cupel_engine_t *cupel_context_engine(const cupel_context_t *ctx);

/* Fuel that is left. CUPEL_ERROR_MISUSE if the engine does not meter. */
CUPEL_API cupel_own cupel_error_t *cupel_context_set_fuel(cupel_context_t *ctx, uint64_t fuel);
/* Fuel that is left. CUPEL_ERROR_MISUSE if the engine does not meter. */
CUPEL_API cupel_own cupel_error_t *cupel_context_get_fuel(const cupel_context_t *ctx,
                                                          uint64_t *fuel);

/* Asked on the calling thread every `slice` units of fuel while WebAssembly runs (and within long
 * bulk operations); true ends the call with CUPEL_TRAP_INTERRUPTED. Needs metering. NULL removes
 * it. */
typedef bool (*cupel_interrupt_t)(void *env);
/* Sets the callback, asked every `slice` units of fuel. CUPEL_ERROR_MISUSE if the engine does not
 * meter, or for a slice of 0. */
CUPEL_API cupel_own cupel_error_t *cupel_store_set_interrupt(cupel_store_t *store,
                                                             cupel_interrupt_t interrupt, void *env,
                                                             uint64_t slice);

/* Where a call hook is run. Host functions count when WebAssembly calls them, not when the embedder
 * does. CUPEL_RETURNING_... follows after traps and suspension, too. */
typedef enum cupel_call_event {
    CUPEL_CALLING_WASM = 0,
    CUPEL_RETURNING_FROM_WASM = 1,
    CUPEL_CALLING_HOST = 2,
    CUPEL_RETURNING_FROM_HOST = 3
} cupel_call_event_t;

/* An owned error, or an owned `*trap` (NULL at first), ends the call on behalf of which it is run,
 * in place of whatever that ended in: it goes to the host's code that called into WebAssembly. Such
 * an end cannot be resumed. */
typedef cupel_error_t *(*cupel_call_hook_t)(void *env, cupel_context_t *ctx,
                                            cupel_call_event_t event, cupel_trap_t **trap);
/* NULL removes it. */
CUPEL_API void cupel_store_set_call_hook(cupel_store_t *store, cupel_call_hook_t hook, void *env);

/* Bytes of all memories of the store now, and the most there have been. */
CUPEL_API uint64_t cupel_context_memory_bytes(const cupel_context_t *ctx, uint64_t *peak);

/* ---- Functions ----------------------------------------------------------------------------- */

/* Who calls a host function; lives as long as that call. */
typedef struct cupel_caller cupel_caller_t;

/* A host function. Results come with their kinds set to the declared ones and are checked on
 * return. Returns NULL, or an owned trap that ends the call. */
typedef cupel_trap_t *(*cupel_callback_t)(void *env, cupel_caller_t *caller,
                                          const cupel_val_t *args, size_t nargs,
                                          cupel_val_t *results, size_t nresults);

/* The store that the call takes place in. */
CUPEL_API cupel_context_t *cupel_caller_context(cupel_caller_t *caller);
/* The engine; borrowed. */
CUPEL_API cupel_engine_t *cupel_caller_engine(const cupel_caller_t *caller);
/* The store's data. */
CUPEL_API void *cupel_caller_data(const cupel_caller_t *caller);
/* Fuel that is left; as of the context. */
CUPEL_API cupel_own cupel_error_t *cupel_caller_get_fuel(const cupel_caller_t *caller,
                                                         uint64_t *fuel);
/* Sets the fuel that is left; as of the context. */
CUPEL_API cupel_own cupel_error_t *cupel_caller_set_fuel(cupel_caller_t *caller, uint64_t fuel);
/* An export of the calling instance; false if there is none. */
CUPEL_API bool cupel_caller_get_export(cupel_caller_t *caller, const char *name, size_t len,
                                       cupel_extern_t *out);

/* `finalize` (may be NULL) runs exactly once on `env`, also when this call fails. */
CUPEL_API cupel_own cupel_error_t *cupel_func_new(cupel_context_t *ctx,
                                                  const cupel_functype_t *type,
                                                  cupel_callback_t callback, void *env,
                                                  void (*finalize)(void *env), cupel_func_t *out);
/* A host function without checks and conversions: `cells` holds the arguments and takes the results;
 * there are as many as the larger of both needs. Results of another type than the declared one are
 * values all the same; a reference that the store does not know traps. */
typedef cupel_trap_t *(*cupel_raw_callback_t)(void *env, cupel_caller_t *caller, cupel_raw_t *cells,
                                              size_t ncells);
/* As `cupel_func_new`, for such a function. */
CUPEL_API cupel_own cupel_error_t *cupel_func_new_unchecked(cupel_context_t *ctx,
                                                            const cupel_functype_t *type,
                                                            cupel_raw_callback_t callback,
                                                            void *env, void (*finalize)(void *env),
                                                            cupel_func_t *out);
/* A function as a raw cell; false for a foreign one. */
CUPEL_API bool cupel_func_to_raw(const cupel_context_t *ctx, cupel_func_t func, cupel_raw_t *out);
/* The function in a cell; null for a cell that does not name one. */
CUPEL_API cupel_func_t cupel_func_from_raw(const cupel_context_t *ctx, cupel_raw_t raw);
/* The same for references to host data. */
CUPEL_API bool cupel_externref_to_raw(const cupel_context_t *ctx, cupel_externref_t ref,
                                      cupel_raw_t *out);
/* The reference in a cell; null for a cell that does not name one. */
CUPEL_API cupel_externref_t cupel_externref_from_raw(const cupel_context_t *ctx, cupel_raw_t raw);
/* An owned type; NULL for a null or foreign handle or when memory is exhausted. */
CUPEL_API cupel_own cupel_functype_t *cupel_func_type(const cupel_context_t *ctx,
                                                      cupel_func_t func);
/* Calls a function. `results` must have room for all its results. Ends in results, `*trap`, or an
 * error, exactly one. Before anything runs: CUPEL_ERROR_ARITY for another number of arguments or too
 * little room, CUPEL_ERROR_TYPE for an argument of another kind, CUPEL_ERROR_MISUSE for a foreign
 * handle. */
CUPEL_API cupel_own cupel_error_t *cupel_func_call(cupel_context_t *ctx, cupel_func_t func,
                                                   const cupel_val_t *args, size_t nargs,
                                                   cupel_val_t *results, size_t nresults,
                                                   cupel_own cupel_trap_t **trap);

/* The null reference. */
CUPEL_API cupel_func_t cupel_func_null(void);
/* Whether it is the null reference. */
CUPEL_API bool cupel_func_is_null(cupel_func_t func);
/* Whether both are the same function; all null references are the same. A function is the same
 * wherever it is exported from. */
CUPEL_API bool cupel_func_same(cupel_func_t a, cupel_func_t b);

/* A function whose signature has been checked; `cells` is what a call needs: arguments, and results in
 * the same place. As a handle it is a plain value and lives as long as its store. */
typedef struct cupel_typed_func {
    cupel_func_t func;
    uint32_t cells;
} cupel_typed_func_t;

/* If the function is not of exactly that type, CUPEL_ERROR_ARITY for other numbers of parameters or
 * results and CUPEL_ERROR_TYPE for other kinds. */
CUPEL_API cupel_own cupel_error_t *cupel_func_typed(const cupel_context_t *ctx, cupel_func_t func,
                                                    const cupel_valkind_t *params, size_t nparams,
                                                    const cupel_valkind_t *results, size_t nresults,
                                                    cupel_typed_func_t *out);
/* Calls it without checking types again. `cells` has room for func->cells cells; `trap` is not NULL.
 * CUPEL_ERROR_MISUSE for another store's function and for references that the store does not know. */
CUPEL_API cupel_own cupel_error_t *cupel_typed_func_call(cupel_context_t *ctx,
                                                         const cupel_typed_func_t *func,
                                                         cupel_raw_t *cells,
                                                         cupel_own cupel_trap_t **trap);

/* ---- Resumable calls ----------------------------------------------------------------------- */

/*
 * A call that is not lost when it is stopped. It suspends when a host function that WebAssembly
 * called ends it with a trap, and when the fuel runs out; every other trap is final, and so is that
 * of a host function that is itself what was to be called.
 *
 * A suspended call holds a copy of its frames and no part of the store's stack. It may be resumed
 * from anywhere that the store may be used from, within a host call too, and any number may be
 * suspended at a time. It belongs to its store's thread. Deleting the store ends it; the handle
 * still wants to be deleted.
 */
typedef struct cupel_resumable cupel_resumable_t;

/* Why a call is suspended. */
typedef enum cupel_suspension {
    CUPEL_NOT_SUSPENDED = 0, /* running, ended, or its store is gone: nothing can be resumed */
    CUPEL_SUSPENDED_BY_HOST = 1,
    CUPEL_SUSPENDED_OUT_OF_FUEL = 2
} cupel_suspension_t;

/* As cupel_func_call, with one more way to end: suspended, with `*resumable` set. */
CUPEL_API cupel_own cupel_error_t *cupel_func_call_resumable(
    cupel_context_t *ctx, cupel_func_t func, const cupel_val_t *args, size_t nargs,
    cupel_val_t *results, size_t nresults, cupel_own cupel_resumable_t **resumable,
    cupel_own cupel_trap_t **trap);
/*
 * Goes on. A call that a host function stopped goes on as if that function had just returned
 * `inputs`, which are of its result types; one out of fuel takes no inputs, and whoever resumes it
 * sets the fuel before. Ends in results (of the function that was called at first), `*trap`, an
 * error, or suspended once more, which cupel_resumable_reason tells.
 *
 * Until WebAssembly runs nothing is lost: after CUPEL_ERROR_ARITY and CUPEL_ERROR_TYPE for inputs,
 * CUPEL_ERROR_MISUSE for another store's context, CUPEL_ERROR_LIMIT where the frames do not fit under the limits (of a
 * deeply nested host call), and after what a call hook returned on CUPEL_CALLING_WASM, the call is
 * suspended as before. CUPEL_ERROR_MISUSE, too, if the call is not suspended.
 */
CUPEL_API cupel_own cupel_error_t *cupel_resumable_resume(cupel_context_t *ctx,
                                                          cupel_resumable_t *resumable,
                                                          const cupel_val_t *inputs, size_t ninputs,
                                                          cupel_val_t *results, size_t nresults,
                                                          cupel_own cupel_trap_t **trap);
/* As cupel_typed_func_call, with one more way to end: suspended, with `*resumable` set. */
CUPEL_API cupel_own cupel_error_t *cupel_typed_func_call_resumable(
    cupel_context_t *ctx, const cupel_typed_func_t *func, cupel_raw_t *cells,
    cupel_own cupel_resumable_t **resumable, cupel_own cupel_trap_t **trap);
/* As cupel_resumable_resume, with the inputs and then the results in raw cells: room for the larger
 * of both. It does not matter how the call was made. */
CUPEL_API cupel_own cupel_error_t *cupel_resumable_resume_raw(cupel_context_t *ctx,
                                                              cupel_resumable_t *resumable,
                                                              cupel_raw_t *cells,
                                                              cupel_own cupel_trap_t **trap);
/* Frees the frames. A call that is running at the time goes on, and cannot be suspended again. */
CUPEL_API void cupel_resumable_delete(cupel_own cupel_resumable_t *resumable);
/* Gives up: the trap that an ordinary call would have ended in. NULL if nothing is suspended or
 * memory is exhausted. */
CUPEL_API cupel_own cupel_trap_t *cupel_resumable_into_trap(cupel_own cupel_resumable_t *resumable);

/* Why it stands still. */
CUPEL_API cupel_suspension_t cupel_resumable_reason(const cupel_resumable_t *resumable);
/* The host function that stopped the call; null unless there is one. */
CUPEL_API cupel_func_t cupel_resumable_host_func(const cupel_resumable_t *resumable);
/* What that function was called with. */
CUPEL_API size_t cupel_resumable_arg_count(const cupel_resumable_t *resumable);
/* false if `i` is out of range. */
CUPEL_API bool cupel_resumable_arg(const cupel_resumable_t *resumable, size_t i, cupel_val_t *out);
/* The host function's trap, or one that says out_of_fuel, with a backtrace of the suspended frames;
 * borrowed until the call is resumed or deleted. NULL if nothing is suspended or memory is
 * exhausted. */
CUPEL_API const cupel_trap_t *cupel_resumable_trap(cupel_resumable_t *resumable);
/* Out of fuel: what there must be at least, in all, for the call to go on; else 0. */
CUPEL_API uint64_t cupel_resumable_required_fuel(const cupel_resumable_t *resumable);

/* ---- Memories, tables, globals, references ------------------------------------------------- */

/* A memory of its least size, all zeros. CUPEL_ERROR_MISUSE for a type that cannot be,
 * CUPEL_ERROR_LIMIT for one that a limit or the limiter denies. */
CUPEL_API cupel_own cupel_error_t *cupel_memory_new(cupel_context_t *ctx,
                                                    const cupel_memorytype_t *type,
                                                    cupel_memory_t *out);
/* A memory over a buffer of the embedder's, which must outlive the store and be left to it. It has as
 * much room as the buffer and never grows beyond; its contents are cleared as they become part of
 * the memory, and its data stays where it is. CUPEL_ERROR_MISUSE for a buffer that does not hold the
 * minimum. There are no guard pages around it, so code that runs on it checks its accesses; where
 * the engine has guard pages, the first such instance makes a copy of the module's code. */
CUPEL_API cupel_own cupel_error_t *cupel_memory_new_static(cupel_context_t *ctx,
                                                           const cupel_memorytype_t *type,
                                                           void *buffer, size_t len,
                                                           cupel_memory_t *out);
/* The type that it was made with. CUPEL_ERROR_MISUSE for a foreign handle, here and below. */
CUPEL_API cupel_own cupel_error_t *cupel_memory_type(const cupel_context_t *ctx, cupel_memory_t m,
                                                     cupel_memorytype_t *out);
/* Pages. */
CUPEL_API cupel_own cupel_error_t *cupel_memory_size(const cupel_context_t *ctx, cupel_memory_t m,
                                                     uint64_t *pages);
/* Grows by `delta` pages, without a charge; `previous` (may be NULL) in pages. CUPEL_ERROR_LIMIT when
 * the maximum, a limit or the limiter denies it. */
CUPEL_API cupel_own cupel_error_t *cupel_memory_grow(cupel_context_t *ctx, cupel_memory_t m,
                                                     uint64_t delta, uint64_t *previous);
/* The pointer dies at any growth of the memory, by the guest's or the host's hand. */
CUPEL_API cupel_own cupel_error_t *cupel_memory_data(const cupel_context_t *ctx, cupel_memory_t m,
                                                     uint8_t **data, size_t *size);
/* Copies `len` bytes out. CUPEL_ERROR_MISUSE when they do not lie within; then nothing is copied. */
CUPEL_API cupel_own cupel_error_t *cupel_memory_read(const cupel_context_t *ctx, cupel_memory_t m,
                                                     uint64_t offset, void *buf, size_t len);
/* Copies `len` bytes in. CUPEL_ERROR_MISUSE when they do not lie within; then nothing is copied. */
CUPEL_API cupel_own cupel_error_t *cupel_memory_write(cupel_context_t *ctx, cupel_memory_t m,
                                                      uint64_t offset, const void *buf, size_t len);

/* `init` of the element's kind. */
CUPEL_API cupel_own cupel_error_t *cupel_table_new(cupel_context_t *ctx,
                                                   const cupel_tabletype_t *type,
                                                   const cupel_val_t *init, cupel_table_t *out);
/* The type that it was made with. CUPEL_ERROR_MISUSE for a foreign handle, here and below. */
CUPEL_API cupel_own cupel_error_t *cupel_table_type(const cupel_context_t *ctx, cupel_table_t t,
                                                    cupel_tabletype_t *out);
/* Elements that there are. */
CUPEL_API cupel_own cupel_error_t *cupel_table_size(const cupel_context_t *ctx, cupel_table_t t,
                                                    uint64_t *elements);
/* One element. CUPEL_ERROR_MISUSE for an index that is not within. */
CUPEL_API cupel_own cupel_error_t *cupel_table_get(cupel_context_t *ctx, cupel_table_t t,
                                                   uint64_t index, cupel_val_t *out);
/* Sets one element. CUPEL_ERROR_MISUSE for an index that is not within or a foreign reference,
 * CUPEL_ERROR_TYPE for a value of another kind. */
CUPEL_API cupel_own cupel_error_t *cupel_table_set(cupel_context_t *ctx, cupel_table_t t,
                                                   uint64_t index, const cupel_val_t *value);
/* Grows by `delta` elements that become `init`, without a charge; `previous` may be NULL.
 * CUPEL_ERROR_LIMIT when the maximum, a limit or the limiter denies it. */
CUPEL_API cupel_own cupel_error_t *cupel_table_grow(cupel_context_t *ctx, cupel_table_t t,
                                                    uint64_t delta, const cupel_val_t *init,
                                                    uint64_t *previous);
/* Sets `count` elements from `index` on to `value`; all or nothing. CUPEL_ERROR_MISUSE when they do
 * not lie within. */
CUPEL_API cupel_own cupel_error_t *cupel_table_fill(cupel_context_t *ctx, cupel_table_t t,
                                                    uint64_t index, const cupel_val_t *value,
                                                    uint64_t count);
/* Copies `count` elements; the ranges may overlap. CUPEL_ERROR_MISUSE when they do not lie within,
 * CUPEL_ERROR_TYPE for tables of different elements; then nothing has changed. */
CUPEL_API cupel_own cupel_error_t *cupel_table_copy(cupel_context_t *ctx, cupel_table_t to,
                                                    uint64_t to_index, cupel_table_t from,
                                                    uint64_t from_index, uint64_t count);

/* A global with that value. CUPEL_ERROR_TYPE for a value of another kind, CUPEL_ERROR_MISUSE for a
 * foreign reference. */
CUPEL_API cupel_own cupel_error_t *cupel_global_new(cupel_context_t *ctx,
                                                    const cupel_globaltype_t *type,
                                                    const cupel_val_t *value, cupel_global_t *out);
/* Its type. CUPEL_ERROR_MISUSE for a foreign handle, here and below. */
CUPEL_API cupel_own cupel_error_t *cupel_global_type(const cupel_context_t *ctx, cupel_global_t g,
                                                     cupel_globaltype_t *out);
/* Its value. */
CUPEL_API cupel_own cupel_error_t *cupel_global_get(cupel_context_t *ctx, cupel_global_t g,
                                                    cupel_val_t *out);
/* Sets its value. CUPEL_ERROR_MISUSE for an immutable one or a foreign reference, CUPEL_ERROR_TYPE
 * for a value of another kind. */
CUPEL_API cupel_own cupel_error_t *cupel_global_set(cupel_context_t *ctx, cupel_global_t g,
                                                    const cupel_val_t *value);

/* A reference to `data`; `finalize` (may be NULL) runs exactly once, when the store is deleted or
 * when this call fails. */
CUPEL_API cupel_own cupel_error_t *cupel_externref_new(cupel_context_t *ctx, void *data,
                                                       void (*finalize)(void *data),
                                                       cupel_externref_t *out);
/* The data of a reference; NULL for null and foreign references. */
CUPEL_API void *cupel_externref_data(const cupel_context_t *ctx, cupel_externref_t ref);
/* The null reference. */
CUPEL_API cupel_externref_t cupel_externref_null(void);
/* Whether it is the null reference. */
CUPEL_API bool cupel_externref_is_null(cupel_externref_t ref);
/* Whether both are the same reference; all null references are the same. Two references to the same
 * data are not. */
CUPEL_API bool cupel_externref_same(cupel_externref_t a, cupel_externref_t b);

/* Whether both are the same table, which is the same wherever it is exported from. */
CUPEL_API bool cupel_table_same(cupel_table_t a, cupel_table_t b);
/* The same for memories. */
CUPEL_API bool cupel_memory_same(cupel_memory_t a, cupel_memory_t b);
/* The same for globals. */
CUPEL_API bool cupel_global_same(cupel_global_t a, cupel_global_t b);
/* The same for instances. */
CUPEL_API bool cupel_instance_same(cupel_instance_t a, cupel_instance_t b);
/* The same for items of any kind; items of different kinds are not the same. */
CUPEL_API bool cupel_extern_same(const cupel_extern_t *a, const cupel_extern_t *b);

/* The item's type; a function's is borrowed from the store. CUPEL_ERROR_MISUSE for a null or foreign
 * handle. */
CUPEL_API cupel_own cupel_error_t *cupel_extern_type(const cupel_context_t *ctx,
                                                     const cupel_extern_t *item,
                                                     cupel_externtype_t *out);

/* ---- Linking and instances ----------------------------------------------------------------- */

/* Definitions by module and name, from which imports are resolved. */
typedef struct cupel_linker cupel_linker_t;
/* Host functions defined once for any number of linkers. Reference counted. */
typedef struct cupel_linker_builder cupel_linker_builder_t;
/* An instance whose start function has not run. */
typedef struct cupel_instance_pre cupel_instance_pre_t;

/* NULL when memory is exhausted. */
CUPEL_API cupel_own cupel_linker_t *cupel_linker_new(cupel_engine_t *engine);
/* Accepts NULL. Instances made by the linker stay. */
CUPEL_API void cupel_linker_delete(cupel_own cupel_linker_t *linker);
/* Whether a definition may take the place of an earlier one; off by default. */
CUPEL_API void cupel_linker_allow_shadowing(cupel_linker_t *linker, bool on);
/* Defines `module::name`; CUPEL_ERROR_MISUSE (CUPEL_LINK_DUPLICATE) if it is there already, unless
 * shadowing is allowed, and for an item that is not of the store. It serves instances of this store
 * only. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_define(cupel_linker_t *linker, cupel_context_t *ctx,
                                                       const char *module, size_t module_len,
                                                       const char *name, size_t name_len,
                                                       const cupel_extern_t *item);
/* A host function that is made anew in each store that an instance is made in. `finalize` runs when
 * the linker and every store that uses it are gone. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_func_new(cupel_linker_t *linker, const char *module,
                                                         size_t module_len, const char *name,
                                                         size_t name_len,
                                                         const cupel_functype_t *type,
                                                         cupel_callback_t callback, void *env,
                                                         void (*finalize)(void *env));
/* The same for one over raw cells, see `cupel_raw_callback_t`. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_func_new_unchecked(
    cupel_linker_t *linker, const char *module, size_t module_len, const char *name,
    size_t name_len, const cupel_functype_t *type, cupel_raw_callback_t callback, void *env,
    void (*finalize)(void *env));
/* All exports of an instance under a name; all or nothing, but for what had been shadowed when
 * memory was exhausted. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_instance(cupel_linker_t *linker,
                                                         cupel_context_t *ctx, const char *module,
                                                         size_t module_len,
                                                         cupel_instance_t instance);
/* Whatever is defined under the name `module` by now, under the name `as` too. CUPEL_ERROR_NOT_FOUND
 * if there is nothing; duplicates as with `cupel_linker_instance`. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_alias_module(cupel_linker_t *linker,
                                                             const char *module, size_t module_len,
                                                             const char *as, size_t as_len);
/* What is defined as `module::name`; a host function becomes one of the store. CUPEL_ERROR_NOT_FOUND
 * if there is nothing, CUPEL_ERROR_MISUSE for a definition of another store. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_get(const cupel_linker_t *linker,
                                                    cupel_context_t *ctx, const char *module,
                                                    size_t module_len, const char *name,
                                                    size_t name_len, cupel_extern_t *out);
/* Resolves all imports, makes the instance and runs its start function. The order is: the limit on
 * instances, imports, tables, memories, globals, element segments, data segments, start function.
 * The error of a failed resolution (CUPEL_ERROR_LINK, see `cupel_error_link`) names every import that nothing provides or that is of another type. A trap while
 * initialising or in the start function is given by `*trap`; what was written stays written. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_instantiate(cupel_linker_t *linker,
                                                            cupel_context_t *ctx,
                                                            cupel_module_t *module,
                                                            cupel_instance_t *out,
                                                            cupel_own cupel_trap_t **trap);

/* The same but for the start function: it runs with `cupel_instance_pre_start`. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_instantiate_pre(
    cupel_linker_t *linker, cupel_context_t *ctx, cupel_module_t *module,
    cupel_own cupel_instance_pre_t **out, cupel_own cupel_trap_t **trap);
/* Accepts NULL. The instance stays in its store, as tables may lead to it, but nobody gets a handle
 * to it. */
CUPEL_API void cupel_instance_pre_delete(cupel_own cupel_instance_pre_t *pre);
/* Runs the start function, if there is one. `ctx` must be of the store that it was made in, else
 * CUPEL_ERROR_MISUSE. */
CUPEL_API cupel_own cupel_error_t *cupel_instance_pre_start(cupel_own cupel_instance_pre_t *pre,
                                                            cupel_context_t *ctx,
                                                            cupel_instance_t *out,
                                                            cupel_own cupel_trap_t **trap);
/* The instance of a module without a start function. For one with a start function an error that
 * names it (CUPEL_ERROR_LINK, CUPEL_LINK_UNEXPECTED_START, `cupel_error_func_index`); it does not
 * run. */
CUPEL_API cupel_own cupel_error_t *cupel_instance_pre_ensure_no_start(
    cupel_own cupel_instance_pre_t *pre, cupel_context_t *ctx, cupel_instance_t *out);

/* A builder is being constructed until `cupel_linker_builder_finish`; so long it belongs to one
 * thread. Then it is ready: immutable, and any number of threads may use it at once. NULL when
 * memory is exhausted. */
CUPEL_API cupel_own cupel_linker_builder_t *cupel_linker_builder_new(cupel_engine_t *engine);
/* Another reference to the same builder. */
CUPEL_API cupel_own cupel_linker_builder_t *cupel_linker_builder_clone(
    cupel_linker_builder_t *builder);
/* Accepts NULL. Linkers made from it keep what they need. */
CUPEL_API void cupel_linker_builder_delete(cupel_own cupel_linker_builder_t *builder);
/* As `cupel_linker_func_new`; the function may be called by stores on several threads at once.
 * CUPEL_ERROR_MISUSE for a duplicate or a builder that is ready. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_builder_func_new(
    cupel_linker_builder_t *builder, const char *module, size_t module_len, const char *name,
    size_t name_len, const cupel_functype_t *type, cupel_callback_t callback, void *env,
    void (*finalize)(void *env));
/* The same for one over raw cells, see `cupel_raw_callback_t`. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_builder_func_new_unchecked(
    cupel_linker_builder_t *builder, const char *module, size_t module_len, const char *name,
    size_t name_len, const cupel_functype_t *type, cupel_raw_callback_t callback, void *env,
    void (*finalize)(void *env));
/* Makes the builder ready; for one that is ready nothing happens. */
CUPEL_API void cupel_linker_builder_finish(cupel_linker_builder_t *builder);
/* Whether it is ready. */
CUPEL_API bool cupel_linker_builder_is_ready(const cupel_linker_builder_t *builder);
/* A linker with the builder's definitions, which are shared and not copied; it may define more.
 * CUPEL_ERROR_MISUSE for a builder that is not ready. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_builder_create(cupel_linker_builder_t *builder,
                                                               cupel_own cupel_linker_t **out);

/* Makes an instance from imports in the module's order. */
CUPEL_API cupel_own cupel_error_t *cupel_instance_new(cupel_context_t *ctx, cupel_module_t *module,
                                                      const cupel_extern_t *imports,
                                                      size_t nimports, cupel_instance_t *out,
                                                      cupel_own cupel_trap_t **trap);
/* As cupel_instance_new, with a start function that may be suspended as by cupel_func_call_resumable:
 * then `*resumable` is set, and `*out` is the instance that is ready when that call has ended. */
CUPEL_API cupel_own cupel_error_t *cupel_instance_new_resumable(
    cupel_context_t *ctx, cupel_module_t *module, const cupel_extern_t *imports, size_t nimports,
    cupel_instance_t *out, cupel_own cupel_resumable_t **resumable, cupel_own cupel_trap_t **trap);
/* false if there is no such export or the handle is foreign. */
CUPEL_API bool cupel_instance_get_export(cupel_context_t *ctx, cupel_instance_t instance,
                                         const char *name, size_t len, cupel_extern_t *out);
/* How many exports there are; 0 for a foreign handle. */
CUPEL_API size_t cupel_instance_export_count(const cupel_context_t *ctx, cupel_instance_t instance);
/* The i-th export in the module's order; false if there is none or the handle is foreign. The name
 * is borrowed from the module. */
CUPEL_API bool cupel_instance_export(cupel_context_t *ctx, cupel_instance_t instance, size_t i,
                                     cupel_name_t *name, cupel_extern_t *out);

/* ---- Plain C functions as host functions --------------------------------------------------- */

/*
 * CUPEL_WRAP makes a host function of a C function as it stands, from its prototype:
 *
 *     static int32_t add(int32_t a, int32_t b) { return a + b; }
 *     CUPEL_WRAP(wrapped_add, add, int32_t, (int32_t, int32_t));
 *
 *     error = cupel_linker_func_wrap(linker, "math", "add", &wrapped_add, NULL, NULL);
 *
 * CUPEL_WRAP(name, function, return type, (parameter types)) defines `static const
 * cupel_wrapped_t name` at file scope. The types are the function's own, up to 12 parameters,
 * `(void)` for none, and they say what each is:
 *
 *     int32_t, uint32_t, int64_t,    a parameter of WebAssembly's function: i32, i32, i64, i64,
 *     uint64_t, float, double,       f32, f64, funcref, externref
 *     cupel_func_t,
 *     cupel_externref_t
 *     a pointer to one of these      a result, zero or null unless the function writes it
 *     void *                         `env`, as it was given with the function
 *     cupel_caller_t *               who calls
 *
 * The function returns nothing (`void`), one of the value types above, which is the first result,
 * or `cupel_trap_t *`: NULL, or an owned trap that ends the call. So one that may fail is
 *
 *     static cupel_trap_t *quotient(int32_t a, int32_t b, int32_t *result);
 *     CUPEL_WRAP(wrapped_quotient, quotient, cupel_trap_t *, (int32_t, int32_t, int32_t *));
 *
 * and one that looks at the caller's memory and at data of the host's
 *
 *     static void log_text(void *env, cupel_caller_t *caller, uint32_t at, uint32_t len);
 *     CUPEL_WRAP(wrapped_log, log_text, void, (void *, cupel_caller_t *, uint32_t, uint32_t));
 *
 * Another type, or a prototype that is not the function's, does not compile. Values keep their bits,
 * a NaN's included; a reference of another store as a result traps.
 * For v128, and in C++, there is `cupel_func_new_unchecked`.
 */

/* The most parameters, of all sorts, that a wrapped function may have. */
#define CUPEL_WRAP_MAX 12

/* What CUPEL_WRAP defines; immutable, to be used with any number of stores and on any thread. */
typedef struct cupel_wrapped {
    cupel_raw_callback_t callback;
    uint8_t returns; /* this and what follows is for the library */
    uint8_t nargs;
    uint8_t args[CUPEL_WRAP_MAX + 1]; /* and a 0 */
} cupel_wrapped_t;

/* As `cupel_func_new`, for a wrapped function. */
CUPEL_API cupel_own cupel_error_t *cupel_func_wrap(cupel_context_t *ctx,
                                                   const cupel_wrapped_t *wrapped, void *env,
                                                   void (*finalize)(void *env), cupel_func_t *out);
/* As `cupel_linker_func_new`, for a wrapped function; the names are NUL-terminated. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_func_wrap(cupel_linker_t *linker,
                                                          const char *module, const char *name,
                                                          const cupel_wrapped_t *wrapped, void *env,
                                                          void (*finalize)(void *env));
/* As `cupel_linker_builder_func_new`, for a wrapped function; the names are NUL-terminated. */
CUPEL_API cupel_own cupel_error_t *cupel_linker_builder_func_wrap(
    cupel_linker_builder_t *builder, const char *module, const char *name,
    const cupel_wrapped_t *wrapped, void *env, void (*finalize)(void *env));

/* How CUPEL_WRAP tells the library what a type is: these, with a cupel_valkind_t for values. */
enum {
    CUPEL_WRAP_PARAM = 0x10,
    CUPEL_WRAP_RESULT = 0x20,
    CUPEL_WRAP_ENV = 0x40,
    CUPEL_WRAP_CALLER = 0x41,
    CUPEL_WRAP_NOTHING = 0x42,
    CUPEL_WRAP_TRAP = 0x43
};

#if !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L

/* How CUPEL_WRAP works, to the end of the section: nothing of it is to be used directly. */

/* clang-format off */
#define CUPEL_WRAP_TYPES(X, sep)                                                                   \
    X(i32, int32_t, CUPEL_I32) sep() X(u32, uint32_t, CUPEL_I32) sep()                             \
    X(i64, int64_t, CUPEL_I64) sep() X(u64, uint64_t, CUPEL_I64) sep()                             \
    X(f32, float, CUPEL_F32) sep() X(f64, double, CUPEL_F64) sep()                                 \
    X(func, cupel_func_t, CUPEL_FUNCREF) sep() X(externref, cupel_externref_t, CUPEL_EXTERNREF)
#define CUPEL_WRAP_COMMA() ,
#define CUPEL_WRAP_SPACE()

/* Results that a function writes through pointers. The longest is first, so that {0} clears all. */
union cupel_wrap_result {
    cupel_func_t func;
    cupel_externref_t externref;
    int32_t i32;
    uint32_t u32;
    int64_t i64;
    uint64_t u64;
    float f32;
    double f64;
};

/* A call. Where a parameter stands (`at`) is the number of WebAssembly's parameters before it, and
 * 0x100 times the number of results. */
struct cupel_wrap_call {
    void *env;
    cupel_caller_t *caller;
    cupel_raw_t *cells;
    union cupel_wrap_result *results;
};

static inline int32_t cupel_wrap_load_i32(const struct cupel_wrap_call *c, unsigned i)
{
    return c->cells[i].i32;
}
static inline uint32_t cupel_wrap_load_u32(const struct cupel_wrap_call *c, unsigned i)
{
    return (uint32_t)c->cells[i].i32;
}
static inline int64_t cupel_wrap_load_i64(const struct cupel_wrap_call *c, unsigned i)
{
    return c->cells[i].i64;
}
static inline uint64_t cupel_wrap_load_u64(const struct cupel_wrap_call *c, unsigned i)
{
    return (uint64_t)c->cells[i].i64;
}
static inline float cupel_wrap_load_f32(const struct cupel_wrap_call *c, unsigned i)
{
    return c->cells[i].f32;
}
static inline double cupel_wrap_load_f64(const struct cupel_wrap_call *c, unsigned i)
{
    return c->cells[i].f64;
}
static inline cupel_func_t cupel_wrap_load_func(const struct cupel_wrap_call *c, unsigned i)
{
    return cupel_func_from_raw(cupel_caller_context(c->caller), c->cells[i]);
}
static inline cupel_externref_t cupel_wrap_load_externref(const struct cupel_wrap_call *c,
                                                          unsigned i)
{
    return cupel_externref_from_raw(cupel_caller_context(c->caller), c->cells[i]);
}

static inline void cupel_wrap_store_i32(const struct cupel_wrap_call *c, unsigned i, int32_t v)
{
    c->cells[i].i32 = v;
}
static inline void cupel_wrap_store_u32(const struct cupel_wrap_call *c, unsigned i, uint32_t v)
{
    c->cells[i].i32 = (int32_t)v;
}
static inline void cupel_wrap_store_i64(const struct cupel_wrap_call *c, unsigned i, int64_t v)
{
    c->cells[i].i64 = v;
}
static inline void cupel_wrap_store_u64(const struct cupel_wrap_call *c, unsigned i, uint64_t v)
{
    c->cells[i].i64 = (int64_t)v;
}
static inline void cupel_wrap_store_f32(const struct cupel_wrap_call *c, unsigned i, float v)
{
    c->cells[i].f32 = v;
}
static inline void cupel_wrap_store_f64(const struct cupel_wrap_call *c, unsigned i, double v)
{
    c->cells[i].f64 = v;
}
/* Of a foreign reference remains what no store knows. */
static inline void cupel_wrap_store_func(const struct cupel_wrap_call *c, unsigned i,
                                         cupel_func_t v)
{
    if (!cupel_func_to_raw(cupel_caller_context(c->caller), v, &c->cells[i]))
        c->cells[i].ref = UINT64_MAX;
}
static inline void cupel_wrap_store_externref(const struct cupel_wrap_call *c, unsigned i,
                                              cupel_externref_t v)
{
    if (!cupel_externref_to_raw(cupel_caller_context(c->caller), v, &c->cells[i]))
        c->cells[i].ref = UINT64_MAX;
}

/* For each type: what its parameters are given, what becomes of results and of what is returned. */
#define CUPEL_WRAP_FUNCTIONS(t, T, kind)                                                           \
    static inline T cupel_wrap_get_##t(const struct cupel_wrap_call *c, unsigned at)               \
    {                                                                                              \
        return cupel_wrap_load_##t(c, at & 0xff);                                                  \
    }                                                                                              \
    static inline T *cupel_wrap_place_##t(const struct cupel_wrap_call *c, unsigned at)            \
    {                                                                                              \
        return &c->results[at >> 8].t;                                                             \
    }                                                                                              \
    static inline void cupel_wrap_put_##t(const struct cupel_wrap_call *c, unsigned at,            \
                                          unsigned first)                                          \
    {                                                                                              \
        cupel_wrap_store_##t(c, first + (at >> 8), c->results[at >> 8].t);                         \
    }                                                                                              \
    static inline cupel_trap_t *cupel_wrap_return_##t(const struct cupel_wrap_call *c, T v)        \
    {                                                                                              \
        cupel_wrap_store_##t(c, 0, v);                                                             \
        return NULL;                                                                               \
    }
CUPEL_WRAP_TYPES(CUPEL_WRAP_FUNCTIONS, CUPEL_WRAP_SPACE)

static inline void *cupel_wrap_get_env(const struct cupel_wrap_call *c, unsigned at)
{
    (void)at;
    return c->env;
}
static inline cupel_caller_t *cupel_wrap_get_caller(const struct cupel_wrap_call *c, unsigned at)
{
    (void)at;
    return c->caller;
}
static inline void cupel_wrap_put_none(const struct cupel_wrap_call *c, unsigned at, unsigned first)
{
    (void)c, (void)at, (void)first;
}
static inline cupel_trap_t *cupel_wrap_return_trap(const struct cupel_wrap_call *c,
                                                   cupel_trap_t *trap)
{
    (void)c;
    return trap;
}

/* What a parameter's type is, how it moves the count, which of the functions above are for it. */
#define CUPEL_WRAP_CLASSES(t, T, kind) T: (CUPEL_WRAP_PARAM + kind), T *: (CUPEL_WRAP_RESULT + kind)
#define CUPEL_WRAP_WIDTHS(t, T, kind) T: 1, T *: 0x100
#define CUPEL_WRAP_GETS(t, T, kind) T: cupel_wrap_get_##t, T *: cupel_wrap_place_##t
#define CUPEL_WRAP_PUTS(t, T, kind) T *: cupel_wrap_put_##t
/* What is returned is asked for by a pointer, since it may be nothing. */
#define CUPEL_WRAP_RETURN_CLASSES(t, T, kind) T *: (CUPEL_WRAP_RESULT + kind)
#define CUPEL_WRAP_RETURNS(t, T, kind) T *: cupel_wrap_return_##t

/* Of parameter j: where the next one stands, its value, what is done afterwards, its class. */
#define CUPEL_WRAP_STEP(j, next, T)                                                                \
    cupel_at_##next = cupel_at_##j +                                                               \
                      _Generic((T){0}, CUPEL_WRAP_TYPES(CUPEL_WRAP_WIDTHS, CUPEL_WRAP_COMMA),      \
                               void *: 0, cupel_caller_t *: 0),
#define CUPEL_WRAP_VALUE(j, next, T)                                                               \
    _Generic((T){0}, CUPEL_WRAP_TYPES(CUPEL_WRAP_GETS, CUPEL_WRAP_COMMA),                          \
             void *: cupel_wrap_get_env, cupel_caller_t *: cupel_wrap_get_caller)                  \
        (&cupel_call, cupel_at_##j)
#define CUPEL_WRAP_PUT(j, next, T)                                                                 \
    _Generic((T){0}, CUPEL_WRAP_TYPES(CUPEL_WRAP_PUTS, CUPEL_WRAP_COMMA),                          \
             default: cupel_wrap_put_none)(&cupel_call, cupel_at_##j, cupel_first);
#define CUPEL_WRAP_CLASS(j, next, T)                                                               \
    _Generic((T){0}, CUPEL_WRAP_TYPES(CUPEL_WRAP_CLASSES, CUPEL_WRAP_COMMA),                       \
             void *: CUPEL_WRAP_ENV, cupel_caller_t *: CUPEL_WRAP_CALLER),
#define CUPEL_WRAP_RETURN_CLASS(R)                                                                 \
    _Generic((R *)0, CUPEL_WRAP_TYPES(CUPEL_WRAP_RETURN_CLASSES, CUPEL_WRAP_COMMA),                \
             void *: CUPEL_WRAP_NOTHING, cupel_trap_t **: CUPEL_WRAP_TRAP)

/* X for each of n types, with `sep` between them. */
#define CUPEL_WRAP_EACH_0(X, sep, none)
#define CUPEL_WRAP_EACH_1(X, sep, A) X(0, 1, A)
#define CUPEL_WRAP_EACH_2(X, sep, A, B) X(0, 1, A) sep() X(1, 2, B)
#define CUPEL_WRAP_EACH_3(X, sep, A, B, C) CUPEL_WRAP_EACH_2(X, sep, A, B) sep() X(2, 3, C)
#define CUPEL_WRAP_EACH_4(X, sep, A, B, C, D)                                                      \
    CUPEL_WRAP_EACH_3(X, sep, A, B, C) sep() X(3, 4, D)
#define CUPEL_WRAP_EACH_5(X, sep, A, B, C, D, E)                                                   \
    CUPEL_WRAP_EACH_4(X, sep, A, B, C, D) sep() X(4, 5, E)
#define CUPEL_WRAP_EACH_6(X, sep, A, B, C, D, E, F)                                                \
    CUPEL_WRAP_EACH_5(X, sep, A, B, C, D, E) sep() X(5, 6, F)
#define CUPEL_WRAP_EACH_7(X, sep, A, B, C, D, E, F, G)                                             \
    CUPEL_WRAP_EACH_6(X, sep, A, B, C, D, E, F) sep() X(6, 7, G)
#define CUPEL_WRAP_EACH_8(X, sep, A, B, C, D, E, F, G, H)                                          \
    CUPEL_WRAP_EACH_7(X, sep, A, B, C, D, E, F, G) sep() X(7, 8, H)
#define CUPEL_WRAP_EACH_9(X, sep, A, B, C, D, E, F, G, H, I)                                       \
    CUPEL_WRAP_EACH_8(X, sep, A, B, C, D, E, F, G, H) sep() X(8, 9, I)
#define CUPEL_WRAP_EACH_10(X, sep, A, B, C, D, E, F, G, H, I, J)                                   \
    CUPEL_WRAP_EACH_9(X, sep, A, B, C, D, E, F, G, H, I) sep() X(9, 10, J)
#define CUPEL_WRAP_EACH_11(X, sep, A, B, C, D, E, F, G, H, I, J, K)                                \
    CUPEL_WRAP_EACH_10(X, sep, A, B, C, D, E, F, G, H, I, J) sep() X(10, 11, K)
#define CUPEL_WRAP_EACH_12(X, sep, A, B, C, D, E, F, G, H, I, J, K, L)                             \
    CUPEL_WRAP_EACH_11(X, sep, A, B, C, D, E, F, G, H, I, J, K) sep() X(11, 12, L)

/* Whether a type is void, which `void *` is not, and how many there are in a list: 0 for (void). */
#define CUPEL_WRAP_VOID_void() ~, 1
#define CUPEL_WRAP_SECOND(a, b, ...) b
#define CUPEL_WRAP_SECOND_OF(...) CUPEL_WRAP_SECOND(__VA_ARGS__)
#define CUPEL_WRAP_IS_VOID(T, ...) CUPEL_WRAP_SECOND_OF(CUPEL_WRAP_VOID_##T(), 0, 0)
#define CUPEL_WRAP_PICK(A, B, C, D, E, F, G, H, I, J, K, L, n, ...) n
#define CUPEL_WRAP_COUNT_0(...)                                                                    \
    CUPEL_WRAP_PICK(__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define CUPEL_WRAP_COUNT_1(...) 0
#define CUPEL_WRAP_COUNT(...)                                                                      \
    CUPEL_WRAP_JOIN(CUPEL_WRAP_COUNT_, CUPEL_WRAP_IS_VOID(__VA_ARGS__, 0))(__VA_ARGS__)
#define CUPEL_WRAP_JOIN(a, b) CUPEL_WRAP_JOIN_NOW(a, b)
#define CUPEL_WRAP_JOIN_NOW(a, b) a##b
#define CUPEL_WRAP_OPEN(...) __VA_ARGS__
#define CUPEL_WRAP_EACH(X, sep, P)                                                                 \
    CUPEL_WRAP_EACH_OF(CUPEL_WRAP_COUNT P, X, sep, CUPEL_WRAP_OPEN P)
#define CUPEL_WRAP_EACH_OF(n, ...) CUPEL_WRAP_JOIN(CUPEL_WRAP_EACH_, n)(__VA_ARGS__)

/* The call, and the trap that it ends in; returning nothing is not a value. */
#define CUPEL_WRAP_CALL_0(R, call) cupel_trap_t *cupel_trap =                                      \
    _Generic((R *)0, CUPEL_WRAP_TYPES(CUPEL_WRAP_RETURNS, CUPEL_WRAP_COMMA),                       \
             cupel_trap_t **: cupel_wrap_return_trap)(&cupel_call, call)
#define CUPEL_WRAP_CALL_1(R, call) cupel_trap_t *cupel_trap = NULL; call

#define CUPEL_WRAP(name, function, R, P)                                                           \
    static cupel_trap_t *name##_cells(void *cupel_env, cupel_caller_t *cupel_caller,               \
                                      cupel_raw_t *cupel_cells, size_t cupel_ncells)               \
    {                                                                                              \
        _Static_assert(_Generic(&function, R(*) P: 1, default: 0),                                 \
                       "CUPEL_WRAP: " #function " is not declared as " #R " " #P);                 \
        enum {                                                                                     \
            cupel_at_0 = 0,                                                                        \
            CUPEL_WRAP_EACH(CUPEL_WRAP_STEP, CUPEL_WRAP_SPACE, P)                                  \
            cupel_at_end,                                                                          \
            cupel_first = CUPEL_WRAP_RETURN_CLASS(R) < CUPEL_WRAP_ENV                              \
        };                                                                                         \
        union cupel_wrap_result cupel_results[((cupel_at_end - 1) >> 8) + 1] = {{{0}}};            \
        const struct cupel_wrap_call cupel_call = {cupel_env, cupel_caller, cupel_cells,           \
                                                   cupel_results};                                 \
        (void)cupel_ncells, (void)cupel_call;                                                      \
        CUPEL_WRAP_JOIN(CUPEL_WRAP_CALL_, CUPEL_WRAP_IS_VOID(R, 0))                                \
            (R, function(CUPEL_WRAP_EACH(CUPEL_WRAP_VALUE, CUPEL_WRAP_COMMA, P)));                 \
        if (!cupel_trap) {                                                                         \
            CUPEL_WRAP_EACH(CUPEL_WRAP_PUT, CUPEL_WRAP_SPACE, P)                                   \
        }                                                                                          \
        return cupel_trap;                                                                         \
    }                                                                                              \
    static const cupel_wrapped_t name = {name##_cells, CUPEL_WRAP_RETURN_CLASS(R),                 \
                                         CUPEL_WRAP_COUNT P,                                       \
                                         {CUPEL_WRAP_EACH(CUPEL_WRAP_CLASS, CUPEL_WRAP_SPACE, P) 0}}

/* clang-format on */
#endif

#ifdef __cplusplus
}
#endif

#endif
