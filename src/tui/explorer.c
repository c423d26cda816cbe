#include "dove/explorer.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "tui/screen.h"
#include "tui/shell.h"
#include "tui/signals.h"
#include "tui/user_config.h"

/* ---- Beginning and end ---- */

/* The theme that was asked for, else the configuration's, else by the terminal. */
static dove_status choose_theme(dove_explorer *explorer, const char *asked, const char *configured, dove_error *error) {
  dove_theme_mono(&explorer->theme);
  if (!dove_screen_has_colours()) return DOVE_OK;
  const char *name = asked != NULL ? asked : configured[0] != '\0' ? configured : "dark";
  dove_status status = dove_theme_load(&explorer->theme, name, error);
  /* Without the files of an installation the program still works, in black and white. */
  bool said = asked != NULL || configured[0] != '\0';
  return status == DOVE_NOT_FOUND && !said ? DOVE_OK : status;
}

/* What is wrong in the configuration: the first of it is for the message line, the rest for `:messages`. */
typedef struct config_faults {
  dove_explorer *explorer;
  dove_error first;
  size_t count;
} config_faults;

static void note_fault(void *user, const dove_error *error) {
  config_faults *faults = user;
  if (faults->count++ == 0) {
    faults->first = *error;
  } else {
    dove_explorer_error(faults->explorer, error);
  }
}

/* Keys, theme and switches. A line that is wrong is said and left out; the others count. */
static void configure(dove_explorer *explorer, const dove_explorer_options *options) {
  dove_error error = {0};
  config_faults faults = {.explorer = explorer};
  dove_user_config config = {.mouse = true, .keymap = &explorer->keymap, .wrong = note_fault, .user = &faults};
  if (dove_user_config_read(&config, &error) != DOVE_OK) dove_explorer_error(explorer, &error);
  if (faults.count == 1) dove_explorer_error(explorer, &faults.first);
  if (faults.count > 1) {
    dove_fail(&error, faults.first.code, "%s (and %zu more: :messages)", faults.first.message, faults.count - 1);
    dove_explorer_error(explorer, &error);
  }
  if (choose_theme(explorer, options->theme, config.theme, &error) != DOVE_OK) dove_explorer_error(explorer, &error);
  explorer->canvas.glyphs = options->ascii || config.ascii ? DOVE_GLYPHS_ASCII : dove_screen_glyphs();
  explorer->mouse = config.mouse && !options->no_mouse;
  dove_screen_mouse(explorer->mouse);
}

static dove_status open_project(dove_explorer *explorer, const char *path, dove_error *error) {
  if (path == NULL) return DOVE_OK;
  explorer->project_path = dove_strdup(path);
  if (explorer->project_path == NULL) return dove_fail_memory(error, "opening the explorer");
  return dove_controller_open(path, dove_signals_wake, NULL, &explorer->controller, error);
}

static void open_first_pane(dove_explorer *explorer) {
  dove_error error = {0};
  shell_panes_init(explorer);
  if (explorer->controller == NULL || explorer->pane_count == 0) return;
  shell_state_read(explorer);
  if (shell_pane_open(explorer, explorer->current, &error) != DOVE_OK) dove_explorer_error(explorer, &error);
}

static void free_explorer(dove_explorer *explorer) {
  shell_close_overlay(explorer);
  shell_panes_free(explorer);
  dove_controller_close(explorer->controller);
  dove_prompt_free(&explorer->prompt);
  dove_history_free(&explorer->command_history);
  dove_history_free(&explorer->search_history);
  dove_history_free(&explorer->other_history);
  dove_messages_free(&explorer->messages);
  dove_keymap_free(&explorer->keymap);
  dove_canvas_free(&explorer->canvas);
  free(explorer->project_path);
  free(explorer->wanted_path);
  free(explorer->waiting.text);
}

/* ---- The loop ---- */

static bool is_busy(dove_explorer *explorer) {
  const bool background = explorer->controller != NULL && dove_controller_is_busy(explorer->controller);
  return background || shell_active_jobs(explorer) > 0;
}

static dove_status draw(dove_explorer *explorer, dove_error *error) {
  int height;
  int width;
  dove_screen_size(&height, &width);
  bool same = explorer->canvas.height == height && explorer->canvas.width == width;
  if (!same && !dove_canvas_resize(&explorer->canvas, height, width)) return dove_fail_memory(error, "drawing");
  explorer->busy = is_busy(explorer);
  shell_draw(explorer);
  dove_screen_show(&explorer->canvas, &explorer->theme);
  /* Reading a pane for the first time may begin something, which may be done by now and wait to be shown. */
  explorer->busy = explorer->busy || is_busy(explorer) || shell_wait(explorer) == 0;
  return DOVE_OK;
}

/* Everything that was typed so far; true when there was something. *first gets the time at which the first key was
 * there: an escape is held back by curses for a moment to see whether it begins a sequence. */
static bool read_input(dove_explorer *explorer, double *first) {
  bool any = false;
  while (!explorer->quit && !explorer->suspend) {
    dove_event event = dove_screen_read();
    if (!any) *first = dove_clock_seconds();
    switch (event.kind) {
      case DOVE_EVENT_NONE: return any;
      case DOVE_EVENT_KEY: shell_key(explorer, event.key); break;
      case DOVE_EVENT_MOUSE: shell_mouse(explorer, &event.mouse); break;
      case DOVE_EVENT_PASTE: {
        const dove_buffer *pasted = dove_screen_pasted();
        shell_paste(explorer, dove_buffer_text(pasted), pasted->length);
      }
    }
    any = true;
  }
  return any;
}

