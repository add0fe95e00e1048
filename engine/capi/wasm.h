/*
 * wasm.h - the standard WebAssembly C API, as libcupel provides it.
 *
 * Programs that are written for this interface run on any engine that has it. What it cannot say
 * (fuel, limits, suspension, features, error kinds) is in cupel.h; a program uses one or the other.
 *
 * Ownership
 * - `wasm_own` marks ownership and expands to nothing. An own parameter passes to the callee, also
 *   when the call fails; an own result belongs to the caller. An own vector owns its elements too.
 *   A parameter called `out` is written by the callee and what is written belongs to the caller.
 * - What is own is given back with the `_delete` function of its type; each accepts NULL.
 * - Deleting a reference (function, instance, trap ...) says that its owner needs it no more; the
 *   object itself lives as long as anything needs it. What an instance or the host made within
 *   WebAssembly belongs to the store and goes with it.
 *
 * Failure. The interface has no errors: what cannot be done (wrong types, memory exhausted) gives
 * NULL, false, an empty vector, or a trap with a message, whichever the result has room for. NULL
 * for an object gives NULL, false or 0 as well, and nothing is done.
 *
 * Stores. When a store is deleted, everything in it ends and all finalizers run. References that
 * are left may still be compared, asked for their host info and deleted, and a trap keeps its
 * message; to use one in another way does nothing but fail.
 *
 * Threads. A store and everything in it belong to one thread at a time. An engine and a shared
 * module may be used by any number of threads at once. Types belong to whoever has them.
 *
 * What WebAssembly has and this interface lacks: a v128 is a value kind without a name (4), which
 * valtype_new does not make; functions with one in their type are listed but calling them traps.
 * Limits above 32 bits (64-bit memories and tables) are given as 0xffffffff.
 */
#ifndef WASM_H
#define WASM_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef WASM_API_EXTERN
#if defined(__GNUC__)
#define WASM_API_EXTERN __attribute__((visibility("default")))
#else
#define WASM_API_EXTERN
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define wasm_own

typedef char byte_t;
typedef float float32_t;
typedef double float64_t;

/* ---- Families ------------------------------------------------------------------------------ */

/* An opaque type that is owned. */
#define WASM_OWNED_(name)                                                                          \
    typedef struct wasm_##name##_t wasm_##name##_t;                                                \
    WASM_API_EXTERN void wasm_##name##_delete(wasm_own wasm_##name##_t *);

/* A vector: `size` elements at `data`, which is NULL for none. `_new` copies the array and takes
 * the elements over; `_new_uninitialized` gives zeros or NULLs to be set; `_copy` copies the
 * elements too; `_delete` deletes them and leaves the vector empty. Without memory the vector that
 * is written is empty. */
#define WASM_VECTOR_(name, element)                                                                \
    typedef struct wasm_##name##_vec_t {                                                           \
        size_t size;                                                                               \
        element *data;                                                                             \
    } wasm_##name##_vec_t;                                                                         \
    WASM_API_EXTERN void wasm_##name##_vec_new_empty(wasm_own wasm_##name##_vec_t *out);           \
    WASM_API_EXTERN void wasm_##name##_vec_new_uninitialized(wasm_own wasm_##name##_vec_t *out,    \
                                                             size_t size);                         \
    WASM_API_EXTERN void wasm_##name##_vec_new(wasm_own wasm_##name##_vec_t *out, size_t size,     \
                                               wasm_own element const elements[]);                 \
    WASM_API_EXTERN void wasm_##name##_vec_copy(wasm_own wasm_##name##_vec_t *out,                 \
                                                const wasm_##name##_vec_t *from);                  \
    WASM_API_EXTERN void wasm_##name##_vec_delete(wasm_own wasm_##name##_vec_t *);

