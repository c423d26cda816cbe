#include "tui/panes/overview.h"

#include <stdlib.h>

#include "dove/memory.h"
#include "dove/model.h"
#include "tui/draw.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/split.h"
#include "tui/widgets/text_view.h"

enum { PART_HOLDINGS, PART_CHARTS, PARTS };

typedef struct overview_pane {
  dove_explorer *explorer;
  dove_model *model;
  dove_split split;
  dove_text_view holdings;
  double *S, *K; /* owned: per iteration */
  size_t iterations;
  long shown; /* the iteration that is looked at */
} overview_pane;

static dove_status overview_open(dove_explorer *explorer, void **self, dove_error *error) {
  overview_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the overview");
  pane->explorer = explorer;
  pane->model = dove_explorer_model(explorer);
  pane->split = (dove_split){.count = PARTS, .weights = {1, 1}, .least = {40, 40}};
  *self = pane;
  return DOVE_OK;
}

static void overview_close(void *self) {
  overview_pane *pane = self;
  dove_text_view_free(&pane->holdings);
  free(pane->S);
  free(pane->K);
  free(pane);
}

/* ---- What the project holds ---- */

static void add_labels(dove_buffer *out, const char *title, const dove_store_label_list *labels) {
  enum { SHOWN = 12 };
  if (labels->count == 0) return;
  dove_buffer_printf(out, "\n%s\n", title);
  for (size_t i = 0; i < labels->count && i < SHOWN; i++) {
    dove_buffer_printf(out, "  %6lld  %s\n", (long long)labels->rows[i].documents, labels->rows[i].name);
  }
  if (labels->count > SHOWN) dove_buffer_printf(out, "          and %zu more\n", labels->count - SHOWN);
}

static const char *next_words(dove_next_step next) {
  switch (next) {
    case DOVE_NEXT_IMPORT: return "import documents: dove import PROJECT FILE";
    case DOVE_NEXT_EXTRACT: return "find the value expressions (x starts it)";
    case DOVE_NEXT_EMBED: return "embed the value expressions (x starts it)";
    case DOVE_NEXT_BUILD: return "build the codebook (x starts it)";
    case DOVE_NEXT_SCORE: return "score the models (x starts it)";
    case DOVE_NEXT_NOTHING: return "every step has been done";
  }
  return "";
}

static void describe(const dove_overview *overview, dove_buffer *out) {
  const dove_store_counts *counts = &overview->counts;
  dove_buffer_printf(out, "Next: %s\n\n", next_words(overview->next));
  dove_buffer_printf(out, "%8lld  documents: %lld by people, %lld by models\n", (long long)counts->documents,
                     (long long)counts->documents_human, (long long)counts->documents_model);
  dove_buffer_printf(out, "%8lld  topics, %lld cultures, %lld sources\n", (long long)counts->topics,
                     (long long)counts->cultures, (long long)counts->sources);
  dove_buffer_printf(out, "%8lld  value expressions, %lld embedded\n", (long long)counts->expressions,
                     (long long)counts->expressions_embedded);
  dove_buffer_printf(out, "%8lld  codebook runs, %lld score runs\n", (long long)counts->runs,
                     (long long)counts->score_runs);
  if (overview->embedder[0] != '\0') {
    dove_buffer_printf(out, "\nEmbedder\n  %s, %d dimensions\n", overview->embedder, overview->dimension);
  }
  add_labels(out, "Documents by culture", &overview->cultures);
  add_labels(out, "Documents by source", &overview->sources);
}

/* ---- Loading ---- */

static dove_status load_iterations(overview_pane *pane, dove_error *error) {
  size_t count = 0;
  const dove_store_iteration *rows = dove_model_iterations(pane->model, &count);
  double *S = dove_alloc(count, sizeof *S);
  double *K = dove_alloc(count, sizeof *K);
  if (S == NULL || K == NULL) {
    free(S);
    free(K);
    return dove_fail_memory(error, "reading the iterations");
  }
  for (size_t i = 0; i < count; i++) {
    S[i] = rows[i].S;
    K[i] = (double)rows[i].codes;
  }
  free(pane->S);
  free(pane->K);
  pane->S = S;
  pane->K = K;
  pane->iterations = count;
  pane->shown = count > 0 ? (long)dove_model_view(pane->model).t : -1;
  return DOVE_OK;
}

