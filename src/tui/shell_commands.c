#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dove/memory.h"
#include "dove/prompt_preview.h"
#include "dove/store_documents.h"
#include "tui/screen.h"
#include "tui/screenshot.h"
#include "tui/shell.h"

/* ---- Messages ---- */

void dove_explorer_message(dove_explorer *explorer, dove_message_level level, const char *format, ...) {
  char raw[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(raw, sizeof raw, format, arguments);
  va_end(arguments);
  dove_messages_add(&explorer->messages, level, dove_strdup(raw));
}

void dove_explorer_error(dove_explorer *explorer, const dove_error *error) {
  if (error->code == DOVE_BUSY) {
    explorer->refused = true;
    snprintf(explorer->waiting.reason, sizeof explorer->waiting.reason, "%s", error->message);
    return;
  }
  dove_explorer_message(explorer, error->code == DOVE_NOT_FOUND ? DOVE_MESSAGE_WARNING : DOVE_MESSAGE_ERROR, "%s",
                        error->message);
}

void dove_explorer_copy(dove_explorer *explorer, const char *text, size_t length) {
  if (dove_screen_copy(text, length)) {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "handed %zu bytes to the terminal's clipboard", length);
  } else {
    dove_explorer_message(explorer, DOVE_MESSAGE_WARNING, "this terminal takes no copy: e writes a file instead");
  }
}

/* ---- What can be done now ---- */

dove_command_state shell_command_state(const dove_explorer *explorer) {
  dove_command_state state = {.search = explorer->searched};
  if (explorer->controller == NULL) return state;
  dove_model *model = dove_controller_model(explorer->controller);
  dove_view view = dove_model_view(model);
  state.project = true;
  state.writable = !dove_model_is_read_only(model);
  state.codebook = view.run != 0;
  state.iterations = view.iterations > 1;
  state.job = shell_active_jobs(explorer) > 0;
  state.undo = dove_controller_undoable(explorer->controller) != NULL;
  state.redo = dove_controller_redoable(explorer->controller) != NULL;
  if (explorer->current >= explorer->pane_count) return state;
  const shell_pane *pane = &explorer->panes[explorer->current];
  if (pane->opened && pane->operations->state != NULL) pane->operations->state(pane->self, &state);
  if (explorer->overlay.kind != OVERLAY_NONE) state.empty = false;
  return state;
}

static bool opens_pane(dove_command_id id) { return id >= DOVE_COMMAND_PANE_OVERVIEW && id <= DOVE_COMMAND_PANE_JOBS; }

bool shell_has_command(const dove_explorer *explorer, dove_command_id id) {
  size_t index;
  return !opens_pane(id) || shell_pane_find(explorer, id, &index);
}

/* ---- The shell's own commands ---- */

typedef void shell_handler(dove_explorer *explorer, const char *argument);

static void go_back(dove_explorer *explorer, const char *argument) {
  (void)argument;
  if (shell_go_back(explorer)) return;
  char keys[64];
  dove_keymap_describe(&explorer->keymap, DOVE_COMMAND_QUIT, DOVE_CONTEXT_GLOBAL, keys, sizeof keys);
  dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "this is the first level: %s leaves the explorer",
                        keys[0] != '\0' ? keys : ":quit");
}

static void clear(dove_explorer *explorer, const char *argument) {
  (void)argument;
  explorer->messages.shown = false;
}

static void step_iteration(dove_explorer *explorer, int step) {
  if (dove_model_view_step(dove_explorer_model(explorer), step)) return;
  dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "this is the %s iteration", step < 0 ? "first" : "last");
}

static void previous_iteration(dove_explorer *explorer, const char *argument) {
  (void)argument;
  step_iteration(explorer, -1);
}

static void next_iteration(dove_explorer *explorer, const char *argument) {
  (void)argument;
  step_iteration(explorer, 1);
}

static void go_to_iteration(dove_explorer *explorer, const char *argument) {
  char *end;
  long long t = strtoll(argument, &end, 10);
  dove_error error = {0};
  dove_model *model = dove_explorer_model(explorer);
  if (argument[0] == '\0') {
    dove_model_view_follow(model);
  } else if (end == argument || *end != '\0') {
    dove_explorer_message(explorer, DOVE_MESSAGE_ERROR, "'%s' is not an iteration: give a number from 0", argument);
  } else if (dove_model_view_set(model, dove_model_view(model).run, t, &error) != DOVE_OK) {
    dove_explorer_error(explorer, &error);
  }
}

