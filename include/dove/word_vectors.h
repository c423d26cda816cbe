/* Static word vectors in a .dvec file, mapped read-only: opening costs the same for a small and a large file.
 * The format is described in assets/vectors/README.md. Words are in order of falling frequency, so that a word's index
 * is its frequency rank. Lookup is by hash. An open file may be used from several threads at once. */
#ifndef DOVE_WORD_VECTORS_H
#define DOVE_WORD_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"

enum {
  DOVE_WORD_VECTORS_MAX_DIMENSION = 4096,
  DOVE_WORD_VECTORS_MAX_WORD = 255, /* bytes */
};

#define DOVE_NO_WORD UINT32_MAX

typedef struct dove_word_vectors dove_word_vectors;

/* Maps the file at `path` and checks its header: DOVE_IO when it cannot be read, DOVE_INPUT when it is not a .dvec
 * file, is of another version, truncated, or its sections do not fit. Closed with dove_word_vectors_close(). */
dove_status dove_word_vectors_open(const char *path, dove_word_vectors **vectors, dove_error *error);
void dove_word_vectors_close(dove_word_vectors *vectors);

/* Reads the whole file and compares its checksum: DOVE_INPUT when it was altered. */
dove_status dove_word_vectors_verify(const dove_word_vectors *vectors, dove_error *error);

uint32_t dove_word_vectors_dimension(const dove_word_vectors *vectors);
uint32_t dove_word_vectors_count(const dove_word_vectors *vectors);

/* The checksum in the header: tells two files apart without reading them. */
uint64_t dove_word_vectors_checksum(const dove_word_vectors *vectors);

/* Longest word of the file in code points: bounds the longest-match search in scripts without spaces. */
uint32_t dove_word_vectors_longest(const dove_word_vectors *vectors);

/* Index of a word in 0 … count-1 (its frequency rank), DOVE_NO_WORD when it is not there. Exact: no case folding. */
uint32_t dove_word_vectors_find(const dove_word_vectors *vectors, const char *word, size_t length);

/* The word, not terminated; *length in bytes. Owned by the file. */
const char *dove_word_vectors_word(const dove_word_vectors *vectors, uint32_t index, size_t *length);

/* sum[0 … dimension-1] += weight · vector(index). */
void dove_word_vectors_add(const dove_word_vectors *vectors, uint32_t index, float weight, float *sum);

/* Estimate of p(w) from the rank (Zipf–Mandelbrot: p ∝ 1/(rank + 2.7), ranks from 1, the sum over a language of 400,000
 * words is 1). The text files that the vectors come from give an order, but no counts. */
double dove_word_vectors_probability(uint32_t index);

typedef struct dove_word_vectors_summary {
  uint32_t dimension;
  uint32_t words;      /* written */
  uint64_t lines;      /* read */
  uint64_t duplicates; /* left out: the word had been read before */
  uint64_t unusable;   /* left out: the word has spaces or control characters, is too long, not UTF-8, or all zero */
} dove_word_vectors_summary;

/* Converts GloVe text, word2vec text or fastText .vec (first line "COUNT DIMENSION") to .dvec. Reads as a stream and
 * stops after `words` words (0: all). `out` appears complete or not at all. DOVE_INPUT with the line's number for a
 * wrong number of values, something that is no number, NaN or infinity, or a file that ends before COUNT lines.
 * `summary` may be NULL. */
dove_status dove_word_vectors_convert(const char *in, const char *out, uint32_t words,
                                      dove_word_vectors_summary *summary, const dove_progress *progress,
                                      dove_error *error);

#endif
