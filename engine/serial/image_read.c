/*
 * Reading an image: check the header, the key and the checksum, decode the skeleton, copy the code,
 * verify it against the skeleton. What does not agree is ERR_IMAGE, and the caller translates the
 * module anew.
 */
#include <string.h>

#include "engine/runtime/error.h"
#include "engine/serial/image.h"

static bool part_fits(const struct image_header *h, struct image_part part)
{
    return part.offset % 8 == 0 && part.offset >= sizeof *h && part.offset <= h->len &&
           part.len <= h->len - part.offset;
}

static enum status read_header(struct image_header *h, const struct cupel_engine *engine,
                               const uint8_t *image, size_t len, struct errinfo *err)
{
    size_t from = offsetof(struct image_header, len);
    if (len < sizeof *h)
        return errinfo_set(err, ERR_IMAGE, NO_OFFSET, "the image is cut off: %zu bytes", len);
    memcpy(h, image, sizeof *h);
    if (memcmp(h->magic, IMAGE_MAGIC, sizeof h->magic) != 0)
        return errinfo_set(err, ERR_IMAGE, NO_OFFSET, "this is not a precompiled image");
    char key[IMAGE_KEY_SIZE] = {0};
    memcpy(key, cupel_engine_image_key(engine), strlen(cupel_engine_image_key(engine)));
    bool same_key = memcmp(h->key, key, sizeof key) == 0; /* padding included */
    h->key[IMAGE_KEY_SIZE - 1] = '\0';
    if (!same_key)
        return errinfo_set(err, ERR_IMAGE, NO_OFFSET,
                           "the image is of another build or configuration: %s, expected %s",
                           h->key, cupel_engine_image_key(engine));
    if (h->len != len)
        return errinfo_set(err, ERR_IMAGE, NO_OFFSET,
                           "the image is damaged: %zu bytes, expected %llu", len,
                           (unsigned long long)h->len);
    if (h->checksum != image_checksum(image + from, len - from))
        return errinfo_set(err, ERR_IMAGE, NO_OFFSET, "the image is damaged: wrong checksum");
    if (!part_fits(h, h->skeleton) || !part_fits(h, h->code) || !part_fits(h, h->ranges) ||
        !part_fits(h, h->positions))
        return errinfo_set(err, ERR_IMAGE, NO_OFFSET, "the image is damaged: a part lies outside");
    return OK;
}

/* An allocated copy of a part; an empty one gives an allocation too. */
static void *copy_of(const uint8_t *image, struct image_part part)
{
    uint8_t *copy = mem_alloc(part.len);
    if (copy && part.len > 0)
        memcpy(copy, image + part.offset, part.len);
    return copy;
}

static enum status read_code(struct code *code, const struct module *m, bool guard_pages,
                             const struct image_header *h, const uint8_t *image,
                             struct errinfo *err)
{
    size_t n = m->nfuncs - m->nimported_funcs;
    if (h->ranges.len != n * sizeof *code->ranges || h->code.len < CODE_HEADER ||
        h->code.len > UINT32_MAX || h->code.len % 8 != 0)
        return errinfo_set(err, ERR_IMAGE, NO_OFFSET, "the image is damaged: sizes do not agree");
    TRY(code_init(code, m, err));
    code->base = copy_of(image, h->code);
    code->positions.data = copy_of(image, h->positions);
    if (!code->base || !code->positions.data)
        return errinfo_nomem(err);
    code->len = code->mapped = h->code.len;
    code->positions.len = code->positions.cap = h->positions.len;
    if (n > 0)
        memcpy(code->ranges, image + h->ranges.offset, h->ranges.len);
    TRY(image_verify(code, m, guard_pages, err));
    return code_index(code, m, err);
}

static enum status read_image(const struct cupel_engine *engine, const uint8_t *image, size_t len,
                              struct image_header *h, struct module *m, struct code *code,
                              struct errinfo *err)
{
    TRY(read_header(h, engine, image, len, err));
    struct decode_config config = engine->decode;
    config.skeleton = true;
    enum status status =
        module_decode(m, &config, image + h->skeleton.offset, h->skeleton.len, err);
    if (status == OK) {
        status = read_code(code, m, engine->translate.guard_pages, h, image, err);
        if (status == OK)
            return OK;
        code_fini(code);
        module_fini(m);
    }
    if (status == ERR_OUT_OF_MEMORY)
        return status;
    char why[sizeof err->text];
    memcpy(why, err->text, sizeof why);
    return errinfo_set(err, ERR_IMAGE, NO_OFFSET, "the image does not hold together: %.160s", why);
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
    memset(&code, 0, sizeof code);
    if (read_image(engine, image, len, &h, &m, &code, &e) != OK)
        return error_from(&e);
    *out = module_object_new(engine, &m, &code, &h.figures);
    return *out ? NULL : error_nomem();
}
