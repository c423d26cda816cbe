/* The embedder: texts in, unit vectors out (SPEC 7). One struct of operations; the embedded implementation averages
 * static word vectors, one that asks an endpoint plugs in behind the same struct. */
#ifndef DOVE_EMBEDDER_H
#define DOVE_EMBEDDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"

/* What an embedding run saw. Counts add up over calls: start from {0}. */
typedef struct dove_embedding_report {
  uint64_t texts;
  uint64_t texts_failed; /* texts that got no vector */
  uint64_t texts_left;   /* texts that the ledger's mode kept from being sent (ledger.h) */
  uint64_t tokens;       /* words of the texts; 0 when the embedder does not count them */
  uint64_t tokens_known; /* those that the embedder knew, whole or in parts */
  char reason[256];      /* why the first of those that failed did, where the embedder says it; else "" */
} dove_embedding_report;

/* The operations of an embedder; use the dove_embedder_… functions below. */
typedef struct dove_embedder_operations {
  dove_status (*fit)(void *state, const char *const *texts, size_t count, const dove_progress *progress,
                     dove_error *error); /* NULL: nothing to fit */
  dove_status (*embed)(void *state, const char *const *texts, size_t count, float *vectors, bool *embedded,
                       dove_embedding_report *report, const dove_progress *progress, dove_error *error);
  dove_status (*parameters)(const void *state, void **blob, size_t *size, dove_error *error); /* NULL: none */
  bool (*fitted)(const void *state);                                                          /* NULL: always */
  uint32_t (*dimension)(const void *state); /* D once it is fitted; NULL: that of the struct */
  void (*close)(void *state);
} dove_embedder_operations;

typedef struct dove_embedder {
  const dove_embedder_operations *operations; /* NULL: closed */
  void *state;
  char name[64];      /* kept with the vectors: vectors of two names must never meet */
  uint32_t dimension; /* D; 0 for one behind an endpoint that is not yet fitted */
} dove_embedder;

/* How the embedded embedder makes sentences from words. */
typedef struct dove_static_options {
  double sif_weight;   /* a of the word weight a / (a + p(word)), greater than 0 */
  uint32_t components; /* common components to take out, at most DOVE_STATIC_COMPONENTS */
} dove_static_options;

enum { DOVE_STATIC_COMPONENTS = 20 };

/* Opens the embedded embedder: static word vectors, smooth-inverse-frequency weighted mean (Arora, Liang and Ma 2017),
 * common components removed, unit length. `vectors_path` NULL means the shipped English vectors, `options` NULL 0.001
 * and three components. `parameters` is what dove_embedder_parameters() gave for this project, NULL (size 0) before the
 * first fit; the options that they were fitted with then hold in place of `options`. DOVE_INPUT when they are damaged
 * or were fitted on other word vectors. Closed with dove_embedder_close(). */
dove_status dove_embedder_open_static(const char *vectors_path, const dove_static_options *options,
                                      const void *parameters, size_t size, dove_embedder *embedder, dove_error *error);

/* The options that such parameters were fitted with; false when they are another embedder's, or damaged. */
bool dove_embedder_static_options(const void *parameters, size_t size, dove_static_options *options);

/* True when embed may be called: common components were fitted or restored. */
bool dove_embedder_fitted(const dove_embedder *embedder);

/* Fits the embedder to a project's texts (UTF-8, terminated). For static vectors: the common components, but
 * at most one for each 20 different texts, so that a handful of texts is not left without content. Deterministic.
 * For one behind an endpoint: D is learnt.
 */
dove_status dove_embedder_fit(dove_embedder *embedder, const char *const *texts, size_t count,
                              const dove_progress *progress, dove_error *error);

/* The fitted parameters as an opaque, versioned blob to be stored with the project; *blob is freed with free(), NULL
 * (size 0) when the embedder has none. */
dove_status dove_embedder_parameters(const dove_embedder *embedder, void **blob, size_t *size, dove_error *error);

/* Embeds `count` texts: vectors is count×D row-major, every row written is finite and of unit length. embedded[i] tells
 * whether text i got one; a text without a single known word does not, nor does one that an endpoint cannot embed; its
 * row means nothing, and the caller names it. `report` may be NULL. DOVE_USAGE when the embedder is not fitted. In a
 * plan (ledger.h) one behind an endpoint only counts: it need not be fitted, and writes nothing to `vectors`. */
dove_status dove_embedder_embed(const dove_embedder *embedder, const char *const *texts, size_t count, float *vectors,
                                bool *embedded, dove_embedding_report *report, const dove_progress *progress,
                                dove_error *error);

void dove_embedder_close(dove_embedder *embedder);

#endif
