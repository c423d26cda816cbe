/* `dove score`: the job, and its results as a table or as JSON. */
#ifndef CLI_SCORES_H
#define CLI_SCORES_H

#include "cli/verb.h"

extern const cli_option cli_score_options[];
dove_status cli_run_score(const cli_call *call, dove_error *error);

#endif