/* A description of something: immutable but for its owner, and copied as a whole. */
#define WASM_TYPE_(name)                                                                           \
    WASM_OWNED_(name)                                                                              \
    WASM_VECTOR_(name, wasm_##name##_t *)                                                          \
    WASM_API_EXTERN wasm_own wasm_##name##_t *wasm_##name##_copy(const wasm_##name##_t *);

/* A reference to an object of a store. `_copy` gives another reference to the same object, which
 * `_same` tells. The host may attach a pointer to an object; all references to it see the same.
 * A finalizer runs exactly once: when other info takes the place of its own, when the object goes
 * (for functions, globals, tables, memories and instances: with their store), and at the latest
 * when the store is deleted. For NULL it runs at once. */
#define WASM_REF_BASE_(name)                                                                       \
    WASM_OWNED_(name)                                                                              \
    WASM_API_EXTERN wasm_own wasm_##name##_t *wasm_##name##_copy(const wasm_##name##_t *);         \
    WASM_API_EXTERN bool wasm_##name##_same(const wasm_##name##_t *, const wasm_##name##_t *);     \
    WASM_API_EXTERN void *wasm_##name##_get_host_info(const wasm_##name##_t *);                    \
    WASM_API_EXTERN void wasm_##name##_set_host_info(wasm_##name##_t *, void *info);               \
    WASM_API_EXTERN void wasm_##name##_set_host_info_with_finalizer(                               \
        wasm_##name##_t *, void *info, void (*finalizer)(void *info));

/* The same with conversions to and from wasm_ref_t. They give the same reference, not another one;
 * to convert to what it is not gives NULL. */
#define WASM_REF_(name)                                                                            \
    WASM_REF_BASE_(name)                                                                           \
    WASM_API_EXTERN wasm_ref_t *wasm_##name##_as_ref(wasm_##name##_t *);                           \
    WASM_API_EXTERN wasm_##name##_t *wasm_ref_as_##name(wasm_ref_t *);                             \
    WASM_API_EXTERN const wasm_ref_t *wasm_##name##_as_ref_const(const wasm_##name##_t *);         \
    WASM_API_EXTERN const wasm_##name##_t *wasm_ref_as_##name##_const(const wasm_ref_t *);

/* ---- Bytes and names ----------------------------------------------------------------------- */

typedef byte_t wasm_byte_t;
WASM_VECTOR_(byte, wasm_byte_t)

/* UTF-8, without a NUL unless `_nt` put one at its end. */
typedef wasm_byte_vec_t wasm_name_t;

#define wasm_name                       wasm_byte_vec
#define wasm_name_new                   wasm_byte_vec_new
#define wasm_name_new_empty             wasm_byte_vec_new_empty
#define wasm_name_new_uninitialized     wasm_byte_vec_new_uninitialized
#define wasm_name_new_new_uninitialized wasm_byte_vec_new_uninitialized
#define wasm_name_copy                  wasm_byte_vec_copy
#define wasm_name_delete                wasm_byte_vec_delete

static inline void wasm_name_new_from_string(wasm_own wasm_name_t *out, const char *text)
{
    wasm_byte_vec_new(out, strlen(text), text);
}

static inline void wasm_name_new_from_string_nt(wasm_own wasm_name_t *out, const char *text)
{
    wasm_byte_vec_new(out, strlen(text) + 1, text);
}

/* ---- Configuration, engine, store ---------------------------------------------------------- */

/* There is nothing to set: an engine has the features that are on by default in cupel.h, and does
 * not meter. */
WASM_OWNED_(config)
WASM_API_EXTERN wasm_own wasm_config_t *wasm_config_new(void);

/* Compiles, and knows the types of all modules of its stores. It lives until its stores and shared
 * modules are gone, whenever it is deleted. There may be several. */
WASM_OWNED_(engine)
WASM_API_EXTERN wasm_own wasm_engine_t *wasm_engine_new(void);
WASM_API_EXTERN wasm_own wasm_engine_t *wasm_engine_new_with_config(wasm_own wasm_config_t *);

/* Holds all objects; what is of one store cannot be used in another. WebAssembly has a stack of 1 MiB. A store
 * that is deleted by a host function of its own goes when the outermost call returns. */
WASM_OWNED_(store)
WASM_API_EXTERN wasm_own wasm_store_t *wasm_store_new(wasm_engine_t *);

/* ---- Types --------------------------------------------------------------------------------- */

typedef uint8_t wasm_mutability_t;
enum wasm_mutability_enum { WASM_CONST, WASM_VAR };

/* Pages of a memory, elements of a table. `max` is wasm_limits_max_default for no maximum. */
typedef struct wasm_limits_t {
    uint32_t min;
    uint32_t max;
} wasm_limits_t;

static const uint32_t wasm_limits_max_default = 0xffffffff;

/* Value types. NULL for a kind that is none of these. */
WASM_TYPE_(valtype)

typedef uint8_t wasm_valkind_t;
enum wasm_valkind_enum {
    WASM_I32,
    WASM_I64,
    WASM_F32,
    WASM_F64,
    WASM_EXTERNREF = 128,
    WASM_FUNCREF
};

WASM_API_EXTERN wasm_own wasm_valtype_t *wasm_valtype_new(wasm_valkind_t);
WASM_API_EXTERN wasm_valkind_t wasm_valtype_kind(const wasm_valtype_t *);

static inline bool wasm_valkind_is_num(wasm_valkind_t kind)
{
    return kind < WASM_EXTERNREF;
}
static inline bool wasm_valkind_is_ref(wasm_valkind_t kind)
{
    return !wasm_valkind_is_num(kind);
}
static inline bool wasm_valtype_is_num(const wasm_valtype_t *type)
{
    return wasm_valkind_is_num(wasm_valtype_kind(type));
}
static inline bool wasm_valtype_is_ref(const wasm_valtype_t *type)
{
    return wasm_valkind_is_ref(wasm_valtype_kind(type));
}

/* Function types. What is returned without own is borrowed from the type, here and below. */
WASM_TYPE_(functype)
WASM_API_EXTERN wasm_own wasm_functype_t *wasm_functype_new(wasm_own wasm_valtype_vec_t *params,
                                                            wasm_own wasm_valtype_vec_t *results);
WASM_API_EXTERN const wasm_valtype_vec_t *wasm_functype_params(const wasm_functype_t *);
WASM_API_EXTERN const wasm_valtype_vec_t *wasm_functype_results(const wasm_functype_t *);

WASM_TYPE_(globaltype)
WASM_API_EXTERN wasm_own wasm_globaltype_t *wasm_globaltype_new(wasm_own wasm_valtype_t *content,
                                                                wasm_mutability_t);
WASM_API_EXTERN const wasm_valtype_t *wasm_globaltype_content(const wasm_globaltype_t *);
WASM_API_EXTERN wasm_mutability_t wasm_globaltype_mutability(const wasm_globaltype_t *);

WASM_TYPE_(tabletype)
WASM_API_EXTERN wasm_own wasm_tabletype_t *wasm_tabletype_new(wasm_own wasm_valtype_t *element,
                                                              const wasm_limits_t *);
WASM_API_EXTERN const wasm_valtype_t *wasm_tabletype_element(const wasm_tabletype_t *);
WASM_API_EXTERN const wasm_limits_t *wasm_tabletype_limits(const wasm_tabletype_t *);

WASM_TYPE_(memorytype)
WASM_API_EXTERN wasm_own wasm_memorytype_t *wasm_memorytype_new(const wasm_limits_t *);
WASM_API_EXTERN const wasm_limits_t *wasm_memorytype_limits(const wasm_memorytype_t *);

/* One of the four above; conversions give the same object, or NULL for what it is not. */
WASM_TYPE_(externtype)

typedef uint8_t wasm_externkind_t;
enum wasm_externkind_enum {
    WASM_EXTERN_FUNC,
    WASM_EXTERN_GLOBAL,
    WASM_EXTERN_TABLE,
    WASM_EXTERN_MEMORY
};

WASM_API_EXTERN wasm_externkind_t wasm_externtype_kind(const wasm_externtype_t *);

#define WASM_EXTERNTYPE_(name)                                                                     \
    WASM_API_EXTERN wasm_externtype_t *wasm_##name##_as_externtype(wasm_##name##_t *);             \
    WASM_API_EXTERN wasm_##name##_t *wasm_externtype_as_##name(wasm_externtype_t *);               \
    WASM_API_EXTERN const wasm_externtype_t *wasm_##name##_as_externtype_const(                    \
        const wasm_##name##_t *);                                                                  \
    WASM_API_EXTERN const wasm_##name##_t *wasm_externtype_as_##name##_const(                      \
        const wasm_externtype_t *);

