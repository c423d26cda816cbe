/* Import of files of other tools. */
#ifndef CLI_EXCHANGE_H
#define CLI_EXCHANGE_H

#include "cli/verb.h"
#include "dove/import.h"

/* When the files of an import are in exchange formats (or --as codebook or annotations asks for them), imports them:
 * *taken is then true. DOVE_USAGE when only some of them are. */
dove_status cli_import_exchange(const cli_call *call, const dove_import_options *options, bool *taken,
                                dove_error *error);

#endif
