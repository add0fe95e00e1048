/*
 * image_mend.h - makes the checksums of a damaged image fit, so that what lies behind them is tested.
 */
#ifndef TESTS_ENGINE_SERIAL_IMAGE_MEND_H
#define TESTS_ENGINE_SERIAL_IMAGE_MEND_H

#include <stddef.h>
#include <stdint.h>

/* Length and checksums of header, parts and functions, as far as they lie within the image. */
void image_mend(uint8_t *image, size_t len);

#endif
