#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "dove/clock.h"
#include "dove/text.h"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
  (void)number;
  interrupted = 1;
}

void cli_catch_interrupts(void) {
  struct sigaction action = {.sa_handler = on_interrupt};
  sigemptyset(&action.sa_mask);
  action.sa_flags = (int)SA_RESETHAND; /* the second one is not caught */
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

/* The line of the work in hand. Reports come from any thread. */
static struct {
  pthread_mutex_t lock;
  bool visible;
  char stage[64];
  double stage_started;
  double first_done; /* what was done already when the stage was first seen: a resumed job */
  double printed;    /* when the line was last printed */
  int columns;       /* of the line on the screen */
} line = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void print_line(const char *text) {
  const int columns = dove_text_columns(text, strlen(text));
  fprintf(stderr, "\r%s%*s", text, columns < line.columns ? line.columns - columns : 0, "");
  fflush(stderr);
  line.columns = columns;
}

/* "embedding   1200 of 5000   24 %   3400/s   1.1 s left" */
static void format_line(char *text, size_t size, double done, double total, double seconds) {
  const double rate = seconds > 0.2 ? (done - line.first_done) / seconds : 0.0;
  int used = snprintf(text, size, "%s", line.stage);
  if (total > 1.0 && used > 0 && (size_t)used < size) {
    used += snprintf(text + used, size - (size_t)used, "  %.0f of %.0f  %.0f %%", done, total, 100.0 * done / total);
  }
  if (rate > 0.0 && total > done && used > 0 && (size_t)used < size) {
    char left[32];
    dove_clock_format_span((total - done) / rate, left, sizeof left);
    snprintf(text + used, size - (size_t)used, rate < 10.0 ? "  %.1f/s  %s left" : "  %.0f/s  %s left", rate, left);
  }
}

static void report(void *user, const char *stage, double done, double total) {
  (void)user;
  pthread_mutex_lock(&line.lock);
  const double now = dove_clock_seconds();
  const bool new_stage = strcmp(stage, line.stage) != 0;
  if (new_stage) {
    snprintf(line.stage, sizeof line.stage, "%s", stage);
    line.stage_started = now;
    line.first_done = done;
  }
  if (line.visible && (new_stage || now - line.printed > 0.1)) {
    char text[192];
    format_line(text, sizeof text, done, total, now - line.stage_started);
    print_line(text);
    line.printed = now;
  }
  pthread_mutex_unlock(&line.lock);
}

static bool cancelled(void *user) {
  (void)user;
  return interrupted != 0;
}

const dove_progress *cli_progress_begin(const cli_call *call) {
  static const dove_progress progress = {.report = report, .cancelled = cancelled};
  pthread_mutex_lock(&line.lock);
  line.visible = !call->quiet && isatty(STDERR_FILENO) != 0;
  line.stage[0] = '\0';
  line.columns = 0;
  pthread_mutex_unlock(&line.lock);
  return &progress;
}

void cli_progress_end(void) {
  pthread_mutex_lock(&line.lock);
  if (line.visible && line.columns > 0) {
    print_line("");
    fputc('\r', stderr);
    fflush(stderr);
  }
  line.visible = false;
  pthread_mutex_unlock(&line.lock);
}
