/* English endings: which words might be the base of a word. */
#ifndef DOVE_LLM_INFLECTION_H
#define DOVE_LLM_INFLECTION_H

#include <stddef.h>

/* The next candidate for the base of `word` (lower case): "prioritises" → "prioritise", "prioritize". *rule starts at 0
 * and is moved on. Writes it into `base`, not terminated; returns its length, 0 when there is none left. */
size_t inflection_base(const char *word, size_t length, size_t *rule, char *base, size_t size);

/* The singular of an English noun by its ending: "duties" → "duty", "classes" → "class", "fairness" stays.
 * Writes it into `base`, not terminated; returns its length, at most `length`. */
size_t inflection_singular(const char *word, size_t length, char *base, size_t size);

#endif
