#include "dove/overrides.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/store_codes.h"
#include "dove/text.h"

static dove_override_kind kind_of(dove_review_kind kind) {
  switch (kind) {
    case DOVE_REVIEW_MERGE: return DOVE_OVERRIDE_MERGE;
    case DOVE_REVIEW_SPLIT: return DOVE_OVERRIDE_SPLIT;
    case DOVE_REVIEW_RENAME: return DOVE_OVERRIDE_RENAME;
    case DOVE_REVIEW_VETO:
    case DOVE_REVIEW_AGREE:
    case DOVE_REVIEW_DISAGREE:
    case DOVE_REVIEW_COMMENT:
    case DOVE_REVIEW_KINDS: break;
  }
  return DOVE_OVERRIDE_VETO;
}

dove_refinement_override dove_override_of(const dove_store_new_override *entry, int64_t t) {
  return (dove_refinement_override){.kind = kind_of(entry->kind),
                                    .t = t,
                                    .codes = {entry->code, entry->other},
                                    .name = entry->name,
                                    .reviewer = entry->author};
}

/* Takes those of `stored` that are for steps after t. */
static dove_status take(int64_t t, dove_overrides *overrides, dove_error *error) {
  const dove_store_override_list *stored = &overrides->stored;
  overrides->rows = dove_alloc(stored->count, sizeof *overrides->rows);
  if (overrides->rows == NULL) return dove_fail_memory(error, "reading overrides");
  for (size_t i = 0; i < stored->count; i++) {
    const dove_store_override *row = &stored->rows[i];
    if (row->t <= t) continue;
    overrides->rows[overrides->count++] = (dove_refinement_override){.kind = kind_of(row->kind),
                                                                     .t = row->t,
                                                                     .codes = {row->code, row->other},
                                                                     .name = row->name,
                                                                     .reviewer = row->author,
                                                                     .id = row->id};
  }
  return DOVE_OK;
}

static dove_status load(dove_store *store, const dove_store_override_query *query, int64_t t, dove_overrides *overrides,
                        dove_error *error) {
  *overrides = (dove_overrides){0};
  const dove_status status = dove_store_override_list_read(store, query, &overrides->stored, error);
  return status == DOVE_OK ? take(t, overrides, error) : status;
}

dove_status dove_overrides_load(dove_store *store, int64_t run, int64_t t, dove_overrides *overrides,
                                dove_error *error) {
  const dove_store_override_query query = {.run = run, .t = -1, .standing = true, .acting = true};
  return load(store, &query, t, overrides, error);
}

dove_status dove_overrides_load_used(dove_store *store, int64_t run, int64_t t, dove_overrides *overrides,
                                     dove_error *error) {
  const dove_store_override_query query = {.used_by = run, .t = -1};
  return load(store, &query, t, overrides, error);
}

void dove_overrides_free(dove_overrides *overrides) {
  free(overrides->rows);
  dove_store_override_list_free(&overrides->stored);
  *overrides = (dove_overrides){0};
}

dove_status dove_overrides_first(dove_store *store, int64_t run, int64_t *t, dove_error *error) {
  dove_overrides found;
  const dove_status status = dove_overrides_load(store, run, -1, &found, error);
  *t = -1;
  for (size_t i = 0; i < found.count; i++) {
    if (*t < 0 || found.rows[i].t - 1 < *t) *t = found.rows[i].t - 1;
  }
  dove_overrides_free(&found);
  if (status != DOVE_OK || *t >= 0) return status;
  return dove_fail(error, DOVE_NOT_FOUND,
                   "no override stands for run %lld: enter a veto, a merge, a split or another name first",
                   (long long)run);
}

/* ---- Entries ---- */

dove_status dove_review_of_decision(const dove_store_decision *decision, int64_t run, dove_review_kind kind,
                                    dove_store_new_override *entry, dove_error *error) {
  *entry = (dove_store_new_override){.kind = kind, .run = run, .t = decision->t, .decision = decision->id};
  if (kind != DOVE_REVIEW_VETO) return DOVE_OK;
  if (decision->kind == DOVE_STORE_RECREATE)
    return dove_fail(error, DOVE_USAGE,
                     "a re-creation comes of a split or a merge: veto that one, or give the code another name");
  if (!decision->done) return dove_fail(error, DOVE_USAGE, "this was not done: there is nothing to veto");
  entry->code = decision->before_count > 0 ? decision->before[0].code : 0;
  return DOVE_OK;
}

/* The codes of C^t with their names, ordered by id. */
static dove_status read_codes(dove_store *store, int64_t run, int64_t t, dove_store_code_list *list,
                              dove_error *error) {
  const dove_store_code_query query = {
      .run = run, .t = t, .sort = DOVE_STORE_CODE_BY_ID, .uncounted = true, .limit = INT64_MAX};
  const dove_status status = dove_store_code_page(store, &query, list, error);
  if (status != DOVE_OK || list->count > 0) return status;
  return dove_fail(error, DOVE_NOT_FOUND, "run %lld has no iteration %lld", (long long)run, (long long)t);
}

