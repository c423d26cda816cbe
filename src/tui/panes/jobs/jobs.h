/* 0 Jobs: everything that runs or ran, here or in another program: how far it is, what it said, and trying again. */
#ifndef DOVE_TUI_PANES_JOBS_H
#define DOVE_TUI_PANES_JOBS_H

#include "tui/pane.h"

extern const dove_pane_operations dove_pane_jobs;

#endif
