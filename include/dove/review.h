/* Reviewing in the explorer: whether an entry makes sense, and what a run with those that stand would be. */
#ifndef DOVE_REVIEW_H
#define DOVE_REVIEW_H

#include "dove/controller.h"

/* dove_override_check() (overrides.h) on the open project. */
dove_status dove_review_check(dove_controller *controller, const dove_store_new_override *entry, dove_error *error);

/* A code of C^t of a run by its name, the beginning of it, or its id; see dove_override_find_code(). */
dove_status dove_review_find_code(dove_controller *controller, int64_t run, int64_t t, const char *words, int64_t *code,
                                  dove_error *error);

/* What stands for a run. */
typedef struct dove_review_plan {
  int64_t t;    /* the run has to be resumed from here: one before the earliest step; −1: nothing stands */
  size_t count; /* that stand for steps after t */
  bool alone;   /* those of the first step were entered on codes, not on decisions: they are meant by themselves */
} dove_review_plan;

/* `t` −1: whatever stands for the run; else what stands for steps after C^t, and plan->t is t. */
dove_status dove_review_plan_read(dove_controller *controller, int64_t run, int64_t t, dove_review_plan *plan,
                                  dove_error *error);

#endif
