/* What a job would ask of models, before it starts: requests, tokens and cost by role, and the budget, which can be
 * set. Jobs that ask nobody start at once. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/job_plan.h"
#include "dove/memory.h"
#include "dove/text.h"
#include "tui/draw.h"
#include "tui/panes/note.h"
#include "tui/shell.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/form.h"

struct shell_start {
  dove_job_request request; /* owned */
  dove_job_plan *plan;
  dove_form form;
};

static const dove_form_field budget_field = {
    .label = "budget",
    .kind = DOVE_FIELD_NUMBER,
    .low = 0,
    .high = 1e9,
    .help = "the job stops before it would cost more; 0: no limit · Enter starts, Esc leaves",
};

/* ---- Starting ---- */

static dove_status queue(dove_explorer *explorer, const dove_job_request *request, dove_error *error) {
  if (dove_jobs_add(dove_controller_jobs(explorer->controller), request) == 0)
    return dove_fail_memory(error, "starting a job");
  dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "started: %s", dove_job_kind_name(request->kind));
  return DOVE_OK;
}

void shell_start_free(shell_start *start) {
  if (start == NULL) return;
  dove_job_plan_stop(start->plan);
  dove_form_free(&start->form);
  dove_job_request_free(&start->request);
  free(start);
}

static dove_status fill(shell_start *start, const dove_settings *settings, const dove_job_request *request,
                        dove_error *error) {
  char budget[32];
  snprintf(budget, sizeof budget, "%.10g", request->budget >= 0 ? request->budget : settings->budget);
  dove_form_init(&start->form, &budget_field, 1);
  const dove_status status = dove_job_request_copy(request, &start->request, error);
  return status == DOVE_OK ? dove_form_set_text(&start->form, 0, budget, error) : status;
}

static dove_status open_start(dove_explorer *explorer, const dove_settings *settings, const dove_job_request *request,
                              dove_error *error) {
  shell_start *start = dove_alloc_zero(1, sizeof *start);
  if (start == NULL) return dove_fail_memory(error, "starting a job");
  dove_status status = fill(start, settings, request, error);
  if (status == DOVE_OK) status = dove_job_plan_start(explorer->controller, &start->request, &start->plan, error);
  if (status != DOVE_OK) {
    shell_start_free(start);
    return status;
  }
  shell_close_overlay(explorer);
  explorer->overlay.kind = OVERLAY_START;
  explorer->overlay.start = start;
  snprintf(explorer->overlay.title, sizeof explorer->overlay.title, "%s: what models would be asked",
           dove_job_kind_name(request->kind));
  return DOVE_OK;
}

dove_status dove_explorer_start(dove_explorer *explorer, const dove_job_request *request, dove_error *error) {
  dove_settings settings;
  const dove_status status = dove_controller_settings(explorer->controller, &settings, error);
  if (status != DOVE_OK) return status;
  return dove_job_asks_models(&settings, request) ? open_start(explorer, &settings, request, error)
                                                  : queue(explorer, request, error);
}

/* What was expected goes on record with the job, so that it can be held against what it came to. */
static void accept(dove_explorer *explorer) {
  shell_start *start = explorer->overlay.start;
  dove_error error = {0};
  dove_status planned = DOVE_FAILED;
  start->request.budget = dove_form_number(&start->form, 0);
  if (dove_job_plan_done(start->plan, &planned, NULL) && planned == DOVE_OK)
    start->request.plan = dove_job_plan_rows(start->plan, &start->request.plan_count);
  const dove_status status = queue(explorer, &start->request, &error);
  start->request.plan = NULL;
  if (status != DOVE_OK) dove_explorer_error(explorer, &error);
  shell_close_overlay(explorer);
}

void shell_start_key(dove_explorer *explorer, dove_key key) {
  dove_error error = {0};
  switch (dove_form_key(&explorer->overlay.start->form, key, &error)) {
    case DOVE_FORM_ACCEPTED: accept(explorer); break;
    case DOVE_FORM_LEFT: shell_close_overlay(explorer); break;
    case DOVE_FORM_WRONG: dove_explorer_error(explorer, &error); break;
    case DOVE_FORM_OPEN: break;
  }
}

/* ---- Drawing ---- */

enum { COLUMN_SEND, COLUMN_CACHED, COLUMN_IN, COLUMN_OUT, COLUMN_COST, COLUMNS };

