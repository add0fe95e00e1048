/*
 * float_text.h - floating point numbers as text, bit for bit.
 *
 * Numbers take the shortest decimal text that reads back to the same bits, negative zero is -0.0.
 * What JSON has no number for is a word: nan (the canonical one, positive), -nan, nan:0x<bits>,
 * inf, -inf; `bits` is the whole pattern, 8 hex digits for f32 and 16 for f64.
 * Independent of the locale's decimal point as long as the process stays in the "C" locale.
 */
#ifndef CUPEL_API_FLOAT_TEXT_H
#define CUPEL_API_FLOAT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLOAT_TEXT_SIZE 40

/* Writes the text of the bits; true if it is a JSON number, false if it is a word. */
bool float_text_f32(uint32_t bits, char text[FLOAT_TEXT_SIZE]);
bool float_text_f64(uint64_t bits, char text[FLOAT_TEXT_SIZE]);

/* Reads a JSON number, correctly rounded; false if it is beyond the finite values. */
bool float_read_f32(const char *number, uint32_t *bits);
bool float_read_f64(const char *number, uint64_t *bits);

/* Reads one of the words; false if it is none. */
bool float_word_f32(const char *word, uint32_t *bits);
bool float_word_f64(const char *word, uint64_t *bits);

#endif
