#include "tui/panes/iterations/iterations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/iterations/iterations_changes.h"
#include "tui/panes/iterations/iterations_form.h"
#include "tui/panes/iterations/iterations_rows.h"
#include "tui/panes/iterations/iterations_tables.h"
#include "tui/panes/job_line.h"
#include "tui/widgets/grid.h"

enum { PART_ITERATIONS, PART_CODES, PART_CHARTS, PART_RUNS, PARTS };

/* Which difference is shown in place of the codes. */
enum {
  COMPARE_NOT = -2,
  COMPARE_BEFORE = -1 /* with the iteration before, or the one that another run is used at; from 0: with that one */
};

typedef struct iterations_pane {
  dove_explorer *explorer;
  dove_model *model;
  dove_grid grid;
  iterations_rows rows;
  dove_window_list codes, runs;
  iterations_changes changes;
  int64_t compare;
  int64_t compare_run; /* the run that `compare` is an iteration of; 0: the one that is looked at */
  iterations_form form;
  dove_view view; /* as last loaded */
} iterations_pane;

static const dove_grid_plan narrow = {.stacked = true,
                                      .lines = 4,
                                      .weights = {1, 1, 1, 1},
                                      .least = {8, 8, 8, 6},
                                      .places = {{0, 1, 1}, {1, 1, 1}, {2, 1, 1}, {3, 1, 1}}};
static const dove_grid_plan wide = {
    .lines = 2, .weights = {53, 47}, .least = {70, 60}, .places = {{0, 4, 6}, {1, 1, 6}, {0, 3, 8}, {0, 2, 5}}};
enum { WIDE = 132 };

/* ---- Opening and loading ---- */

static dove_status iterations_open(dove_explorer *explorer, void **self, dove_error *error) {
  iterations_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the iterations");
  pane->explorer = explorer;
  pane->model = dove_explorer_model(explorer);
  pane->grid.count = PARTS;
  pane->compare = COMPARE_NOT;
  iterations_rows_init(&pane->rows);
  iterations_changes_init(&pane->changes);
  iterations_codes_init(&pane->codes, &pane->view);
  iterations_runs_init(&pane->runs, &pane->view);
  *self = pane;
  return DOVE_OK;
}

static void iterations_close(void *self) {
  iterations_pane *pane = self;
  iterations_rows_free(&pane->rows);
  iterations_changes_free(&pane->changes);
  iterations_form_free(&pane->form);
  dove_window_list_free(&pane->codes);
  dove_window_list_free(&pane->runs);
  free(pane);
}

/* The iteration to compare with; run 0 when there is none. */
static dove_iteration_at compared_with(const iterations_pane *pane) {
  if (pane->compare_run != 0 && pane->compare_run != pane->view.run)
    return (dove_iteration_at){.run = pane->compare_run, .t = pane->compare};
  const int64_t t = pane->compare == COMPARE_BEFORE ? pane->view.t - 1 : pane->compare;
  const bool there = t >= 0 && t < pane->view.iterations && t != pane->view.t;
  return there ? (dove_iteration_at){.run = pane->view.run, .t = t} : (dove_iteration_at){0};
}

static dove_status load_changes(iterations_pane *pane, dove_error *error) {
  const dove_iteration_at other = compared_with(pane);
  const dove_iteration_at here = {.run = pane->view.run, .t = pane->view.t};
  if (other.run != 0) return iterations_changes_load(&pane->changes, pane->model, other, here, error);
  dove_difference_free(&pane->changes.difference);
  return DOVE_OK;
}

static dove_status iterations_load(void *self, dove_error *error) {
  iterations_pane *pane = self;
  const dove_window_query runs = {.kind = DOVE_WINDOW_RUNS};
  pane->view = dove_model_view(pane->model);
  dove_status status = iterations_rows_load(&pane->rows, pane->model, error);
  if (status == DOVE_OK) status = dove_window_list_load(&pane->runs, pane->model, &runs, error);
  if (status != DOVE_OK || pane->view.run == 0) return status;
  const dove_window_query codes = {
      .kind = DOVE_WINDOW_CODES,
      .codes = {.run = pane->view.run, .t = pane->view.t, .sort = DOVE_STORE_CODE_BY_USAGE, .descending = true}};
  status = dove_window_list_load(&pane->codes, pane->model, &codes, error);
  return status == DOVE_OK && pane->compare != COMPARE_NOT ? load_changes(pane, error) : status;
}

