/* The rows of the Jobs pane: this program's queue and the project's record of jobs, as one list. A job of this queue
 * keeps its identity when it begins and gets its id in the record. */
#ifndef DOVE_TUI_PANES_JOBS_ROWS_H
#define DOVE_TUI_PANES_JOBS_ROWS_H

#include "dove/jobs.h"
#include "dove/model_window.h"
#include "tui/widgets/list.h"

enum { JOBS_LIVE = 48 /* jobs of this queue that are told apart from those of the record */ };

typedef struct jobs_rows {
  dove_window *window; /* the record, newest first; NULL before the first load */
  dove_jobs *jobs;
  dove_job_status live[JOBS_LIVE]; /* newest first */
  size_t live_count;
  size_t waiting[JOBS_LIVE]; /* those of `live` that have no record: they stand above the others */
  size_t waiting_count;
  int64_t seen; /* the newest job of the queue so far: where the newest is selected, the next one gets the selection */
  dove_list list;
} jobs_rows;

/* One row: at least one of the two is there. Valid until the rows are looked at again. */
typedef struct jobs_row {
  const dove_job_status *live;    /* in this program's queue; NULL: of another program or of another time */
  const dove_store_job *recorded; /* NULL: not begun */
} jobs_row;

void jobs_rows_init(jobs_rows *rows, dove_jobs *jobs);
void jobs_rows_free(jobs_rows *rows);

/* Reads the record; looks at the queue. */
dove_status jobs_rows_load(jobs_rows *rows, dove_model *model, dove_error *error);
/* Looks at the queue alone, which changes without the project. */
void jobs_rows_look(jobs_rows *rows);

/* The selected row; false when there is none. */
bool jobs_rows_selected(jobs_rows *rows, jobs_row *row);
/* Its identity in the list; -1 without one. */
int64_t jobs_rows_identity(jobs_rows *rows);
/* Selects the job of the record; false when it is not there. */
bool jobs_rows_select(jobs_rows *rows, int64_t job);

dove_store_job_state jobs_row_state(const jobs_row *row);
const char *jobs_row_kind(const jobs_row *row);
int64_t jobs_row_id(const jobs_row *row); /* in the record, 0: not begun */
/* The result, the error, or the stage. */
const char *jobs_row_words(const jobs_row *row);
/* Share of the stage that is done; NaN when that is not told. */
double jobs_row_share(const jobs_row *row);

#endif
