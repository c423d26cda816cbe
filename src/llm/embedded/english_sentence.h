/* English text cut into sentences and words, for the rule-based recognizer. */
#ifndef DOVE_LLM_ENGLISH_SENTENCE_H
#define DOVE_LLM_ENGLISH_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>

enum {
  SENTENCE_WORDS = 160, /* a longer sentence is read up to here */
  SENTENCE_WORD_SIZE = 32,
};

typedef struct sentence_span {
  size_t start; /* bytes of the text */
  size_t end;
  bool is_question;
} sentence_span;

/* The next sentence at or after *at, which is moved behind it. False at the end of the text. */
bool next_sentence(const char *text, size_t length, size_t *at, sentence_span *sentence);

typedef struct sentence_word {
  size_t start; /* bytes of the text */
  size_t end;
  char shown[SENTENCE_WORD_SIZE]; /* as written, apostrophes plain; a longer word is cut */
  char lower[SENTENCE_WORD_SIZE]; /* ASCII letters in lower case */
  char before;                    /* the strongest mark before it: ';' (also : and dashes), ',' or 0 */
  bool quoted;                    /* between double quotes */
  bool aside;                     /* in brackets */
} sentence_word;

/* Splits a sentence into at most SENTENCE_WORDS words; returns their number. */
size_t split_words(const char *text, sentence_span sentence, sentence_word *words);

#endif
