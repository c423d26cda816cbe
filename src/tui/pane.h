/* What a pane is: a struct of operations in src/tui/panes/NAME/NAME.c, entered in the registry (panes.c).
 * A pane draws onto a surface and says what a command did; it never touches curses. Navigation, search, filter, sort
 * and the mouse are the list's and the text view's business: a pane hands commands on to its widgets. */
#ifndef DOVE_TUI_PANE_H
#define DOVE_TUI_PANE_H

#include <stdint.h>

#include "dove/buffer.h"
#include "dove/commands.h"
#include "dove/controller.h"
#include "dove/error.h"
#include "tui/canvas.h"
#include "tui/prompt.h"

typedef struct dove_explorer dove_explorer;

/* What came of a command, a key or a mouse event. */
typedef enum dove_pane_result {
  DOVE_PANE_IGNORED, /* not mine: the shell tries its own */
  DOVE_PANE_HANDLED, /* nothing to redraw */
  DOVE_PANE_REDRAW,  /* the pane looks different now */
  DOVE_PANE_RELOAD,  /* the project changed: load again, then draw */
  DOVE_PANE_OPEN,    /* the selected thing was opened (double click): the shell sends DOVE_COMMAND_OPEN */
  DOVE_PANE_FAILED,  /* the error is filled in: the shell shows it */
} dove_pane_result;

typedef enum dove_mouse_kind {
  DOVE_MOUSE_PRESS,
  DOVE_MOUSE_DOUBLE,
  DOVE_MOUSE_DRAG,
  DOVE_MOUSE_RELEASE,
  DOVE_MOUSE_WHEEL_UP,
  DOVE_MOUSE_WHEEL_DOWN,
} dove_mouse_kind;

typedef struct dove_mouse {
  dove_mouse_kind kind;
  int y, x; /* relative to the surface of whoever is asked */
  int button;
} dove_mouse;

/* A thing to show: "this code", "this document". The pane picks what it understands. */
typedef enum dove_target_kind {
  DOVE_TARGET_NONE,
  DOVE_TARGET_CODE,       /* id of a code */
  DOVE_TARGET_DOCUMENT,   /* id of a document */
  DOVE_TARGET_TOPIC,      /* id of a topic */
  DOVE_TARGET_EXPRESSION, /* id of a value expression */
  DOVE_TARGET_DECISION,   /* id of a decision */
  DOVE_TARGET_SCORE,      /* id of a score */
  DOVE_TARGET_JOB,        /* id of a job */
} dove_target_kind;

typedef struct dove_target {
  dove_target_kind kind;
  int64_t id;
  int64_t other; /* a second one to stand beside it (document beside document), ≤ 0 for none */
  int64_t code;  /* of a document: the code whose evidence is to be seen, 0 for none */
} dove_target;

/* A pane's operations. `self` is what open() returned. Those marked * may be NULL. */
typedef struct dove_pane_operations {
  const char *id;            /* "documents": in saved state and in the configuration */
  const char *name;          /* "Documents": in the line of panes */
  char digit;                /* '5' */
  uint32_t context;          /* DOVE_CONTEXT_DOCUMENTS: which commands of the table are its own */
  dove_command_id opened_by; /* the command that opens it */

  /* Makes the pane; no reading yet. */
  dove_status (*open)(dove_explorer *explorer, void **self, dove_error *error);
  void (*close)(void *self);

  /* Reads what is needed for the first screen, and again whenever the project changed (a job finished, something was
   * entered, the iteration was switched). Keeps the selection by id. */
  dove_status (*load)(void *self, dove_error *error);

  /* Draws all of `surface` (it comes blank). `focus` is false while an overlay has the keys. Must cope with any size.
   */
  void (*draw)(void *self, const dove_surface *surface, bool focus);

  /* A command of the pane's context or a global one; `argument` is what was typed after it, "" for none. */
  dove_pane_result (*command)(void *self, dove_command_id command, const char *argument, dove_error *error);

  /* * Contexts that are in force besides `context`, as the pane stands now. */
  uint32_t (*more_contexts)(const void *self);
  /* * Says what can be undone and redone here, where the pane keeps steps of its own. */
  void (*state)(const void *self, dove_command_state *state);
  /* * A key before it is looked up (a form being edited). */
  dove_pane_result (*key)(void *self, dove_key key, dove_error *error);
  /* * */
  dove_pane_result (*mouse)(void *self, const dove_mouse *mouse, dove_error *error);
  /* * Shows a thing; DOVE_NOT_FOUND when it is not there. */
  dove_status (*select)(void *self, const dove_target *target, dove_error *error);
  /* * What stands in the frame's title. */
  void (*title)(void *self, dove_buffer *out);
  /* * The pane's own keys for the bottom line, most useful first: "v evidence  a annotate". */
  void (*hints)(void *self, dove_buffer *out);
  /* * What `y` copies. */
  void (*copy)(void *self, dove_buffer *out);
  /* * What `e` writes: tab-separated lines. */
  dove_status (*export)(void *self, dove_buffer *out, dove_error *error);
  /* * The document that is selected; 0: none. */
  int64_t (*document)(const void *self);
  /* * One line that brings the same view back at the next start, and the way back. */
  void (*save)(void *self, dove_buffer *state);
  void (*restore)(void *self, const char *state);
  /* * True while it has the whole screen, without the lines and the frame around it. */
  bool (*alone)(const void *self);
  /* * Milliseconds until it wants tick(), −1: never. */
  int (*wait)(const void *self);
  dove_pane_result (*tick)(void *self, dove_error *error);
  /* * The titles of the columns for `:sort COLUMN`; NULL past the last one. */
  const char *(*column)(void *self, size_t index);
} dove_pane_operations;

