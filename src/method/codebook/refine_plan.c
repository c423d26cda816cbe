#include "method/codebook/refine_plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/kmeans.h"
#include "dove/memory.h"
#include "dove/parallel.h"
#include "dove/random.h"
#include "dove/statistics.h"
#include "dove/text.h"
#include "method/cut_text.h"

static const char doing[] = "refining a codebook";

void dove_refine_plan_free(refine_plan *plan) {
  free(plan->fate);
  free(plan->into);
  free(plan->veto);
  free(plan->new_name);
  free(plan->child);
  dove_members_free(&plan->members);
}

uint32_t dove_refine_plan_root(const refine_plan *plan, uint32_t code) {
  while (plan->into[code] != code) code = plan->into[code];
  return code;
}

static dove_store_decision_code code_before(const refine_plan *plan, uint32_t code) {
  return (dove_store_decision_code){.code = plan->codebook->codes[code].id,
                                    .name = plan->codebook->codes[code].name,
                                    .size = (int64_t)dove_members_count(&plan->members, code)};
}

dove_refinement_decision *dove_refine_plan_decide(refine_plan *plan, dove_store_decision_kind kind, uint32_t code,
                                                  uint32_t neighbour) {
  if (!dove_grow((void **)&plan->decisions, &plan->capacity, plan->count + 1, sizeof *plan->decisions)) return NULL;
  const size_t before_count = code == neighbour ? 1 : 2;
  dove_store_decision_code *before = dove_alloc(before_count, sizeof *before);
  if (before == NULL) return NULL;
  before[0] = code_before(plan, code);
  if (before_count == 2) before[1] = code_before(plan, neighbour);
  dove_refinement_decision *decision = &plan->decisions[plan->count++];
  *decision = (dove_refinement_decision){.kind = kind,
                                         .done = true,
                                         .before = before,
                                         .before_count = before_count,
                                         .usage = plan->measurement->usage[code],
                                         .usage_z = plan->measurement->usage_z[code],
                                         .distortion = plan->measurement->code_distortion[code],
                                         .previous_distortion = plan->previous_distortion[code],
                                         .neighbour_cosine = (double)NAN};
  return decision;
}

/* Marks a decision as considered and left. */
__attribute__((format(printf, 2, 3))) static void leave(dove_refinement_decision *decision, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  dove_format_cut(decision->reason, sizeof decision->reason, format, arguments);
  va_end(arguments);
  decision->done = false;
}

/* Notes that an override is impossible. */
__attribute__((format(printf, 2, 3))) static void refuse(dove_refinement_override *o, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  dove_format_cut(o->reason, sizeof o->reason, format, arguments);
  va_end(arguments);
  o->applied = false;
}

/* An override was made into a decision: it is applied when that is done. */
static void settle(dove_refinement_override *o, const dove_refinement_decision *decision) {
  o->applied = decision->done;
  snprintf(o->reason, sizeof o->reason, "%s", decision->reason);
}

static void set_rule(dove_refinement_decision *decision, const char *rule) {
  snprintf(decision->rule, sizeof decision->rule, "%s", rule);
}

static void set_reviewer(dove_refinement_decision *decision, const dove_refinement_override *o) {
  dove_copy_cut(decision->reviewer, sizeof decision->reviewer, o->reviewer != NULL ? o->reviewer : "");
}

static void leave_vetoed(dove_refinement_decision *decision, const dove_refinement_override *veto) {
  leave(decision, "vetoed by a reviewer");
  set_reviewer(decision, veto);
}

/* The median over the codes that have a distortion. */
static dove_status find_median(refine_plan *plan, dove_error *error) {
  const size_t codes = plan->codebook->count;
  double *values = dove_alloc(codes, sizeof *values);
  size_t count = 0;
  if (values == NULL) return dove_fail_memory(error, doing);
  for (size_t k = 0; k < codes; k++) {
    if (!isnan(plan->measurement->code_distortion[k])) values[count++] = plan->measurement->code_distortion[k];
  }
  plan->median = (double)NAN;
  const dove_status status = count > 0 ? dove_median(values, count, &plan->median, error) : DOVE_OK;
  free(values);
  return status;
}

