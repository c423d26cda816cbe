/* Languages by their BCP 47 tags, as far as prompts name them. Private to this room. */
#ifndef DOVE_METHOD_LANGUAGES_H
#define DOVE_METHOD_LANGUAGES_H

#include <stdbool.h>

/* "Korean" for "ko" and "ko-KR"; a tag that is not known is its own name. */
const char *dove_language_name(const char *tag);

/* True when two tags are the same but for what follows the first hyphen. */
bool dove_language_same(const char *a, const char *b);

/* The tag of the language that a text's script speaks for: "ko", "ja", "zh"; any other counts as English, "en". */
const char *dove_language_of(const char *text);

#endif
