#include "tui/perf.h"

#include <stdlib.h>
#include <string.h>

void dove_perf_add(dove_perf *perf, double seconds) {
  perf->milliseconds[perf->count++ % DOVE_PERF_SAMPLES] = (float)(seconds * 1000);
}

static int compare(const void *a, const void *b) {
  float left = *(const float *)a;
  float right = *(const float *)b;
  return left < right ? -1 : left > right ? 1 : 0;
}

double dove_perf_quantile(const dove_perf *perf, double quantile) {
  size_t count = perf->count < DOVE_PERF_SAMPLES ? perf->count : DOVE_PERF_SAMPLES;
  if (count == 0) return 0;
  float sorted[DOVE_PERF_SAMPLES];
  memcpy(sorted, perf->milliseconds, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, compare);
  size_t index = (size_t)(quantile * (double)count);
  return (double)sorted[index < count ? index : count - 1];
}