static dove_status prepare(refine_plan *plan, dove_error *error) {
  const size_t codes = plan->codebook->count;
  plan->fate = dove_alloc_zero(codes, sizeof *plan->fate);
  plan->into = dove_alloc(codes, sizeof *plan->into);
  plan->veto = dove_alloc_zero(codes, sizeof *plan->veto);
  plan->new_name = dove_alloc_zero(codes, sizeof *plan->new_name);
  plan->child = dove_alloc_zero(plan->set->expressions, sizeof *plan->child);
  if (plan->fate == NULL || plan->into == NULL || plan->veto == NULL || plan->new_name == NULL || plan->child == NULL)
    return dove_fail_memory(error, doing);
  for (uint32_t k = 0; k < codes; k++) plan->into[k] = k;
  const dove_status status =
      dove_members_group(plan->measurement->label, plan->set->expressions, codes, &plan->members, error);
  return status == DOVE_OK ? find_median(plan, error) : status;
}

/* K = 2 on the members' unit vectors. Sets plan->child, the larger child first; *parted is false when all members are
 * equal. */
static dove_status part_members(refine_plan *plan, uint32_t code, bool *parted, dove_error *error) {
  const uint32_t *items = dove_members_of(&plan->members, code);
  const size_t count = dove_members_count(&plan->members, code);
  const uint64_t seed =
      dove_random_mix(dove_random_mix((uint64_t)plan->settings->seed, (uint64_t)plan->t), (uint64_t)code);
  const dove_kmeans_options options = {
      .clusters = 2, .restarts = (size_t)plan->settings->kmeans_restarts, .max_iterations = 300, .seed = seed};
  dove_matrix points = {0};
  dove_kmeans halves = {0};
  dove_status status = dove_matrix_create(&points, count, plan->set->vectors.columns, error);
  if (status == DOVE_OK) {
    dove_matrix_gather(dove_matrix_as_view(&plan->set->vectors), items, count, points.data);
    status = dove_kmeans_fit(dove_matrix_as_view(&points), &options, &halves, NULL, error);
  }
  *parted = status == DOVE_OK && halves.clusters == 2 && halves.size[0] > 0 && halves.size[1] > 0;
  if (*parted) {
    const uint32_t larger = halves.size[1] > halves.size[0] ? 1 : 0;
    for (size_t i = 0; i < count; i++) plan->child[items[i]] = halves.label[i] == larger ? 0 : 1;
  }
  dove_kmeans_free(&halves);
  dove_matrix_free(&points);
  return status;
}

/* Splits a code whose decision was made, unless its members cannot be parted. */
static dove_status split(refine_plan *plan, uint32_t code, dove_refinement_decision *decision, dove_error *error) {
  bool parted = false;
  if (dove_progress_cancelled(plan->progress)) return dove_fail(error, DOVE_CANCELLED, "stopped while splitting codes");
  const dove_status status = part_members(plan, code, &parted, error);
  if (status != DOVE_OK) return status;
  if (parted) {
    plan->fate[code] = FATE_SPLIT;
  } else {
    leave(decision, "its members are all equal");
  }
  return DOVE_OK;
}

static void merge(refine_plan *plan, uint32_t code, uint32_t target) {
  plan->fate[code] = FATE_MERGED;
  plan->into[code] = target;
  plan->fate[target] = FATE_TARGET;
}

static double cosine_of(const refine_plan *plan, uint32_t a, uint32_t b) {
  const dove_matrix_view centroids = dove_matrix_as_view(&plan->codebook->centroids);
  return dove_dot(dove_matrix_row(centroids, a), dove_matrix_row(centroids, b), centroids.columns);
}

/* True when the code is still there, as it is or with others in it. */
static bool remains(const refine_plan *plan, uint32_t code) {
  return plan->fate[code] != FATE_SPLIT && plan->fate[code] != FATE_MERGED;
}

