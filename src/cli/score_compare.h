/* `dove compare`: scores beside each other, as a table or as JSON. */
#ifndef CLI_SCORE_COMPARE_H
#define CLI_SCORE_COMPARE_H

#include "cli/verb.h"

extern const cli_option cli_compare_options[];
dove_status cli_run_compare(const cli_call *call, dove_error *error);

#endif
