/* What the user set in $XDG_CONFIG_HOME/dove/config:
 *
 *   theme = light            dark, light, mono, high-contrast, a theme of one's own
 *   ascii = yes              ASCII characters only
 *   mouse = no
 *   bind C-n down            a key, or two ("g x"), and the name of a command
 *   bind documents v open    only in that pane
 *   bind judging 1 yes       only while something is judged in the pane annotate
 *   unbind Space */
#ifndef DOVE_TUI_USER_CONFIG_H
#define DOVE_TUI_USER_CONFIG_H

#include "dove/commands.h"

typedef struct dove_user_config {
  char theme[1024]; /* "": not said */
  bool ascii;
  bool mouse;
  dove_keymap *keymap; /* borrowed; bindings go there */

  /* Is told of each line that is wrong, with file and line; the others count. */
  void (*wrong)(void *user, const dove_error *error);
  void *user;
} dove_user_config;

/* Reads the file into `config` (set its defaults before); no file is no error. Fails only when the file cannot be read.
 */
dove_status dove_user_config_read(dove_user_config *config, dove_error *error);

#endif
