#include "tui/panes/decisions/decisions_lineage.h"

#include <stdlib.h>

#include "dove/memory.h"
#include "tui/panes/cell_text.h"

enum { COLUMN_NAME, COLUMN_LIFE, COLUMN_ORIGIN, COLUMNS };

static const dove_list_column columns[COLUMNS] = {
    [COLUMN_NAME] = {.title = "code", .width = 20, .weight = 1},
    [COLUMN_LIFE] = {.title = "in C^t", .width = 9},
    [COLUMN_ORIGIN] = {.title = "made by", .width = 7, .optional = true},
};

static const dove_store_lineage_row *row_of(const decisions_lineage *self, size_t row) {
  return &self->lineage.rows[self->tree.rows[row]];
}

/* The first row of a code in the lineage: the others refer to it. */
static size_t first_of(const decisions_lineage *self, int64_t code) {
  size_t low = 0;
  size_t high = self->lineage.count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (self->lineage.rows[middle].code < code) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static bool is_reference(const decisions_lineage *self, const dove_store_lineage_row *row) {
  return (size_t)(row - self->lineage.rows) != first_of(self, row->code);
}

/* ---- The list ---- */

static size_t row_count(void *user) { return ((const decisions_lineage *)user)->tree.row_count; }

static int64_t row_id(void *user, size_t row) {
  return ((const decisions_lineage *)user)->nodes[((const decisions_lineage *)user)->tree.rows[row]].id;
}

static bool row_find(void *user, int64_t id, size_t *row) {
  const decisions_lineage *self = user;
  for (size_t i = 0; i < self->tree.row_count; i++) {
    if (self->nodes[self->tree.rows[i]].id != id) continue;
    *row = i;
    return true;
  }
  return false;
}

static void add_life(const dove_store_lineage_row *row, dove_buffer *out) {
  if (row->died_t < 0) {
    dove_buffer_printf(out, "%lld …", (long long)row->born_t);
  } else if (row->died_t - 1 == row->born_t) {
    dove_buffer_printf(out, "%lld", (long long)row->born_t);
  } else {
    dove_buffer_printf(out, "%lld … %lld", (long long)row->born_t, (long long)row->died_t - 1);
  }
}

static void row_cell(void *user, size_t index, size_t column, dove_buffer *out, dove_style *style) {
  const decisions_lineage *self = user;
  const dove_store_lineage_row *row = row_of(self, index);
  const bool reference = is_reference(self, row);
  if (reference) *style = dove_style_of(DOVE_ROLE_FAINT);
  if (row->code == self->code) *style = (dove_style){.role = DOVE_ROLE_STRONG, .attributes = DOVE_BOLD};
  switch (column) {
    case COLUMN_NAME:
      dove_tree_guides(&self->tree, index, out);
      if (row->code == self->code) dove_buffer_add_text(out, "● ");
      dove_cell_line(out, row->name);
      if (reference) dove_buffer_add_text(out, " ↑");
      break;
    case COLUMN_LIFE: add_life(row, out); break;
    case COLUMN_ORIGIN: dove_buffer_add_text(out, dove_cell_origin(row->origin)); break;
    default: break;
  }
}

static const dove_list_source source = {.count = row_count, .id = row_id, .find = row_find, .cell = row_cell};

void decisions_lineage_init(decisions_lineage *self) {
  *self = (decisions_lineage){0};
  dove_list_init(&self->list, &source, self, columns, COLUMNS);
}

static void decisions_lineage_clear(decisions_lineage *self) {
  dove_tree_free(&self->tree);
  free(self->nodes);
  self->nodes = NULL;
  dove_model_lineage_free(&self->lineage);
  self->code = 0;
}

void decisions_lineage_free(decisions_lineage *self) {
  decisions_lineage_clear(self);
  dove_list_free(&self->list);
}

/* ---- Loading ---- */

/* Rows come in the order of codes, and parents are older codes, so a parent's first row is there before its children.
 * A parent outside of the lineage makes its child a root. */
static void link_nodes(decisions_lineage *self) {
  for (size_t i = 0; i < self->lineage.count; i++) {
    const dove_store_lineage_row *row = &self->lineage.rows[i];
    const size_t parent = row->parent > 0 ? first_of(self, row->parent) : self->lineage.count;
    const bool found = parent < i && self->lineage.rows[parent].code == row->parent;
    self->nodes[i] = (dove_tree_node){.id = (int64_t)i + 1, .parent = found ? (long)parent : -1};
  }
}

dove_status decisions_lineage_load(decisions_lineage *self, dove_model *model, int64_t code, dove_error *error) {
  decisions_lineage_clear(self);
  if (code == 0) return DOVE_OK;
  dove_status status = dove_model_lineage(model, code, &self->lineage, error);
  if (status != DOVE_OK) return status;
  self->code = code;
  self->nodes = dove_alloc_zero(self->lineage.count, sizeof *self->nodes);
  if (self->nodes == NULL) return dove_fail_memory(error, "laying out a lineage");
  link_nodes(self);
  status = dove_tree_build(&self->tree, self->nodes, self->lineage.count, error);
  if (status == DOVE_OK) dove_list_select(&self->list, (int64_t)first_of(self, code) + 1);
  return status;
}

const dove_store_lineage_row *decisions_lineage_row(const decisions_lineage *self) {
  return self->list.selected < self->tree.row_count ? row_of(self, self->list.selected) : NULL;
}

int64_t decisions_lineage_selected(const decisions_lineage *self) {
  return self->list.selected < self->tree.row_count ? row_of(self, self->list.selected)->code : 0;
}

/* ---- Commands ---- */

/* Closes or opens the branch of the selected row; on a leaf, closing goes to its parent. */
static dove_pane_result fold(decisions_lineage *self, bool closed, dove_error *error) {
  if (self->list.selected >= self->tree.row_count) return DOVE_PANE_HANDLED;
  dove_tree_node *node = &self->nodes[self->tree.rows[self->list.selected]];
  if (closed && (node->closed || !dove_tree_has_children(&self->tree, self->list.selected))) {
    if (node->parent >= 0) dove_list_select(&self->list, self->nodes[node->parent].id);
    return DOVE_PANE_REDRAW;
  }
  node->closed = closed;
  if (dove_tree_build(&self->tree, self->nodes, self->lineage.count, error) != DOVE_OK) return DOVE_PANE_FAILED;
  dove_list_refresh(&self->list);
  return DOVE_PANE_REDRAW;
}

dove_pane_result decisions_lineage_command(decisions_lineage *self, dove_command_id command, const char *argument,
                                           dove_error *error) {
  switch (command) {
    case DOVE_COMMAND_LEFT: return fold(self, true, error);
    case DOVE_COMMAND_RIGHT: return fold(self, false, error);
    default: return dove_list_command(&self->list, command, argument, error);
  }
}