static const struct {
  const char *title;
  int width;
} columns[COLUMNS] = {[COLUMN_SEND] = {"to send", 9},
                      [COLUMN_CACHED] = {"in cache", 9},
                      [COLUMN_IN] = {"tokens in", 12},
                      [COLUMN_OUT] = {"tokens out", 12},
                      [COLUMN_COST] = {"cost", 10}};

enum { LEAST_NAME = 16 };

/* The columns lie at the right; those at the left of them are left out where the name would have no room. */
static void draw_cells(const dove_surface *surface, int y, char cells[COLUMNS][32], const char *name,
                       dove_style style) {
  int x = surface->width;
  for (int column = COLUMNS - 1; column >= 0 && x - columns[column].width >= LEAST_NAME; column--) {
    x -= columns[column].width;
    dove_draw_field(surface, y, x, columns[column].width, cells[column], strlen(cells[column]), DOVE_ALIGN_RIGHT,
                    style);
  }
  dove_draw_field(surface, y, 0, x, name, strlen(name), DOVE_ALIGN_LEFT, style);
}

static void draw_row(const dove_surface *surface, int y, const dove_ledger_row *row, const char *name) {
  char cells[COLUMNS][32];
  snprintf(cells[COLUMN_SEND], sizeof cells[0], "%llu", (unsigned long long)row->requests);
  snprintf(cells[COLUMN_CACHED], sizeof cells[0], "%llu", (unsigned long long)row->cached);
  snprintf(cells[COLUMN_IN], sizeof cells[0], "%s%lld", row->plan_exact || row->plan_in.about == 0 ? "" : "~",
           (long long)row->plan_in.about);
  snprintf(cells[COLUMN_OUT], sizeof cells[0], "%s%lld", row->plan_out.about == 0 ? "" : "~",
           (long long)row->plan_out.about);
  snprintf(cells[COLUMN_COST], sizeof cells[0], "%s", "unknown");
  if (row->priced)
    snprintf(cells[COLUMN_COST], sizeof cells[0], "%s%.4g", row->plan_about > 0 ? "~" : "", row->plan_about);
  draw_cells(surface, y, cells, name, dove_style_of(DOVE_ROLE_NORMAL));
}

static void add_range(dove_buffer *out, const char *what, const dove_token_range *range) {
  if (range->most < 0) {
    dove_buffer_printf(out, "%s %lld … no limit", what, (long long)range->least);
  } else {
    dove_buffer_printf(out, "%s %lld … %lld", what, (long long)range->least, (long long)range->most);
  }
}

/* What the numbers above it may be at the least and at the most. */
static void describe_bounds(const dove_ledger_row *row, dove_buffer *out) {
  if (row->plan_exact) {
    dove_buffer_add_text(out, "in: counted by the server");
  } else {
    add_range(out, "in", &row->plan_in);
  }
  if (row->plan_out.most != 0) add_range(out, ", out", &row->plan_out);
  if (!row->priced) {
    dove_buffer_printf(out, "; no price: %s.price_in, .price_out", row->role);
  } else if (isnan(row->plan_most)) {
    dove_buffer_printf(out, ", cost %.4g … no limit (%s.max_tokens sets one)", row->plan_least, row->role);
  } else {
    dove_buffer_printf(out, ", cost %.4g … %.4g", row->plan_least, row->plan_most);
  }
}

/* One role: its numbers, and how sure they are. Returns the lines used. */
static int draw_role(const dove_surface *surface, int y, const dove_ledger_row *row) {
  char name[sizeof row->role + sizeof row->model + 2];
  dove_buffer bounds = {0};
  snprintf(name, sizeof name, "%s %s", row->role, row->model);
  draw_row(surface, y, row, name);
  if (row->left > 0) dove_buffer_printf(&bounds, "%llu are left: they did not fail; ", (unsigned long long)row->left);
  if (row->requests > 0) describe_bounds(row, &bounds);
  const char *text = dove_buffer_text(&bounds);
  const int columns_wanted = dove_text_columns(text, strlen(text));
  const int lines = columns_wanted == 0 ? 0 : columns_wanted > surface->width - 2 ? 2 : 1;
  const dove_surface place = dove_surface_part(surface, y + 1, 2, lines, surface->width - 2);
  dove_draw_note(&place, text, strlen(text), dove_style_of(DOVE_ROLE_FAINT));
  dove_buffer_free(&bounds);
  return 1 + lines;
}

