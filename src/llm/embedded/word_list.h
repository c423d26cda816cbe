/* Short lists of English words. */
#ifndef DOVE_LLM_WORD_LIST_H
#define DOVE_LLM_WORD_LIST_H

#include <stdbool.h>

/* True when `word` is one of the words of `list`, which are divided by single spaces. */
bool word_in(const char *word, const char *list);

/* Words without content of their own: articles, pronouns, prepositions, auxiliaries, general adverbs. */
bool is_stop_word(const char *word);

#endif
