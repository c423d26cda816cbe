#include "dove/refine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "method/codebook/refine_plan.h"

static const char doing[] = "refining a codebook";

void dove_refinement_free(dove_refinement *refinement) {
  for (size_t i = 0; i < refinement->decision_count; i++) {
    free(refinement->decisions[i].before);
    free(refinement->decisions[i].after);
  }
  free(refinement->decisions);
  dove_codebook_free(&refinement->codebook);
  *refinement = (dove_refinement){0};
}

/* Where the codes of C^(t-1) are in C^t. */
typedef struct placement {
  uint32_t
      *place;     /* codes of C^(t-1): of those that stay, are renamed or hold a merge; of the first child of a split */
  uint32_t *from; /* codes of C^t: the code that it is, or was made from */
  size_t first_new;
  size_t count; /* K^t */
} placement;

static void place_next(placement *p, uint32_t code, size_t children) {
  p->place[code] = (uint32_t)p->count;
  for (size_t i = 0; i < children; i++) p->from[p->count++] = code;
}

/* Survivors first, in their order; then new codes in the order of the decisions that made them. */
static void place_codes(const refine_plan *plan, placement *p) {
  for (uint32_t k = 0; k < plan->codebook->count; k++) {
    p->place[k] = DOVE_NO_GROUP;
    if (plan->fate[k] == FATE_STAYS) place_next(p, k, 1);
  }
  p->first_new = p->count;
  for (size_t i = 0; i < plan->count; i++) {
    const dove_refinement_decision *decision = &plan->decisions[i];
    if (!decision->done) continue;
    const uint32_t code = (uint32_t)dove_codebook_find(plan->codebook, decision->before[0].code);
    const uint32_t root = dove_refine_plan_root(plan, code);
    if (p->place[root] == DOVE_NO_GROUP) place_next(p, root, plan->fate[root] == FATE_SPLIT ? 2 : 1);
  }
}

static dove_status placement_make(const refine_plan *plan, placement *p, dove_error *error) {
  *p = (placement){.place = dove_alloc(plan->codebook->count, sizeof *p->place),
                   .from = dove_alloc(2 * plan->codebook->count, sizeof *p->from)};
  if (p->place == NULL || p->from == NULL) return dove_fail_memory(error, doing);
  place_codes(plan, p);
  return DOVE_OK;
}

/* The place in C^t of the code that an expression's code became. */
static uint32_t place_of_expression(const refine_plan *plan, const placement *p, size_t expression) {
  const uint32_t code = dove_refine_plan_root(plan, plan->measurement->label[expression]);
  return p->place[code] + (plan->fate[code] == FATE_SPLIT ? plan->child[expression] : 0);
}

/* The weight of a member: the largest q(z=k|v) over the codes k that its new code was made from. */
static double member_weight(const refine_plan *plan, size_t expression) {
  const dove_sparse *q = &plan->measurement->expression_q;
  const uint32_t root = dove_refine_plan_root(plan, plan->measurement->label[expression]);
  double weight = 0;
  for (size_t i = q->offset[expression]; i < q->offset[expression + 1]; i++) {
    if (q->value[i] > weight && dove_refine_plan_root(plan, q->column[i]) == root) weight = q->value[i];
  }
  return weight;
}

/* The new place and the weight of every expression whose code was split or took part in a merge. */
static void weigh_members(const refine_plan *plan, const placement *p, uint32_t *group, double *weight) {
  for (size_t i = 0; i < plan->set->expressions; i++) {
    const code_fate fate = plan->fate[plan->measurement->label[i]];
    const bool made_anew = fate == FATE_SPLIT || fate == FATE_MERGED || fate == FATE_TARGET;
    group[i] = made_anew ? place_of_expression(plan, p, i) : DOVE_NO_GROUP;
    weight[i] = made_anew ? member_weight(plan, i) : 0;
  }
}

static dove_status name_parents(const refine_plan *plan, uint32_t from, dove_codebook_code *code, dove_error *error) {
  size_t count = 0;
  int64_t *parents = dove_alloc(plan->codebook->count, sizeof *parents);
  if (parents == NULL) return dove_fail_memory(error, doing);
  parents[count++] = plan->codebook->codes[from].id;
  for (uint32_t k = 0; k < plan->codebook->count; k++) {
    if (k != from && dove_refine_plan_root(plan, k) == from) parents[count++] = plan->codebook->codes[k].id;
  }
  const dove_status status = dove_codebook_set_parents(code, parents, count, error);
  free(parents);
  return status;
}

/* True for the centroid of a code without members, or whose members cancel out. */
static bool is_zero(const float *row, size_t length) { return !(dove_dot(row, row, length) > 0); }

