#include "method/codebook/build_save.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "dove/store_codes.h"
#include "dove/store_decisions.h"
#include "method/codebook/members.h"
#include "method/coding_writer.h"

static const char doing[] = "saving an iteration";

/* Codes that did not live on end here; new ones get their ids. */
static dove_status save_codes(dove_store *store, const dove_build_result *r, int64_t *ids, dove_error *error) {
  dove_status status = DOVE_OK;
  for (size_t k = 0; r->before != NULL && k < r->before->count && status == DOVE_OK; k++) {
    const int64_t id = r->before->codes[k].id;
    if (dove_codebook_find(r->codebook, id) == r->codebook->count)
      status = dove_store_code_end(store, r->run, id, r->t, error);
  }
  for (size_t k = 0; k < r->codebook->count && status == DOVE_OK; k++) {
    const dove_codebook_code *code = &r->codebook->codes[k];
    ids[k] = code->id;
    if (code->id > 0) continue;
    const dove_store_new_code row = {.name = code->name,
                                     .centroid = r->codebook->centroids.data + k * r->codebook->centroids.columns,
                                     .dimension = (int)r->codebook->centroids.columns,
                                     .origin = code->origin,
                                     .parents = code->parents,
                                     .parent_count = code->parent_count};
    status = dove_store_code_add(store, r->run, r->t, &row, &ids[k], error);
  }
  return status;
}

/* Lets the decisions and the codebook speak of the stored ids. */
static void take_ids(const dove_build_result *r, const int64_t *ids) {
  for (size_t i = 0; r->refinement != NULL && i < r->refinement->decision_count; i++) {
    dove_refinement_decision *decision = &r->refinement->decisions[i];
    for (size_t j = 0; j < decision->after_count; j++)
      decision->after[j].code = ids[dove_codebook_find(r->codebook, decision->after[j].code)];
  }
  for (size_t k = 0; k < r->codebook->count; k++) r->codebook->codes[k].id = ids[k];
}

static dove_status save_usage(dove_store *store, const dove_build_result *r, int64_t iteration, dove_error *error) {
  const size_t codes = r->codebook->count;
  dove_store_usage *rows = dove_alloc_zero(codes, sizeof *rows);
  if (rows == NULL) return dove_fail_memory(error, doing);
  for (size_t k = 0; k < codes; k++) {
    rows[k] = (dove_store_usage){.code = r->codebook->codes[k].id,
                                 .n = r->measurement->usage[k],
                                 .z = r->measurement->usage_z[k],
                                 .d = r->measurement->code_distortion[k],
                                 .members = (int64_t)r->measurement->members[k]};
  }
  const dove_status status = dove_store_usage_add(store, iteration, rows, codes, error);
  free(rows);
  return status;
}

/* Members of every code, most central first. `cosine` gets that of each expression. */
static dove_status save_members(dove_store *store, const dove_build_result *r, int64_t iteration, float *cosine,
                                dove_error *error) {
  dove_members members = {0};
  int64_t *ids = dove_alloc(r->set->expressions, sizeof *ids);
  dove_status status = ids != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK)
    status = dove_members_group(r->measurement->label, r->set->expressions, r->codebook->count, &members, error);
  if (status == DOVE_OK)
    status = dove_members_order(&members, dove_matrix_as_view(&r->set->vectors),
                                dove_matrix_as_view(&r->codebook->centroids), error);
  for (size_t k = 0; k < r->codebook->count && status == DOVE_OK; k++) {
    const size_t start = members.starts[k], count = dove_members_count(&members, k);
    for (size_t i = 0; i < count; i++) {
      ids[i] = r->set->expression_ids[members.items[start + i]];
      cosine[members.items[start + i]] = members.cosines[start + i];
    }
    status = dove_store_members_add(store, iteration, k, ids, members.cosines + start, count, error);
  }
  dove_members_free(&members);
  free(ids);
  return status;
}

static dove_status save_coding(dove_store *store, const dove_build_result *r, int64_t iteration, const float *cosine,
                               const dove_progress *progress, dove_error *error) {
  dove_coding_writer writer;
  dove_status status =
      dove_coding_writer_open(&writer, r->set, &r->measurement->q, r->measurement->label, cosine, r->settings, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < r->set->documents && status == DOVE_OK; i++) {
    if (i % 1024 == 0) dove_progress_report(progress, "saving", (double)i, (double)r->set->documents);
    status = dove_coding_writer_write(&writer, store, iteration, i, error);
  }
  dove_coding_writer_close(&writer);
  return status;
}