static bool has_code(const dove_store_code_list *list, int64_t code) {
  for (size_t i = 0; i < list->count; i++) {
    if (list->rows[i].id == code) return true;
  }
  return false;
}

/* 0 when they are equal whatever the case, 1 when `name` begins with `words`, 2 otherwise; −1 without memory. */
static int compare_names(const char *name, const char *words) {
  char *x = dove_text_fold(name, strlen(name)), *y = dove_text_fold(words, strlen(words));
  int result = 2;
  if (x == NULL || y == NULL) {
    result = -1;
  } else if (strcmp(x, y) == 0) {
    result = 0;
  } else if (strncmp(x, y, strlen(y)) == 0) {
    result = 1;
  }
  free(x);
  free(y);
  return result;
}

static dove_status check_name(const dove_store_code_list *list, const dove_store_new_override *entry,
                              dove_error *error) {
  if (!dove_text_is_name(entry->name))
    return dove_fail(error, DOVE_INPUT, "a code cannot have this name: " DOVE_NAME_RULE);
  for (size_t i = 0; i < list->count; i++) {
    const int compared = list->rows[i].id != entry->code ? compare_names(list->rows[i].name, entry->name) : 2;
    if (compared < 0) return dove_fail_memory(error, "checking a name");
    if (compared == 0) return dove_fail(error, DOVE_INPUT, "another code has the name '%.100s'", list->rows[i].name);
  }
  return DOVE_OK;
}

dove_status dove_override_check(dove_store *store, const dove_store_new_override *entry, dove_error *error) {
  dove_store_code_list list = {0};
  if (!dove_review_acts(entry->kind)) return DOVE_OK;
  dove_status status = read_codes(store, entry->run, entry->t - 1, &list, error);
  const int64_t codes[] = {entry->code, entry->other};
  for (size_t i = 0; i < 2 && status == DOVE_OK; i++) {
    if (codes[i] != 0 && !has_code(&list, codes[i]))
      status = dove_fail(error, DOVE_NOT_FOUND, "code %lld is not in C^%lld of run %lld", (long long)codes[i],
                         (long long)entry->t - 1, (long long)entry->run);
  }
  if (status == DOVE_OK && entry->kind == DOVE_REVIEW_RENAME && entry->name != NULL)
    status = check_name(&list, entry, error);
  dove_store_code_list_free(&list);
  return status;
}

/* What of a codebook goes by some words. */
typedef struct found_codes {
  const dove_store_code *exact;
  const dove_store_code *begins[3];
  size_t count; /* that begin with them */
  bool failed;
} found_codes;

static found_codes look_up(const dove_store_code_list *list, const char *words) {
  found_codes found = {0};
  char *end;
  const long long id = strtoll(words, &end, 10);
  for (size_t i = 0; i < list->count; i++) {
    const int compared = compare_names(list->rows[i].name, words);
    if (compared < 0) found.failed = true;
    if (compared == 0) found.exact = &list->rows[i];
    if (compared == 1 && found.count++ < 3) found.begins[found.count - 1] = &list->rows[i];
  }
  for (size_t i = 0; i < list->count && found.exact == NULL; i++) {
    if (*end == '\0' && list->rows[i].id == id) found.exact = &list->rows[i];
  }
  return found;
}

dove_status dove_override_find_code(dove_store *store, int64_t run, int64_t t, const char *words, int64_t *code,
                                    dove_error *error) {
  dove_store_code_list list = {0};
  *code = 0;
  dove_status status = read_codes(store, run, t, &list, error);
  const found_codes found = look_up(&list, words);
  if (status == DOVE_OK && found.failed) status = dove_fail_memory(error, "looking for a code");
  if (status == DOVE_OK && found.exact != NULL) {
    *code = found.exact->id;
  } else if (status == DOVE_OK && found.count == 1 && words[0] != '\0') {
    *code = found.begins[0]->id;
  } else if (status == DOVE_OK && found.count > 1 && words[0] != '\0') {
    status = dove_fail(error, DOVE_USAGE, "'%s' begins the names of %zu codes: %s, %s%s", words, found.count,
                       found.begins[0]->name, found.begins[1]->name, found.count > 2 ? ", …" : "");
  } else if (status == DOVE_OK) {
    status =
        dove_fail(error, DOVE_NOT_FOUND, "C^%lld of run %lld has no code '%s'", (long long)t, (long long)run, words);
  }
  dove_store_code_list_free(&list);
  return status;
}

void dove_override_describe(const dove_store_override *entry, dove_buffer *out) {
  dove_buffer_add_text(out, dove_review_kind_name(entry->kind));
  if (entry->code != 0) {
    dove_buffer_printf(out, " %s", entry->code_name);
  } else if (entry->decision != 0) {
    dove_buffer_printf(out, " decision %lld", (long long)entry->decision);
  }
  if (entry->other != 0) dove_buffer_printf(out, " into %s", entry->other_name);
  if (entry->kind == DOVE_REVIEW_RENAME) dove_buffer_printf(out, " as %s", entry->name);
}
