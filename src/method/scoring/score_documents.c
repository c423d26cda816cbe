#include <stdlib.h>

#include "dove/memory.h"
#include "dove/score.h"
#include "dove/store_coding.h"

/* The iteration that the codes of a score run are of. */
static dove_status find_iteration(dove_store *store, int64_t score_run, int64_t *iteration, dove_error *error) {
  dove_store_score_run_list list = {0};
  const dove_status status = dove_store_score_run_read(store, score_run, &list, error);
  *iteration = status == DOVE_OK ? list.rows[0].iteration : 0;
  dove_store_score_run_list_free(&list);
  return status;
}

/* The mass of a code on one side of a score. */
static dove_status find_mass(dove_store *store, int64_t score, int64_t code, bool human, double *mass,
                             dove_error *error) {
  enum { ALL_CODES = 1000000 };
  dove_store_score_code_list list = {0};
  const dove_status status = dove_store_score_codes(store, score, 0, ALL_CODES, &list, error);
  *mass = 0;
  for (size_t i = 0; status == DOVE_OK && i < list.count; i++) {
    if (list.rows[i].code == code) *mass = human ? list.rows[i].human : list.rows[i].model;
  }
  dove_store_score_code_list_free(&list);
  return status;
}

static dove_status read_side(dove_store *store, const dove_store_score *score, int64_t iteration, int64_t code,
                             bool human, size_t limit, dove_score_document **documents, size_t *count,
                             dove_error *error) {
  const dove_store_document_filter people = {.culture = score->culture, .side = DOVE_STORE_HUMAN};
  const dove_store_document_filter model = {.source = score->model, .role = score->role, .side = DOVE_STORE_MODEL};
  double mass = 0;
  dove_store_code_document_list list = {0};
  dove_status status = find_mass(store, score->id, code, human, &mass, error);
  if (status == DOVE_OK)
    status =
        dove_store_code_documents(store, iteration, code, human ? &people : &model, 0, (int64_t)limit, &list, error);
  if (status == DOVE_OK) {
    *documents = dove_alloc(list.count, sizeof **documents);
    if (*documents == NULL) status = dove_fail_memory(error, "reading the documents of a flow");
  }
  const double total = mass * (double)(human ? score->documents_human : score->documents_model);
  for (size_t i = 0; status == DOVE_OK && i < list.count; i++) {
    const double q = list.rows[i].q;
    (*documents)[(*count)++] = (dove_score_document){list.rows[i].document.id, q, total > 0 ? q / total : 0};
  }
  dove_store_code_document_list_free(&list);
  return status;
}

dove_status dove_score_flow_documents(dove_store *store, const dove_store_score *score, int64_t from, int64_t to,
                                      size_t limit, dove_score_documents *documents, dove_error *error) {
  *documents = (dove_score_documents){0};
  int64_t iteration = 0;
  dove_status status = find_iteration(store, score->score_run, &iteration, error);
  if (status == DOVE_OK)
    status = read_side(store, score, iteration, from, true, limit, &documents->human, &documents->human_count, error);
  if (status == DOVE_OK)
    status = read_side(store, score, iteration, to, false, limit, &documents->model, &documents->model_count, error);
  if (status != DOVE_OK) dove_score_documents_free(documents);
  return status;
}

void dove_score_documents_free(dove_score_documents *documents) {
  free(documents->human);
  free(documents->model);
  *documents = (dove_score_documents){0};
}
