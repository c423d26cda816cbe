/* How long the program takes from a key to its repaint: the last samples, measured inside. */
#ifndef DOVE_TUI_PERF_H
#define DOVE_TUI_PERF_H

#include <stddef.h>

enum { DOVE_PERF_SAMPLES = 1024 };

typedef struct dove_perf {
  float milliseconds[DOVE_PERF_SAMPLES];
  size_t count; /* ever */
} dove_perf;

void dove_perf_add(dove_perf *perf, double seconds);

/* The quantile (0 … 1) of the samples that are kept, in milliseconds; 0 without any. */
double dove_perf_quantile(const dove_perf *perf, double quantile);

#endif
