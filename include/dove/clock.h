/* Time: a monotonic clock for measuring, wall time for what is stored. */
#ifndef DOVE_CLOCK_H
#define DOVE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Seconds on a clock that never goes back; the origin is arbitrary. */
double dove_clock_seconds(void);

/* Milliseconds since 1970-01-01 UTC: how times are stored. */
int64_t dove_clock_unix_ms(void);

/* "2026-11-23 17:12" in local time; `size` ≥ 17. */
void dove_clock_format(int64_t unix_ms, char *text, size_t size);

/* A span for people: "0.4 s", "12 s", "3 min 05 s", "2 h 10 min"; `size` ≥ 24. */
void dove_clock_format_span(double seconds, char *text, size_t size);

#endif
