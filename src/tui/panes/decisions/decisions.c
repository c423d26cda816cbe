#include "tui/panes/decisions/decisions.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/model_codes.h"
#include "dove/overrides.h"
#include "tui/panes/decisions/decisions_pane.h"
#include "tui/panes/decisions/decisions_text.h"

/* ---- Opening and loading ---- */

static dove_status decisions_open(dove_explorer *explorer, void **self, dove_error *error) {
  decisions_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the decisions");
  pane->explorer = explorer;
  pane->model = dove_explorer_model(explorer);
  pane->grid.count = PARTS;
  decisions_filter_clear(&pane->filter);
  decisions_list_init(&pane->decisions, &pane->reviews);
  review_desk_init(&pane->desk, explorer);
  decisions_side_init(&pane->before);
  decisions_side_init(&pane->after);
  decisions_lineage_init(&pane->lineage);
  *self = pane;
  return DOVE_OK;
}

static void decisions_close(void *self) {
  decisions_pane *pane = self;
  dove_window_list_free(&pane->decisions);
  dove_text_view_free(&pane->detail);
  decisions_side_free(&pane->before);
  decisions_side_free(&pane->after);
  decisions_lineage_free(&pane->lineage);
  decisions_reviews_free(&pane->reviews);
  dove_member_plane_free(&pane->plane);
  review_desk_free(&pane->desk);
  free(pane);
}

static dove_status load_list(decisions_pane *pane, dove_error *error) {
  const dove_window_query query = {.kind = DOVE_WINDOW_DECISIONS,
                                   .decisions = {.run = pane->view.run,
                                                 .t = decisions_filter_t(&pane->filter, &pane->view),
                                                 .kind = pane->filter.kind,
                                                 .show = pane->filter.outcome}};
  return dove_window_list_load(&pane->decisions, pane->model, &query, error);
}

static dove_status decisions_load(void *self, dove_error *error) {
  decisions_pane *pane = self;
  pane->view = dove_model_view(pane->model);
  pane->shown = pane->shown_members = pane->shown_lineage = pane->shown_plane = 0;
  if (pane->view.run == 0) return DOVE_OK;
  const dove_status status = decisions_reviews_load(&pane->reviews, pane->model, pane->view.run, error);
  return status == DOVE_OK ? load_list(pane, error) : status;
}

/* The iteration at t of the run that is looked at; 0 when there is none. */
static int64_t iteration_at(const decisions_pane *pane, int64_t t) {
  size_t count = 0;
  const dove_store_iteration *rows = dove_model_iterations(pane->model, &count);
  for (size_t i = 0; i < count; i++) {
    if (rows[i].t == t) return rows[i].id;
  }
  return 0;
}

static dove_status load_detail(decisions_pane *pane, const dove_store_decision *row, dove_error *error) {
  if (row->id == pane->shown) return DOVE_OK;
  dove_buffer text = {0};
  decisions_reviews_describe(&pane->reviews, row, &text);
  decisions_describe(row, &text);
  dove_status status = text.failed ? dove_fail_memory(error, "reading a decision")
                                   : dove_text_view_set(&pane->detail, text.data, text.length, NULL, 0, error);
  dove_buffer_free(&text);
  if (status == DOVE_OK) pane->shown = row->id;
  return status;
}

static dove_status load_members(decisions_pane *pane, const dove_store_decision *row, dove_error *error) {
  if (row->id == pane->shown_members) return DOVE_OK;
  dove_status status = decisions_side_load(&pane->before, pane->model, iteration_at(pane, row->t - 1), row->before,
                                           row->before_count, error);
  if (status == DOVE_OK) {
    status =
        decisions_side_load(&pane->after, pane->model, iteration_at(pane, row->t), row->after, row->after_count, error);
  }
  if (status == DOVE_OK) pane->shown_members = row->id;
  return status;
}

/* Of a merge the lineage of what it made, which has all that went in; otherwise of the code before, which has all that
 * came out. */
