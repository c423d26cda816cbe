/* The map: how it is made and kept, and what the model makes of a map and a codebook written down by hand. */
#include "store_fixture.h"

#include <math.h>

#include "dove/map.h"
#include "dove/model_map.h"
#include "dove/store_codes.h"
#include "dove/store_expressions.h"
#include "dove/store_projections.h"
#include "dove/store_runs.h"
#include "dove/store_vectors.h"

static int64_t add_expression(store_fixture *f, int64_t document, const char *name, const char *description) {
  int64_t id = 0;
  const dove_store_new_expression expression = {
      .code_name = name, .description = description, .evidence_start = -1, .evidence_end = -1};
  assert_done(
      f, dove_store_expression_add(f->store, document, DOVE_STORE_ORIGIN_IMPORTED, &expression, 1, &id, &f->error));
  return id;
}

/* ---- Made from vectors ---- */

enum { COUNT = 60, DIMENSION = 8 };

/* Three bundles of directions. */
static void add_vectors(store_fixture *f) {
  int64_t embedder = 0, ids[COUNT];
  float vectors[COUNT * DIMENSION] = {0};
  const int64_t document = add_document(f, "d", "KR", "human", "t", "text");
  assert_done(f, dove_store_embedder_add(f->store, "e", DIMENSION, NULL, 0, &embedder, &f->error));
  for (size_t i = 0; i < COUNT; i++) {
    char name[32];
    snprintf(name, sizeof name, "value %zu", i);
    ids[i] = add_expression(f, document, name, name);
    float *v = vectors + i * DIMENSION;
    v[i % 3] = 0.96F;
    v[3 + i % 5] = 0.28F; /* 0.96² + 0.28² = 1 */
  }
  assert_done(
      f, dove_store_vectors_write(f->store, embedder, DOVE_STORE_EXPRESSION_VECTOR, ids, COUNT, vectors, &f->error));
}

static void draw(store_fixture *f, bool again, dove_store_projection *map, bool *kept) {
  dove_map_report report;
  const dove_map_options options = {.again = again};
  assert_done(f, dove_map(f->store, &options, &report, NULL, &f->error));
  assert_int_equal(report.expressions, COUNT);
  *kept = report.kept;
  assert_done(f, dove_store_projection_read(f->store, map, &f->error));
  assert_int_equal(map->count, COUNT);
}

static void test_same_seed_same_map(void **state) {
  store_fixture *f = *state;
  dove_store_projection first, second, third;
  bool kept;
  add_vectors(f);
  draw(f, false, &first, &kept);
  assert_false(kept);
  draw(f, false, &second, &kept);
  assert_true(kept);
  assert_int_equal(second.id, first.id);
  draw(f, true, &third, &kept);
  assert_false(kept);
  assert_int_not_equal(third.id, first.id);
  assert_memory_equal(third.points, first.points, COUNT * sizeof *first.points);
  dove_store_projection_free(&first);
  dove_store_projection_free(&second);
  dove_store_projection_free(&third);
  assert_clean(f);
}

static bool always(void *user) {
  (void)user;
  return true;
}

static void test_cancelled_and_impossible(void **state) {
  store_fixture *f = *state;
  dove_map_report report;
  dove_store_projection before, after;
  const dove_map_options again = {.again = true};
  const dove_progress stopped = {.cancelled = always};
  bool kept;
  assert_int_not_equal(dove_map(f->store, &again, &report, NULL, &f->error), DOVE_OK); /* nothing embedded */
  assert_non_null(strstr(f->error.message, "embed them"));
  add_vectors(f);
  draw(f, false, &before, &kept);
  assert_int_equal(dove_map(f->store, &again, &report, &stopped, &f->error), DOVE_CANCELLED);
  assert_done(f, dove_store_projection_read(f->store, &after, &f->error));
  assert_int_equal(after.id, before.id);
  dove_store_projection_free(&before);
  dove_store_projection_free(&after);
}

static void test_positions_must_be_finite(void **state) {
  store_fixture *f = *state;
  int64_t embedder = 0;
  assert_done(f, dove_store_embedder_add(f->store, "e", 2, NULL, 0, &embedder, &f->error));
  const dove_store_point points[] = {{1, 0, 0}, {2, NAN, 0}};
  assert_int_equal(dove_store_projection_write(f->store, embedder, "{}", 1, points, 2, &f->error), DOVE_INPUT);
  dove_store_projection map;
  assert_done(f, dove_store_projection_read(f->store, &map, &f->error));
  assert_int_equal(map.id, 0);
}

/* ---- Written down by hand ---- */

/* Expressions 1–3 of a Korean document at (0, 0), (2, 0), (4, 6), 4 of a model's at (10, −2); the map also has an
 * expression 9 that is gone. Code 1 has the members 1 and 2, code 2 the members 3 and 4, code 3 none. */
