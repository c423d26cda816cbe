/* Scoring at the size of a study: one model beside one culture, cost matrix, divergence, ceiling and 1,000 bootstrap
 * replicates, with few and with many codes. Times are given beside that of one divergence solved by itself. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "dove/clock.h"
#include "dove/distribution.h"
#include "dove/random.h"
#include "dove/uncertainty.h"

enum { HUMANS = 2700, MODELS = 800, TOPICS = 200, DIMENSION = 256, PER_DOCUMENT = 12, REPLICATES = 1000 };

/* Each document carries some codes, taken from a preference that differs between people and the model. */
static void fill_row(dove_sparse *q, size_t row, dove_random *random, double skew) {
  double total = 0;
  size_t entry = row * PER_DOCUMENT;
  const uint32_t step = (uint32_t)(q->columns / PER_DOCUMENT);
  for (uint32_t i = 0; i < PER_DOCUMENT; i++, entry++) {
    const double place = pow(dove_random_uniform(random), skew);
    q->column[entry] = i * step + (uint32_t)(place * step);
    q->value[entry] = -log(dove_random_uniform_open(random));
    total += q->value[entry];
  }
  for (size_t e = row * PER_DOCUMENT; e < entry; e++) q->value[e] /= total;
  q->offset[row + 1] = entry;
}

static dove_sparse make_coding(size_t codes) {
  const size_t rows = HUMANS + MODELS;
  dove_sparse q = {rows, codes, calloc(rows + 1, sizeof(size_t)), calloc(rows * PER_DOCUMENT, sizeof(uint32_t)),
                   calloc(rows * PER_DOCUMENT, sizeof(double))};
  if (q.offset == NULL || q.column == NULL || q.value == NULL) exit(1);
  for (size_t i = 0; i < rows; i++) {
    dove_random random = dove_random_stream(1, codes, i);
    fill_row(&q, i, &random, i < HUMANS ? 1.0 : 1.3);
  }
  return q;
}

static dove_matrix make_centroids(size_t codes) {
  dove_matrix centroids;
  dove_error error;
  if (dove_matrix_create(&centroids, codes, DIMENSION, &error) != DOVE_OK) exit(1);
  dove_random random = dove_random_stream(2, codes, 0);
  for (size_t i = 0; i < codes * DIMENSION; i++) centroids.data[i] = (float)dove_random_normal(&random);
  dove_normalize_rows(centroids.data, codes, DIMENSION);
  return centroids;
}

static void must(dove_status status, const dove_error *error) {
  if (status == DOVE_OK) return;
  fprintf(stderr, "%s\n", error->message);
  exit(1);
}

static void run(size_t codes) {
  static uint32_t rows[HUMANS + MODELS], topic[HUMANS + MODELS];
  dove_error error;
  dove_sparse q = make_coding(codes);
  dove_matrix centroids = make_centroids(codes);
  double *cost = malloc(codes * codes * sizeof *cost), *a = malloc(codes * sizeof *a), *b = malloc(codes * sizeof *b);
  if (cost == NULL || a == NULL || b == NULL) exit(1);
  for (uint32_t i = 0; i < HUMANS + MODELS; i++) {
    rows[i] = i;
    topic[i] = i % TOPICS;
  }
  const dove_score_sides sides = {&q, cost, topic, {rows, HUMANS}, {rows + HUMANS, MODELS}};
  const dove_uot_options options = DOVE_UOT_DEFAULTS;
  double at[5];
  at[0] = dove_clock_seconds();
  must(dove_value_cost(&q, sides.human, dove_matrix_as_view(&centroids), 1e-8, cost, &error), &error);
  at[1] = dove_clock_seconds();
  dove_distribution_mean(&q, sides.human, NULL, a);
  dove_distribution_mean(&q, sides.model, NULL, b);
  dove_uot_divergence divergence;
  must(dove_uot_divergence_solve(cost, codes, a, b, &options, NULL, &divergence, NULL, &error), &error);
  at[2] = dove_clock_seconds();
  double half;
  must(dove_half_divergence(&sides, &options, 20, 1, &half, NULL, &error), &error);
  at[3] = dove_clock_seconds();
  dove_score_interval interval;
  must(dove_score_bootstrap(&sides, &options, REPLICATES, 1, &interval, NULL, NULL, &error), &error);
  at[4] = dove_clock_seconds();
  const double one = at[2] - at[1];
  printf(
      "score, %5zu codes: costs %.3f s, one divergence %.4f s, 20 halves %.1f of those, %d replicates %.1f of those "
      "(%.2f s); score %.4f in [%.4f, %.4f], ceiling %.4f\n",
      codes, at[1] - at[0], one, (at[3] - at[2]) / one, REPLICATES, (at[4] - at[3]) / one, at[4] - at[3],
      divergence.score, interval.low, interval.high, dove_uot_score(dove_ceiling_divergence(half, HUMANS, MODELS)));
  free(cost);
  free(a);
  free(b);
  dove_matrix_free(&centroids);
  dove_sparse_free(&q);
}

int main(void) {
  run(60);
  run(1300);
  return 0;
}
