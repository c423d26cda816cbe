/* Words a statement as a value expression: its description and its code name. */
#ifndef DOVE_LLM_VALUE_WORDING_H
#define DOVE_LLM_VALUE_WORDING_H

#include <stddef.h>

#include "dove/buffer.h"
#include "llm/embedded/normative_statement.h"

enum { CODE_NAME_SIZE = 96 };

/* The code name of a statement, 1–3 words in lower case; empty when its words name nothing. */
void word_code_name(const sentence_word *words, const normative_statement *statement, char name[CODE_NAME_SIZE]);

/* Appends "The author …" in one sentence. */
void word_description(const sentence_word *words, const normative_statement *statement, const char *code_name,
                      dove_buffer *description);

#endif
