/* `dove code`: documents, or one text, coded with the current codebook. */
#ifndef CLI_CODE_H
#define CLI_CODE_H

#include "cli/verb.h"

extern const cli_option cli_code_options[];
dove_status cli_run_code(const cli_call *call, dove_error *error);

#endif
