#include "dove/coding.h"

#include <stdlib.h>
#include <string.h>

#include "dove/expression_set.h"
#include "dove/memory.h"
#include "dove/project_settings.h"
#include "dove/store_coding.h"
#include "dove/store_runs.h"
#include "dove/store_vectors.h"
#include "method/coding_writer.h"
#include "method/ids.h"

enum { BATCH = 2048 }; /* documents a transaction */

static const char doing[] = "coding documents";

void dove_coding_free(dove_coding *coding) {
  free(coding->document_ids);
  dove_sparse_free(&coding->q);
  *coding = (dove_coding){0};
}

/* The fixed codebook and the settings of its run. */
typedef struct fixed_codebook {
  dove_codebook codebook;
  dove_settings settings;
  int64_t iteration;
} fixed_codebook;

/* Vectors of another embedder cannot be compared with the centroids, even where the dimension is the same. */
static dove_status check_embedder(dove_store *store, const dove_store_run *run, dove_error *error) {
  dove_store_embedder active = {0}, built = {0};
  dove_status status = dove_store_embedder_active(store, &active, error);
  if (status == DOVE_OK && active.id != run->embedder) {
    const bool known = dove_store_embedder_get(store, run->embedder, &built, NULL) == DOVE_OK;
    status = dove_fail(error, DOVE_INPUT,
                       "the codebook of run %lld was built on the vectors of '%s', and the project now has those of "
                       "'%s'; build a codebook on these",
                       (long long)run->id, known ? built.name : "another embedder", active.name);
  }
  dove_store_embedder_free(&active);
  dove_store_embedder_free(&built);
  return status;
}

static dove_status open_fixed(dove_store *store, int64_t run, int64_t t, fixed_codebook *fixed, dove_error *error) {
  *fixed = (fixed_codebook){0};
  dove_store_iteration iteration = {0};
  dove_store_run_list list = {0};
  dove_status status = dove_store_run_read(store, run, &list, error);
  if (status == DOVE_OK) status = check_embedder(store, &list.rows[0], error);
  if (status == DOVE_OK) status = dove_settings_from_json(list.rows[0].settings, &fixed->settings, error);
  if (status == DOVE_OK) status = dove_store_iteration_read(store, run, t, &iteration, error);
  if (status == DOVE_OK) status = dove_codebook_load(store, run, t, &fixed->codebook, error);
  fixed->iteration = iteration.id;
  dove_store_run_list_free(&list);
  return status;
}

/* q(z|x) of a set, and the code of each expression. */
static dove_status code_set(const dove_codebook *codebook, const dove_expression_set *set, dove_assignment *assignment,
                            dove_sparse *q, const dove_progress *progress, dove_error *error) {
  dove_status status = dove_assign(dove_matrix_as_view(&set->vectors), dove_matrix_as_view(&codebook->centroids),
                                   codebook->sigma2, DOVE_CODING_THRESHOLD, assignment, progress, error);
  if (status == DOVE_OK) status = dove_sparse_group_means(&assignment->q, set->document, set->documents, q, error);
  return status;
}

static dove_status write_set(dove_store *store, const fixed_codebook *fixed, const dove_expression_set *set,
                             const dove_assignment *assignment, const dove_sparse *q, dove_error *error) {
  dove_coding_writer writer;
  dove_status status =
      dove_coding_writer_open(&writer, set, q, assignment->best, assignment->best_cosine, &fixed->settings, error);
  if (status != DOVE_OK) return status;
  status = dove_store_begin(store, error);
  if (status == DOVE_OK) {
    for (size_t i = 0; i < set->documents && status == DOVE_OK; i++)
      status = dove_coding_writer_write(&writer, store, fixed->iteration, i, error);
    if (status == DOVE_OK) {
      status = dove_store_commit(store, error);
    } else {
      dove_store_rollback(store);
    }
  }
  dove_coding_writer_close(&writer);
  return status;
}

static dove_status code_batch(dove_store *store, const fixed_codebook *fixed, const int64_t *documents, size_t count,
                              size_t *coded, const dove_progress *progress, dove_error *error) {
  const dove_expression_selection selection = {.documents = documents, .document_count = count};
  dove_expression_set set = {0};
  dove_assignment assignment = {0};
  dove_sparse q = {0};
  dove_status status = dove_expression_set_load(store, &selection, &set, progress, error);
  if (status == DOVE_OK && set.documents > 0) {
    status = code_set(&fixed->codebook, &set, &assignment, &q, progress, error);
    if (status == DOVE_OK) status = write_set(store, fixed, &set, &assignment, &q, error);
  }
  if (status == DOVE_OK) *coded += set.documents;
  dove_sparse_free(&q);
  dove_assignment_free(&assignment);
  dove_expression_set_free(&set);
  return status;
}

