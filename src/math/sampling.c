#include "dove/sampling.h"

#include <math.h>

/* Log-weights with Gumbel noise, sorted, are the order of successive draws without replacement (Yellott 1977). The
 * highest `wanted` so far are kept in falling order; their keys sit in a window that is inserted into. */
size_t dove_sample_without_replacement(dove_random *random, const double *weights, size_t count, size_t wanted,
                                       uint32_t *chosen) {
  double keys[DOVE_SAMPLE_LIMIT];
  const size_t room = wanted < DOVE_SAMPLE_LIMIT ? wanted : DOVE_SAMPLE_LIMIT;
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (!(weights[i] > 0.0)) continue;
    const double key = log(weights[i]) + dove_random_gumbel(random);
    if (kept == room && (room == 0 || key <= keys[room - 1])) continue;
    size_t place = kept < room ? kept++ : room - 1;
    for (; place > 0 && keys[place - 1] < key; place--) {
      keys[place] = keys[place - 1];
      chosen[place] = chosen[place - 1];
    }
    keys[place] = key;
    chosen[place] = (uint32_t)i;
  }
  return kept;
}

double dove_plackett_luce_log(const double *drawn, size_t count, double total) {
  double left = total;
  double sum = 0.0;
  for (size_t m = 0; m < count; m++) {
    if (!(drawn[m] > 0.0)) return -HUGE_VAL;
    /* The last of all items is certain, whatever rounding has left of the total. */
    if (left > drawn[m]) sum += log(drawn[m] / left);
    left -= drawn[m];
  }
  return sum;
}
