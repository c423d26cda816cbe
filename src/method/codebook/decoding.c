#include "dove/decoding.h"

#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/embed.h"
#include "dove/ledger.h"
#include "dove/memory.h"
#include "dove/store_documents.h"
#include "dove/store_vectors.h"
#include "method/ids.h"

enum { PAGE = 256, BATCH = 512 };

static const char doing[] = "reading documents for the decoder";

/* ---- Texts and topics ---- */

/* Where the strings of a document begin in the buffer, which moves while it grows. */
typedef struct string_places {
  size_t topic, text;
  bool found;
} string_places;

static size_t put(dove_buffer *buffer, const char *text) {
  const size_t place = buffer->length;
  dove_buffer_add(buffer, text, strlen(text) + 1);
  return place;
}

static dove_status read_page(dove_store *store, const dove_expression_set *set, int64_t *after, string_places *places,
                             dove_buffer *buffer, size_t *count, dove_error *error) {
  dove_store_document_batch batch = {0};
  const dove_status status = dove_store_document_batch_read(store, NULL, false, *after, PAGE, &batch, error);
  *count = batch.count;
  for (size_t i = 0; i < batch.count; i++) {
    const dove_store_document_batch_row *row = &batch.rows[i];
    const size_t place = dove_ids_place(set->document_ids, set->documents, row->document.id);
    *after = row->document.id;
    if (place == set->documents) continue;
    places[place] = (string_places){.found = true};
    places[place].topic = put(buffer, row->document.topic);
    places[place].text = put(buffer, row->text);
  }
  dove_store_document_batch_free(&batch);
  return status;
}

static dove_status read_places(dove_store *store, const dove_expression_set *set, string_places *places,
                               dove_buffer *buffer, const dove_progress *progress, dove_error *error) {
  dove_status status = DOVE_OK;
  int64_t after = set->documents > 0 ? set->document_ids[0] - 1 : 0;
  size_t read = 0;
  for (size_t count = PAGE; count == PAGE && status == DOVE_OK; read += count) {
    if (dove_progress_cancelled(progress)) return dove_fail(error, DOVE_CANCELLED, "stopped while %s", doing);
    dove_progress_report(progress, "reading documents", (double)read, (double)set->documents);
    status = read_page(store, set, &after, places, buffer, &count, error);
  }
  for (size_t i = 0; i < set->documents && status == DOVE_OK; i++) {
    if (!places[i].found)
      status = dove_fail(error, DOVE_FAILED, "a document was removed while the documents were read; try again");
  }
  return status;
}

static dove_status read_strings(dove_store *store, dove_expression_set *set, const dove_progress *progress,
                                dove_error *error) {
  dove_buffer buffer = {0};
  string_places *places = dove_alloc_zero(set->documents, sizeof *places);
  set->document_topics = dove_alloc(set->documents, sizeof *set->document_topics);
  set->document_texts = dove_alloc(set->documents, sizeof *set->document_texts);
  const bool made = places != NULL && set->document_topics != NULL && set->document_texts != NULL;
  dove_status status = made ? read_places(store, set, places, &buffer, progress, error) : DOVE_MEMORY;
  if (!made || buffer.failed) status = dove_fail_memory(error, doing);
  if (status == DOVE_OK) {
    set->document_strings = dove_buffer_take(&buffer);
    for (size_t i = 0; i < set->documents; i++) {
      set->document_topics[i] = set->document_strings + places[i].topic;
      set->document_texts[i] = set->document_strings + places[i].text;
    }
  }
  dove_buffer_free(&buffer);
  free(places);
  return status;
}

/* ---- Vectors of the texts ---- */

/* The set's documents without a vector, rising; *missing has room for all. */
static dove_status find_missing(dove_store *store, int64_t embedder, const dove_expression_set *set, size_t *missing,
                                size_t *count, dove_error *error) {
  int64_t ids[BATCH], after = 0;
  size_t got = BATCH;
  *count = 0;
  while (got == BATCH) {
    const dove_status status =
        dove_store_vectors_missing(store, embedder, DOVE_STORE_DOCUMENT_VECTOR, after, BATCH, ids, &got, error);
    if (status != DOVE_OK) return status;
    for (size_t i = 0; i < got; i++) {
      const size_t place = dove_ids_place(set->document_ids, set->documents, ids[i]);
      if (place < set->documents) missing[(*count)++] = place;
    }
    if (got > 0) after = ids[got - 1];
  }
  return DOVE_OK;
}

