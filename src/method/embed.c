#include "dove/embed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/endpoint_embedder.h"
#include "dove/ledger.h"
#include "dove/matrix.h"
#include "dove/memory.h"
#include "dove/paths.h"
#include "dove/roles.h"
#include "dove/store_expressions.h"
#include "dove/store_project.h"
#include "dove/store_requests.h"
#include "dove/store_vectors.h"
#include "method/cut_text.h"

enum { BATCH = 2048, PAGE = 4096 };

static const char doing[] = "embedding value expressions";

/* The project's embedder; `none` when there is none, or one that has no vector (nothing then binds the project). */
typedef struct stored_embedder {
  dove_store_embedder row;
  bool none;
  int64_t vectors;
} stored_embedder;

static dove_status read_stored(dove_store *store, stored_embedder *stored, dove_error *error) {
  *stored = (stored_embedder){0};
  dove_status status = dove_store_embedder_active(store, &stored->row, error);
  if (status == DOVE_NOT_FOUND) {
    stored->none = true;
    return DOVE_OK;
  }
  if (status == DOVE_OK)
    status = dove_store_vectors_count(store, stored->row.id, DOVE_STORE_EXPRESSION_VECTOR, &stored->vectors, error);
  stored->none = stored->vectors == 0;
  return status;
}

/* A bare name is one of the program's own files. */
static dove_status find_vectors(const dove_settings *settings, char **path, dove_error *error) {
  if (strchr(settings->vectors, '/') != NULL) {
    *path = dove_strdup(settings->vectors);
    return *path != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  }
  char name[sizeof settings->vectors + 16];
  snprintf(name, sizeof name, "assets/vectors/%s", settings->vectors);
  *path = dove_path_share(name, error);
  return *path != NULL ? DOVE_OK : DOVE_IO;
}

static dove_status refuse_other(const stored_embedder *stored, const char *name, dove_error *error) {
  return dove_fail(
      error, DOVE_INPUT,
      "the project has %lld vectors of the embedder '%s', and its settings ask for '%s': vectors of two embedders "
      "must not meet. Embed everything again ('dove embed PROJECT --again' on the command line), or go on with '%s'",
      (long long)stored->vectors, stored->row.name, name, stored->row.name);
}

static dove_static_options options_of(const dove_settings *settings) {
  return (dove_static_options){.sif_weight = settings->sif_weight, .components = (uint32_t)settings->common_components};
}

/* The vectors that are there were made with other settings: new ones could not stand beside them. */
static dove_status refuse_changed(const dove_settings *settings, const stored_embedder *stored, dove_error *error) {
  const dove_static_options asked = options_of(settings);
  dove_static_options used;
  if (!dove_embedder_static_options(stored->row.fitted, stored->row.fitted_size, &used)) return DOVE_OK;
  const bool same_weight = !(used.sif_weight < asked.sif_weight || used.sif_weight > asked.sif_weight);
  if (same_weight && used.components == asked.components) return DOVE_OK;
  return dove_fail(
      error, DOVE_INPUT,
      "the project's %lld vectors were made with sif_weight %g and common_components %u, and its settings "
      "say %g and %u. Embed everything again ('dove embed PROJECT --again' on the command line), or set them back",
      (long long)stored->vectors, used.sif_weight, used.components, asked.sif_weight, asked.components);
}

/* The embedder behind the endpoint that the settings name. */
static dove_status open_endpoint(dove_store *store, const dove_settings *settings, const stored_embedder *stored,
                                 bool fresh, dove_embedder *embedder, dove_error *error) {
  dove_endpoint_embedder_options options = {.cache = dove_store_request_cache(store),
                                            .dimensions = (uint32_t)settings->embedder_dimensions,
                                            .expected = fresh ? 0 : (uint32_t)stored->row.dimension,
                                            .batch = (size_t)settings->embedder_batch,
                                            .as_list = settings->embedder_encoding == DOVE_ENCODING_FLOAT};
  char name[sizeof embedder->name];
  dove_status status = dove_role_endpoint(settings, DOVE_ROLE_EMBEDDER, NULL, &options.endpoint, error);
  if (status == DOVE_OK) status = dove_endpoint_embedder_name(options.endpoint.model, options.dimensions, name, error);
  if (status == DOVE_OK && !fresh && strcmp(stored->row.name, name) != 0) status = refuse_other(stored, name, error);
  return status == DOVE_OK ? dove_embedder_open_endpoint(&options, embedder, error) : status;
}