/* ---- Drawing ---- */

static void draw_changes(iterations_pane *pane, bool focus) {
  const dove_difference *difference = &pane->changes.difference;
  dove_buffer title = {0}, note = {0};
  if (compared_with(pane).run == 0) {
    dove_grid_title(&pane->grid, PART_CODES, "Difference", "d ends it", focus);
    dove_draw_string(&pane->grid.parts[PART_CODES], 0, 0,
                     "none is before this one: ] goes on, or :difference t names another",
                     dove_style_of(DOVE_ROLE_FAINT));
    return;
  }
  iterations_changes_title(&pane->changes, &title);
  for (int i = 0; i < DOVE_CHANGE_KINDS; i++) {
    dove_buffer_printf(&note, "%s%zu %s", i > 0 ? ", " : "", difference->counts[i],
                       dove_code_change_name((dove_code_change_kind)i));
  }
  dove_grid_title(&pane->grid, PART_CODES, dove_buffer_text(&title), dove_buffer_text(&note), focus);
  iterations_changes_draw(&pane->changes, &pane->grid.parts[PART_CODES], focus && pane->grid.focus == PART_CODES);
  dove_buffer_free(&title);
  dove_buffer_free(&note);
}

static void draw_codes(iterations_pane *pane, bool focus) {
  char title[64];
  if (!dove_grid_shows(&pane->grid, PART_CODES)) return;
  if (pane->compare != COMPARE_NOT) {
    draw_changes(pane, focus);
    return;
  }
  dove_buffer note = {0};
  dove_list_describe(&pane->codes.list, &note);
  snprintf(title, sizeof title, "%lld codes at t %lld", (long long)dove_window_total(pane->codes.window),
           (long long)pane->view.t);
  dove_grid_title(&pane->grid, PART_CODES, title, dove_buffer_text(&note), focus);
  dove_list_draw(&pane->codes.list, &pane->grid.parts[PART_CODES], focus && pane->grid.focus == PART_CODES);
  dove_buffer_free(&note);
}

static void draw_parts(iterations_pane *pane, const dove_surface *surface, bool focus) {
  dove_grid *grid = &pane->grid;
  char title[64];
  dove_grid_layout(grid, surface->width >= WIDE ? &wide : &narrow, surface);
  if (dove_grid_shows(grid, PART_ITERATIONS)) {
    snprintf(title, sizeof title, "Run %lld", (long long)pane->view.run);
    dove_grid_title(grid, PART_ITERATIONS, title, "S = −distortion + β1·M·E[H(z|x)] − β2·M·H(z)", focus);
    dove_list_draw(&pane->rows.list, &grid->parts[PART_ITERATIONS], focus && grid->focus == PART_ITERATIONS);
  }
  draw_codes(pane, focus);
  if (dove_grid_shows(grid, PART_CHARTS)) {
    dove_grid_title(grid, PART_CHARTS, "Over the iterations", "▲ the one that is looked at", focus);
    iterations_rows_draw_charts(&pane->rows, &grid->parts[PART_CHARTS]);
  }
  if (dove_grid_shows(grid, PART_RUNS)) {
    dove_grid_title(grid, PART_RUNS, "Runs", "Enter looks at one, d compares with it", focus);
    dove_list_draw(&pane->runs.list, &grid->parts[PART_RUNS], focus && grid->focus == PART_RUNS);
  }
}

static void iterations_draw(void *self, const dove_surface *surface, bool focus) {
  iterations_pane *pane = self;
  dove_surface rest = *surface;
  const bool form = iterations_form_is_open(&pane->form);
  dove_job_line_draw(pane->explorer, DOVE_JOB_BUILD, &rest);
  if (pane->view.run == 0) {
    dove_draw_string(&rest, 0, 1, "no codebook yet: b builds one from the embedded value expressions",
                     dove_style_of(DOVE_ROLE_FAINT));
  } else {
    draw_parts(pane, &rest, focus && !form);
  }
  if (form) iterations_form_draw(&pane->form, surface);
}

