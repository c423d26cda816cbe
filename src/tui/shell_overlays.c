/* What covers the pane for a while: texts (help, messages, timings), the menu, and what a job would ask. */
#include <stdio.h>
#include <string.h>

#include "dove/text.h"
#include "tui/draw.h"
#include "tui/shell.h"

void shell_close_overlay(dove_explorer *explorer) {
  dove_text_view_free(&explorer->overlay.text);
  shell_start_free(explorer->overlay.start);
  explorer->overlay = (shell_overlay){.kind = OVERLAY_NONE};
}

void shell_open_text(dove_explorer *explorer, const char *title, const char *text) {
  shell_close_overlay(explorer);
  dove_error error;
  if (dove_text_view_set(&explorer->overlay.text, text, strlen(text), NULL, 0, &error) != DOVE_OK) {
    dove_explorer_error(explorer, &error);
    return;
  }
  explorer->overlay.kind = OVERLAY_TEXT;
  snprintf(explorer->overlay.title, sizeof explorer->overlay.title, "%s", title);
}

/* ---- Help ---- */

static void help_command(const dove_explorer *explorer, const dove_command *command, dove_buffer *out) {
  char keys[128];
  const dove_command_state state = shell_command_state(explorer);
  const char *disabled = command->disabled(&state);
  dove_keymap_describe(&explorer->keymap, command->id, command->context, keys, sizeof keys);
  dove_buffer_printf(out, "  %-17s %s  :%s%s%s", keys, command->help, command->name,
                     command->arguments[0] != '\0' ? " " : "", command->arguments);
  if (disabled != NULL) dove_buffer_printf(out, " (not now: %s)", disabled);
  dove_buffer_add_char(out, '\n');
}

static void help_context(const dove_explorer *explorer, uint32_t context, dove_buffer *out) {
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) {
    const dove_command *command = dove_command_get((dove_command_id)id);
    bool own = context == DOVE_CONTEXT_GLOBAL
                   ? (command->context & context) != 0
                   : (command->context & DOVE_CONTEXT_GLOBAL) == 0 && (command->context & context) != 0;
    if (own && shell_has_command(explorer, command->id)) help_command(explorer, command, out);
  }
}

void shell_open_help(dove_explorer *explorer, const char *words) {
  dove_buffer text = {0};
  dove_buffer here = {0};
  for (uint32_t own = DOVE_CONTEXT_AGREEMENT; own > DOVE_CONTEXT_GLOBAL; own >>= 1) {
    dove_buffer_clear(&here);
    if ((own & shell_contexts(explorer)) != 0) help_context(explorer, own, &here);
    if (here.length == 0) continue;
    dove_buffer_printf(&text, "%s%s\n\n%s\n", own == DOVE_CONTEXT_JUDGING ? "While " : "In the pane ",
                       dove_context_name(own), dove_buffer_text(&here));
  }
  dove_buffer_add_text(&text, "Everywhere\n\n");
  help_context(explorer, DOVE_CONTEXT_GLOBAL, &text);
  dove_buffer_add_text(
      &text,
      "\nIn a prompt\n\n"
      "  Enter                accept               Esc, C-c       leave\n"
      "  Tab, S-Tab           complete             Up, Down       look back\n"
      "  C-a, C-e             to start, to end     A-b, A-f       by words\n"
      "  C-w, C-u, C-k        cut word, start, end\n"
      "  After / the first match is shown while the words are typed; Enter stays there, Esc goes back.\n\n"
      "C- is Control, A- is Alt, S- is Shift; two keys are pressed one after the other.\n"
      "/ searches here, q closes. Keys are changed in $XDG_CONFIG_HOME/dove/config: see dove-keys(7).\n");
  if (!text.failed) shell_open_text(explorer, "Keys and commands", dove_buffer_text(&text));
  dove_buffer_free(&text);
  dove_buffer_free(&here);
  if (words[0] != '\0') shell_overlay_command(explorer, DOVE_COMMAND_SEARCH, words);
}

/* ---- Menu ---- */

/* The second key of the binding that begins with `prefix` and gives this command. */
static dove_key second_key(const dove_explorer *explorer, dove_key prefix, dove_command_id id) {
  for (size_t i = 0; i < explorer->keymap.count; i++) {
    const dove_keymap_entry *entry = &explorer->keymap.entries[i];
    if (entry->command == id && entry->binding.keys[0] == prefix) return entry->binding.keys[1];
  }
  return DOVE_KEY_NONE;
}

void shell_open_menu(dove_explorer *explorer, dove_key prefix) {
  shell_close_overlay(explorer);
  shell_overlay *overlay = &explorer->overlay;
  overlay->kind = OVERLAY_MENU;
  overlay->prefix = prefix;
  snprintf(overlay->title, sizeof overlay->title, "Go to");
  dove_key wanted = prefix != DOVE_KEY_NONE ? prefix : 'g';
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) {
    const dove_command *command = dove_command_get((dove_command_id)id);
    bool listed =
        second_key(explorer, wanted, command->id) != DOVE_KEY_NONE && shell_has_command(explorer, command->id);
    if (listed && (command->context & shell_contexts(explorer)) != 0) {
      overlay->items[overlay->item_count++] = command->id;
    }
  }
}

