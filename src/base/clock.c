#include "dove/clock.h"

#include <stdio.h>
#include <time.h>

double dove_clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int64_t dove_clock_unix_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void dove_clock_format(int64_t unix_ms, char *text, size_t size) {
  const time_t seconds = (time_t)(unix_ms / 1000);
  struct tm local;
  if (localtime_r(&seconds, &local) == NULL || strftime(text, size, "%Y-%m-%d %H:%M", &local) == 0)
    snprintf(text, size, "?");
}

void dove_clock_format_span(double seconds, char *text, size_t size) {
  if (!(seconds >= 0.0) || seconds > 1e9) {
    snprintf(text, size, "?");
  } else if (seconds < 10.0) {
    snprintf(text, size, "%.1f s", seconds);
  } else if (seconds < 60.0) {
    snprintf(text, size, "%.0f s", seconds);
  } else if (seconds < 3600.0) {
    const int whole = (int)seconds;
    snprintf(text, size, "%d min %02d s", whole / 60, whole % 60);
  } else {
    const long minutes = (long)(seconds / 60.0);
    snprintf(text, size, "%ld h %02ld min", minutes / 60, minutes % 60);
  }
}