/* ---- Commands ---- */

static dove_list *focused_list(iterations_pane *pane) {
  switch (pane->grid.focus) {
    case PART_CODES: return pane->compare == COMPARE_NOT ? &pane->codes.list : &pane->changes.list;
    case PART_RUNS: return &pane->runs.list;
    default: return &pane->rows.list;
  }
}

static dove_pane_result look_at(iterations_pane *pane, int64_t run, int64_t t, dove_error *error) {
  if (dove_model_view_set(pane->model, run, t, error) != DOVE_OK) return DOVE_PANE_FAILED;
  return DOVE_PANE_RELOAD;
}

/* The iteration that is selected is the one that is looked at; `before` is the row that was selected until now. */
static dove_pane_result follow_list(iterations_pane *pane, size_t before, dove_pane_result result, dove_error *error) {
  const dove_store_iteration *row = iterations_rows_selected(&pane->rows);
  if (row == NULL || pane->rows.list.selected == before || result == DOVE_PANE_FAILED) return result;
  return look_at(pane, pane->view.run, row->t, error);
}

static dove_pane_result open_selected(iterations_pane *pane, dove_error *error) {
  if (pane->view.run == 0) return DOVE_PANE_HANDLED;
  if (pane->grid.focus == PART_RUNS) {
    const dove_store_run *run = dove_window_list_row(&pane->runs);
    return run != NULL ? look_at(pane, run->id, -1, error) : DOVE_PANE_HANDLED;
  }
  if (pane->grid.focus != PART_CODES) {
    pane->grid.focus = PART_CODES;
    return DOVE_PANE_REDRAW;
  }
  const int64_t code = dove_list_selected(focused_list(pane));
  if (code < 0) return DOVE_PANE_HANDLED;
  const dove_target target = {.kind = DOVE_TARGET_CODE, .id = code};
  const dove_status status = dove_explorer_go(pane->explorer, DOVE_COMMAND_PANE_CODES, &target, error);
  return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

/* "3" is an iteration of this run, "2:3" one of run 2, "2:" the one that run 2 is used at. */
static dove_status read_iteration(const iterations_pane *pane, const char *text, int64_t *run, int64_t *t,
                                  dove_error *error) {
  char *end;
  const long long first = strtoll(text, &end, 10);
  const bool colon = end != text && *end == ':';
  const char *rest = colon ? end + 1 : text;
  const long long second = strtoll(rest, &end, 10);
  const bool number = *end == '\0' && (end != rest || colon) && first >= 0 && second >= 0;
  *run = colon && first != pane->view.run ? first : 0;
  *t = *rest == '\0' ? -1 : second;
  const bool other = *run != 0 || (*t >= 0 && *t < pane->view.iterations && *t != pane->view.t);
  if (number && other) return DOVE_OK;
  return dove_fail(error, DOVE_USAGE,
                   "'%s' is not another iteration: give a number from 0 to %lld, or RUN:t for one of another run", text,
                   (long long)pane->view.iterations - 1);
}

/* `d` switches between the codes and the difference; among the runs it compares with the selected one. */
static dove_status switch_difference(iterations_pane *pane) {
  const dove_store_run *run = pane->grid.focus == PART_RUNS ? dove_window_list_row(&pane->runs) : NULL;
  const bool other = run != NULL && run->id != pane->view.run;
  const bool again = other && pane->compare != COMPARE_NOT && pane->compare_run == run->id;
  if (other && !again) {
    pane->compare_run = run->id;
    pane->compare = run->chosen_t >= 0 ? run->chosen_t : run->best_t;
  } else {
    pane->compare_run = 0;
    pane->compare = pane->compare == COMPARE_NOT ? COMPARE_BEFORE : COMPARE_NOT;
  }
  return DOVE_OK;
}

static dove_pane_result compare(iterations_pane *pane, const char *argument, dove_error *error) {
  const int64_t before = pane->compare, before_run = pane->compare_run;
  dove_status status = argument[0] != '\0' ? read_iteration(pane, argument, &pane->compare_run, &pane->compare, error)
                                           : switch_difference(pane);
  if (status == DOVE_OK && pane->compare != COMPARE_NOT) status = load_changes(pane, error);
  if (status == DOVE_OK && pane->compare != COMPARE_NOT && !dove_grid_shows(&pane->grid, PART_CODES))
    pane->grid.focus = PART_CODES; /* where it is to be seen */
  if (status == DOVE_OK) return DOVE_PANE_REDRAW;
  pane->compare = before;
  pane->compare_run = before_run;
  return DOVE_PANE_FAILED;
}

static dove_pane_result use_iteration(iterations_pane *pane, dove_error *error) {
  dove_controller *controller = dove_explorer_controller(pane->explorer);
  const dove_view view = pane->view;
  if (view.run == 0) {
    dove_fail(error, DOVE_NOT_FOUND, "there is no codebook yet: b builds one");
    return DOVE_PANE_FAILED;
  }
  if (dove_controller_choose(controller, view.run, view.t, error) != DOVE_OK) return DOVE_PANE_FAILED;
  dove_explorer_message(pane->explorer, DOVE_MESSAGE_INFO,
                        "coding and scoring now use run %lld at t %lld; u takes it back", (long long)view.run,
                        (long long)view.t);
  return DOVE_PANE_RELOAD;
}

static dove_pane_result own_command(iterations_pane *pane, dove_command_id command, const char *argument,
                                    dove_error *error) {
  dove_controller *controller = dove_explorer_controller(pane->explorer);
  switch (command) {
    case DOVE_COMMAND_OPEN: return open_selected(pane, error);
    case DOVE_COMMAND_DIFFERENCE: return compare(pane, argument, error);
    case DOVE_COMMAND_USE_ITERATION: return use_iteration(pane, error);
    case DOVE_COMMAND_BUILD: return iterations_form_open(&pane->form, controller, NULL, error);
    case DOVE_COMMAND_RESUME: return iterations_form_open(&pane->form, controller, &pane->view, error);
    case DOVE_COMMAND_RETRY_JOB: return dove_job_line_retry(pane->explorer, DOVE_JOB_BUILD, error);
    case DOVE_COMMAND_BACK:
      if (pane->grid.focus == PART_ITERATIONS) return DOVE_PANE_IGNORED;
      pane->grid.focus = PART_ITERATIONS;
      return DOVE_PANE_REDRAW;
    default: return DOVE_PANE_IGNORED;
  }
}

static dove_pane_result iterations_command(void *self, dove_command_id command, const char *argument,
                                           dove_error *error) {
  iterations_pane *pane = self;
  dove_pane_result result = own_command(pane, command, argument, error);
  if (result == DOVE_PANE_IGNORED && pane->view.run != 0) {
    const size_t before = pane->rows.list.selected;
    result = dove_grid_command(&pane->grid, command);
    if (result == DOVE_PANE_IGNORED) result = dove_list_command(focused_list(pane), command, argument, error);
    result = follow_list(pane, before, result, error);
  }
  return result;
}

static dove_pane_result iterations_key(void *self, dove_key key, dove_error *error) {
  iterations_pane *pane = self;
  dove_job_request request;
  if (!iterations_form_is_open(&pane->form)) return DOVE_PANE_IGNORED;
  const dove_form_result result = iterations_form_key(&pane->form, key, &request, error);
  if (result == DOVE_FORM_WRONG) return DOVE_PANE_FAILED;
  return result == DOVE_FORM_ACCEPTED ? dove_job_line_start(pane->explorer, &request, error) : DOVE_PANE_REDRAW;
}

static dove_pane_result iterations_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  iterations_pane *pane = self;
  size_t part;
  dove_mouse inside;
  if (pane->view.run == 0 || iterations_form_is_open(&pane->form)) return DOVE_PANE_HANDLED;
  if (!dove_grid_mouse(&pane->grid, mouse, &part, &inside)) return DOVE_PANE_IGNORED;
  if (part == PART_CHARTS) return DOVE_PANE_REDRAW;
  const size_t focus = pane->grid.focus;
  const size_t before = pane->rows.list.selected;
  pane->grid.focus = part;
  if (part == PART_CODES && pane->compare != COMPARE_NOT) inside.y -= pane->changes.lines;
  const dove_pane_result result = dove_list_mouse(focused_list(pane), &inside, error);
  pane->grid.focus = focus;
  return follow_list(pane, before, result, error);
}

