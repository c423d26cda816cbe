/* The decoders that ask models (SPEC 4): one has texts written, one has a text's likelihood read. */
#ifndef DOVE_CHAT_DECODER_H
#define DOVE_CHAT_DECODER_H

#include "dove/chat_model.h"
#include "dove/decoder.h"
#include "dove/embedder.h"

/* The distortion `embedding`: for each pair N2 = `texts` texts are written from the topic and the set's codes with
 * their probabilities, in falling order, and embedded; d = −1/N2 Σ_n cos(e_x, e_x̂n), e_x the vector of the document's
 * text. The batch needs document_topics, text_vectors and code_names. A text that the model refuses to write, or that
 * cannot be embedded, reconstructs nothing: its cosine is 0. DOVE_NETWORK when a text is missing for another reason:
 * what came is kept, and another call asks for the rest.
 *
 * Takes over `model` and what `embedder` is open on, also after an error. `prompt` has the fields {topic} and {values};
 * it is copied. */
dove_status dove_decoder_open_chat(dove_chat_model *model, const char *prompt, dove_embedder *embedder, size_t texts,
                                   dove_decoder *decoder, dove_error *error);

typedef struct dove_likelihood_options {
  dove_endpoint_options endpoint; /* its `cache` is not looked at */
  dove_request_cache cache;       /* .find NULL: nothing is kept; what `cache.user` is stays open */
  const char *prompt;             /* as above; copied */
} dove_likelihood_options;

/* The distortion `likelihood`: d = the mean negative log-likelihood per token of the document's text after the prompt,
 * in nats, as a server of an open model tells it (POST {base}/completions with echo and logprobs). The batch needs
 * document_texts, document_topics and code_names. DOVE_NETWORK, saying so, when the server does not offer it. */
dove_status dove_decoder_open_likelihood(const dove_likelihood_options *options, dove_decoder *decoder,
                                         dove_error *error);

/* What fills {values}: a line for each code, "- Mutual Trust [0.31]", in falling order of weight, ties by name. Freed
 * with free(); NULL when memory ran out. */
char *dove_decoder_values(const char *const *names, const uint32_t *codes, const double *weights, size_t count);

#endif
