#include "tui/panes/decisions/decisions_side.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/cell_text.h"

enum { COLUMN_TEXT, COLUMN_COSINE, COLUMN_CULTURE, COLUMN_SOURCE, COLUMNS };

static const dove_list_column columns[COLUMNS] = {
    [COLUMN_TEXT] = {.title = "members: the author values …", .width = 16, .weight = 1},
    [COLUMN_COSINE] = {.title = "cosine", .width = 6, .alignment = DOVE_ALIGN_RIGHT},
    [COLUMN_CULTURE] = {.title = "culture", .width = 7, .optional = true},
    [COLUMN_SOURCE] = {.title = "source", .width = 8, .optional = true},
};

/* A row is a code's heading (member < 0) or one of its members. */
typedef struct place {
  const decisions_side_code *code;
  int64_t member;
} place;

static place place_of(const decisions_side *side, size_t row) {
  for (size_t i = 0; i < side->count; i++) {
    const size_t rows = 1 + (size_t)dove_window_total(side->codes[i].members);
    if (row < rows) return (place){.code = &side->codes[i], .member = (int64_t)row - 1};
    row -= rows;
  }
  return (place){0};
}

static size_t row_count(void *user) {
  const decisions_side *side = user;
  size_t count = 0;
  for (size_t i = 0; i < side->count; i++) count += 1 + (size_t)dove_window_total(side->codes[i].members);
  return count;
}

/* Codes get even ids, expressions odd ones. */
static int64_t row_id(void *user, size_t row) {
  const place found = place_of(user, row);
  if (found.code == NULL) return 0;
  return found.member < 0 ? 2 * found.code->code : 2 * dove_window_id(found.code->members, found.member) + 1;
}

static bool row_find(void *user, int64_t id, size_t *row) {
  const decisions_side *side = user;
  size_t first = 0;
  for (size_t i = 0; i < side->count; i++) {
    const decisions_side_code *code = &side->codes[i];
    if (id == 2 * code->code) {
      *row = first;
      return true;
    }
    const int64_t member = id % 2 == 1 ? dove_window_place(code->members, id / 2) : -1;
    if (member >= 0) {
      *row = first + 1 + (size_t)member;
      return true;
    }
    first += 1 + (size_t)dove_window_total(code->members);
  }
  return false;
}

/* All expressions say "The author values …": the title of the column says it for them. */
static const char *without_opening(const char *description) {
  static const char opening[] = "The author values ";
  const size_t length = sizeof opening - 1;
  return strncmp(description, opening, length) == 0 ? description + length : description;
}

static void member_cell(const dove_member *member, size_t column, dove_buffer *out, dove_style *style) {
  switch (column) {
    case COLUMN_TEXT:
      dove_buffer_add_text(out, "  ");
      dove_cell_line(out, without_opening(member->expression.description));
      break;
    case COLUMN_COSINE: dove_cell_number(out, member->cosine, 3); break;
    case COLUMN_CULTURE:
      *style = dove_style_of(DOVE_ROLE_FAINT);
      dove_buffer_add_text(out, member->expression.culture);
      break;
    case COLUMN_SOURCE:
      *style = dove_style_of(DOVE_ROLE_FAINT);
      dove_buffer_add_text(out, member->expression.source);
      break;
    default: break;
  }
}

static void row_cell(void *user, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const place found = place_of(user, row);
  if (found.code == NULL) return;
  if (found.member >= 0) {
    const dove_member *member = dove_window_row(found.code->members, found.member);
    if (member != NULL) member_cell(member, column, out, style);
    return;
  }
  *style = (dove_style){.role = DOVE_ROLE_STRONG, .attributes = DOVE_BOLD};
  if (column != COLUMN_TEXT) return;
  dove_buffer_add_text(out, "● ");
  dove_cell_line(out, found.code->name);
  dove_buffer_printf(out, " (%lld)", (long long)dove_window_total(found.code->members));
}

static const dove_list_source source = {.count = row_count, .id = row_id, .find = row_find, .cell = row_cell};

void decisions_side_init(decisions_side *side) {
  *side = (decisions_side){0};
  dove_list_init(&side->list, &source, side, columns, COLUMNS);
}

static void decisions_side_clear(decisions_side *side) {
  for (size_t i = 0; i < side->count; i++) {
    dove_window_close(side->codes[i].members);
    free(side->codes[i].name);
  }
  free(side->codes);
  side->codes = NULL;
  side->count = 0;
}

void decisions_side_free(decisions_side *side) {
  decisions_side_clear(side);
  dove_list_free(&side->list);
}

static dove_status add_code(decisions_side *side, dove_model *model, int64_t iteration,
                            const dove_store_decision_code *code, dove_error *error) {
  const dove_window_query query = {.kind = DOVE_WINDOW_MEMBERS,
                                   .of_code = {.iteration = iteration, .code = code->code}};
  decisions_side_code *added = &side->codes[side->count];
  *added = (decisions_side_code){.code = code->code, .name = dove_strdup(code->name)};
  if (added->name == NULL) return dove_fail_memory(error, "reading the codes of a decision");
  const dove_status status = dove_window_open(model, &query, &added->members, error);
  if (status != DOVE_OK) {
    free(added->name);
    return status;
  }
  side->count++;
  return DOVE_OK;
}

dove_status decisions_side_load(decisions_side *side, dove_model *model, int64_t iteration,
                                const dove_store_decision_code *codes, size_t count, dove_error *error) {
  decisions_side_clear(side);
  side->codes = dove_alloc_zero(count, sizeof *side->codes);
  if (side->codes == NULL) return dove_fail_memory(error, "reading the codes of a decision");
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < count && status == DOVE_OK; i++) {
    status = add_code(side, model, iteration, &codes[i], error);
  }
  dove_list_refresh(&side->list);
  return status;
}

bool decisions_side_selected(const decisions_side *side, int64_t *code, const dove_member **member) {
  const place found = place_of(side, side->list.selected);
  if (found.code == NULL) return false;
  *code = found.code->code;
  *member = found.member >= 0 ? dove_window_row(found.code->members, found.member) : NULL;
  return true;
}

const char *decisions_side_name(const decisions_side *side, int64_t code) {
  for (size_t i = 0; i < side->count; i++) {
    if (side->codes[i].code == code) return side->codes[i].name;
  }
  return NULL;
}
