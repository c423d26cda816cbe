/* The verbs of `dove compute`, which run the engine on plain files. */
#ifndef CLI_COMPUTE_H
#define CLI_COMPUTE_H

#include "cli/verb.h"

dove_status cli_compute_uot(const cli_call *call, dove_error *error);
dove_status cli_compute_cluster(const cli_call *call, dove_error *error);
dove_status cli_compute_assign(const cli_call *call, dove_error *error);
dove_status cli_compute_kappa(const cli_call *call, dove_error *error);
dove_status cli_compute_alpha(const cli_call *call, dove_error *error);
dove_status cli_compute_correlation(const cli_call *call, dove_error *error);

#endif