WASM_EXTERNTYPE_(functype)
WASM_EXTERNTYPE_(globaltype)
WASM_EXTERNTYPE_(tabletype)
WASM_EXTERNTYPE_(memorytype)

/* What a module imports. */
WASM_TYPE_(importtype)
WASM_API_EXTERN wasm_own wasm_importtype_t *wasm_importtype_new(wasm_own wasm_name_t *module,
                                                                wasm_own wasm_name_t *name,
                                                                wasm_own wasm_externtype_t *);
WASM_API_EXTERN const wasm_name_t *wasm_importtype_module(const wasm_importtype_t *);
WASM_API_EXTERN const wasm_name_t *wasm_importtype_name(const wasm_importtype_t *);
WASM_API_EXTERN const wasm_externtype_t *wasm_importtype_type(const wasm_importtype_t *);

/* What a module exports. */
WASM_TYPE_(exporttype)
WASM_API_EXTERN wasm_own wasm_exporttype_t *wasm_exporttype_new(wasm_own wasm_name_t *name,
                                                                wasm_own wasm_externtype_t *);
WASM_API_EXTERN const wasm_name_t *wasm_exporttype_name(const wasm_exporttype_t *);
WASM_API_EXTERN const wasm_externtype_t *wasm_exporttype_type(const wasm_exporttype_t *);