static dove_status refuse(dove_store *store, const dove_embedder *embedder, int64_t document, const char *reason,
                          dove_error *error) {
  dove_store_document_list list = {0};
  dove_status status = dove_store_document_rows(store, &document, 1, &list, error);
  if (status != DOVE_OK) return status;
  status =
      dove_fail(error, DOVE_INPUT,
                "the embedder '%s' has no vector for the document '%s': %s. The distortion 'embedding' needs one "
                "that reads every document; else set 'distortion' to centroid",
                embedder->name, list.rows[0].external_id, reason[0] != '\0' ? reason : "it knows none of its words");
  dove_store_document_list_free(&list);
  return status;
}

/* One batch of texts; each is on the disk before the next. */
static dove_status embed_batch(dove_store *store, int64_t id, const dove_embedder *embedder,
                               const dove_expression_set *set, const size_t *places, size_t count, float *vectors,
                               const dove_progress *progress, dove_error *error) {
  const char *texts[BATCH];
  int64_t ids[BATCH];
  bool embedded[BATCH];
  dove_embedding_report report = {0};
  size_t kept = 0, refused = count;
  for (size_t i = 0; i < count; i++) texts[i] = set->document_texts[places[i]];
  dove_status status = dove_embedder_embed(embedder, texts, count, vectors, embedded, &report, progress, error);
  if (status != DOVE_OK || dove_ledger_plans(progress)) return status;
  if (report.texts_left > 0) return dove_fail(error, DOVE_NETWORK, "the vectors of some documents are missing");
  for (size_t i = 0; i < count; i++) {
    if (!embedded[i]) {
      if (refused == count) refused = i;
      continue;
    }
    memmove(vectors + kept * embedder->dimension, vectors + i * embedder->dimension,
            embedder->dimension * sizeof *vectors);
    ids[kept++] = set->document_ids[places[i]];
  }
  status = dove_store_vectors_write(store, id, DOVE_STORE_DOCUMENT_VECTOR, ids, kept, vectors, error);
  if (status == DOVE_OK && refused < count)
    status = refuse(store, embedder, set->document_ids[places[refused]], report.reason, error);
  return status;
}

static dove_status embed_missing(dove_store *store, int64_t id, const dove_embedder *embedder,
                                 const dove_expression_set *set, const dove_progress *progress, dove_error *error) {
  const dove_progress stop = dove_progress_quiet(progress);
  size_t *missing = dove_alloc(set->documents, sizeof *missing);
  float *vectors = dove_alloc((size_t)BATCH * embedder->dimension, sizeof *vectors);
  size_t count = 0;
  dove_status status = missing != NULL && vectors != NULL ? find_missing(store, id, set, missing, &count, error)
                                                          : dove_fail_memory(error, doing);
  for (size_t at = 0; at < count && status == DOVE_OK; at += BATCH) {
    const size_t some = count - at < BATCH ? count - at : BATCH;
    dove_progress_report(progress, "embedding documents", (double)at, (double)count);
    status = embed_batch(store, id, embedder, set, missing + at, some, vectors, &stop, error);
  }
  free(missing);
  free(vectors);
  return status;
}

static dove_status read_vectors(dove_store *store, const dove_settings *settings, dove_expression_set *set,
                                const dove_progress *progress, dove_error *error) {
  dove_store_embedder stored = {0};
  dove_embedder embedder = {0};
  dove_status status = dove_store_embedder_active(store, &stored, error);
  if (status == DOVE_OK) status = dove_project_embedder(store, settings, false, &embedder, error);
  if (status == DOVE_OK) {
    status = embed_missing(store, stored.id, &embedder, set, progress, error);
    dove_embedder_close(&embedder);
  }
  if (status == DOVE_OK)
    status = dove_matrix_create(&set->text_vectors, set->documents, (size_t)stored.dimension, error);
  /* A plan measures nothing by the vectors that are not there. */
  if (status == DOVE_OK && dove_ledger_plans(progress)) {
    memset(set->text_vectors.data, 0, set->documents * (size_t)stored.dimension * sizeof *set->text_vectors.data);
  } else if (status == DOVE_OK) {
    status = dove_store_vectors_read(store, stored.id, DOVE_STORE_DOCUMENT_VECTOR, set->document_ids, set->documents,
                                     set->text_vectors.data, error);
  }
  dove_store_embedder_free(&stored);
  return status;
}

dove_status dove_decoding_prepare(dove_store *store, const dove_settings *settings, dove_expression_set *set,
                                  const dove_progress *progress, dove_error *error) {
  if (settings->distortion == DOVE_DISTORTION_CENTROID || set->document_strings != NULL) return DOVE_OK;
  dove_status status = read_strings(store, set, progress, error);
  if (status == DOVE_OK && settings->distortion == DOVE_DISTORTION_EMBEDDING)
    status = read_vectors(store, settings, set, progress, error);
  return status;
}
