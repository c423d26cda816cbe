#include "dove/model_history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/text.h"
#include "model/internal.h"

/* A relative change of n up to this is no change: σ moves a little at every iteration, and all usages with it. */
static const double LEAST_CHANGE = 0.01;

dove_store_current dove_model_used(dove_model *model) {
  dove_store_current used = {0};
  return dove_store_current_codebook(model->store, &used, NULL) == DOVE_OK ? used : (dove_store_current){0};
}

dove_status dove_model_lineage(dove_model *model, int64_t code, dove_store_lineage *lineage, dove_error *error) {
  return dove_store_lineage_read(model->store, dove_model_view(model).run, code, lineage, error);
}

void dove_model_lineage_free(dove_store_lineage *lineage) {
  dove_store_lineage_free(lineage);
  *lineage = (dove_store_lineage){0};
}

const char *dove_code_change_name(dove_code_change_kind kind) {
  static const char *const names[DOVE_CHANGE_KINDS] = {"new", "gone", "renamed", "grown", "shrunk", "same"};
  return kind < DOVE_CHANGE_KINDS ? names[kind] : "";
}

/* ---- Who descends from whom ---- */

/* A code of the later codebook that is not in the earlier one, and one that it came from. */
typedef struct descent {
  const dove_store_code *ancestor, *heir;
  bool renamed; /* nothing but its name is new */
} descent;

typedef struct descents {
  descent *pairs;
  size_t count, capacity;
} descents;

