/*
 * The verifier, rule by rule: an op of good code is changed in one place, and must be refused for it.
 */
#include "tests/engine/serial/serial_tests.h"

#include <stddef.h>
#include <string.h>

#include "engine/isa/ir.h"
#include "engine/serial/image.h"

struct patient {
    struct world t;
    cupel_bytes_t image;
};

static void patient_init(struct patient *p, unsigned flags)
{
    world_init(&p->t, flags);
    cupel_module_t *module = small_module(&p->t);
    must(cupel_module_serialize(module, &p->image));
    cupel_module_delete(module);
}

static void patient_fini(struct patient *p)
{
    cupel_bytes_delete(&p->image);
    world_fini(&p->t);
}

static struct image_header *header(const struct patient *p)
{
    return (struct image_header *)(void *)p->image.data;
}

/* The first op whose name begins so. */
static uint8_t *find_op(const struct patient *p, const char *name)
{
    const struct image_header *h = header(p);
    uint8_t *code = p->image.data + h->part[IMAGE_CODE].offset;
    for (size_t at = CODE_HEADER; at < h->part[IMAGE_CODE].len; at += ir_len(code + at))
        if (strncmp(ir_info[ir_u64(code + at, 0)].name, name, strlen(name)) == 0)
            return code + at;
    ck_abort_msg("there is no op %s", name);
    return NULL;
}

static void expect(struct patient *p, bool good, const char *what)
{
    cupel_module_t *module;
    image_mend(p->image.data, p->image.len);
    cupel_error_t *error =
        cupel_module_deserialize(p->t.engine, p->image.data, p->image.len, &module);
    ck_assert_msg(!error == good, "%s: %s", what, error ? cupel_error_message(error) : "accepted");
    if (error)
        ck_assert_int_eq(cupel_error_kind(error), CUPEL_ERROR_IMAGE);
    cupel_error_delete(error);
    cupel_module_delete(module);
}

struct change {
    const char *op;
    unsigned at;    /* byte of the op */
    unsigned width; /* bytes */
    uint64_t value;
    bool good;
};

static const struct change changes[] = {
    {"ENTER", 0, 8, IR_COUNT, false},
    {"ENTER", 8, 4, 16, false},     /* a frame without its header */
    {"ENTER", 8, 4, 1 << 20, true}, /* a larger one is no harm */
    {"CHARGE", 12, 4, 12345, true},
    {"CHARGE", 0, 8, IR_EXIT, false},
    {"CHARGE", 0, 8, IR_ENTER_FUEL, false}, /* not at the start */
    {"BR_TABLE", 12, 4, 1000000, false},
    {"BR_TABLE", 16, 4, 4, false}, /* into the middle of an op */
    {"BR_TABLE", 16, 4, (uint32_t)-4096, false},
    {"BR_TABLE", 8, 2, (uint16_t)-24,
     false}, /* below the parameters; of the form with an accumulator no matter */
    {"BR_INC_I32", 12, 4, 1 << 20, false},
    {"BR_INC_I32", 16, 2, 60000, false}, /* not what is charged there */
    {"BR_INC_I32", 18, 2, 60000, false},
    {"BR_INC_I32", 18, 2, 0, true}, /* fuel is lost, no more */
    {"F64_ADD", 8, 2, 0, false},    /* the header */
    {"F64_ADD", 8, 2, (uint16_t)-24, false},
    {"F64_ADD", 8, 2, (uint16_t)-16, true}, /* a parameter */
    {"I32_DIV_S_is", 10, 2, 8, false},
    {"I32_DIV_S_is", 10, 2, 16, false},
    {"I32_DIV_S_is", 10, 2, 4, false}, /* not a slot */
    {"I32_DIV_S_is", 10, 2, 32000, false},
    {"I32_DIV_S_is", 10, 2, (uint16_t)-24, false},
    {"I32_DIV_S_is", 12, 4, 77, true},
    {"CALL_INDIRECT", 10, 2, 1, false}, /* no such table */
    {"CALL_INDIRECT", 12, 4, 3, false}, /* no such type */
    {"CALL_INDIRECT", 20, 4, 8, false},
    {"CALL_IMPORT", 8, 4, 2, false}, /* not imported */
    {"CALL_IMPORT", 8, 4, 99, false},
    {"CALL_IMPORT", 12, 4, 0, false},  /* the callee's frame over this one */
    {"CALL_IMPORT", 12, 4, 24, false}, /* its argument over the header */
    {"CALL_IMPORT", 12, 4, 33, false},
    {"CALL_IMPORT", 12, 4, 4096, false},
    {"RETURN_CALL", 8, 4, 99, false},
    {"RETURN_CALL", 16, 4, 2, false}, /* not the values of this function */
    {"GLOBAL_SET", 12, 4, 0, false},  /* the instance's own fields */
    {"GLOBAL_SET", 12, 4, 4096, false},
    {"GLOBAL_GET", 12, 4, 129, false},
    {"MEMORY_SIZE", 14, 2, 1, false},
    {"MEMORY_COPY", 16, 4, 1, false},
    {"MEMORY_COPY", 14, 2, 7, false},
    {"RETURN_I64", 0, 8, IR_BR_I32_EQ_ss, false},
};