/* ---- Title, copy, export, state ---- */

static void iterations_title(void *self, dove_buffer *out) {
  const iterations_pane *pane = self;
  dove_buffer_add_text(out, "Iterations");
  if (pane->view.run == 0) return;
  dove_buffer_printf(out, ": run %lld, t %lld of 0 … %lld", (long long)pane->view.run, (long long)pane->view.t,
                     (long long)pane->view.iterations - 1);
  if (pane->codes.list.filter != NULL) dove_buffer_printf(out, " · codes with \"%s\"", pane->codes.list.filter);
}

static void iterations_state(const void *self, dove_command_state *state) {
  const iterations_pane *pane = self;
  state->empty = pane->view.run == 0;
}

static void iterations_hints(void *self, dove_buffer *out) {
  const iterations_pane *pane = self;
  if (pane->view.run == 0) {
    dove_buffer_add_text(out, "b build");
    return;
  }
  const size_t part = pane->grid.focus;
  dove_buffer_add_text(out, part == PART_RUNS    ? "Enter that run  "
                            : part == PART_CODES ? "Enter the code  "
                                                 : "Enter its codes  ");
  dove_buffer_add_text(out, pane->compare == COMPARE_NOT ? "d difference" : "d codes");
  dove_buffer_add_text(out, "  c use  b build  r resume  Tab part");
}

