/* The arguments of a job as they are recorded. Private to this room. */
#ifndef DOVE_CONTROL_JOB_ARGUMENTS_H
#define DOVE_CONTROL_JOB_ARGUMENTS_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "dove/job.h"
#include "dove/settings.h"

/* Adds "plan", what the job was expected to send, where that is known. False when memory ran out. */
bool control_put_plan(cJSON *object, const dove_job_request *request);

/* The request as dove_job_request_to_json() has it, with "asks", the models that it is to ask as they are set now.
 * Freed with free(); NULL when memory ran out. */
char *control_job_arguments(const dove_job_request *request, const dove_settings *settings);

#endif
