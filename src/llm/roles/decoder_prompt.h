/* What the decoders that ask models have in common. Private to this room. */
#ifndef DOVE_LLM_DECODER_PROMPT_H
#define DOVE_LLM_DECODER_PROMPT_H

#include "dove/decoder.h"

/* The prompt for a pair, freed with free(). */
dove_status decoder_prompt(const char *prompt, const dove_decoder_batch *batch, size_t pair, char **text,
                           dove_error *error);

#endif
