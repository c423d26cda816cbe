/* What verbs that ask models have in common: options about money, and how what was or would be spent is shown. */
#ifndef CLI_SPENDING_H
#define CLI_SPENDING_H

#include "cli/verb.h"
#include "dove/job.h"
#include "dove/json_writer.h"
#include "dove/store_ledger.h"

/* Rows of a table of options. */
#define CLI_SPENDING_OPTIONS                                                                              \
  {.name = "budget",                                                                                      \
   .kind = CLI_REAL,                                                                                      \
   .value = "AMOUNT",                                                                                     \
   .low = 0,                                                                                              \
   .high = 1e9,                                                                                           \
   .help = "stop before models cost more, in the currency of the prices; 0: no limit (default: as set)"}, \
  {                                                                                                       \
    .name = "retry-failed", .kind = CLI_FLAG, .help = "ask only what was asked before and failed"         \
  }

/* Takes these options where they were given; for verbs that have them not, it does nothing. */
void cli_take_spending(const cli_call *call, dove_job_request *request);

/* A dry run: what would be sent. Nothing when no model has a part in it. */
void cli_print_plan(const dove_job_result *result);

/* The member "requests": a list with what was asked, or in a dry run would be. */
void cli_write_spending(dove_json_writer *writer, const dove_job_result *result, bool dry_run);

/* What the project's ledger holds, as lines, and as the member "requests". */
void cli_print_ledger(const dove_store_ledger *ledger);
void cli_write_ledger(dove_json_writer *writer, const dove_store_ledger *ledger);

#endif
