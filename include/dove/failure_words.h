/* Failures of requests as people want to see them: those that are alike together, and what can be done about them. */
#ifndef DOVE_FAILURE_WORDS_H
#define DOVE_FAILURE_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/store_requests.h"

enum { DOVE_FAILURE_WORDS = 256 };

/* Failures of one kind: what differs from one to the next, a quotation or a count, is "…" in `reason`. */
typedef struct dove_failure_group {
  char role[24];
  char reason[DOVE_FAILURE_WORDS];
  char advice[DOVE_FAILURE_WORDS]; /* what to do, in words; with the settings that belong to the role */
  int64_t requests;
} dove_failure_group;

/* Groups the failures, the largest group first, into up to `room` (≥ 1), the rest as "other reasons"; returns how many
 * there are. */
size_t dove_failure_groups(const dove_store_request_failures *failures, dove_failure_group *groups, size_t room);

#endif
