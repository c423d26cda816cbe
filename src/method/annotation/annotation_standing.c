/* What became of codes that were judged, in another codebook. */
#include <stdlib.h>
#include <string.h>

#include "dove/annotation.h"
#include "dove/memory.h"
#include "dove/store_codes.h"

static int compare_ids(const void *left, const void *right) {
  const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

typedef struct side {
  dove_store_codebook book;
  dove_store_members members; /* each code's ascending */
} side;

static dove_status read_side(dove_store *store, int64_t iteration, side *one, dove_error *error) {
  dove_status status = dove_store_codebook_read(store, iteration, &one->book, error);
  if (status == DOVE_OK) status = dove_store_members_read(store, iteration, &one->members, error);
  for (size_t k = 0; status == DOVE_OK && k < one->members.codes; k++) {
    const size_t start = one->members.offsets[k];
    qsort(one->members.expressions + start, one->members.offsets[k + 1] - start, sizeof(int64_t), compare_ids);
  }
  return status;
}

static void free_side(side *one) {
  dove_store_members_free(&one->members);
  dove_store_codebook_free(&one->book);
}

static bool same_members(const side *a, size_t i, const side *b, size_t j) {
  const size_t start = a->members.offsets[i], other = b->members.offsets[j];
  const size_t count = a->members.offsets[i + 1] - start;
  if (b->members.offsets[j + 1] - other != count) return false;
  return memcmp(a->members.expressions + start, b->members.expressions + other, count * sizeof(int64_t)) == 0;
}

static dove_standing_row stand(const side *from, size_t i, const side *to) {
  dove_standing_row row = {.code = from->book.ids[i], .standing = DOVE_STANDING_STALE};
  const bool empty = from->members.offsets[i + 1] == from->members.offsets[i];
  for (size_t j = 0; j < to->book.codes && row.standing != DOVE_STANDING_KEPT; j++) {
    const bool same_code = to->book.ids[j] == row.code;
    if (!same_members(from, i, to, j) || (empty && !same_code)) continue; /* codes without members are all alike */
    row.standing = same_code ? DOVE_STANDING_KEPT : DOVE_STANDING_MOVED;
    row.now = to->book.ids[j];
  }
  return row;
}

dove_status dove_annotation_standing(dove_store *store, int64_t from, int64_t to, dove_standing_row **rows,
                                     size_t *count, dove_error *error) {
  side before = {0}, after = {0};
  *rows = NULL;
  *count = 0;
  dove_status status = read_side(store, from, &before, error);
  if (status == DOVE_OK) status = read_side(store, to, &after, error);
  if (status == DOVE_OK) {
    *rows = dove_alloc(before.book.codes, sizeof **rows);
    if (*rows == NULL) status = dove_fail_memory(error, "following codes");
  }
  for (size_t i = 0; status == DOVE_OK && i < before.book.codes; i++) (*rows)[(*count)++] = stand(&before, i, &after);
  free_side(&after);
  free_side(&before);
  return status;
}
