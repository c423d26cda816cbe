#include "dove/model_reviews.h"

#include <stdlib.h>
#include <string.h>

#include "dove/matrix.h"
#include "dove/memory.h"
#include "dove/principal_plane.h"
#include "dove/store_vectors.h"
#include "dove/text.h"
#include "model/internal.h"

dove_status dove_model_reviews(dove_model *model, int64_t run, dove_store_override_list *list, dove_error *error) {
  const dove_store_override_query query = {.run = run, .t = -1};
  return dove_store_override_list_read(model->store, &query, list, error);
}

/* ---- Codes near another ---- */

static int compare_near(const void *first, const void *second) {
  const dove_neighbour_code *a = first, *b = second;
  if (a->cosine != b->cosine) return a->cosine > b->cosine ? -1 : 1;
  return (a->code > b->code) - (a->code < b->code);
}

static dove_status fill_near(dove_neighbour_codes *list, int64_t code, dove_error *error) {
  const dove_store_codebook *book = &list->codebook;
  const size_t dimension = (size_t)book->dimension;
  size_t self = book->codes;
  for (size_t k = 0; k < book->codes; k++) {
    if (book->ids[k] == code) self = k;
  }
  if (self == book->codes) return dove_fail(error, DOVE_NOT_FOUND, "the code is not in this codebook");
  list->rows = dove_alloc(book->codes, sizeof *list->rows);
  if (list->rows == NULL) return dove_fail_memory(error, "reading codes");
  for (size_t k = 0; k < book->codes; k++) {
    if (k == self) continue;
    list->rows[list->count++] = (dove_neighbour_code){
        .code = book->ids[k],
        .name = book->names[k],
        .cosine = dove_dot(book->centroids + self * dimension, book->centroids + k * dimension, dimension),
        .n = book->usage[k].n};
  }
  qsort(list->rows, list->count, sizeof *list->rows, compare_near);
  return DOVE_OK;
}

dove_status dove_model_neighbour_codes(dove_model *model, int64_t run, int64_t t, int64_t code,
                                       dove_neighbour_codes *list, dove_error *error) {
  dove_store_current at = {0};
  *list = (dove_neighbour_codes){0};
  dove_status status = dove_store_codebook_of_run(model->store, run, t, &at, error);
  if (status == DOVE_OK) status = dove_store_codebook_read(model->store, at.iteration, &list->codebook, error);
  if (status == DOVE_OK) status = fill_near(list, code, error);
  if (status != DOVE_OK) dove_neighbour_codes_free(list);
  return status;
}

void dove_neighbour_codes_free(dove_neighbour_codes *list) {
  free(list->rows);
  dove_store_codebook_free(&list->codebook);
  *list = (dove_neighbour_codes){0};
}

void dove_model_complete_code(dove_model *model, const char *begin, void (*found)(void *user, const char *name),
                              void *user) {
  const dove_store_codebook *book = NULL;
  dove_error ignored;
  char *start = dove_text_fold(begin, strlen(begin));
  const bool known = start != NULL && dove_model_codebook(model, &book, &ignored) == DOVE_OK;
  for (size_t k = 0; known && k < book->codes; k++) {
    char *name = dove_text_fold(book->names[k], strlen(book->names[k]));
    if (name != NULL && strncmp(name, start, strlen(start)) == 0) found(user, book->names[k]);
    free(name);
  }
  free(start);
}

/* ---- Members on a plane ---- */

void dove_member_plane_free(dove_member_plane *plane) {
  free(plane->x);
  free(plane->y);
  free(plane->group);
  for (size_t g = 0; g < DOVE_PLANE_GROUPS; g++) free(plane->names[g]);
  *plane = (dove_member_plane){0};
}

static int compare_ids(const void *left, const void *right) {
  const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

/* The members of a code at an iteration, all of them; freed with free(). */
static dove_status read_members(dove_model *model, int64_t iteration, int64_t code, int64_t **ids, size_t *count,
                                dove_error *error) {
  int64_t total = 0;
  *ids = NULL;
  *count = 0;
  dove_status status = dove_store_members_count(model->store, iteration, code, &total, error);
  if (status != DOVE_OK) return status;
  *ids = dove_alloc((size_t)total, sizeof **ids);
  if (*ids == NULL) return dove_fail_memory(error, "reading members");
  return dove_store_members_page(model->store, iteration, code, 0, total, *ids, NULL, count, error);
}

/* The points: expressions of the codes before, each code's as often as it has a share of them, and its code. */
typedef struct chosen {
  int64_t *ids;
  uint8_t *from; /* the place of its code before */
  size_t count;
} chosen;

static dove_status choose_points(dove_model *model, const dove_store_decision *decision, int64_t before, chosen *points,
                                 size_t *members, dove_error *error) {
  int64_t *ids[DOVE_PLANE_GROUPS] = {0};
  size_t counts[DOVE_PLANE_GROUPS] = {0}, total = 0;
  const size_t codes = decision->before_count < DOVE_PLANE_GROUPS ? decision->before_count : DOVE_PLANE_GROUPS;
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < codes && status == DOVE_OK; i++) {
    status = read_members(model, before, decision->before[i].code, &ids[i], &counts[i], error);
    total += counts[i];
  }
  const size_t step = (total + DOVE_PLANE_POINTS - 1) / DOVE_PLANE_POINTS;
  *points = (chosen){.ids = dove_alloc(total, sizeof *points->ids), .from = dove_alloc(total, sizeof *points->from)};
  if (status == DOVE_OK && (points->ids == NULL || points->from == NULL))
    status = dove_fail_memory(error, "reading members");
  for (size_t i = 0; i < codes && status == DOVE_OK; i++) {
    for (size_t j = 0; j<counts[i]; j += step> 0 ? step : 1) {
      points->ids[points->count] = ids[i][j];
      points->from[points->count++] = (uint8_t)i;
    }
  }
  for (size_t i = 0; i < codes; i++) free(ids[i]);
  *members = total;
  return status;
}

