#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dove/text.h"
#include "tui/draw.h"
#include "tui/shell.h"
#include "tui/widgets/chart.h"

enum { JOBS_SEEN = 8, BAR_WIDTH = 5 };

size_t shell_active_jobs(const dove_explorer *explorer) {
  if (explorer->controller == NULL) return 0;
  dove_job_status list[JOBS_SEEN];
  size_t active = 0;
  dove_jobs_snapshot(dove_controller_jobs(explorer->controller), list, JOBS_SEEN, &active);
  return active;
}

/* "0.0117" as ".0117": the line is short of room. */
static void format_number(double value, int decimals, char text[32]) {
  char full[352]; /* the longest double */
  if (!isfinite(value)) {
    snprintf(text, 32, "–");
    return;
  }
  snprintf(full, sizeof full, "%.*f", decimals, value);
  bool negative = full[0] == '-';
  const char *digits = full + (negative ? 1 : 0);
  bool leading_zero = digits[0] == '0' && digits[1] == '.';
  snprintf(text, 32, "%s%.28s", negative ? "-" : "", leading_zero ? digits + 1 : digits);
}

/* "t 4/7   K 58 (-9)   S 1.42 ▲.11   σ² .0117   perplexity 1.8" */
static void describe_codebook(dove_model *model, dove_buffer *out) {
  dove_view view = dove_model_view(model);
  size_t count = 0;
  const dove_store_iteration *all = dove_model_iterations(model, &count);
  const dove_store_iteration *now = dove_model_iteration(model);
  if (now == NULL) {
    dove_buffer_add_text(out, "no codebook yet");
    return;
  }
  const dove_store_iteration *before = NULL;
  for (size_t i = 0; i < count; i++) {
    if (all[i].t == now->t - 1) before = &all[i];
  }
  char number[32];
  dove_buffer_printf(out, "t %lld/%lld%s   K %lld", (long long)view.t, (long long)view.iterations - 1,
                     view.current ? "" : "*", (long long)now->codes);
  if (before != NULL) dove_buffer_printf(out, " (%+lld)", (long long)(now->codes - before->codes));
  format_number(now->S, 2, number);
  dove_buffer_printf(out, "   S %s", number);
  if (before != NULL && isfinite(now->S) && isfinite(before->S)) {
    double change = now->S - before->S;
    format_number(fabs(change), 2, number);
    dove_buffer_printf(out, " %s%s", change >= 0 ? "▲" : "▼", number);
  }
  format_number(now->sigma2, 4, number);
  dove_buffer_printf(out, "   σ² %s", number);
  format_number(now->perplexity, 1, number);
  dove_buffer_printf(out, "   perplexity %s", number);
}

/* The job that runs, at the right: "2 jobs ▇▇▇▇▁ 61%". Returns the columns it took. */
static int draw_jobs(const dove_explorer *explorer, const dove_surface *surface, int y) {
  dove_job_status list[JOBS_SEEN];
  size_t active = 0;
  size_t count = dove_jobs_snapshot(dove_controller_jobs(explorer->controller), list, JOBS_SEEN, &active);
  const dove_job_status *running = NULL;
  for (size_t i = 0; i < count; i++) {
    if (list[i].state == DOVE_STORE_JOB_RUNNING) running = &list[i];
  }
  if (active == 0) return 0;
  const dove_style style = dove_style_of(DOVE_ROLE_STATUS);
  char text[128];
  bool measured = running != NULL && running->total > 0;
  double share = measured ? running->done / running->total : 0;
  snprintf(text, sizeof text, "%zu job%s %s %s", active, active == 1 ? "" : "s",
           running != NULL ? dove_job_kind_name(running->kind) : "waiting", running != NULL ? running->stage : "");
  int wide = (int)strlen(text) + 1 + (measured ? BAR_WIDTH + 6 : 0);
  int x = surface->width - wide;
  if (x < 8) return 0;
  x += dove_draw_string(surface, y, x, text, style) + 1;
  if (measured) {
    dove_draw_bar(surface, y, x, BAR_WIDTH, share, (dove_style){.role = DOVE_ROLE_BAR, .ground = DOVE_ROLE_STATUS});
    dove_draw_format(surface, y, x + BAR_WIDTH, style, "%4.0f%%", share * 100);
  }
  return wide;
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

void shell_draw_status(const dove_explorer *explorer, const dove_surface *surface, int y) {
  const dove_style style = dove_style_of(DOVE_ROLE_STATUS);
  dove_draw_fill(surface, y, 0, 1, surface->width, style);
  int x = dove_draw_string(surface, y, 0, " DOVE  ", (dove_style){.role = DOVE_ROLE_STATUS, .attributes = DOVE_BOLD});
  if (explorer->controller == NULL) {
    dove_draw_string(surface, y, x, "no project", style);
    return;
  }
  int jobs = draw_jobs(explorer, surface, y);
  dove_surface left = dove_surface_part(surface, y, 0, 1, surface->width - jobs);
  const char *name = base_name(explorer->project_path);
  const int most = left.width / 2 > x ? left.width / 2 : left.width - x; /* a long name leaves room for the numbers */
  int wide = dove_text_columns(name, strlen(name));
  if (wide > most) wide = most;
  dove_draw_field(&left, 0, x, wide, name, strlen(name), DOVE_ALIGN_LEFT, style);
  x += wide + 3;
  dove_buffer text = {0};
  describe_codebook(dove_controller_model(explorer->controller), &text);
  dove_draw_field(&left, 0, x, left.width - x, dove_buffer_text(&text), text.length, DOVE_ALIGN_LEFT, style);
  dove_buffer_free(&text);
}
