#include "dove/initialise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/hdbscan.h"
#include "dove/kmeans.h"
#include "dove/memory.h"
#include "dove/parallel.h"
#include "dove/random.h"
#include "dove/umap.h"
#include "method/codebook/members.h"

static const char doing[] = "making the initial codebook";

/* Which cluster each expression is in, while clusters are found, founded and merged. */
typedef struct clustering {
  uint32_t *label; /* expressions; DOVE_NO_GROUP: noise */
  size_t expressions;
  size_t clusters;
  size_t from_noise; /* clusters from this number on were founded by noise points */
  bool *founded;     /* once merged: by noise points alone */
} clustering;

/* Lets the labels run 0 … count-1 without gaps, in order of `value` (a cluster's new number; DOVE_NO_GROUP drops it).
 */
static void relabel(clustering *c, const uint32_t *value, size_t count) {
  for (size_t i = 0; i < c->expressions; i++) {
    if (c->label[i] != DOVE_NO_GROUP) c->label[i] = value[c->label[i]];
  }
  c->clusters = count;
}

static dove_status cluster_umap(const dove_expression_set *set, const dove_settings *settings, clustering *c,
                                dove_initialisation *record, const dove_progress *progress, dove_error *error) {
  dove_umap_options options = dove_umap_defaults();
  options.dimensions = (size_t)settings->umap_dimension;
  options.neighbors = (size_t)settings->neighbors;
  options.min_dist = settings->min_dist;
  options.seed = (uint64_t)settings->seed;
  const dove_hdbscan_options density = {(uint32_t)settings->min_cluster_size, (uint32_t)settings->min_samples};
  dove_matrix map = {0};
  dove_hdbscan found = {0};
  const double start = dove_clock_seconds();
  dove_status status = dove_umap(dove_matrix_as_view(&set->vectors), &options, &map, NULL, progress, error);
  record->seconds_umap = dove_clock_seconds() - start;
  if (status == DOVE_OK) status = dove_hdbscan_run(map.data, map.rows, map.columns, &density, progress, &found, error);
  dove_matrix_free(&map);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < c->expressions; i++)
    c->label[i] = found.labels[i] == DOVE_NOISE ? DOVE_NO_GROUP : (uint32_t)found.labels[i];
  c->clusters = found.clusters;
  record->noise = found.noise;
  dove_hdbscan_free(&found);
  return DOVE_OK;
}

/* K-means leaves clusters empty where there are fewer distinct points: those are dropped. */
static dove_status drop_empty(clustering *c, const size_t *size, size_t clusters, dove_error *error) {
  uint32_t *value = dove_alloc(clusters, sizeof *value);
  if (value == NULL) return dove_fail_memory(error, doing);
  uint32_t next = 0;
  for (size_t k = 0; k < clusters; k++) value[k] = size[k] > 0 ? next++ : DOVE_NO_GROUP;
  relabel(c, value, next);
  free(value);
  return DOVE_OK;
}

static dove_status cluster_kmeans(const dove_expression_set *set, const dove_settings *settings, clustering *c,
                                  const dove_progress *progress, dove_error *error) {
  const double wanted = round(sqrt((double)c->expressions / 2.0));
  const dove_kmeans_options options = {.clusters = wanted < 2.0 ? 2 : (size_t)wanted,
                                       .restarts = (size_t)settings->kmeans_restarts,
                                       .max_iterations = 300,
                                       .seed = (uint64_t)settings->seed};
  dove_kmeans found = {0};
  dove_status status = dove_kmeans_fit(dove_matrix_as_view(&set->vectors), &options, &found, progress, error);
  if (status != DOVE_OK) return status;
  memcpy(c->label, found.label, c->expressions * sizeof *c->label);
  status = drop_empty(c, found.size, found.clusters, error);
  dove_kmeans_free(&found);
  return status;
}

/* SPEC 3.2, with the fallback. */
static dove_status find_clusters(const dove_expression_set *set, const dove_settings *settings, clustering *c,
                                 dove_initialisation *record, const dove_progress *progress, dove_error *error) {
  dove_status status = cluster_umap(set, settings, c, record, progress, error);
  if (status == DOVE_OK && c->clusters < 2) {
    record->fallback = true;
    record->noise = 0;
    status = cluster_kmeans(set, settings, c, progress, error);
  }
  record->clusters = c->clusters;
  return status;
}

/* Gives one noise point to the nearest cluster, or makes it one of its own. */
static void place_noise(clustering *c, size_t point, uint32_t nearest, float cosine, double least,
                        dove_initialisation *record) {
  if ((double)cosine >= least) {
    c->label[point] = nearest;
    return;
  }
  c->label[point] = (uint32_t)c->clusters++;
  record->noise_codes++;
}

