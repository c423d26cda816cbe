#include "tui/panes/overview/overview.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "dove/memory.h"
#include "dove/model.h"
#include "dove/model_window.h"
#include "tui/draw.h"
#include "tui/panes/cell_text.h"
#include "tui/panes/job_line.h"
#include "tui/panes/scores/scores_matrix.h"
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
  long shown;           /* the iteration that is looked at */
  scores_matrix scores; /* of the last finished score run; no rows: none */
  int64_t score_run;
  int64_t scored; /* when, by the clock */
} overview_pane;

static dove_status overview_open(dove_explorer *explorer, void **self, dove_error *error) {
  overview_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the overview");
  pane->explorer = explorer;
  pane->model = dove_explorer_model(explorer);
  pane->split = (dove_split){.count = PARTS, .weights = {1, 2}, .least = {48, 40}};
  pane->scores.unselected = true;
  *self = pane;
  return DOVE_OK;
}

static void overview_close(void *self) {
  overview_pane *pane = self;
  dove_text_view_free(&pane->holdings);
  scores_matrix_free(&pane->scores);
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
    case DOVE_NEXT_IMPORT: return "import documents (i asks for the file)";
    case DOVE_NEXT_EXTRACT: return "find the value expressions (x starts it)";
    case DOVE_NEXT_EMBED: return "embed the value expressions (x starts it)";
    case DOVE_NEXT_BUILD: return "build the codebook (x starts it)";
    case DOVE_NEXT_SCORE: return "score the models (x starts it)";
    case DOVE_NEXT_NOTHING: return "every step has been done";
  }
  return "";
}

static void describe_codebook(overview_pane *pane, dove_buffer *out) {
  const dove_view view = dove_model_view(pane->model);
  const dove_store_iteration *iteration = dove_model_iteration(pane->model);
  if (iteration == NULL) {
    dove_buffer_add_text(out, "      no  codebook yet\n");
    return;
  }
  dove_buffer_printf(out, "%8lld  codes (run %lld, t %lld of %lld%s)\n", (long long)iteration->codes,
                     (long long)view.run, (long long)view.t, (long long)view.iterations - 1,
                     view.current ? "" : ", not the one in use");
  dove_buffer_printf(out, "          S %.3f, σ² %.4f, perplexity %.2f\n", iteration->S, iteration->sigma2,
                     iteration->perplexity);
}

/* The last scores, and the highest of them. */
static void describe_scores(const overview_pane *pane, dove_buffer *out) {
  const scores_matrix *matrix = &pane->scores;
  size_t scores = 0, best = 0;
  for (size_t i = 0; i < matrix->row_count * matrix->column_count; i++) {
    if (isnan(matrix->percent[i])) continue;
    if (scores == 0 || matrix->percent[i] > matrix->percent[best]) best = i;
    scores++;
  }
  if (scores == 0) {
    dove_buffer_add_text(out, "      no  scores yet\n");
    return;
  }
  dove_buffer_printf(out, "%8zu  scores (run %lld, ", scores, (long long)pane->score_run);
  dove_cell_time(out, pane->scored);
  dove_buffer_printf(out, ")\n          best: %s × %s, %.2f %%\n", matrix->rows[best / matrix->column_count],
                     matrix->columns[best % matrix->column_count], matrix->percent[best]);
}

