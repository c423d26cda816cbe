#include "tui/watch.h"

static const double pause_seconds = 0.15; /* without a key: longer than between two of a key that is held down */
static const double parts = 100;          /* of the time: one of so many goes into reading at the most */

double dove_watch_left(const dove_watch *watch, double now) {
  if (!watch->owed) return -1;
  if (watch->hurried) return 0;
  const double rested = watch->typed + pause_seconds;
  const double spread = watch->read + parts * watch->took;
  const double due = rested > spread ? rested : spread;
  return due > now ? due - now : 0;
}

void dove_watch_read(dove_watch *watch, double began, double ended) {
  watch->owed = false;
  watch->hurried = false;
  watch->read = ended;
  watch->took = ended - began;
}