/* ---- Values and references ----------------------------------------------------------------- */

/* Anything that is an object of a store. */
struct wasm_ref_t;

/* A value. A reference is owned where the value is; NULL is the null reference. Where an externref
 * is wanted any reference will do, and comes back as what it was; where a funcref is wanted, a
 * function; the kind may then be either of the two. */
typedef struct wasm_val_t {
    wasm_valkind_t kind;
    union {
        int32_t i32;
        int64_t i64;
        float32_t f32;
        float64_t f64;
        struct wasm_ref_t *ref;
    } of;
} wasm_val_t;

/* Deletes the reference, if it is one, and leaves null. */
WASM_API_EXTERN void wasm_val_delete(wasm_own wasm_val_t *);
WASM_API_EXTERN void wasm_val_copy(wasm_own wasm_val_t *out, const wasm_val_t *from);
WASM_VECTOR_(val, wasm_val_t)

WASM_REF_BASE_(ref)

/* ---- Frames and traps ---------------------------------------------------------------------- */

/* A place that a call had come to: the instance (borrowed from the frame; NULL when it was asked
 * for too late, after its store was deleted), the function's index, and the instruction's offset from the beginning of the function's
 * body and of the module; 0 for offsets that are not known. */
WASM_OWNED_(frame)
WASM_VECTOR_(frame, wasm_frame_t *)
WASM_API_EXTERN wasm_own wasm_frame_t *wasm_frame_copy(const wasm_frame_t *);
WASM_API_EXTERN struct wasm_instance_t *wasm_frame_instance(const wasm_frame_t *);
WASM_API_EXTERN uint32_t wasm_frame_func_index(const wasm_frame_t *);
WASM_API_EXTERN size_t wasm_frame_func_offset(const wasm_frame_t *);
WASM_API_EXTERN size_t wasm_frame_module_offset(const wasm_frame_t *);

/* A text that ends in a NUL, which `size` counts. */
typedef wasm_name_t wasm_message_t;

/* How a call ended that has no results. A host function makes one and returns it; the call through
 * which WebAssembly was entered then returns the same trap. */
WASM_REF_(trap)
/* The message is copied, up to its first NUL. */
WASM_API_EXTERN wasm_own wasm_trap_t *wasm_trap_new(wasm_store_t *, const wasm_message_t *);
WASM_API_EXTERN void wasm_trap_message(const wasm_trap_t *, wasm_own wasm_message_t *out);
/* The innermost frame; NULL if there is none. */
WASM_API_EXTERN wasm_own wasm_frame_t *wasm_trap_origin(const wasm_trap_t *);
/* WebAssembly's frames, innermost first: of a deep stack the first 48 and the last 16. */
WASM_API_EXTERN void wasm_trap_trace(const wasm_trap_t *, wasm_own wasm_frame_vec_t *out);

