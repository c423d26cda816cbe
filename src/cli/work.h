/* Verbs that are one job each. */
#ifndef CLI_WORK_H
#define CLI_WORK_H

#include "cli/verb.h"
#include "dove/error.h"
#include "dove/job.h"

/* Opens the project that is the verb's first argument and runs one job on it. The result is freed with
 * dove_job_result_free(), also after an error. */
dove_status cli_run_job(const cli_call *call, const dove_job_request *request, dove_job_result *result,
                        dove_error *error);

/* What came of it, unless --quiet. */
void cli_say_summary(const cli_call *call, const dove_job_result *result);

#endif