static void copy(dove_explorer *explorer, const char *argument) {
  (void)argument;
  const shell_pane *pane = shell_current_pane(explorer);
  if (pane == NULL || pane->operations->copy == NULL) {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "there is nothing to copy here");
    return;
  }
  dove_buffer text = {0};
  pane->operations->copy(pane->self, &text);
  if (text.length > 0) dove_explorer_copy(explorer, text.data, text.length);
  dove_buffer_free(&text);
}

/* What stands at `path` is written over only when the question about it was answered with yes: `over` then writes to
 * wanted_path. True when nothing stands there. */
static bool is_free(dove_explorer *explorer, const char *path, void (*over)(dove_explorer *explorer, void *self)) {
  struct stat about;
  char question[sizeof explorer->question];
  if (stat(path, &about) != 0 || !S_ISREG(about.st_mode)) return true;
  free(explorer->wanted_path);
  explorer->wanted_path = dove_strdup(path);
  if (explorer->wanted_path == NULL) return false;
  snprintf(question, sizeof question, "replace the file that is there: %s", path);
  dove_explorer_confirm(explorer, question, over, NULL);
  return false;
}

static void write_export(dove_explorer *explorer, const char *path) {
  const shell_pane *pane = shell_current_pane(explorer);
  if (pane == NULL || pane->operations->export == NULL) {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "there is nothing to export here");
    return;
  }
  dove_buffer text = {0};
  dove_error error = {0};
  dove_status status = pane->operations->export(pane->self, &text, &error);
  if (status == DOVE_OK && text.failed) status = dove_fail_memory(&error, "exporting");
  if (status == DOVE_OK) status = dove_write_file(path, dove_buffer_text(&text), text.length, &error);
  if (status == DOVE_OK) {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "wrote %s (%zu bytes)", path, text.length);
  } else {
    dove_explorer_error(explorer, &error);
  }
  dove_buffer_free(&text);
}

static void export_over(dove_explorer *explorer, void *self) {
  (void)self;
  write_export(explorer, explorer->wanted_path);
}

static void export(dove_explorer *explorer, const char *path) {
  if (is_free(explorer, path, export_over)) write_export(explorer, path);
}

/* "KEY" shows a setting, "KEY VALUE" sets it. */
static void set_setting(dove_explorer *explorer, const char *argument) {
  char key[64], value[512] = "";
  const size_t length = strcspn(argument, " ");
  const char *rest = argument + length + strspn(argument + length, " ");
  snprintf(key, sizeof key, "%.*s", (int)length, argument);
  dove_error error = {0};
  dove_settings settings;
  dove_status status = DOVE_OK;
  if (rest[0] != '\0') status = dove_controller_set(explorer->controller, key, rest, &error);
  if (status == DOVE_OK) status = dove_controller_settings(explorer->controller, &settings, &error);
  if (status == DOVE_OK) status = dove_settings_get(&settings, key, value, sizeof value, &error);
  if (status == DOVE_OK) {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "%s is %s", key, value[0] != '\0' ? value : "empty");
  } else {
    dove_explorer_error(explorer, &error);
  }
}

static void take_back(dove_explorer *explorer, bool again) {
  dove_controller *controller = explorer->controller;
  const char *what = again ? dove_controller_redoable(controller) : dove_controller_undoable(controller);
  char *words = dove_strdup(what != NULL ? what : "");
  dove_error error = {0};
  dove_status status = again ? dove_controller_redo(controller, &error) : dove_controller_undo(controller, &error);
  if (status != DOVE_OK) {
    dove_explorer_error(explorer, &error);
  } else {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "%s: %s", again ? "done again" : "undone",
                          words != NULL ? words : "");
  }
  free(words);
}

static void undo(dove_explorer *explorer, const char *argument) {
  (void)argument;
  take_back(explorer, false);
}

static void redo(dove_explorer *explorer, const char *argument) {
  (void)argument;
  take_back(explorer, true);
}

/* The request's texts may be gone afterwards. */
static void start_job(dove_explorer *explorer, const dove_job_request *request) {
  dove_error error = {0};
  if (dove_explorer_start(explorer, request, &error) != DOVE_OK) dove_explorer_error(explorer, &error);
}