/* All panes that exist, in the order of the line of panes, NULL at the end (panes.c). */
extern const dove_pane_operations *const dove_panes[];

/* ---- What a pane may ask of the shell ---- */

typedef enum dove_message_level { DOVE_MESSAGE_INFO, DOVE_MESSAGE_WARNING, DOVE_MESSAGE_ERROR } dove_message_level;

/* Shows a message in the bottom line and keeps it in the log (`:messages`). */
__attribute__((format(printf, 3, 4))) void dove_explorer_message(dove_explorer *explorer, dove_message_level level,
                                                                 const char *format, ...);

/* Shows why something could not be done. What fails with DOVE_BUSY (a command, a key, an answer to a prompt) is done
 * again as soon as the project can be written, with the same words: until the writing is done, nothing may change. */
void dove_explorer_error(dove_explorer *explorer, const dove_error *error);

/* What panes read from and act through; NULL when no project is open. Its model holds the iteration that `[` and `]`
 * choose: panes read dove_model_view() in load(). */
dove_controller *dove_explorer_controller(const dove_explorer *explorer);
dove_model *dove_explorer_model(const dove_explorer *explorer);

/* Whether a pane has to leave out weights of codes in documents: who judges a blind round must not be led by them. For
 * load(): it is loaded again when that changes. */
bool dove_explorer_hides_weights(dove_explorer *explorer);
#define DOVE_WEIGHTS_HIDDEN " · blind: = shows weights"

/* Goes to another pane and shows `target` there (NULL: as it was); `q` comes back. */
dove_status dove_explorer_go(dove_explorer *explorer, dove_command_id pane_command, const dove_target *target,
                             dove_error *error);

/* Asks for a line of text in the bottom line; `done` gets it when Enter was pressed (not after Esc). `initial` may be
 * NULL. `self` must stay valid; closing the pane closes the prompt. */
void dove_explorer_ask(dove_explorer *explorer, const char *label, const char *initial,
                       void (*done)(dove_explorer *explorer, void *self, const char *answer), void *self);
/* What Tab offers in the line that is asked for; call it right after dove_explorer_ask(). */
void dove_explorer_complete(dove_explorer *explorer,
                            void (*complete)(void *self, const char *text, dove_completions *candidates));

/* Whether the line that dove_explorer_ask() asked for is being typed. */
bool dove_explorer_asks(const dove_explorer *explorer);

/* Asks a question that `y` answers with yes; `done` is called only then. */
void dove_explorer_confirm(dove_explorer *explorer, const char *question,
                           void (*done)(dove_explorer *explorer, void *self), void *self);

/* Starts a job. One that asks models is shown first with what it would ask and cost (shell_start.c), and queued when
 * that is accepted; the others are queued at once, and the message line says so. */
dove_status dove_explorer_start(dove_explorer *explorer, const dove_job_request *request, dove_error *error);

/* Hands text to the terminal's clipboard (OSC 52), because the user asked for it. */
void dove_explorer_copy(dove_explorer *explorer, const char *text, size_t length);

/* All panes load again before they are next drawn. */
void dove_explorer_reload(dove_explorer *explorer);

#endif