/* A rising copy without repetitions; NULL when all documents are meant. */
static dove_status rising_ids(const int64_t *documents, size_t *count, int64_t **ids, dove_error *error) {
  *ids = NULL;
  if (documents == NULL) return DOVE_OK;
  *ids = dove_alloc(*count, sizeof **ids);
  if (*ids == NULL) return dove_fail_memory(error, doing);
  if (*count == 0) return DOVE_OK;
  memcpy(*ids, documents, *count * sizeof **ids);
  dove_ids_sort(*ids, *count);
  size_t kept = 1;
  for (size_t i = 1; i < *count; i++) {
    if ((*ids)[i] != (*ids)[kept - 1]) (*ids)[kept++] = (*ids)[i];
  }
  *count = kept;
  return DOVE_OK;
}

static bool is_wanted(const int64_t *wanted, size_t count, int64_t id) {
  return wanted == NULL || dove_ids_contain(wanted, count, id);
}

/* Codes the wanted documents that have no coding yet. */
static dove_status code_missing(dove_store *store, const fixed_codebook *fixed, const int64_t *wanted, size_t count,
                                size_t *coded, const dove_progress *progress, dove_error *error) {
  int64_t ids[BATCH], after = 0;
  size_t found = BATCH;
  while (found == BATCH) {
    size_t kept = 0;
    dove_status status = dove_store_coding_missing(store, fixed->iteration, after, BATCH, ids, &found, error);
    if (status != DOVE_OK) return status;
    if (found > 0) after = ids[found - 1];
    for (size_t i = 0; i < found; i++) {
      if (is_wanted(wanted, count, ids[i])) ids[kept++] = ids[i];
    }
    if (kept == 0) continue;
    if (dove_progress_cancelled(progress)) return dove_fail(error, DOVE_CANCELLED, "stopped while %s", doing);
    status = code_batch(store, fixed, ids, kept, coded, progress, error);
    if (status != DOVE_OK) return status;
  }
  return DOVE_OK;
}

static dove_status make_coding(size_t documents, size_t entries, size_t codes, dove_coding *coding, dove_error *error) {
  coding->document_ids = dove_alloc(documents, sizeof *coding->document_ids);
  coding->q = (dove_sparse){.rows = documents,
                            .columns = codes,
                            .offset = dove_alloc(documents + 1, sizeof *coding->q.offset),
                            .column = dove_alloc(entries, sizeof *coding->q.column),
                            .value = dove_alloc(entries, sizeof *coding->q.value)};
  const bool made =
      coding->document_ids != NULL && coding->q.offset != NULL && coding->q.column != NULL && coding->q.value != NULL;
  return made ? DOVE_OK : dove_fail_memory(error, doing);
}

/* The wanted rows of what the store has. */
static dove_status take_stored(const dove_store_coding *stored, size_t codes, const int64_t *wanted, size_t count,
                               dove_coding *coding, dove_error *error) {
  const size_t documents = stored->documents_count;
  const size_t entries = documents > 0 ? stored->offsets[documents] : 0;
  const dove_status status = make_coding(documents, entries, codes, coding, error);
  if (status != DOVE_OK) return status;
  size_t at = 0;
  coding->q.offset[0] = 0;
  for (size_t i = 0; i < documents; i++) {
    if (!is_wanted(wanted, count, stored->documents[i])) continue;
    for (size_t j = stored->offsets[i]; j < stored->offsets[i + 1]; j++) {
      coding->q.column[at] = stored->ordinals[j];
      coding->q.value[at++] = (double)stored->q[j];
    }
    coding->document_ids[coding->documents++] = stored->documents[i];
    coding->q.offset[coding->documents] = at;
  }
  coding->q.rows = coding->documents;
  return DOVE_OK;
}

static dove_status read_coding(dove_store *store, const fixed_codebook *fixed, const int64_t *wanted, size_t count,
                               dove_coding *coding, dove_error *error) {
  dove_store_coding stored = {0};
  int64_t asked = (int64_t)count;
  dove_status status = dove_store_coding_read(store, fixed->iteration, NULL, &stored, error);
  if (status == DOVE_OK) status = take_stored(&stored, fixed->codebook.count, wanted, count, coding, error);
  if (status == DOVE_OK && wanted == NULL) status = dove_store_document_count(store, NULL, &asked, error);
  if (status == DOVE_OK) coding->uncoded = (size_t)asked - coding->documents;
  dove_store_coding_free(&stored);
  return status;
}

dove_status dove_code_documents(dove_store *store, int64_t run, int64_t t, const int64_t *documents, size_t count,
                                dove_coding *coding, const dove_progress *progress, dove_error *error) {
  *coding = (dove_coding){0};
  fixed_codebook fixed = {0};
  int64_t *wanted = NULL;
  dove_status status = rising_ids(documents, &count, &wanted, error);
  if (status == DOVE_OK) status = open_fixed(store, run, t, &fixed, error);
  if (status == DOVE_OK && !dove_store_is_read_only(store))
    status = code_missing(store, &fixed, wanted, count, &coding->coded_now, progress, error);
  if (status == DOVE_OK) status = read_coding(store, &fixed, wanted, count, coding, error);
  free(wanted);
  dove_codebook_free(&fixed.codebook);
  if (status != DOVE_OK) dove_coding_free(coding);
  return status;
}
