/*
 * Reading an image: check the header, the key and the checksums, decode the skeleton, verify the code
 * against it. What does not agree is ERR_IMAGE, and the caller translates the module anew.
 *
 * Here is what all ways of reading share, and the one that reads an image whole.
 */
#include <string.h>

#include "engine/runtime/error.h"
#include "engine/serial/image.h"

static enum status damaged(struct errinfo *err, const char *what)
{
    return errinfo_set(err, ERR_IMAGE, NO_OFFSET, "the image is damaged: %s", what);
}

static enum status check_key(struct image_header *h, const struct cupel_engine *engine,
                             struct errinfo *err)
{
    char key[IMAGE_KEY_SIZE] = {0};
    memcpy(key, cupel_engine_image_key(engine), strlen(cupel_engine_image_key(engine)));
    bool same = memcmp(h->key, key, sizeof key) == 0; /* padding included */
    h->key[IMAGE_KEY_SIZE - 1] = '\0';
    return same ? OK
                : errinfo_set(err, ERR_IMAGE, NO_OFFSET,
                              "the image is of another build or configuration: %s, expected %s",
                              h->key, cupel_engine_image_key(engine));
}

enum status image_check_header(struct image_header *h, const struct cupel_engine *engine,
                               uint64_t len, struct errinfo *err)
{
    if (memcmp(h->magic, IMAGE_MAGIC, sizeof h->magic) != 0)
        return errinfo_set(err, ERR_IMAGE, NO_OFFSET, "this is not a precompiled image");
    TRY(check_key(h, engine, err));
    if (h->len != len)
        return errinfo_set(err, ERR_IMAGE, NO_OFFSET,
                           "the image is damaged: %llu bytes, expected %llu",
                           (unsigned long long)len, (unsigned long long)h->len);
    if (h->checksum != image_header_checksum(h))
        return damaged(err, "wrong checksum of the header");
    uint64_t at = sizeof *h;
    for (unsigned i = 0; i < IMAGE_PARTS; i++) {
        if (h->part[i].offset != at || h->part[i].len > len - at ||
            image_aligned(h->part[i].len) > len - at)
            return damaged(err, "a part lies outside");
        at += image_aligned(h->part[i].len);
    }
    return at == len ? OK : damaged(err, "there is more than its parts");
}

enum status image_check_part(const struct image_header *h, enum image_part_id id, const void *bytes,
                             struct errinfo *err)
{
    const struct image_part *part = &h->part[id];
    return part->checksum == image_checksum(bytes, image_aligned(part->len))
               ? OK
               : damaged(err, "wrong checksum");
}

enum status image_failure(enum status status, struct errinfo *err)
{
    if (status == OK || status == ERR_OUT_OF_MEMORY)
        return status;
    char why[sizeof err->text];
    memcpy(why, err->text, sizeof why);
    return errinfo_set(err, ERR_IMAGE, NO_OFFSET, "the image does not hold together: %.160s", why);
}

/* Sizes and ranges. */
static enum status begin_code(const struct image_header *h, const void *ranges,
                              const struct module *m, struct code *code, struct errinfo *err)
{
    size_t n = m->nfuncs - m->nimported_funcs;
    uint64_t len = h->part[IMAGE_CODE].len;
    if (h->part[IMAGE_RANGES].len != n * sizeof *code->ranges ||
        h->part[IMAGE_CHECKSUMS].len != n * sizeof(uint64_t) || len < CODE_HEADER ||
        len > UINT32_MAX || len % 8 != 0)
        return damaged(err, "sizes do not agree");
    TRY(code_init(code, m, err));
    code->positions.data = mem_alloc(h->part[IMAGE_POSITIONS].len);
    if (!code->positions.data)
        return errinfo_nomem(err);
    code->len = (size_t)len;
    code->positions.len = code->positions.cap = h->part[IMAGE_POSITIONS].len;
    if (n > 0)
        memcpy(code->ranges, ranges, h->part[IMAGE_RANGES].len);
    return image_verify_ranges(code, err);
}

enum status image_decode_head(const struct image_header *h, const struct cupel_engine *engine,
                              uint8_t *own_skeleton, const void *ranges, struct module *m,
                              struct code *code, struct errinfo *err)
{
    struct decode_config config = engine->decode;
    config.skeleton = true;
    memset(code, 0, sizeof *code);
    TRY(module_decode_own(m, &config, own_skeleton, h->part[IMAGE_SKELETON].len, err));
    enum status status = begin_code(h, ranges, m, code, err);
    if (status != OK) {
        code_fini(code);
        module_fini(m);
    }
    return status;
}

/* ---- whole images ---- */

static const uint8_t *part_of(const uint8_t *image, const struct image_header *h,
                              enum image_part_id id)
{
    return image + h->part[id].offset;
}

/* An allocated copy of a part; an empty one gives an allocation too. */
static void *copy_of(const uint8_t *image, const struct image_header *h, enum image_part_id id)
{
    uint8_t *copy = mem_alloc(h->part[id].len);
    if (copy && h->part[id].len > 0)
        memcpy(copy, part_of(image, h, id), h->part[id].len);
    return copy;
}

static enum status read_code(struct code *code, const struct module *m, bool guard_pages,
                             const struct image_header *h, const uint8_t *image,
                             struct errinfo *err)
{
    code->base = copy_of(image, h, IMAGE_CODE);
    if (!code->base)
        return errinfo_nomem(err);
    code->mapped = code->len;
    if (code->positions.len > 0)
        memcpy(code->positions.data, part_of(image, h, IMAGE_POSITIONS), code->positions.len);
    TRY(image_verify(code, m, guard_pages, err));
    return code_index(code, m, err);
}

static enum status read_image(const struct cupel_engine *engine, const uint8_t *image, size_t len,
                              struct image_header *h, struct module *m, struct code *code,
                              struct errinfo *err)
{
    if (len < sizeof *h)
        return errinfo_set(err, ERR_IMAGE, NO_OFFSET, "the image is cut off: %zu bytes", len);
    memcpy(h, image, sizeof *h);
    TRY(image_check_header(h, engine, len, err));
    for (unsigned i = 0; i < IMAGE_PARTS; i++)
        TRY(image_check_part(h, i, image + h->part[i].offset, err));
    uint8_t *skeleton = copy_of(image, h, IMAGE_SKELETON);
    if (!skeleton)
        return errinfo_nomem(err);
    enum status status =
        image_decode_head(h, engine, skeleton, part_of(image, h, IMAGE_RANGES), m, code, err);
    if (status != OK)
        return image_failure(status, err);
    status = read_code(code, m, engine->translate.guard_pages, h, image, err);
    if (status != OK) {
        code_fini(code);
        module_fini(m);
    }
    return image_failure(status, err);
}

cupel_error_t *cupel_module_deserialize(cupel_engine_t *engine, const uint8_t *image, size_t len,
                                        cupel_module_t **out)
{
    struct image_header h;
    struct module m;
    struct code code;
    struct errinfo e;
    errinfo_init(&e);
    *out = NULL;
    if (read_image(engine, image, len, &h, &m, &code, &e) != OK)
        return error_from(&e);
    *out = module_object_new(engine, &m, &code, &h.figures);
    return *out ? NULL : error_nomem();
}
