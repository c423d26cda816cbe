#include "tui/panes/scores/scores_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/cell_text.h"

enum { ALL = 1000000 };

#define COLUMNS(table) table, sizeof(table) / sizeof((table)[0])

/* ---- Codes ---- */

enum { CODE_NAME, CODE_HUMAN, CODE_MODEL, CODE_OTHER, CODE_DIFFERENCE, CODE_NEARER };

enum { CODE_SENT = CODE_OTHER, CODE_RECEIVED, CODE_DESTROYED, CODE_CREATED };

static const dove_list_column code_columns[] = {
    [CODE_NAME] = {.title = "code", .width = 14, .weight = 1, .sortable = true},
    [CODE_HUMAN] = {.title = "people", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [CODE_MODEL] = {.title = "model", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [CODE_SENT] = {.title = "sent", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [CODE_RECEIVED] =
        {.title = "received", .width = 9, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [CODE_DESTROYED] =
        {.title = "destroyed", .width = 10, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [CODE_CREATED] =
        {.title = "created", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
};

static const dove_list_column compared_code_columns[] = {
    [CODE_NAME] = {.title = "code", .width = 14, .weight = 1, .sortable = true},
    [CODE_HUMAN] = {.title = "people", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [CODE_MODEL] = {.title = "this", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [CODE_OTHER] = {.title = "other", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [CODE_DIFFERENCE] = {.title = "Δ", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [CODE_NEARER] = {.title = "nearer", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
};

/* How much nearer to people this one is than the other. */
static double nearer(const scores_code *code) {
  return fabs(code->other_model - code->other_human) - fabs(code->model - code->human);
}

static double code_number(void *self, size_t row, size_t column) {
  const scores_parts *parts = self;
  const scores_code *code = &parts->code[row];
  if (column == CODE_HUMAN) return code->human;
  if (column == CODE_MODEL) return code->model;
  if (parts->compared) {
    switch (column) {
      case CODE_OTHER: return code->other_model;
      case CODE_DIFFERENCE: return code->model - code->other_model;
      case CODE_NEARER: return nearer(code);
      default: return (double)NAN;
    }
  }
  switch (column) {
    case CODE_SENT: return code->sent;
    case CODE_RECEIVED: return code->received;
    case CODE_DESTROYED: return code->human - code->sent;
    case CODE_CREATED: return code->model - code->received;
    default: return (double)NAN;
  }
}

static void code_cell(void *self, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const scores_parts *parts = self;
  const scores_code *code = &parts->code[row];
  const double value = code_number(self, row, column);
  if (column == CODE_NAME) {
    dove_cell_line(out, code->name);
  } else if (parts->compared && column >= CODE_DIFFERENCE) {
    if (column == CODE_NEARER && value > 0) style->role = DOVE_ROLE_GOOD;
    dove_cell_change(out, value, 4);
  } else {
    if (!parts->compared && column == CODE_MODEL && code->model > code->human) *style = dove_style_of(DOVE_ROLE_STRONG);
    dove_cell_number(out, value, 4);
  }
}

static int64_t code_id(void *self, size_t row) { return ((const scores_parts *)self)->code[row].code; }

static const dove_memory_list_operations code_operations = {.id = code_id, .cell = code_cell, .number = code_number};

/* ---- Flows ---- */

enum { FLOW_FROM, FLOW_ARROW, FLOW_TO, FLOW_MASS, FLOW_COST, FLOW_OTHER = FLOW_MASS, FLOW_THIS, FLOW_DIFFERENCE };

static const dove_list_column flow_columns[] = {
    [FLOW_FROM] = {.title = "from people's", .width = 10, .weight = 1, .sortable = true},
    [FLOW_ARROW] = {.title = "", .width = 1},
    [FLOW_TO] = {.title = "to the model's", .width = 10, .weight = 1, .sortable = true},
    [FLOW_MASS] = {.title = "mass", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [FLOW_COST] = {.title = "cost", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
};

static const dove_list_column compared_flow_columns[] = {
    [FLOW_FROM] = {.title = "from people's", .width = 10, .weight = 1, .sortable = true},
    [FLOW_ARROW] = {.title = "", .width = 1},
    [FLOW_TO] = {.title = "to the models'", .width = 10, .weight = 1, .sortable = true},
    [FLOW_OTHER] = {.title = "other", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [FLOW_THIS] = {.title = "this", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    [FLOW_DIFFERENCE] = {.title = "Δ cost", .width = 9, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
};

static double or_nothing(double value) { return isnan(value) ? 0 : value; }

static double flow_number(void *self, size_t row, size_t column) {
  const scores_parts *parts = self;
  const scores_flow *flow = &parts->flow[row];
  if (column < FLOW_MASS) return (double)NAN;
  if (!parts->compared) return column == FLOW_MASS ? flow->mass : flow->cost;
  if (column == FLOW_OTHER) return or_nothing(flow->other_cost);
  if (column == FLOW_THIS) return or_nothing(flow->cost);
  return or_nothing(flow->cost) - or_nothing(flow->other_cost);
}

static void flow_cell(void *self, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const scores_parts *parts = self;
  const scores_flow *flow = &parts->flow[row];
  switch (column) {
    case FLOW_FROM: dove_cell_line(out, flow->from_name); return;
    case FLOW_ARROW: dove_buffer_add_text(out, flow->from == flow->to ? "=" : "→"); return;
    case FLOW_TO: dove_cell_line(out, flow->to_name); return;
    default: break;
  }
  if (!parts->compared) {
    if (column == FLOW_COST) *style = dove_style_of(DOVE_ROLE_STRONG);
    dove_cell_number(out, flow_number(self, row, column), 5);
  } else if (column == FLOW_DIFFERENCE) {
    dove_cell_change(out, flow_number(self, row, column), 5);
  } else {
    dove_cell_number(out, column == FLOW_OTHER ? flow->other_cost : flow->cost, 5);
  }
}

static int64_t flow_id(void *self, size_t row) {
  (void)self;
  return (int64_t)row + 1;
}

static const dove_memory_list_operations flow_operations = {.id = flow_id, .cell = flow_cell, .number = flow_number};

/* ---- Beginning and end ---- */

void scores_parts_init(scores_parts *parts) {
  *parts = (scores_parts){0};
  dove_memory_list_init(&parts->codes, &code_operations, parts, COLUMNS(code_columns));
  dove_memory_list_init(&parts->flows, &flow_operations, parts, COLUMNS(flow_columns));
}

static void scores_parts_clear(scores_parts *parts) {
  for (size_t i = 0; i < parts->code_count; i++) free(parts->code[i].name);
  for (size_t i = 0; i < parts->flow_count; i++) {
    free(parts->flow[i].from_name);
    free(parts->flow[i].to_name);
  }
  free(parts->code);
  free(parts->flow);
  parts->code = NULL;
  parts->flow = NULL;
  parts->code_count = parts->flow_count = parts->flow_room = 0;
  dove_memory_list_load(&parts->codes, 0, NULL);
  dove_memory_list_load(&parts->flows, 0, NULL);
}

void scores_parts_free(scores_parts *parts) {
  scores_parts_clear(parts);
  dove_memory_list_free(&parts->codes);
  dove_memory_list_free(&parts->flows);
}

/* ---- Reading ---- */

static scores_code *find_code(const scores_parts *parts, size_t near, int64_t code) {
  if (near < parts->code_count && parts->code[near].code == code) return &parts->code[near];
  for (size_t i = 0; i < parts->code_count; i++) {
    if (parts->code[i].code == code) return &parts->code[i];
  }
  return NULL;
}

static scores_code *add_code(scores_parts *parts, const dove_store_score_code *row) {
  scores_code *code = &parts->code[parts->code_count];
  *code = (scores_code){.code = row->code, .name = dove_strdup(row->name), .human = NAN, .model = NAN, .sent = NAN};
  code->received = code->other_human = code->other_model = NAN;
  if (code->name == NULL) return NULL;
  parts->code_count++;
  return code;
}

static bool join_codes(scores_parts *parts, const dove_store_score_code_list *own,
                       const dove_store_score_code_list *others) {
  parts->code = dove_alloc(own->count + others->count, sizeof *parts->code);
  if (parts->code == NULL) return false;
  for (size_t i = 0; i < own->count; i++) {
    const dove_store_score_code *row = &own->rows[i];
    scores_code *code = add_code(parts, row);
    if (code == NULL) return false;
    code->human = row->human;
    code->model = row->model;
    code->sent = row->transported_from;
    code->received = row->transported_to;
  }
  for (size_t i = 0; i < others->count; i++) {
    scores_code *code = find_code(parts, i, others->rows[i].code);
    if (code == NULL) code = add_code(parts, &others->rows[i]);
    if (code == NULL) return false;
    code->other_human = others->rows[i].human;
    code->other_model = others->rows[i].model;
  }
  return true;
}

static scores_flow *find_flow(const scores_parts *parts, int64_t from, int64_t to) {
  for (size_t i = 0; i < parts->flow_count; i++) {
    if (parts->flow[i].from == from && parts->flow[i].to == to) return &parts->flow[i];
  }
  return NULL;
}

static scores_flow *add_flow(scores_parts *parts, const dove_store_score_flow *row) {
  scores_flow flow = {.from = row->from, .to = row->to, .mass = NAN, .cost = NAN, .other_mass = NAN, .other_cost = NAN};
  flow.from_name = dove_strdup(row->from_name);
  flow.to_name = dove_strdup(row->to_name);
  if (flow.from_name == NULL || flow.to_name == NULL) {
    free(flow.from_name);
    free(flow.to_name);
    return NULL;
  }
  parts->flow[parts->flow_count] = flow;
  return &parts->flow[parts->flow_count++];
}

static bool join_flows(scores_parts *parts, const dove_store_score_flow_list *own,
                       const dove_store_score_flow_list *others) {
  parts->flow = dove_alloc(own->count + others->count, sizeof *parts->flow);
  if (parts->flow == NULL) return false;
  for (size_t i = 0; i < own->count; i++) {
    scores_flow *flow = add_flow(parts, &own->rows[i]);
    if (flow == NULL) return false;
    flow->mass = own->rows[i].mass;
    flow->cost = own->rows[i].cost;
  }
  for (size_t i = 0; i < others->count; i++) {
    scores_flow *flow = find_flow(parts, others->rows[i].from, others->rows[i].to);
    if (flow == NULL) flow = add_flow(parts, &others->rows[i]);
    if (flow == NULL) return false;
    flow->other_mass = others->rows[i].mass;
    flow->other_cost = others->rows[i].cost;
  }
  return true;
}

static dove_status read_rows(scores_parts *parts, dove_store *store, int64_t score, int64_t other, dove_error *error) {
  dove_store_score_code_list codes[2] = {{0}, {0}};
  dove_store_score_flow_list flows[2] = {{0}, {0}};
  dove_status status = dove_store_score_codes(store, score, 0, ALL, &codes[0], error);
  if (status == DOVE_OK) status = dove_store_score_flows(store, score, 0, ALL, &flows[0], error);
  if (status == DOVE_OK && other != 0) status = dove_store_score_codes(store, other, 0, ALL, &codes[1], error);
  if (status == DOVE_OK && other != 0) status = dove_store_score_flows(store, other, 0, ALL, &flows[1], error);
  if (status == DOVE_OK && (!join_codes(parts, &codes[0], &codes[1]) || !join_flows(parts, &flows[0], &flows[1])))
    status = dove_fail_memory(error, "reading what a score is made of");
  for (int i = 0; i < 2; i++) {
    dove_store_score_code_list_free(&codes[i]);
    dove_store_score_flow_list_free(&flows[i]);
  }
  return status;
}

/* With other columns a list begins in its own order: codes by what tells most, flows as they are kept, dearest first.
 */
static void set_columns(dove_memory_list *list, const dove_list_column *columns, size_t count, size_t sort_column) {
  if (list->list.columns == columns) return;
  list->list.columns = columns;
  list->list.column_count = count;
  list->list.sort_column = list->column = sort_column;
  list->list.sorted = list->sorted = sort_column < count;
  list->list.descending = list->descending = true;
}

static void choose_columns(scores_parts *parts) {
  if (parts->compared) {
    set_columns(&parts->codes, COLUMNS(compared_code_columns), CODE_NEARER);
    set_columns(&parts->flows, COLUMNS(compared_flow_columns), FLOW_DIFFERENCE);
  } else {
    set_columns(&parts->codes, COLUMNS(code_columns), SIZE_MAX);
    set_columns(&parts->flows, COLUMNS(flow_columns), SIZE_MAX);
  }
}

/* score = (0.1 − r) × 10 and r = UOT(a,b) − ½ UOT(a,a) − ½ UOT(b,b): a difference in percent has three parts. */
static void take_apart(scores_parts *parts, const dove_store_score *score, const dove_store_score *other) {
  parts->between = -1000 * (score->value_ab - other->value_ab);
  parts->people = 500 * (score->value_aa - other->value_aa);
  parts->model = 500 * (score->value_bb - other->value_bb);
}

dove_status scores_parts_load(scores_parts *parts, dove_model *model, const dove_store_score *score,
                              const dove_store_score *other, dove_error *error) {
  scores_parts_clear(parts);
  parts->compared = other != NULL;
  parts->moved = score->mass;
  if (other != NULL) take_apart(parts, score, other);
  choose_columns(parts);
  dove_status status = read_rows(parts, dove_model_store(model), score->id, other != NULL ? other->id : 0, error);
  if (status == DOVE_OK) status = dove_memory_list_load(&parts->codes, parts->code_count, error);
  if (status == DOVE_OK) status = dove_memory_list_load(&parts->flows, parts->flow_count, error);
  if (status != DOVE_OK) scores_parts_clear(parts);
  return status;
}

const scores_flow *scores_parts_flow(const scores_parts *parts) {
  size_t row;
  return dove_memory_list_row(&parts->flows, &row) ? &parts->flow[row] : NULL;
}

/* ---- Notes ---- */

void scores_parts_codes_note(const scores_parts *parts, dove_buffer *out) {
  if (parts->compared) {
    dove_buffer_add_text(out, "nearer: how much nearer to people than the other");
  } else {
    dove_buffer_printf(out, "%.3f of 1 is moved, %.3f destroyed and as much created", parts->moved, 1 - parts->moved);
  }
}

void scores_parts_flows_note(const scores_parts *parts, dove_buffer *out) {
  if (parts->compared) {
    dove_buffer_printf(out, "points: %+.2f between the sides, %+.2f people, %+.2f models within", parts->between,
                       parts->people, parts->model);
  } else {
    dove_buffer_add_text(out, "what moves from code to code, costliest first");
  }
}