static void next_step(dove_explorer *explorer, const char *argument) {
  static const dove_job_kind kinds[] = {[DOVE_NEXT_EXTRACT] = DOVE_JOB_EXTRACT,
                                        [DOVE_NEXT_EMBED] = DOVE_JOB_EMBED,
                                        [DOVE_NEXT_BUILD] = DOVE_JOB_BUILD,
                                        [DOVE_NEXT_SCORE] = DOVE_JOB_SCORE};
  (void)argument;
  const dove_overview *overview = NULL;
  dove_error error = {0};
  if (dove_model_overview(dove_explorer_model(explorer), &overview, &error) != DOVE_OK) {
    dove_explorer_error(explorer, &error);
  } else if (overview->next == DOVE_NEXT_IMPORT) {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "the project is empty: i in the overview imports a file");
  } else if (overview->next == DOVE_NEXT_NOTHING) {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "every step has been done");
  } else {
    const dove_job_request request = dove_job_request_of(kinds[overview->next]);
    start_job(explorer, &request);
  }
}

/* "MODEL ROLE": a role may have several words. */
static void generate(dove_explorer *explorer, const char *argument) {
  char model[256];
  const size_t length = strcspn(argument, " ");
  snprintf(model, sizeof model, "%.*s", (int)length, argument);
  dove_job_request request = dove_job_request_of(DOVE_JOB_GENERATE);
  request.generate.model = model;
  request.generate.role = argument + length + strspn(argument + length, " ");
  start_job(explorer, &request);
}

/* The document that is named, or selected, or 0 for the first one. */
static dove_status find_document(const dove_explorer *explorer, const char *named, int64_t *document,
                                 dove_error *error) {
  const shell_pane *pane = &explorer->panes[explorer->current];
  *document = 0;
  if (named[0] != '\0')
    return dove_store_document_find(dove_model_store(dove_controller_model(explorer->controller)), named, document,
                                    error);
  if (pane->operations->document != NULL && pane->self != NULL) *document = pane->operations->document(pane->self);
  return DOVE_OK;
}

/* "NAME DOCUMENT" */
static void show_prompt(dove_explorer *explorer, const char *argument) {
  char name[64], *text = NULL;
  const size_t length = strcspn(argument, " ");
  int64_t document = 0;
  dove_error error = {0};
  snprintf(name, sizeof name, "%.*s", (int)length, argument);
  dove_store *store = dove_model_store(dove_controller_model(explorer->controller));
  dove_status status = find_document(explorer, argument + length + strspn(argument + length, " "), &document, &error);
  if (status == DOVE_OK) status = dove_prompt_preview(store, name, document, &text, &error);
  if (status == DOVE_OK) {
    char title[96];
    snprintf(title, sizeof title, "The prompt %s", name);
    shell_open_text(explorer, title, text);
  } else {
    dove_explorer_error(explorer, &error);
  }
  free(text);
}

static void judge(dove_explorer *explorer, const char *argument) {
  dove_job_request request = dove_job_request_of(DOVE_JOB_JUDGE);
  dove_error error = {0};
  if (dove_judge_question_parse(argument, &request.judge.question, &error) == DOVE_OK) {
    start_job(explorer, &request);
  } else {
    dove_explorer_error(explorer, &error);
  }
}

static void translate(dove_explorer *explorer, const char *argument) {
  dove_job_request request = dove_job_request_of(DOVE_JOB_TRANSLATE);
  request.translate.lang = argument;
  start_job(explorer, &request);
}

static void cancel_job(dove_explorer *explorer, const char *argument) {
  enum { LOOKED_AT = 32 };
  (void)argument;
  dove_job_status list[LOOKED_AT];
  dove_jobs *jobs = dove_controller_jobs(explorer->controller);
  size_t count = dove_jobs_snapshot(jobs, list, LOOKED_AT, NULL);
  for (size_t i = 0; i < count; i++) {
    if (list[i].state != DOVE_STORE_JOB_RUNNING || !dove_jobs_cancel(jobs, list[i].number)) continue;
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "asked to stop: %s", dove_job_kind_name(list[i].kind));
  }
}

static void open_menu(dove_explorer *explorer, const char *argument) {
  (void)argument;
  shell_open_menu(explorer, DOVE_KEY_NONE);
}

