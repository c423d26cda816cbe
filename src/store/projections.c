#include "dove/store_projections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "store/internal.h"

_Static_assert(sizeof(dove_store_point) == 12, "blob entries have no padding");

static dove_status replace(dove_store *store, int64_t embedder, const char *settings, int64_t seed,
                           const dove_store_point *points, size_t count, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "DELETE FROM projection WHERE embedder_id = ?", error);
  dove_query_int(&query, embedder);
  const dove_status status = dove_query_finish(&query);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store,
                  "INSERT INTO projection (embedder_id, settings, seed, created, points) VALUES (?, ?, ?, ?, ?)",
                  error);
  dove_query_int(&query, embedder);
  dove_query_text(&query, settings);
  dove_query_int(&query, seed);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_blob(&query, points, count * sizeof *points);
  return dove_query_finish(&query);
}

dove_status dove_store_projection_write(dove_store *store, int64_t embedder, const char *settings, int64_t seed,
                                        const dove_store_point *points, size_t count, dove_error *error) {
  for (size_t i = 0; i < count; i++) {
    if (isfinite(points[i].x) && isfinite(points[i].y)) continue;
    return dove_fail(error, DOVE_INPUT, "the position of expression %lld on the map is not finite",
                     (long long)points[i].expression);
  }
  const dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, replace(store, embedder, settings, seed, points, count, error), error);
}

static dove_status copy_row(const dove_query *query, dove_store_projection *projection) {
  const void *points = sqlite3_column_blob(query->statement, 5);
  const size_t size = (size_t)sqlite3_column_bytes(query->statement, 5);
  *projection = (dove_store_projection){
      .id = dove_column_int(query, 0),
      .embedder = dove_column_int(query, 1),
      .seed = dove_column_int(query, 2),
      .created = dove_column_int(query, 3),
      .settings = dove_strdup((const char *)sqlite3_column_text(query->statement, 4)),
      .points = dove_alloc(size, 1),
      .count = size / sizeof *projection->points,
  };
  if (projection->settings == NULL || projection->points == NULL) {
    return dove_fail_memory(query->error, "reading the map");
  }
  if (size > 0) memcpy(projection->points, points, size);
  return DOVE_OK;
}

dove_status dove_store_projection_read(dove_store *store, dove_store_projection *projection, dove_error *error) {
  dove_query query;
  *projection = (dove_store_projection){0};
  dove_query_open(&query, store,
                  "SELECT p.id, p.embedder_id, p.seed, p.created, p.settings, p.points FROM projection AS p"
                  " JOIN embedder AS m ON m.id = p.embedder_id WHERE m.active = 1 ORDER BY p.id DESC LIMIT 1",
                  error);
  if (dove_query_step(&query)) dove_query_fail(&query, copy_row(&query, projection));
  const dove_status status = dove_query_close(&query);
  if (status != DOVE_OK) dove_store_projection_free(projection);
  return status;
}

void dove_store_projection_free(dove_store_projection *projection) {
  free(projection->settings);
  free(projection->points);
  *projection = (dove_store_projection){0};
}
