#include "tui/panes/codes/codes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/codes/codes_pane.h"
#include "tui/panes/codes/codes_table.h"

static const char *const view_names[VIEWS] = {"numbers", "usage", "sides"};

/* ---- Beginning, end, reading ---- */

static dove_status codes_open(dove_explorer *explorer, void **self, dove_error *error) {
  codes_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the codes");
  pane->explorer = explorer;
  pane->model = dove_explorer_model(explorer);
  pane->grid.count = PARTS;
  codes_table_init(&pane->codes);
  codes_usage_init(&pane->usage);
  codes_sides_init(&pane->sides);
  codes_detail_init(&pane->detail);
  review_desk_init(&pane->desk, explorer);
  *self = pane;
  return DOVE_OK;
}

static void codes_close(void *self) {
  codes_pane *pane = self;
  dove_window_list_free(&pane->codes);
  codes_usage_free(&pane->usage);
  codes_sides_free(&pane->sides);
  codes_detail_free(&pane->detail);
  review_desk_free(&pane->desk);
  free(pane);
}

/* The list of codes, as the view has it. */
static dove_list *codes_of_view(codes_pane *pane) {
  switch (pane->view) {
    case VIEW_USAGE: return &pane->usage.rows.list;
    case VIEW_SIDES: return &pane->sides.rows.list;
    default: return &pane->codes.list;
  }
}

dove_list *codes_pane_list(codes_pane *pane, size_t part) {
  switch (part) {
    case PART_LIST: return codes_of_view(pane);
    case PART_USAGE: return &pane->detail.usage;
    case PART_NEAR: return &pane->detail.near;
    case PART_MEMBERS: return &pane->detail.members.list;
    default: return &pane->detail.documents.list;
  }
}

static dove_list *focused_list(codes_pane *pane) { return codes_pane_list(pane, pane->grid.focus); }

dove_status codes_pane_follow(codes_pane *pane, dove_error *error) {
  int64_t selected = pane->problem.message[0] == '\0' ? dove_list_selected(codes_of_view(pane)) : -1;
  if (selected <= 0 || selected == pane->detail.code) return DOVE_OK;
  return codes_detail_load(&pane->detail, pane->model, selected, error);
}

/* Reads what the view shows beyond the list; a side without documents is said in its place. */
static dove_status load_view(codes_pane *pane, dove_error *error) {
  pane->problem = (dove_error){0};
  if (pane->view == VIEW_USAGE) return codes_usage_load(&pane->usage, pane->model, error);
  if (pane->view != VIEW_SIDES) return DOVE_OK;
  const dove_status status = codes_sides_load(&pane->sides, pane->model, &pane->problem);
  if (status == DOVE_OK || status == DOVE_INPUT) return DOVE_OK;
  *error = pane->problem;
  return status;
}

static dove_status codes_load(void *self, dove_error *error) {
  codes_pane *pane = self;
  const dove_view view = dove_model_view(pane->model);
  const dove_window_query query = {.kind = DOVE_WINDOW_CODES, .codes = {.run = view.run, .t = view.t}};
  dove_status status = dove_window_list_load(&pane->codes, pane->model, &query, error);
  codes_sides_forget(&pane->sides);
  pane->detail.hides_weights = dove_explorer_hides_weights(pane->explorer);
  if (status == DOVE_OK && view.run != 0) status = load_view(pane, error);
  if (status != DOVE_OK || view.run == 0) return status;
  /* While the list has the keys, its selection says which code is to be seen: drawing reads it when there is room. */
  if (pane->grid.focus == PART_LIST || pane->detail.code == 0) {
    codes_detail_forget(&pane->detail);
    return DOVE_OK;
  }
  status = codes_detail_load(&pane->detail, pane->model, pane->detail.code, error);
  if (status != DOVE_NOT_FOUND) return status;
  /* A code of another run than the one that is looked at now. */
  pane->grid.focus = PART_LIST;
  return DOVE_OK;
}

/* ---- Commands ---- */

static dove_pane_result done(dove_status status) { return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED; }

static dove_pane_result go(codes_pane *pane, dove_command_id command, const dove_target *target, dove_error *error) {
  return done(dove_explorer_go(pane->explorer, command, target, error));
}

