/* How many tokens a request will take, before it is sent. Private to this room. */
#ifndef DOVE_LLM_TOKEN_GUESS_H
#define DOVE_LLM_TOKEN_GUESS_H

#include "dove/ledger.h"
#include "dove/request_cache.h"

typedef struct dove_token_guess {
  dove_token_range in, out;
  int64_t raw_in; /* `in.about` before what the model's earlier answers taught */
} dove_token_guess;

/* Tokens of a text: no tokenizer makes fewer than there are words, nor more than there are bytes. */
dove_token_range dove_guess_text(const char *text);

/* Of a request, from its body alone. `history` corrects what lies between, and says how long answers are. */
dove_token_guess dove_guess_tokens(const char *path, const char *body, const dove_request_history *history);

#endif
