#include "tui/panes/scores/scores.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/job_line.h"
#include "tui/panes/scores/scores_pane.h"
#include "tui/panes/scores/scores_tables.h"

/* ---- Opening and loading ---- */

static dove_status scores_open(dove_explorer *explorer, void **self, dove_error *error) {
  scores_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the scores");
  pane->explorer = explorer;
  pane->model = dove_explorer_model(explorer);
  pane->grid.count = PARTS;
  pane->grid.focus = PART_MATRIX;
  scores_runs_init(&pane->runs);
  scores_list_init(&pane->scores, &pane->base);
  scores_parts_init(&pane->parts);
  scores_documents_init(&pane->documents);
  *self = pane;
  return DOVE_OK;
}

static void scores_close(void *self) {
  scores_pane *pane = self;
  scores_matrix_free(&pane->matrix);
  dove_window_list_free(&pane->runs);
  dove_window_list_free(&pane->scores);
  scores_base_clear(&pane->base);
  scores_parts_free(&pane->parts);
  scores_documents_free(&pane->documents);
  scores_form_free(&pane->form);
  free(pane);
}

static void forget_explanation(scores_pane *pane) {
  pane->explained = 0;
  pane->flow_shown = 0;
  scores_documents_clear(&pane->documents);
}

/* Reads the scores of the selected run. */
static dove_status load_run(scores_pane *pane, dove_error *error) {
  const dove_store_score_run *run = dove_window_list_row(&pane->runs);
  const bool other = run == NULL || run->id != pane->run;
  pane->run = run != NULL ? run->id : 0;
  forget_explanation(pane);
  if (pane->run == 0) return DOVE_OK;
  const dove_window_query query = {.kind = DOVE_WINDOW_SCORES, .parent = pane->run};
  if (other) pane->scores.list.selected_id = -1;
  dove_status status = scores_base_load(&pane->base, pane->model, pane->run, error);
  if (status != DOVE_OK) return status;
  scores_list_choose_columns(&pane->scores, &pane->base);
  status = dove_window_list_load(&pane->scores, pane->model, &query, error);
  if (status == DOVE_OK) status = scores_matrix_load(&pane->matrix, pane->scores.window, &pane->base, error);
  if (status != DOVE_OK) return status;
  /* Another run has other scores: the cell stays, and the list follows it. */
  if (!other || !dove_list_select(&pane->scores.list, scores_matrix_selected(&pane->matrix))) {
    scores_matrix_select(&pane->matrix, dove_list_selected(&pane->scores.list));
  }
  return DOVE_OK;
}

static dove_status scores_load(void *self, dove_error *error) {
  scores_pane *pane = self;
  const dove_window_query query = {.kind = DOVE_WINDOW_SCORE_RUNS};
  pane->documents.hides_weights = dove_explorer_hides_weights(pane->explorer);
  const dove_status status = dove_window_list_load(&pane->runs, pane->model, &query, error);
  if (status != DOVE_OK) return status;
  if (pane->started > 0 && dove_window_id(pane->runs.window, 0) > pane->run) {
    dove_list_select(&pane->runs.list, dove_window_id(pane->runs.window, 0));
    pane->started--;
  }
  return load_run(pane, error);
}

dove_status scores_pane_explain(scores_pane *pane, dove_error *error) {
  const dove_store_score *score = pane->run != 0 ? dove_window_list_row(&pane->scores) : NULL;
  if (score == NULL || score->id == pane->explained) return DOVE_OK;
  const int64_t id = score->id;
  forget_explanation(pane);
  const dove_status status =
      scores_parts_load(&pane->parts, pane->model, score, scores_base_of(&pane->base, score), error);
  if (status == DOVE_OK) pane->explained = id;
  return status;
}

bool scores_pane_needs_explanation(size_t part) {
  return part == PART_CODES || part == PART_FLOWS || part == PART_DOCUMENTS;
}

/* The score that the selected flow is of: the one that it is compared with, when that alone has it. */
static const dove_store_score *score_of_flow(scores_pane *pane, const scores_flow *flow) {
  const dove_store_score *score = dove_window_list_row(&pane->scores);
  return score != NULL && isnan(flow->cost) ? scores_base_of(&pane->base, score) : score;
}

/* Reads the documents behind the selected flow: only when a person asks for them, as all documents of both sides are
 * looked through for it. */
static dove_status load_documents(scores_pane *pane, dove_error *error) {
  const scores_flow *flow = pane->explained != 0 ? scores_parts_flow(&pane->parts) : NULL;
  const dove_store_score *score = flow != NULL ? score_of_flow(pane, flow) : NULL;
  const int64_t id = dove_list_selected(&pane->parts.flows.list);
  if (score == NULL || id == pane->flow_shown) return DOVE_OK;
  dove_controller *controller = dove_explorer_controller(pane->explorer);
  const dove_status status = scores_documents_load(&pane->documents, controller, score, flow->from, flow->to, error);
  if (status == DOVE_OK) pane->flow_shown = id;
  return status;
}

