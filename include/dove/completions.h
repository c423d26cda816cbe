/* The bodies of completion requests and replies (POST {base}/completions), as far as they tell how likely a text is. */
#ifndef DOVE_COMPLETIONS_H
#define DOVE_COMPLETIONS_H

#include <stddef.h>

#include "dove/error.h"

/* Asks how likely each token of `prompt` is, after those before it: echo with log-probabilities. Freed with free(). */
dove_status dove_likelihood_body(const char *model, const char *prompt, char **body, dove_error *error);

/* The mean negative log-likelihood per token, in nats, of what follows the first `skip` bytes of the prompt. A token
 * that lies on the border belongs to what goes before it. Where tokens stand is read off their texts; the reply's
 * text_offset counts where these do not fit the prompt. DOVE_INPUT when the reply does not have it. */
dove_status dove_likelihood_read(const char *body, const char *prompt, size_t skip, double *mean, dove_error *error);

#endif