static const dove_store_code *find_code(const dove_store_code_list *list, int64_t id) {
  size_t low = 0;
  size_t high = list->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (list->rows[middle].id < id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < list->count && list->rows[low].id == id ? &list->rows[low] : NULL;
}

/* ---- Which code is which ---- */

#define NO_TWIN SIZE_MAX

/* For each code of the later codebook the place of the one that it is in the earlier codebook. */
typedef struct twins {
  size_t *of;    /* of the later ones; NO_TWIN: it is new */
  bool *renamed; /* of the later ones: the twin has the same members and another name */
  bool *taken;   /* of the earlier ones */
} twins;

static void twins_free(twins *same) {
  free(same->of);
  free(same->renamed);
  free(same->taken);
}

static void pair(twins *same, size_t to, size_t from) {
  same->of[to] = from;
  same->taken[from] = true;
}

static void pair_by_identity(const dove_difference *difference, twins *same) {
  for (size_t i = 0; i < difference->to_codes.count; i++) {
    const dove_store_code *twin = find_code(&difference->from_codes, difference->to_codes.rows[i].id);
    same->of[i] = NO_TWIN;
    if (twin != NULL) pair(same, i, (size_t)(twin - difference->from_codes.rows));
  }
}

static char **fold_names(const dove_store_code_list *list) {
  char **names = dove_alloc_zero(list->count, sizeof *names);
  for (size_t i = 0; names != NULL && i < list->count; i++) {
    const char *name = list->rows[i].name;
    names[i] = dove_text_fold(name, strlen(name));
  }
  return names;
}

static void free_names(char **names, size_t count) {
  for (size_t i = 0; names != NULL && i < count; i++) free(names[i]);
  free(names);
}

static void pair_by_name(const dove_difference *difference, twins *same) {
  const dove_store_code_list *from = &difference->from_codes, *to = &difference->to_codes;
  char **before = fold_names(from), **after = fold_names(to);
  for (size_t i = 0; i < to->count && before != NULL && after != NULL; i++) {
    for (size_t j = 0; j < from->count && same->of[i] == NO_TWIN; j++) {
      const bool alike = before[j] != NULL && after[i] != NULL && strcmp(before[j], after[i]) == 0;
      if (alike && !same->taken[j]) pair(same, i, j);
    }
  }
  free_names(before, from->count);
  free_names(after, to->count);
}

static int compare_ids(const void *left, const void *right) {
  const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

static void sort_members(dove_store_members *members) {
  for (size_t k = 0; k < members->codes; k++) {
    const size_t start = members->offsets[k];
    qsort(members->expressions + start, members->offsets[k + 1] - start, sizeof(int64_t), compare_ids);
  }
}

static bool same_members(const dove_store_members *a, size_t i, const dove_store_members *b, size_t j) {
  const size_t count = a->offsets[i + 1] - a->offsets[i];
  if (count == 0 || b->offsets[j + 1] - b->offsets[j] != count) return false;
  return memcmp(a->expressions + a->offsets[i], b->expressions + b->offsets[j], count * sizeof(int64_t)) == 0;
}

/* Both lists are ordered by id, as the members are. */
static dove_status pair_by_members(dove_store *store, const dove_difference *difference, twins *same,
                                   dove_error *error) {
  dove_store_members before = {0}, after = {0};
  dove_status status = dove_store_members_read(store, difference->from.id, &before, error);
  if (status == DOVE_OK) status = dove_store_members_read(store, difference->to.id, &after, error);
  if (status == DOVE_OK) {
    sort_members(&before);
    sort_members(&after);
  }
  for (size_t i = 0; status == DOVE_OK && i < difference->to_codes.count; i++) {
    for (size_t j = 0; j < difference->from_codes.count && same->of[i] == NO_TWIN; j++) {
      if (same->taken[j] || !same_members(&after, i, &before, j)) continue;
      pair(same, i, j);
      same->renamed[i] = true;
    }
  }
  dove_store_members_free(&before);
  dove_store_members_free(&after);
  return status;
}

static dove_status find_twins(dove_store *store, const dove_difference *difference, twins *same, dove_error *error) {
  *same = (twins){.of = dove_alloc(difference->to_codes.count, sizeof *same->of),
                  .renamed = dove_alloc_zero(difference->to_codes.count, sizeof *same->renamed),
                  .taken = dove_alloc_zero(difference->from_codes.count, sizeof *same->taken)};
  if (same->of == NULL || same->renamed == NULL || same->taken == NULL)
    return dove_fail_memory(error, "comparing two iterations");
  pair_by_identity(difference, same);
  if (difference->from_at.run == difference->to_at.run) return DOVE_OK;
  pair_by_name(difference, same);
  return pair_by_members(store, difference, same, error);
}

/* ---- Who descends from whom ---- */

/* The first row of a code; the number of rows when it has none. */
static size_t first_row(const dove_store_lineage *lineage, int64_t code) {
  size_t low = 0;
  size_t high = lineage->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (lineage->rows[middle].code < code) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static bool add_descent(descents *found, const descent *pair) {
  for (size_t i = found->count; i-- > 0 && found->pairs[i].heir == pair->heir;) {
    if (found->pairs[i].ancestor == pair->ancestor) return true;
  }
  void *pairs = found->pairs;
  if (!dove_grow(&pairs, &found->capacity, found->count + 1, sizeof *found->pairs)) return false;
  found->pairs = pairs;
  found->pairs[found->count++] = *pair;
  return true;
}

/* Adds the nearest ancestors of `code` that the earlier codebook has. Parents have smaller ids, so this ends. */
static bool add_ancestors(const dove_store_lineage *lineage, const dove_store_code_list *from, int64_t code,
                          const dove_store_code *heir, bool renamed, descents *found) {
  for (size_t i = first_row(lineage, code); i < lineage->count && lineage->rows[i].code == code; i++) {
    const dove_store_lineage_row *row = &lineage->rows[i];
    if (row->parent == 0 || row->parent >= code) continue;
    const bool still = renamed && row->origin == DOVE_STORE_CODE_RENAME;
    const descent pair = {.ancestor = find_code(from, row->parent), .heir = heir, .renamed = still};
    const bool added = pair.ancestor != NULL ? add_descent(found, &pair)
                                             : add_ancestors(lineage, from, row->parent, heir, still, found);
    if (!added) return false;
  }
  return true;
}

static bool find_descents(const dove_store_lineage *lineage, const dove_difference *difference, const twins *same,
                          descents *found) {
  for (size_t i = 0; i < difference->to_codes.count; i++) {
    const dove_store_code *heir = &difference->to_codes.rows[i];
    if (same->of[i] != NO_TWIN) continue;
    if (!add_ancestors(lineage, &difference->from_codes, heir->id, heir, true, found)) return false;
  }
  return true;
}

/* ---- The rows ---- */

static bool is_rename_of(const descents *found, const dove_store_code *ancestor) {
  for (size_t i = 0; i < found->count; i++) {
    if (found->pairs[i].ancestor == ancestor && found->pairs[i].renamed) return true;
  }
  return false;
}

/* The names on the other side of the pairs of a code. */
static char *relatives_of(const descents *found, const dove_store_code *code, bool heirs) {
  dove_buffer names = {0};
  for (size_t i = 0; i < found->count; i++) {
    const descent *pair = &found->pairs[i];
    if ((heirs ? pair->ancestor : pair->heir) != code) continue;
    if (names.length > 0) dove_buffer_add_text(&names, ", ");
    dove_buffer_add_text(&names, heirs ? pair->heir->name : pair->ancestor->name);
  }
  if (names.length == 0 && !names.failed) return dove_strdup("");
  return dove_buffer_take(&names);
}

static dove_code_change_kind kind_of_change(double before, double after) {
  if (fabs(after - before) <= LEAST_CHANGE * fabs(before)) return DOVE_CHANGE_SAME;
  return after > before ? DOVE_CHANGE_GROWN : DOVE_CHANGE_SHRUNK;
}

static void add_row(dove_difference *difference, dove_code_change row) {
  difference->rows[difference->count++] = row;
  difference->counts[row.kind]++;
}

static dove_code_change later_code(const dove_difference *difference, const twins *same, const descents *found,
                                   size_t place) {
  const dove_store_code *code = &difference->to_codes.rows[place];
  dove_code_change row = {.code = code->id, .name = code->name, .n_before = (double)NAN, .n_after = code->usage.n};
  if (same->of[place] != NO_TWIN) {
    const dove_store_code *before = &difference->from_codes.rows[same->of[place]];
    row.n_before = before->usage.n;
    row.kind = same->renamed[place] ? DOVE_CHANGE_RENAMED : kind_of_change(row.n_before, row.n_after);
    row.relatives = dove_strdup(same->renamed[place] ? before->name : "");
    return row;
  }
  row.kind = DOVE_CHANGE_NEW;
  for (size_t i = 0; i < found->count; i++) {
    if (found->pairs[i].heir != code || !found->pairs[i].renamed) continue;
    row.kind = DOVE_CHANGE_RENAMED;
    row.n_before = found->pairs[i].ancestor->usage.n;
  }
  row.relatives = relatives_of(found, code, false);
  return row;
}

static bool add_rows(dove_difference *difference, const twins *same, const descents *found) {
  for (size_t i = 0; i < difference->to_codes.count; i++) add_row(difference, later_code(difference, same, found, i));
  for (size_t i = 0; i < difference->from_codes.count; i++) {
    const dove_store_code *code = &difference->from_codes.rows[i];
    if (same->taken[i] || is_rename_of(found, code)) continue;
    add_row(difference, (dove_code_change){.kind = DOVE_CHANGE_GONE,
                                           .code = code->id,
                                           .name = code->name,
                                           .n_before = code->usage.n,
                                           .n_after = (double)NAN,
                                           .relatives = relatives_of(found, code, true)});
  }
  for (size_t i = 0; i < difference->count; i++) {
    if (difference->rows[i].relatives == NULL) return false;
  }
  return true;
}

static double size_of_change(const dove_code_change *row) {
  return fabs((isnan(row->n_after) ? 0 : row->n_after) - (isnan(row->n_before) ? 0 : row->n_before));
}

static int compare_rows(const void *first, const void *second) {
  const dove_code_change *a = first;
  const dove_code_change *b = second;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  const double size_a = size_of_change(a);
  const double size_b = size_of_change(b);
  if (size_a > size_b || size_a < size_b) return size_a > size_b ? -1 : 1;
  return a->code < b->code ? -1 : a->code > b->code ? 1 : 0;
}

/* One side: the iteration with its terms, and its codes. */
static dove_status read_side(dove_model *model, dove_iteration_at *at, dove_store_iteration *row,
                             dove_store_code_list *codes, dove_error *error) {
  dove_store_current found = {0};
  dove_status status = dove_store_codebook_of_run(model->store, at->run, at->t, &found, error);
  if (status != DOVE_OK) return status;
  at->t = found.t;
  const dove_store_code_query query = {
      .run = at->run, .t = at->t, .sort = DOVE_STORE_CODE_BY_ID, .uncounted = true, .limit = INT64_MAX};
  status = dove_store_iteration_read(model->store, at->run, at->t, row, error);
  return status == DOVE_OK ? dove_store_code_page(model->store, &query, codes, error) : status;
}

static dove_status fill(const dove_store_lineage *lineage, const twins *same, dove_difference *difference,
                        dove_error *error) {
  descents found = {0};
  difference->rows = dove_alloc(difference->from_codes.count + difference->to_codes.count, sizeof *difference->rows);
  const bool good = difference->rows != NULL && find_descents(lineage, difference, same, &found) &&
                    add_rows(difference, same, &found);
  if (good) qsort(difference->rows, difference->count, sizeof *difference->rows, compare_rows);
  free(found.pairs);
  return good ? DOVE_OK : dove_fail_memory(error, "comparing two iterations");
}

static dove_status compare(dove_model *model, dove_difference *difference, dove_error *error) {
  dove_store_lineage lineage = {0};
  twins same = {0};
  dove_status status = read_side(model, &difference->from_at, &difference->from, &difference->from_codes, error);
  if (status == DOVE_OK) status = read_side(model, &difference->to_at, &difference->to, &difference->to_codes, error);
  if (status == DOVE_OK) status = find_twins(model->store, difference, &same, error);
  if (status == DOVE_OK) status = dove_store_lineage_read(model->store, difference->to_at.run, 0, &lineage, error);
  if (status == DOVE_OK) status = fill(&lineage, &same, difference, error);
  dove_store_lineage_free(&lineage);
  twins_free(&same);
  return status;
}

dove_status dove_model_difference(dove_model *model, dove_iteration_at from, dove_iteration_at to,
                                  dove_difference *difference, dove_error *error) {
  const bool turned = from.run == to.run && from.t > to.t && to.t >= 0;
  *difference = (dove_difference){.from_at = turned ? to : from, .to_at = turned ? from : to};
  const dove_status status = compare(model, difference, error);
  if (status != DOVE_OK) dove_difference_free(difference);
  return status;
}

void dove_difference_free(dove_difference *difference) {
  for (size_t i = 0; i < difference->count; i++) free(difference->rows[i].relatives);
  free(difference->rows);
  dove_store_code_list_free(&difference->from_codes);
  dove_store_code_list_free(&difference->to_codes);
  *difference = (dove_difference){0};
}
