#include "tui/window_list.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

static size_t count(void *user) {
  const dove_window_list *self = user;
  return self->window != NULL ? (size_t)dove_window_total(self->window) : 0;
}

static dove_status prepare(void *user, size_t first, size_t rows, dove_error *error) {
  const dove_window_list *self = user;
  if (self->window == NULL) return DOVE_OK;
  dove_window_expect(self->window, self->list.height);
  return dove_window_prepare(self->window, (int64_t)first, (int64_t)rows, error);
}

static int64_t id(void *user, size_t row) {
  const dove_window_list *self = user;
  return dove_window_id(self->window, (int64_t)row);
}

static bool find(void *user, int64_t wanted, size_t *row) {
  const dove_window_list *self = user;
  const int64_t place = self->window != NULL ? dove_window_place(self->window, wanted) : -1;
  if (place < 0) return false;
  *row = (size_t)place;
  return true;
}

static void cell(void *user, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const dove_window_list *self = user;
  const void *found = dove_window_row(self->window, (int64_t)row);
  if (found != NULL) self->operations->cell(self->pane, found, column, out, style);
}

static dove_status ask_again(dove_window_list *self, dove_error *error) {
  return self->window != NULL ? dove_window_set(self->window, &self->query, error) : DOVE_OK;
}

static dove_status sort(void *user, size_t column, bool descending, dove_error *error) {
  dove_window_list *self = user;
  self->operations->sort(&self->query, column, descending);
  return ask_again(self, error);
}

static dove_status filter(void *user, const char *words, dove_error *error) {
  dove_window_list *self = user;
  char *copy = dove_strdup(words);
  if (copy == NULL) return dove_fail_memory(error, "filtering a list");
  free(self->words);
  self->words = copy;
  *self->operations->words(&self->query) = copy[0] != '\0' ? copy : NULL;
  return ask_again(self, error);
}

/* One for each combination of what a list can do. */
static const dove_list_source sources[2][2] = {
    {{.count = count, .prepare = prepare, .id = id, .find = find, .cell = cell},
     {.count = count, .prepare = prepare, .id = id, .find = find, .cell = cell, .filter = filter}},
    {{.count = count, .prepare = prepare, .id = id, .find = find, .cell = cell, .sort = sort},
     {.count = count, .prepare = prepare, .id = id, .find = find, .cell = cell, .sort = sort, .filter = filter}},
};

void dove_window_list_init(dove_window_list *self, const dove_window_list_operations *operations, void *pane,
                           const dove_list_column *columns, size_t column_count) {
  *self = (dove_window_list){.operations = operations, .pane = pane};
  const dove_list_source *source = &sources[operations->sort != NULL][operations->words != NULL];
  dove_list_init(&self->list, source, self, columns, column_count);
}

void dove_window_list_free(dove_window_list *self) {
  dove_list_free(&self->list);
  dove_window_close(self->window);
  free(self->words);
  *self = (dove_window_list){0};
}

dove_status dove_window_list_load(dove_window_list *self, dove_model *model, const dove_window_query *query,
                                  dove_error *error) {
  self->query = *query;
  if (self->operations->words != NULL && self->words != NULL && self->words[0] != '\0') {
    *self->operations->words(&self->query) = self->words;
  }
  if (self->operations->sort != NULL && self->list.sorted) {
    self->operations->sort(&self->query, self->list.sort_column, self->list.descending);
  }
  const dove_status status = self->window == NULL ? dove_window_open(model, &self->query, &self->window, error)
                                                  : dove_window_set(self->window, &self->query, error);
  dove_list_refresh(&self->list);
  return status;
}

const void *dove_window_list_row(dove_window_list *self) {
  if (self->window == NULL || count(self) == 0) return NULL;
  return dove_window_row(self->window, (int64_t)self->list.selected);
}
