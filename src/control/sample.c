#include "dove/sample.h"

#include <stdlib.h>
#include <unistd.h>

#include "dove/job.h"
#include "dove/paths.h"
#include "dove/store.h"
#include "dove/store_project.h"
#include "dove/store_runs.h"
#include "dove/store_scores.h"

static dove_status run(dove_store *store, const dove_job_request *request, const dove_progress *progress,
                       dove_error *error) {
  dove_job_result result;
  const dove_status status = dove_job_run(store, request, &result, progress, error);
  dove_job_result_free(&result);
  return status;
}

static dove_status import_texts(dove_store *store, const dove_progress *progress, dove_error *error) {
  static const char *const names[] = {
      "sample-data/documents/kr.jsonl",      "sample-data/documents/jp.jsonl",
      "sample-data/documents/cn.jsonl",      "sample-data/documents/us.jsonl",
      "sample-data/documents/aster.jsonl",   "sample-data/documents/birch.jsonl",
      "sample-data/documents/cedar.jsonl",   "sample-data/documents/cedar-roles.jsonl",
      "sample-data/expressions/kr.jsonl",    "sample-data/expressions/jp.jsonl",
      "sample-data/expressions/cn.jsonl",    "sample-data/expressions/us.jsonl",
      "sample-data/expressions/aster.jsonl", "sample-data/expressions/birch.jsonl",
      "sample-data/expressions/cedar.jsonl", "sample-data/expressions/cedar-roles.jsonl",
  };
  enum { COUNT = sizeof names / sizeof names[0] };
  char *paths[COUNT] = {0};
  const char *borrowed[COUNT] = {0};
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < COUNT && status == DOVE_OK; i++) {
    paths[i] = dove_path_share(names[i], error);
    borrowed[i] = paths[i];
    if (paths[i] == NULL) status = DOVE_IO;
  }
  if (status == DOVE_OK) {
    dove_job_request request = dove_job_request_of(DOVE_JOB_IMPORT);
    request.import.paths = borrowed;
    request.import.path_count = COUNT;
    status = run(store, &request, progress, error);
  }
  for (size_t i = 0; i < COUNT; i++) free(paths[i]);
  return status;
}

/* Whether the newest codebook run, and a score run, came to their end. */
static dove_status read_finished(dove_store *store, bool *built, bool *scored, dove_error *error) {
  dove_store_run_list runs = {0};
  dove_store_score_run_list scores = {0};
  dove_status status = dove_store_run_list_read(store, 0, 1, &runs, error);
  if (status == DOVE_OK) status = dove_store_score_run_page(store, 0, 1, &scores, error);
  *built = status == DOVE_OK && runs.count == 1 && runs.rows[0].status == DOVE_STORE_FINISHED;
  *scored = status == DOVE_OK && scores.count == 1 && scores.rows[0].status == DOVE_STORE_FINISHED;
  dove_store_run_list_free(&runs);
  dove_store_score_run_list_free(&scores);
  return status;
}

static dove_status finish(dove_store *store, bool *made, const dove_progress *progress, dove_error *error) {
  dove_store_counts counts;
  bool built = false, scored = false;
  dove_status status = dove_store_counts_read(store, &counts, error);
  if (status == DOVE_OK) status = read_finished(store, &built, &scored, error);
  const bool needed[] = {counts.documents == 0, !built, !built, !scored};
  static const dove_job_kind steps[] = {DOVE_JOB_IMPORT, DOVE_JOB_EMBED, DOVE_JOB_BUILD, DOVE_JOB_SCORE};
  *made = false;
  for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == DOVE_OK; i++) {
    if (!needed[i]) continue;
    *made = true;
    const dove_job_request request = dove_job_request_of(steps[i]);
    status = steps[i] == DOVE_JOB_IMPORT ? import_texts(store, progress, error) : run(store, &request, progress, error);
  }
  return status;
}

dove_status dove_sample_make(const char *path, bool *made, const dove_progress *progress, dove_error *error) {
  dove_store *store = NULL;
  const bool there = access(path, F_OK) == 0;
  dove_status status = there ? dove_store_open(path, &store, error) : dove_store_create(path, &store, error);
  if (status == DOVE_OK) status = finish(store, made, progress, error);
  dove_store_close(store);
  return status;
}