static dove_status load_lineage(decisions_pane *pane, const dove_store_decision *row, dove_error *error) {
  if (row->id == pane->shown_lineage) return DOVE_OK;
  int64_t code = row->before_count > 0 ? row->before[0].code : 0;
  if (row->after_count == 1) code = row->after[0].code;
  const dove_status status = decisions_lineage_load(&pane->lineage, pane->model, code, error);
  if (status == DOVE_OK) pane->shown_lineage = row->id;
  return status;
}

static dove_status load_plane(decisions_pane *pane, const dove_store_decision *row, dove_error *error) {
  if (row->id == pane->shown_plane) return DOVE_OK;
  dove_member_plane_free(&pane->plane);
  const dove_status status = dove_model_member_plane(pane->model, row, iteration_at(pane, row->t - 1),
                                                     iteration_at(pane, row->t), &pane->plane, error);
  if (status == DOVE_OK) pane->shown_plane = row->id;
  return status;
}

dove_status decisions_pane_load(decisions_pane *pane, size_t part, dove_error *error) {
  const dove_store_decision *row = dove_window_list_row(&pane->decisions);
  if (row == NULL) return DOVE_OK;
  switch (part) {
    case PART_DETAIL: return load_detail(pane, row, error);
    case PART_BEFORE:
    case PART_AFTER: return load_members(pane, row, error);
    case PART_LINEAGE: return load_lineage(pane, row, error);
    case PART_PICTURE: return load_plane(pane, row, error);
    default: return DOVE_OK;
  }
}

/* ---- Going elsewhere ---- */

