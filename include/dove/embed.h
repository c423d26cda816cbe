/* From value expressions to vectors (SPEC 1, 7). A project has one embedder; what it was fitted to is kept with it, so
 * that expressions that come later are embedded alike. */
#ifndef DOVE_EMBED_H
#define DOVE_EMBED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/embedder.h"
#include "dove/error.h"
#include "dove/progress.h"
#include "dove/settings.h"
#include "dove/store.h"

typedef struct dove_embed_options {
  bool again;   /* all expressions anew, also by another embedder; the project's codebooks do not code new vectors of
                   another dimension, and a run built on the old ones cannot be resumed */
  bool dry_run; /* only count */
} dove_embed_options;

enum { DOVE_EMBED_NAMED = 8 };

/* An expression that got no vector. */
typedef struct dove_unembedded {
  int64_t id;
  char text[160]; /* its beginning */
} dove_unembedded;

typedef struct dove_embed_report {
  size_t expressions; /* without a vector at the start */
  size_t embedded;
  size_t failed; /* no vector: without any known word, or refused by an endpoint; left out of what follows */
  dove_unembedded named[DOVE_EMBED_NAMED]; /* the first of those */
  double known_words;                      /* share of the words that the embedder knew; NaN when it does not count */
  char embedder[64];
  uint32_t dimension;
} dove_embed_report;

/* Opens the embedder of the project as its settings say, with the parameters that are stored. DOVE_INPUT when the
 * project's vectors are another embedder's: it names both. */
dove_status dove_project_embedder(dove_store *store, const dove_settings *settings, bool again, dove_embedder *embedder,
                                  dove_error *error);

/* Embeds all expressions that have no vector; each batch is committed before the next. The first call fits the embedder
 * to all expressions of the project and stores the fit. DOVE_NETWORK when an endpoint gave some no vector, after the
 * others are done: it names one, with the reason. Stages: "fitting", "embedding". */
dove_status dove_embed(dove_store *store, const dove_settings *settings, const dove_embed_options *options,
                       dove_embed_report *report, const dove_progress *progress, dove_error *error);

/* Takes vectors from outside for `count` expressions (count × dimension, in the order of `ids`), under the name of
 * their embedder; makes them unit length. DOVE_INPUT, naming the expression, for a wrong dimension, NaN, infinity, a
 * zero vector, or when the project has vectors of another embedder; nothing is then stored. */
dove_status dove_embed_import(dove_store *store, const char *embedder, uint32_t dimension, const int64_t *ids,
                              const float *vectors, size_t count, dove_error *error);

#endif
