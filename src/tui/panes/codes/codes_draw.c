#include "dove/text.h"
#include "tui/panes/cell_text.h"
#include "tui/panes/codes/codes_pane.h"
#include "tui/panes/note.h"

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
  pane->detail.awaited = pane->detail.uncounted;
  if (rest.height <= 0) return;
  if (pane->detail.uncounted) {
    dove_draw_string(&rest, 0, 0, "counting its usage …", dove_style_of(DOVE_ROLE_FAINT));
  } else if (pane->detail.lives) {
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
    dove_list_draw(codes_pane_list(pane, part), &pane->grid.parts[part], here);
  }
}

void codes_pane_draw(void *self, const dove_surface *surface, bool focus) {
  codes_pane *pane = self;
  if (dove_model_view(pane->model).run == 0) {
    draw_empty(surface);
    return;
  }
  pane->wide = surface->width >= WIDTH_OF_BOTH;
  const dove_grid_plan *wide = pane->view == VIEW_NUMBERS ? &wide_plan : &wide_view_plan;
  const dove_grid_plan *plan = pane->wide ? wide : pane->grid.focus == PART_LIST ? &list_plan : &code_plan;
  dove_error error = {0};
  if (pane->wide && pane->grid.focus == PART_LIST && codes_pane_follow(pane, &error) != DOVE_OK) {
    dove_draw_string(surface, 0, 0, error.message, dove_style_of(DOVE_ROLE_BAD));
    return;
  }
  dove_grid_layout(&pane->grid, plan, surface);
  const bool reviewing = review_desk_is_open(&pane->desk);
  for (size_t part = 0; part < PARTS; part++) draw_part(pane, part, focus && !reviewing);
  review_desk_draw(&pane->desk, surface);
}
