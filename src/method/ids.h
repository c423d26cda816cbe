/* Rising lists of ids. Private to this room. */
#ifndef DOVE_METHOD_IDS_H
#define DOVE_METHOD_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static inline int dove_ids_compare(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static inline void dove_ids_sort(int64_t *ids, size_t count) {
  if (count > 1) qsort(ids, count, sizeof *ids, dove_ids_compare);
}

/* The place of `id`; `count` when it is not there. */
static inline size_t dove_ids_place(const int64_t *ids, size_t count, int64_t id) {
  const int64_t *found = count > 0 ? bsearch(&id, ids, count, sizeof id, dove_ids_compare) : NULL;
  return found != NULL ? (size_t)(found - ids) : count;
}

static inline bool dove_ids_contain(const int64_t *ids, size_t count, int64_t id) {
  return dove_ids_place(ids, count, id) < count;
}

#endif
