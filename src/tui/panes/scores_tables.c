#include "tui/panes/scores_tables.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dove/clock.h"
#include "tui/panes/cell_text.h"
#include "tui/panes/scores_matrix.h"

/* ---- Score runs ---- */

enum { RUN_ID, RUN_MADE, RUN_STATUS, RUN_CODEBOOK, RUN_SCORES, RUN_SETTINGS, RUN_COLUMNS };

static const dove_list_column run_columns[RUN_COLUMNS] = {
    [RUN_ID] = {.title = "run", .width = 3, .alignment = DOVE_ALIGN_RIGHT},
    [RUN_MADE] = {.title = "made", .width = 16},
    [RUN_STATUS] = {.title = "status", .width = 8},
    [RUN_CODEBOOK] = {.title = "codebook", .width = 10},
    [RUN_SCORES] = {.title = "scores", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [RUN_SETTINGS] = {.title = "settings", .width = 24, .weight = 1, .optional = true},
};

/* Appends "LABEL VALUE" for a setting in the JSON that the run keeps, where all values are strings. */
static void add_setting(dove_buffer *out, const char *json, const char *key, const char *label) {
  char quoted[48];
  snprintf(quoted, sizeof quoted, "\"%s\":\"", key);
  const char *value = strstr(json, quoted);
  if (value == NULL) return;
  value += strlen(quoted);
  if (out->length > 0) dove_buffer_add_text(out, "  ");
  dove_buffer_printf(out, "%s %.*s", label, (int)strcspn(value, "\""), value);
}

static void run_cell(void *self, const void *found, size_t column, dove_buffer *out, dove_style *style) {
  const dove_store_score_run *row = found;
  char made[32];
  (void)self;
  switch (column) {
    case RUN_ID: dove_buffer_printf(out, "%lld", (long long)row->id); break;
    case RUN_MADE:
      dove_clock_format(row->created, made, sizeof made);
      dove_buffer_add_text(out, made);
      break;
    case RUN_STATUS:
      if (row->status == DOVE_STORE_RUN_FAILED) *style = dove_style_of(DOVE_ROLE_BAD);
      dove_buffer_add_text(out, dove_cell_run_status(row->status));
      break;
    case RUN_CODEBOOK: dove_buffer_printf(out, "%lld at t %lld", (long long)row->run, (long long)row->t); break;
    case RUN_SCORES: dove_buffer_printf(out, "%lld", (long long)row->scores); break;
    case RUN_SETTINGS: {
      dove_buffer settings = {0};
      add_setting(&settings, row->settings, "epsilon", "ε");
      add_setting(&settings, row->settings, "tau", "τ");
      add_setting(&settings, row->settings, "bootstrap", "bootstrap");
      add_setting(&settings, row->settings, "entropic", "entropic");
      dove_buffer_printf(&settings, "  seed %llu", (unsigned long long)row->seed);
      dove_buffer_add_text(out, dove_buffer_text(&settings));
      dove_buffer_free(&settings);
      break;
    }
    default: break;
  }
}

/* ---- Scores ---- */

enum {
  SCORE_MODEL,
  SCORE_CULTURE,
  SCORE_PERCENT,
  SCORE_INTERVAL,
  SCORE_CEILING,
  SCORE_DIVERGENCE,
  SCORE_DOCUMENTS,
  SCORE_GAP,
  SCORE_COLUMNS
};

static const dove_list_column score_columns[SCORE_COLUMNS] = {
    [SCORE_MODEL] = {.title = "model · role", .width = 12, .weight = 1},
    [SCORE_CULTURE] = {.title = "culture", .width = 7},
    [SCORE_PERCENT] = {.title = "score %", .width = 8, .alignment = DOVE_ALIGN_RIGHT},
    [SCORE_INTERVAL] = {.title = "95 % interval", .width = 17, .alignment = DOVE_ALIGN_RIGHT},
    [SCORE_CEILING] = {.title = "ceiling", .width = 7, .alignment = DOVE_ALIGN_RIGHT},
    [SCORE_DIVERGENCE] = {.title = "r", .width = 8, .alignment = DOVE_ALIGN_RIGHT},
    [SCORE_DOCUMENTS] = {.title = "documents", .width = 9, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [SCORE_GAP] = {.title = "duality gap", .width = 13, .optional = true},
};

static void score_cell(void *self, const void *found, size_t column, dove_buffer *out, dove_style *style) {
  const dove_store_score *row = found;
  (void)self;
  switch (column) {
    case SCORE_MODEL: scores_add_model(out, row); break;
    case SCORE_CULTURE: dove_cell_line(out, row->culture); break;
    case SCORE_PERCENT:
      /* A score that did not converge says so even where its column is left out. */
      *style = dove_style_of(row->converged ? DOVE_ROLE_STRONG : DOVE_ROLE_BAD);
      dove_cell_number(out, row->percent, 2);
      if (!row->converged) dove_buffer_add_char(out, '!');
      break;
    case SCORE_INTERVAL: scores_add_interval(out, row); break;
    case SCORE_CEILING: dove_cell_number(out, row->ceiling * 100, 2); break;
    case SCORE_DIVERGENCE: dove_cell_number(out, row->divergence, 6); break;
    case SCORE_DOCUMENTS:
      dove_buffer_printf(out, "%lld:%lld", (long long)row->documents_human, (long long)row->documents_model);
      break;
    case SCORE_GAP:
      if (!row->converged) *style = dove_style_of(DOVE_ROLE_BAD);
      dove_buffer_printf(out, row->converged ? "✓ %.1e" : "✗ not converged, %.1e", row->gap);
      break;
    default: break;
  }
}

/* ---- Codes of a score ---- */

enum { CODE_NAME, CODE_HUMAN, CODE_MODEL, CODE_FROM, CODE_TO, CODE_DESTROYED, CODE_CREATED, CODE_COLUMNS };

static const dove_list_column code_columns[CODE_COLUMNS] = {
    [CODE_NAME] = {.title = "code", .width = 14, .weight = 1},
    [CODE_HUMAN] = {.title = "people", .width = 7, .alignment = DOVE_ALIGN_RIGHT},
    [CODE_MODEL] = {.title = "model", .width = 7, .alignment = DOVE_ALIGN_RIGHT},
    [CODE_FROM] = {.title = "sent", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [CODE_TO] = {.title = "received", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [CODE_DESTROYED] = {.title = "destroyed", .width = 9, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [CODE_CREATED] = {.title = "created", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
};

static void code_cell(void *self, const void *found, size_t column, dove_buffer *out, dove_style *style) {
  const dove_store_score_code *row = found;
  (void)self;
  switch (column) {
    case CODE_NAME: dove_cell_line(out, row->name); break;
    case CODE_HUMAN: dove_cell_number(out, row->human, 4); break;
    case CODE_MODEL:
      if (row->model > row->human) *style = dove_style_of(DOVE_ROLE_STRONG);
      dove_cell_number(out, row->model, 4);
      break;
    case CODE_FROM: dove_cell_number(out, row->transported_from, 4); break;
    case CODE_TO: dove_cell_number(out, row->transported_to, 4); break;
    case CODE_DESTROYED: dove_cell_number(out, row->human - row->transported_from, 4); break;
    case CODE_CREATED: dove_cell_number(out, row->model - row->transported_to, 4); break;
    default: break;
  }
}

/* ---- Flows of a score ---- */

enum { FLOW_FROM, FLOW_ARROW, FLOW_TO, FLOW_MASS, FLOW_COST, FLOW_COLUMNS };

static const dove_list_column flow_columns[FLOW_COLUMNS] = {
    [FLOW_FROM] = {.title = "from people's", .width = 10, .weight = 1},
    [FLOW_ARROW] = {.title = "", .width = 1},
    [FLOW_TO] = {.title = "to the model's", .width = 10, .weight = 1},
    [FLOW_MASS] = {.title = "mass", .width = 8, .alignment = DOVE_ALIGN_RIGHT},
    [FLOW_COST] = {.title = "cost", .width = 8, .alignment = DOVE_ALIGN_RIGHT},
};

static void flow_cell(void *self, const void *found, size_t column, dove_buffer *out, dove_style *style) {
  const dove_store_score_flow *row = found;
  (void)self;
  switch (column) {
    case FLOW_FROM: dove_cell_line(out, row->from_name); break;
    case FLOW_ARROW: dove_buffer_add_text(out, row->from == row->to ? "=" : "→"); break;
    case FLOW_TO: dove_cell_line(out, row->to_name); break;
    case FLOW_MASS: dove_cell_number(out, row->mass, 5); break;
    case FLOW_COST:
      *style = dove_style_of(DOVE_ROLE_STRONG);
      dove_cell_number(out, row->cost, 5);
      break;
    default: break;
  }
}

/* ---- Making the lists ---- */

void scores_runs_init(dove_window_list *list) {
  static const dove_window_list_operations operations = {.cell = run_cell};
  dove_window_list_init(list, &operations, NULL, run_columns, RUN_COLUMNS);
}

void scores_list_init(dove_window_list *list) {
  static const dove_window_list_operations operations = {.cell = score_cell};
  dove_window_list_init(list, &operations, NULL, score_columns, SCORE_COLUMNS);
}

void scores_codes_init(dove_window_list *list) {
  static const dove_window_list_operations operations = {.cell = code_cell};
  dove_window_list_init(list, &operations, NULL, code_columns, CODE_COLUMNS);
}

void scores_flows_init(dove_window_list *list) {
  static const dove_window_list_operations operations = {.cell = flow_cell};
  dove_window_list_init(list, &operations, NULL, flow_columns, FLOW_COLUMNS);
}
