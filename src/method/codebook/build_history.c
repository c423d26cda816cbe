#include "method/codebook/build_history.h"

#include <math.h>

#include "dove/memory.h"
#include "dove/store_codes.h"
#include "dove/store_runs.h"

static const char doing[] = "building a codebook";

double *dove_build_history_none(size_t codes) {
  double *previous = dove_alloc(codes, sizeof *previous);
  for (size_t k = 0; previous != NULL && k < codes; k++) previous[k] = (double)NAN;
  return previous;
}

/* The distortion of code `id` in the usage of an iteration; NaN when it was not there. */
static double distortion_of(const dove_store_codebook *stored, int64_t id) {
  for (size_t k = 0; k < stored->codes; k++) {
    if (stored->ids[k] == id) return stored->usage[k].d;
  }
  return (double)NAN;
}

/* The code that `id` is another name for; itself otherwise. */
static int64_t named_before(const dove_store_lineage *lineage, int64_t id) {
  for (size_t i = 0; i < lineage->count; i++) {
    if (lineage->rows[i].code == id && lineage->rows[i].origin == DOVE_STORE_CODE_RENAME)
      return lineage->rows[i].parent;
  }
  return id;
}

dove_status dove_build_history_read(dove_store *store, int64_t run, int64_t t, const dove_codebook *codebook,
                                    double **history, dove_error *error) {
  *history = dove_build_history_none(codebook->count);
  if (*history == NULL) return dove_fail_memory(error, doing);
  if (t == 0) return DOVE_OK;
  dove_store_iteration before = {0};
  dove_store_codebook stored = {0};
  dove_store_lineage lineage = {0};
  dove_status status = dove_store_iteration_read(store, run, t - 1, &before, error);
  if (status == DOVE_OK) status = dove_store_codebook_read(store, before.id, &stored, error);
  if (status == DOVE_OK) status = dove_store_lineage_read(store, run, 0, &lineage, error);
  for (size_t k = 0; k < codebook->count && status == DOVE_OK; k++)
    (*history)[k] = distortion_of(&stored, named_before(&lineage, codebook->codes[k].id));
  dove_store_codebook_free(&stored);
  dove_store_lineage_free(&lineage);
  return status;
}

dove_status dove_build_history_make(const dove_codebook *before, const dove_measurement *measurement,
                                    const dove_codebook *next, double **history, dove_error *error) {
  *history = dove_build_history_none(next->count);
  if (*history == NULL) return dove_fail_memory(error, doing);
  for (size_t k = 0; k < next->count; k++) {
    const dove_codebook_code *code = &next->codes[k];
    const bool renamed = code->id < 0 && code->origin == DOVE_STORE_CODE_RENAME;
    const size_t place = dove_codebook_find(before, renamed ? code->parents[0] : code->id);
    if (place < before->count) (*history)[k] = measurement->code_distortion[place];
  }
  return DOVE_OK;
}
