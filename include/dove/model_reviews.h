/* What the Decisions pane needs beside the decisions: reviews, codes near another, members on a plane. */
#ifndef DOVE_MODEL_REVIEWS_H
#define DOVE_MODEL_REVIEWS_H

#include "dove/model.h"
#include "dove/store_decisions.h"
#include "dove/store_overrides.h"

/* All reviews of a run (0: of every run), what was withdrawn too. Freed with dove_store_override_list_free(). */
dove_status dove_model_reviews(dove_model *model, int64_t run, dove_store_override_list *list, dove_error *error);

typedef struct dove_neighbour_code {
  int64_t code;
  const char *name; /* owned by the list's codebook */
  double cosine;    /* of the two centroids */
  double n;
} dove_neighbour_code;

typedef struct dove_neighbour_codes {
  dove_neighbour_code *rows; /* the nearest first; `code` itself is left out */
  size_t count;
  dove_store_codebook codebook;
} dove_neighbour_codes;

/* The other codes of C^t of a run by their cosine to `code`. Freed with dove_neighbour_codes_free(). */
dove_status dove_model_neighbour_codes(dove_model *model, int64_t run, int64_t t, int64_t code,
                                       dove_neighbour_codes *list, dove_error *error);
void dove_neighbour_codes_free(dove_neighbour_codes *list);

/* Calls `found` with the names of the codebook that is looked at that begin with `begin`, whatever the case. */
void dove_model_complete_code(dove_model *model, const char *begin, void (*found)(void *user, const char *name),
                              void *user);

enum { DOVE_PLANE_GROUPS = 4, DOVE_PLANE_POINTS = 160 };

/* The members of the codes before a decision on the plane of their two principal components. A split colours them by
 * the child that they are in afterwards, a merge by the code that they came from. */
typedef struct dove_member_plane {
  size_t count; /* points: of more than DOVE_PLANE_POINTS members every so many-th, by centrality */
  size_t members;
  float *x, *y;
  uint8_t *group;                  /* < group_count */
  char *names[DOVE_PLANE_GROUPS];  /* owned; of the last group "elsewhere" when members left the children */
  size_t sizes[DOVE_PLANE_GROUPS]; /* points of each */
  size_t group_count;
  double share; /* of the variance that the plane shows */
} dove_member_plane;

/* `before` and `after` are the iterations (ids in the store) of both sides; 0 where there is none: then all points are
 * of their codes before. Freed with dove_member_plane_free(). */
dove_status dove_model_member_plane(dove_model *model, const dove_store_decision *decision, int64_t before,
                                    int64_t after, dove_member_plane *plane, dove_error *error);
void dove_member_plane_free(dove_member_plane *plane);

#endif