static dove_status open_static(const dove_settings *settings, const stored_embedder *stored, bool fresh,
                               dove_embedder *embedder, dove_error *error) {
  const dove_static_options made = options_of(settings);
  char *path = NULL;
  dove_status status = fresh ? DOVE_OK : refuse_changed(settings, stored, error);
  if (status == DOVE_OK) status = find_vectors(settings, &path, error);
  if (status != DOVE_OK) return status;
  status = dove_embedder_open_static(path, &made, NULL, 0, embedder, error);
  if (status == DOVE_OK && !fresh) {
    const bool same = strcmp(stored->row.name, embedder->name) == 0;
    if (!same) status = refuse_other(stored, embedder->name, error);
    dove_embedder_close(embedder);
    if (same)
      status = dove_embedder_open_static(path, NULL, stored->row.fitted, stored->row.fitted_size, embedder, error);
  }
  free(path);
  return status;
}

static dove_status open_as_stored(dove_store *store, const dove_settings *settings, const stored_embedder *stored,
                                  bool again, dove_embedder *embedder, dove_error *error) {
  const bool fresh = again || stored->none;
  return dove_role_is_set(settings, DOVE_ROLE_EMBEDDER) ? open_endpoint(store, settings, stored, fresh, embedder, error)
                                                        : open_static(settings, stored, fresh, embedder, error);
}

dove_status dove_project_embedder(dove_store *store, const dove_settings *settings, bool again, dove_embedder *embedder,
                                  dove_error *error) {
  stored_embedder stored;
  dove_status status = read_stored(store, &stored, error);
  if (status == DOVE_OK) status = open_as_stored(store, settings, &stored, again, embedder, error);
  dove_store_embedder_free(&stored.row);
  return status;
}

/* The descriptions of all expressions, to be fitted to. */
typedef struct descriptions {
  dove_buffer buffer;
  size_t *places;
  const char **texts;
  size_t count, capacity;
} descriptions;

static void descriptions_free(descriptions *d) {
  dove_buffer_free(&d->buffer);
  free(d->places);
  free(d->texts);
}

static dove_status read_descriptions(dove_store *store, descriptions *d, dove_error *error) {
  int64_t after = 0;
  for (size_t got = 1; got > 0;) {
    dove_store_expression_list list = {0};
    dove_status status = dove_store_expression_page(store, NULL, after, PAGE, &list, error);
    got = list.count;
    if (status == DOVE_OK && !dove_grow((void **)&d->places, &d->capacity, d->count + got, sizeof *d->places))
      status = dove_fail_memory(error, doing);
    for (size_t i = 0; i < got && status == DOVE_OK; i++) {
      after = list.rows[i].id;
      d->places[d->count++] = d->buffer.length;
      dove_buffer_add(&d->buffer, list.rows[i].description, strlen(list.rows[i].description) + 1);
    }
    dove_store_expression_list_free(&list);
    if (status != DOVE_OK) return status;
  }
  d->texts = dove_alloc(d->count, sizeof *d->texts);
  if (d->texts == NULL || d->buffer.failed) return dove_fail_memory(error, doing);
  for (size_t i = 0; i < d->count; i++) d->texts[i] = dove_buffer_text(&d->buffer) + d->places[i];
  return DOVE_OK;
}

static dove_status fit(dove_store *store, dove_embedder *embedder, const dove_progress *progress, dove_error *error) {
  descriptions d = {0};
  dove_progress_report(progress, "fitting", 0, 1);
  dove_status status = read_descriptions(store, &d, error);
  if (status == DOVE_OK) status = dove_embedder_fit(embedder, d.texts, d.count, progress, error);
  descriptions_free(&d);
  return status;
}

/* Replaces what the project had: an embedder that is fitted, without vectors yet. */
static dove_status store_embedder(dove_store *store, const stored_embedder *stored, const dove_embedder *embedder,
                                  int64_t *id, dove_error *error) {
  void *blob = NULL;
  size_t size = 0;
  dove_status status = dove_embedder_parameters(embedder, &blob, &size, error);
  if (status == DOVE_OK) status = dove_store_begin(store, error);
  if (status == DOVE_OK) {
    status = dove_store_embedder_add(store, embedder->name, (int)embedder->dimension, blob, size, id, error);
    if (status == DOVE_OK && stored->row.id != 0) status = dove_store_embedder_drop(store, stored->row.id, error);
    if (status == DOVE_OK) {
      status = dove_store_commit(store, error);
    } else {
      dove_store_rollback(store);
    }
  }
  free(blob);
  return status;
}

