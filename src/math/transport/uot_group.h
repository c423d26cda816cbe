/* Transport problems under one cost, solved side by side: their scalings form a matrix, and a half step of all is one
 * product with the shared kernel, which reads the kernel once for all of them. */
#ifndef DOVE_MATH_UOT_GROUP_H
#define DOVE_MATH_UOT_GROUP_H

#include "dove/uot.h"

typedef struct uot_job {
  const double *a;
  const double *b; /* equal to a for a self-term */
  double value;
  double mass;
  double gap;
  uint32_t iterations;
  bool converged;
  bool solved;
} uot_job;

typedef struct uot_batch {
  const double *cost;
  size_t codes;
  const dove_uot_options *options;
  const dove_progress *progress;
  uot_job *jobs; /* self-terms first, then pairs */
  size_t self_count;
  size_t count;
  double *kernel; /* NULL when it does not fit a double */
  double *start;  /* codes: log v to start pairs from, relative to ½ log b; then the same for self-terms */
} uot_batch;

/* Solves the jobs `first` to `last`, all self-terms or none, in groups, the groups in parallel. Those that do not
 * converge stay unsolved. DOVE_MEMORY when there is no room. A cancel leaves jobs unsolved too. */
dove_status uot_solve_groups(const uot_batch *all, size_t first, size_t last, bool self, dove_error *error);

#endif