/* ---- Foreign objects ----------------------------------------------------------------------- */

/* An object that is nothing but itself and its host info: what a host hands to WebAssembly as an
 * externref. Once handed over it lives as long as the store. */
WASM_REF_(foreign)
WASM_API_EXTERN wasm_own wasm_foreign_t *wasm_foreign_new(wasm_store_t *);

/* ---- Modules ------------------------------------------------------------------------------- */

WASM_REF_(module)
/* NULL for a binary that is malformed or invalid. The bytes are copied. */
WASM_API_EXTERN wasm_own wasm_module_t *wasm_module_new(wasm_store_t *,
                                                        const wasm_byte_vec_t *binary);
WASM_API_EXTERN bool wasm_module_validate(wasm_store_t *, const wasm_byte_vec_t *binary);
/* In the module's order. */
WASM_API_EXTERN void wasm_module_imports(const wasm_module_t *,
                                         wasm_own wasm_importtype_vec_t *out);
WASM_API_EXTERN void wasm_module_exports(const wasm_module_t *,
                                         wasm_own wasm_exporttype_vec_t *out);
/* The compiled form. It is read by the build that wrote it, by engines of the same configuration;
 * another one gives NULL. It must come from a place that the host trusts. */
WASM_API_EXTERN void wasm_module_serialize(const wasm_module_t *, wasm_own wasm_byte_vec_t *out);
WASM_API_EXTERN wasm_own wasm_module_t *wasm_module_deserialize(wasm_store_t *,
                                                                const wasm_byte_vec_t *);

/* A module without store, for any thread. `_obtain` makes it a module of a store of the same
 * engine; it costs next to nothing. */
WASM_OWNED_(shared_module)
WASM_API_EXTERN wasm_own wasm_shared_module_t *wasm_module_share(const wasm_module_t *);
WASM_API_EXTERN wasm_own wasm_module_t *wasm_module_obtain(wasm_store_t *,
                                                           const wasm_shared_module_t *);

/* ---- Functions ----------------------------------------------------------------------------- */

WASM_REF_(func)

/* A host function: sets all results, which come as nulls and zeros of their kinds, or returns a
 * trap. The arguments belong to the caller; references among the results become the caller's. A
 * result of another kind, or of another store, is a trap. */
typedef wasm_own wasm_trap_t *(*wasm_func_callback_t)(const wasm_val_vec_t *args,
                                                      wasm_own wasm_val_vec_t *results);
typedef wasm_own wasm_trap_t *(*wasm_func_callback_with_env_t)(void *env,
                                                               const wasm_val_vec_t *args,
                                                               wasm_val_vec_t *results);

WASM_API_EXTERN wasm_own wasm_func_t *wasm_func_new(wasm_store_t *, const wasm_functype_t *,
                                                    wasm_func_callback_t);
/* The finalizer (may be NULL) runs exactly once on `env`, also when this fails: with the store at
 * the latest. */
WASM_API_EXTERN wasm_own wasm_func_t *wasm_func_new_with_env(wasm_store_t *,
                                                             const wasm_functype_t *,
                                                             wasm_func_callback_with_env_t,
                                                             void *env,
                                                             void (*finalizer)(void *env));
WASM_API_EXTERN wasm_own wasm_functype_t *wasm_func_type(const wasm_func_t *);
WASM_API_EXTERN size_t wasm_func_param_arity(const wasm_func_t *);
WASM_API_EXTERN size_t wasm_func_result_arity(const wasm_func_t *);
/* NULL and results, or a trap. What `results` holds before is overwritten, not deleted; results
 * that it has no room for are dropped. Arguments of the wrong number or type are a trap too. */
WASM_API_EXTERN wasm_own wasm_trap_t *wasm_func_call(const wasm_func_t *,
                                                     const wasm_val_vec_t *args,
                                                     wasm_val_vec_t *results);

