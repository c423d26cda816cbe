/* The members of each code, and the names that they give it. Private to this room. */
#ifndef DOVE_METHOD_MEMBERS_H
#define DOVE_METHOD_MEMBERS_H

#include <stddef.h>
#include <stdint.h>

#include "dove/codebook.h"
#include "dove/expression_set.h"
#include "dove/namer.h"

/* Code k has the expressions items[starts[k]] … items[starts[k+1]-1]: rising until they are ordered by centrality. */
typedef struct dove_members {
  size_t codes;
  size_t *starts;  /* codes + 1 */
  uint32_t *items; /* places in the expression set */
  float *cosines;  /* of each item to the centroid of its code; NULL until they are ordered */
} dove_members;

static inline size_t dove_members_count(const dove_members *members, size_t code) {
  return members->starts[code + 1] - members->starts[code];
}

static inline uint32_t *dove_members_of(const dove_members *members, size_t code) {
  return members->items + members->starts[code];
}

/* Groups `count` expressions by label; DOVE_NO_GROUP belongs nowhere. Freed with dove_members_free(). */
dove_status dove_members_group(const uint32_t *label, size_t count, size_t codes, dove_members *members,
                               dove_error *error);

/* Orders the members of every code by falling cosine to its centroid, equal ones by their place. */
dove_status dove_members_order(dove_members *members, dove_matrix_view vectors, dove_matrix_view centroids,
                               dove_error *error);

void dove_members_free(dove_members *members);

/* Has the namer name the codes first … codebook->count-1, whose members are `members` (of all codes, ordered). The
 * names of the codes before `first` are taken. A code that has a name already keeps it; it must be unique. */
dove_status dove_members_name(const dove_members *members, const dove_expression_set *set, const dove_namer *namer,
                              dove_codebook *codebook, size_t first, const dove_progress *progress, dove_error *error);

#endif
