/* How scores would move: the pairs of the newest score run under the codebook before and after, with that run's
 * settings. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/project_settings.h"
#include "dove/store_scores.h"
#include "dove/store_vectors.h"
#include "method/codebook/preview_parts.h"
#include "method/cut_text.h"
#include "method/scoring/score_plan.h"

static const char doing[] = "previewing scores";

enum { PAIRS_LIMIT = 100000 };

/* One codebook's coding of all documents. */
typedef struct coded_side {
  const dove_codebook *codebook;
  const dove_sparse *q;
  dove_sparse made; /* owned: when q had to be made */
  double *cost;     /* K × K, of the culture at hand */
  double *a, *b;
} coded_side;

typedef struct scoring {
  const dove_progress *progress;
  score_plan plan; /* its q is not looked at */
  dove_uot_options transport;
  double epsilon2;
  dove_expression_set all; /* empty when the run was built from all documents */
  coded_side before, after;
} scoring;

static void side_free(coded_side *side) {
  dove_sparse_free(&side->made);
  free(side->cost);
  free(side->a);
  free(side->b);
}

static void close_all(scoring *s) {
  side_free(&s->before);
  side_free(&s->after);
  dove_expression_set_free(&s->all);
  score_plan_free(&s->plan);
}

static dove_status side_open(const scoring *s, const preview_side *from, coded_side *side, dove_error *error) {
  const size_t codes = from->codebook.count;
  side->codebook = &from->codebook;
  side->q = &from->measurement.q;
  side->cost = codes <= SIZE_MAX / (codes + 1) ? dove_alloc(codes * codes, sizeof *side->cost) : NULL;
  side->a = dove_alloc(codes, sizeof *side->a);
  side->b = dove_alloc(codes, sizeof *side->b);
  if (side->cost == NULL || side->a == NULL || side->b == NULL) return dove_fail_memory(error, doing);
  if (s->all.expressions == 0) return DOVE_OK;
  dove_assignment assignment = {0};
  dove_status status = dove_assign(dove_matrix_as_view(&s->all.vectors), dove_matrix_as_view(&from->codebook.centroids),
                                   from->codebook.sigma2, DOVE_CODING_THRESHOLD, &assignment, s->progress, error);
  if (status == DOVE_OK)
    status = dove_sparse_group_means(&assignment.q, s->all.document, s->all.documents, &side->made, error);
  side->q = &side->made;
  dove_assignment_free(&assignment);
  return status;
}

/* Reads the documents that the run was not built from too, when there are any. */
static dove_status read_all(dove_store *store, const dove_build_run *run, scoring *s, dove_error *error) {
  int64_t embedded = 0;
  dove_status status = dove_store_vectors_count(store, run->embedder, DOVE_STORE_EXPRESSION_VECTOR, &embedded, error);
  if (status != DOVE_OK || embedded == (int64_t)run->set.expressions) return status;
  const dove_expression_selection everything = {0};
  return dove_expression_set_load(store, &everything, &s->all, s->progress, error);
}

/* Who stands on which side. */
static dove_status sort_documents(dove_store *store, const dove_expression_set *set, scoring *s, dove_error *error) {
  const dove_score_options options = {0};
  s->plan.coding.document_ids = dove_alloc(set->documents, sizeof *set->document_ids);
  if (s->plan.coding.document_ids == NULL) return dove_fail_memory(error, doing);
  memcpy(s->plan.coding.document_ids, set->document_ids, set->documents * sizeof *set->document_ids);
  s->plan.coding.documents = set->documents;
  return score_plan_sort(store, &options, &s->plan, error);
}

/* The settings that a score run kept. */
static dove_status settings_of(const dove_store_score_run *row, dove_settings *settings, dove_error *error) {
  cJSON *object = cJSON_Parse(row->settings);
  char *text = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(object, "settings"));
  const dove_status status = text != NULL
                                 ? dove_settings_from_json(text, settings, error)
                                 : dove_fail(error, DOVE_PROJECT, "score run %lld has no settings", (long long)row->id);
  cJSON_free(text);
  cJSON_Delete(object);
  return status;
}

static const score_side *find_side(const score_side *sides, size_t count, const char *name, const char *role) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(sides[i].name, name) == 0 && strcmp(sides[i].role, role) == 0) return &sides[i];
  }
  return NULL;
}

static dove_status score_pair(const scoring *s, const coded_side *side, const score_side *culture,
                              const score_side *model, double *percent, dove_error *error) {
  dove_uot_divergence divergence;
  dove_distribution_mean(side->q, culture->rows_set, NULL, side->a);
  dove_distribution_mean(side->q, model->rows_set, NULL, side->b);
  const dove_status status = dove_uot_divergence_solve(side->cost, side->codebook->count, side->a, side->b,
                                                       &s->transport, s->progress, &divergence, NULL, error);
  if (status == DOVE_OK) *percent = 100.0 * divergence.score;
  return status;
}