/* ---- Globals ------------------------------------------------------------------------------- */

WASM_REF_(global)
/* NULL if the value is not of the type. */
WASM_API_EXTERN wasm_own wasm_global_t *wasm_global_new(wasm_store_t *, const wasm_globaltype_t *,
                                                        const wasm_val_t *);
WASM_API_EXTERN wasm_own wasm_globaltype_t *wasm_global_type(const wasm_global_t *);
WASM_API_EXTERN void wasm_global_get(const wasm_global_t *, wasm_own wasm_val_t *out);
/* A constant stays as it is, and so does a global of another type. */
WASM_API_EXTERN void wasm_global_set(wasm_global_t *, const wasm_val_t *);

/* ---- Tables -------------------------------------------------------------------------------- */

WASM_REF_(table)
typedef uint32_t wasm_table_size_t;
WASM_API_EXTERN wasm_own wasm_table_t *wasm_table_new(wasm_store_t *, const wasm_tabletype_t *,
                                                      wasm_ref_t *init);
/* The minimum is the size now. */
WASM_API_EXTERN wasm_own wasm_tabletype_t *wasm_table_type(const wasm_table_t *);
/* NULL for a null element and for an index out of bounds. */
WASM_API_EXTERN wasm_own wasm_ref_t *wasm_table_get(const wasm_table_t *, wasm_table_size_t index);
/* false for an index out of bounds and for a reference that is no such element. */
WASM_API_EXTERN bool wasm_table_set(wasm_table_t *, wasm_table_size_t index, wasm_ref_t *);
WASM_API_EXTERN wasm_table_size_t wasm_table_size(const wasm_table_t *);
/* false if the maximum forbids it, or memory is exhausted. */
WASM_API_EXTERN bool wasm_table_grow(wasm_table_t *, wasm_table_size_t delta, wasm_ref_t *init);

/* ---- Memories ------------------------------------------------------------------------------ */

WASM_REF_(memory)
typedef uint32_t wasm_memory_pages_t;
static const size_t MEMORY_PAGE_SIZE = 0x10000;
WASM_API_EXTERN wasm_own wasm_memory_t *wasm_memory_new(wasm_store_t *, const wasm_memorytype_t *);
/* The minimum is the size now. */
WASM_API_EXTERN wasm_own wasm_memorytype_t *wasm_memory_type(const wasm_memory_t *);
/* The bytes; the pointer dies at any growth of the memory, by WebAssembly's or the host's hand. */
WASM_API_EXTERN byte_t *wasm_memory_data(wasm_memory_t *);
WASM_API_EXTERN size_t wasm_memory_data_size(const wasm_memory_t *);
WASM_API_EXTERN wasm_memory_pages_t wasm_memory_size(const wasm_memory_t *);
WASM_API_EXTERN bool wasm_memory_grow(wasm_memory_t *, wasm_memory_pages_t delta);

/* ---- Externals ----------------------------------------------------------------------------- */

/* What may be imported and exported: a function, global, table or memory. Conversions give the same
 * reference, or NULL for what it is not. */
WASM_REF_(extern)
WASM_VECTOR_(extern, wasm_extern_t *)
WASM_API_EXTERN wasm_externkind_t wasm_extern_kind(const wasm_extern_t *);
WASM_API_EXTERN wasm_own wasm_externtype_t *wasm_extern_type(const wasm_extern_t *);

#define WASM_EXTERN_(name)                                                                         \
    WASM_API_EXTERN wasm_extern_t *wasm_##name##_as_extern(wasm_##name##_t *);                     \
    WASM_API_EXTERN wasm_##name##_t *wasm_extern_as_##name(wasm_extern_t *);                       \
    WASM_API_EXTERN const wasm_extern_t *wasm_##name##_as_extern_const(const wasm_##name##_t *);   \
    WASM_API_EXTERN const wasm_##name##_t *wasm_extern_as_##name##_const(const wasm_extern_t *);

WASM_EXTERN_(func)
WASM_EXTERN_(global)
WASM_EXTERN_(table)
WASM_EXTERN_(memory)

