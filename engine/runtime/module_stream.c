/*
 * A module from a reader. Everything that a module hands out points into its bytes, so they are
 * gathered in one buffer; what is refused early is refused by the frame of the module alone: the
 * header and the sections' headers are looked at as they come in, by the decoder's own rules. The
 * buffer is never more than twice what has come in, and never more than a module may have; a section
 * that announces more than that is refused before any of it is read.
 */
#include "engine/runtime/module_stream.h"

#include "engine/base/alloc.h"
#include "engine/runtime/error.h"

/* The first read, and the least that is asked for while there is no end in sight. */
#define FIRST_BYTES 8192

struct stream {
    const struct cupel_engine *engine;
    const cupel_reader_t *reader;
    uint8_t *bytes;
    size_t len, room;
    struct module_frame frame;
    struct errinfo err;
};

/* One byte more than a module may have shows that it is too large. */
static enum status make_room(struct stream *s)
{
    size_t most = (size_t)limit_module_bytes(&s->engine->decode) + 1;
    size_t want = s->room < FIRST_BYTES / 2 ? FIRST_BYTES : 2 * s->room;
    if (want > most)
        want = most;
    uint8_t *bytes = mem_realloc(s->bytes, want);
    if (!bytes)
        return errinfo_nomem(&s->err);
    s->bytes = bytes;
    s->room = want;
    return OK;
}

/* Reads once; *more is false at the end. */
static enum status read_some(struct stream *s, bool *more)
{
    if (s->len == s->room)
        TRY(make_room(s));
    size_t asked = s->room - s->len;
    ssize_t got = s->reader->read(s->reader->env, s->bytes + s->len, asked);
    if (got < 0)
        return errinfo_set(&s->err, ERR_HOST, s->len, "the reader failed after %zu bytes", s->len);
    if ((size_t)got > asked)
        return errinfo_set(&s->err, ERR_HOST, s->len,
                           "the reader gave %zu bytes where %zu were asked for", (size_t)got,
                           asked);
    s->len += (size_t)got;
    *more = got > 0;
    return OK;
}

static enum status read_all(struct stream *s)
{
    bool more = true;
    while (more) {
        TRY(read_some(s, &more));
        TRY(module_check_size(&s->engine->decode, s->len, &s->err));
        TRY(module_frame_check(&s->frame, &s->engine->decode, s->bytes, s->len, &s->err));
    }
    return OK;
}

cupel_error_t *module_read_all(const struct cupel_engine *engine, const cupel_reader_t *reader,
                               uint8_t **own_bytes, size_t *len)
{
    struct stream s = {.engine = engine, .reader = reader};
    errinfo_init(&s.err);
    if (read_all(&s) != OK) {
        mem_free(s.bytes);
        return error_from(&s.err);
    }
    *own_bytes = s.bytes;
    *len = s.len;
    return NULL;
}
