/* How near a mistyped word is to one that exists, for "did you mean". */
#ifndef DOVE_NEAR_WORD_H
#define DOVE_NEAR_WORD_H

#include <stddef.h>

/* The edits that turn one word into the other: a byte more, a byte less, another byte, two neighbours swapped. SIZE_MAX
 * when they are so many that the word can hardly be meant: more than a third of what was typed, or more than two. */
size_t dove_near_word(const char *typed, size_t typed_length, const char *word, size_t length);

#endif
