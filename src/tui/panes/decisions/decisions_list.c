#include "tui/panes/decisions/decisions_list.h"

#include "tui/panes/cell_text.h"
#include "tui/panes/decisions/decisions_text.h"

enum {
  COLUMN_T,
  COLUMN_KIND,
  COLUMN_DONE,
  COLUMN_NAMES,
  COLUMN_REVIEW,
  COLUMN_N,
  COLUMN_Z,
  COLUMN_D,
  COLUMN_COSINE,
  COLUMN_WHY,
  COLUMNS
};

static const dove_list_column columns[COLUMNS] = {
    [COLUMN_T] = {.title = "t", .width = 2, .alignment = DOVE_ALIGN_RIGHT},
    [COLUMN_KIND] = {.title = "kind", .width = 11},
    [COLUMN_DONE] = {.title = "done", .width = 6},
    [COLUMN_NAMES] = {.title = "before → after", .width = 24, .weight = 3},
    [COLUMN_REVIEW] = {.title = "review", .width = 14, .optional = true},
    [COLUMN_N] = {.title = "n", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_Z] = {.title = "z", .width = 5, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_D] = {.title = "d", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_COSINE] = {.title = "cosine", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_WHY] = {.title = "rule, or why it was left", .width = 24, .weight = 1, .optional = true},
};

/* Who forced or vetoed it in this run stands before what is said of it since. */
static void review_cell(const decisions_reviews *reviews, const dove_store_decision *row, dove_buffer *out,
                        dove_style *style) {
  decisions_reviews_mark(reviews, row, out, style);
  if (out->length > 0 || row->reviewer[0] == '\0') return;
  *style = dove_style_of(DOVE_ROLE_STRONG);
  dove_buffer_add_text(out, "by ");
  dove_cell_line(out, row->reviewer);
}

static void decision_cell(void *self, const void *found, size_t column, dove_buffer *out, dove_style *style) {
  const dove_store_decision *row = found;
  switch (column) {
    case COLUMN_T: dove_buffer_printf(out, "%lld", (long long)row->t); break;
    case COLUMN_KIND: dove_buffer_add_text(out, decisions_kind_name(row->kind)); break;
    case COLUMN_DONE:
      *style = dove_style_of(row->done ? DOVE_ROLE_GOOD : DOVE_ROLE_FAINT);
      dove_buffer_add_text(out, row->done ? "✓ done" : "○ left");
      break;
    case COLUMN_NAMES: decisions_add_names(row, out); break;
    case COLUMN_REVIEW: review_cell(self, row, out, style); break;
    case COLUMN_N: dove_cell_number(out, row->n, 2); break;
    case COLUMN_Z: dove_cell_number(out, row->z, 2); break;
    case COLUMN_D: dove_cell_number(out, row->d, 4); break;
    case COLUMN_COSINE: dove_cell_number(out, row->neighbour_cosine, 4); break;
    case COLUMN_WHY: dove_cell_line(out, row->done ? row->rule : row->reason); break;
    default: break;
  }
}

static const char **decision_words(dove_window_query *query) { return &query->decisions.search; }

static const dove_window_list_operations operations = {.cell = decision_cell, .words = decision_words};

void decisions_list_init(dove_window_list *list, decisions_reviews *reviews) {
  dove_window_list_init(list, &operations, reviews, columns, COLUMNS);
}
