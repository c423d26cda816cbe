/* HDBSCAN on 50,000 × 5 points: blobs with noise, as a projection gives them, against the time that the k nearest
 * neighbours alone take. With arguments `FILE N D` it clusters raw float32 from a file, for tests/bench/peers.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/hdbscan.h"
#include "dove/random.h"
#include "math/hdbscan/kdtree.h"

static float *make_blobs(size_t count, size_t dimensions, size_t centres) {
  float *points = malloc(count * dimensions * sizeof *points);
  if (points == NULL) return NULL;
  for (size_t i = 0; i < count; i++) {
    dove_random own = dove_random_stream(1, i, 1);
    dove_random centre = dove_random_stream(1, dove_random_below(&own, centres), 2);
    for (size_t j = 0; j < dimensions; j++) {
      const double place = 20.0 * dove_random_uniform(&centre);
      points[i * dimensions + j] = (float)(place + 0.2 * dove_random_normal(&own));
    }
  }
  return points;
}

static float *read_points(const char *path, size_t numbers) {
  FILE *file = fopen(path, "rb");
  float *points = malloc(numbers * sizeof *points);
  if (file == NULL || points == NULL || fread(points, sizeof *points, numbers, file) != numbers) {
    free(points);
    points = NULL;
  }
  if (file != NULL) fclose(file);
  return points;
}

/* The best of three, in seconds; negative when it failed. */
static double time_clustering(const float *points, size_t count, size_t dimensions, uint32_t *clusters) {
  const dove_hdbscan_options options = DOVE_HDBSCAN_DEFAULTS;
  double best = -1.0;
  for (int run = 0; run < 3; run++) {
    dove_hdbscan result;
    const double start = dove_clock_seconds();
    if (dove_hdbscan_run(points, count, dimensions, &options, NULL, &result, NULL) != DOVE_OK) return -1.0;
    const double seconds = dove_clock_seconds() - start;
    if (best < 0.0 || seconds < best) best = seconds;
    *clusters = result.clusters;
    dove_hdbscan_free(&result);
  }
  return best;
}

static double time_neighbors(const float *points, size_t count, size_t dimensions) {
  double *squared = malloc(count * 5 * sizeof *squared);
  uint32_t *neighbors = malloc(count * 5 * sizeof *neighbors);
  double best = -1.0;
  for (int run = 0; run < 3 && squared != NULL && neighbors != NULL; run++) {
    kdtree tree;
    const double start = dove_clock_seconds();
    if (kdtree_create(&tree, points, count, dimensions, NULL) != DOVE_OK) break;
    if (kdtree_neighbors(&tree, 5, squared, neighbors, NULL) == DOVE_OK) {
      const double seconds = dove_clock_seconds() - start;
      if (best < 0.0 || seconds < best) best = seconds;
    }
    kdtree_free(&tree);
  }
  free(squared);
  free(neighbors);
  return best;
}

int main(int argc, char **argv) {
  const bool given = argc == 4;
  const size_t count = given ? strtoul(argv[2], NULL, 10) : 50000;
  const size_t dimensions = given ? strtoul(argv[3], NULL, 10) : 5;
  float *points = given ? read_points(argv[1], count * dimensions) : make_blobs(count, dimensions, 300);
  uint32_t clusters = 0;
  const double seconds = points == NULL ? -1.0 : time_clustering(points, count, dimensions, &clusters);
  if (seconds < 0.0) {
    fprintf(stderr, "bench_hdbscan: the points could not be read or clustered\n");
    free(points);
    return 1;
  }
  const double neighbors = time_neighbors(points, count, dimensions);
  printf("hdbscan %zu x %zu: %.3f s, %u clusters, %.2f times its nearest neighbours alone\n", count, dimensions,
         seconds, clusters, seconds / neighbors);
  free(points);
  return 0;
}
