/* How a long computation says how far it is and is asked to stop. Passed down by pointer; NULL means silence. */
#ifndef DOVE_PROGRESS_H
#define DOVE_PROGRESS_H

#include <stdbool.h>

typedef struct dove_progress {
  /* May be called from any thread. `stage` is a short literal ("neighbours"); `done` of `total` in units of the stage.
   */
  void (*report)(void *user, const char *stage, double done, double total);
  /* True when the work should stop; polled often, so it must be cheap. Safe from any thread. */
  bool (*cancelled)(void *user);
  void *user;
  /* What is spent on endpoints (ledger.h); NULL: nobody counts. */
  struct dove_ledger *ledger;
} dove_progress;

void dove_progress_report(const dove_progress *progress, const char *stage, double done, double total);
bool dove_progress_cancelled(const dove_progress *progress);
/* The same without `report`: for a part of a stage that its caller reports. */
dove_progress dove_progress_quiet(const dove_progress *progress);

#endif
