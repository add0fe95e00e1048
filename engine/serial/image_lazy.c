/*
 * Reading an image piece by piece: the header, the skeleton and the functions' ranges at once, and a
 * function when it is called first. So loading costs what the module says about itself, and a call
 * what it runs; a module of some megabytes begins in the time that decoding its skeleton takes.
 *
 * Each function has its checksum, so nothing is taken on trust that has not been looked at. Code that
 * comes in is in its place in the arena before it is known to be good, where no entry leads to it;
 * what is damaged ends the call with an error, and the next call reads again.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/runtime/error.h"
#include "engine/runtime/interp.h"
#include "engine/serial/image.h"

struct stored_image {
    struct code_source source;
    cupel_image_source_t from;
    uint64_t code, positions; /* offsets in the image */
    uint64_t *checksums;      /* by function */
};

static enum status read_at(const cupel_image_source_t *from, uint64_t offset, void *buf, size_t len,
                           struct errinfo *err)
{
    if (len == 0 || from->read(from->env, offset, buf, len))
        return OK;
    return errinfo_set(err, ERR_IMAGE, NO_OFFSET,
                       "the image cannot be read: %zu bytes at offset %llu", len,
                       (unsigned long long)offset);
}

/* ---- functions ---- */

static enum status fetch(const struct stored_image *self, struct code *code, uint32_t func,
                         struct errinfo *err)
{
    const struct code_range *r = &code->ranges[func - code->nimported];
    uint8_t *ops = code->base + r->start, *positions = code->positions.data + r->positions;
    size_t len = r->end - r->start, npositions = r->positions_end - r->positions;
    TRY(read_at(&self->from, self->code + r->start, ops, len, err));
    TRY(read_at(&self->from, self->positions + r->positions, positions, npositions, err));
    if (image_func_checksum(ops, len, positions, npositions) ==
        self->checksums[func - code->nimported])
        return OK;
    return errinfo_set(err, ERR_IMAGE, NO_OFFSET,
                       "the image is damaged: wrong checksum of function %u", func);
}

static enum status load_func(struct code_source *source, struct cupel_module *module, uint32_t func,
                             struct errinfo *err)
{
    const struct stored_image *self = (const struct stored_image *)source;
    struct code *code = &module->code;
    TRY(fetch(self, code, func, err));
    TRY(image_verify_func(code, &module->m, module->engine->translate.guard_pages, func, err));
    code_link_func(code, &module->m, interp_handlers(), func);
    code_publish(code, func);
    return OK;
}

static void delete_source(struct code_source *source)
{
    struct stored_image *self = (struct stored_image *)source;
    if (self->from.finalize)
        self->from.finalize(self->from.env);
    mem_free(self->checksums);
    mem_free(self);
}

/* ---- the module ---- */

/* A part, allocated and checked. */
static enum status read_part(const cupel_image_source_t *from, const struct image_header *h,
                             enum image_part_id id, void **out, struct errinfo *err)
{
    const struct image_part *part = &h->part[id];
    size_t len = (size_t)image_aligned(part->len);
    *out = mem_alloc(len);
    if (!*out)
        return errinfo_nomem(err);
    TRY(read_at(from, part->offset, *out, len, err));
    return image_check_part(h, id, *out, err);
}

/* What reading comes to before there is a module. */
struct head {
    struct image_header h;
    void *skeleton, *ranges, *checksums;
    struct module m;
    struct code code;
};

static enum status read_head(struct head *head, const struct cupel_engine *engine,
                             const cupel_image_source_t *from, struct errinfo *err)
{
    struct image_header *h = &head->h;
    if (from->len < sizeof *h)
        return errinfo_set(err, ERR_IMAGE, NO_OFFSET, "the image is cut off: %llu bytes",
                           (unsigned long long)from->len);
    TRY(read_at(from, 0, h, sizeof *h, err));
    TRY(image_check_header(h, engine, from->len, err));
    TRY(read_part(from, h, IMAGE_SKELETON, &head->skeleton, err));
    TRY(read_part(from, h, IMAGE_RANGES, &head->ranges, err));
    TRY(read_part(from, h, IMAGE_CHECKSUMS, &head->checksums, err));
    uint8_t *skeleton = head->skeleton;
    head->skeleton = NULL; /* taken over */
    TRY(image_failure(
        image_decode_head(h, engine, skeleton, head->ranges, &head->m, &head->code, err), err));
    enum status status =
        code_init_stored(&head->code, &head->m, head->code.len, interp_handlers(), err);
    if (status != OK) {
        code_fini(&head->code);
        module_fini(&head->m);
    }
    return status;
}

/* Takes `from` over only if it succeeds. */
static cupel_error_t *new_module(struct cupel_engine *engine, struct head *head,
                                 const cupel_image_source_t *from, cupel_module_t **out)
{
    struct stored_image *self = mem_alloc(sizeof *self);
    *out = module_object_new(engine, &head->m, &head->code, &head->h.figures);
    if (!self || !*out) {
        mem_free(self);
        cupel_module_delete(*out);
        *out = NULL;
        return error_nomem();
    }
    *self = (struct stored_image){{load_func, delete_source},
                                  *from,
                                  head->h.part[IMAGE_CODE].offset,
                                  head->h.part[IMAGE_POSITIONS].offset,
                                  head->checksums};
    head->checksums = NULL;
    (*out)->source = &self->source;
    return NULL;
}

cupel_error_t *cupel_module_deserialize_lazily(cupel_engine_t *engine,
                                               const cupel_image_source_t *from,
                                               cupel_module_t **out)
{
    struct head head = {0};
    struct errinfo err;
    errinfo_init(&err);
    *out = NULL;
    cupel_error_t *error = read_head(&head, engine, from, &err) == OK
                               ? new_module(engine, &head, from, out)
                               : error_from(&err);
    mem_free(head.skeleton);
    mem_free(head.ranges);
    mem_free(head.checksums);
    if (error && from->finalize)
        from->finalize(from->env);
    return error;
}

/* ---- files ---- */

static int descriptor(void *env)
{
    return (int)(intptr_t)env;
}

static bool read_file(void *env, uint64_t offset, void *buf, size_t len)
{
    uint8_t *to = buf;
    while (len > 0) {
        ssize_t n = pread(descriptor(env), to, len, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        to += n;
        offset += (uint64_t)n;
        len -= (size_t)n;
    }
    return true;
}

static void close_file(void *env)
{
    close(descriptor(env));
}

cupel_error_t *cupel_module_deserialize_file(cupel_engine_t *engine, const char *path,
                                             cupel_module_t **out)
{
    struct stat st;
    *out = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        int number = errno;
        if (fd >= 0)
            close(fd);
        return error_new(ERR_IMAGE, "%s cannot be read: %s", path, strerror(number));
    }
    cupel_image_source_t from = {read_file, close_file, (void *)(intptr_t)fd, (uint64_t)st.st_size};
    return cupel_module_deserialize_lazily(engine, &from, out);
}