static void describe(overview_pane *pane, const dove_overview *overview, dove_buffer *out) {
  const dove_store_counts *counts = &overview->counts;
  dove_buffer_printf(out, "Next: %s\n\n", next_words(overview->next));
  dove_buffer_printf(out, "%8lld  documents: %lld by people, %lld by models\n", (long long)counts->documents,
                     (long long)counts->documents_human, (long long)counts->documents_model);
  dove_buffer_printf(out, "%8lld  topics, %lld cultures, %lld sources\n", (long long)counts->topics,
                     (long long)counts->cultures, (long long)counts->sources);
  dove_buffer_printf(out, "%8lld  value expressions, %lld embedded\n", (long long)counts->expressions,
                     (long long)counts->expressions_embedded);
  if (overview->embedder[0] != '\0') {
    dove_buffer_printf(out, "%8d  dimensions\n          %s\n", overview->dimension, overview->embedder);
  }
  describe_codebook(pane, out);
  describe_scores(pane, out);
  dove_buffer_printf(out, "%8lld  codebook run%s, %lld score run%s\n", (long long)counts->runs,
                     counts->runs == 1 ? "" : "s", (long long)counts->score_runs, counts->score_runs == 1 ? "" : "s");
  add_labels(out, "Documents by culture", &overview->cultures);
  add_labels(out, "Documents by source", &overview->sources);
  add_labels(out, "Documents by role", &overview->roles);
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

/* The newest score run that finished; 0 when there is none. */
static dove_status last_score_run(overview_pane *pane, int64_t *id, dove_error *error) {
  const dove_window_query query = {.kind = DOVE_WINDOW_SCORE_RUNS};
  dove_window *runs = NULL;
  const dove_status status = dove_window_open(pane->model, &query, &runs, error);
  *id = 0;
  if (status != DOVE_OK) return status;
  for (int64_t i = 0; *id == 0 && i < dove_window_total(runs); i++) {
    const dove_store_score_run *run = dove_window_row(runs, i);
    if (run == NULL || run->status != DOVE_STORE_FINISHED) continue;
    *id = run->id;
    pane->scored = run->created;
  }
  dove_window_close(runs);
  return DOVE_OK;
}

static dove_status load_scores(overview_pane *pane, dove_error *error) {
  dove_window *scores = NULL;
  dove_status status = last_score_run(pane, &pane->score_run, error);
  if (status != DOVE_OK || pane->score_run == 0) {
    scores_matrix_free(&pane->scores);
    pane->scores.unselected = true;
    return status;
  }
  const dove_window_query query = {.kind = DOVE_WINDOW_SCORES, .parent = pane->score_run};
  status = dove_window_open(pane->model, &query, &scores, error);
  if (status == DOVE_OK) status = scores_matrix_load(&pane->scores, scores, NULL, error);
  dove_window_close(scores);
  return status;
}

static dove_status load_holdings(overview_pane *pane, dove_error *error) {
  const dove_overview *overview = NULL;
  dove_status status = dove_model_overview(pane->model, &overview, error);
  if (status != DOVE_OK) return status;
  dove_buffer text = {0};
  describe(pane, overview, &text);
  status = text.failed ? dove_fail_memory(error, "reading the overview")
                       : dove_text_view_set(&pane->holdings, text.data, text.length, NULL, 0, error);
  dove_buffer_free(&text);
  return status;
}

static dove_status overview_load(void *self, dove_error *error) {
  overview_pane *pane = self;
  dove_status status = load_iterations(pane, error);
  if (status == DOVE_OK) status = load_scores(pane, error);
  return status == DOVE_OK ? load_holdings(pane, error) : status;
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

/* S and K in a line each, where the scores with their intervals leave no more. */
static void draw_sparklines(const overview_pane *pane, const dove_surface *surface) {
  const struct {
    const char *name;
    const double *values;
    dove_role role;
  } lines[] = {{"S", pane->S, DOVE_ROLE_SERIES_1}, {"K", pane->K, DOVE_ROLE_SERIES_2}};
  const size_t last = pane->iterations - 1;
  for (int i = 0; i < 2; i++) {
    char from[32], to[32];
    snprintf(from, sizeof from, "%s %.4g", lines[i].name, lines[i].values[0]);
    snprintf(to, sizeof to, "%.4g", lines[i].values[last]);
    const int width = pane->iterations < 30 ? (int)pane->iterations : 30;
    dove_draw_string(surface, i, 1, from, dove_style_of(DOVE_ROLE_HEADER));
    dove_draw_sparkline(surface, i, 10, width, lines[i].values, pane->iterations, dove_style_of(lines[i].role));
    dove_draw_format(surface, i, 11 + width, dove_style_of(DOVE_ROLE_NORMAL), "%s  over t 0 … %zu", to, last);
  }
}

enum { TITLE_AND_NAMES = 2, LEAST_CHARTS = 8, SPARKLINES = 2 };

/* As high as the matrix is, with its second lines where the intervals fit; what is left over is for the charts, and
 * two lines of them if need be. */
static int scores_height(const overview_pane *pane, const dove_surface *surface) {
  const int rows = (int)pane->scores.row_count;
  const int wanted = (scores_matrix_notes(&pane->scores, surface->width - 1) != NULL ? 2 : 1) * rows + TITLE_AND_NAMES;
  if (rows == 0 || surface->height < LEAST_CHARTS) return 0;
  if (wanted + SPARKLINES <= surface->height) return wanted;
  return surface->height / 2;
}

static void draw_scores(overview_pane *pane, const dove_surface *surface) {
  const char *const *notes = scores_matrix_notes(&pane->scores, surface->width - 1);
  char title[128];
  snprintf(title, sizeof title, "Scores in %%, run %lld%s", (long long)pane->score_run,
           notes == NULL                                      ? ""
           : notes == (const char *const *)pane->scores.notes ? ": score, 95 % interval ≤ ceiling"
                                                              : ": score, 95 % interval");
  dove_draw_string(surface, 0, 1, title, dove_style_of(DOVE_ROLE_HEADER));
  const dove_surface rest = dove_surface_part(surface, 1, 1, surface->height - 1, surface->width - 1);
  scores_matrix_draw(&pane->scores, &rest);
}

static void draw_right(overview_pane *pane, const dove_surface *surface) {
  const int below = scores_height(pane, surface);
  const dove_surface charts = dove_surface_part(surface, 0, 0, surface->height - below, surface->width);
  if (below > 0 && charts.height < LEAST_CHARTS && pane->iterations > 0) {
    draw_sparklines(pane, &charts);
  } else {
    draw_charts(pane, &charts);
  }
  if (below == 0) return;
  const dove_surface scores = dove_surface_part(surface, surface->height - below, 0, below, surface->width);
  draw_scores(pane, &scores);
}

/* The steps that are started from here. */
static const dove_job_kind steps[] = {DOVE_JOB_IMPORT, DOVE_JOB_EXTRACT, DOVE_JOB_EMBED, DOVE_JOB_BUILD,
                                      DOVE_JOB_SCORE};

static void overview_draw(void *self, const dove_surface *surface, bool focus) {
  overview_pane *pane = self;
  dove_surface rest = *surface;
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) dove_job_line_draw(pane->explorer, steps[i], &rest);
  dove_split_layout(&pane->split, &rest);
  dove_text_view_draw(&pane->holdings, &pane->split.parts[PART_HOLDINGS], focus);
  if (pane->split.parts[PART_CHARTS].width > 0) draw_right(pane, &pane->split.parts[PART_CHARTS]);
}

/* ---- Commands ---- */

static bool ends_with(const char *text, const char *end) {
  const size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcasecmp(text + length - tail, end) == 0;
}

/* A pipe that nobody writes to would hold the job, and all that wait behind it, for ever. */
static dove_status check_source(const char *path, dove_error *error) {
  struct stat facts;
  if (stat(path, &facts) != 0) return dove_fail_errno(error, "read", path);
  if (!S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode))
    return dove_fail(error, DOVE_INPUT, "'%s' is neither a file nor a folder: name one", path);
  if (ends_with(path, ".qdc") || ends_with(path, ".qdpx"))
    return dove_fail(error, DOVE_INPUT, "'%s' comes from another tool: 'dove import PROJECT FILE' takes it", path);
  return DOVE_OK;
}

