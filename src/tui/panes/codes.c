#include "tui/panes/codes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "tui/panes/cell_text.h"
#include "tui/panes/codes_detail.h"
#include "tui/panes/codes_sides.h"
#include "tui/panes/codes_table.h"
#include "tui/panes/codes_usage.h"
#include "tui/panes/note.h"
#include "tui/panes/review_desk.h"
#include "tui/widgets/grid.h"

enum { PART_LIST, PART_USAGE, PART_NEAR, PART_MEMBERS, PART_DOCUMENTS, PARTS };

/* The list alone; a code alone, from the list; both beside each other where there is room. */
enum { NOWHERE = DOVE_GRID_LINES, WIDTH_OF_BOTH = 150 };

static const dove_grid_plan list_plan = {
    .lines = 1,
    .places = {[PART_LIST] = {0, 1, 1},
               [PART_USAGE] = {NOWHERE, 1, 1},
               [PART_NEAR] = {NOWHERE, 1, 1},
               [PART_MEMBERS] = {NOWHERE, 1, 1},
               [PART_DOCUMENTS] = {NOWHERE, 1, 1}},
};

static const dove_grid_plan code_plan = {
    .lines = 2,
    .weights = {2, 3},
    .least = {28, 36},
    .places = {[PART_LIST] = {NOWHERE, 1, 1},
               [PART_USAGE] = {0, 3, 6},
               [PART_NEAR] = {0, 2, 4},
               [PART_MEMBERS] = {1, 3, 6},
               [PART_DOCUMENTS] = {1, 2, 4}},
};

static const dove_grid_plan wide_plan = {
    .lines = 3,
    .weights = {7, 3, 9},
    .least = {60, 30, 50},
    .places = {[PART_LIST] = {0, 1, 1},
               [PART_USAGE] = {1, 1, 6},
               [PART_NEAR] = {1, 1, 4},
               [PART_MEMBERS] = {2, 3, 6},
               [PART_DOCUMENTS] = {2, 2, 4}},
};

/* Beside a heat map or a comparison the code has less room. */
static const dove_grid_plan wide_view_plan = {
    .lines = 3,
    .weights = {9, 4, 7},
    .least = {60, 30, 40},
    .places = {[PART_LIST] = {0, 1, 1},
               [PART_USAGE] = {1, 1, 6},
               [PART_NEAR] = {1, 1, 4},
               [PART_MEMBERS] = {2, 3, 6},
               [PART_DOCUMENTS] = {2, 2, 4}},
};

/* What the list of codes tells of each. */
typedef enum codes_view { VIEW_NUMBERS, VIEW_USAGE, VIEW_SIDES, VIEWS } codes_view;

static const char *const view_names[VIEWS] = {"numbers", "usage", "sides"};

typedef struct codes_pane {
  dove_explorer *explorer;
  dove_model *model;
  dove_grid grid;
  codes_view view;
  dove_window_list codes;
  codes_usage usage;
  codes_sides sides;
  dove_error problem; /* why a view cannot be shown; an empty message: it can */
  codes_detail detail;
  review_desk desk;
  bool wide;    /* as last drawn: list and code beside each other */
  int usage_y;  /* and where the list of the usage begins in its part */
  bool arrived; /* another pane (or code) led here: going back leads there */
} codes_pane;

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

