/* `dove usage`: who uses which code, and what sets two sides apart. */
#ifndef CLI_USAGE_H
#define CLI_USAGE_H

#include "cli/verb.h"

extern const cli_option cli_usage_options[];
dove_status cli_run_usage(const cli_call *call, dove_error *error);

#endif