/* Shows a code in its pane, at an iteration where it lives: the one that is looked at when it can be. */
static dove_pane_result go_to_code(decisions_pane *pane, int64_t code, int64_t t, dove_error *error) {
  dove_code_detail detail = {0};
  if (dove_model_code(pane->model, code, &detail, error) != DOVE_OK) return DOVE_PANE_FAILED;
  const bool lives = detail.ordinal != SIZE_MAX;
  const int64_t born = detail.born_t;
  dove_code_detail_free(&detail);
  if (!lives) {
    const int64_t there = t >= born ? t : born;
    if (dove_model_view_set(pane->model, pane->view.run, there, error) != DOVE_OK) return DOVE_PANE_FAILED;
    dove_explorer_message(pane->explorer, DOVE_MESSAGE_INFO,
                          "this code is in no other codebook: now t %lld is looked at", (long long)there);
    dove_explorer_reload(pane->explorer);
  }
  const dove_target target = {.kind = DOVE_TARGET_CODE, .id = code};
  const dove_status status = dove_explorer_go(pane->explorer, DOVE_COMMAND_PANE_CODES, &target, error);
  return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

static dove_pane_result open_side(decisions_pane *pane, const decisions_side *side, int64_t t, dove_error *error) {
  int64_t code;
  const dove_member *member;
  if (!decisions_side_selected(side, &code, &member)) return DOVE_PANE_HANDLED;
  if (member == NULL) return go_to_code(pane, code, t, error);
  const dove_target target = {.kind = DOVE_TARGET_DOCUMENT, .id = member->expression.document, .code = code};
  const dove_status status = dove_explorer_go(pane->explorer, DOVE_COMMAND_PANE_DOCUMENTS, &target, error);
  return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

static dove_pane_result open_lineage(decisions_pane *pane, dove_error *error) {
  const int64_t code = decisions_lineage_selected(&pane->lineage);
  return code != 0 ? go_to_code(pane, code, -1, error) : DOVE_PANE_HANDLED;
}

static dove_pane_result open_selected(decisions_pane *pane, dove_error *error) {
  const dove_store_decision *row = dove_window_list_row(&pane->decisions);
  if (row == NULL) return DOVE_PANE_HANDLED;
  switch (pane->grid.focus) {
    case PART_LIST: pane->grid.focus = PART_DETAIL; return DOVE_PANE_REDRAW;
    case PART_DETAIL: pane->grid.focus = PART_BEFORE; return DOVE_PANE_REDRAW;
    case PART_BEFORE: return open_side(pane, &pane->before, row->t - 1, error);
    case PART_AFTER: return open_side(pane, &pane->after, row->t, error);
    case PART_PICTURE: return DOVE_PANE_HANDLED;
    default: return open_lineage(pane, error);
  }
}

/* ---- Filters ---- */

static dove_pane_result filter_again(decisions_pane *pane, dove_error *error) {
  return load_list(pane, error) == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

static dove_pane_result clear_filters(decisions_pane *pane, dove_error *error) {
  decisions_filter_clear(&pane->filter);
  return filter_again(pane, error);
}

/* ---- Reviewing ---- */

/* The code that is forced to something: that of the part with the focus; in the list the one that was decided on. */
static review_code code_in_focus(const decisions_pane *pane, const dove_store_decision *row) {
  review_code found = {.run = pane->view.run, .t = row->t - 1, .decision = row->id};
  const dove_store_lineage_row *line = decisions_lineage_row(&pane->lineage);
  const dove_member *member;
  if (pane->grid.focus == PART_LINEAGE && line != NULL) {
    const int64_t last = line->died_t < 0 ? pane->view.iterations - 1 : line->died_t - 1;
    return (review_code){.run = pane->view.run, .t = last, .code = line->code, .name = line->name};
  }
  if (pane->grid.focus == PART_AFTER && decisions_side_selected(&pane->after, &found.code, &member)) {
    found.name = decisions_side_name(&pane->after, found.code);
    found.t = row->t;
    found.decision = 0;
  } else if (pane->grid.focus == PART_BEFORE && decisions_side_selected(&pane->before, &found.code, &member)) {
    found.name = decisions_side_name(&pane->before, found.code);
  } else if (row->before_count > 0) {
    found.code = row->before[0].code;
    found.name = row->before[0].name;
  }
  return found;
}

static dove_pane_result review_decision(decisions_pane *pane, const dove_store_decision *row, dove_review_kind kind,
                                        const char *note, dove_error *error) {
  dove_store_new_override entry;
  if (dove_review_of_decision(row, pane->view.run, kind, &entry, error) != DOVE_OK) return DOVE_PANE_FAILED;
  entry.note = note;
  const char *name = entry.code != 0 ? row->before[0].name : NULL;
  return review_begin(&pane->desk.review, &entry, name, NULL, true, error);
}

static dove_pane_result review_command(decisions_pane *pane, dove_command_id command, const char *argument,
                                       dove_error *error) {
  const dove_store_decision *row = dove_window_list_row(&pane->decisions);
  if (command == DOVE_COMMAND_RUN_OVERRIDES) return review_desk_start_run(&pane->desk, pane->view.run, error);
  if (command == DOVE_COMMAND_ANNOTATOR) return review_desk_name_person(&pane->desk, argument);
  if (row == NULL) return DOVE_PANE_IGNORED;
  switch (command) {
    case DOVE_COMMAND_REVIEW_AGREE: return review_decision(pane, row, DOVE_REVIEW_AGREE, argument, error);
    case DOVE_COMMAND_REVIEW_DISAGREE: return review_decision(pane, row, DOVE_REVIEW_DISAGREE, argument, error);
    case DOVE_COMMAND_REVIEW_COMMENT: return review_decision(pane, row, DOVE_REVIEW_COMMENT, argument, error);
    case DOVE_COMMAND_REVIEW_VETO: return review_decision(pane, row, DOVE_REVIEW_VETO, argument, error);
    case DOVE_COMMAND_REVIEW_WITHDRAW:
      return review_desk_withdraw(&pane->desk, decisions_reviews_newest(&pane->reviews, row), error);
    default: break;
  }
  const review_code code = code_in_focus(pane, row);
  return review_code_command(&pane->desk.review, &code, command, argument, error);
}

static dove_pane_result decisions_key(void *self, dove_key key, dove_error *error) {
  return review_desk_key(&((decisions_pane *)self)->desk, key, error);
}

/* ---- Commands ---- */

static dove_pane_result part_command(decisions_pane *pane, dove_command_id command, const char *argument,
                                     dove_error *error) {
  if (decisions_pane_load(pane, pane->grid.focus, error) != DOVE_OK) return DOVE_PANE_FAILED;
  switch (pane->grid.focus) {
    case PART_LIST: return dove_list_command(&pane->decisions.list, command, argument, error);
    case PART_DETAIL: return dove_text_view_command(&pane->detail, command, argument, error);
    case PART_BEFORE: return dove_list_command(&pane->before.list, command, argument, error);
    case PART_AFTER: return dove_list_command(&pane->after.list, command, argument, error);
    case PART_PICTURE: return dove_list_command(&pane->decisions.list, command, argument, error);
    default: return decisions_lineage_command(&pane->lineage, command, argument, error);
  }
}

static dove_pane_result own_command(decisions_pane *pane, dove_command_id command, const char *argument,
                                    dove_error *error) {
  switch (command) {
    case DOVE_COMMAND_OPEN:
      if (decisions_pane_load(pane, pane->grid.focus, error) != DOVE_OK) return DOVE_PANE_FAILED;
      return open_selected(pane, error);
    case DOVE_COMMAND_BACK:
      if (pane->grid.focus == PART_LIST) return DOVE_PANE_IGNORED;
      pane->grid.focus = PART_LIST;
      return DOVE_PANE_REDRAW;
    default: break;
  }
  dove_pane_result result = decisions_filter_command(&pane->filter, command, argument, error);
  if (result == DOVE_PANE_REDRAW) return filter_again(pane, error);
  if (result == DOVE_PANE_IGNORED) result = review_command(pane, command, argument, error);
  return result == DOVE_PANE_IGNORED ? dove_grid_command(&pane->grid, command) : result;
}

static dove_pane_result decisions_command(void *self, dove_command_id command, const char *argument,
                                          dove_error *error) {
  decisions_pane *pane = self;
  if (pane->view.run == 0) return DOVE_PANE_IGNORED;
  dove_pane_result result = own_command(pane, command, argument, error);
  if (result == DOVE_PANE_IGNORED && command != DOVE_COMMAND_BACK) {
    result = part_command(pane, command, argument, error);
  }
  const bool left_over =
      result == DOVE_PANE_IGNORED && command == DOVE_COMMAND_CLEAR && decisions_filter_is_on(&pane->filter);
  return left_over ? clear_filters(pane, error) : result;
}

static dove_pane_result decisions_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  decisions_pane *pane = self;
  size_t part;
  dove_mouse inside;
  if (review_desk_is_open(&pane->desk)) return DOVE_PANE_HANDLED;
  if (pane->view.run == 0 || !dove_grid_mouse(&pane->grid, mouse, &part, &inside)) return DOVE_PANE_IGNORED;
  switch (part) {
    case PART_LIST: return dove_list_mouse(&pane->decisions.list, &inside, error);
    case PART_DETAIL: return dove_text_view_mouse(&pane->detail, &inside);
    case PART_BEFORE: return dove_list_mouse(&pane->before.list, &inside, error);
    case PART_AFTER: return dove_list_mouse(&pane->after.list, &inside, error);
    case PART_PICTURE: return DOVE_PANE_REDRAW;
    default: return dove_list_mouse(&pane->lineage.list, &inside, error);
  }
}

static dove_status decisions_select(void *self, const dove_target *target, dove_error *error) {
  decisions_pane *pane = self;
  if (target->kind == DOVE_TARGET_DECISION && pane->view.run != 0) {
    if (dove_list_select(&pane->decisions.list, target->id)) return DOVE_OK;
    if (clear_filters(pane, error) == DOVE_PANE_FAILED) return error->code;
    if (dove_list_select(&pane->decisions.list, target->id)) return DOVE_OK;
  }
  return dove_fail(error, DOVE_NOT_FOUND, "this decision is not among those of the run that is looked at");
}

/* ---- Title, copy, export, state ---- */

static void decisions_title(void *self, dove_buffer *out) {
  const decisions_pane *pane = self;
  dove_buffer_add_text(out, "Decisions");
  if (pane->view.run == 0) return;
  dove_buffer_printf(out, ": run %lld", (long long)pane->view.run);
  decisions_filter_describe(&pane->filter, &pane->view, out);
  if (pane->decisions.list.filter != NULL) dove_buffer_printf(out, " · filter: %s", pane->decisions.list.filter);
}

static void decisions_state(const void *self, dove_command_state *state) {
  const decisions_pane *pane = self;
  state->empty = pane->view.run == 0;
}

static void decisions_hints(void *self, dove_buffer *out) {
  decisions_pane *pane = self;
  static const char *const opened[PARTS] = {[PART_LIST] = "Enter why  ",
                                            [PART_DETAIL] = "Enter its codes  ",
                                            [PART_BEFORE] = "Enter the code  ",
                                            [PART_AFTER] = "Enter the code  ",
                                            [PART_PICTURE] = "",
                                            [PART_LINEAGE] = "Enter the code  "};
  if (pane->view.run == 0) return;
  if (dove_window_list_row(&pane->decisions) != NULL)
    dove_buffer_printf(out, "%sa agree  d disagree  v veto  M merge  X split  r rename  ", opened[pane->grid.focus]);
  if (decisions_reviews_pending(&pane->reviews) > 0) dove_buffer_add_text(out, "b run  ");
  dove_buffer_add_text(out, "f kind  o outcome");
}

static const dove_list *focused_list(const decisions_pane *pane) {
  switch (pane->grid.focus) {
    case PART_BEFORE: return &pane->before.list;
    case PART_AFTER: return &pane->after.list;
    case PART_LINEAGE: return &pane->lineage.list;
    default: return &pane->decisions.list;
  }
}

static void decisions_copy(void *self, dove_buffer *out) {
  const decisions_pane *pane = self;
  if (pane->grid.focus == PART_DETAIL && pane->detail.text != NULL) {
    dove_buffer_add_text(out, pane->detail.text);
  } else {
    dove_list_copy(focused_list(pane), out);
  }
}

static dove_status decisions_export(void *self, dove_buffer *out, dove_error *error) {
  decisions_pane *pane = self;
  switch (pane->grid.focus) {
    case PART_BEFORE: return dove_list_export(&pane->before.list, out, error);
    case PART_AFTER: return dove_list_export(&pane->after.list, out, error);
    case PART_LINEAGE: return dove_list_export(&pane->lineage.list, out, error);
    default: return dove_list_export(&pane->decisions.list, out, error);
  }
}

static void decisions_save(void *self, dove_buffer *state) {
  const decisions_pane *pane = self;
  dove_buffer_printf(state, "part=%zu ", pane->grid.focus);
  decisions_filter_save(&pane->filter, state);
  dove_buffer_add_text(state, " list: ");
  dove_list_save(&pane->decisions.list, state);
}

static void decisions_restore(void *self, const char *state) {
  decisions_pane *pane = self;
  size_t part;
  dove_error ignored;
  if (sscanf(state, "part=%zu", &part) != 1 || !decisions_filter_restore(&pane->filter, state)) return;
  if (part < PARTS) pane->grid.focus = part;
  if (pane->view.run == 0 || load_list(pane, &ignored) != DOVE_OK) return;
  const char *list = strstr(state, "list: ");
  if (list != NULL) dove_list_restore(&pane->decisions.list, list + strlen("list: "));
}

const dove_pane_operations dove_pane_decisions = {
    .id = "decisions",
    .name = "Decisions",
    .digit = '3',
    .context = DOVE_CONTEXT_DECISIONS,
    .opened_by = DOVE_COMMAND_PANE_DECISIONS,
    .open = decisions_open,
    .close = decisions_close,
    .load = decisions_load,
    .draw = decisions_pane_draw,
    .command = decisions_command,
    .state = decisions_state,
    .key = decisions_key,
    .mouse = decisions_mouse,
    .select = decisions_select,
    .title = decisions_title,
    .hints = decisions_hints,
    .copy = decisions_copy,
    .export = decisions_export,
    .save = decisions_save,
    .restore = decisions_restore,
};