dove_status dove_build_save_decisions(dove_store *store, int64_t iteration, int64_t t,
                                      const dove_refinement *refinement, dove_error *error) {
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < refinement->decision_count && status == DOVE_OK; i++) {
    const dove_refinement_decision *d = &refinement->decisions[i];
    const bool merge = d->kind == DOVE_STORE_MERGE && d->before_count == 2;
    const dove_store_decision row = {.t = t,
                                     .ordinal = (int64_t)i,
                                     .kind = d->kind,
                                     .done = d->done,
                                     .rule = d->rule,
                                     .reason = d->reason,
                                     .reviewer = d->reviewer,
                                     .n = d->usage,
                                     .z = d->usage_z,
                                     .d = d->distortion,
                                     .d_previous = d->previous_distortion,
                                     .neighbour = merge ? d->before[1].code : 0,
                                     .neighbour_cosine = d->neighbour_cosine,
                                     .before = d->before,
                                     .after = d->after,
                                     .before_count = d->before_count,
                                     .after_count = d->after_count};
    int64_t id = 0;
    status = dove_store_decision_add(store, iteration, &row, &id, error);
  }
  return status;
}

/* What was done to the codes of C^(t-1); those of another run's iteration keep what that run did to them. */
static dove_status save_actions(dove_store *store, const dove_build_result *r, dove_error *error) {
  static const char *const actions[] = {
      [DOVE_STORE_SPLIT] = "split", [DOVE_STORE_MERGE] = "merge", [DOVE_STORE_RECREATE] = "rename"};
  dove_status status = DOVE_OK;
  if (r->refinement == NULL || r->previous->run != r->run) return DOVE_OK;
  for (size_t i = 0; i < r->refinement->decision_count; i++) {
    const dove_refinement_decision *d = &r->refinement->decisions[i];
    /* Of the re-creations only a reviewer's renaming is something that was done to a code by itself. */
    if (!d->done || (d->kind == DOVE_STORE_RECREATE && d->reviewer[0] == '\0')) continue;
    for (size_t j = 0; j < d->before_count && status == DOVE_OK; j++)
      status = dove_store_usage_action(store, r->previous->id, d->before[j].code, actions[d->kind], error);
  }
  return status;
}

static void fill_row(const dove_build_result *r, dove_store_iteration *row) {
  const dove_objective *o = &r->measurement->objective;
  *row = (dove_store_iteration){.t = r->t,
                                .codes = (int64_t)r->codebook->count,
                                .M = (int64_t)o->codes_per_document,
                                .S = o->score,
                                .distortion = o->distortion,
                                .conditional_entropy = o->conditional_entropy,
                                .marginal_entropy = o->marginal_entropy,
                                .beta1 = o->beta1,
                                .beta2 = o->beta2,
                                .sigma2 = o->sigma2,
                                .perplexity = o->perplexity,
                                .renyi2 = o->renyi_entropy,
                                .repeat_bound = o->repeat_bound,
                                .seconds = r->seconds,
                                .documents = (int64_t)r->set->documents,
                                .expressions = (int64_t)r->set->expressions,
                                .time = dove_clock_unix_ms()};
  char rule[512];
  if (dove_settings_get(r->settings, "sigma", rule, sizeof rule, NULL) == DOVE_OK)
    snprintf(row->sigma_rule, sizeof row->sigma_rule, "%.31s", rule);
  if (r->refinement == NULL) return;
  row->splits = (int64_t)r->refinement->splits;
  row->merges = (int64_t)r->refinement->merges;
  for (size_t i = 0; i < r->refinement->decision_count; i++)
    row->recreated += r->refinement->decisions[i].done && r->refinement->decisions[i].kind == DOVE_STORE_RECREATE;
}

static dove_status save_all(dove_store *store, const dove_build_result *r, dove_store_iteration *row, int64_t *ids,
                            float *cosine, const dove_progress *progress, dove_error *error) {
  dove_status status = dove_store_iteration_add(store, r->run, row, &row->id, error);
  if (status == DOVE_OK) status = save_codes(store, r, ids, error);
  if (status != DOVE_OK) return status;
  take_ids(r, ids);
  status = save_usage(store, r, row->id, error);
  if (status == DOVE_OK) status = save_members(store, r, row->id, cosine, error);
  if (status == DOVE_OK) status = save_coding(store, r, row->id, cosine, progress, error);
  if (status == DOVE_OK && r->refinement != NULL)
    status = dove_build_save_decisions(store, row->id, r->t, r->refinement, error);
  return status == DOVE_OK ? save_actions(store, r, error) : status;
}

dove_status dove_build_save(dove_store *store, const dove_build_result *r, dove_store_iteration *row,
                            const dove_progress *progress, dove_error *error) {
  int64_t *ids = dove_alloc(r->codebook->count, sizeof *ids);
  float *cosine = dove_alloc_zero(r->set->expressions, sizeof *cosine);
  dove_status status = ids != NULL && cosine != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  fill_row(r, row);
  row->run = r->run;
  if (status == DOVE_OK) status = dove_store_begin(store, error);
  if (status == DOVE_OK) {
    status = save_all(store, r, row, ids, cosine, progress, error);
    if (status == DOVE_OK) {
      status = dove_store_commit(store, error);
    } else {
      dove_store_rollback(store);
    }
  }
  free(ids);
  free(cosine);
  return status;
}
