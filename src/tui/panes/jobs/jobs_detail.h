/* One job in full, as a text that scrolls: how far it is, what it asks of models beside what was expected, what failed
 * and why, what was asked for, and its log. */
#ifndef DOVE_TUI_PANES_JOBS_DETAIL_H
#define DOVE_TUI_PANES_JOBS_DETAIL_H

#include "dove/failure_words.h"
#include "tui/panes/jobs/jobs_rows.h"
#include "tui/panes/jobs/jobs_spending.h"
#include "tui/widgets/text_view.h"

enum { JOBS_FAILURES = 12 };

typedef struct jobs_detail {
  jobs_spending spending;
  dove_failure_group failures[JOBS_FAILURES];
  size_t failure_count;
  dove_window *log; /* NULL before the first job */
  int64_t read;     /* the job whose failures and log were read; 0: none */
  int64_t shown;    /* the row of the list that the text is about */
  char *text;       /* owned: as it was put into the view */
  dove_text_view view;
} jobs_detail;

void jobs_detail_free(jobs_detail *detail);

/* The project changed: what is there of it is read again. */
void jobs_detail_forget(jobs_detail *detail);

/* Looks at the job of a row, which the list knows as `id`, and writes the text anew when it is another now. */
dove_status jobs_detail_look(jobs_detail *detail, dove_model *model, dove_jobs *jobs, const jobs_row *row, int64_t id,
                             dove_error *error);

#endif
