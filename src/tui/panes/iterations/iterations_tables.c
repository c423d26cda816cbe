#include "tui/panes/iterations/iterations_tables.h"

#include <math.h>
#include <string.h>

#include "tui/panes/cell_text.h"

/* ---- Codes ---- */

enum { CODE_NAME, CODE_N, CODE_CHANGE, CODE_Z, CODE_D, CODE_MEMBERS, CODE_THEN, CODE_ORIGIN, CODE_COLUMNS };

static const dove_list_column code_columns[CODE_COLUMNS] = {
    [CODE_NAME] = {.title = "code", .width = 16, .weight = 1, .sortable = true},
    [CODE_N] = {.title = "n", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [CODE_CHANGE] = {.title = "Δn", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [CODE_Z] = {.title = "z", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [CODE_D] = {.title = "d", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [CODE_MEMBERS] =
        {.title = "members", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [CODE_THEN] = {.title = "then", .width = 6},
    [CODE_ORIGIN] = {.title = "made by", .width = 9, .optional = true},
};

static void code_cell(void *self, const void *found, size_t column, dove_buffer *out, dove_style *style) {
  const dove_view *view = self;
  const dove_store_code *row = found;
  switch (column) {
    case CODE_NAME: dove_cell_line(out, row->name); break;
    case CODE_N:
      *style = dove_style_of(DOVE_ROLE_STRONG);
      dove_cell_number(out, row->usage.n, 2);
      break;
    case CODE_CHANGE:
      if (isnan(row->n_before)) {
        dove_buffer_add_text(out, view->t > 0 ? "new" : "–");
      } else {
        dove_cell_change(out, row->usage.n - row->n_before, 2);
      }
      break;
    case CODE_Z: dove_cell_number(out, row->usage.z, 2); break;
    case CODE_D: dove_cell_number(out, row->usage.d, 4); break;
    case CODE_MEMBERS: dove_buffer_printf(out, "%lld", (long long)row->usage.members); break;
    case CODE_THEN:
      if (strcmp(row->usage.action, "split") == 0) *style = dove_style_of(DOVE_ROLE_SERIES_2);
      if (strcmp(row->usage.action, "merge") == 0) *style = dove_style_of(DOVE_ROLE_SERIES_1);
      dove_buffer_add_text(out, strcmp(row->usage.action, "merge") == 0 ? "merged" : row->usage.action);
      break;
    case CODE_ORIGIN: dove_buffer_printf(out, "%s t%lld", dove_cell_origin(row->origin), (long long)row->born_t); break;
    default: break;
  }
}

static void sort_codes(dove_window_query *query, size_t column, bool descending) {
  static const dove_store_code_sort sorts[CODE_COLUMNS] = {
      [CODE_NAME] = DOVE_STORE_CODE_BY_NAME,     [CODE_N] = DOVE_STORE_CODE_BY_USAGE,
      [CODE_CHANGE] = DOVE_STORE_CODE_BY_CHANGE, [CODE_Z] = DOVE_STORE_CODE_BY_Z,
      [CODE_D] = DOVE_STORE_CODE_BY_DISTORTION,  [CODE_MEMBERS] = DOVE_STORE_CODE_BY_MEMBERS,
  };
  query->codes.sort = sorts[column];
  query->codes.descending = descending;
}

static const char **code_words(dove_window_query *query) { return &query->codes.search; }

static const dove_window_list_operations code_operations = {.cell = code_cell, .sort = sort_codes, .words = code_words};

void iterations_codes_init(dove_window_list *list, dove_view *view) {
  dove_window_list_init(list, &code_operations, view, code_columns, CODE_COLUMNS);
  list->list.sorted = true;
  list->list.sort_column = CODE_N;
  list->list.descending = true;
}

/* ---- Runs ---- */

enum {
  RUN_ID,
  RUN_MADE,
  RUN_STATUS,
  RUN_ITERATIONS,
  RUN_BEST,
  RUN_NOTE,
  RUN_PARENT,
  RUN_INITIAL,
  RUN_SEED,
  RUN_COLUMNS
};

static const dove_list_column run_columns[RUN_COLUMNS] = {
    [RUN_ID] = {.title = "run", .width = 3, .alignment = DOVE_ALIGN_RIGHT},
    [RUN_MADE] = {.title = "made", .width = 16, .optional = true},
    [RUN_STATUS] = {.title = "status", .width = 9},
    [RUN_ITERATIONS] = {.title = "T", .width = 3, .alignment = DOVE_ALIGN_RIGHT},
    [RUN_BEST] = {.title = "best t", .width = 6, .alignment = DOVE_ALIGN_RIGHT},
    [RUN_NOTE] = {.title = "note", .width = 14, .weight = 1},
    [RUN_PARENT] = {.title = "resumes", .width = 10, .optional = true},
    [RUN_INITIAL] = {.title = "C⁰ by", .width = 13, .optional = true},
    [RUN_SEED] = {.title = "seed", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
};

static void run_note(const dove_view *view, const dove_store_run *row, dove_buffer *out) {
  const size_t start = out->length;
  if (row->id == view->run) dove_buffer_add_text(out, "▸ looked at");
  if (row->current) dove_buffer_printf(out, "%s● used", out->length > start ? ", " : "");
  if (row->chosen_t >= 0) {
    dove_buffer_printf(out, "%st %lld chosen", out->length > start ? ", " : "", (long long)row->chosen_t);
  }
  if (row->stopped_by[0] != '\0') {
    dove_buffer_printf(out, "%sstopped by %s", out->length > start ? ", " : "", row->stopped_by);
  }
}

static void run_cell(void *self, const void *found, size_t column, dove_buffer *out, dove_style *style) {
  const dove_store_run *row = found;
  switch (column) {
    case RUN_ID: dove_buffer_printf(out, "%lld", (long long)row->id); break;
    case RUN_MADE: dove_cell_time(out, row->created); break;
    case RUN_STATUS: dove_cell_run_status(out, row->status, style); break;
    case RUN_ITERATIONS: dove_buffer_printf(out, "%lld", (long long)row->iterations - 1); break;
    case RUN_BEST:
      if (row->best_t >= 0) dove_buffer_printf(out, "%lld", (long long)row->best_t);
      break;
    case RUN_NOTE: run_note(self, row, out); break;
    case RUN_PARENT:
      if (row->parent > 0) dove_buffer_printf(out, "%lld at t %lld", (long long)row->parent, (long long)row->parent_t);
      break;
    case RUN_INITIAL: dove_cell_line(out, row->initial); break;
    case RUN_SEED: dove_buffer_printf(out, "%llu", (unsigned long long)row->seed); break;
    default: break;
  }
}

static const dove_window_list_operations run_operations = {.cell = run_cell};

void iterations_runs_init(dove_window_list *list, dove_view *view) {
  dove_window_list_init(list, &run_operations, view, run_columns, RUN_COLUMNS);
}
