/* Neighbours, UMAP, k-means and soft assignment, each as a ratio to a matrix product of the same run. */
#include <math.h>

#include "bench/bench.h"
#include "dove/assign.h"
#include "dove/blas.h"
#include "dove/kmeans.h"
#include "dove/umap.h"

typedef struct job {
  dove_matrix points;
  dove_matrix codes;
  float *product; /* room for points × codes */
  double sigma2;
  dove_knn_method method;
  dove_neighbors neighbors;
} job;

static bool multiply(void *context) {
  const job *j = context;
  return dove_matrix_product(dove_matrix_as_view(&j->points), dove_matrix_as_view(&j->codes), j->product, NULL) ==
         DOVE_OK;
}

static bool assign(void *context) {
  const job *j = context;
  dove_assignment assignment;
  if (dove_assign(dove_matrix_as_view(&j->points), dove_matrix_as_view(&j->codes), j->sigma2, 1e-6, &assignment, NULL,
                  NULL) != DOVE_OK)
    return false;
  dove_assignment_free(&assignment);
  return true;
}

static bool search(void *context) {
  job *j = context;
  const dove_knn_options options = {DOVE_METRIC_COSINE, j->method, 1};
  dove_neighbors_free(&j->neighbors);
  return dove_knn(dove_matrix_as_view(&j->points), 14, &options, &j->neighbors, NULL, NULL) == DOVE_OK;
}

static bool project(void *context) {
  const job *j = context;
  dove_matrix embedding;
  const dove_umap_options options = dove_umap_defaults();
  if (dove_umap(dove_matrix_as_view(&j->points), &options, &embedding, NULL, NULL, NULL) != DOVE_OK) return false;
  dove_matrix_free(&embedding);
  return true;
}

static bool cluster(void *context) {
  const job *j = context;
  const dove_kmeans_options options = {.clusters = 150, .restarts = 1, .max_iterations = 10, .seed = 1};
  dove_kmeans result;
  if (dove_kmeans_fit(dove_matrix_as_view(&j->points), &options, &result, NULL, NULL) != DOVE_OK) return false;
  dove_kmeans_free(&result);
  return true;
}

static void reserve_product(job *j) {
  j->product = malloc(j->points.rows * j->codes.rows * sizeof *j->product);
  if (j->product == NULL) {
    fprintf(stderr, "bench_geometry: out of memory\n");
    exit(1);
  }
}

static void release(job *j) {
  dove_matrix_free(&j->points);
  dove_matrix_free(&j->codes);
  dove_neighbors_free(&j->neighbors);
  free(j->product);
}

/* The kernel that OpenBLAS would run with, against the one that is chosen. The switch is made here, for all that
 * follows. */
static void bench_kernel(void) {
  job j = {.points = bench_directions(1, 4096, 1024, NULL, 1.0), .codes = bench_directions(2, 1000, 1024, NULL, 1.0)};
  reserve_product(&j);
  const double before = bench_time(5, multiply, &j);
  const char *kept = dove_blas_kernel();
  const double start = dove_clock_seconds();
  const bool changed = dove_blas_prefer();
  const double switching = dove_clock_seconds() - start;
  const double after = bench_time(5, multiply, &j);
  printf("kernel %s to %s (%s): products %.2f times as fast, the choice took %.0f us\n", kept, dove_blas_kernel(),
         changed ? "changed" : "kept", before / after, 1e6 * switching);
  release(&j);
}

static void bench_assign(void) {
  static const double sigma2[] = {0.001, 0.0117};
  job j = {.codes = bench_directions(3, 1000, 1024, NULL, 1.0)};
  j.points = bench_directions(4, 50000, 1024, &j.codes, 0.02);
  reserve_product(&j);
  for (size_t i = 0; i < sizeof sigma2 / sizeof *sigma2; i++) {
    double bare = INFINITY, seconds = INFINITY;
    j.sigma2 = sigma2[i];
    /* In turns, so that what else the machine does weighs on both. */
    for (int turn = 0; turn < 7; turn++) {
      bare = fmin(bare, bench_time(1, multiply, &j));
      seconds = fmin(seconds, bench_time(1, assign, &j));
    }
    printf("soft assignment 50000 x 1024, 1000 codes, sigma2 %.4f: %.2f times the bare product (at most 1.3)\n",
           j.sigma2, seconds / bare);
  }
  release(&j);
}

static double recall(const dove_neighbors *exact, const dove_neighbors *found) {
  size_t hits = 0;
  for (size_t i = 0; i < exact->points; i++) {
    for (size_t a = i * exact->neighbors; a < (i + 1) * exact->neighbors; a++) {
      for (size_t b = i * exact->neighbors; b < (i + 1) * exact->neighbors; b++)
        hits += exact->index[a] == found->index[b] ? 1 : 0;
    }
  }
  return (double)hits / (double)(exact->points * exact->neighbors);
}

static void bench_neighbors(void) {
  dove_matrix centres = bench_directions(5, 300, 256, NULL, 1.0);
  job exact = {.points = bench_directions(6, 50000, 256, &centres, 0.042), .method = DOVE_KNN_EXACT};
  job near = {.points = exact.points, .method = DOVE_KNN_APPROXIMATE};
  const double exactly = bench_time(1, search, &exact), nearly = bench_time(3, search, &near);
  printf("neighbours 50000 x 256: approximate %.2f s, %.2f of the exact search's time, recall %.3f\n", nearly,
         nearly / exactly, recall(&exact.neighbors, &near.neighbors));
  const double projecting = bench_time(1, project, &near);
  printf("neighbours and UMAP 50000 x 256 to 5: %.2f s, %.2f times the exact neighbours alone\n", projecting,
         projecting / exactly);
  dove_neighbors_free(&near.neighbors);
  release(&exact);
  dove_matrix_free(&centres);
}

static void bench_kmeans(void) {
  job j = {.points = bench_directions(7, 20000, 256, NULL, 1.0), .codes = bench_directions(8, 150, 256, NULL, 1.0)};
  reserve_product(&j);
  const double bare = bench_time(5, multiply, &j);
  printf("k-means 20000 x 256, 150 clusters, 10 rounds: %.1f times the bare product\n",
         bench_time(2, cluster, &j) / bare);
  release(&j);
}

int main(void) {
  bench_kernel();
  bench_assign();
  bench_neighbors();
  bench_kmeans();
  return 0;
}
