#include <math.h>
#include <stdio.h>

#include "tui/panes/job_line.h"
#include "tui/panes/note.h"
#include "tui/panes/scores/scores_pane.h"
#include "tui/panes/scores/scores_tables.h"

/* Where few parts fit, the matrix stands over the scores, and a flow's documents stand under the flows. */
static const dove_grid_plan narrow = {.stacked = true,
                                      .lines = 6,
                                      .weights = {3, 4, 5, 4, 4, 4},
                                      .least = {5, 7, 7, 7, 7, 7},
                                      .places = {[PART_RUNS] = {0, 1, 1},
                                                 [PART_MATRIX] = {1, 1, 1},
                                                 [PART_SCORES] = {2, 1, 1},
                                                 [PART_CODES] = {3, 1, 1},
                                                 [PART_FLOWS] = {4, 1, 1},
                                                 [PART_DOCUMENTS] = {5, 1, 1}}};
static const dove_grid_plan wide = {.stacked = true,
                                    .lines = 3,
                                    .weights = {4, 3, 4},
                                    .least = {7, 7, 7},
                                    .places = {[PART_RUNS] = {0, 2, 40},
                                               [PART_MATRIX] = {0, 5, 60},
                                               [PART_SCORES] = {1, 1, 70},
                                               [PART_CODES] = {2, 6, 50},
                                               [PART_FLOWS] = {2, 5, 40},
                                               [PART_DOCUMENTS] = {2, 5, 40}}};
enum { WIDE = 132 };

/* ---- Words ---- */

static void describe_score(const dove_store_score *score, dove_buffer *out) {
  scores_add_model(out, score);
  dove_buffer_printf(out, " × %s: %.2f %%", score->culture, score->percent);
  if (!score->converged) dove_buffer_add_text(out, ", NOT CONVERGED");
  if (!isnan(score->low)) {
    dove_buffer_add_text(out, ", 95 % ");
    scores_add_interval(out, score);
  }
  if (!isnan(score->ceiling)) dove_buffer_printf(out, ", ceiling %.2f", score->ceiling * 100);
}

/* "birch × KR − aster: +38.28 points, 95 % +5.10 … +60.20" */
static void describe_difference(scores_pane *pane, const dove_store_score *score, const dove_store_score *other,
                                dove_buffer *out) {
  const dove_store_score_difference *known = scores_base_known(&pane->base, score->id, other->id);
  scores_add_model(out, score);
  dove_buffer_printf(out, " × %s − ", score->culture);
  scores_base_describe(&pane->base, pane->run, out);
  dove_buffer_add_text(out, ": ");
  scores_add_difference(out, score->percent - other->percent);
  dove_buffer_add_text(out, known != NULL ? " points, 95 % " : " points; i: interval");
  if (known != NULL) scores_add_difference_interval(out, known);
}

void scores_pane_describe(scores_pane *pane, dove_buffer *out) {
  const dove_store_score *score = pane->run != 0 ? dove_window_list_row(&pane->scores) : NULL;
  const dove_store_score *other = score != NULL ? scores_base_of(&pane->base, score) : NULL;
  if (other != NULL) {
    describe_difference(pane, score, other, out);
  } else if (score != NULL) {
    describe_score(score, out);
  }
}

/* ---- Drawing ---- */

static void draw_matrix(scores_pane *pane, bool focus) {
  dove_buffer note = {0};
  if (pane->base.run != 0 && !pane->matrix.differences) {
    dove_buffer_add_text(&note, "to be compared with ");
    scores_base_describe(&pane->base, pane->run, &note);
    dove_buffer_add_text(&note, ": choose another run");
  } else {
    scores_pane_describe(pane, &note);
  }
  dove_grid_title(&pane->grid, PART_MATRIX, pane->matrix.differences ? "Difference in points" : "Score in %",
                  dove_buffer_text(&note), focus);
  dove_buffer_free(&note);
  scores_matrix_draw(&pane->matrix, &pane->grid.parts[PART_MATRIX]);
}

