/* What may write to the project, done again while somebody else writes to it: the screen does not stand still for that,
 * and nothing that was typed is lost. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "tui/draw.h"
#include "tui/shell.h"

static const double retry_seconds = 0.05;

static dove_pane_result perform(dove_explorer *explorer, const shell_action *action) {
  const shell_pane *pane = shell_current_pane(explorer);
  dove_pane_result result = DOVE_PANE_HANDLED;
  dove_error error = {0};
  switch (action->kind) {
    case ACTION_COMMAND: return shell_give(explorer, action->command, action->text);
    case ACTION_ANSWER: explorer->prompt_done(explorer, explorer->prompt_self, action->text); return result;
    case ACTION_YES: explorer->confirmed(explorer, explorer->confirm_self); return result;
    case ACTION_KEY: result = pane->operations->key(pane->self, action->key, &error); break;
    case ACTION_MOUSE: result = pane->operations->mouse(pane->self, &action->mouse, &error); break;
  }
  shell_apply(explorer, result, &error);
  return result;
}

/* Without memory to keep the words, it is said and not done again. */
static void keep_waiting(dove_explorer *explorer, const shell_action *action) {
  shell_waiting *waiting = &explorer->waiting;
  char *text = action->text != NULL ? dove_strdup(action->text) : NULL;
  if (action->text != NULL && text == NULL) {
    dove_explorer_message(explorer, DOVE_MESSAGE_ERROR, "%s", waiting->reason);
    return;
  }
  waiting->on = true;
  waiting->action = *action;
  waiting->action.text = waiting->text = text;
  waiting->typed = false;
  waiting->again = dove_clock_seconds() + retry_seconds;
}

dove_pane_result shell_act(dove_explorer *explorer, const shell_action *action) {
  if (explorer->waiting.on) return perform(explorer, action); /* a part of what is being done again */
  explorer->refused = false;
  const dove_pane_result result = perform(explorer, action);
  if (explorer->refused) keep_waiting(explorer, action);
  explorer->refused = false;
  return result;
}

/* ---- While it waits ---- */

double shell_waits(const dove_explorer *explorer, double now) {
  if (!explorer->waiting.on) return -1;
  return explorer->waiting.again > now ? explorer->waiting.again - now : 0;
}

static void end_waiting(shell_waiting *waiting) {
  free(waiting->text);
  waiting->text = NULL;
  waiting->on = false;
}

/* What was typed since, in its order; if one of these keys has to wait, the others come after it. */
static void type_on(dove_explorer *explorer) {
  dove_key keys[SHELL_KEYS_AHEAD];
  const size_t count = explorer->waiting.key_count;
  memcpy(keys, explorer->waiting.keys, count * sizeof *keys);
  explorer->waiting.key_count = 0;
  for (size_t i = 0; i < count && !explorer->quit; i++) shell_key(explorer, keys[i]);
}

void shell_try_again(dove_explorer *explorer, double now, bool last) {
  shell_waiting *waiting = &explorer->waiting;
  if (!waiting->on || (!last && shell_waits(explorer, now) > 0)) return;
  explorer->refused = false;
  perform(explorer, &waiting->action);
  if (explorer->refused) {
    waiting->again = dove_clock_seconds() + retry_seconds;
  } else {
    end_waiting(waiting);
    type_on(explorer);
  }
  explorer->refused = false;
}

/* What was typed stands in its prompt again. */
static void give_up(dove_explorer *explorer) {
  shell_waiting *waiting = &explorer->waiting;
  const size_t dropped = waiting->key_count;
  char keys[64] = "";
  end_waiting(waiting);
  waiting->key_count = 0;
  if (dropped > 0) snprintf(keys, sizeof keys, " (nor were the %zu keys after it)", dropped);
  dove_explorer_message(explorer, DOVE_MESSAGE_ERROR, "not done%s: %s", keys, waiting->reason);
  if (!waiting->typed) return;
  explorer->prompt.open = true;
  explorer->prompt.note = "not saved";
}

void shell_waiting_key(dove_explorer *explorer, dove_key key) {
  shell_waiting *waiting = &explorer->waiting;
  if (key == DOVE_KEY_ESCAPE || key == ('c' | DOVE_KEY_CONTROL) || key == ('g' | DOVE_KEY_CONTROL)) {
    give_up(explorer);
  } else if (waiting->key_count < SHELL_KEYS_AHEAD) {
    waiting->keys[waiting->key_count++] = key;
  }
}

/* "waits, and 2 keys after it (Esc gives up): 'p.dove' is locked by process 4711: …" */
void shell_draw_waiting(const dove_explorer *explorer, const dove_surface *screen, int y) {
  const shell_waiting *waiting = &explorer->waiting;
  const size_t count = waiting->key_count;
  const dove_style style = dove_style_of(DOVE_ROLE_WARNING);
  int x = dove_draw_string(screen, y, 0, "! waits to be saved", style);
  if (count > 0) x += dove_draw_format(screen, y, x, style, ", %zu key%s after it", count, count == 1 ? "" : "s");
  x += dove_draw_string(screen, y, x, " (Esc gives up): ", style);
  dove_draw_field(screen, y, x, screen->width - x, waiting->reason, strlen(waiting->reason), DOVE_ALIGN_LEFT, style);
}