/* Shows the code that is selected in the list. */
static dove_status follow_list(codes_pane *pane, dove_error *error) {
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

/* ---- Drawing ---- */

static void draw_empty(const dove_surface *surface) {
  const dove_style style = dove_style_of(DOVE_ROLE_NORMAL);
  dove_draw_string(surface, 0, 1, "No codebook yet.", style);
  dove_draw_string(surface, 2, 1, "x   starts the next step towards one", style);
  dove_draw_string(surface, 3, 1, "1   shows what has been done so far", style);
}

static void draw_usage(codes_pane *pane, bool focus) {
  const dove_surface *part = &pane->grid.parts[PART_USAGE];
  int lines = codes_detail_draw_numbers(&pane->detail, part);
  dove_buffer apart = {0};
  codes_sides_describe(&pane->sides, pane->detail.code, &apart);
  const int needed = dove_text_columns(dove_buffer_text(&apart), apart.length);
  const int taken = apart.length == 0 ? 0 : needed <= part->width ? 1 : 2;
  const dove_surface note = dove_surface_part(part, lines, 0, taken, part->width);
  dove_draw_note(&note, dove_buffer_text(&apart), apart.length, dove_style_of(DOVE_ROLE_NORMAL));
  lines += taken;
  dove_buffer_free(&apart);
  dove_surface rest = dove_surface_part(part, lines, 0, part->height - lines, part->width);
  pane->usage_y = lines;
  if (rest.height <= 0) return;
  if (pane->detail.lives) {
    dove_list_draw(&pane->detail.usage, &rest, focus);
  } else {
    dove_draw_string(&rest, 0, 0, "not in the codebook that is looked at", dove_style_of(DOVE_ROLE_FAINT));
  }
}

/* The selected quote in full, and what the expression says. */
static void draw_member(codes_pane *pane, const dove_surface *surface) {
  const dove_member *member = dove_window_list_row(&pane->detail.members);
  if (member == NULL || surface->height <= 0) return;
  dove_buffer note = {0};
  if (member->expression.evidence[0] != '\0') {
    dove_buffer_add_text(&note, "“");
    dove_cell_line(&note, member->expression.evidence);
    dove_buffer_add_text(&note, "” ");
  }
  dove_cell_line(&note, member->expression.description);
  dove_draw_note(surface, dove_buffer_text(&note), note.length, dove_style_of(DOVE_ROLE_FAINT));
  dove_buffer_free(&note);
}

static void draw_members(codes_pane *pane, bool focus) {
  const dove_surface *part = &pane->grid.parts[PART_MEMBERS];
  int note = part->height >= 20 ? 3 : part->height >= 9 ? 2 : 0;
  int rows = part->height - note;
  dove_surface list = dove_surface_part(part, 0, 0, rows, part->width);
  dove_list_draw(&pane->detail.members.list, &list, focus);
  list = dove_surface_part(part, rows, 0, note, part->width);
  draw_member(pane, &list);
}

static dove_list *list_of(codes_pane *pane, size_t part) {
  switch (part) {
    case PART_LIST: return codes_of_view(pane);
    case PART_USAGE: return &pane->detail.usage;
    case PART_NEAR: return &pane->detail.near;
    case PART_MEMBERS: return &pane->detail.members.list;
    default: return &pane->detail.documents.list;
  }
}

static dove_list *focused_list(codes_pane *pane) { return list_of(pane, pane->grid.focus); }

static void draw_codes(codes_pane *pane, bool focus) {
  const dove_surface *part = &pane->grid.parts[PART_LIST];
  if (pane->problem.message[0] != '\0') {
    dove_draw_string(part, 0, 1, pane->problem.message, dove_style_of(DOVE_ROLE_WARNING));
    dove_draw_string(part, 1, 1, "c and C choose other sides, v another view", dove_style_of(DOVE_ROLE_FAINT));
  } else if (pane->view == VIEW_USAGE) {
    codes_usage_draw(&pane->usage, pane->model, part, focus);
  } else if (pane->view == VIEW_SIDES) {
    codes_sides_draw(&pane->sides, part, focus);
  } else {
    dove_list_draw(&pane->codes.list, part, focus);
  }
}

static void draw_part(codes_pane *pane, size_t part, bool focus) {
  static const char *const titles[] = {[PART_LIST] = NULL,
                                       [PART_USAGE] = "",
                                       [PART_NEAR] = "related",
                                       [PART_MEMBERS] = "members, most central first",
                                       [PART_DOCUMENTS] = "documents, highest q first"};
  if (!dove_grid_shows(&pane->grid, part)) return;
  bool here = focus && pane->grid.focus == part;
  if (part != PART_LIST && pane->detail.code == 0) return;
  if (part != PART_LIST) {
    const char *title = part == PART_USAGE ? pane->detail.detail.name : titles[part];
    dove_grid_title(&pane->grid, part, title, NULL, focus);
  }
  if (part == PART_LIST) {
    draw_codes(pane, here);
  } else if (part == PART_USAGE) {
    draw_usage(pane, here);
  } else if (part == PART_MEMBERS) {
    draw_members(pane, here);
  } else {
    dove_list_draw(list_of(pane, part), &pane->grid.parts[part], here);
  }
}

static void codes_draw(void *self, const dove_surface *surface, bool focus) {
  codes_pane *pane = self;
  if (dove_model_view(pane->model).run == 0) {
    draw_empty(surface);
    return;
  }
  pane->wide = surface->width >= WIDTH_OF_BOTH;
  const dove_grid_plan *wide = pane->view == VIEW_NUMBERS ? &wide_plan : &wide_view_plan;
  const dove_grid_plan *plan = pane->wide ? wide : pane->grid.focus == PART_LIST ? &list_plan : &code_plan;
  dove_error error = {0};
  if (pane->wide && pane->grid.focus == PART_LIST && follow_list(pane, &error) != DOVE_OK) {
    dove_draw_string(surface, 0, 0, error.message, dove_style_of(DOVE_ROLE_BAD));
    return;
  }
  dove_grid_layout(&pane->grid, plan, surface);
  const bool reviewing = review_desk_is_open(&pane->desk);
  for (size_t part = 0; part < PARTS; part++) draw_part(pane, part, focus && !reviewing);
  review_desk_draw(&pane->desk, surface);
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
    if (follow_list(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
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
  if (moves && pane->grid.focus == PART_LIST && follow_list(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
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
  if (pane->grid.focus == PART_LIST && follow_list(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
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

static dove_pane_result codes_command(void *self, dove_command_id command, const char *argument, dove_error *error) {
  codes_pane *pane = self;
  if (dove_model_view(pane->model).run == 0) return DOVE_PANE_IGNORED;
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
                                : dove_list_mouse(list_of(pane, part), &inside, error);
  return result == DOVE_PANE_IGNORED ? DOVE_PANE_REDRAW : result;
}

static dove_status codes_select(void *self, const dove_target *target, dove_error *error) {
  codes_pane *pane = self;
  if (target->kind != DOVE_TARGET_CODE) return dove_fail(error, DOVE_NOT_FOUND, "this is no code");
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
    return;
  }
  if (pane->view == VIEW_USAGE) dove_buffer_add_text(out, " · usage in %");
  if (pane->view == VIEW_SIDES) {
    dove_buffer_add_text(out, " · ");
    codes_sides_title(&pane->sides, out);
  }
  const dove_list *list = codes_of_view(pane);
  if (list->sorted || list->filter != NULL) dove_buffer_add_text(out, " · ");
  dove_list_describe(list, out);
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
  return dove_list_export(focused_list(self), out, error);
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
    .draw = codes_draw,
    .command = codes_command,
    .key = codes_key,
    .mouse = codes_mouse,
    .select = codes_select,
    .title = codes_title,
    .hints = codes_hints,
    .copy = codes_copy,
    .export = codes_export,
    .save = codes_save,
    .restore = codes_restore,
    .column = codes_column,
};