/* SPEC 3.3. The centroids are those of the clusters as found, so that the order of the points does not matter. */
static dove_status assign_noise(const dove_expression_set *set, const dove_settings *settings, clustering *c,
                                dove_initialisation *record, const dove_progress *progress, dove_error *error) {
  c->from_noise = c->clusters;
  if (record->noise == 0) return DOVE_OK;
  const dove_matrix_view vectors = dove_matrix_as_view(&set->vectors);
  dove_matrix centroids = {0}, points = {0};
  uint32_t *index = dove_alloc(record->noise, sizeof *index), *nearest = dove_alloc(record->noise, sizeof *nearest);
  float *cosine = dove_alloc(record->noise, sizeof *cosine);
  size_t count = 0;
  dove_status status = DOVE_OK;
  if (index == NULL || nearest == NULL || cosine == NULL) status = dove_fail_memory(error, doing);
  if (status == DOVE_OK)
    status = dove_matrix_group_unit_means(vectors, c->label, NULL, c->clusters, &centroids, NULL, error);
  if (status == DOVE_OK) status = dove_matrix_create(&points, record->noise, vectors.columns, error);
  if (status == DOVE_OK) {
    for (size_t i = 0; i < c->expressions; i++) {
      if (c->label[i] == DOVE_NO_GROUP) index[count++] = (uint32_t)i;
    }
    dove_matrix_gather(vectors, index, count, points.data);
    status =
        dove_nearest(dove_matrix_as_view(&points), dove_matrix_as_view(&centroids), nearest, cosine, progress, error);
  }
  for (size_t i = 0; i < count && status == DOVE_OK; i++)
    place_noise(c, index[i], nearest[i], cosine[i], settings->noise_similarity, record);
  dove_matrix_free(&centroids);
  dove_matrix_free(&points);
  free(index);
  free(nearest);
  free(cosine);
  return status;
}

static uint32_t root_of(uint32_t *parent, uint32_t k) {
  while (parent[k] != k) {
    parent[k] = parent[parent[k]];
    k = parent[k];
  }
  return k;
}

/* The smaller number becomes the root, so that components are numbered by their first cluster. */
static void join(uint32_t *parent, uint32_t a, uint32_t b) {
  const uint32_t x = root_of(parent, a), y = root_of(parent, b);
  if (x < y) parent[y] = x;
  if (y < x) parent[x] = y;
}

/* A float32 product is good to about 1e-6: what is that near to the limit is computed again in float64. */
static bool similar(dove_matrix_view centroids, size_t a, size_t b, float product, double limit) {
  if (fabs((double)product - limit) > 1e-5) return (double)product > limit;
  return dove_dot(dove_matrix_row(centroids, a), dove_matrix_row(centroids, b), centroids.columns) >= limit;
}

/* Joins the clusters whose centroids have a cosine ≥ `limit`. */
static dove_status join_similar(dove_matrix_view centroids, double limit, uint32_t *parent, dove_error *error) {
  enum { ROWS = 256 };
  float *block = dove_alloc_aligned(ROWS * centroids.rows, sizeof *block);
  if (block == NULL) return dove_fail_memory(error, doing);
  for (size_t first = 0; first < centroids.rows; first += ROWS) {
    const size_t rows = centroids.rows - first < ROWS ? centroids.rows - first : ROWS;
    dove_matrix_product_block(dove_matrix_rows(centroids, first, rows), centroids, block, centroids.rows);
    for (size_t i = 0; i < rows; i++) {
      for (size_t j = first + i + 1; j < centroids.rows; j++) {
        if (similar(centroids, first + i, j, block[i * centroids.rows + j], limit))
          join(parent, (uint32_t)(first + i), (uint32_t)j);
      }
    }
  }
  free(block);
  return DOVE_OK;
}

/* SPEC 3.4: connected components of "cosine ≥ merge_similarity". */
static dove_status merge_clusters(const dove_expression_set *set, double limit, clustering *c,
                                  dove_initialisation *record, dove_error *error) {
  dove_matrix centroids = {0};
  uint32_t *parent = dove_alloc(c->clusters, sizeof *parent), *value = dove_alloc(c->clusters, sizeof *value);
  c->founded = dove_alloc(c->clusters, sizeof *c->founded);
  const bool made = parent != NULL && value != NULL && c->founded != NULL;
  dove_status status = made ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK)
    status = dove_matrix_group_unit_means(dove_matrix_as_view(&set->vectors), c->label, NULL, c->clusters, &centroids,
                                          NULL, error);
  if (status == DOVE_OK) {
    for (size_t k = 0; k < c->clusters; k++) parent[k] = (uint32_t)k;
    status = join_similar(dove_matrix_as_view(&centroids), limit, parent, error);
  }
  if (status == DOVE_OK) {
    uint32_t next = 0;
    for (uint32_t k = 0; k < c->clusters; k++) {
      if (parent[k] == k) c->founded[next] = k >= c->from_noise;
      value[k] = parent[k] == k ? next++ : value[root_of(parent, k)];
    }
    record->merged = c->clusters - next;
    relabel(c, value, next);
  }
  dove_matrix_free(&centroids);
  free(parent);
  free(value);
  return status;
}

