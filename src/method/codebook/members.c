#include "method/codebook/members.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"

static const char doing[] = "grouping expressions by code";

void dove_members_free(dove_members *members) {
  free(members->starts);
  free(members->items);
  free(members->cosines);
  *members = (dove_members){0};
}

dove_status dove_members_group(const uint32_t *label, size_t count, size_t codes, dove_members *members,
                               dove_error *error) {
  *members = (dove_members){.codes = codes};
  members->starts = dove_alloc_zero(codes + 2, sizeof *members->starts);
  members->items = dove_alloc(count, sizeof *members->items);
  if (members->starts == NULL || members->items == NULL) {
    dove_members_free(members);
    return dove_fail_memory(error, doing);
  }
  /* starts[k + 2] counts code k, then starts[k + 1] becomes its running end: no second array is needed. */
  for (size_t i = 0; i < count; i++) {
    if (label[i] != DOVE_NO_GROUP) members->starts[label[i] + 2]++;
  }
  for (size_t k = 2; k <= codes; k++) members->starts[k] += members->starts[k - 1];
  for (size_t i = 0; i < count; i++) {
    if (label[i] != DOVE_NO_GROUP) members->items[members->starts[label[i] + 1]++] = (uint32_t)i;
  }
  return DOVE_OK;
}

typedef struct ranked {
  float cosine;
  uint32_t item;
} ranked;

static int compare_ranked(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->cosine != y->cosine) return x->cosine > y->cosine ? -1 : 1;
  return (x->item > y->item) - (x->item < y->item);
}

static void order_code(dove_members *members, size_t code, ranked *row, dove_matrix_view vectors,
                       dove_matrix_view centroids) {
  const size_t count = dove_members_count(members, code), start = members->starts[code];
  for (size_t i = 0; i < count; i++) {
    const uint32_t item = members->items[start + i];
    const double cosine = dove_dot(dove_matrix_row(vectors, item), dove_matrix_row(centroids, code), vectors.columns);
    row[i] = (ranked){(float)cosine, item};
  }
  qsort(row, count, sizeof *row, compare_ranked);
  for (size_t i = 0; i < count; i++) {
    members->items[start + i] = row[i].item;
    members->cosines[start + i] = row[i].cosine;
  }
}

dove_status dove_members_order(dove_members *members, dove_matrix_view vectors, dove_matrix_view centroids,
                               dove_error *error) {
  const size_t total = members->starts[members->codes];
  ranked *rows = dove_alloc(total, sizeof *rows);
  free(members->cosines);
  members->cosines = dove_alloc(total, sizeof *members->cosines);
  if (rows == NULL || members->cosines == NULL) {
    free(rows);
    return dove_fail_memory(error, doing);
  }
#pragma omp parallel for schedule(dynamic, 16) num_threads(dove_threads())
  for (size_t k = 0; k < members->codes; k++) order_code(members, k, rows + members->starts[k], vectors, centroids);
  free(rows);
  return DOVE_OK;
}

/* The strings of the requests, DOVE_NAMER_MEMBERS a code. */
typedef struct naming {
  dove_namer_request *requests;
  const char **code_names;
  const char **descriptions;
  const char **taken;
  char **names;
  size_t *codes; /* the code of each request */
  size_t count, taken_count;
} naming;

static void naming_free(naming *n) {
  free(n->requests);
  free(n->code_names);
  free(n->descriptions);
  free(n->taken);
  free(n->names);
  free(n->codes);
}

static dove_status naming_create(naming *n, size_t total, size_t unnamed, dove_error *error) {
  *n = (naming){0};
  n->requests = dove_alloc(unnamed, sizeof *n->requests);
  n->code_names = dove_alloc(unnamed * DOVE_NAMER_MEMBERS, sizeof *n->code_names);
  n->descriptions = dove_alloc(unnamed * DOVE_NAMER_MEMBERS, sizeof *n->descriptions);
  n->taken = dove_alloc(total, sizeof *n->taken);
  n->names = dove_alloc_zero(unnamed, sizeof *n->names);
  n->codes = dove_alloc(unnamed, sizeof *n->codes);
  const bool made = n->requests != NULL && n->code_names != NULL && n->descriptions != NULL && n->taken != NULL &&
                    n->names != NULL && n->codes != NULL;
  return made ? DOVE_OK : dove_fail_memory(error, "naming codes");
}

static void add_request(naming *n, const dove_members *members, const dove_expression_set *set, size_t code) {
  const uint32_t *items = dove_members_of(members, code);
  const size_t at = n->count * DOVE_NAMER_MEMBERS;
  size_t count = dove_members_count(members, code);
  if (count > DOVE_NAMER_MEMBERS) count = DOVE_NAMER_MEMBERS;
  for (size_t i = 0; i < count; i++) {
    n->code_names[at + i] = set->code_names[items[i]];
    n->descriptions[at + i] = set->descriptions[items[i]];
  }
  n->requests[n->count] =
      (dove_namer_request){.code_names = n->code_names + at, .descriptions = n->descriptions + at, .count = count};
  n->codes[n->count++] = code;
}

dove_status dove_members_name(const dove_members *members, const dove_expression_set *set, const dove_namer *namer,
                              dove_codebook *codebook, size_t first, const dove_progress *progress, dove_error *error) {
  naming n;
  dove_status status = naming_create(&n, codebook->count, codebook->count - first, error);
  if (status == DOVE_OK) {
    for (size_t k = 0; k < codebook->count; k++) {
      if (codebook->codes[k].name != NULL) {
        n.taken[n.taken_count++] = codebook->codes[k].name;
      } else {
        add_request(&n, members, set, k);
      }
    }
    dove_progress_report(progress, "naming", 0, (double)n.count);
    status = dove_namer_name(namer, n.requests, n.count, n.taken, n.taken_count, n.names, progress, error);
  }
  for (size_t i = 0; i < n.count && status == DOVE_OK; i++) codebook->codes[n.codes[i]].name = n.names[i];
  naming_free(&n);
  return status;
}