/* ---- Instances ----------------------------------------------------------------------------- */

WASM_REF_(instance)
/* The imports are those that wasm_module_imports lists, in that order. NULL if it fails; `*trap`,
 * unless `trap` is NULL, is then the trap of the start function or of a segment, or says what is
 * wrong with the imports; else it is NULL. */
WASM_API_EXTERN wasm_own wasm_instance_t *wasm_instance_new(wasm_store_t *, const wasm_module_t *,
                                                            const wasm_extern_vec_t *imports,
                                                            wasm_own wasm_trap_t **trap);
/* In the order of wasm_module_exports. */
WASM_API_EXTERN void wasm_instance_exports(const wasm_instance_t *,
                                           wasm_own wasm_extern_vec_t *out);

#undef WASM_OWNED_
#undef WASM_VECTOR_
#undef WASM_TYPE_
#undef WASM_REF_BASE_
#undef WASM_REF_
#undef WASM_EXTERNTYPE_
#undef WASM_EXTERN_

/* ---- Shorthand ----------------------------------------------------------------------------- */

/* A vector of nothing, and one over an array of the caller's, which is not to be deleted. */
/* clang-format off */
#define WASM_EMPTY_VEC        {0, NULL}
#define WASM_ARRAY_VEC(array) {sizeof(array) / sizeof((array)[0]), (array)}

#define WASM_I32_VAL(value) {.kind = WASM_I32, .of = {.i32 = (value)}}
#define WASM_I64_VAL(value) {.kind = WASM_I64, .of = {.i64 = (value)}}
#define WASM_F32_VAL(value) {.kind = WASM_F32, .of = {.f32 = (value)}}
#define WASM_F64_VAL(value) {.kind = WASM_F64, .of = {.f64 = (value)}}
#define WASM_REF_VAL(value) {.kind = WASM_EXTERNREF, .of = {.ref = (value)}}
#define WASM_INIT_VAL       {.kind = WASM_EXTERNREF, .of = {.ref = NULL}}
/* clang-format on */

/* A pointer as an integer of its size. */
static inline void wasm_val_init_ptr(wasm_own wasm_val_t *out, void *pointer)
{
#if UINTPTR_MAX == UINT64_MAX
    out->kind = WASM_I64;
    out->of.i64 = (int64_t)(intptr_t)pointer;
#else
    out->kind = WASM_I32;
    out->of.i32 = (int32_t)(intptr_t)pointer;
#endif
}

static inline void *wasm_val_ptr(const wasm_val_t *value)
{
#if UINTPTR_MAX == UINT64_MAX
    return (void *)(intptr_t)value->of.i64;
#else
    return (void *)(intptr_t)value->of.i32;
#endif
}

#define WASM_VALTYPE_(name, kind)                                                                  \
    static inline wasm_own wasm_valtype_t *wasm_valtype_new_##name(void)                           \
    {                                                                                              \
        return wasm_valtype_new(kind);                                                             \
    }
WASM_VALTYPE_(i32, WASM_I32)
WASM_VALTYPE_(i64, WASM_I64)
WASM_VALTYPE_(f32, WASM_F32)
WASM_VALTYPE_(f64, WASM_F64)
WASM_VALTYPE_(externref, WASM_EXTERNREF)
WASM_VALTYPE_(funcref, WASM_FUNCREF)
#undef WASM_VALTYPE_

/* wasm_functype_new_P_R: a function type of P parameters and R results, given as one array. */
static inline wasm_own wasm_functype_t *wasm_functype_new_from_array_(
    size_t nparams, size_t nresults, wasm_own wasm_valtype_t *const v[])
{
    wasm_valtype_vec_t params, results;
    wasm_valtype_vec_new(&params, nparams, nparams ? v : NULL);
    wasm_valtype_vec_new(&results, nresults, nresults ? v + nparams : NULL);
    if (params.size == nparams && results.size == nresults)
        return wasm_functype_new(&params, &results);
    wasm_valtype_vec_delete(&params);
    wasm_valtype_vec_delete(&results);
    return NULL;
}

