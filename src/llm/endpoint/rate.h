/* How many requests may be on their way at once: doubles while all goes well, falls to 0.8 of it at a burst of
 * refusals, and then grows by a tenth at a time. Time is passed in: there is no clock here. Private to this room. */
#ifndef DOVE_LLM_RATE_H
#define DOVE_LLM_RATE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dove_rate {
  size_t limit;       /* now */
  size_t most;        /* never above */
  size_t good;        /* answers since the limit changed */
  bool refused;       /* there was a refusal: growth is slow from then on */
  double paused_till; /* nothing starts before */
  double quiet_till;  /* refusals before belong to the burst that was answered; no growth before */
} dove_rate;

void dove_rate_open(dove_rate *rate, size_t start, size_t most);
bool dove_rate_may_start(const dove_rate *rate, size_t running, double now);
void dove_rate_answered(dove_rate *rate, double now);
/* A 429; `wait` seconds as the server said, 0 when it did not. */
void dove_rate_refused(dove_rate *rate, double wait, double now);
/* The server says that nothing is left for `wait` seconds. */
void dove_rate_pause(dove_rate *rate, double wait, double now);

#endif