static dove_status lay_out(dove_model *model, const chosen *points, dove_member_plane *plane, dove_error *error) {
  dove_store_embedder embedder = {0};
  dove_matrix vectors = {0};
  dove_status status = dove_store_embedder_active(model->store, &embedder, error);
  if (status == DOVE_OK) status = dove_matrix_create(&vectors, points->count, (size_t)embedder.dimension, error);
  if (status == DOVE_OK)
    status = dove_store_vectors_read(model->store, embedder.id, DOVE_STORE_EXPRESSION_VECTOR, points->ids,
                                     points->count, vectors.data, error);
  if (status == DOVE_OK)
    status = dove_principal_plane(dove_matrix_as_view(&vectors), plane->x, plane->y, &plane->share, error);
  dove_matrix_free(&vectors);
  dove_store_embedder_free(&embedder);
  return status;
}

static bool add_group(dove_member_plane *plane, const char *name) {
  plane->names[plane->group_count] = dove_strdup(name);
  return plane->names[plane->group_count++] != NULL;
}

static dove_status group_by_origin(const dove_store_decision *decision, const chosen *points, dove_member_plane *plane,
                                   dove_error *error) {
  for (size_t i = 0; i < decision->before_count && i < DOVE_PLANE_GROUPS; i++) {
    if (!add_group(plane, decision->before[i].name)) return dove_fail_memory(error, "reading members");
  }
  memcpy(plane->group, points->from, points->count * sizeof *points->from);
  return DOVE_OK;
}

/* Puts the points that are members of a child into its group. */
static dove_status mark_child(dove_model *model, int64_t after, int64_t code, uint8_t group, const chosen *points,
                              dove_member_plane *plane, dove_error *error) {
  int64_t *ids = NULL;
  size_t count = 0;
  const dove_status status = read_members(model, after, code, &ids, &count, error);
  if (status == DOVE_OK) qsort(ids, count, sizeof *ids, compare_ids);
  for (size_t i = 0; i < points->count && status == DOVE_OK; i++) {
    if (bsearch(&points->ids[i], ids, count, sizeof *ids, compare_ids) != NULL) plane->group[i] = group;
  }
  free(ids);
  return status;
}

static dove_status group_by_child(dove_model *model, const dove_store_decision *decision, int64_t after,
                                  const chosen *points, dove_member_plane *plane, dove_error *error) {
  const size_t children = decision->after_count < DOVE_PLANE_GROUPS - 1 ? decision->after_count : DOVE_PLANE_GROUPS - 1;
  bool left = false;
  memset(plane->group, (int)children, points->count);
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < children && status == DOVE_OK; i++) {
    if (!add_group(plane, decision->after[i].name)) return dove_fail_memory(error, "reading members");
    status = mark_child(model, after, decision->after[i].code, (uint8_t)i, points, plane, error);
  }
  for (size_t i = 0; i < points->count; i++) left = left || plane->group[i] == children;
  if (status == DOVE_OK && left && !add_group(plane, "elsewhere")) return dove_fail_memory(error, "reading members");
  return status;
}

static dove_status make_plane(dove_model *model, const dove_store_decision *decision, int64_t after,
                              const chosen *points, dove_member_plane *plane, dove_error *error) {
  plane->x = dove_alloc(points->count, sizeof *plane->x);
  plane->y = dove_alloc(points->count, sizeof *plane->y);
  plane->group = dove_alloc(points->count, sizeof *plane->group);
  if (plane->x == NULL || plane->y == NULL || plane->group == NULL) return dove_fail_memory(error, "reading members");
  const bool parted = decision->before_count == 1 && decision->after_count > 1 && after != 0;
  dove_status status = lay_out(model, points, plane, error);
  if (status == DOVE_OK)
    status = parted ? group_by_child(model, decision, after, points, plane, error)
                    : group_by_origin(decision, points, plane, error);
  if (status != DOVE_OK) return status;
  plane->count = points->count;
  for (size_t i = 0; i < points->count; i++) plane->sizes[plane->group[i]]++;
  return DOVE_OK;
}

dove_status dove_model_member_plane(dove_model *model, const dove_store_decision *decision, int64_t before,
                                    int64_t after, dove_member_plane *plane, dove_error *error) {
  chosen points = {0};
  *plane = (dove_member_plane){0};
  if (before == 0) return DOVE_OK;
  dove_status status = choose_points(model, decision, before, &points, &plane->members, error);
  if (status == DOVE_OK && points.count > 0) status = make_plane(model, decision, after, &points, plane, error);
  free(points.ids);
  free(points.from);
  if (status != DOVE_OK) dove_member_plane_free(plane);
  return status;
}