static dove_status force_merge(refine_plan *plan, dove_refinement_override *o, uint32_t code, dove_error *error) {
  const size_t target = dove_codebook_find(plan->codebook, o->codes[1]);
  if (target == plan->codebook->count) {
    refuse(o, "code %lld is not in the codebook", (long long)o->codes[1]);
    return DOVE_OK;
  }
  dove_refinement_decision *decision = dove_refine_plan_decide(plan, DOVE_STORE_MERGE, code, (uint32_t)target);
  if (decision == NULL) return dove_fail_memory(error, doing);
  set_rule(decision, "forced by a reviewer");
  set_reviewer(decision, o);
  decision->neighbour_cosine = cosine_of(plan, code, (uint32_t)target);
  if (target != code && remains(plan, code) && remains(plan, (uint32_t)target)) {
    merge(plan, code, (uint32_t)target);
  } else {
    leave(decision, "one of the two codes is split or merged already");
  }
  settle(o, decision);
  return DOVE_OK;
}

static dove_status force_split(refine_plan *plan, dove_refinement_override *o, uint32_t code, dove_error *error) {
  dove_refinement_decision *decision = dove_refine_plan_decide(plan, DOVE_STORE_SPLIT, code, code);
  if (decision == NULL) return dove_fail_memory(error, doing);
  set_rule(decision, "forced by a reviewer");
  set_reviewer(decision, o);
  dove_status status = DOVE_OK;
  if (plan->fate[code] != FATE_STAYS) {
    leave(decision, "the code is split or merged already");
  } else if (dove_members_count(&plan->members, code) < 2) {
    leave(decision, "the code has fewer than two members");
  } else {
    status = split(plan, code, decision, error);
  }
  if (status == DOVE_OK) settle(o, decision);
  return status;
}

static dove_status same_name(const char *a, const char *b, bool *same, dove_error *error) {
  char *x = dove_text_fold(a, strlen(a)), *y = dove_text_fold(b, strlen(b));
  const bool made = x != NULL && y != NULL;
  *same = made && strcmp(x, y) == 0;
  free(x);
  free(y);
  return made ? DOVE_OK : dove_fail_memory(error, doing);
}

/* Whether another code of the codebook has the name, or is about to get it. */
static dove_status name_taken(const refine_plan *plan, uint32_t code, const char *name, bool *taken,
                              dove_error *error) {
  dove_status status = DOVE_OK;
  *taken = false;
  for (size_t k = 0; k < plan->codebook->count && !*taken && status == DOVE_OK; k++) {
    const char *other = plan->new_name[k] != NULL ? plan->new_name[k] : plan->codebook->codes[k].name;
    if (k != code) status = same_name(name, other, taken, error);
  }
  return status;
}

static dove_status force_name(refine_plan *plan, dove_refinement_override *o, uint32_t code, dove_error *error) {
  bool taken = false;
  dove_refinement_decision *decision = dove_refine_plan_decide(plan, DOVE_STORE_RECREATE, code, code);
  if (decision == NULL) return dove_fail_memory(error, doing);
  set_rule(decision, "renamed by a reviewer");
  set_reviewer(decision, o);
  const dove_status status = name_taken(plan, code, o->name, &taken, error);
  if (status != DOVE_OK) return status;
  if (plan->fate[code] == FATE_STAYS && !taken && o->name[0] != '\0') {
    plan->fate[code] = FATE_RENAMED;
    plan->new_name[code] = o->name;
  } else if (taken) {
    leave(decision, "another code has the name '%.100s'", o->name);
  } else {
    leave(decision, "%s", o->name[0] == '\0' ? "the name is empty" : "the code is split or merged already");
  }
  settle(o, decision);
  return DOVE_OK;
}

static dove_status override(refine_plan *plan, dove_refinement_override *o, dove_error *error) {
  const size_t place = dove_codebook_find(plan->codebook, o->codes[0]);
  o->applied = false;
  o->reason[0] = '\0';
  if (place == plan->codebook->count) {
    refuse(o, "code %lld is not in the codebook", (long long)o->codes[0]);
    return DOVE_OK;
  }
  const uint32_t code = (uint32_t)place;
  switch (o->kind) {
    case DOVE_OVERRIDE_VETO:
      plan->veto[code] = o;
      o->applied = true;
      return DOVE_OK;
    case DOVE_OVERRIDE_MERGE: return force_merge(plan, o, code, error);
    case DOVE_OVERRIDE_SPLIT: return force_split(plan, o, code, error);
    case DOVE_OVERRIDE_RENAME: return force_name(plan, o, code, error);
  }
  return DOVE_OK;
}

