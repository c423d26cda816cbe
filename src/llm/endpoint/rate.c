#include "llm/endpoint/rate.h"

static const double quiet_seconds = 15;
static const double longest_pause = 300; /* whatever a server says */

void dove_rate_open(dove_rate *rate, size_t start, size_t most) {
  *rate = (dove_rate){.limit = start < most ? start : most, .most = most};
  if (rate->limit == 0) rate->limit = 1;
}

bool dove_rate_may_start(const dove_rate *rate, size_t running, double now) {
  return running < rate->limit && now >= rate->paused_till;
}

void dove_rate_answered(dove_rate *rate, double now) {
  if (now < rate->quiet_till) return;
  if (++rate->good < rate->limit || rate->limit >= rate->most) return;
  const size_t step = rate->refused ? rate->limit / 10 + 1 : rate->limit;
  rate->limit = rate->limit + step < rate->most ? rate->limit + step : rate->most;
  rate->good = 0;
}

void dove_rate_pause(dove_rate *rate, double wait, double now) {
  const double till = now + (wait < longest_pause ? wait : longest_pause);
  if (till > rate->paused_till) rate->paused_till = till;
}

void dove_rate_refused(dove_rate *rate, double wait, double now) {
  if (wait > 0) dove_rate_pause(rate, wait, now);
  if (now < rate->quiet_till) return;
  rate->limit = rate->limit * 8 / 10;
  if (rate->limit == 0) rate->limit = 1;
  rate->refused = true;
  rate->good = 0;
  rate->quiet_till = now + quiet_seconds;
}
