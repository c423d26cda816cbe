#include <string.h>

#include "tui/shell.h"

/* A question is answered by y; every other key means no. */
static void answer_question(dove_explorer *explorer, dove_key key) {
  const shell_action action = {.kind = ACTION_YES};
  explorer->question[0] = '\0';
  if (key == 'y' || key == 'Y') shell_act(explorer, &action);
}

/* Lets the pane have the key before the key map, for a form that is being filled in. */
static bool offer_to_pane(dove_explorer *explorer, dove_key key) {
  const shell_pane *pane = shell_current_pane(explorer);
  if (pane == NULL || pane->failed || pane->operations->key == NULL) return false;
  const shell_action action = {.kind = ACTION_KEY, .key = key};
  return shell_act(explorer, &action) != DOVE_PANE_IGNORED;
}

/* The first key of two: the menu shows what can follow. Over a text it would take the text away, so there it waits. */
static void take_prefix(dove_explorer *explorer, dove_key key) {
  if (explorer->overlay.kind == OVERLAY_NONE) {
    shell_open_menu(explorer, key);
  } else {
    explorer->pending = key;
  }
}

static dove_key_match look_up(dove_explorer *explorer, dove_key key, dove_command_id *id) {
  const dove_key first = explorer->pending;
  explorer->pending = DOVE_KEY_NONE;
  if (first == DOVE_KEY_NONE || explorer->overlay.kind == OVERLAY_NONE) {
    return dove_keymap_lookup(&explorer->keymap, shell_contexts(explorer), key, DOVE_KEY_NONE, id);
  }
  return dove_keymap_lookup(&explorer->keymap, shell_contexts(explorer), first, key, id);
}

void shell_key(dove_explorer *explorer, dove_key key) {
  if (explorer->waiting.on) {
    shell_waiting_key(explorer, key);
    return;
  }
  /* Keys that were typed ahead: what the pane has read may be gone since the one before. */
  shell_pane_load(explorer);
  if (explorer->question[0] != '\0') {
    answer_question(explorer, key);
    return;
  }
  if (explorer->prompt.open) {
    shell_prompt_key(explorer, key);
    return;
  }
  explorer->messages.shown = false;
  if (explorer->overlay.kind == OVERLAY_MENU || explorer->overlay.kind == OVERLAY_START) {
    shell_overlay_key(explorer, key);
    return;
  }
  /* What was typed ahead means what it would mean had the screen been waited for. */
  shell_pane_load(explorer);
  if (explorer->overlay.kind == OVERLAY_NONE && offer_to_pane(explorer, key)) return;
  if (key == ('c' | DOVE_KEY_CONTROL)) {
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "Q leaves the explorer, C-x stops a job");
    return;
  }
  dove_command_id id;
  switch (look_up(explorer, key, &id)) {
    case DOVE_KEY_COMMAND: shell_command(explorer, id, NULL); break;
    case DOVE_KEY_PREFIX: take_prefix(explorer, key); break;
    case DOVE_KEY_NO_MATCH: {
      char name[DOVE_KEY_NAME_SIZE];
      dove_key_format(key, name);
      dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "%s does nothing here: ? lists the keys", name);
    }
  }
}

int shell_wait(const dove_explorer *explorer) {
  const bool covered = explorer->overlay.kind != OVERLAY_NONE || explorer->prompt.open ||
                       explorer->question[0] != '\0' || explorer->waiting.on;
  if (covered || explorer->controller == NULL || explorer->current >= explorer->pane_count) return -1;
  const shell_pane *pane = &explorer->panes[explorer->current];
  return pane->opened && !pane->failed && pane->operations->wait != NULL ? pane->operations->wait(pane->self) : -1;
}

void shell_tick(dove_explorer *explorer) {
  shell_pane_load(explorer);
  if (shell_wait(explorer) != 0) return;
  const shell_pane *pane = shell_current_pane(explorer);
  dove_error error = {0};
  shell_apply(explorer, pane->operations->tick(pane->self, &error), &error);
}

void shell_paste(dove_explorer *explorer, const char *text, size_t length) {
  if (explorer->waiting.on) return;
  shell_pane_load(explorer);
  if (explorer->prompt.open) {
    dove_line_edit_insert(&explorer->prompt.edit, text, length);
    shell_prompt_changed(explorer);
    return;
  }
  dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "pasted text goes into a prompt only: press : or / first");
}

static bool click_tab(dove_explorer *explorer, const dove_mouse *mouse) {
  if (mouse->kind != DOVE_MOUSE_PRESS || mouse->y != 1 || explorer->controller == NULL) return false;
  for (size_t i = 0; i < explorer->pane_count; i++) {
    const shell_pane *pane = &explorer->panes[i];
    if (mouse->x < pane->tab_x || mouse->x >= pane->tab_x + pane->tab_width) continue;
    shell_command(explorer, pane->operations->opened_by, NULL);
    return true;
  }
  return false;
}

void shell_mouse(dove_explorer *explorer, const dove_mouse *mouse) {
  if (explorer->waiting.on) return;
  shell_pane_load(explorer);
  if (explorer->prompt.open || explorer->question[0] != '\0') return;
  if (explorer->overlay.kind != OVERLAY_NONE) {
    shell_overlay_mouse(explorer, mouse);
    return;
  }
  if (click_tab(explorer, mouse)) return;
  const shell_pane *pane = shell_current_pane(explorer);
  if (pane == NULL || pane->failed || pane->operations->mouse == NULL) return;
  dove_mouse inside = *mouse;
  inside.y -= explorer->pane_surface.y;
  inside.x -= explorer->pane_surface.x;
  bool hit = inside.y >= 0 && inside.y < explorer->pane_surface.height && inside.x >= 0 &&
             inside.x < explorer->pane_surface.width;
  /* A drag may leave the pane that it began in, and end there. */
  const bool dragged = mouse->kind == DOVE_MOUSE_DRAG || mouse->kind == DOVE_MOUSE_RELEASE;
  if (!hit && !dragged) return;
  const shell_action action = {.kind = ACTION_MOUSE, .mouse = inside};
  shell_act(explorer, &action);
}
