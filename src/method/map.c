#include "dove/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/expression_set.h"
#include "dove/memory.h"
#include "dove/project_settings.h"
#include "dove/store_projections.h"
#include "dove/store_vectors.h"
#include "dove/umap.h"

enum { SETTINGS_SIZE = 160 };

/* Points stand apart a little, so that dense places can be told from single ones. */
static const double min_dist = 0.1;

static dove_umap_options options_of(const dove_settings *settings) {
  dove_umap_options options = dove_umap_defaults();
  options.dimensions = 2;
  options.min_dist = min_dist;
  options.neighbors = (size_t)settings->neighbors;
  options.seed = (uint64_t)settings->seed;
  return options;
}

static void describe(const dove_umap_options *options, char text[SETTINGS_SIZE]) {
  snprintf(text, SETTINGS_SIZE, "{\"method\":\"umap\",\"neighbors\":%zu,\"min_dist\":%.3f,\"metric\":\"cosine\"}",
           options->neighbors, options->min_dist);
}

/* True when the stored map shows the same expressions, laid out in the same way. */
static bool still_right(const dove_store_projection *stored, const dove_expression_set *set, const char *settings,
                        int64_t seed) {
  if (stored->id == 0 || stored->count != set->expressions || stored->seed != seed) return false;
  if (strcmp(stored->settings, settings) != 0) return false;
  for (size_t i = 0; i < set->expressions; i++) {
    if ((int64_t)stored->points[i].expression != set->expression_ids[i]) return false;
  }
  return true;
}

static dove_status save(dove_store *store, const dove_expression_set *set, const dove_matrix *map, const char *settings,
                        int64_t seed, const dove_progress *progress, dove_error *error) {
  dove_store_embedder embedder = {0};
  dove_store_point *points = dove_alloc(set->expressions, sizeof *points);
  if (points == NULL) return dove_fail_memory(error, "drawing the map");
  dove_progress_report(progress, "saving", 0, 1);
  for (size_t i = 0; i < set->expressions; i++) {
    points[i] = (dove_store_point){(uint32_t)set->expression_ids[i], map->data[2 * i], map->data[2 * i + 1]};
  }
  dove_status status = dove_store_embedder_active(store, &embedder, error);
  if (status == DOVE_OK) {
    status = dove_store_projection_write(store, embedder.id, settings, seed, points, set->expressions, error);
  }
  dove_store_embedder_free(&embedder);
  free(points);
  return status;
}

static dove_status lay_out(dove_store *store, const dove_settings *settings, const dove_expression_set *set,
                           dove_map_report *report, bool again, const dove_progress *progress, dove_error *error) {
  const dove_umap_options options = options_of(settings);
  char description[SETTINGS_SIZE];
  describe(&options, description);
  dove_store_projection stored;
  dove_status status = dove_store_projection_read(store, &stored, error);
  if (status != DOVE_OK) return status;
  report->kept = !again && still_right(&stored, set, description, settings->seed);
  dove_store_projection_free(&stored);
  if (report->kept) return DOVE_OK;
  dove_matrix map = {0};
  status = dove_umap(dove_matrix_as_view(&set->vectors), &options, &map, NULL, progress, error);
  if (status == DOVE_OK) status = save(store, set, &map, description, settings->seed, progress, error);
  dove_matrix_free(&map);
  return status;
}

dove_status dove_map(dove_store *store, const dove_map_options *options, dove_map_report *report,
                     const dove_progress *progress, dove_error *error) {
  *report = (dove_map_report){0};
  dove_settings settings;
  dove_status status = dove_project_settings_load(store, &settings, error);
  if (status != DOVE_OK) return status;
  const dove_expression_selection everything = {0};
  dove_expression_set set = {0};
  status = dove_expression_set_load(store, &everything, &set, progress, error);
  report->expressions = set.expressions;
  report->without = set.expressions_without;
  if (status == DOVE_OK && set.expressions == 0) {
    status = dove_fail(error, DOVE_INPUT, "no expression has a vector: there is nothing to draw; embed them first");
  }
  if (status == DOVE_OK) status = lay_out(store, &settings, &set, report, options->again, progress, error);
  dove_expression_set_free(&set);
  return status;
}
