/* How the Decisions pane is drawn. */
#include <stdio.h>

#include "tui/panes/decisions/decisions_pane.h"
#include "tui/panes/decisions/decisions_picture.h"
#include "tui/panes/job_line.h"

static const dove_grid_plan narrow = {.stacked = true,
                                      .lines = 4,
                                      .weights = {1, 1, 1, 1},
                                      .least = {8, 9, 8, 7},
                                      .places = {{0, 1, 1}, {1, 1, 1}, {2, 1, 24}, {2, 1, 24}, {3, 1, 24}, {3, 1, 40}}};
static const dove_grid_plan wide = {.stacked = true,
                                    .lines = 2,
                                    .weights = {1, 1},
                                    .least = {9, 9},
                                    .places = {{0, 3, 70}, {0, 2, 40}, {1, 1, 30}, {1, 1, 30}, {1, 1, 30}, {1, 1, 30}}};
enum { WIDE = 132 };

static void draw_list(decisions_pane *pane, bool focus) {
  dove_grid *grid = &pane->grid;
  char title[96];
  const size_t pending = decisions_reviews_pending(&pane->reviews);
  int length = snprintf(title, sizeof title, "%lld decisions", (long long)dove_window_total(pane->decisions.window));
  if (pending > 0)
    snprintf(title + length, sizeof title - (size_t)length, ", %zu override%s stand%s", pending, pending > 1 ? "s" : "",
             pending > 1 ? "" : "s");
  dove_grid_title(grid, PART_LIST, title, "f kind, i iteration, o done or left, \\ names", focus);
  dove_list_draw(&pane->decisions.list, &grid->parts[PART_LIST], focus && grid->focus == PART_LIST);
}

static void draw_side(decisions_pane *pane, size_t part, bool focus) {
  const dove_store_decision *row = dove_window_list_row(&pane->decisions);
  decisions_side *side = part == PART_BEFORE ? &pane->before : &pane->after;
  char title[32];
  snprintf(title, sizeof title, "%s, t %lld", part == PART_BEFORE ? "Before" : "After",
           (long long)(part == PART_BEFORE ? row->t - 1 : row->t));
  dove_grid_title(&pane->grid, part, title, NULL, focus);
  if (side->count == 0) {
    dove_draw_string(&pane->grid.parts[part], 0, 0, "it was left: nothing changed", dove_style_of(DOVE_ROLE_FAINT));
    return;
  }
  dove_list_draw(&side->list, &pane->grid.parts[part], focus && pane->grid.focus == part);
}

static void draw_picture(decisions_pane *pane, bool focus) {
  char note[80], shown[40] = "";
  const dove_member_plane *plane = &pane->plane;
  if (plane->count < plane->members) snprintf(shown, sizeof shown, "%zu of ", plane->count);
  snprintf(note, sizeof note, "%s%zu, %.0f %% of their variance", shown, plane->members, 100 * plane->share);
  dove_grid_title(&pane->grid, PART_PICTURE, "Members", note, focus);
  decisions_picture_draw(plane, &pane->grid.parts[PART_PICTURE]);
}

static void draw_part(decisions_pane *pane, size_t part, bool focus) {
  dove_error error = {0};
  dove_grid *grid = &pane->grid;
  if (decisions_pane_load(pane, part, &error) != DOVE_OK) {
    dove_draw_string(&grid->parts[part], 0, 0, error.message, dove_style_of(DOVE_ROLE_BAD));
  } else if (part == PART_DETAIL) {
    dove_grid_title(grid, part, "Evidence", NULL, focus);
    dove_text_view_draw(&pane->detail, &grid->parts[part], focus && grid->focus == part);
  } else if (part == PART_PICTURE) {
    draw_picture(pane, focus);
  } else if (part == PART_LINEAGE) {
    dove_grid_title(grid, part, "Lineage", "↑ stands above already", focus);
    dove_list_draw(&pane->lineage.list, &grid->parts[part], focus && grid->focus == part);
  } else {
    draw_side(pane, part, focus);
  }
}

static void draw_parts(decisions_pane *pane, const dove_surface *surface, bool focus) {
  const dove_style faint = dove_style_of(DOVE_ROLE_FAINT);
  if (pane->view.run == 0) {
    dove_draw_string(surface, 0, 1, "no codebook yet, so nothing was decided: 2 opens the iterations, b builds one",
                     faint);
    return;
  }
  dove_grid_layout(&pane->grid, surface->width >= WIDE ? &wide : &narrow, surface);
  const bool any = dove_window_list_row(&pane->decisions) != NULL;
  for (size_t part = 0; part < PARTS; part++) {
    if (!dove_grid_shows(&pane->grid, part)) continue;
    if (part == PART_LIST) {
      draw_list(pane, focus);
    } else if (any) {
      draw_part(pane, part, focus);
    }
  }
}

void decisions_pane_draw(void *self, const dove_surface *surface, bool focus) {
  decisions_pane *pane = self;
  dove_surface rest = *surface;
  dove_job_line_draw(pane->explorer, DOVE_JOB_BUILD, &rest);
  draw_parts(pane, &rest, focus && !review_desk_is_open(&pane->desk));
  review_desk_draw(&pane->desk, surface);
}