/* The settings of the selected run under the list, where there is room. */
static void draw_runs(scores_pane *pane, bool focus) {
  enum { NOTE_LINES = 3, LEAST_HEIGHT = 6 };
  dove_grid_title(&pane->grid, PART_RUNS, "Score runs", "newest first", focus);
  const dove_surface *part = &pane->grid.parts[PART_RUNS];
  const int lines = part->height >= LEAST_HEIGHT ? NOTE_LINES : 0;
  const dove_surface list = dove_surface_part(part, 0, 0, part->height - lines, part->width);
  dove_list_draw(&pane->runs.list, &list, focus && pane->grid.focus == PART_RUNS);
  const dove_store_score_run *run = lines > 0 ? dove_window_list_row(&pane->runs) : NULL;
  if (run == NULL) return;
  dove_buffer note = {0};
  scores_add_settings(&note, run);
  const dove_surface below = dove_surface_part(part, part->height - lines, 0, lines, part->width);
  dove_draw_note(&below, dove_buffer_text(&note), note.length, dove_style_of(DOVE_ROLE_FAINT));
  dove_buffer_free(&note);
}

static void draw_list(scores_pane *pane, size_t part, dove_list *list, const char *title, const char *note,
                      bool focus) {
  dove_grid_title(&pane->grid, part, title, note, focus);
  dove_list_draw(list, &pane->grid.parts[part], focus && pane->grid.focus == part);
}

static void draw_documents(scores_pane *pane, bool focus) {
  const bool current = pane->documents.known && pane->flow_shown == dove_list_selected(&pane->parts.flows.list);
  if (current) {
    draw_list(pane, PART_DOCUMENTS, &pane->documents.list, "Documents behind the flow",
              "share of their side's mass on the code", focus);
    return;
  }
  dove_grid_title(&pane->grid, PART_DOCUMENTS, "Documents behind the flow", NULL, focus);
  dove_draw_string(&pane->grid.parts[PART_DOCUMENTS], 0, 0, "Enter on a flow shows the documents that carry it",
                   dove_style_of(DOVE_ROLE_FAINT));
}

static void draw_part(scores_pane *pane, size_t part, bool focus) {
  dove_error error = {0};
  if (scores_pane_needs_explanation(part) && scores_pane_explain(pane, &error) != DOVE_OK) {
    dove_draw_string(&pane->grid.parts[part], 0, 0, error.message, dove_style_of(DOVE_ROLE_BAD));
    return;
  }
  char title[64];
  dove_buffer note = {0};
  switch (part) {
    case PART_MATRIX: draw_matrix(pane, focus); break;
    case PART_SCORES:
      snprintf(title, sizeof title, "Scores of run %lld", (long long)pane->run);
      draw_list(
          pane, part, &pane->scores.list, title,
          pane->base.run != 0 ? "Δ in points, first minus other" : "r: divergence; documents: people's, the model's",
          focus);
      break;
    case PART_FLOWS:
      scores_parts_flows_note(&pane->parts, &note);
      draw_list(pane, part, &pane->parts.flows.list, "Flows", dove_buffer_text(&note), focus);
      break;
    case PART_CODES:
      scores_parts_codes_note(&pane->parts, &note);
      draw_list(pane, part, &pane->parts.codes.list, "Codes", dove_buffer_text(&note), focus);
      break;
    case PART_DOCUMENTS: draw_documents(pane, focus); break;
    default: draw_runs(pane, focus); break;
  }
  dove_buffer_free(&note);
}

void scores_pane_draw(void *self, const dove_surface *surface, bool focus) {
  scores_pane *pane = self;
  dove_surface rest = *surface;
  const bool form = scores_form_is_open(&pane->form);
  dove_job_line_draw(pane->explorer, DOVE_JOB_SCORE, &rest);
  dove_job_line_draw(pane->explorer, DOVE_JOB_COMPARE, &rest);
  if (pane->run == 0) {
    const bool codebook = dove_model_view(pane->model).run != 0;
    dove_draw_string(&rest, 0, 1,
                     codebook ? "no scores yet: r scores the models beside the cultures"
                              : "no scores yet, and no codebook to score with: 2 opens the iterations, b builds one",
                     dove_style_of(DOVE_ROLE_FAINT));
  } else {
    dove_grid_layout(&pane->grid, rest.width >= WIDE ? &wide : &narrow, &rest);
    for (size_t part = 0; part < PARTS; part++) {
      if (dove_grid_shows(&pane->grid, part)) draw_part(pane, part, focus && !form);
    }
  }
  if (form) scores_form_draw(&pane->form, surface);
}