static inline wasm_own wasm_functype_t *wasm_functype_new_0_0(void)
{
    return wasm_functype_new_from_array_(0, 0, NULL);
}
static inline wasm_own wasm_functype_t *wasm_functype_new_1_0(wasm_own wasm_valtype_t *p1)
{
    wasm_valtype_t *const v[] = {p1};
    return wasm_functype_new_from_array_(1, 0, v);
}
static inline wasm_own wasm_functype_t *wasm_functype_new_2_0(wasm_own wasm_valtype_t *p1,
                                                              wasm_own wasm_valtype_t *p2)
{
    wasm_valtype_t *const v[] = {p1, p2};
    return wasm_functype_new_from_array_(2, 0, v);
}
static inline wasm_own wasm_functype_t *wasm_functype_new_3_0(wasm_own wasm_valtype_t *p1,
                                                              wasm_own wasm_valtype_t *p2,
                                                              wasm_own wasm_valtype_t *p3)
{
    wasm_valtype_t *const v[] = {p1, p2, p3};
    return wasm_functype_new_from_array_(3, 0, v);
}
static inline wasm_own wasm_functype_t *wasm_functype_new_0_1(wasm_own wasm_valtype_t *r1)
{
    wasm_valtype_t *const v[] = {r1};
    return wasm_functype_new_from_array_(0, 1, v);
}
static inline wasm_own wasm_functype_t *wasm_functype_new_1_1(wasm_own wasm_valtype_t *p1,
                                                              wasm_own wasm_valtype_t *r1)
{
    wasm_valtype_t *const v[] = {p1, r1};
    return wasm_functype_new_from_array_(1, 1, v);
}
static inline wasm_own wasm_functype_t *wasm_functype_new_2_1(wasm_own wasm_valtype_t *p1,
                                                              wasm_own wasm_valtype_t *p2,
                                                              wasm_own wasm_valtype_t *r1)
{
    wasm_valtype_t *const v[] = {p1, p2, r1};
    return wasm_functype_new_from_array_(2, 1, v);
}
static inline wasm_own wasm_functype_t *wasm_functype_new_3_1(wasm_own wasm_valtype_t *p1,
                                                              wasm_own wasm_valtype_t *p2,
                                                              wasm_own wasm_valtype_t *p3,
                                                              wasm_own wasm_valtype_t *r1)
{
    wasm_valtype_t *const v[] = {p1, p2, p3, r1};
    return wasm_functype_new_from_array_(3, 1, v);
}
static inline wasm_own wasm_functype_t *wasm_functype_new_0_2(wasm_own wasm_valtype_t *r1,
                                                              wasm_own wasm_valtype_t *r2)
{
    wasm_valtype_t *const v[] = {r1, r2};
    return wasm_functype_new_from_array_(0, 2, v);
}
static inline wasm_own wasm_functype_t *wasm_functype_new_1_2(wasm_own wasm_valtype_t *p1,
                                                              wasm_own wasm_valtype_t *r1,
                                                              wasm_own wasm_valtype_t *r2)
{
    wasm_valtype_t *const v[] = {p1, r1, r2};
    return wasm_functype_new_from_array_(1, 2, v);
}
static inline wasm_own wasm_functype_t *wasm_functype_new_2_2(wasm_own wasm_valtype_t *p1,
                                                              wasm_own wasm_valtype_t *p2,
                                                              wasm_own wasm_valtype_t *r1,
                                                              wasm_own wasm_valtype_t *r2)
{
    wasm_valtype_t *const v[] = {p1, p2, r1, r2};
    return wasm_functype_new_from_array_(2, 2, v);
}
static inline wasm_own wasm_functype_t *wasm_functype_new_3_2(wasm_own wasm_valtype_t *p1,
                                                              wasm_own wasm_valtype_t *p2,
                                                              wasm_own wasm_valtype_t *p3,
                                                              wasm_own wasm_valtype_t *r1,
                                                              wasm_own wasm_valtype_t *r2)
{
    wasm_valtype_t *const v[] = {p1, p2, p3, r1, r2};
    return wasm_functype_new_from_array_(3, 2, v);
}

#ifdef __cplusplus
}
#endif

#endif