/* ---- Going elsewhere ---- */

static dove_pane_result go(scores_pane *pane, dove_command_id where, dove_target target, dove_error *error) {
  return dove_explorer_go(pane->explorer, where, &target, error) == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

/* The codebook that the score was made with is looked at, so that its codes are there. */
static dove_status look_at_codebook(scores_pane *pane, dove_error *error) {
  const dove_store_score_run *run = dove_window_list_row(&pane->runs);
  const dove_view view = dove_model_view(pane->model);
  if (run == NULL || (run->run == view.run && run->t == view.t)) return DOVE_OK;
  const dove_status status = dove_model_view_set(pane->model, run->run, run->t, error);
  if (status == DOVE_OK) dove_explorer_reload(pane->explorer);
  return status;
}

static dove_pane_result open_document(scores_pane *pane, dove_error *error) {
  const scores_flow *flow = scores_parts_flow(&pane->parts);
  const int64_t document = dove_list_selected(&pane->documents.list);
  if (flow == NULL || document < 0 || !pane->documents.known) return DOVE_PANE_HANDLED;
  const bool human = pane->documents.list.selected < pane->documents.behind.human_count;
  const int64_t code = human ? flow->from : flow->to;
  if (look_at_codebook(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  return go(pane, DOVE_COMMAND_PANE_DOCUMENTS,
            (dove_target){.kind = DOVE_TARGET_DOCUMENT, .id = document, .code = code}, error);
}

static dove_pane_result open_code(scores_pane *pane, dove_error *error) {
  const int64_t code = dove_list_selected(&pane->parts.codes.list);
  if (code < 0 || pane->explained == 0) return DOVE_PANE_HANDLED;
  if (look_at_codebook(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  return go(pane, DOVE_COMMAND_PANE_CODES, (dove_target){.kind = DOVE_TARGET_CODE, .id = code}, error);
}

static dove_pane_result focus_on(scores_pane *pane, size_t part) {
  pane->grid.focus = part;
  return DOVE_PANE_REDRAW;
}

static dove_pane_result open_selected(scores_pane *pane, dove_error *error) {
  if (scores_pane_explain(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  switch (pane->grid.focus) {
    case PART_MATRIX:
    case PART_SCORES: return focus_on(pane, PART_FLOWS);
    case PART_FLOWS:
      if (load_documents(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
      return focus_on(pane, PART_DOCUMENTS);
    case PART_CODES: return open_code(pane, error);
    case PART_DOCUMENTS: return open_document(pane, error);
    default: return focus_on(pane, PART_SCORES);
  }
}

/* ---- Commands ---- */

static dove_list *focused_list(scores_pane *pane) {
  switch (pane->grid.focus) {
    case PART_FLOWS: return &pane->parts.flows.list;
    case PART_CODES: return &pane->parts.codes.list;
    case PART_DOCUMENTS: return &pane->documents.list;
    case PART_RUNS: return &pane->runs.list;
    default: return &pane->scores.list;
  }
}

/* After the selection moved: the matrix, the list and the run show the same. */
static dove_pane_result follow(scores_pane *pane, dove_pane_result result, dove_error *error) {
  if (result != DOVE_PANE_REDRAW && result != DOVE_PANE_OPEN) return result;
  const dove_store_score_run *run = dove_window_list_row(&pane->runs);
  if (run != NULL && run->id != pane->run && load_run(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  if (pane->grid.focus == PART_SCORES) scores_matrix_select(&pane->matrix, dove_list_selected(&pane->scores.list));
  if (pane->grid.focus == PART_MATRIX && scores_matrix_selected(&pane->matrix) != 0) {
    dove_list_select(&pane->scores.list, scores_matrix_selected(&pane->matrix));
  }
  return result;
}

static dove_pane_result part_command(scores_pane *pane, dove_command_id command, const char *argument,
                                     dove_error *error) {
  dove_pane_result result = dove_grid_command(&pane->grid, command);
  if (result != DOVE_PANE_IGNORED) return result;
  if (scores_pane_needs_explanation(pane->grid.focus) && scores_pane_explain(pane, error) != DOVE_OK)
    return DOVE_PANE_FAILED;
  if (pane->grid.focus == PART_MATRIX) result = scores_matrix_command(&pane->matrix, command);
  if (result == DOVE_PANE_IGNORED) result = dove_list_command(focused_list(pane), command, argument, error);
  return result;
}

/* ---- Comparing ---- */

/* In the runs, with the run; elsewhere with the model of the selected score. Again: nothing is compared. */
static dove_pane_result compare(scores_pane *pane, dove_error *error) {
  const dove_store_score *score = dove_window_list_row(&pane->scores);
  dove_status status = DOVE_OK;
  if (pane->base.run != 0) {
    scores_base_clear(&pane->base);
  } else if (pane->grid.focus == PART_RUNS) {
    status = scores_base_choose(&pane->base, pane->run, NULL, NULL, error);
  } else if (score != NULL) {
    status = scores_base_choose(&pane->base, pane->run, score->model, score->role, error);
  }
  if (status == DOVE_OK) status = load_run(pane, error);
  return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

static dove_pane_result draw_intervals(scores_pane *pane, dove_error *error) {
  if (pane->base.run == 0 || !pane->matrix.differences) {
    dove_fail(error, DOVE_NOT_FOUND, "nothing is compared: d on a score or a run says with what");
    return DOVE_PANE_FAILED;
  }
  dove_job_request request = dove_job_request_of(DOVE_JOB_COMPARE);
  request.compare.against = scores_base_against(&pane->base, pane->run);
  return dove_job_line_start(pane->explorer, &request, error);
}

static dove_pane_result retry(scores_pane *pane, dove_error *error) {
  dove_error ignored = {0};
  const dove_pane_result result = dove_job_line_retry(pane->explorer, DOVE_JOB_COMPARE, &ignored);
  return result != DOVE_PANE_FAILED ? result : dove_job_line_retry(pane->explorer, DOVE_JOB_SCORE, error);
}

static dove_pane_result scores_command(void *self, dove_command_id command, const char *argument, dove_error *error) {
  scores_pane *pane = self;
  switch (command) {
    case DOVE_COMMAND_SCORE: return scores_form_open(&pane->form, dove_explorer_controller(pane->explorer), error);
    case DOVE_COMMAND_RETRY_JOB: return retry(pane, error);
    case DOVE_COMMAND_OPEN: return pane->run != 0 ? open_selected(pane, error) : DOVE_PANE_HANDLED;
    case DOVE_COMMAND_BACK:
      if (pane->grid.focus == PART_DOCUMENTS) return focus_on(pane, PART_FLOWS);
      return pane->grid.focus != PART_MATRIX ? focus_on(pane, PART_MATRIX) : DOVE_PANE_IGNORED;
    default: break;
  }
  if (pane->run == 0) return DOVE_PANE_IGNORED;
  if (command == DOVE_COMMAND_COMPARE) return compare(pane, error);
  if (command == DOVE_COMMAND_INTERVALS) return draw_intervals(pane, error);
  return follow(pane, part_command(pane, command, argument, error), error);
}

static dove_pane_result scores_key(void *self, dove_key key, dove_error *error) {
  scores_pane *pane = self;
  dove_job_request request;
  if (!scores_form_is_open(&pane->form)) return DOVE_PANE_IGNORED;
  dove_controller *controller = dove_explorer_controller(pane->explorer);
  const dove_form_result answer = scores_form_key(&pane->form, controller, key, &request, error);
  if (answer == DOVE_FORM_WRONG) return DOVE_PANE_FAILED;
  if (answer != DOVE_FORM_ACCEPTED) return DOVE_PANE_REDRAW;
  const dove_pane_result result = dove_job_line_start(pane->explorer, &request, error);
  scores_form_free(&pane->form);
  pane->started++;
  return result;
}

static dove_pane_result scores_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  scores_pane *pane = self;
  size_t part;
  dove_mouse inside;
  if (pane->run == 0 || scores_form_is_open(&pane->form)) return DOVE_PANE_HANDLED;
  if (!dove_grid_mouse(&pane->grid, mouse, &part, &inside)) return DOVE_PANE_IGNORED;
  if (part == PART_MATRIX) return DOVE_PANE_REDRAW;
  const size_t focus = pane->grid.focus;
  pane->grid.focus = part;
  const dove_pane_result result = follow(pane, dove_list_mouse(focused_list(pane), &inside, error), error);
  pane->grid.focus = focus;
  return result;
}

static dove_status scores_select(void *self, const dove_target *target, dove_error *error) {
  scores_pane *pane = self;
  if (target->kind == DOVE_TARGET_SCORE && pane->run != 0 && dove_list_select(&pane->scores.list, target->id)) {
    scores_matrix_select(&pane->matrix, target->id);
    return DOVE_OK;
  }
  return dove_fail(error, DOVE_NOT_FOUND, "this score is not in the run that is shown");
}

/* ---- Title, copy, export, state ---- */

static void scores_title(void *self, dove_buffer *out) {
  const scores_pane *pane = self;
  dove_buffer_add_text(out, "Scores");
  if (pane->run == 0) return;
  dove_buffer_printf(out, ": run %lld, %zu × %zu", (long long)pane->run, pane->matrix.row_count,
                     pane->matrix.column_count);
  if (pane->base.run == 0) return;
  dove_buffer_add_text(out, " · compared with ");
  scores_base_describe(&pane->base, pane->run, out);
}

static void scores_state(const void *self, dove_command_state *state) {
  const scores_pane *pane = self;
  state->empty = pane->run == 0;
}

static void scores_hints(void *self, dove_buffer *out) {
  const scores_pane *pane = self;
  static const char *const opened[PARTS] = {
      [PART_RUNS] = "Enter its scores",           [PART_MATRIX] = "Enter what it is made of",
      [PART_SCORES] = "Enter what it is made of", [PART_CODES] = "Enter the code",
      [PART_FLOWS] = "Enter the documents",       [PART_DOCUMENTS] = "Enter the document"};
  const size_t part = pane->grid.focus;
  if (pane->run == 0) {
    if (dove_model_view(pane->model).run != 0) dove_buffer_add_text(out, "r score");
    return;
  }
  const bool compared = pane->base.run != 0;
  const bool whole = part == PART_MATRIX || part == PART_SCORES;
  if (part != PART_DOCUMENTS || pane->flow_shown != 0)
    dove_buffer_printf(out, "%s  ", compared && whole ? "Enter what differs" : opened[part]);
  dove_buffer_add_text(out, compared ? "i intervals  d compare no more  Tab part" : "d compare  r score  Tab part");
}

static void scores_copy(void *self, dove_buffer *out) {
  scores_pane *pane = self;
  if (pane->grid.focus == PART_MATRIX) {
    scores_pane_describe(pane, out);
  } else if (pane->run != 0) {
    dove_list_copy(focused_list(pane), out);
  }
}

static dove_status scores_export(void *self, dove_buffer *out, dove_error *error) {
  scores_pane *pane = self;
  if (pane->run == 0) return dove_fail(error, DOVE_NOT_FOUND, "there are no scores to export: r makes them");
  return dove_list_export(focused_list(pane), out, error);
}

static void scores_save(void *self, dove_buffer *state) {
  const scores_pane *pane = self;
  dove_buffer_printf(state, "part=%zu run=%lld score=%lld flow=%lld base=%lld", pane->grid.focus, (long long)pane->run,
                     (long long)dove_list_selected(&pane->scores.list),
                     (long long)(pane->explained != 0 ? dove_list_selected(&pane->parts.flows.list) : 0),
                     (long long)pane->base.run);
  if (pane->base.model != NULL) dove_buffer_printf(state, "\t%s\t%s", pane->base.model, pane->base.role);
}

/* "…\tMODEL\tROLE" behind the numbers: the model that scores were compared with. */
static dove_status restore_base(scores_pane *pane, int64_t run, const char *state, dove_error *error) {
  char names[2][256] = {"", ""};
  const char *tab = strchr(state, '\t');
  const bool model = tab != NULL;
  for (size_t i = 0; i < 2 && tab != NULL; i++) {
    const int length = (int)strcspn(++tab, "\t");
    snprintf(names[i], sizeof names[i], "%.*s", length, tab);
    tab = tab[length] == '\t' ? tab + length : NULL;
  }
  return scores_base_choose(&pane->base, run, model ? names[0] : NULL, model ? names[1] : NULL, error);
}

static void scores_restore(void *self, const char *state) {
  scores_pane *pane = self;
  size_t part;
  long long run, score, flow, base;
  dove_error ignored;
  if (sscanf(state, "part=%zu run=%lld score=%lld flow=%lld base=%lld", &part, &run, &score, &flow, &base) != 5) return;
  if (part < PARTS) pane->grid.focus = part;
  if (pane->run == 0) return;
  if (base > 0 && restore_base(pane, base, state, &ignored) != DOVE_OK) return;
  const bool other = run != pane->run && dove_list_select(&pane->runs.list, run);
  if ((other || base > 0) && load_run(pane, &ignored) != DOVE_OK) return;
  if (dove_list_select(&pane->scores.list, score)) scores_matrix_select(&pane->matrix, score);
  if (flow <= 0 || scores_pane_explain(pane, &ignored) != DOVE_OK) return;
  if (dove_list_select(&pane->parts.flows.list, flow) && part == PART_DOCUMENTS) load_documents(pane, &ignored);
}

const dove_pane_operations dove_pane_scores = {
    .id = "scores",
    .name = "Scores",
    .digit = '7',
    .context = DOVE_CONTEXT_SCORES,
    .opened_by = DOVE_COMMAND_PANE_SCORES,
    .open = scores_open,
    .close = scores_close,
    .load = scores_load,
    .draw = scores_pane_draw,
    .command = scores_command,
    .state = scores_state,
    .key = scores_key,
    .mouse = scores_mouse,
    .select = scores_select,
    .title = scores_title,
    .hints = scores_hints,
    .copy = scores_copy,
    .export = scores_export,
    .save = scores_save,
    .restore = scores_restore,
};
