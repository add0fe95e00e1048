/*
 * Writing an image. The code is linked, that is, it holds handlers: their op numbers are looked up
 * in a sorted table. Functions are written in the order of their indices; a lazy arena has them in
 * the order of their first calls, behind stubs that an image does not need.
 */
#include "engine/serial/image.h"

#include <string.h>

#include "engine/isa/ir.h"
#include "engine/runtime/error.h"
#include "engine/runtime/handler_table.h"

uint64_t image_checksum(const void *bytes, size_t len)
{
    const uint8_t *data = bytes;
    const uint64_t prime = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t h[4] = {len, prime, ~prime, len ^ prime};
    size_t at = 0;
    for (; len - at >= 32; at += 32)
        for (unsigned lane = 0; lane < 4; lane++) {
            uint64_t word = ir_u64(data + at, 8 * lane);
            h[lane] = (h[lane] ^ word) * prime;
            h[lane] ^= h[lane] >> 29;
        }
    uint64_t sum =
        h[0] ^ (h[1] << 1 | h[1] >> 63) ^ (h[2] << 2 | h[2] >> 62) ^ (h[3] << 3 | h[3] >> 61);
    for (; at < len; at++)
        sum = (sum ^ data[at]) * prime;
    return sum ^ sum >> 32;
}

uint64_t image_header_checksum(const struct image_header *h)
{
    return image_checksum(&h->len, sizeof *h - offsetof(struct image_header, len));
}

uint64_t image_func_checksum(const void *code, size_t len, const void *positions,
                             size_t positions_len)
{
    uint64_t sum = image_checksum(code, len);
    return (sum << 1 | sum >> 63) ^ image_checksum(positions, positions_len);
}

/* Handlers become numbers, canonical ids 0. */
static void unlink_func(uint8_t *copy, uint32_t len, const struct op_of_handler *table)
{
    for (uint32_t at = 0; at < len;) {
        uint8_t *p = copy + at;
        uint32_t op = op_number(table, p);
        ir_put64(p, 0, op);
        if (ir_is_call_indirect(op))
            ir_put32(p, 16, 0);
        at += ir_len(p);
    }
}

static void lay_out(struct image_header *h, const struct code *code, size_t skeleton)
{
    size_t n = code->nfuncs - code->nimported, len = CODE_HEADER, positions = 0;
    for (size_t f = 0; f < n; f++) {
        len += code->ranges[f].end - code->ranges[f].start;
        positions += code->ranges[f].positions_end - code->ranges[f].positions;
    }
    h->part[IMAGE_SKELETON].len = skeleton;
    h->part[IMAGE_RANGES].len = n * sizeof *code->ranges;
    h->part[IMAGE_CHECKSUMS].len = n * sizeof(uint64_t);
    h->part[IMAGE_CODE].len = len;
    h->part[IMAGE_POSITIONS].len = positions;
    h->len = sizeof *h;
    for (unsigned i = 0; i < IMAGE_PARTS; i++) {
        h->part[i].offset = h->len;
        h->len += image_aligned(h->part[i].len);
    }
}

/* A function's code and positions, where `to` says. */
static void copy_func(uint8_t *base, uint8_t *positions, const struct code *code,
                      const struct code_range *from, const struct code_range *to,
                      const struct op_of_handler *table)
{
    uint32_t len = to->end - to->start, npositions = to->positions_end - to->positions;
    memcpy(base + to->start, code->base + from->start, len);
    unlink_func(base + to->start, len, table);
    if (npositions > 0)
        memcpy(positions + to->positions, code->positions.data + from->positions, npositions);
}

/* Functions, and with each its range, its positions and its checksum. */
static void copy_code(uint8_t *image, const struct image_header *h, const struct code *code,
                      const struct op_of_handler *table)
{
    uint8_t *base = image + h->part[IMAGE_CODE].offset;
    uint8_t *positions = image + h->part[IMAGE_POSITIONS].offset;
    uint32_t end = CODE_HEADER, positions_end = 0;
    ir_put64(base, CODE_EXIT, IR_EXIT);
    ir_put64(base, CODE_CROSS_RETURN, IR_CROSS_RETURN);
    ir_put64(base, CODE_TAIL_RETURN, IR_TAIL_RETURN);
    for (uint32_t f = 0; f < code->nfuncs - code->nimported; f++) {
        const struct code_range *from = &code->ranges[f];
        struct code_range to = {.start = end, .positions = positions_end, .body = from->body};
        to.end = end += from->end - from->start;
        to.positions_end = positions_end += from->positions_end - from->positions;
        copy_func(base, positions, code, from, &to, table);
        uint64_t sum =
            image_func_checksum(base + to.start, to.end - to.start, positions + to.positions,
                                to.positions_end - to.positions);
        memcpy(image + h->part[IMAGE_RANGES].offset + f * sizeof to, &to, sizeof to);
        memcpy(image + h->part[IMAGE_CHECKSUMS].offset + f * sizeof sum, &sum, sizeof sum);
    }
}

static uint8_t *write_image(const struct cupel_module *module, const uint8_t *skeleton,
                            size_t skeleton_len, const struct op_of_handler *table, size_t *len)
{
    struct image_header h;
    memset(&h, 0, sizeof h);
    memcpy(h.magic, IMAGE_MAGIC, sizeof h.magic);
    strncpy(h.key, cupel_engine_image_key(module->engine), sizeof h.key - 1);
    h.figures = module->figures;
    lay_out(&h, &module->code, skeleton_len);
    uint8_t *image = mem_calloc(1, h.len);
    if (!image)
        return NULL;
    memcpy(image + h.part[IMAGE_SKELETON].offset, skeleton, skeleton_len);
    module_begin_reading(module);
    copy_code(image, &h, &module->code, table);
    module_end_reading(module);
    for (unsigned i = 0; i < IMAGE_PARTS; i++)
        h.part[i].checksum = image_checksum(image + h.part[i].offset, image_aligned(h.part[i].len));
    h.checksum = image_header_checksum(&h);
    memcpy(image, &h, sizeof h);
    *len = h.len;
    return image;
}

cupel_error_t *cupel_module_serialize(const cupel_module_t *module, cupel_bytes_t *out)
{
    size_t skeleton_len = 0;
    struct errinfo err;
    errinfo_init(&err);
    *out = (cupel_bytes_t){NULL, 0};
    if (module_translate_all(module, &err) != OK)
        return error_from(&err);
    uint8_t *skeleton = image_skeleton(&module->m, &skeleton_len);
    struct op_of_handler *table = ops_by_handler();
    if (skeleton && table)
        out->data = write_image(module, skeleton, skeleton_len, table, &out->len);
    mem_free(skeleton);
    mem_free(table);
    return out->data ? NULL : error_nomem();
}
