#include "tui/panes/jobs/jobs_spending.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dove/job_words.h"
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
                               .expected_in = row->expected_in,
                               .expected_out = row->expected_out,
                               .priced = !isnan(row->cost)};
    const int64_t again = row->attempts - row->requests - row->failed;
    shown->retries = again > 0 ? (uint64_t)again : 0;
    snprintf(shown->role, sizeof shown->role, "%s", row->role);
    snprintf(shown->endpoint, sizeof shown->endpoint, "%s", row->endpoint);
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

/* ---- In words ---- */

static const char head[] = "             answered   cached no reply   tokens in  tokens out       cost\n";

typedef struct table_line {
  const char *name;
  const char *sign;                 /* "~" before what is no count */
  int64_t requests, cached, failed; /* < 0: left out */
  int64_t tokens_in, tokens_out;
  double cost; /* NAN: left out */
} table_line;

static void add_count(dove_buffer *out, int width, int64_t count, const char *sign) {
  char text[32] = "";
  if (count >= 0) snprintf(text, sizeof text, "%s%lld", sign, (long long)count);
  dove_buffer_printf(out, "%*s", width, text);
}

static void add_line(dove_buffer *out, const table_line *line) {
  enum { NAME = 12, REQUESTS = 9, TOKENS = 12 };
  char cost[32] = "";
  dove_buffer_printf(out, "  %-*s", NAME - 1, line->name);
  add_count(out, REQUESTS - 1, line->requests, "");
  add_count(out, REQUESTS, line->cached, "");
  add_count(out, REQUESTS, line->failed, "");
  add_count(out, TOKENS, line->tokens_in, line->sign);
  add_count(out, TOKENS, line->tokens_out, line->sign);
  if (!isnan(line->cost)) snprintf(cost, sizeof cost, "%s%.4g", line->sign, line->cost);
  dove_buffer_printf(out, "%11s\n", cost);
}

static void add_so_far(jobs_text *text, const dove_ledger_row *row) {
  const table_line line = {.name = "so far",
                           .sign = row->estimated > 0 ? "~" : "",
                           .requests = (int64_t)row->requests,
                           .cached = (int64_t)row->cached,
                           .failed = (int64_t)row->failed,
                           .tokens_in = row->tokens_in,
                           .tokens_out = row->tokens_out,
                           .cost = row->priced ? row->cost : (double)NAN};
  add_line(&text->out, &line);
}

/* What the answered ones were expected to be before they were sent. */
static void add_expected(jobs_text *text, const dove_ledger_row *row) {
  if (row->requests == 0) return;
  const table_line line = {.name = "expected",
                           .sign = "~",
                           .requests = -1,
                           .cached = -1,
                           .failed = -1,
                           .tokens_in = row->expected_in,
                           .tokens_out = row->expected_out,
                           .cost = row->priced ? row->expected : (double)NAN};
  add_line(&text->out, &line);
}

static bool same_model(const dove_ledger_row *a, const dove_ledger_row *b) {
  return strcmp(a->role, b->role) == 0 && strcmp(a->endpoint, b->endpoint) == 0 && strcmp(a->model, b->model) == 0;
}

/* What the whole job was expected to be, where that was worked out before it began. */
static void add_plan(jobs_text *text, const dove_ledger_row *row, const char *arguments) {
  dove_ledger_row plan[JOBS_MODELS];
  const size_t known = dove_job_words_plan(arguments, plan, JOBS_MODELS);
  for (size_t i = 0; i < known && i < JOBS_MODELS; i++) {
    if (!same_model(&plan[i], row)) continue;
    const table_line line = {.name = "planned",
                             .sign = "~",
                             .requests = (int64_t)plan[i].requests,
                             .cached = (int64_t)plan[i].cached,
                             .failed = -1,
                             .tokens_in = plan[i].plan_in.about,
                             .tokens_out = plan[i].plan_out.about,
                             .cost = plan[i].priced ? plan[i].plan_about : (double)NAN};
    add_line(&text->out, &line);
  }
}

