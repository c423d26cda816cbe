/* The words of a text as a word-vector file knows them. */
#ifndef DOVE_LLM_SENTENCE_WORDS_H
#define DOVE_LLM_SENTENCE_WORDS_H

#include <stdint.h>

#include "dove/error.h"
#include "dove/word_vectors.h"

typedef struct sentence_words {
  uint32_t *indices; /* of the known words in the order of the text; a word known in parts gives several */
  size_t count;
  size_t capacity;
  uint64_t tokens;
  uint64_t tokens_known;
} sentence_words;

/* Splits `text` into words and looks them up. An unknown word is tried in lower case, then by its parts (apostrophes,
 * hyphens), then without its inflection; in scripts without spaces the longest match counts. Replaces what `words`
 * held; its memory is kept for the next call and freed with sentence_words_free(). */
dove_status sentence_words_read(sentence_words *words, const dove_word_vectors *vectors, const char *text,
                                dove_error *error);

void sentence_words_free(sentence_words *words);

#endif