static void iterations_copy(void *self, dove_buffer *out) { dove_list_copy(focused_list(self), out); }

static dove_status iterations_export(void *self, dove_buffer *out, dove_error *error) {
  return dove_list_export(focused_list(self), out, error);
}

static const char *iterations_column(void *self, size_t index) {
  const dove_list *list = focused_list(self);
  return index < list->column_count ? list->columns[index].title : NULL;
}

static void iterations_save(void *self, dove_buffer *state) {
  const iterations_pane *pane = self;
  dove_buffer_printf(state, "part=%zu compare=%lld with=%lld codes: ", pane->grid.focus, (long long)pane->compare,
                     (long long)pane->compare_run);
  dove_list_save(&pane->codes.list, state);
}

static void iterations_restore(void *self, const char *state) {
  iterations_pane *pane = self;
  size_t part;
  long long compared, run;
  dove_error ignored;
  if (sscanf(state, "part=%zu compare=%lld with=%lld", &part, &compared, &run) != 3) return;
  if (part < PARTS) pane->grid.focus = part;
  pane->compare = compared >= COMPARE_NOT ? compared : COMPARE_NOT;
  pane->compare_run = run > 0 ? run : 0;
  if (pane->view.run == 0) return;
  if (pane->compare != COMPARE_NOT && load_changes(pane, &ignored) != DOVE_OK) pane->compare = COMPARE_NOT;
  const char *codes = strstr(state, "codes: ");
  if (codes != NULL) dove_list_restore(&pane->codes.list, codes + strlen("codes: "));
}

const dove_pane_operations dove_pane_iterations = {
    .id = "iterations",
    .name = "Iterations",
    .digit = '2',
    .context = DOVE_CONTEXT_ITERATIONS,
    .opened_by = DOVE_COMMAND_PANE_ITERATIONS,
    .open = iterations_open,
    .close = iterations_close,
    .load = iterations_load,
    .draw = iterations_draw,
    .command = iterations_command,
    .state = iterations_state,
    .key = iterations_key,
    .mouse = iterations_mouse,
    .title = iterations_title,
    .hints = iterations_hints,
    .copy = iterations_copy,
    .export = iterations_export,
    .save = iterations_save,
    .restore = iterations_restore,
    .column = iterations_column,
};