static const char *remark(const shell_start *start, const dove_ledger_row *rows, size_t count) {
  if (count == 0 || dove_ledger_sum(rows, count).requests == 0)
    return "Nothing is to be sent: what there is to ask was answered before, or there is nothing.";
  if (start->request.kind == DOVE_JOB_BUILD)
    return "Of the first iteration that is to be computed; what comes later depends on the answers.";
  return "";
}

static int draw_rows(const shell_start *start, const dove_surface *surface) {
  char titles[COLUMNS][32];
  size_t count = 0;
  const dove_ledger_row *rows = dove_job_plan_rows(start->plan, &count);
  int y = 0;
  for (int i = 0; i < COLUMNS; i++) snprintf(titles[i], sizeof titles[i], "%s", columns[i].title);
  if (count > 0) draw_cells(surface, y++, titles, "role and model", dove_style_of(DOVE_ROLE_HEADER));
  for (size_t i = 0; i < count; i++) y += draw_role(surface, y, &rows[i]);
  if (count > 1) {
    const dove_ledger_row sum = dove_ledger_sum(rows, count);
    draw_row(surface, y++, &sum, "all");
  }
  const char *words = remark(start, rows, count);
  if (words[0] != '\0') dove_draw_string(surface, y++, 0, words, dove_style_of(DOVE_ROLE_NORMAL));
  return y;
}

static int draw_progress(const shell_start *start, const dove_surface *surface) {
  enum { BAR = 20 };
  char stage[48] = "";
  double share = (double)NAN;
  dove_job_plan_progress(start->plan, stage, &share);
  int x = dove_draw_string(surface, 0, 0, "Counting what would be asked ", dove_style_of(DOVE_ROLE_STRONG));
  x += dove_draw_string(surface, 0, x, stage, dove_style_of(DOVE_ROLE_FAINT)) + 1;
  if (isfinite(share)) dove_draw_bar(surface, 0, x, BAR, share, dove_style_of(DOVE_ROLE_BAR));
  return 1;
}

static int draw_plan(const shell_start *start, const dove_surface *surface) {
  enum { WORDS = 4 };
  dove_status status = DOVE_OK;
  dove_error error = {0};
  if (!dove_job_plan_done(start->plan, &status, &error)) return draw_progress(start, surface);
  if (status == DOVE_OK) return draw_rows(start, surface);
  const dove_surface place = dove_surface_part(surface, 0, 0, WORDS, surface->width);
  dove_draw_note(&place, error.message, strlen(error.message), dove_style_of(DOVE_ROLE_BAD));
  return WORDS;
}

/* Lines that the plan takes: as draw_plan() draws them. */
static int plan_height(const shell_start *start, const dove_surface *surface) {
  const dove_surface nowhere = dove_surface_part(surface, 0, 0, 0, surface->width);
  return draw_plan(start, &nowhere);
}

void shell_start_draw(dove_explorer *explorer, const dove_surface *screen) {
  enum { WIDEST = 100, FORM = 2, FRAME = 2, GAP = 1 };
  shell_overlay *overlay = &explorer->overlay;
  shell_start *start = overlay->start;
  const int width = screen->width < WIDEST ? screen->width : WIDEST;
  const dove_surface across = dove_surface_part(screen, 0, 0, screen->height, width - FRAME);
  const int wanted = plan_height(start, &across) + GAP + FORM + FRAME;
  const int height = screen->height < wanted ? screen->height : wanted;
  dove_surface box =
      dove_surface_part(screen, (screen->height - height) / 2, (screen->width - width) / 2, height, width);
  dove_draw_fill(&box, 0, 0, box.height, box.width, dove_style_of(DOVE_ROLE_NORMAL));
  const bool frame = box.height >= FRAME + FORM + 1;
  if (frame) dove_draw_box(&box, overlay->title, true);
  overlay->surface = frame ? dove_surface_inside(&box) : box;
  const dove_surface *inside = &overlay->surface;
  const int above = inside->height > FORM ? inside->height - FORM : 0;
  const dove_surface plan = dove_surface_part(inside, 0, 0, above, inside->width);
  const dove_surface form = dove_surface_part(inside, above, 0, inside->height - above, inside->width);
  draw_plan(start, &plan);
  dove_form_draw(&start->form, &form);
}