/* "  64 of 64 at once, 1210 a second; waits 12 s: the server asked for it" */
static void add_pace(jobs_text *text, const dove_ledger_row *row) {
  jobs_text_format(text, DOVE_ROLE_STRONG, "  %zu of %zu at once", row->running, row->limit);
  dove_buffer_printf(&text->out, row->rate < 10 ? ", %.1f answers a second" : ", %.0f answers a second", row->rate);
  if (row->paused > 0)
    jobs_text_format(text, DOVE_ROLE_WARNING, "; waits %.0f s: the server asked for it", ceil(row->paused));
  if (row->waiting > 0)
    jobs_text_format(text, DOVE_ROLE_WARNING, "; %zu to be sent again, the next in %.0f s", row->waiting,
                     ceil(row->next));
  dove_buffer_add_char(&text->out, '\n');
}

static void add_trouble(jobs_text *text, const dove_ledger_row *row) {
  if (row->retries == 0 && row->refusals == 0) return;
  jobs_text_add(text, DOVE_ROLE_WARNING, "  ");
  if (row->retries > 0) jobs_text_format(text, DOVE_ROLE_WARNING, "%llu sent again", (unsigned long long)row->retries);
  if (row->refusals > 0)
    jobs_text_format(text, DOVE_ROLE_WARNING, "%s%llu refused as too many at once (429)", row->retries > 0 ? ", " : "",
                     (unsigned long long)row->refusals);
  dove_buffer_add_char(&text->out, '\n');
}

/* "  http://127.0.0.1:8080/v1 · temperature 0 · at most 500 tokens · 2 in, 10 out a million tokens" */
static void add_settings(jobs_text *text, const dove_ledger_row *row, const char *arguments) {
  dove_job_asked asked[JOBS_MODELS];
  const size_t known = dove_job_words_asked(arguments, asked, JOBS_MODELS);
  dove_buffer_printf(&text->out, "  %s", row->endpoint);
  for (size_t i = 0; i < known && i < JOBS_MODELS; i++) {
    const dove_job_asked *one = &asked[i];
    if (strcmp(one->role, row->role) != 0 || strcmp(one->model, row->model) != 0) continue;
    if (isfinite(one->temperature)) dove_buffer_printf(&text->out, " · temperature %.4g", one->temperature);
    if (one->max_tokens > 0)
      dove_buffer_printf(&text->out, " · at most %lld tokens an answer", (long long)one->max_tokens);
    if (one->price_in > 0 || one->price_out > 0)
      dove_buffer_printf(&text->out, " · %.4g in, %.4g out for a million tokens", one->price_in, one->price_out);
  }
  dove_buffer_add_char(&text->out, '\n');
}

void jobs_spending_write(const jobs_spending *spending, const char *arguments, bool runs, jobs_text *text) {
  for (size_t i = 0; i < spending->count; i++) {
    const dove_ledger_row *row = &spending->rows[i];
    jobs_text_format(text, DOVE_ROLE_HEADER, "\n%s ", row->role);
    jobs_text_format(text, DOVE_ROLE_STRONG, "%s\n", row->model);
    if (runs) add_pace(text, row);
    add_trouble(text, row);
    jobs_text_add(text, DOVE_ROLE_FAINT, head);
    add_so_far(text, row);
    add_expected(text, row);
    add_plan(text, row, arguments);
    jobs_text_begin(text, DOVE_ROLE_FAINT);
    add_settings(text, row, arguments);
    jobs_text_end(text);
  }
}

/* ---- The pace ---- */

static size_t highest_limit(const jobs_spending *spending) {
  size_t limit = 0;
  for (size_t i = 0; i < spending->count; i++)
    if (spending->rows[i].limit > limit) limit = spending->rows[i].limit;
  return limit;
}

bool jobs_spending_has_pace(const jobs_spending *spending, const jobs_row *row) {
  return row->live != NULL && highest_limit(spending) > 0;
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