/* One batch: texts, vectors, and which rows got one. */
typedef struct embedding_batch {
  int64_t ids[BATCH];
  const char *texts[BATCH];
  bool embedded[BATCH];
  size_t count;
  dove_matrix vectors; /* BATCH × D */
} embedding_batch;

/* Closes up the rows that got a vector, and notes the others. Returns how many there are. */
static size_t keep_embedded(embedding_batch *batch, bool left, dove_embed_report *report) {
  const size_t columns = batch->vectors.columns;
  size_t kept = 0;
  for (size_t i = 0; i < batch->count; i++) {
    if (batch->embedded[i]) {
      batch->ids[kept] = batch->ids[i];
      memmove(batch->vectors.data + kept++ * columns, batch->vectors.data + i * columns,
              columns * sizeof *batch->vectors.data);
      continue;
    }
    if (left) continue;
    if (report->failed < DOVE_EMBED_NAMED) {
      dove_unembedded *named = &report->named[report->failed];
      named->id = batch->ids[i];
      dove_copy_cut(named->text, sizeof named->text, batch->texts[i]);
    }
    report->failed++;
  }
  return kept;
}

static dove_status embed_batch(dove_store *store, int64_t id, const dove_embedder *embedder, embedding_batch *batch,
                               dove_embedding_report *words, dove_embed_report *report, const dove_progress *progress,
                               dove_error *error) {
  dove_store_expression_list list = {0};
  dove_status status = dove_store_expression_rows(store, batch->ids, batch->count, &list, error);
  if (status == DOVE_OK) {
    for (size_t i = 0; i < batch->count; i++) batch->texts[i] = list.rows[i].description;
    status = dove_embedder_embed(embedder, batch->texts, batch->count, batch->vectors.data, batch->embedded, words,
                                 progress, error);
  }
  if (status == DOVE_OK && !dove_ledger_plans(progress)) {
    const size_t kept = keep_embedded(batch, words->texts_left > 0, report);
    status =
        dove_store_vectors_write(store, id, DOVE_STORE_EXPRESSION_VECTOR, batch->ids, kept, batch->vectors.data, error);
    if (status == DOVE_OK) report->embedded += kept;
  }
  dove_store_expression_list_free(&list);
  return status;
}

/* The first of these numbers, rising, up to a multiple of BATCH. Which texts are asked for together must not depend on
 * those before that could not be embedded and are missing once more: the requests would all be others. */
static size_t count_in_block(const int64_t *ids, size_t count) {
  while (count > 0 && (ids[count - 1] - 1) / BATCH > (ids[0] - 1) / BATCH) count--;
  return count;
}

/* What an endpoint could not embed was asked for, and it is not the words' fault. */
static dove_status refuse_unembedded(const dove_embed_report *report, const char *reason, dove_error *error) {
  return dove_fail(error, DOVE_NETWORK,
                   "%zu of %zu expressions got no vector, number %lld ('%.80s') for instance: %s. The others are done; "
                   "embedding again asks for those alone",
                   report->failed, report->expressions, (long long)report->named[0].id, report->named[0].text, reason);
}

static dove_status embed_missing(dove_store *store, int64_t id, const dove_embedder *embedder,
                                 dove_embed_report *report, const dove_progress *progress, dove_error *error) {
  const dove_progress stop = dove_progress_quiet(progress);
  embedding_batch *batch = dove_alloc_zero(1, sizeof *batch);
  dove_embedding_report words = {0};
  int64_t after = 0;
  if (batch == NULL) return dove_fail_memory(error, doing);
  dove_status status = dove_matrix_create(&batch->vectors, BATCH, embedder->dimension, error);
  while (status == DOVE_OK) {
    status = dove_store_vectors_missing(store, id, DOVE_STORE_EXPRESSION_VECTOR, after, BATCH, batch->ids,
                                        &batch->count, error);
    if (status != DOVE_OK || batch->count == 0) break;
    batch->count = count_in_block(batch->ids, batch->count);
    after = batch->ids[batch->count - 1];
    if (dove_progress_cancelled(progress)) {
      status = dove_fail(error, DOVE_CANCELLED, "stopped while %s", doing);
      break;
    }
    dove_progress_report(progress, "embedding", (double)(report->embedded + report->failed),
                         (double)report->expressions);
    status = embed_batch(store, id, embedder, batch, &words, report, &stop, error);
  }
  report->known_words = words.tokens > 0 ? (double)words.tokens_known / (double)words.tokens : (double)NAN;
  dove_matrix_free(&batch->vectors);
  free(batch);
  return status == DOVE_OK && words.reason[0] != '\0' ? refuse_unembedded(report, words.reason, error) : status;
}

