/* The explorer's state, shared by the files of the shell. Panes see explorer functions of pane.h only. */
#ifndef DOVE_TUI_SHELL_H
#define DOVE_TUI_SHELL_H

#include "dove/commands.h"
#include "dove/controller.h"
#include "tui/messages.h"
#include "tui/pane.h"
#include "tui/perf.h"
#include "tui/prompt.h"
#include "tui/theme.h"
#include "tui/watch.h"
#include "tui/widgets/text_view.h"

enum { SHELL_PANES = 12, SHELL_LEVELS = 16, SHELL_KEYS_AHEAD = 256 };

typedef struct shell_pane {
  const dove_pane_operations *operations;
  void *self;
  bool opened;
  bool stale;          /* load before the next drawing */
  uint64_t generation; /* the model's when it was loaded: what it borrowed is there as long as that is the same */
  bool failed;         /* loading failed: the reason stands in its place until it is loaded again */
  dove_error error;
  char *saved;          /* owned: the state to restore when it is opened; NULL: none */
  int tab_x, tab_width; /* where its name was last drawn; width 0: nowhere */
} shell_pane;

/* Where `q` goes back to. */
typedef struct shell_level {
  size_t pane;
  char *state; /* owned; may be NULL */
} shell_level;

typedef enum shell_overlay_kind { OVERLAY_NONE, OVERLAY_TEXT, OVERLAY_MENU, OVERLAY_START } shell_overlay_kind;

typedef struct shell_start shell_start;

typedef struct shell_overlay {
  shell_overlay_kind kind;
  char title[64];
  dove_text_view text; /* of OVERLAY_TEXT */
  dove_key prefix;     /* of OVERLAY_MENU: the key that was pressed; NONE when opened by name */
  dove_command_id items[DOVE_COMMAND_COUNT];
  size_t item_count, selected;
  shell_start *start;   /* owned: of OVERLAY_START */
  dove_surface surface; /* inside of the box, as last drawn */
} shell_overlay;

/* Something that may write to the project. */
typedef enum shell_action_kind {
  ACTION_COMMAND,
  ACTION_KEY,
  ACTION_MOUSE,
  ACTION_ANSWER,
  ACTION_YES
} shell_action_kind;

typedef struct shell_action {
  shell_action_kind kind;
  dove_command_id command;
  const char *text; /* the argument of a command; the answer to a prompt */
  dove_key key;
  dove_mouse mouse;
} shell_action;

/* An action that could not be done because somebody else was writing: it is done again until it succeeds, or until the
 * person gives up. What is typed meanwhile comes after it. */
typedef struct shell_waiting {
  bool on;
  shell_action action;
  char *text;   /* owned: of the action */
  bool typed;   /* it was typed into the prompt, which still has it */
  double again; /* when */
  char reason[768];
  dove_key keys[SHELL_KEYS_AHEAD];
  size_t key_count;
} shell_waiting;

typedef enum shell_prompt_kind { PROMPT_COMMAND, PROMPT_ARGUMENT, PROMPT_PANE } shell_prompt_kind;

/* Whether the person at the keyboard judges a blind round (blindness.h), as it was at a generation of the model. */
typedef struct shell_weights {
  bool known, blind;
  bool shown; /* because they asked for it */
  uint64_t generation;
} shell_weights;

struct dove_explorer {
  dove_controller *controller; /* NULL: no project */
  char *project_path;          /* owned; NULL: none */
  dove_canvas canvas;
  dove_theme theme;
  dove_keymap keymap;
  shell_pane panes[SHELL_PANES];
  size_t pane_count, current;
  shell_level levels[SHELL_LEVELS];
  size_t level_count;
  dove_surface pane_surface; /* as last drawn */
  bool searched;             /* a search was made in this session */
  shell_weights weights;

  shell_overlay overlay;
  dove_prompt prompt;
  shell_prompt_kind prompt_kind;
  dove_command_id prompt_command; /* of PROMPT_ARGUMENT */
  void (*prompt_done)(dove_explorer *explorer, void *self, const char *answer);
  void *prompt_self;
  dove_history command_history, search_history, other_history;

  char question[256]; /* "" : nothing is asked */
  void (*confirmed)(dove_explorer *explorer, void *self);
  void *confirm_self;
  char *wanted_path; /* owned: where to write when the question about it is answered with yes; may be NULL */

  dove_messages messages;
  dove_perf perf;
  dove_key pending; /* first key of a binding of two */
  bool mouse, quit, suspend;
  bool busy;    /* jobs were queued, or something ran, when the screen was last drawn */
  bool refused; /* the action that is being done was not, because somebody else was writing */
  shell_waiting waiting;
  dove_watch watch;
  size_t active; /* jobs that were queued or ran when it was last looked */
};

