#include "tui/panes/codes/codes_table.h"

#include <math.h>

#include "tui/panes/cell_text.h"

enum {
  COLUMN_NAME,
  COLUMN_N,
  COLUMN_Z,
  COLUMN_DISTORTION,
  COLUMN_MEMBERS,
  COLUMN_DOCUMENTS,
  COLUMN_CHANGE,
  COLUMN_ACTION,
};

static const dove_list_column columns[] = {
    [COLUMN_NAME] = {.title = "code", .width = 16, .weight = 1, .sortable = true},
    [COLUMN_N] = {.title = "n", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [COLUMN_Z] = {.title = "z", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [COLUMN_DISTORTION] = {.title = "d", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [COLUMN_MEMBERS] =
        {.title = "members", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [COLUMN_DOCUMENTS] =
        {.title = "docs", .width = 5, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [COLUMN_CHANGE] = {.title = "Δn", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [COLUMN_ACTION] = {.title = "then", .width = 6, .optional = true},
};

static void add_change(const dove_store_code *code, dove_buffer *out, dove_style *style) {
  if (isnan(code->n_before)) {
    dove_buffer_add_text(out, code->born_t > 0 ? "new" : "–");
    return;
  }
  double change = code->usage.n - code->n_before;
  style->role = change > 0 ? DOVE_ROLE_GOOD : DOVE_ROLE_NORMAL;
  dove_cell_change(out, change, 1);
}

static void code_cell(void *pane, const void *row, size_t column, dove_buffer *out, dove_style *style) {
  const dove_store_code *code = row;
  (void)pane;
  switch (column) {
    case COLUMN_NAME: dove_buffer_add_text(out, code->name); break;
    case COLUMN_N: dove_cell_number(out, code->usage.n, 2); break;
    case COLUMN_Z: dove_buffer_printf(out, "%+.2f", code->usage.z); break;
    case COLUMN_DISTORTION: dove_cell_number(out, code->usage.d, 3); break;
    case COLUMN_MEMBERS: dove_buffer_printf(out, "%lld", (long long)code->usage.members); break;
    case COLUMN_DOCUMENTS: dove_buffer_printf(out, "%lld", (long long)code->documents); break;
    case COLUMN_CHANGE: add_change(code, out, style); break;
    default: dove_buffer_add_text(out, code->usage.action); break;
  }
}

static void sort_codes(dove_window_query *query, size_t column, bool descending) {
  static const dove_store_code_sort orders[] = {
      [COLUMN_NAME] = DOVE_STORE_CODE_BY_NAME,
      [COLUMN_N] = DOVE_STORE_CODE_BY_USAGE,
      [COLUMN_Z] = DOVE_STORE_CODE_BY_Z,
      [COLUMN_DISTORTION] = DOVE_STORE_CODE_BY_DISTORTION,
      [COLUMN_MEMBERS] = DOVE_STORE_CODE_BY_MEMBERS,
      [COLUMN_DOCUMENTS] = DOVE_STORE_CODE_BY_DOCUMENTS,
      [COLUMN_CHANGE] = DOVE_STORE_CODE_BY_CHANGE,
      [COLUMN_ACTION] = DOVE_STORE_CODE_BY_USAGE,
  };
  query->codes.sort = orders[column];
  query->codes.descending = descending;
}

static const char **code_words(dove_window_query *query) { return &query->codes.search; }

static const dove_window_list_operations operations = {.cell = code_cell, .sort = sort_codes, .words = code_words};

void codes_table_init(dove_window_list *codes) {
  dove_window_list_init(codes, &operations, NULL, columns, sizeof columns / sizeof columns[0]);
  /* And said so. */
  codes->list.sorted = codes->list.descending = true;
  codes->list.sort_column = COLUMN_N;
}
