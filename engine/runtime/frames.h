/*
 * frames.h - walking the frames of one activation, from the innermost outwards.
 *
 * Frames are described in translate/code.h. They may lie on a stack or in a copy of it: a walk
 * only follows distances.
 */
#ifndef CUPEL_RUNTIME_FRAMES_H
#define CUPEL_RUNTIME_FRAMES_H

#include <stdbool.h>

#include "engine/runtime/instance.h"

/* A place in translated code: `offset` lies within the op. */
struct code_place {
    const struct instance *inst;
    uint32_t offset;
};

/* A frame, and where its function is. */
struct frame_walk {
    struct code_place at;
    uint8_t *fp;
};

/* Goes on to the caller; false if the frame was the outermost. */
bool frames_next(struct frame_walk *w);

#endif
