/*
 * Reading damaged images: first with the checksum that was written, which must be found wrong, then with
 * one that fits the damage, so that the checks behind it are reached. An image that is still accepted is
 * looked at, but not run: images come from a place that the host trusts.
 *
 * The input's first byte says how many of the following make the module; the rest are patches of four
 * bytes: a place (24 bits, modulo the size) and what is XORed to it; XOR with 0 cuts the image off there.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/serial/image_mend.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/generator.h"
#include "tests/fuzz/harness.h"

static void expect_success(const char *what, cupel_error_t *error)
{
    if (error != NULL) {
        fprintf(stderr, "%s: %s\n", what, cupel_error_message(error));
        abort();
    }
}

static cupel_bytes_t make_image(const uint8_t *data, size_t size)
{
    static uint8_t wasm[GENERATED_MAX];
    cupel_module_t *module = NULL;
    cupel_bytes_t image = {0};
    size_t len = generate_module(data, size, wasm);
    expect_success("new", cupel_module_new(harness_engine(true), wasm, len, &module));
    expect_success("serialize", cupel_module_serialize(module, &image));
    cupel_module_delete(module);
    return image;
}

/* A copy of exactly its size, so that reading beyond it is seen; to be freed. */
static uint8_t *damage(const cupel_bytes_t *image, const uint8_t *patches, size_t size, size_t *len)
{
    uint8_t *bytes = malloc(image->len);
    if (bytes == NULL) {
        abort();
    }
    memcpy(bytes, image->data, image->len);
    *len = image->len;
    for (; size >= 4 && *len > 0; patches += 4, size -= 4) {
        size_t at = ((size_t)patches[0] << 16 | (size_t)patches[1] << 8 | patches[2]) % *len;
        bytes[at] ^= patches[3];
        if (patches[3] == 0) {
            *len = at;
        }
    }
    uint8_t *exact = malloc(*len + (*len == 0));
    if (exact == NULL) {
        abort();
    }
    memcpy(exact, bytes, *len);
    free(bytes);
    return exact;
}

static bool read_piece(void *env, uint64_t offset, void *buf, size_t len)
{
    memcpy(buf, ((const cupel_bytes_t *)env)->data + offset, len);
    return true;
}

/* Function by function; what is damaged is found when all are wanted. */
static void read_lazily(const uint8_t *bytes, size_t len)
{
    cupel_bytes_t image = {(uint8_t *)(uintptr_t)bytes, len};
    cupel_image_source_t source = {read_piece, NULL, &image, len};
    cupel_module_t *module = NULL;
    cupel_bytes_t again = {0};
    cupel_error_t *error = cupel_module_deserialize_lazily(harness_engine(true), &source, &module);
    if (error == NULL) {
        error = cupel_module_serialize(module, &again);
    }
    if (error == NULL) {
        harness_visit(module);
    }
    cupel_bytes_delete(&again);
    cupel_error_delete(error);
    cupel_module_delete(module);
}

/* Whether the image is accepted. */
static bool read_image(const uint8_t *bytes, size_t len)
{
    cupel_module_t *module = NULL;
    cupel_error_t *error = cupel_module_deserialize(harness_engine(true), bytes, len, &module);
    if (error == NULL) {
        harness_visit(module);
    }
    cupel_error_delete(error);
    cupel_module_delete(module);
    return error == NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t module_len = size > 0 ? data[0] : 0;
    if (size < 1 + module_len + 4) {
        return 0;
    }
    cupel_bytes_t image = make_image(data + 1, module_len);
    size_t len;
    uint8_t *bytes = damage(&image, data + 1 + module_len, size - 1 - module_len, &len);
    bool same = len == image.len && memcmp(bytes, image.data, len) == 0;
    if (read_image(bytes, len) != same) {
        fputs(same ? "a whole image is refused\n" : "damage is not noticed\n", stderr);
        abort();
    }
    image_mend(bytes, len);
    read_image(bytes, len);
    read_lazily(bytes, len);
    free(bytes);
    cupel_bytes_delete(&image);
    return 0;
}