static void ask_command(dove_explorer *explorer, const char *argument) {
  (void)argument;
  shell_ask_command(explorer);
}

static void list_messages(dove_explorer *explorer, const char *argument) {
  (void)argument;
  dove_buffer text = {0};
  dove_messages_list(&explorer->messages, &text);
  shell_open_text(explorer, "Messages", dove_buffer_text(&text));
  dove_buffer_free(&text);
}

static void refresh_project(dove_explorer *explorer, const char *argument) {
  (void)argument;
  if (explorer->controller != NULL) dove_model_invalidate(dove_controller_model(explorer->controller));
  dove_explorer_reload(explorer);
}

static void redraw(dove_explorer *explorer, const char *argument) {
  (void)explorer;
  (void)argument;
  dove_screen_forget();
}

static void choose_theme(dove_explorer *explorer, const char *name) {
  dove_error error = {0};
  if (!dove_screen_has_colours() && strcmp(name, "mono") != 0) {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "colours are off: NO_COLOR is set or the terminal has none");
  } else if (dove_theme_load(&explorer->theme, name, &error) != DOVE_OK) {
    dove_explorer_error(explorer, &error);
  }
}

static void toggle_ascii(dove_explorer *explorer, const char *argument) {
  (void)argument;
  dove_glyphs best = dove_screen_glyphs();
  if (best == DOVE_GLYPHS_ASCII) {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "this terminal shows ASCII only");
    return;
  }
  explorer->canvas.glyphs = explorer->canvas.glyphs == DOVE_GLYPHS_ASCII ? best : DOVE_GLYPHS_ASCII;
}

static void toggle_mouse(dove_explorer *explorer, const char *argument) {
  (void)argument;
  explorer->mouse = !explorer->mouse;
  dove_screen_mouse(explorer->mouse);
  dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "the mouse is %s",
                        explorer->mouse ? "on" : "off: the terminal selects text again");
}

static void toggle_weights(dove_explorer *explorer, const char *argument) {
  (void)argument;
  shell_toggle_weights(explorer);
}

static void save_screen(dove_explorer *explorer, const char *path) {
  dove_error error = {0};
  explorer->messages.shown = false;
  shell_draw(explorer);
  if (dove_screenshot_save(&explorer->canvas, &explorer->theme, path, &error) != DOVE_OK) {
    dove_explorer_error(explorer, &error);
  } else {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "saved the screen as %s", path);
  }
}

static void save_screen_over(dove_explorer *explorer, void *self) {
  (void)self;
  save_screen(explorer, explorer->wanted_path);
}

static void screenshot(dove_explorer *explorer, const char *path) {
  if (is_free(explorer, path, save_screen_over)) save_screen(explorer, path);
}

static void show_timing(dove_explorer *explorer, const char *argument) {
  (void)argument;
  const dove_perf *perf = &explorer->perf;
  size_t kept = perf->count < DOVE_PERF_SAMPLES ? perf->count : DOVE_PERF_SAMPLES;
  dove_explorer_message(explorer, DOVE_MESSAGE_INFO,
                        "key to repaint, last %zu: p50 %.2f ms, p99 %.2f ms, longest %.2f ms", kept,
                        dove_perf_quantile(perf, 0.5), dove_perf_quantile(perf, 0.99), dove_perf_quantile(perf, 1));
}

static void suspend(dove_explorer *explorer, const char *argument) {
  (void)argument;
  explorer->suspend = true;
}

static void leave(dove_explorer *explorer, const char *argument) {
  (void)argument;
  explorer->quit = true;
}