static dove_status overview_load(void *self, dove_error *error) {
  overview_pane *pane = self;
  const dove_overview *overview = NULL;
  dove_status status = dove_model_overview(pane->model, &overview, error);
  if (status != DOVE_OK) return status;
  dove_buffer text = {0};
  describe(overview, &text);
  status = text.failed ? dove_fail_memory(error, "reading the overview")
                       : dove_text_view_set(&pane->holdings, text.data, text.length, NULL, 0, error);
  dove_buffer_free(&text);
  return status == DOVE_OK ? load_iterations(pane, error) : status;
}

/* ---- Drawing ---- */

static void draw_charts(const overview_pane *pane, const dove_surface *surface) {
  const dove_style title = dove_style_of(DOVE_ROLE_HEADER);
  if (pane->iterations == 0) {
    dove_draw_string(surface, 0, 1, "no codebook yet", dove_style_of(DOVE_ROLE_FAINT));
    return;
  }
  int half = surface->height / 2;
  const dove_chart_series S = {.name = "S", .values = pane->S, .role = DOVE_ROLE_SERIES_1, .mark = '*'};
  const dove_chart_series K = {.name = "K", .values = pane->K, .role = DOVE_ROLE_SERIES_2, .mark = 'o'};
  dove_draw_string(surface, 0, 1, "S over the iterations", title);
  dove_surface upper = dove_surface_part(surface, 1, 1, half - 1, surface->width - 1);
  dove_draw_line_chart(&upper, &S, 1, pane->iterations, pane->shown);
  dove_draw_string(surface, half, 1, "K, the number of codes", title);
  dove_surface lower = dove_surface_part(surface, half + 1, 1, surface->height - half - 1, surface->width - 1);
  dove_draw_line_chart(&lower, &K, 1, pane->iterations, pane->shown);
}

static void overview_draw(void *self, const dove_surface *surface, bool focus) {
  overview_pane *pane = self;
  dove_split_layout(&pane->split, surface);
  dove_text_view_draw(&pane->holdings, &pane->split.parts[PART_HOLDINGS], focus);
  if (pane->split.parts[PART_CHARTS].width > 0) draw_charts(pane, &pane->split.parts[PART_CHARTS]);
}

/* ---- Commands ---- */

static dove_pane_result overview_command(void *self, dove_command_id command, const char *argument, dove_error *error) {
  overview_pane *pane = self;
  dove_pane_result result = dove_split_command(&pane->split, command);
  if (result != DOVE_PANE_IGNORED) return result;
  return dove_text_view_command(&pane->holdings, command, argument, error);
}

static dove_pane_result overview_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  overview_pane *pane = self;
  size_t part;
  dove_mouse inside;
  (void)error;
  if (!dove_split_mouse(&pane->split, mouse, &part, &inside)) return DOVE_PANE_IGNORED;
  return part == PART_HOLDINGS ? dove_text_view_mouse(&pane->holdings, &inside) : DOVE_PANE_REDRAW;
}

static void overview_copy(void *self, dove_buffer *out) {
  const overview_pane *pane = self;
  if (pane->holdings.text != NULL) dove_buffer_add_text(out, pane->holdings.text);
}

static dove_status overview_export(void *self, dove_buffer *out, dove_error *error) {
  overview_copy(self, out);
  return out->failed ? dove_fail_memory(error, "exporting the overview") : DOVE_OK;
}

static void overview_hints(void *self, dove_buffer *out) {
  (void)self;
  dove_buffer_add_text(out, "x next step");
}

const dove_pane_operations dove_pane_overview = {
    .id = "overview",
    .name = "Overview",
    .digit = '1',
    .context = DOVE_CONTEXT_OVERVIEW,
    .opened_by = DOVE_COMMAND_PANE_OVERVIEW,
    .open = overview_open,
    .close = overview_close,
    .load = overview_load,
    .draw = overview_draw,
    .command = overview_command,
    .mouse = overview_mouse,
    .hints = overview_hints,
    .copy = overview_copy,
    .export = overview_export,
};
