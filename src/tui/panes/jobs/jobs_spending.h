/* What a job asks of models: how much, how fast, at what cost, for the pane of the jobs. */
#ifndef DOVE_TUI_PANES_JOBS_SPENDING_H
#define DOVE_TUI_PANES_JOBS_SPENDING_H

#include "dove/jobs.h"
#include "dove/model.h"
#include "tui/pane.h"
#include "tui/panes/jobs/jobs_rows.h"
#include "tui/panes/jobs/jobs_text.h"

enum { JOBS_MODELS = 16 };

typedef struct jobs_spending {
  dove_ledger_row rows[JOBS_MODELS];
  size_t count;
  int64_t recorded; /* the job whose record was read; 0: none */
} jobs_spending;

/* Looks at a job: at its ledger when it is one of this queue, else at the project's record of it, once. */
dove_status jobs_spending_look(jobs_spending *spending, dove_model *model, dove_jobs *jobs, const jobs_row *row,
                               dove_error *error);

/* Writes what each model was asked beside what was expected, with what the record of the job, its `arguments`, says of
 * it. */
void jobs_spending_write(const jobs_spending *spending, const char *arguments, bool runs, jobs_text *text);

/* Whether the job asks models now, so that its pace can be changed. */
bool jobs_spending_has_pace(const jobs_spending *spending, const jobs_row *row);

/* Requests at once of the selected job: `wanted`, or with 0 more or fewer than now. */
dove_pane_result jobs_spending_set(const jobs_spending *spending, dove_explorer *explorer, dove_jobs *jobs,
                                   const jobs_row *row, size_t wanted, bool more, dove_error *error);

#endif
