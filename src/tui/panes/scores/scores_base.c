#include "tui/panes/scores/scores_base.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

enum { ALL_SCORES = 1000000 };

void scores_base_clear(scores_base *base) {
  dove_store_score_list_free(&base->others);
  dove_store_score_difference_list_free(&base->known);
  free(base->model);
  free(base->role);
  *base = (scores_base){0};
}

dove_status scores_base_choose(scores_base *base, int64_t run, const char *model, const char *role, dove_error *error) {
  scores_base fresh = {.run = run, .model = dove_strdup(model), .role = dove_strdup(role)};
  if ((model != NULL && fresh.model == NULL) || (role != NULL && fresh.role == NULL)) {
    scores_base_clear(&fresh);
    return dove_fail_memory(error, "comparing scores");
  }
  scores_base_clear(base);
  *base = fresh;
  return DOVE_OK;
}

dove_status scores_base_load(scores_base *base, dove_model *model, int64_t score_run, dove_error *error) {
  if (base->run == 0) return DOVE_OK;
  dove_store *store = dove_model_store(model);
  dove_store_score_list_free(&base->others);
  dove_store_score_difference_list_free(&base->known);
  dove_status status = dove_store_score_page(store, base->run, 0, ALL_SCORES, &base->others, error);
  if (status == DOVE_OK)
    status = dove_store_score_difference_list_read(store, score_run, base->run, &base->known, error);
  if (status == DOVE_OK && base->others.count == 0) scores_base_clear(base);
  return status;
}

dove_score_against scores_base_against(const scores_base *base, int64_t score_run) {
  return (dove_score_against){
      .score_run = score_run, .against_run = base->run, .model = base->model, .role = base->role};
}

const dove_store_score *scores_base_of(const scores_base *base, const dove_store_score *score) {
  if (base->run == 0) return NULL;
  const dove_score_against against = scores_base_against(base, score->score_run);
  return dove_score_counterpart(&against, score, base->others.rows, base->others.count);
}

const dove_store_score_difference *scores_base_known(const scores_base *base, int64_t score, int64_t against) {
  for (size_t i = 0; i < base->known.count; i++) {
    if (base->known.rows[i].score == score && base->known.rows[i].against == against) return &base->known.rows[i];
  }
  return NULL;
}

void scores_base_describe(const scores_base *base, int64_t score_run, dove_buffer *out) {
  if (base->model == NULL) {
    dove_buffer_printf(out, "run %lld", (long long)base->run);
    return;
  }
  dove_buffer_add_text(out, base->model);
  if (base->role != NULL && base->role[0] != '\0') dove_buffer_printf(out, " · %s", base->role);
  if (base->run != score_run) dove_buffer_printf(out, ", run %lld", (long long)base->run);
}

void scores_add_difference(dove_buffer *out, double percent) {
  if (isnan(percent)) {
    dove_buffer_add_text(out, "–");
  } else {
    const double shown = fabs(percent) < 0.005 ? 0.0 : percent;
    if (shown > 0) dove_buffer_add_char(out, '+');
    dove_buffer_printf(out, "%.2f", shown);
  }
}

void scores_add_difference_interval(dove_buffer *out, const dove_store_score_difference *known) {
  scores_add_difference(out, known != NULL ? 100 * known->low : (double)NAN);
  if (known == NULL) return;
  dove_buffer_add_text(out, " … ");
  scores_add_difference(out, 100 * known->high);
}