typedef struct place {
  size_t size;
  uint32_t first; /* expression */
  uint32_t cluster;
  bool founded;
} place;

static int compare_places(const void *a, const void *b) {
  const place *x = a, *y = b;
  if (x->size != y->size) return x->size > y->size ? -1 : 1;
  return (x->first > y->first) - (x->first < y->first);
}

/* Numbers the clusters by falling size, then by their first expression. */
static dove_status order_clusters(clustering *c, dove_error *error) {
  place *places = dove_alloc_zero(c->clusters, sizeof *places);
  uint32_t *value = dove_alloc(c->clusters, sizeof *value);
  const bool made = places != NULL && value != NULL;
  if (made) {
    for (size_t i = c->expressions; i-- > 0;) {
      places[c->label[i]].size++;
      places[c->label[i]].first = (uint32_t)i;
    }
    for (uint32_t k = 0; k < c->clusters; k++) {
      places[k].cluster = k;
      places[k].founded = c->founded[k];
    }
    qsort(places, c->clusters, sizeof *places, compare_places);
    for (uint32_t k = 0; k < c->clusters; k++) {
      value[places[k].cluster] = k;
      c->founded[k] = places[k].founded;
    }
    relabel(c, value, c->clusters);
  }
  free(places);
  free(value);
  return made ? DOVE_OK : dove_fail_memory(error, doing);
}

/* SPEC 3.5: centroids and names. */
static dove_status make_codes(const dove_expression_set *set, const clustering *c, const dove_namer *namer,
                              dove_codebook *codebook, const dove_progress *progress, dove_error *error) {
  const dove_matrix_view vectors = dove_matrix_as_view(&set->vectors);
  dove_members members = {0};
  dove_matrix centroids = {0};
  dove_status status = dove_codebook_create(codebook, c->clusters, vectors.columns, error);
  if (status == DOVE_OK)
    status = dove_matrix_group_unit_means(vectors, c->label, NULL, c->clusters, &centroids, NULL, error);
  if (status == DOVE_OK) status = dove_members_group(c->label, c->expressions, c->clusters, &members, error);
  if (status == DOVE_OK) {
    memcpy(codebook->centroids.data, centroids.data, centroids.rows * centroids.columns * sizeof *centroids.data);
    for (size_t k = 0; k < c->clusters; k++) {
      codebook->codes[k].id = -1 - (int64_t)k;
      codebook->codes[k].origin = c->founded[k] ? DOVE_STORE_CODE_NOISE : DOVE_STORE_CODE_INITIAL;
    }
    status = dove_members_order(&members, vectors, dove_matrix_as_view(&codebook->centroids), error);
  }
  if (status == DOVE_OK) status = dove_members_name(&members, set, namer, codebook, 0, progress, error);
  dove_members_free(&members);
  dove_matrix_free(&centroids);
  return status;
}

dove_status dove_initialise(const dove_expression_set *set, const dove_settings *settings, const dove_namer *namer,
                            dove_codebook *codebook, dove_initialisation *record, const dove_progress *progress,
                            dove_error *error) {
  *codebook = (dove_codebook){0};
  *record = (dove_initialisation){0};
  if (set->expressions == 0)
    return dove_fail(error, DOVE_INPUT, "there is no value expression with a vector to build a codebook from");
  clustering c = {.expressions = set->expressions};
  const double start = dove_clock_seconds();
  c.label = dove_alloc(set->expressions, sizeof *c.label);
  if (c.label == NULL) return dove_fail_memory(error, doing);
  dove_status status = find_clusters(set, settings, &c, record, progress, error);
  if (status == DOVE_OK) status = assign_noise(set, settings, &c, record, progress, error);
  if (status == DOVE_OK) status = merge_clusters(set, settings->merge_similarity, &c, record, error);
  if (status == DOVE_OK) status = order_clusters(&c, error);
  if (status == DOVE_OK) status = make_codes(set, &c, namer, codebook, progress, error);
  if (status == DOVE_OK)
    status = dove_codebook_set_width(codebook, dove_matrix_as_view(&set->vectors), settings->sigma, progress, error);
  free(c.label);
  free(c.founded);
  record->seconds_others = dove_clock_seconds() - start - record->seconds_umap;
  if (status != DOVE_OK) dove_codebook_free(codebook);
  return status;
}