START_TEST(one_change)
{
    const struct change *c = &changes[_i];
    struct patient p;
    patient_init(&p, WORLD_METERED);
    uint8_t *op = find_op(&p, c->op);
    memcpy(op + c->at, &c->value, c->width);
    if (strcmp(c->op, "BR_TABLE") == 0 && c->at == 8)
        ir_put64(op, 0, IR_BR_TABLE_s);
    expect(&p, c->good, c->op);
    patient_fini(&p);
}
END_TEST

START_TEST(accesses_without_a_check)
{
    struct patient p;
    patient_init(&p, WORLD_METERED);
    if (!cupel_engine_guard_pages(p.t.engine)) { /* nothing to see on this host */
        patient_fini(&p);
        return;
    }
    uint8_t *load = find_op(&p, "I32_LOAD_"), *store = find_op(&p, "I32_STORE_");
    ir_put32(load, 12, (uint32_t)GUARD_BYTES - 16);
    expect(&p, true, "the last offset that the guard covers");
    ir_put32(load, 12, (uint32_t)GUARD_BYTES - 15);
    expect(&p, false, "an offset past the guard");
    ir_put64(load, 0, IR_I32_LOAD_i_a);
    ir_put32(load, 12, UINT32_MAX);
    expect(&p, true, "a constant address");
    ir_put32(load, 12, 0);
    ir_put32(store, 12, UINT32_MAX);
    expect(&p, false, "an offset of a store past the guard");
    patient_fini(&p);
}
END_TEST

/* The same code under an engine whose memories have no guard pages. */
START_TEST(accesses_without_guard_pages)
{
    struct patient p;
    struct world checked;
    patient_init(&p, 0);
    if (cupel_engine_guard_pages(p.t.engine)) {
        world_init(&checked, WORLD_CHECKED);
        image_rekey(p.image.data, p.image.len, checked.engine);
        cupel_module_t *module;
        expect_error(cupel_module_deserialize(checked.engine, p.image.data, p.image.len, &module),
                     CUPEL_ERROR_IMAGE, "");
        world_fini(&checked);
    }
    patient_fini(&p);
}
END_TEST

/* A module without a memory has nothing to access, checked or not. */
START_TEST(accesses_without_a_memory)
{
    struct patient p;
    world_init(&p.t, 0);
    wasm_export_func(&p.t.w, "f", "i", "i", BYTES(W_LOCAL_GET, 0, 0x68, W_END));
    cupel_module_t *module = world_compile(&p.t);
    must(cupel_module_serialize(module, &p.image));
    cupel_module_delete(module);
    ir_put64(find_op(&p, "I32_CTZ"), 0, IR_I32_LOAD_s_a);
    expect(&p, false, "a load without a memory");
    patient_fini(&p);
}
END_TEST

void add_verify(TCase *tc)
{
    tcase_add_loop_test(tc, one_change, 0, (int)(sizeof changes / sizeof *changes));
    tcase_add_test(tc, accesses_without_a_check);
    tcase_add_test(tc, accesses_without_guard_pages);
    tcase_add_test(tc, accesses_without_a_memory);
}