/* Whether the settings ask for vectors of another kind than those that are there. */
static dove_status refuse_change(const dove_settings *settings, const stored_embedder *stored, dove_error *error) {
  if (!dove_role_is_set(settings, DOVE_ROLE_EMBEDDER)) return refuse_changed(settings, stored, error);
  dove_endpoint_options options;
  char name[sizeof((dove_embedder *)NULL)->name];
  dove_status status = dove_role_endpoint(settings, DOVE_ROLE_EMBEDDER, NULL, &options, error);
  if (status == DOVE_OK)
    status = dove_endpoint_embedder_name(options.model, (uint32_t)settings->embedder_dimensions, name, error);
  return status == DOVE_OK && strcmp(stored->row.name, name) != 0 ? refuse_other(stored, name, error) : status;
}

/* How many expressions the call is about. */
static dove_status count_expressions(dove_store *store, const stored_embedder *stored, bool again, size_t *count,
                                     dove_error *error) {
  int64_t all = 0;
  const dove_status status = dove_store_expression_count(store, NULL, &all, error);
  *count = (size_t)(again || stored->none ? all : all - stored->vectors);
  return status;
}

/* Counts what an embedder behind an endpoint would be asked. No embedder has the id 0, so that all is missing to it. */
static dove_status plan(dove_store *store, int64_t id, const dove_embedder *embedder, const dove_progress *progress,
                        dove_error *error) {
  dove_embed_report ignored = {0};
  return dove_ledger_plans(progress) ? embed_missing(store, id, embedder, &ignored, progress, error) : DOVE_OK;
}

static dove_status embed_with(dove_store *store, const stored_embedder *stored, const dove_embed_options *options,
                              dove_embedder *embedder, dove_embed_report *report, const dove_progress *progress,
                              dove_error *error) {
  const bool fresh = options->again || stored->none;
  int64_t id = stored->row.id;
  snprintf(report->embedder, sizeof report->embedder, "%s", embedder->name);
  report->dimension = embedder->dimension;
  if (report->expressions == 0) return DOVE_OK;
  if (options->dry_run) return plan(store, fresh ? 0 : id, embedder, progress, error);
  dove_status status = fresh ? fit(store, embedder, progress, error) : DOVE_OK;
  if (status == DOVE_OK && fresh) status = store_embedder(store, stored, embedder, &id, error);
  return status == DOVE_OK ? embed_missing(store, id, embedder, report, progress, error) : status;
}

dove_status dove_embed(dove_store *store, const dove_settings *settings, const dove_embed_options *options,
                       dove_embed_report *report, const dove_progress *progress, dove_error *error) {
  *report = (dove_embed_report){.known_words = (double)NAN};
  stored_embedder stored;
  dove_embedder embedder = {0};
  dove_status status = read_stored(store, &stored, error);
  if (status == DOVE_OK) status = count_expressions(store, &stored, options->again, &report->expressions, error);
  if (status == DOVE_OK && !stored.none && !options->again && report->expressions == 0) {
    /* Nothing to do, whoever made the vectors; but somebody who changed the settings waits for something to happen. */
    status = refuse_change(settings, &stored, error);
    snprintf(report->embedder, sizeof report->embedder, "%s", stored.row.name);
    report->dimension = (uint32_t)stored.row.dimension;
  } else if (status == DOVE_OK) {
    status = open_as_stored(store, settings, &stored, options->again, &embedder, error);
  }
  if (status == DOVE_OK && embedder.operations != NULL) {
    status = embed_with(store, &stored, options, &embedder, report, progress, error);
    dove_embedder_close(&embedder);
  }
  dove_store_embedder_free(&stored.row);
  return status;
}