/* ---- shell_draw.c ---- */
void shell_draw(dove_explorer *explorer);

/* ---- shell_status.c ---- */
void shell_draw_status(const dove_explorer *explorer, const dove_surface *surface, int y);
size_t shell_active_jobs(const dove_explorer *explorer);

/* ---- shell_input.c ---- */

/* Milliseconds until the pane wants shell_tick(), −1: never. Nothing ticks under an overlay, a prompt or a question. */
int shell_wait(const dove_explorer *explorer);
void shell_tick(dove_explorer *explorer);
void shell_key(dove_explorer *explorer, dove_key key);
void shell_paste(dove_explorer *explorer, const char *text, size_t length);
void shell_mouse(dove_explorer *explorer, const dove_mouse *mouse);

/* ---- shell_actions.c ---- */

/* Does what may write to the project; keeps it, to be done again, when somebody else is writing. */
dove_pane_result shell_act(dove_explorer *explorer, const shell_action *action);
/* Seconds until what waits is done again; < 0: nothing waits. */
double shell_waits(const dove_explorer *explorer, double now);
/* Does it again if it is time; `last`: whether it is or not, and for the last time. */
void shell_try_again(dove_explorer *explorer, double now, bool last);
/* A key while something waits: Esc gives up, others come after it. */
void shell_waiting_key(dove_explorer *explorer, dove_key key);
void shell_draw_waiting(const dove_explorer *explorer, const dove_surface *screen, int y);

/* ---- shell_commands.c ---- */

/* Gives a command to the pane, or does it here; whether it is possible has been asked. */
dove_pane_result shell_give(dove_explorer *explorer, dove_command_id id, const char *argument);

/* Gives a command; `argument` NULL means none was typed, so that it may be asked for. */
void shell_command(dove_explorer *explorer, dove_command_id id, const char *argument);
/* Gives what was typed after `:`. */
void shell_command_line(dove_explorer *explorer, const char *line);
dove_command_state shell_command_state(const dove_explorer *explorer);
/* False for a command that opens a pane that this program has not. */
bool shell_has_command(const dove_explorer *explorer, dove_command_id id);

/* ---- shell_panes.c ---- */
void shell_panes_init(dove_explorer *explorer);
void shell_panes_free(dove_explorer *explorer);
shell_pane *shell_current_pane(dove_explorer *explorer);
uint32_t shell_contexts(const dove_explorer *explorer);
dove_status shell_pane_open(dove_explorer *explorer, size_t index, dove_error *error);
/* Loads the current pane when it is stale, or keeps what the model has dropped since: before anything is asked of it.
 */
void shell_pane_load(dove_explorer *explorer);
bool shell_pane_find(const dove_explorer *explorer, dove_command_id opened_by, size_t *index);
/* Back to where the present pane was come to from; false at the first level. */
bool shell_go_back(dove_explorer *explorer);
void shell_apply(dove_explorer *explorer, dove_pane_result result, const dove_error *error);

/* ---- shell_overlays.c ---- */
void shell_open_text(dove_explorer *explorer, const char *title, const char *text);
void shell_open_help(dove_explorer *explorer, const char *words);
void shell_open_menu(dove_explorer *explorer, dove_key prefix);
void shell_close_overlay(dove_explorer *explorer);
void shell_draw_overlay(dove_explorer *explorer, const dove_surface *screen);
void shell_overlay_key(dove_explorer *explorer, dove_key key);
bool shell_overlay_command(dove_explorer *explorer, dove_command_id id, const char *argument);
void shell_overlay_mouse(dove_explorer *explorer, const dove_mouse *mouse);

/* ---- shell_start.c: of OVERLAY_START ---- */
void shell_start_free(shell_start *start);
void shell_start_key(dove_explorer *explorer, dove_key key);
void shell_start_draw(dove_explorer *explorer, const dove_surface *screen);

/* ---- shell_weights.c ---- */
void shell_toggle_weights(dove_explorer *explorer);

/* ---- shell_hints.c ---- */
void shell_draw_hints(dove_explorer *explorer, const dove_surface *screen, int y);

/* ---- shell_prompts.c ---- */
void shell_ask_command(dove_explorer *explorer);
void shell_ask_argument(dove_explorer *explorer, dove_command_id id);
void shell_prompt_key(dove_explorer *explorer, dove_key key);
/* The typed text is another now: a search shows where it leads. */
void shell_prompt_changed(dove_explorer *explorer);

/* ---- shell_state.c ---- */

/* The chosen pane and the state of all of them, kept between sessions per project. */
void shell_state_read(dove_explorer *explorer);
void shell_state_write(dove_explorer *explorer);

#endif