static dove_pane_result open_document(codes_pane *pane, dove_error *error) {
  const dove_store_code_document *row = dove_window_list_row(&pane->detail.documents);
  if (row == NULL) return DOVE_PANE_HANDLED;
  const dove_target target = {.kind = DOVE_TARGET_DOCUMENT, .id = row->document.id, .code = pane->detail.code};
  return go(pane, DOVE_COMMAND_PANE_DOCUMENTS, &target, error);
}

static dove_pane_result open_selected(codes_pane *pane, dove_error *error) {
  int64_t selected = dove_list_selected(focused_list(pane));
  if (selected < 0) return DOVE_PANE_HANDLED;
  if (pane->grid.focus == PART_LIST) {
    if (codes_pane_follow(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
    pane->grid.focus = PART_MEMBERS;
    return DOVE_PANE_REDRAW;
  }
  if (pane->grid.focus == PART_NEAR) {
    const dove_target target = {.kind = DOVE_TARGET_CODE, .id = pane->detail.relations[selected].code};
    return go(pane, DOVE_COMMAND_PANE_CODES, &target, error);
  }
  if (pane->grid.focus == PART_MEMBERS) {
    const dove_target target = {.kind = DOVE_TARGET_EXPRESSION, .id = selected};
    return go(pane, DOVE_COMMAND_PANE_DOCUMENTS, &target, error);
  }
  return pane->grid.focus == PART_DOCUMENTS ? open_document(pane, error) : DOVE_PANE_HANDLED;
}

/* On the map, or in a round of annotation. */
static dove_pane_result show_elsewhere(codes_pane *pane, dove_command_id where, dove_error *error) {
  const int64_t code = pane->grid.focus == PART_LIST ? dove_list_selected(codes_of_view(pane)) : pane->detail.code;
  const dove_target target = {.kind = DOVE_TARGET_CODE, .id = code};
  return code > 0 ? go(pane, where, &target, error) : DOVE_PANE_HANDLED;
}

static dove_pane_result go_back(codes_pane *pane) {
  if (pane->grid.focus == PART_LIST || pane->arrived) {
    pane->arrived = false;
    return DOVE_PANE_IGNORED;
  }
  pane->grid.focus = PART_LIST;
  pane->grid.maximised = false;
  return DOVE_PANE_REDRAW;
}

/* The list is a level of its own where it does not stand beside the code. */
static dove_pane_result move_focus(codes_pane *pane, dove_command_id command, dove_error *error) {
  bool moves = command == DOVE_COMMAND_NEXT_PART || command == DOVE_COMMAND_PREVIOUS_PART;
  if (moves && pane->grid.focus == PART_LIST && codes_pane_follow(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  if (pane->detail.code == 0) return DOVE_PANE_IGNORED;
  dove_pane_result result = dove_grid_command(&pane->grid, command);
  if (result == DOVE_PANE_REDRAW && moves && !pane->wide && pane->grid.focus == PART_LIST) {
    result = dove_grid_command(&pane->grid, command);
  }
  return result;
}

/* The same code stays selected from view to view. */
static dove_pane_result show_view(codes_pane *pane, codes_view view, dove_error *error) {
  const int64_t selected = dove_list_selected(codes_of_view(pane));
  pane->view = view;
  pane->grid.focus = PART_LIST;
  if (load_view(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  if (selected > 0) dove_list_select(codes_of_view(pane), selected);
  return DOVE_PANE_REDRAW;
}

static dove_pane_result change_view(codes_pane *pane, const char *name, dove_error *error) {
  if (name[0] == '\0') return show_view(pane, (codes_view)((pane->view + 1) % VIEWS), error);
  for (int view = 0; view < VIEWS; view++) {
    if (strcmp(view_names[view], name) == 0) return show_view(pane, (codes_view)view, error);
  }
  dove_fail(error, DOVE_USAGE, "there is no view '%s'; there are numbers, usage and sides", name);
  return DOVE_PANE_FAILED;
}

static dove_pane_result choose_side(codes_pane *pane, size_t which, const char *name, dove_error *error) {
  const bool turn = pane->view == VIEW_SIDES || name[0] != '\0';
  if (turn && codes_sides_choose(&pane->sides, pane->model, which, name, error) != DOVE_OK) return DOVE_PANE_FAILED;
  return show_view(pane, VIEW_SIDES, error);
}

/* Renames, merges or splits the code that is selected or seen, by itself on the iteration that is looked at. */
static dove_pane_result review_selected(codes_pane *pane, dove_command_id command, const char *argument,
                                        dove_error *error) {
  const dove_view view = dove_model_view(pane->model);
  if (pane->grid.focus == PART_LIST && codes_pane_follow(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  const bool here = pane->detail.code > 0 && pane->detail.lives;
  const review_code code = {.run = view.run,
                            .t = view.t,
                            .code = here ? pane->detail.code : 0,
                            .name = here ? pane->detail.detail.name : NULL};
  return review_code_command(&pane->desk.review, &code, command, argument, error);
}

static bool is_review(dove_command_id command) {
  return command == DOVE_COMMAND_FORCE_MERGE || command == DOVE_COMMAND_FORCE_SPLIT ||
         command == DOVE_COMMAND_FORCE_NAME;
}

/* The usage is counted once the rest is on the screen, so that going through iterations does not wait for it. */
static int codes_wait(const void *self) { return ((const codes_pane *)self)->detail.awaited ? 0 : -1; }

static dove_pane_result codes_tick(void *self, dove_error *error) {
  codes_pane *pane = self;
  return done(codes_detail_count(&pane->detail, pane->model, error));
}

static dove_pane_result codes_command(void *self, dove_command_id command, const char *argument, dove_error *error) {
  codes_pane *pane = self;
  if (dove_model_view(pane->model).run == 0) return DOVE_PANE_IGNORED;
  if (pane->grid.focus == PART_USAGE && codes_detail_count(&pane->detail, pane->model, error) != DOVE_OK)
    return DOVE_PANE_FAILED;
  if (command == DOVE_COMMAND_OPEN) return open_selected(pane, error);
  if (command == DOVE_COMMAND_BACK) return go_back(pane);
  if (command == DOVE_COMMAND_ON_MAP) return show_elsewhere(pane, DOVE_COMMAND_PANE_MAP, error);
  if (command == DOVE_COMMAND_JUDGE_THIS) return show_elsewhere(pane, DOVE_COMMAND_PANE_ANNOTATE, error);
  if (is_review(command)) return review_selected(pane, command, argument, error);
  if (command == DOVE_COMMAND_RUN_OVERRIDES)
    return review_desk_start_run(&pane->desk, dove_model_view(pane->model).run, error);
  if (command == DOVE_COMMAND_CODE_VIEW) return change_view(pane, argument, error);
  if (command == DOVE_COMMAND_FIRST_SIDE) return choose_side(pane, 0, argument, error);
  if (command == DOVE_COMMAND_SECOND_SIDE) return choose_side(pane, 1, argument, error);
  dove_pane_result result = move_focus(pane, command, error);
  if (result != DOVE_PANE_IGNORED) return result;
  if (pane->grid.focus == PART_LIST && pane->problem.message[0] != '\0') return DOVE_PANE_IGNORED;
  if (pane->grid.focus == PART_LIST && pane->view == VIEW_USAGE) {
    return codes_usage_command(&pane->usage, command, argument, error);
  }
  return dove_list_command(focused_list(pane), command, argument, error);
}

static dove_pane_result codes_key(void *self, dove_key key, dove_error *error) {
  return review_desk_key(&((codes_pane *)self)->desk, key, error);
}

static dove_pane_result codes_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  codes_pane *pane = self;
  size_t part;
  dove_mouse inside;
  if (review_desk_is_open(&pane->desk)) return DOVE_PANE_HANDLED;
  if (dove_model_view(pane->model).run == 0) return DOVE_PANE_IGNORED;
  if (!dove_grid_mouse(&pane->grid, mouse, &part, &inside)) return DOVE_PANE_IGNORED;
  if (part == PART_USAGE) inside.y -= pane->usage_y;
  if (part == PART_LIST && pane->problem.message[0] != '\0') return DOVE_PANE_REDRAW;
  dove_pane_result result = part == PART_LIST && pane->view == VIEW_USAGE
                                ? codes_usage_mouse(&pane->usage, &inside, error)
                                : dove_list_mouse(codes_pane_list(pane, part), &inside, error);
  return result == DOVE_PANE_IGNORED ? DOVE_PANE_REDRAW : result;
}

static dove_status codes_select(void *self, const dove_target *target, dove_error *error) {
  codes_pane *pane = self;
  if (target->kind != DOVE_TARGET_CODE) return dove_fail(error, DOVE_NOT_FOUND, "this is not a code");
  dove_status status = codes_detail_load(&pane->detail, pane->model, target->id, error);
  if (status != DOVE_OK) return status;
  dove_list_select(codes_of_view(pane), target->id);
  if (pane->grid.focus == PART_LIST) pane->grid.focus = PART_MEMBERS;
  pane->arrived = true;
  return DOVE_OK;
}

/* ---- Title, hints, copy, export, state ---- */

static void codes_title(void *self, dove_buffer *out) {
  codes_pane *pane = self;
  const dove_view view = dove_model_view(pane->model);
  dove_buffer_add_text(out, "Codes");
  if (view.run == 0) return;
  bool alone = !pane->wide && pane->grid.focus != PART_LIST;
  dove_buffer_printf(out, " · t %lld/%lld", (long long)view.t, (long long)view.iterations - 1);
  if (alone && pane->detail.code != 0) {
    dove_buffer_printf(out, " › %s", pane->detail.detail.name);
    if (pane->detail.hides_weights) dove_buffer_add_text(out, DOVE_WEIGHTS_HIDDEN);
    return;
  }
  if (pane->detail.hides_weights) dove_buffer_add_text(out, DOVE_WEIGHTS_HIDDEN);
  if (pane->view == VIEW_USAGE) dove_buffer_add_text(out, " · usage in %");
  if (pane->view == VIEW_SIDES) {
    dove_buffer_add_text(out, " · ");
    codes_sides_title(&pane->sides, out);
  }
  const dove_list *list = codes_of_view(pane);
  if (list->sorted || list->filter != NULL) dove_buffer_add_text(out, " · ");
  dove_list_describe(list, out);
}

static void codes_state(const void *self, dove_command_state *state) {
  const codes_pane *pane = self;
  state->empty = dove_model_view(pane->model).run == 0;
}

static void codes_hints(void *self, dove_buffer *out) {
  static const char *const hints[] = {
      [PART_LIST] = "Enter the code  v usage, sides  r rename  M merge  X split  m on the map  s sort",
      [PART_USAGE] = "Tab other part  q list",
      [PART_NEAR] = "Enter that code  Tab other part  q list",
      [PART_MEMBERS] = "Enter in its document  Tab other part  q list",
      [PART_DOCUMENTS] = "Enter the document  Tab other part  q list",
  };
  static const char *const of_views[VIEWS] = {[VIEW_USAGE] = "h l column  s sort by it  v sides  Enter the code",
                                              [VIEW_SIDES] = "c C other sides  v numbers  Enter the code  s sort"};
  const codes_pane *pane = self;
  if (dove_model_view(pane->model).run == 0) return;
  const bool view = pane->grid.focus == PART_LIST && pane->view != VIEW_NUMBERS;
  dove_buffer_add_text(out, view ? of_views[pane->view] : hints[pane->grid.focus]);
}

static void codes_copy(void *self, dove_buffer *out) {
  codes_pane *pane = self;
  const dove_store_code *code = dove_window_list_row(&pane->codes);
  const bool view = pane->view != VIEW_NUMBERS && pane->problem.message[0] == '\0';
  const dove_member *member = dove_window_list_row(&pane->detail.members);
  const dove_store_code_document *document = dove_window_list_row(&pane->detail.documents);
  if (pane->grid.focus == PART_LIST && view) {
    if (pane->view == VIEW_USAGE) codes_usage_describe(&pane->usage, pane->model, out);
    if (pane->view == VIEW_SIDES) dove_list_copy(codes_of_view(pane), out);
  } else if (pane->grid.focus == PART_LIST) {
    if (code != NULL) dove_buffer_add_text(out, code->name);
  } else if (pane->grid.focus == PART_MEMBERS && member != NULL) {
    const dove_store_expression *expression = &member->expression;
    dove_buffer_add_text(out, expression->evidence[0] != '\0' ? expression->evidence : expression->description);
  } else if (pane->grid.focus == PART_DOCUMENTS && document != NULL) {
    dove_buffer_add_text(out, document->document.external_id);
  } else if (pane->detail.code != 0) {
    dove_buffer_add_text(out, pane->detail.detail.name);
  }
}

static dove_status codes_export(void *self, dove_buffer *out, dove_error *error) {
  codes_pane *pane = self;
  const dove_status status = codes_detail_count(&pane->detail, pane->model, error);
  return status == DOVE_OK ? dove_list_export(focused_list(pane), out, error) : status;
}

static const char *codes_column(void *self, size_t index) {
  const dove_list *list = focused_list(self);
  for (size_t i = 0; i < list->column_count && list->source->sort != NULL; i++) {
    if (list->columns[i].sortable && index-- == 0) return list->columns[i].title;
  }
  return NULL;
}

static void codes_save(void *self, dove_buffer *state) {
  const codes_pane *pane = self;
  dove_buffer_printf(state, "part=%zu arrived=%d code=%lld view=%d column=%zu\t", pane->grid.focus, pane->arrived,
                     (long long)pane->detail.code, (int)pane->view, pane->usage.column);
  codes_sides_save(&pane->sides, state);
  dove_buffer_add_char(state, '\t');
  dove_list_save(&pane->codes.list, state);
}

/* The sides stand between tabs: "…\tKR\taster\tid=…". Returns what follows them. */
static const char *restore_sides(codes_pane *pane, const char *state) {
  char names[2][128];
  for (size_t s = 0; s < 2; s++) {
    const char *start = strchr(state, '\t');
    if (start == NULL) return NULL;
    const int length = (int)strcspn(++start, "\t");
    snprintf(names[s], sizeof names[s], "%.*s", length, start);
    state = start + length;
  }
  if (*state != '\t') return NULL;
  codes_sides_restore(&pane->sides, names[0], names[1]);
  return state + 1;
}

static void codes_restore(void *self, const char *state) {
  codes_pane *pane = self;
  size_t part, column;
  int arrived, view;
  long long code;
  dove_error ignored = {0};
  if (sscanf(state, "part=%zu arrived=%d code=%lld view=%d column=%zu", &part, &arrived, &code, &view, &column) != 5) {
    return;
  }
  const char *list = restore_sides(pane, state);
  if (list == NULL || dove_model_view(pane->model).run == 0) return;
  dove_list_restore(&pane->codes.list, list);
  bool found = code > 0 && codes_detail_load(&pane->detail, pane->model, code, &ignored) == DOVE_OK;
  pane->usage.column = column;
  if (view > VIEW_NUMBERS && view < VIEWS && show_view(pane, (codes_view)view, &ignored) != DOVE_PANE_REDRAW) {
    pane->view = VIEW_NUMBERS;
  }
  /* A code of another run: the list has what there is. */
  pane->grid.focus = found && part < PARTS ? part : PART_LIST;
  pane->arrived = found && arrived != 0;
}

const dove_pane_operations dove_pane_codes = {
    .id = "codes",
    .name = "Codes",
    .digit = '4',
    .context = DOVE_CONTEXT_CODES,
    .opened_by = DOVE_COMMAND_PANE_CODES,
    .open = codes_open,
    .close = codes_close,
    .load = codes_load,
    .draw = codes_pane_draw,
    .command = codes_command,
    .state = codes_state,
    .key = codes_key,
    .mouse = codes_mouse,
    .select = codes_select,
    .title = codes_title,
    .hints = codes_hints,
    .copy = codes_copy,
    .export = codes_export,
    .save = codes_save,
    .restore = codes_restore,
    .wait = codes_wait,
    .tick = codes_tick,
    .column = codes_column,
};
