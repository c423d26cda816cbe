/* `dove info`, and settings as JSON. */
#ifndef CLI_INFO_H
#define CLI_INFO_H

#include "cli/verb.h"
#include "dove/json_writer.h"
#include "dove/settings.h"

dove_status cli_run_info(const cli_call *call, dove_error *error);

/* Prints the same for a project, as `call` asks (JSON or text). */
dove_status cli_print_info(const cli_call *call, const char *path, dove_error *error);

/* A setting's text as JSON: a number where it is one. */
void cli_write_setting_value(dove_json_writer *writer, const char *value);

/* All settings as one object. */
void cli_write_settings(dove_json_writer *writer, const dove_settings *settings);

#endif
