#include <math.h>
#include <string.h>

#include "dove/text.h"
#include "tui/panes/cell_text.h"
#include "tui/panes/documents/documents_side.h"
#include "tui/panes/note.h"

enum { BAR_LEAST = 30 /* columns of a side from which on its rows have bars */, BAR_MOST = 24 };

/* What stands at the right of a heading; `brief` where there is no room for words. */
static void describe_shared(const documents_side *side, bool brief, dove_buffer *out) {
  if (!side->view.coded) {
    dove_buffer_printf(out, "%zu%s", side->row_count, brief ? "" : " expressions");
  } else if (brief) {
    dove_buffer_printf(out, "≡%zu/%zu", side->shared_count, side->row_count);
  } else {
    dove_buffer_printf(out, "≡ %zu shared of %zu", side->shared_count, side->row_count);
  }
}

static int columns_of(const dove_buffer *text) { return dove_text_columns(dove_buffer_text(text), text->length); }

static void draw_heading(const documents_side *side, const dove_surface *surface, bool focus) {
  dove_buffer name = {0};
  dove_buffer shared = {0};
  const dove_style style = {.role = focus ? DOVE_ROLE_STRONG : DOVE_ROLE_NORMAL};
  const dove_style green = dove_style_of(side->shared_count > 0 ? DOVE_ROLE_SHARED : DOVE_ROLE_FAINT);
  const dove_store_translation *translation = documents_side_translation(side);
  documents_side_name(side, &name);
  if (translation != NULL) dove_buffer_printf(&name, " · machine translation (%s)", translation->model);
  describe_shared(side, false, &shared);
  if (surface->width < columns_of(&shared) + columns_of(&name) + 3) {
    dove_buffer_clear(&shared);
    describe_shared(side, true, &shared);
  }
  int right = surface->width - columns_of(&shared);
  dove_draw_string(surface, 0, 0, focus ? "▸" : " ", style);
  dove_draw_field(surface, 0, 1, right - 2, dove_buffer_text(&name), name.length, DOVE_ALIGN_LEFT, style);
  dove_draw_text(surface, 0, right, dove_buffer_text(&shared), shared.length, green);
  dove_buffer_free(&name);
  dove_buffer_free(&shared);
}

static void draw_row(const documents_row *row, bool hides_weights, const dove_surface *surface, int y) {
  const bool told = !isnan(row->q) && !hides_weights;
  const dove_style style = dove_style_of(row->shared     ? DOVE_ROLE_SHARED
                                         : isnan(row->q) ? DOVE_ROLE_NORMAL
                                                         : DOVE_ROLE_FAINT);
  dove_draw_string(surface, y, 0, isnan(row->q) ? "·" : row->shared ? "●" : "○", style);
  int bar = surface->width >= BAR_LEAST ? surface->width / 4 : 0;
  if (bar > BAR_MOST) bar = BAR_MOST;
  int q_width = told ? 4 : 0;
  if (!told) bar = 0;
  int name_width = surface->width - 2 - (q_width > 0 ? q_width + 1 : 0) - (bar > 0 ? bar + 1 : 0);
  dove_draw_field(surface, y, 2, name_width, row->name, strlen(row->name), DOVE_ALIGN_LEFT, style);
  if (q_width == 0) return;
  dove_buffer text = {0};
  dove_cell_share(&text, row->q);
  dove_draw_field(surface, y, 3 + name_width, q_width, dove_buffer_text(&text), text.length, DOVE_ALIGN_RIGHT, style);
  dove_buffer_clear(&text);
  dove_cell_bar(&text, row->q, bar);
  dove_draw_text(surface, y, 4 + name_width + q_width, dove_buffer_text(&text), text.length, style);
  dove_buffer_free(&text);
}

static void draw_rows(documents_side *side, const dove_surface *surface, int64_t key, bool focus) {
  size_t height = surface->height > 0 ? (size_t)surface->height : 0;
  size_t selected = 0;
  bool found = documents_side_find(side, key, &selected);
  if (found && selected < side->top) side->top = selected;
  if (found && selected >= side->top + height) side->top = selected + 1 - height;
  if (side->top + height > side->row_count) side->top = side->row_count > height ? side->row_count - height : 0;
  for (int y = 0; y < surface->height && side->top + (size_t)y < side->row_count; y++) {
    size_t row = side->top + (size_t)y;
    draw_row(&side->rows[row], side->hides_weights, surface, y);
    if (!found || row != selected) continue;
    dove_draw_ground(surface, y, 0, 1, surface->width, focus ? DOVE_ROLE_SELECTED : DOVE_ROLE_SELECTED_IDLE);
  }
}

/* What the author is said to value, in the words of the expressions of the selected row. */
static void draw_note(const documents_side *side, const dove_surface *surface, int64_t key) {
  dove_buffer note = {0};
  for (size_t i = 0; i < side->view.expressions.count; i++) {
    const dove_store_expression *expression = &side->view.expressions.rows[i];
    if (documents_side_key_of(side, expression) != key) continue;
    if (note.length > 0) dove_buffer_add_text(&note, " · ");
    dove_cell_line(&note, expression->description);
    if (expression->evidence_start < 0) dove_buffer_add_text(&note, " (its evidence was not found in the text)");
  }
  dove_draw_note(surface, dove_buffer_text(&note), note.length, dove_style_of(DOVE_ROLE_FAINT));
  dove_buffer_free(&note);
}

static void draw_text(documents_side *side, const dove_surface *surface, bool focus) {
  if (side->to_show >= 0 && surface->height > 0 && surface->width > 0) {
    dove_text_view_lines(&side->text, surface->width);
    side->text.height = surface->height;
    dove_text_view_show(&side->text, side->to_show);
    side->to_show = -1;
  }
  dove_text_view_draw(&side->text, surface, focus);
}

void documents_side_draw(documents_side *side, const dove_surface *surface, int64_t key, const char *empty,
                         bool focus) {
  side->text_height = side->rows_height = 0;
  if (surface->height <= 0 || surface->width <= 0) return;
  if (side->document == 0) {
    dove_draw_note(surface, empty, strlen(empty), dove_style_of(DOVE_ROLE_FAINT));
    return;
  }
  draw_heading(side, surface, focus);
  int height = surface->height - 1;
  int note = height >= 22 ? 3 : height >= 14 ? 2 : 0;
  int rows = side->row_count < (size_t)height ? (int)side->row_count : height;
  int most = (height - note) * 2 / 5 > 1 ? (height - note) * 2 / 5 : 1;
  if (rows > most) rows = most;
  if (side->row_count == 0) note = 0;
  int text = height - note - rows - 1;
  dove_surface part = dove_surface_part(surface, 1, 0, text, surface->width);
  draw_text(side, &part, focus);
  side->text_y = 1;
  side->text_height = part.height;
  dove_draw_rule(surface, 1 + text, 0, surface->width, dove_style_of(DOVE_ROLE_BORDER));
  part = dove_surface_part(surface, 2 + text, 0, rows, surface->width);
  side->rows_y = 2 + text;
  side->rows_height = part.height;
  draw_rows(side, &part, key, focus);
  part = dove_surface_part(surface, 2 + text + rows, 0, note, surface->width);
  draw_note(side, &part, key);
}
