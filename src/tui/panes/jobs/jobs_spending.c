#include "tui/panes/jobs/jobs_spending.h"

#include <math.h>
#include <stdio.h>

#include "dove/store_ledger.h"

static dove_status read_record(jobs_spending *spending, dove_model *model, int64_t job, dove_error *error) {
  dove_store_ledger ledger = {0};
  const dove_status status = dove_store_ledger_read(dove_model_store(model), job, &ledger, error);
  spending->count = 0;
  for (size_t i = 0; i < ledger.count && i < JOBS_MODELS; i++) {
    const dove_store_ledger_row *row = &ledger.rows[i];
    dove_ledger_row *shown = &spending->rows[spending->count++];
    *shown = (dove_ledger_row){.requests = (uint64_t)row->requests,
                               .cached = (uint64_t)row->cached,
                               .failed = (uint64_t)row->failed,
                               .refusals = (uint64_t)row->refusals,
                               .estimated = (uint64_t)row->estimated,
                               .tokens_in = row->tokens_in,
                               .tokens_out = row->tokens_out,
                               .cost = row->cost,
                               .expected = row->expected,
                               .priced = !isnan(row->cost)};
    const int64_t again = row->attempts - row->requests - row->failed;
    shown->retries = again > 0 ? (uint64_t)again : 0;
    snprintf(shown->role, sizeof shown->role, "%s", row->role);
    snprintf(shown->model, sizeof shown->model, "%s", row->model);
  }
  dove_store_ledger_free(&ledger);
  spending->recorded = status == DOVE_OK ? job : 0;
  return status;
}

dove_status jobs_spending_look(jobs_spending *spending, dove_model *model, dove_jobs *jobs, const jobs_row *row,
                               dove_error *error) {
  if (row->live != NULL) {
    spending->recorded = 0;
    const size_t count = dove_jobs_spending(jobs, row->live->number, spending->rows, JOBS_MODELS);
    spending->count = count < JOBS_MODELS ? count : JOBS_MODELS;
    return DOVE_OK;
  }
  const int64_t job = jobs_row_id(row);
  return job != spending->recorded ? read_record(spending, model, job, error) : DOVE_OK;
}

/* ---- Drawing ---- */

/* "64 of 64 at once, 1210 a second" */
static int draw_pace(const dove_ledger_row *row, const dove_surface *part, int y, int x) {
  const dove_style style = dove_style_of(DOVE_ROLE_STRONG);
  int at = x + dove_draw_format(part, y, x, style, "%zu of %zu at once", row->running, row->limit);
  at += dove_draw_format(part, y, at, style, row->rate < 10 ? ", %.1f a second" : ", %.0f a second", row->rate);
  if (row->paused > 0)
    at += dove_draw_format(part, y, at, dove_style_of(DOVE_ROLE_WARNING), ", waits %.0f s for the server", row->paused);
  return at - x + 2;
}

static int draw_trouble(const dove_ledger_row *row, const dove_surface *part, int y, int x) {
  const dove_style style = dove_style_of(DOVE_ROLE_WARNING);
  int at = x;
  if (row->failed > 0) at += dove_draw_format(part, y, at, style, "%llu failed  ", (unsigned long long)row->failed);
  if (row->retries > 0)
    at += dove_draw_format(part, y, at, style, "%llu sent again  ", (unsigned long long)row->retries);
  if (row->refusals > 0) at += dove_draw_format(part, y, at, style, "%llu × 429  ", (unsigned long long)row->refusals);
  return at - x;
}

static void draw_row(const dove_ledger_row *row, const dove_surface *part, int y, bool runs) {
  const dove_style faint = dove_style_of(DOVE_ROLE_FAINT);
  int x = dove_draw_string(part, y, 0, row->role, dove_style_of(DOVE_ROLE_STRONG)) + 1;
  x += dove_draw_string(part, y, x, row->model, faint) + 2;
  if (runs) x += draw_pace(row, part, y, x);
  x += dove_draw_format(part, y, x, dove_style_of(DOVE_ROLE_NORMAL), "%llu answered, %llu cached  ",
                        (unsigned long long)row->requests, (unsigned long long)row->cached);
  x += draw_trouble(row, part, y, x);
  if (row->priced)
    x += dove_draw_format(part, y, x, dove_style_of(DOVE_ROLE_NORMAL), "cost %.4g, expected %.4g  ", row->cost,
                          row->expected);
  dove_draw_format(part, y, x, faint, "%s%lld tokens in, %lld out", row->estimated > 0 ? "about " : "",
                   (long long)row->tokens_in, (long long)row->tokens_out);
}

int jobs_spending_draw(const jobs_spending *spending, const dove_surface *part, int y, bool runs) {
  int lines = 0;
  for (size_t i = 0; i < spending->count && y + lines < part->height; i++)
    draw_row(&spending->rows[i], part, y + lines++, runs);
  return lines;
}

/* ---- The pace ---- */

static size_t highest_limit(const jobs_spending *spending) {
  size_t limit = 0;
  for (size_t i = 0; i < spending->count; i++)
    if (spending->rows[i].limit > limit) limit = spending->rows[i].limit;
  return limit;
}

dove_pane_result jobs_spending_set(const jobs_spending *spending, dove_explorer *explorer, dove_jobs *jobs,
                                   const jobs_row *row, size_t wanted, bool more, dove_error *error) {
  enum { MOST = 1024 };
  const size_t now = highest_limit(spending);
  size_t limit = wanted;
  if (wanted == 0) limit = more ? now + now / 2 + 1 : now * 2 / 3;
  if (limit < 1) limit = 1;
  if (limit > MOST) limit = MOST;
  if (row->live == NULL || now == 0 || !dove_jobs_set_concurrency(jobs, row->live->number, limit)) {
    dove_fail(error, DOVE_NOT_FOUND, "this job asks no model now: select one that runs");
    return DOVE_PANE_FAILED;
  }
  dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "at most %zu requests at once from now on", limit);
  return DOVE_PANE_REDRAW;
}