/* A reviewer's actions, in the order merges, splits, names (and vetoes, which only forbid). */
static dove_status apply_overrides(refine_plan *plan, const dove_refinement_review *review, dove_error *error) {
  static const dove_override_kind order[] = {DOVE_OVERRIDE_VETO, DOVE_OVERRIDE_MERGE, DOVE_OVERRIDE_SPLIT,
                                             DOVE_OVERRIDE_RENAME};
  dove_status status = DOVE_OK;
  for (size_t pass = 0; pass < sizeof order / sizeof order[0]; pass++) {
    for (size_t i = 0; i < review->count && status == DOVE_OK; i++) {
      dove_refinement_override *o = &review->overrides[i];
      if (o->t == plan->t && o->kind == order[pass]) status = override(plan, o, error);
    }
  }
  return status;
}

/* d has fallen by more than the share of the settings since the iteration before. */
static bool has_fallen(const refine_plan *plan, uint32_t code) {
  const double before = plan->previous_distortion[code];
  if (isnan(before)) return false;
  return before - plan->measurement->code_distortion[code] > plan->settings->distortion_fall * fabs(before);
}

/* Why a code that is used much is not split by the rules; false when nothing speaks against it. */
static bool spared_from_split(const refine_plan *plan, uint32_t code, dove_refinement_decision *decision) {
  const double d = plan->measurement->code_distortion[code];
  const size_t members = dove_members_count(&plan->members, code);
  const size_t least = 2 * (size_t)plan->settings->min_cluster_size;
  if (plan->veto[code] != NULL) {
    leave_vetoed(decision, plan->veto[code]);
  } else if (isnan(d)) {
    leave(decision, "no kept set of codes contains it, so it has no distortion");
  } else if (d < plan->median) {
    leave(decision, "its distortion %.6g is under the median %.6g", d, plan->median);
  } else if (has_fallen(plan, code)) {
    leave(decision, "its distortion has fallen from %.6g to %.6g", plan->previous_distortion[code], d);
  } else if (members < least) {
    leave(decision, "too few members: %zu, where two clusters need %zu", members, least);
  }
  return !decision->done;
}

static dove_status split_by_rule(refine_plan *plan, dove_error *error) {
  char rule[DOVE_DECISION_RULE];
  const size_t codes = plan->codebook->count;
  snprintf(rule, sizeof rule, "z > %g, d >= median, d not fallen by more than %g %%", plan->settings->split_z,
           100 * plan->settings->distortion_fall);
  for (uint32_t k = 0; k < codes; k++) {
    if (!(plan->measurement->usage_z[k] > plan->settings->split_z) || plan->fate[k] != FATE_STAYS) continue;
    dove_progress_report(plan->progress, "splitting", k, (double)codes);
    dove_refinement_decision *decision = dove_refine_plan_decide(plan, DOVE_STORE_SPLIT, k, k);
    if (decision == NULL) return dove_fail_memory(error, doing);
    set_rule(decision, rule);
    if (spared_from_split(plan, k, decision)) continue;
    const dove_status status = split(plan, k, decision, error);
    if (status != DOVE_OK) return status;
  }
  return DOVE_OK;
}

typedef struct low_use {
  double usage;
  uint32_t code;
} low_use;

static int compare_low_use(const void *a, const void *b) {
  const low_use *x = a, *y = b;
  if (x->usage != y->usage) return x->usage < y->usage ? -1 : 1;
  return (x->code > y->code) - (x->code < y->code);
}

/* The nearest code that remains; `code` itself when there is none. `cosines` has room for all codes. */
static uint32_t nearest_remaining(const refine_plan *plan, uint32_t code, double *cosines) {
  const size_t codes = plan->codebook->count;
#pragma omp parallel for schedule(static) num_threads(dove_threads())
  for (size_t j = 0; j < codes; j++) {
    const uint32_t other = (uint32_t)j;
    cosines[j] = other != code && remains(plan, other) ? cosine_of(plan, code, other) : -INFINITY;
  }
  uint32_t best = code;
  for (uint32_t j = 0; j < codes; j++) {
    if (cosines[j] > cosines[best]) best = j;
  }
  return best;
}

