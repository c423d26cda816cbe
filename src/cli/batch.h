/* Requests that go out and come back as files, and projects that are passed on. */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "cli/verb.h"

dove_status cli_export_batch(const cli_call *call, dove_error *error);  /* dove export PROJECT batch */
dove_status cli_export_bundle(const cli_call *call, dove_error *error); /* dove export PROJECT bundle */
dove_status cli_import_batch(const cli_call *call, dove_error *error);  /* dove import PROJECT FILE… --as batch */

#endif
