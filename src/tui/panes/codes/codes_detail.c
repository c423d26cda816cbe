#include "tui/panes/codes/codes_detail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/cell_text.h"

/* ---- Usage per culture and model ---- */

enum { USAGE_GROUP, USAGE_MEAN, USAGE_BAR, USAGE_DOCUMENTS };

static const dove_list_column usage_columns[] = {
    [USAGE_GROUP] = {.title = "usage by", .width = 10, .weight = 2, .sortable = true},
    [USAGE_MEAN] = {.title = "mean q", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [USAGE_BAR] = {.title = "", .width = 6, .weight = 1, .optional = true},
    [USAGE_DOCUMENTS] = {.title = "docs", .width = 5, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
};

static size_t usage_count(void *user) { return ((const codes_detail *)user)->group_count; }

static const codes_group *group_at(const codes_detail *detail, size_t row) {
  return &detail->groups[detail->group_order[row]];
}

static int64_t usage_id(void *user, size_t row) { return (int64_t)((const codes_detail *)user)->group_order[row]; }

static bool usage_find(void *user, int64_t id, size_t *row) {
  const codes_detail *detail = user;
  for (size_t i = 0; i < detail->group_count; i++) {
    if ((int64_t)detail->group_order[i] != id) continue;
    *row = i;
    return true;
  }
  return false;
}

static void usage_cell(void *user, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const codes_detail *detail = user;
  const codes_group *group = group_at(detail, row);
  switch (column) {
    case USAGE_GROUP: dove_buffer_printf(out, "%s%s", group->name, group->human ? " people" : ""); break;
    case USAGE_MEAN: dove_cell_number(out, group->mean, 3); break;
    case USAGE_BAR:
      style->role = group->human ? DOVE_ROLE_SERIES_1 : DOVE_ROLE_SERIES_2;
      dove_cell_bar(out, detail->greatest > 0 ? group->mean / detail->greatest : 0,
                    detail->usage.column_width[USAGE_BAR]);
      break;
    default: dove_buffer_printf(out, "%lld", (long long)group->documents); break;
  }
}

static bool goes_before(const codes_group *a, const codes_group *b, size_t column, bool descending) {
  int order = column == USAGE_GROUP ? strcmp(a->name, b->name) : a->mean < b->mean ? -1 : a->mean > b->mean ? 1 : 0;
  return descending ? order > 0 : order < 0;
}

/* Insertion keeps equals in their order; there are a few cultures and models. */
static void order_groups(codes_detail *detail) {
  for (size_t i = 0; i < detail->group_count; i++) {
    size_t at = i;
    for (;
         at > 0 && detail->usage.sorted &&
         goes_before(&detail->groups[i], group_at(detail, at - 1), detail->usage.sort_column, detail->usage.descending);
         at--) {
      detail->group_order[at] = detail->group_order[at - 1];
    }
    detail->group_order[at] = i;
  }
}

static dove_status usage_sort(void *user, size_t column, bool descending, dove_error *error) {
  codes_detail *detail = user;
  (void)error;
  detail->usage.sorted = true;
  detail->usage.sort_column = column;
  detail->usage.descending = descending;
  order_groups(detail);
  return DOVE_OK;
}

static const dove_list_source usage_source = {
    .count = usage_count, .id = usage_id, .find = usage_find, .cell = usage_cell, .sort = usage_sort};

/* ---- Relatives and near codes ---- */

static const dove_list_column near_columns[] = {
    {.title = "", .width = 7},
    {.title = "related codes", .width = 12, .weight = 1},
    {.title = "cosine", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
};

static size_t near_count(void *user) { return ((const codes_detail *)user)->relation_count; }

/* A near code may be a parent as well: the place is the identity. */
static int64_t near_id(void *user, size_t row) {
  (void)user;
  return (int64_t)row;
}

static void near_cell(void *user, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  static const char *const kinds[] = {[CODES_PARENT] = "▲ from", [CODES_CHILD] = "▼ into", [CODES_NEAR] = "≈ near"};
  const codes_relation *relation = &((const codes_detail *)user)->relations[row];
  if (column == 0) {
    style->role = DOVE_ROLE_FAINT;
    dove_buffer_add_text(out, kinds[relation->kind]);
  } else if (column == 1) {
    dove_buffer_add_text(out, relation->name);
  } else if (relation->kind == CODES_NEAR) {
    dove_cell_number(out, relation->cosine, 2);
  } else {
    dove_buffer_printf(out, "t %lld", (long long)relation->born_t);
  }
}

static const dove_list_source near_source = {.count = near_count, .id = near_id, .cell = near_cell};

/* ---- Members and documents ---- */

enum { MEMBER_COSINE, MEMBER_WHO, MEMBER_EVIDENCE, MEMBER_DESCRIPTION };

static const dove_list_column member_columns[] = {
    [MEMBER_COSINE] = {.title = "cosine", .width = 6, .alignment = DOVE_ALIGN_RIGHT},
    [MEMBER_WHO] = {.title = "who", .width = 6, .weight = 1},
    [MEMBER_EVIDENCE] = {.title = "evidence", .width = 20, .weight = 6},
    [MEMBER_DESCRIPTION] = {.title = "expression", .width = 34, .weight = 6, .optional = true},
};

static void member_cell(void *pane, const void *row, size_t column, dove_buffer *out, dove_style *style) {
  const dove_member *member = row;
  const dove_store_expression *expression = &member->expression;
  (void)pane;
  switch (column) {
    case MEMBER_COSINE: dove_cell_number(out, member->cosine, 3); break;
    case MEMBER_WHO: dove_buffer_add_text(out, expression->human ? expression->culture : expression->source); break;
    case MEMBER_EVIDENCE:
      dove_cell_line(out, expression->evidence[0] != '\0' ? expression->evidence : expression->description);
      break;
    default:
      style->role = DOVE_ROLE_FAINT;
      dove_cell_line(out, expression->description);
      break;
  }
}

static const dove_window_list_operations member_operations = {.cell = member_cell};

enum { DOCUMENT_Q, DOCUMENT_WHO, DOCUMENT_ID, DOCUMENT_TOPIC };

static const dove_list_column document_columns[] = {
    [DOCUMENT_Q] = {.title = "q", .width = 6, .alignment = DOVE_ALIGN_RIGHT},
    [DOCUMENT_WHO] = {.title = "who", .width = 6, .weight = 1},
    [DOCUMENT_ID] = {.title = "document", .width = 12, .weight = 2},
    [DOCUMENT_TOPIC] = {.title = "topic", .width = 14, .weight = 6, .optional = true},
};

static void document_cell(void *pane, const void *row, size_t column, dove_buffer *out, dove_style *style) {
  const dove_store_code_document *found = row;
  const dove_store_document *document = &found->document;
  const codes_detail *detail = pane;
  (void)style;
  switch (column) {
    case DOCUMENT_Q:
      if (!detail->hides_weights) dove_cell_number(out, found->q, 3);
      break;
    case DOCUMENT_WHO: dove_buffer_add_text(out, document->human ? document->culture : document->source); break;
    case DOCUMENT_ID: dove_buffer_add_text(out, document->external_id); break;
    default: dove_buffer_add_text(out, document->topic); break;
  }
}

static const dove_window_list_operations document_operations = {.cell = document_cell};

/* ---- Beginning and end ---- */

#define COLUMNS(table) table, sizeof(table) / sizeof((table)[0])

void codes_detail_init(codes_detail *detail) {
  *detail = (codes_detail){0};
  dove_list_init(&detail->usage, &usage_source, detail, COLUMNS(usage_columns));
  dove_list_init(&detail->near, &near_source, detail, COLUMNS(near_columns));
  dove_window_list_init(&detail->members, &member_operations, detail, COLUMNS(member_columns));
  dove_window_list_init(&detail->documents, &document_operations, detail, COLUMNS(document_columns));
}

void codes_detail_forget(codes_detail *detail) {
  for (size_t i = 0; i < detail->group_count; i++) free(detail->groups[i].name);
  free(detail->groups);
  free(detail->group_order);
  free(detail->relations);
  dove_store_code_list_free(&detail->numbers);
  if (detail->code != 0) dove_code_detail_free(&detail->detail);
  detail->groups = NULL;
  detail->group_order = NULL;
  detail->relations = NULL;
  detail->group_count = detail->relation_count = 0;
  detail->uncounted = detail->awaited = false;
  detail->code = 0;
}

void codes_detail_free(codes_detail *detail) {
  codes_detail_forget(detail);
  dove_list_free(&detail->usage);
  dove_list_free(&detail->near);
  dove_window_list_free(&detail->members);
  dove_window_list_free(&detail->documents);
}

/* ---- Reading ---- */

static bool copy_group(codes_detail *detail, const dove_usage_matrix *matrix, size_t group) {
  const double mean = matrix->mean[group * matrix->codes + detail->detail.ordinal];
  char *name = dove_strdup(matrix->group[group].name);
  if (name == NULL) return false;
  detail->groups[detail->group_count++] = (codes_group){
      .name = name, .human = matrix->group[group].human, .documents = matrix->group[group].documents, .mean = mean};
  if (mean > detail->greatest) detail->greatest = mean;
  return true;
}

static dove_status read_usage(codes_detail *detail, dove_model *model, dove_error *error) {
  const dove_usage_matrix *matrix = NULL;
  detail->greatest = 0;
  if (!detail->lives) return DOVE_OK;
  dove_status status = dove_model_usage(model, &matrix, error);
  if (status != DOVE_OK) return status;
  detail->groups = dove_alloc_zero(matrix->groups, sizeof *detail->groups);
  detail->group_order = dove_alloc_zero(matrix->groups, sizeof *detail->group_order);
  bool copied = detail->groups != NULL && detail->group_order != NULL;
  for (size_t i = 0; i < matrix->groups && copied; i++) {
    if (matrix->group[i].documents > 0) copied = copy_group(detail, matrix, i);
  }
  if (!copied) return dove_fail_memory(error, "reading the usage of a code");
  order_groups(detail);
  return DOVE_OK;
}

dove_status codes_detail_count(codes_detail *detail, dove_model *model, dove_error *error) {
  if (!detail->uncounted) return DOVE_OK;
  detail->uncounted = detail->awaited = false;
  const dove_status status = read_usage(detail, model, error);
  if (status == DOVE_OK) dove_list_refresh(&detail->usage);
  return status;
}

static dove_status list_relations(codes_detail *detail, dove_error *error) {
  const dove_code_detail *found = &detail->detail;
  size_t count = found->parent_count + found->child_count + found->nearest_count;
  detail->relations = dove_alloc(count, sizeof *detail->relations);
  if (detail->relations == NULL) return dove_fail_memory(error, "reading the relatives of a code");
  codes_relation *next = detail->relations;
  for (size_t i = 0; i < found->parent_count; i++) {
    const dove_code_relative *parent = &found->parents[i];
    *next++ = (codes_relation){CODES_PARENT, parent->code, parent->name, parent->born_t, NAN};
  }
  for (size_t i = 0; i < found->child_count; i++) {
    const dove_code_relative *child = &found->children[i];
    *next++ = (codes_relation){CODES_CHILD, child->code, child->name, child->born_t, NAN};
  }
  for (size_t i = 0; i < found->nearest_count; i++) {
    const dove_near_code *near = &found->nearest[i];
    *next++ = (codes_relation){CODES_NEAR, near->code, near->name, -1, near->cosine};
  }
  detail->relation_count = count;
  return DOVE_OK;
}

/* The iteration of the run that tells about the code: the one that is looked at or, when the code had gone by then, the
 * last one that it was in; the first one, when it was still to come. */
static void choose_iteration(codes_detail *detail, dove_model *model) {
  const dove_view view = dove_model_view(model);
  size_t count = 0;
  const dove_store_iteration *iterations = dove_model_iterations(model, &count);
  const dove_code_detail *found = &detail->detail;
  detail->lives = found->ordinal != SIZE_MAX;
  detail->t = view.t;
  if (!detail->lives) detail->t = view.t < found->born_t || found->died_t < 0 ? found->born_t : found->died_t - 1;
  bool known = detail->t >= 0 && (size_t)detail->t < count;
  detail->iteration = detail->lives ? view.iteration : known ? iterations[detail->t].id : 0;
}

static dove_status read_numbers(codes_detail *detail, dove_model *model, dove_error *error) {
  dove_store *store = dove_model_store(model);
  dove_store_code_query query = {
      .run = dove_model_view(model).run, .t = detail->t, .sort = DOVE_STORE_CODE_BY_ID, .limit = 1};
  dove_status status = dove_store_code_place(store, &query, detail->code, &query.offset, error);
  if (status != DOVE_OK || query.offset < 0) return status;
  return dove_store_code_page(store, &query, &detail->numbers, error);
}

static dove_status read_lists(codes_detail *detail, dove_model *model, dove_error *error) {
  dove_window_query query = {.kind = DOVE_WINDOW_MEMBERS,
                             .of_code = {.iteration = detail->iteration, .code = detail->code}};
  dove_status status = dove_window_list_load(&detail->members, model, &query, error);
  query.kind = DOVE_WINDOW_CODE_DOCUMENTS;
  return status == DOVE_OK ? dove_window_list_load(&detail->documents, model, &query, error) : status;
}

/* Another code's lists begin at their first rows. */
static void go_to_first_rows(codes_detail *detail) {
  dove_list *lists[] = {&detail->usage, &detail->near, &detail->members.list, &detail->documents.list};
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    lists[i]->selected = lists[i]->top = 0;
    lists[i]->selected_id = -1;
  }
}

dove_status codes_detail_load(codes_detail *detail, dove_model *model, int64_t code, dove_error *error) {
  bool same = code == detail->code;
  codes_detail_forget(detail);
  if (!same) go_to_first_rows(detail);
  dove_status status = dove_model_code(model, code, &detail->detail, error);
  if (status != DOVE_OK) return status;
  detail->code = code;
  choose_iteration(detail, model);
  status = read_numbers(detail, model, error);
  detail->uncounted = true;
  if (status == DOVE_OK && (!detail->lives || dove_model_usage_known(model)))
    status = codes_detail_count(detail, model, error);
  if (status == DOVE_OK) status = list_relations(detail, error);
  if (status == DOVE_OK) status = read_lists(detail, model, error);
  if (status != DOVE_OK) codes_detail_forget(detail);
  return status;
}

/* ---- Drawing ---- */

static void describe_life(const codes_detail *detail, dove_buffer *out) {
  static const char *const origins[] = {[DOVE_STORE_CODE_INITIAL] = "from C⁰",
                                        [DOVE_STORE_CODE_NOISE] = "founded by noise",
                                        [DOVE_STORE_CODE_SPLIT] = "made by a split",
                                        [DOVE_STORE_CODE_MERGE] = "made by a merge",
                                        [DOVE_STORE_CODE_RENAME] = "renamed"};
  const dove_code_detail *found = &detail->detail;
  dove_buffer_printf(out, "%s, t %lld", origins[found->origin], (long long)found->born_t);
  if (found->died_t < 0) {
    dove_buffer_add_text(out, "–");
  } else if (found->died_t > found->born_t + 1) {
    dove_buffer_printf(out, "–%lld", (long long)found->died_t - 1);
  }
  if (!detail->lives) dove_buffer_printf(out, " (as of t %lld)", (long long)detail->t);
}

static void draw_line(const dove_surface *surface, int y, dove_buffer *line, dove_role role) {
  dove_draw_field(surface, y, 0, surface->width, dove_buffer_text(line), line->length, DOVE_ALIGN_LEFT,
                  dove_style_of(role));
  dove_buffer_clear(line);
}

int codes_detail_draw_numbers(const codes_detail *detail, const dove_surface *surface) {
  dove_buffer line = {0};
  int y = 0;
  describe_life(detail, &line);
  draw_line(surface, y++, &line, detail->lives ? DOVE_ROLE_NORMAL : DOVE_ROLE_WARNING);
  if (detail->numbers.count == 1) {
    const dove_store_code *row = &detail->numbers.rows[0];
    dove_buffer_printf(&line, "n %.2f  z %+.2f  d ", row->usage.n, row->usage.z);
    dove_cell_number(&line, row->usage.d, 3);
    draw_line(surface, y++, &line, DOVE_ROLE_NORMAL);
    dove_buffer_printf(&line, "%lld members  %lld documents", (long long)row->usage.members, (long long)row->documents);
    draw_line(surface, y++, &line, DOVE_ROLE_NORMAL);
    if (row->usage.action[0] != '\0') {
      dove_buffer_printf(&line, "at t %lld: %s", (long long)detail->t + 1, row->usage.action);
      draw_line(surface, y++, &line, DOVE_ROLE_NORMAL);
    }
  }
  dove_buffer_free(&line);
  return y;
}