static dove_status enter_culture(const scoring *s, const coded_side *side, const score_side *culture,
                                 dove_error *error) {
  return dove_value_cost(side->q, culture->rows_set, dove_matrix_as_view(&side->codebook->centroids), s->epsilon2,
                         side->cost, error);
}

static dove_status add_pair(const scoring *s, const dove_store_score *row, const score_side *culture,
                            const score_side *model, dove_preview *preview, dove_error *error) {
  dove_preview_score *score = &preview->scores[preview->score_count];
  *score = (dove_preview_score){.stored = row->percent, .low = 100.0 * row->low, .high = 100.0 * row->high};
  dove_copy_cut(score->model, sizeof score->model, row->model);
  dove_copy_cut(score->culture, sizeof score->culture, row->culture);
  dove_copy_cut(score->role, sizeof score->role, row->role);
  dove_status status = score_pair(s, &s->before, culture, model, &score->before, error);
  if (status == DOVE_OK) status = score_pair(s, &s->after, culture, model, &score->after, error);
  if (status == DOVE_OK) preview->score_count++;
  return status;
}

/* The pairs of one culture, which share the costs. */
static dove_status add_culture(const scoring *s, const score_side *culture, const dove_store_score_list *list,
                               dove_preview *preview, dove_error *error) {
  dove_status status = enter_culture(s, &s->before, culture, error);
  if (status == DOVE_OK) status = enter_culture(s, &s->after, culture, error);
  for (size_t i = 0; i < list->count && status == DOVE_OK; i++) {
    const dove_store_score *row = &list->rows[i];
    const score_side *model = find_side(s->plan.models, s->plan.model_count, row->model, row->role);
    if (strcmp(row->culture, culture->name) != 0 || model == NULL) continue;
    if (dove_progress_cancelled(s->progress)) return dove_fail(error, DOVE_CANCELLED, "stopped while %s", doing);
    dove_progress_report(s->progress, "scoring", (double)preview->score_count, (double)list->count);
    status = add_pair(s, row, culture, model, preview, error);
  }
  return status;
}

static dove_status add_scores(const scoring *s, const dove_store_score_list *list, dove_preview *preview,
                              dove_error *error) {
  preview->scores = dove_alloc_zero(list->count, sizeof *preview->scores);
  if (preview->scores == NULL) return dove_fail_memory(error, doing);
  dove_status status = DOVE_OK;
  for (size_t c = 0; c < s->plan.culture_count && status == DOVE_OK; c++)
    status = add_culture(s, &s->plan.cultures[c], list, preview, error);
  return status;
}

static dove_status score_run(dove_store *store, const dove_store_score_run *row, const dove_build_run *run,
                             const preview_side *before, const preview_side *after, scoring *s, dove_preview *preview,
                             dove_error *error) {
  dove_settings settings;
  dove_store_score_list list = {0};
  dove_status status = settings_of(row, &settings, error);
  if (status != DOVE_OK) return status;
  s->transport = score_transport(&settings);
  s->epsilon2 = settings.epsilon2;
  status = read_all(store, run, s, error);
  if (status == DOVE_OK) status = sort_documents(store, s->all.expressions > 0 ? &s->all : &run->set, s, error);
  if (status == DOVE_OK) status = side_open(s, before, &s->before, error);
  if (status == DOVE_OK) status = side_open(s, after, &s->after, error);
  if (status == DOVE_OK) status = dove_store_score_page(store, row->id, 0, PAIRS_LIMIT, &list, error);
  if (status == DOVE_OK) status = add_scores(s, &list, preview, error);
  dove_store_score_list_free(&list);
  return status;
}

dove_status preview_scores(dove_store *store, const dove_build_run *run, const preview_side *before,
                           const preview_side *after, int64_t iteration, dove_preview *preview,
                           const dove_progress *progress, dove_error *error) {
  dove_store_score_run_list newest = {0};
  scoring s = {.progress = progress};
  dove_status status = dove_store_score_run_latest(store, &newest, error);
  if (status == DOVE_NOT_FOUND) return DOVE_OK;
  if (status == DOVE_OK) {
    preview->score_run = newest.rows[0].id;
    preview->scored_before = newest.rows[0].iteration == iteration;
    status = score_run(store, &newest.rows[0], run, before, after, &s, preview, error);
  }
  close_all(&s);
  dove_store_score_run_list_free(&newest);
  return status;
}
