#include "tui/panes/memory_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

/* ---- What the list asks ---- */

static size_t count_rows(void *user) { return ((const dove_memory_list *)user)->visible; }

static int64_t row_id(void *user, size_t row) {
  const dove_memory_list *self = user;
  return row < self->visible ? self->operations->id(self->pane, self->shown[row]) : -1;
}

static bool find_row(void *user, int64_t id, size_t *row) {
  const dove_memory_list *self = user;
  for (*row = 0; *row < self->visible; (*row)++) {
    if (self->operations->id(self->pane, self->shown[*row]) == id) return true;
  }
  return false;
}

static void draw_cell(void *user, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const dove_memory_list *self = user;
  if (row < self->visible) self->operations->cell(self->pane, self->shown[row], column, out, style);
}

static bool is_kept(const dove_memory_list *self, size_t row, dove_buffer *text) {
  dove_style style;
  dove_buffer_clear(text);
  for (size_t column = 0; column < self->list.column_count; column++) {
    dove_buffer_add_char(text, ' ');
    self->operations->cell(self->pane, row, column, text, &style);
  }
  return dove_search_matches(&self->words, dove_buffer_text(text), text->length);
}

/* ---- Order ---- */

typedef struct sort_key {
  double number; /* NAN: by text */
  char *text;    /* owned; NULL where there is a number */
  size_t row;
} sort_key;

static int compare_keys(const void *left, const void *right) {
  const sort_key *a = left, *b = right;
  const bool first = a->text != NULL, second = b->text != NULL;
  int order = (first ? 1 : 0) - (second ? 1 : 0); /* numbers before what has none */
  if (order == 0 && first) order = strcmp(a->text, b->text);
  if (order == 0 && !first) order = (a->number > b->number) - (a->number < b->number);
  return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static bool make_key(const dove_memory_list *self, size_t row, sort_key *key) {
  dove_style style;
  dove_buffer text = {0};
  *key = (sort_key){.number = self->operations->number(self->pane, row, self->column), .row = row};
  if (!isnan(key->number)) return true;
  self->operations->cell(self->pane, row, self->column, &text, &style);
  key->text = text.length > 0 ? dove_buffer_take(&text) : dove_strdup("");
  dove_buffer_free(&text);
  return key->text != NULL;
}

static bool sort_rows(dove_memory_list *self) {
  if (!self->sorted || self->visible < 2) return true;
  sort_key *keys = dove_alloc_zero(self->visible, sizeof *keys);
  bool good = keys != NULL;
  for (size_t i = 0; i < self->visible && good; i++) good = make_key(self, self->shown[i], &keys[i]);
  if (good) qsort(keys, self->visible, sizeof *keys, compare_keys);
  for (size_t i = 0; i < self->visible && good; i++)
    self->shown[i] = keys[self->descending ? self->visible - 1 - i : i].row;
  for (size_t i = 0; keys != NULL && i < self->visible; i++) free(keys[i].text);
  free(keys);
  return good;
}

static dove_status arrange(dove_memory_list *self, dove_error *error) {
  dove_buffer text = {0};
  self->visible = 0;
  for (size_t row = 0; row < self->count; row++) {
    if (self->words.words == NULL || is_kept(self, row, &text)) self->shown[self->visible++] = row;
  }
  const bool good = !text.failed && sort_rows(self);
  dove_buffer_free(&text);
  return good ? DOVE_OK : dove_fail_memory(error, "ordering a list");
}

static dove_status sort(void *user, size_t column, bool descending, dove_error *error) {
  dove_memory_list *self = user;
  self->sorted = true;
  self->column = column;
  self->descending = descending;
  return arrange(self, error);
}

static dove_status filter(void *user, const char *words, dove_error *error) {
  dove_memory_list *self = user;
  if (!dove_search_set(&self->words, words)) return dove_fail_memory(error, "filtering a list");
  return arrange(self, error);
}

static const dove_list_source source = {
    .count = count_rows, .id = row_id, .find = find_row, .cell = draw_cell, .sort = sort, .filter = filter};

/* ---- Public ---- */

void dove_memory_list_init(dove_memory_list *self, const dove_memory_list_operations *operations, void *pane,
                           const dove_list_column *columns, size_t column_count) {
  *self = (dove_memory_list){.operations = operations, .pane = pane};
  dove_list_init(&self->list, &source, self, columns, column_count);
}

void dove_memory_list_free(dove_memory_list *self) {
  dove_list_free(&self->list);
  dove_search_free(&self->words);
  free(self->shown);
  self->shown = NULL;
  self->count = self->visible = 0;
}

dove_status dove_memory_list_load(dove_memory_list *self, size_t count, dove_error *error) {
  size_t *shown = dove_alloc(count, sizeof *shown);
  if (shown == NULL) return dove_fail_memory(error, "showing a list");
  free(self->shown);
  self->shown = shown;
  self->count = count;
  const dove_status status = arrange(self, error);
  dove_list_refresh(&self->list);
  return status;
}

bool dove_memory_list_row(const dove_memory_list *self, size_t *row) {
  if (self->list.selected >= self->visible) return false;
  *row = self->shown[self->list.selected];
  return true;
}