static void suspend(dove_explorer *explorer) {
  explorer->suspend = false;
  dove_screen_release();
  dove_signals_suspend();
  dove_screen_resume();
  dove_screen_mouse(explorer->mouse);
}

static void handle_signals(dove_explorer *explorer) {
  dove_signals_seen seen = dove_signals_take();
  if (seen.leave) explorer->quit = true;
  if (seen.stop) explorer->suspend = true;
  if (seen.continued || seen.resized) dove_screen_forget();
}

/* Whether somebody else has written to the project, and whether a job has ended. */
static void look_around(dove_explorer *explorer) {
  dove_watch *watch = &explorer->watch;
  if (explorer->controller == NULL) return;
  const size_t active = shell_active_jobs(explorer);
  if (active < explorer->active) watch->hurried = true;
  explorer->active = active;
  if (!watch->owed) watch->owed = dove_model_changed(dove_controller_model(explorer->controller));
}

/* Drops what others have changed when it is time to read it again; panes see by the model's generation that they must
 * load. */
static bool catch_up(dove_explorer *explorer) {
  if (dove_watch_left(&explorer->watch, dove_clock_seconds()) != 0) return false;
  dove_model_catch_up(dove_controller_model(explorer->controller));
  return true;
}

/* Milliseconds until something is to be done without an event, −1: never. */
static int time_to_wait(const dove_explorer *explorer) {
  const int pane = shell_wait(explorer);
  const double now = dove_clock_seconds();
  const double left = explorer->waiting.on ? shell_waits(explorer, now) : dove_watch_left(&explorer->watch, now);
  if (left < 0) return pane;
  const int other = left > 60 ? 60000 : (int)ceil(left * 1000);
  return pane >= 0 && pane < other ? pane : other;
}

/* Says to a test that nothing is left to do: a byte to the descriptor that DOVE_TEST_BARRIER names. */
static void report_idle(const dove_explorer *explorer) {
  const char *barrier = getenv("DOVE_TEST_BARRIER");
  int waiting = 0;
  /* A job that ended since is not on the screen yet; it wakes the loop again. */
  if (barrier == NULL || explorer->busy || (explorer->watch.owed && !explorer->waiting.on)) return;
  if (ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting > 0) return;
  ssize_t written = write(atoi(barrier), "i", 1);
  (void)written;
}

/* Says to a bench when what was typed is on the screen: the time, to the descriptor that DOVE_TEST_REPAINT names. */
static void report_repaint(double now) {
  const char *repaint = getenv("DOVE_TEST_REPAINT");
  if (repaint == NULL) return;
  ssize_t written = write(atoi(repaint), &now, sizeof now);
  (void)written;
}

typedef struct wait_result {
  bool typed;
  bool gone; /* the terminal hung up; what was typed before may still be read */
} wait_result;

/* Waits for a key or a signal, or until the time is over; −1: for ever. */
static wait_result wait_for_event(int milliseconds) {
  struct pollfd sources[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = dove_signals_fd(), .events = POLLIN}};
  if (poll(sources, 2, milliseconds) < 0) return (wait_result){.gone = errno != EINTR};
  return (wait_result){.typed = (sources[0].revents & POLLIN) != 0,
                       .gone = (sources[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0};
}

/* Draws what came of an event. Keys come first: what others have written is read when there was none. */
static dove_status follow(dove_explorer *explorer, bool typed, dove_error *error) {
  look_around(explorer);
  /* What waits to be done again is about what is on the screen. */
  const bool again = !typed && !explorer->waiting.on && catch_up(explorer);
  const double began = dove_clock_seconds();
  if (typed) explorer->watch.typed = began;
  const dove_status status = draw(explorer, error);
  if (again) dove_watch_read(&explorer->watch, began, dove_clock_seconds());
  return status;
}

static dove_status run(dove_explorer *explorer, dove_error *error) {
  dove_status status = draw(explorer, error);
  while (status == DOVE_OK && !explorer->quit) {
    report_idle(explorer);
    wait_result event = wait_for_event(time_to_wait(explorer));
    double start = 0;
    handle_signals(explorer);
    bool any = event.typed && read_input(explorer, &start);
    if (event.gone && !any) break;
    if (explorer->suspend) suspend(explorer);
    if (explorer->quit) break;
    shell_try_again(explorer, dove_clock_seconds(), false);
    shell_tick(explorer);
    status = follow(explorer, any, error);
    if (!any) continue;
    const double now = dove_clock_seconds();
    dove_perf_add(&explorer->perf, now - start);
    report_repaint(now);
  }
  return status;
}

dove_status dove_explorer_run(const char *project_path, const dove_explorer_options *options, dove_error *error) {
  static const dove_explorer_options defaults = {0};
  if (options == NULL) options = &defaults;
  dove_explorer *explorer = dove_alloc_zero(1, sizeof *explorer);
  if (explorer == NULL) return dove_fail_memory(error, "opening the explorer");
  /* The pipe is there before the worker that wakes through it, and goes after it. */
  dove_status status = dove_signals_open(error);
  if (status == DOVE_OK) status = dove_keymap_default(&explorer->keymap, error);
  if (status == DOVE_OK) status = open_project(explorer, project_path, error);
  if (status == DOVE_OK) status = dove_screen_open(error);
  if (status == DOVE_OK) {
    configure(explorer, options);
    open_first_pane(explorer);
    if (options->start != NULL) shell_command_line(explorer, options->start);
    status = run(explorer, error);
    shell_try_again(explorer, 0, true);
    shell_state_write(explorer);
    dove_screen_close();
  }
  free_explorer(explorer);
  free(explorer);
  dove_signals_close();
  return status;
}
