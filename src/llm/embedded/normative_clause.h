/* Reading the clause around a cue: whose words these are, where the subject starts, where the object ends. */
#ifndef DOVE_LLM_NORMATIVE_CLAUSE_H
#define DOVE_LLM_NORMATIVE_CLAUSE_H

#include <stdbool.h>
#include <stddef.h>

#include "llm/embedded/english_sentence.h"
#include "llm/embedded/normative_statement.h"

/* A stretch of the sentence that is read by itself. */
typedef struct clause {
  const sentence_word *words;
  size_t start;
  size_t end;
  double bonus; /* added to the strength of what is found */
} clause;

/* Adverbs that may stand inside a cue, and words that turn it round. Divided by spaces, as all lists here. */
extern const char clause_adverbs[];
extern const char clause_negations[];

bool clause_has_word(const sentence_word *words, size_t start, size_t end, const char *list);

/* True when there is a word at `at` and it is in the list. */
bool clause_word_is(const clause *c, size_t at, const char *list);

/* The first place from `at` on with a word that is not in the list. */
size_t clause_skip_words(const clause *c, size_t at, const char *list);

/* "Some people believe", "it is often said", "there is a view that": what follows is not the author's. */
bool clause_is_attributed(const clause *c, size_t cue);

/* "What we should do", "whether children need": an indirect question states nothing. */
bool clause_asks(const clause *c, size_t start, size_t cue);

/* Length of the phrase at `at` that opens a sentence and belongs to no clause, 0 when there is none. */
size_t clause_opening_length(const clause *c, size_t at);

/* Finds the subject before `cue`; adds to the strength when the author says "I believe". False without a plain one. */
bool clause_find_subject(const clause *c, size_t cue, normative_statement *s);

/* Finds the object that starts behind the cue; false when there is none. */
bool clause_find_object(const clause *c, normative_statement *s);

#endif