/* A new code begins as the one that it was made from; `mean` (its members' weighted mean) becomes its centroid. Its
 * name is left to the namer unless a reviewer gave one, or there is no member to name it by. */
static dove_status make_code(const refine_plan *plan, uint32_t from, const float *mean, dove_codebook *codebook,
                             size_t place, dove_error *error) {
  const size_t dimension = codebook->centroids.columns;
  dove_codebook_code *code = &codebook->codes[place];
  dove_status status = dove_codebook_copy_code(plan->codebook, from, codebook, place, error);
  if (status == DOVE_OK) status = name_parents(plan, from, code, error);
  if (status != DOVE_OK) return status;
  code->origin = plan->fate[from] == FATE_SPLIT    ? DOVE_STORE_CODE_SPLIT
                 : plan->fate[from] == FATE_TARGET ? DOVE_STORE_CODE_MERGE
                                                   : DOVE_STORE_CODE_RENAME;
  const bool keeps = plan->fate[from] == FATE_RENAMED || is_zero(mean, dimension);
  if (!keeps) memcpy(codebook->centroids.data + place * dimension, mean, dimension * sizeof *mean);
  if (keeps && plan->new_name[from] == NULL) return DOVE_OK;
  free(code->name);
  code->name = dove_strdup(plan->new_name[from]);
  return plan->new_name[from] == NULL || code->name != NULL ? DOVE_OK : dove_fail_memory(error, doing);
}

static int64_t lowest_id(const dove_codebook *codebook) {
  int64_t lowest = 0;
  for (size_t k = 0; k < codebook->count; k++) lowest = codebook->codes[k].id < lowest ? codebook->codes[k].id : lowest;
  return lowest;
}

static dove_status fill_codebook(const refine_plan *plan, const placement *p, const dove_matrix *means,
                                 dove_codebook *codebook, dove_error *error) {
  dove_status status = dove_codebook_create(codebook, p->count, plan->codebook->centroids.columns, error);
  int64_t id = lowest_id(plan->codebook);
  for (size_t k = 0; k < p->count && status == DOVE_OK; k++) {
    if (k < p->first_new) {
      status = dove_codebook_copy_code(plan->codebook, p->from[k], codebook, k, error);
    } else {
      status = make_code(plan, p->from[k], means->data + k * means->columns, codebook, k, error);
      codebook->codes[k].id = --id;
    }
  }
  return status;
}

/* Re-creation (SPEC 5): centroids from the members weighted by q(z=k|v) under C^(t-1), names from the namer. `sizes`
 * has the members of each new code. */
static dove_status recreate(const refine_plan *plan, const placement *p, const dove_namer *namer,
                            dove_codebook *codebook, size_t *sizes, dove_error *error) {
  const dove_matrix_view vectors = dove_matrix_as_view(&plan->set->vectors);
  uint32_t *group = dove_alloc(vectors.rows, sizeof *group);
  double *weight = dove_alloc(vectors.rows, sizeof *weight);
  dove_matrix means = {0};
  dove_members members = {0};
  dove_status status = group != NULL && weight != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK) {
    weigh_members(plan, p, group, weight);
    status = dove_matrix_group_unit_means(vectors, group, weight, p->count, &means, sizes, error);
  }
  if (status == DOVE_OK) status = fill_codebook(plan, p, &means, codebook, error);
  if (status == DOVE_OK) status = dove_members_group(group, vectors.rows, p->count, &members, error);
  if (status == DOVE_OK)
    status = dove_members_order(&members, vectors, dove_matrix_as_view(&codebook->centroids), error);
  if (status == DOVE_OK)
    status = dove_members_name(&members, plan->set, namer, codebook, p->first_new, plan->progress, error);
  free(group);
  free(weight);
  dove_matrix_free(&means);
  dove_members_free(&members);
  return status;
}

static dove_status note_after(dove_refinement_decision *decision, const dove_codebook *codebook, const size_t *sizes,
                              size_t place, size_t count, dove_error *error) {
  decision->after = dove_alloc(count, sizeof *decision->after);
  if (decision->after == NULL) return dove_fail_memory(error, doing);
  decision->after_count = count;
  for (size_t i = 0; i < count; i++) {
    const dove_codebook_code *code = &codebook->codes[place + i];
    decision->after[i] = (dove_store_decision_code){code->id, code->name, (int64_t)sizes[place + i]};
  }
  return DOVE_OK;
}

/* The decision that a new code was given another centroid and name; `before` are all the codes that it was made from.
 */
