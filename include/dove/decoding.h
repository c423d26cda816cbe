/* What a decoder that reads or writes texts is given beside the codes: the documents' texts, topics and vectors. */
#ifndef DOVE_DECODING_H
#define DOVE_DECODING_H

#include "dove/error.h"
#include "dove/expression_set.h"
#include "dove/progress.h"
#include "dove/settings.h"
#include "dove/store.h"

/* Reads into the set what the setting `distortion` asks for; nothing for `centroid`. For `embedding` the documents'
 * texts are embedded with the project's embedder first where they have no vector yet, and the vectors kept. DOVE_INPUT,
 * naming the document, when it cannot be embedded. Stages: "embedding documents", "reading documents". */
dove_status dove_decoding_prepare(dove_store *store, const dove_settings *settings, dove_expression_set *set,
                                  const dove_progress *progress, dove_error *error);

#endif
