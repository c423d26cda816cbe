/* What the user set in $XDG_CONFIG_HOME/dove/config:
 *
 *   theme = light            dark, light, mono, high-contrast, a theme of one's own
 *   ascii = yes              ASCII characters only
 *   mouse = no
 *   bind C-n down            a key, or two ("g x"), and the name of a command
 *   bind documents v open    only in that pane
 *   unbind Space */
#ifndef DOVE_TUI_USER_CONFIG_H
#define DOVE_TUI_USER_CONFIG_H

#include "dove/commands.h"

typedef struct dove_user_config {
  char theme[64]; /* "": not said */
  bool ascii;
  bool mouse;
  dove_keymap *keymap; /* borrowed; bindings go there */
} dove_user_config;

/* Reads the file into `config` (set its defaults before); no file is no error. */
dove_status dove_user_config_read(dove_user_config *config, dove_error *error);

#endif