static dove_status note_recreation(refine_plan *plan, const placement *p, const dove_codebook *codebook,
                                   const size_t *sizes, size_t place, dove_error *error) {
  const uint32_t from = p->from[place];
  const dove_codebook_code *code = &codebook->codes[place];
  dove_refinement_decision *decision = dove_refine_plan_decide(plan, DOVE_STORE_RECREATE, from, from);
  if (decision == NULL) return dove_fail_memory(error, doing);
  snprintf(decision->rule, sizeof decision->rule, "centroid of the weighted members, name by the namer");
  dove_store_decision_code *before = dove_realloc(decision->before, code->parent_count, sizeof *before);
  if (before == NULL) return dove_fail_memory(error, doing);
  decision->before = before;
  decision->before_count = code->parent_count;
  for (size_t i = 1; i < code->parent_count; i++) {
    const size_t k = dove_codebook_find(plan->codebook, code->parents[i]);
    before[i] = (dove_store_decision_code){code->parents[i], plan->codebook->codes[k].name,
                                           (int64_t)dove_members_count(&plan->members, k)};
  }
  return note_after(decision, codebook, sizes, place, 1, error);
}

/* What came of the decisions, and a re-creation for each code that a split or a merge made. */
static dove_status finish_decisions(refine_plan *plan, const placement *p, const dove_codebook *codebook,
                                    const size_t *sizes, dove_error *error) {
  const size_t count = plan->count;
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < count && status == DOVE_OK; i++) {
    dove_refinement_decision *decision = &plan->decisions[i];
    if (!decision->done) continue;
    const uint32_t code = (uint32_t)dove_codebook_find(plan->codebook, decision->before[0].code);
    const uint32_t place = p->place[dove_refine_plan_root(plan, code)];
    status = note_after(decision, codebook, sizes, place, plan->fate[code] == FATE_SPLIT ? 2 : 1, error);
  }
  for (size_t k = p->first_new; k < p->count && status == DOVE_OK; k++) {
    if (plan->fate[p->from[k]] != FATE_RENAMED) status = note_recreation(plan, p, codebook, sizes, k, error);
  }
  return status;
}

/* Renamed codes kept their members: weigh_members() did not count them. */
static void size_renamed(const refine_plan *plan, const placement *p, size_t *sizes) {
  for (size_t k = p->first_new; k < p->count; k++) {
    if (plan->fate[p->from[k]] == FATE_RENAMED) sizes[k] = dove_members_count(&plan->members, p->from[k]);
  }
}

static dove_status carry_out(refine_plan *plan, const dove_namer *namer, dove_refinement *refinement,
                             dove_error *error) {
  placement p = {0};
  size_t *sizes = NULL;
  dove_status status = placement_make(plan, &p, error);
  if (status == DOVE_OK) {
    sizes = dove_alloc_zero(p.count, sizeof *sizes);
    if (sizes == NULL) status = dove_fail_memory(error, doing);
  }
  if (status == DOVE_OK) status = recreate(plan, &p, namer, &refinement->codebook, sizes, error);
  if (status == DOVE_OK) {
    size_renamed(plan, &p, sizes);
    status = finish_decisions(plan, &p, &refinement->codebook, sizes, error);
  }
  if (status == DOVE_OK)
    status = dove_codebook_set_width(&refinement->codebook, dove_matrix_as_view(&plan->set->vectors),
                                     plan->settings->sigma, plan->progress, error);
  free(p.place);
  free(p.from);
  free(sizes);
  return status;
}

dove_status dove_refine(const dove_codebook *codebook, const dove_measurement *measurement,
                        const dove_expression_set *set, const dove_settings *settings, int64_t t,
                        const double *previous_distortion, const dove_namer *namer,
                        const dove_refinement_review *review, dove_refinement *refinement,
                        const dove_progress *progress, dove_error *error) {
  static const dove_refinement_review nothing = {0};
  if (review == NULL) review = &nothing;
  *refinement = (dove_refinement){0};
  refine_plan plan = {.codebook = codebook,
                      .measurement = measurement,
                      .set = set,
                      .settings = settings,
                      .previous_distortion = previous_distortion,
                      .progress = progress,
                      .t = t};
  dove_status status = dove_refine_plan_make(&plan, review, error);
  for (size_t i = 0; i < plan.count && status == DOVE_OK; i++) {
    if (!plan.decisions[i].done) continue;
    refinement->changed = true;
    refinement->splits += plan.decisions[i].kind == DOVE_STORE_SPLIT;
    refinement->merges += plan.decisions[i].kind == DOVE_STORE_MERGE;
  }
  if (status == DOVE_OK && refinement->changed) status = carry_out(&plan, namer, refinement, error);
  refinement->decisions = plan.decisions;
  refinement->decision_count = plan.count;
  dove_refine_plan_free(&plan);
  if (status != DOVE_OK) dove_refinement_free(refinement);
  return status;
}
