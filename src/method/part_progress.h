/* The progress of a part of a stage, told as progress of the whole. Private to this room. */
#ifndef DOVE_METHOD_PART_PROGRESS_H
#define DOVE_METHOD_PART_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "dove/progress.h"

typedef struct dove_part {
  const dove_progress *whole;
  double before, total; /* in units of the stage: done before the part, and in all */
} dove_part;

static inline void dove_part_report(void *user, const char *stage, double done, double total) {
  const dove_part *part = user;
  (void)total;
  dove_progress_report(part->whole, stage, part->before + done, part->total);
}

static inline bool dove_part_cancelled(void *user) { return dove_progress_cancelled(((const dove_part *)user)->whole); }

/* Lives no longer than `part`. */
static inline dove_progress dove_part_progress(dove_part *part) {
  return (dove_progress){.report = dove_part_report,
                         .cancelled = dove_part_cancelled,
                         .user = part,
                         .ledger = part->whole != NULL ? part->whole->ledger : NULL};
}

#endif