/* A file or a folder; what is in it is told by its content. */
static dove_pane_result import(const overview_pane *pane, const char *path, dove_error *error) {
  if (check_source(path, error) != DOVE_OK) return DOVE_PANE_FAILED;
  dove_job_request request = dove_job_request_of(DOVE_JOB_IMPORT);
  request.import.paths = &path;
  request.import.path_count = 1;
  return dove_job_line_start(pane->explorer, &request, error);
}

/* The last one of the steps that failed or was stopped. */
static dove_pane_result retry(const overview_pane *pane, dove_error *error) {
  for (size_t i = sizeof steps / sizeof steps[0]; i-- > 0;) {
    const dove_pane_result result = dove_job_line_retry(pane->explorer, steps[i], error);
    if (result != DOVE_PANE_FAILED) return result;
  }
  return DOVE_PANE_FAILED;
}

static dove_pane_result overview_command(void *self, dove_command_id command, const char *argument, dove_error *error) {
  overview_pane *pane = self;
  if (command == DOVE_COMMAND_IMPORT) return import(pane, argument, error);
  if (command == DOVE_COMMAND_RETRY_JOB) return retry(pane, error);
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
  const overview_pane *pane = self;
  const dove_overview *overview = NULL;
  dove_error ignored;
  const bool known = dove_model_overview(pane->model, &overview, &ignored) == DOVE_OK;
  if (known && overview->next != DOVE_NEXT_IMPORT && overview->next != DOVE_NEXT_NOTHING)
    dove_buffer_add_text(out, "x next step  ");
  dove_buffer_add_text(out, "i import");
  if (pane->split.parts[PART_CHARTS].width <= 0) dove_buffer_add_text(out, "  Tab charts and scores");
  if (pane->split.parts[PART_HOLDINGS].width <= 0) dove_buffer_add_text(out, "  Tab what it holds");
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