static dove_model *open_by_hand(store_fixture *f) {
  int64_t embedder = 0, run = 0, iteration = 0;
  const int64_t people = add_document(f, "a", "KR", "human", "t", "one"),
                machine = add_document(f, "b", NULL, "birch", "t", "two");
  add_expression(f, people, "care", "The author values caring for parents.");
  add_expression(f, people, "care", "The author values care.");
  add_expression(f, people, "order", "The author values order.");
  add_expression(f, machine, "order", "The author values rules set by parents.");
  assert_done(f, dove_store_embedder_add(f->store, "e", 2, NULL, 0, &embedder, &f->error));
  const dove_store_point points[] = {{1, 0, 0}, {2, 2, 0}, {3, 4, 6}, {4, 10, -2}, {9, 100, 100}};
  assert_done(f, dove_store_projection_write(f->store, embedder, "{}", 1, points, 5, &f->error));
  const dove_store_new_run new_run = {.settings = "{}", .embedder = embedder, .initial = "by hand", .parent_t = -1};
  assert_done(f, dove_store_run_add(f->store, &new_run, &run, &f->error));
  const float centroid[2] = {1, 0};
  dove_store_usage usage[3] = {0};
  static const char *const names[] = {"Care", "Order", "Silence"};
  for (size_t k = 0; k < 3; k++) {
    const dove_store_new_code code = {
        .name = names[k], .centroid = centroid, .dimension = 2, .origin = DOVE_STORE_CODE_INITIAL};
    assert_done(f, dove_store_code_add(f->store, run, 0, &code, &usage[k].code, &f->error));
    usage[k].n = (double)k;
  }
  const dove_store_iteration row = {.codes = 3, .M = 5, .S = 1};
  assert_done(f, dove_store_iteration_add(f->store, run, &row, &iteration, &f->error));
  assert_done(f, dove_store_usage_add(f->store, iteration, usage, 3, &f->error));
  const float cosines[2] = {1, 0.5F};
  assert_done(f, dove_store_members_add(f->store, iteration, 0, (int64_t[]){1, 2}, cosines, 2, &f->error));
  assert_done(f, dove_store_members_add(f->store, iteration, 1, (int64_t[]){3, 4}, cosines, 2, &f->error));
  assert_done(f, dove_store_run_end(f->store, run, DOVE_STORE_FINISHED, "iterations", &f->error));
  dove_model *model = NULL;
  assert_done(f, dove_model_open(f->path, &model, &f->error));
  return model;
}

static void test_codes_lie_among_their_members(void **state) {
  store_fixture *f = *state;
  const dove_point_map *map = NULL;
  dove_model *model = open_by_hand(f);
  assert_done(f, dove_model_view_set(model, 1, 0, &f->error));
  assert_done(f, dove_model_map(model, &map, &f->error));
  assert_int_equal(map->points, 4);
  assert_int_equal(map->code_count, 3);
  assert_true(map->codes[0].x == 1 && map->codes[0].y == 0); /* of (0, 0) and (2, 0) */
  assert_true(map->codes[1].x == 7 && map->codes[1].y == 2); /* of (4, 6) and (10, −2) */
  assert_true(isnan(map->codes[2].x));
  assert_int_equal(map->codes[2].members, 0);
  assert_string_equal(map->codes[1].name, "Order");
  assert_int_equal(map->code[1], 0);
  assert_int_equal(map->code[3], 1);
  assert_string_equal(map->cultures[map->culture[2]], "KR");
  assert_int_equal(map->culture[3], DOVE_MAP_NONE);
  assert_string_equal(map->sources[map->source[3]], "birch");
  assert_true(map->left == 0 && map->right == 10 && map->bottom == -2 && map->top == 6); /* without expression 9 */
  dove_model_close(model);
}

static void test_search(void **state) {
  store_fixture *f = *state;
  const dove_point_map *map = NULL;
  bool found[4];
  size_t hits = 0;
  char *text = NULL;
  dove_model *model = open_by_hand(f);
  assert_done(f, dove_model_map(model, &map, &f->error));
  assert_done(f, dove_model_map_search(model, map, "parents", found, &hits, &f->error));
  assert_int_equal(hits, 2);
  assert_true(found[0] && !found[1] && !found[2] && found[3]);
  assert_done(f, dove_model_map_text(model, map, 3, &text, &f->error));
  assert_string_equal(text, "The author values rules set by parents.");
  free(text);
  dove_model_close(model);
}

static void test_no_map(void **state) {
  store_fixture *f = *state;
  const dove_point_map *map = NULL;
  dove_model *model = NULL;
  assert_done(f, dove_model_open(f->path, &model, &f->error));
  assert_int_equal(dove_model_map(model, &map, &f->error), DOVE_NOT_FOUND);
  dove_model_close(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_same_seed_same_map, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_cancelled_and_impossible, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_positions_must_be_finite, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_codes_lie_among_their_members, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_search, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_no_map, store_setup, store_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
