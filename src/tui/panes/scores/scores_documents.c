#include "tui/panes/scores/scores_documents.h"

#include <stdlib.h>

#include "dove/memory.h"
#include "tui/panes/cell_text.h"

enum { MOST = 50 /* documents a side */ };

enum { COLUMN_SIDE, COLUMN_ID, COLUMN_TOPIC, COLUMN_Q, COLUMN_SHARE, COLUMNS };

static const dove_list_column columns[COLUMNS] = {
    [COLUMN_SIDE] = {.title = "side", .width = 9},
    [COLUMN_ID] = {.title = "document", .width = 10, .weight = 1},
    [COLUMN_TOPIC] = {.title = "topic", .width = 12, .weight = 2, .optional = true},
    [COLUMN_Q] = {.title = "q", .width = 6, .alignment = DOVE_ALIGN_RIGHT},
    [COLUMN_SHARE] = {.title = "share", .width = 6, .alignment = DOVE_ALIGN_RIGHT},
};

static size_t row_count(void *user) { return ((const scores_documents *)user)->rows.count; }

static int64_t row_id(void *user, size_t row) { return ((const scores_documents *)user)->rows.rows[row].id; }

static bool row_find(void *user, int64_t id, size_t *row) {
  const scores_documents *self = user;
  for (size_t i = 0; i < self->rows.count; i++) {
    if (self->rows.rows[i].id != id) continue;
    *row = i;
    return true;
  }
  return false;
}

static void row_cell(void *user, size_t index, size_t column, dove_buffer *out, dove_style *style) {
  const scores_documents *self = user;
  const dove_store_document *row = &self->rows.rows[index];
  const size_t humans = self->behind.human_count;
  const dove_score_document *found = index < humans ? &self->behind.human[index] : &self->behind.model[index - humans];
  switch (column) {
    case COLUMN_SIDE:
      *style = dove_style_of(row->human ? DOVE_ROLE_SERIES_1 : DOVE_ROLE_SERIES_2);
      dove_cell_line(out, row->human ? "people" : row->source);
      break;
    case COLUMN_ID: dove_cell_line(out, row->external_id); break;
    case COLUMN_TOPIC: dove_cell_line(out, row->topic); break;
    case COLUMN_Q:
    case COLUMN_SHARE:
      if (!self->hides_weights) dove_cell_number(out, column == COLUMN_Q ? found->q : found->share, 4);
      break;
    default: break;
  }
}

static const dove_list_source source = {.count = row_count, .id = row_id, .find = row_find, .cell = row_cell};

void scores_documents_init(scores_documents *self) {
  *self = (scores_documents){0};
  dove_list_init(&self->list, &source, self, columns, COLUMNS);
}

void scores_documents_clear(scores_documents *self) {
  dove_score_documents_free(&self->behind);
  self->behind = (dove_score_documents){0};
  dove_model_document_rows_free(&self->rows);
  self->known = false;
}

void scores_documents_free(scores_documents *self) {
  scores_documents_clear(self);
  dove_list_free(&self->list);
}

static dove_status read_rows(scores_documents *self, dove_model *model, dove_error *error) {
  const dove_score_documents *behind = &self->behind;
  int64_t *ids = dove_alloc(behind->human_count + behind->model_count, sizeof *ids);
  if (ids == NULL) return dove_fail_memory(error, "reading the documents behind a flow");
  for (size_t i = 0; i < behind->human_count; i++) ids[i] = behind->human[i].document;
  for (size_t i = 0; i < behind->model_count; i++) ids[behind->human_count + i] = behind->model[i].document;
  const dove_status status =
      dove_model_document_rows(model, ids, behind->human_count + behind->model_count, &self->rows, error);
  free(ids);
  return status;
}

dove_status scores_documents_load(scores_documents *self, dove_controller *controller, const dove_store_score *score,
                                  int64_t from, int64_t to, dove_error *error) {
  scores_documents_clear(self);
  dove_status status = dove_controller_flow_documents(controller, score, from, to, MOST, &self->behind, error);
  if (status == DOVE_OK) status = read_rows(self, dove_controller_model(controller), error);
  if (status != DOVE_OK) {
    scores_documents_clear(self);
    return status;
  }
  self->known = true;
  dove_list_refresh(&self->list);
  return DOVE_OK;
}
