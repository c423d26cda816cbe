#include "tui/panes/scores/scores_tables.h"

#include <cjson/cJSON.h>
#include <math.h>

#include "tui/panes/cell_text.h"
#include "tui/panes/scores/scores_matrix.h"

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

/* "models aster, birch": what was chosen; nothing when it was all. */
static void add_choice(dove_buffer *out, const cJSON *request, const char *key) {
  const cJSON *names = cJSON_GetObjectItemCaseSensitive(request, key);
  if (cJSON_GetArraySize(names) == 0) return;
  dove_buffer_printf(out, "%s", key);
  const cJSON *name;
  const char *before = " ";
  cJSON_ArrayForEach(name, names) {
    const char *text = cJSON_GetStringValue(name);
    dove_buffer_add_text(out, before);
    dove_cell_line(out, text == NULL ? "" : text[0] == '\0' ? "none" : text);
    before = ", ";
  }
  dove_buffer_add_text(out, "  ");
}

void scores_add_settings(dove_buffer *out, const dove_store_score_run *run) {
  static const struct {
    const char *key, *label;
  } shown[] = {{"epsilon", "ε"},
               {"tau", "τ"},
               {"bootstrap", "bootstrap"},
               {"entropic", "entropic"},
               {"ceiling_splits", "ceiling splits"},
               {"epsilon2", "ε2"},
               {"tolerance", "tolerance"},
               {"max_iterations", "most iterations"}};
  cJSON *request = cJSON_Parse(run->settings);
  const cJSON *settings = cJSON_GetObjectItemCaseSensitive(request, "settings");
  add_choice(out, request, "models");
  add_choice(out, request, "cultures");
  add_choice(out, request, "roles");
  for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(settings, shown[i].key));
    if (value == NULL) continue;
    dove_buffer_printf(out, "%s ", shown[i].label);
    dove_cell_line(out, value);
    dove_buffer_add_text(out, "  ");
    if (i == 3) dove_buffer_printf(out, "seed %llu  ", (unsigned long long)run->seed);
  }
  cJSON_Delete(request);
}

static void run_cell(void *self, const void *found, size_t column, dove_buffer *out, dove_style *style) {
  const dove_store_score_run *row = found;
  (void)self;
  switch (column) {
    case RUN_ID: dove_buffer_printf(out, "%lld", (long long)row->id); break;
    case RUN_MADE: dove_cell_time(out, row->created); break;
    case RUN_STATUS: dove_cell_run_status(out, row->status, style); break;
    case RUN_CODEBOOK: dove_buffer_printf(out, "%lld at t %lld", (long long)row->run, (long long)row->t); break;
    case RUN_SCORES: dove_buffer_printf(out, "%lld", (long long)row->scores); break;
    case RUN_SETTINGS: scores_add_settings(out, row); break;
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

/* ---- Scores beside others ---- */

enum { BESIDE_MODEL, BESIDE_CULTURE, BESIDE_SCORE, BESIDE_OTHER, BESIDE_DIFFERENCE, BESIDE_INTERVAL, BESIDE_COLUMNS };

static const dove_list_column beside_columns[BESIDE_COLUMNS] = {
    [BESIDE_MODEL] = {.title = "model · role", .width = 12, .weight = 1},
    [BESIDE_CULTURE] = {.title = "culture", .width = 7},
    [BESIDE_SCORE] = {.title = "score %", .width = 8, .alignment = DOVE_ALIGN_RIGHT},
    [BESIDE_OTHER] = {.title = "other %", .width = 8, .alignment = DOVE_ALIGN_RIGHT},
    [BESIDE_DIFFERENCE] = {.title = "Δ", .width = 8, .alignment = DOVE_ALIGN_RIGHT},
    [BESIDE_INTERVAL] = {.title = "95 % of Δ", .width = 19, .alignment = DOVE_ALIGN_RIGHT},
};

static void beside_cell(void *self, const void *found, size_t column, dove_buffer *out, dove_style *style) {
  const scores_base *base = self;
  const dove_store_score *row = found;
  const dove_store_score *other = scores_base_of(base, row);
  const dove_store_score_difference *known = other != NULL ? scores_base_known(base, row->id, other->id) : NULL;
  switch (column) {
    case BESIDE_MODEL: scores_add_model(out, row); break;
    case BESIDE_CULTURE: dove_cell_line(out, row->culture); break;
    case BESIDE_SCORE: dove_cell_number(out, row->percent, 2); break;
    case BESIDE_OTHER: dove_cell_number(out, other != NULL ? other->percent : (double)NAN, 2); break;
    case BESIDE_DIFFERENCE:
      if (known != NULL && (known->low > 0 || known->high < 0)) *style = dove_style_of(DOVE_ROLE_STRONG);
      scores_add_difference(out, other != NULL ? row->percent - other->percent : (double)NAN);
      break;
    case BESIDE_INTERVAL: scores_add_difference_interval(out, known); break;
    default: break;
  }
}

static void score_or_beside_cell(void *self, const void *found, size_t column, dove_buffer *out, dove_style *style) {
  const scores_base *base = self;
  (base->run != 0 ? beside_cell : score_cell)(self, found, column, out, style);
}

/* ---- Making the lists ---- */

void scores_runs_init(dove_window_list *list) {
  static const dove_window_list_operations operations = {.cell = run_cell};
  dove_window_list_init(list, &operations, NULL, run_columns, RUN_COLUMNS);
}

void scores_list_init(dove_window_list *list, scores_base *base) {
  static const dove_window_list_operations operations = {.cell = score_or_beside_cell};
  dove_window_list_init(list, &operations, base, score_columns, SCORE_COLUMNS);
}

void scores_list_choose_columns(dove_window_list *list, const scores_base *base) {
  list->list.columns = base->run != 0 ? beside_columns : score_columns;
  list->list.column_count = base->run != 0 ? BESIDE_COLUMNS : SCORE_COLUMNS;
}