static void draw_menu_item(const dove_explorer *explorer, const dove_surface *inside, int y, size_t item) {
  const shell_overlay *overlay = &explorer->overlay;
  const dove_command *command = dove_command_get(overlay->items[item]);
  const dove_command_state state = shell_command_state(explorer);
  bool disabled = command->disabled(&state) != NULL;
  dove_key wanted = overlay->prefix != DOVE_KEY_NONE ? overlay->prefix : 'g';
  char key[DOVE_KEY_NAME_SIZE];
  dove_key_format(second_key(explorer, wanted, command->id), key);
  dove_draw_string(inside, y, 1, key, dove_style_of(disabled ? DOVE_ROLE_FAINT : DOVE_ROLE_KEY));
  const dove_style style = dove_style_of(disabled ? DOVE_ROLE_FAINT : DOVE_ROLE_NORMAL);
  dove_draw_string(inside, y, 8, command->name, style);
  dove_draw_string(inside, y, 26, command->help, dove_style_of(DOVE_ROLE_FAINT));
  if (item == overlay->selected) dove_draw_ground(inside, y, 0, 1, inside->width, DOVE_ROLE_SELECTED);
}

static void choose_item(dove_explorer *explorer) {
  shell_overlay *overlay = &explorer->overlay;
  if (overlay->selected >= overlay->item_count) return;
  dove_command_id id = overlay->items[overlay->selected];
  shell_close_overlay(explorer);
  shell_command(explorer, id, NULL);
}

static void menu_key(dove_explorer *explorer, dove_key key) {
  shell_overlay *overlay = &explorer->overlay;
  size_t count = overlay->item_count;
  if (key == DOVE_KEY_DOWN || key == DOVE_KEY_TAB) {
    overlay->selected = count > 0 ? (overlay->selected + 1) % count : 0;
  } else if (key == DOVE_KEY_UP) {
    overlay->selected = count > 0 ? (overlay->selected + count - 1) % count : 0;
  } else if (key == DOVE_KEY_ENTER) {
    choose_item(explorer);
  } else {
    dove_key prefix = overlay->prefix != DOVE_KEY_NONE ? overlay->prefix : 'g';
    dove_command_id id;
    bool found = dove_keymap_lookup(&explorer->keymap, shell_contexts(explorer), prefix, key, &id) == DOVE_KEY_COMMAND;
    shell_close_overlay(explorer);
    if (found) shell_command(explorer, id, NULL);
  }
}

/* ---- Keys, commands, mouse ---- */

bool shell_overlay_command(dove_explorer *explorer, dove_command_id id, const char *argument) {
  if (explorer->overlay.kind != OVERLAY_TEXT) return false;
  dove_error error = {0};
  switch (id) {
    case DOVE_COMMAND_BACK:
    case DOVE_COMMAND_HELP:
    case DOVE_COMMAND_OPEN: shell_close_overlay(explorer); return true;
    case DOVE_COMMAND_CLEAR:
      if (explorer->overlay.text.search.words == NULL) {
        shell_close_overlay(explorer);
        return true;
      }
      break;
    default: break;
  }
  dove_pane_result result = dove_text_view_command(&explorer->overlay.text, id, argument, &error);
  if (result == DOVE_PANE_FAILED) dove_explorer_error(explorer, &error);
  return result != DOVE_PANE_IGNORED;
}

void shell_overlay_key(dove_explorer *explorer, dove_key key) {
  if (explorer->overlay.kind == OVERLAY_MENU) menu_key(explorer, key);
  if (explorer->overlay.kind == OVERLAY_START) shell_start_key(explorer, key);
}

void shell_overlay_mouse(dove_explorer *explorer, const dove_mouse *mouse) {
  shell_overlay *overlay = &explorer->overlay;
  const dove_surface *inside = &overlay->surface;
  int line = mouse->y - inside->y;
  bool hit = line >= 0 && line < inside->height && mouse->x >= inside->x && mouse->x < inside->x + inside->width;
  bool press = mouse->kind == DOVE_MOUSE_PRESS || mouse->kind == DOVE_MOUSE_DOUBLE;
  if (press && !hit) {
    shell_close_overlay(explorer);
  } else if (overlay->kind == OVERLAY_TEXT) {
    dove_text_view_mouse(&overlay->text, mouse);
  } else if (overlay->kind == OVERLAY_MENU && press && (size_t)line < overlay->item_count) {
    overlay->selected = (size_t)line;
    choose_item(explorer);
  }
}

/* ---- Drawing ---- */

void shell_draw_overlay(dove_explorer *explorer, const dove_surface *screen) {
  shell_overlay *overlay = &explorer->overlay;
  bool menu = overlay->kind == OVERLAY_MENU;
  if (overlay->kind == OVERLAY_START) {
    shell_start_draw(explorer, screen);
    return;
  }
  int height = menu ? (int)overlay->item_count + 2 : screen->height;
  int width = menu ? 80 : screen->width;
  if (height > screen->height) height = screen->height;
  if (width > screen->width) width = screen->width;
  dove_surface box = dove_surface_part(screen, screen->height - height, 0, height, width);
  dove_draw_fill(&box, 0, 0, box.height, box.width, dove_style_of(DOVE_ROLE_NORMAL));
  bool frame = box.height >= 3 && box.width >= 10;
  if (frame) dove_draw_box(&box, overlay->title, true);
  overlay->surface = frame ? dove_surface_inside(&box) : box;
  if (!menu) {
    dove_text_view_draw(&overlay->text, &overlay->surface, true);
    return;
  }
  for (size_t i = 0; i < overlay->item_count && (int)i < overlay->surface.height; i++) {
    draw_menu_item(explorer, &overlay->surface, (int)i, i);
  }
}