static dove_status merge_one(refine_plan *plan, uint32_t code, const char *rule, double *cosines, dove_error *error) {
  const uint32_t target = nearest_remaining(plan, code, cosines);
  dove_refinement_decision *decision = dove_refine_plan_decide(plan, DOVE_STORE_MERGE, code, target);
  if (decision == NULL) return dove_fail_memory(error, doing);
  set_rule(decision, rule);
  if (target == code) {
    leave(decision, "no other code remains to take it in");
    return DOVE_OK;
  }
  decision->neighbour_cosine = cosines[target];
  if (plan->veto[code] != NULL) {
    leave_vetoed(decision, plan->veto[code]);
    return DOVE_OK;
  }
  merge(plan, code, target);
  return DOVE_OK;
}

static dove_status merge_by_rule(refine_plan *plan, dove_error *error) {
  char rule[DOVE_DECISION_RULE];
  const size_t codes = plan->codebook->count;
  low_use *low = dove_alloc(codes, sizeof *low);
  double *cosines = dove_alloc(codes, sizeof *cosines);
  dove_status status = low != NULL && cosines != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  size_t count = 0;
  snprintf(rule, sizeof rule, "z < %g, nearest remaining centroid", plan->settings->merge_z);
  for (uint32_t k = 0; k < codes && status == DOVE_OK; k++) {
    const bool here = plan->fate[k] == FATE_STAYS || plan->fate[k] == FATE_TARGET;
    if (here && plan->measurement->usage_z[k] < plan->settings->merge_z)
      low[count++] = (low_use){plan->measurement->usage[k], k};
  }
  if (count > 0) qsort(low, count, sizeof *low, compare_low_use);
  for (size_t i = 0; i < count && status == DOVE_OK; i++) {
    dove_progress_report(plan->progress, "merging", (double)i, (double)count);
    status = merge_one(plan, low[i].code, rule, cosines, error);
  }
  free(low);
  free(cosines);
  return status;
}

/* Codes that are all used alike have z = 0, and the rules then ask for nothing, wherever their limits are. */
static bool all_alike(const refine_plan *plan) {
  for (size_t k = 0; k < plan->codebook->count; k++) {
    if (plan->measurement->usage_z[k] != 0) return false;
  }
  return true;
}

/* With the rule perplexity:P there is no width for P codes or fewer: a refinement that would leave so few is not made.
 */
static void keep_enough_codes(refine_plan *plan, const dove_refinement_review *review) {
  const dove_sigma_setting *sigma = &plan->settings->sigma;
  size_t codes = plan->codebook->count;
  for (size_t i = 0; i < plan->count; i++) {
    if (!plan->decisions[i].done) continue;
    codes += plan->decisions[i].kind == DOVE_STORE_SPLIT;
    codes -= plan->decisions[i].kind == DOVE_STORE_MERGE;
  }
  if (sigma->rule != DOVE_SIGMA_PERPLEXITY || sigma->value < (double)codes) return;
  for (size_t i = 0; i < plan->count; i++) {
    if (plan->decisions[i].done)
      leave(&plan->decisions[i], "%zu codes cannot have a perplexity of %g", codes, sigma->value);
  }
  for (size_t i = 0; i < review->count; i++) {
    dove_refinement_override *o = &review->overrides[i];
    if (o->t == plan->t && o->kind != DOVE_OVERRIDE_VETO && o->applied)
      refuse(o, "%zu codes cannot have a perplexity of %g", codes, sigma->value);
  }
}

dove_status dove_refine_plan_make(refine_plan *plan, const dove_refinement_review *review, dove_error *error) {
  dove_status status = prepare(plan, error);
  if (status == DOVE_OK) status = apply_overrides(plan, review, error);
  if (status == DOVE_OK && !review->alone && !all_alike(plan)) {
    status = split_by_rule(plan, error);
    if (status == DOVE_OK) status = merge_by_rule(plan, error);
  }
  if (status == DOVE_OK) keep_enough_codes(plan, review);
  return status;
}
