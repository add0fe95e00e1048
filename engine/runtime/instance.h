/*
 * instance.h - an instance: one block of memory, see translate/layout.h. The interpreter keeps a
 * pointer to it in a register, so what handlers read lies in the first bytes.
 */
#ifndef CUPEL_RUNTIME_INSTANCE_H
#define CUPEL_RUNTIME_INSTANCE_H

#include "engine/runtime/memory.h"
#include "engine/runtime/table.h"
#include "engine/translate/code.h"

struct exec;
struct cupel_module;

struct instance {
    struct exec *exec;             /* the store's interpreter state */
    const struct code_func *funcs; /* of the module, by function index */
    const uint8_t *code;           /* the module's code arena */
    struct memory *memory0;        /* NULL without one */
    struct table_object *table0;
    struct memory **memories;     /* by index, imported ones first; in the block */
    struct table_object **tables; /* the same */
    uint32_t id;                  /* in the store: never 0 */
    uint32_t first_global;        /* number in the store of the first own global */
    struct cupel_store *store;
    struct cupel_module *module; /* one reference */
    const struct layout *layout;
    uint32_t *imported_globals; /* their numbers in the store; behind the block */
};
_Static_assert(sizeof(struct instance) <= LAYOUT_HEADER, "the layout's header is too small");

static inline void *instance_at(const struct instance *i, uint32_t offset)
{
    return (uint8_t *)(uintptr_t)i + offset;
}
static inline uint64_t *instance_func_imports(const struct instance *i)
{
    return instance_at(i, i->layout->func_imports);
}
static inline uint64_t **instance_global_imports(const struct instance *i)
{
    return instance_at(i, i->layout->global_imports);
}
const struct module *instance_module(const struct instance *i);
/* Cell of a global by index, own or imported. */
uint64_t *instance_global(const struct instance *i, uint32_t index);

/* Handle of function `index`: an imported one's is that of the function it stands for. */
uint64_t instance_func_handle(const struct instance *i, uint32_t index);

/* The value of a constant expression, which is not of type v128. */
uint64_t instance_evaluate(const struct instance *i, const struct init_expr *expr);
/* Gives own global `index` its initial value, of any type. */
void instance_init_global(const struct instance *i, uint32_t index);

bool instance_data_dropped(const struct instance *i, uint32_t segment);
void instance_drop_data(struct instance *i, uint32_t segment);
bool instance_elem_dropped(const struct instance *i, uint32_t segment);
void instance_drop_elem(struct instance *i, uint32_t segment);

#endif
