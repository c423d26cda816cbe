#include "tui/panes/review/review_choose.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "tui/panes/cell_text.h"

enum { COLUMN_NAME, COLUMN_COSINE, COLUMN_N, COLUMNS };

static const dove_list_column columns[COLUMNS] = {
    [COLUMN_NAME] = {.title = "code", .width = 16, .weight = 1},
    [COLUMN_COSINE] = {.title = "cosine", .width = 7, .alignment = DOVE_ALIGN_RIGHT},
    [COLUMN_N] = {.title = "n", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
};

static const dove_neighbour_code *row_of(const review_choose *choose, size_t row) {
  return row < choose->shown_count ? &choose->codes.rows[choose->shown[row]] : NULL;
}

static size_t row_count(void *user) { return ((const review_choose *)user)->shown_count; }

static int64_t row_id(void *user, size_t row) { return row_of(user, row)->code; }

static void row_cell(void *user, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const dove_neighbour_code *found = row_of(user, row);
  (void)style;
  switch (column) {
    case COLUMN_NAME: dove_cell_line(out, found->name); break;
    case COLUMN_COSINE: dove_cell_number(out, found->cosine, 4); break;
    default: dove_cell_number(out, found->n, 2); break;
  }
}

static const dove_list_source source = {.count = row_count, .id = row_id, .cell = row_cell};

static bool contains(const char *name, const char *folded) {
  char *text = dove_text_fold(name, strlen(name));
  const bool found = text != NULL && strstr(text, folded) != NULL;
  free(text);
  return found;
}

/* Shows the codes whose names contain what was typed. */
static void narrow(review_choose *choose) {
  char *words = dove_text_fold(dove_buffer_text(&choose->words.text), choose->words.text.length);
  choose->shown_count = 0;
  for (size_t i = 0; i < choose->codes.count; i++) {
    if (words == NULL || contains(choose->codes.rows[i].name, words)) choose->shown[choose->shown_count++] = i;
  }
  free(words);
  choose->list.selected = choose->list.top = 0;
  choose->list.selected_id = choose->shown_count > 0 ? row_id(choose, 0) : -1;
  dove_list_refresh(&choose->list);
}

dove_status review_choose_open(review_choose *choose, dove_model *model, int64_t run, int64_t t, int64_t code,
                               dove_error *error) {
  review_choose_free(choose);
  dove_status status = dove_model_neighbour_codes(model, run, t, code, &choose->codes, error);
  if (status != DOVE_OK) return status;
  dove_list_init(&choose->list, &source, choose, columns, COLUMNS);
  choose->open = true;
  choose->shown = dove_alloc(choose->codes.count, sizeof *choose->shown);
  if (choose->shown == NULL) {
    review_choose_free(choose);
    return dove_fail_memory(error, "listing codes");
  }
  narrow(choose);
  return DOVE_OK;
}

void review_choose_free(review_choose *choose) {
  if (choose->open) dove_list_free(&choose->list);
  dove_neighbour_codes_free(&choose->codes);
  free(choose->shown);
  dove_line_edit_free(&choose->words);
  *choose = (review_choose){0};
}

const dove_neighbour_code *review_choose_selected(const review_choose *choose) {
  return row_of(choose, choose->list.selected);
}

static void move(review_choose *choose, dove_command_id command) {
  dove_error ignored;
  dove_list_command(&choose->list, command, "", &ignored);
}

review_choice review_choose_key(review_choose *choose, dove_key key) {
  switch (key) {
    case DOVE_KEY_ESCAPE: return REVIEW_LEFT;
    case DOVE_KEY_ENTER: return review_choose_selected(choose) != NULL ? REVIEW_CHOSEN : REVIEW_CHOOSING;
    case DOVE_KEY_UP: move(choose, DOVE_COMMAND_UP); break;
    case DOVE_KEY_DOWN:
    case DOVE_KEY_TAB: move(choose, DOVE_COMMAND_DOWN); break;
    case DOVE_KEY_PAGE_UP: move(choose, DOVE_COMMAND_PAGE_UP); break;
    case DOVE_KEY_PAGE_DOWN: move(choose, DOVE_COMMAND_PAGE_DOWN); break;
    default:
      if (dove_line_edit_key(&choose->words, key) == DOVE_EDIT_CHANGED) narrow(choose);
  }
  return REVIEW_CHOOSING;
}

void review_choose_draw(review_choose *choose, const dove_surface *surface, const char *title) {
  enum { WIDEST = 64, HIGHEST = 20, LABEL = 8 };
  const int width = surface->width < WIDEST ? surface->width : WIDEST;
  const int height = surface->height < HIGHEST ? surface->height : HIGHEST;
  dove_surface box =
      dove_surface_part(surface, (surface->height - height) / 2, (surface->width - width) / 2, height, width);
  dove_draw_fill(&box, 0, 0, box.height, box.width, dove_style_of(DOVE_ROLE_NORMAL));
  dove_surface inside = box;
  if (box.height >= 5) {
    dove_draw_box(&box, title, true);
    inside = dove_surface_inside(&box);
  }
  dove_draw_string(&inside, 0, 0, "narrow:", dove_style_of(DOVE_ROLE_FAINT));
  dove_line_edit_draw(&choose->words, &inside, 0, LABEL, inside.width - LABEL, dove_style_of(DOVE_ROLE_PROMPT), true);
  const int rows = inside.height > 3 ? inside.height - 2 : inside.height - 1;
  dove_surface list = dove_surface_part(&inside, 1, 0, rows, inside.width);
  dove_list_draw(&choose->list, &list, true);
  if (inside.height > 3)
    dove_draw_string(&inside, inside.height - 1, 0, "type to narrow · ↑ ↓ move · Enter chooses · Esc leaves",
                     dove_style_of(DOVE_ROLE_FAINT));
}
