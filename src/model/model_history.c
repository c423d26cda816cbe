#include "dove/model_history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
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

static bool find_descents(const dove_store_lineage *lineage, const dove_difference *difference, descents *found) {
  for (size_t i = 0; i < difference->to.count; i++) {
    const dove_store_code *heir = &difference->to.rows[i];
    if (find_code(&difference->from, heir->id) != NULL) continue;
    if (!add_ancestors(lineage, &difference->from, heir->id, heir, true, found)) return false;
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

static dove_code_change later_code(const dove_difference *difference, const descents *found,
                                   const dove_store_code *code) {
  dove_code_change row = {.code = code->id, .name = code->name, .n_before = (double)NAN, .n_after = code->usage.n};
  const dove_store_code *before = find_code(&difference->from, code->id);
  if (before != NULL) {
    row.n_before = before->usage.n;
    row.kind = kind_of_change(row.n_before, row.n_after);
    row.relatives = dove_strdup("");
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

static bool add_rows(dove_difference *difference, const descents *found) {
  for (size_t i = 0; i < difference->to.count; i++) {
    add_row(difference, later_code(difference, found, &difference->to.rows[i]));
  }
  for (size_t i = 0; i < difference->from.count; i++) {
    const dove_store_code *code = &difference->from.rows[i];
    if (find_code(&difference->to, code->id) != NULL || is_rename_of(found, code)) continue;
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

static dove_status read_codes(dove_model *model, int64_t t, dove_store_code_list *list, dove_error *error) {
  const dove_store_code_query query = {
      .run = dove_model_view(model).run, .t = t, .sort = DOVE_STORE_CODE_BY_ID, .uncounted = true, .limit = INT64_MAX};
  const dove_status status = dove_store_code_page(model->store, &query, list, error);
  if (status == DOVE_OK && list->count == 0) {
    return dove_fail(error, DOVE_NOT_FOUND, "this run has no iteration %lld", (long long)t);
  }
  return status;
}

static dove_status compare(dove_model *model, dove_difference *difference, descents *found, dove_error *error) {
  dove_store_lineage lineage = {0};
  dove_status status = read_codes(model, difference->from_t, &difference->from, error);
  if (status == DOVE_OK) status = read_codes(model, difference->to_t, &difference->to, error);
  if (status == DOVE_OK) status = dove_model_lineage(model, 0, &lineage, error);
  if (status != DOVE_OK) return status;
  difference->rows = dove_alloc(difference->from.count + difference->to.count, sizeof *difference->rows);
  if (difference->rows == NULL || !find_descents(&lineage, difference, found) || !add_rows(difference, found)) {
    status = dove_fail_memory(error, "comparing two iterations");
  } else {
    qsort(difference->rows, difference->count, sizeof *difference->rows, compare_rows);
  }
  dove_store_lineage_free(&lineage);
  return status;
}

dove_status dove_model_difference(dove_model *model, int64_t t, int64_t other_t, dove_difference *difference,
                                  dove_error *error) {
  *difference = (dove_difference){.from_t = t < other_t ? t : other_t, .to_t = t < other_t ? other_t : t};
  descents found = {0};
  const dove_status status = compare(model, difference, &found, error);
  free(found.pairs);
  if (status != DOVE_OK) dove_difference_free(difference);
  return status;
}

void dove_difference_free(dove_difference *difference) {
  for (size_t i = 0; i < difference->count; i++) free(difference->rows[i].relatives);
  free(difference->rows);
  dove_store_code_list_free(&difference->from);
  dove_store_code_list_free(&difference->to);
  *difference = (dove_difference){0};
}
