/* English words that speak of a value, and the value's name. */
#ifndef DOVE_LLM_VALUE_LEXICON_H
#define DOVE_LLM_VALUE_LEXICON_H

#include <stdbool.h>
#include <stddef.h>

/* What one word says about values. */
typedef struct value_word {
  const char *name; /* "honesty", NULL when the word names no value */
  bool is_noun;     /* the word itself is the value ("honesty", not "honest") */
} value_word;

/* Looks up a word in lower case, in its inflected forms too. */
value_word value_lexicon_find(const char *word);

/* A fixed phrase of two or three words, given in lower case with single spaces ("critical thinking"); its name or NULL.
 * The name may differ from the phrase ("work hard" → "hard work"). */
const char *value_lexicon_phrase(const char *phrase);

/* Adjectives that make a value's name more exact: "social" responsibility. */
bool value_lexicon_is_modifier(const char *word);

#endif
