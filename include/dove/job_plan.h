/* What a job would ask of models, told before it starts: the dry run of the command line, worked out in the background
 * for the screen. Nothing is sent but, where a server counts tokens itself, the texts to its counter. */
#ifndef DOVE_JOB_PLAN_H
#define DOVE_JOB_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "dove/controller.h"
#include "dove/error.h"
#include "dove/job.h"

/* True when the job asks a model, with these settings. */
bool dove_job_asks_models(const dove_settings *settings, const dove_job_request *request);

typedef struct dove_job_plan dove_job_plan;

/* Starts working it out (deep copy of the request). */
dove_status dove_job_plan_start(dove_controller *controller, const dove_job_request *request, dove_job_plan **plan,
                                dove_error *error);

/* True when it is known; `status` and `error` (either may be NULL) then say how that ended. */
bool dove_job_plan_done(const dove_job_plan *plan, dove_status *status, dove_error *error);

/* How far it is, as dove_background_progress(). */
void dove_job_plan_progress(dove_job_plan *plan, char stage[48], double *share);

/* The rows, one a role and model, once it is done; they live as long as the plan. */
const dove_ledger_row *dove_job_plan_rows(const dove_job_plan *plan, size_t *count);

/* Stops it when it still runs, and frees it. NULL is allowed. */
void dove_job_plan_stop(dove_job_plan *plan);

#endif