static shell_handler *const handlers[DOVE_COMMAND_COUNT] = {
    [DOVE_COMMAND_BACK] = go_back,
    [DOVE_COMMAND_CLEAR] = clear,
    [DOVE_COMMAND_ITERATION_PREVIOUS] = previous_iteration,
    [DOVE_COMMAND_ITERATION_NEXT] = next_iteration,
    [DOVE_COMMAND_ITERATION] = go_to_iteration,
    [DOVE_COMMAND_COPY] = copy,
    [DOVE_COMMAND_EXPORT] = export,
    [DOVE_COMMAND_SET] = set_setting,
    [DOVE_COMMAND_UNDO] = undo,
    [DOVE_COMMAND_REDO] = redo,
    [DOVE_COMMAND_NEXT_STEP] = next_step,
    [DOVE_COMMAND_SHOW_PROMPT] = show_prompt,
    [DOVE_COMMAND_GENERATE] = generate,
    [DOVE_COMMAND_JUDGE] = judge,
    [DOVE_COMMAND_TRANSLATE] = translate,
    [DOVE_COMMAND_CANCEL_JOB] = cancel_job,
    [DOVE_COMMAND_MENU] = open_menu,
    [DOVE_COMMAND_COMMAND] = ask_command,
    [DOVE_COMMAND_HELP] = shell_open_help,
    [DOVE_COMMAND_MESSAGES] = list_messages,
    [DOVE_COMMAND_REFRESH] = refresh_project,
    [DOVE_COMMAND_REDRAW] = redraw,
    [DOVE_COMMAND_THEME] = choose_theme,
    [DOVE_COMMAND_ASCII] = toggle_ascii,
    [DOVE_COMMAND_MOUSE] = toggle_mouse,
    [DOVE_COMMAND_WEIGHTS] = toggle_weights,
    [DOVE_COMMAND_SCREENSHOT] = screenshot,
    [DOVE_COMMAND_PERF] = show_timing,
    [DOVE_COMMAND_SUSPEND] = suspend,
    [DOVE_COMMAND_QUIT] = leave,
};

/* ---- Giving commands ---- */

/* What an argument is asked for when none was typed: what cannot be left out, and what a key alone cannot say. */
static bool wants_argument(dove_command_id id) {
  const char *arguments = dove_command_get(id)->arguments;
  if (id == DOVE_COMMAND_SEARCH || id == DOVE_COMMAND_FILTER || id == DOVE_COMMAND_EXPORT) return true;
  return arguments[0] != '\0' && arguments[0] != '[';
}

/* Moves the pane on the screen, when the command is one. */
static bool open_pane(dove_explorer *explorer, dove_command_id id) {
  if (!opens_pane(id)) return false;
  dove_error error = {0};
  if (dove_explorer_go(explorer, id, NULL, &error) != DOVE_OK) dove_explorer_error(explorer, &error);
  return true;
}

dove_pane_result shell_give(dove_explorer *explorer, dove_command_id id, const char *argument) {
  dove_error error = {0};
  if (shell_overlay_command(explorer, id, argument) || open_pane(explorer, id)) return DOVE_PANE_HANDLED;
  const shell_pane *pane = explorer->overlay.kind == OVERLAY_NONE ? shell_current_pane(explorer) : NULL;
  dove_pane_result result = DOVE_PANE_IGNORED;
  if (pane != NULL && !pane->failed) result = pane->operations->command(pane->self, id, argument, &error);
  if (result != DOVE_PANE_IGNORED) {
    shell_apply(explorer, result, &error);
  } else if (handlers[id] != NULL) {
    handlers[id](explorer, argument);
  }
  return result;
}

void shell_command(dove_explorer *explorer, dove_command_id id, const char *argument) {
  if ((unsigned)id >= DOVE_COMMAND_COUNT) return;
  shell_pane_load(explorer);
  const dove_command_state state = shell_command_state(explorer);
  const char *disabled = dove_command_get(id)->disabled(&state);
  if (disabled != NULL) {
    dove_explorer_message(explorer, DOVE_MESSAGE_WARNING, ":%s: %s", dove_command_get(id)->name, disabled);
    return;
  }
  if (argument == NULL && wants_argument(id)) {
    shell_ask_argument(explorer, id);
    return;
  }
  if (id == DOVE_COMMAND_SEARCH) explorer->searched = true;
  const shell_action action = {.kind = ACTION_COMMAND, .command = id, .text = argument != NULL ? argument : ""};
  shell_act(explorer, &action);
}

void shell_command_line(dove_explorer *explorer, const char *line) {
  while (*line == ' ' || *line == ':') line++;
  size_t length = strcspn(line, " ");
  if (length == 0) return;
  dove_error error = {0};
  const dove_command *command = dove_command_find(line, length, shell_contexts(explorer), &error);
  if (command == NULL) {
    dove_explorer_error(explorer, &error);
    return;
  }
  const char *argument = line + length;
  while (*argument == ' ') argument++;
  shell_command(explorer, command->id, *argument != '\0' ? argument : NULL);
}
