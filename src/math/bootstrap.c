#include "dove/bootstrap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"
#include "dove/random.h"

/* Names of the random streams, so that draws and halves of one seed have nothing to do with each other. */
#define STREAM_DRAW  0x626f6f7473747261u
#define STREAM_HALVE 0x68616c7665730000u

void dove_bootstrap_draw(uint64_t seed, uint64_t replicate, size_t groups, uint32_t *multiplicities) {
  dove_random random = dove_random_stream(seed, STREAM_DRAW, replicate);
  memset(multiplicities, 0, groups * sizeof *multiplicities);
  for (size_t n = 0; n < groups; n++) multiplicities[dove_random_below(&random, groups)]++;
}

dove_status dove_bootstrap_halves(uint64_t seed, uint64_t replicate, size_t groups, uint8_t *half, dove_error *error) {
  uint32_t *order = dove_alloc(groups, sizeof *order);
  if (order == NULL || groups > UINT32_MAX) {
    free(order);
    return dove_fail_memory(error, "splitting topics into halves");
  }
  for (size_t i = 0; i < groups; i++) order[i] = (uint32_t)i;
  dove_random random = dove_random_stream(seed, STREAM_HALVE, replicate);
  dove_random_shuffle(&random, order, (uint32_t)groups);
  for (size_t i = 0; i < groups; i++) half[order[i]] = i < groups / 2 ? 0 : 1;
  free(order);
  return DOVE_OK;
}

typedef struct failure {
  size_t replicate;
  dove_status status;
  dove_error error;
} failure;

static void note_failure(failure *worst, size_t replicate, dove_status status, const dove_error *error) {
#pragma omp critical(dove_bootstrap_failure)
  if (worst->status == DOVE_OK || replicate < worst->replicate) {
    worst->replicate = replicate;
    worst->status = status;
    worst->error = *error;
  }
}

dove_status dove_bootstrap_run(uint64_t seed, size_t groups, size_t replicates, dove_bootstrap_statistic statistic,
                               void *user, const dove_progress *progress, double *values, dove_error *error) {
  if (groups == 0) return dove_fail(error, DOVE_INPUT, "there is nothing to resample: no topics and no documents");
  failure worst = {.status = DOVE_OK};
  size_t done = 0;
#pragma omp parallel num_threads(dove_threads())
  {
    uint32_t *multiplicities = dove_alloc(groups, sizeof *multiplicities);
#pragma omp for schedule(dynamic)
    for (size_t n = 0; n < replicates; n++) {
      dove_error own = {0};
      dove_status status = DOVE_OK;
      if (multiplicities == NULL) {
        status = dove_fail_memory(&own, "resampling");
      } else if (dove_progress_cancelled(progress)) {
        status = dove_fail(&own, DOVE_CANCELLED, "resampling was stopped");
      } else {
        dove_bootstrap_draw(seed, n, groups, multiplicities);
        status = statistic(user, n, multiplicities, &values[n], &own);
      }
      if (status != DOVE_OK) note_failure(&worst, n, status, &own);
      size_t finished;
#pragma omp atomic capture
      finished = ++done;
      dove_progress_report(progress, "bootstrap", (double)finished, (double)replicates);
    }
    free(multiplicities);
  }
  if (worst.status != DOVE_OK && error != NULL) *error = worst.error;
  return worst.status;
}
