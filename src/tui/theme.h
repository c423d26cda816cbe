/* How roles look. A theme is a file assets/themes/NAME.theme or $XDG_CONFIG_HOME/dove/themes/NAME.theme:
 *
 *   ROLE = FOREGROUND [on BACKGROUND] [bold] [underline] [reverse] [dim] [italic]
 *
 * A colour is "default", one of black red green yellow blue magenta cyan white (with "bright-" before it), a number
 * 0 … 255 of the usual palette, or #rrggbb. Roles that a file does not name keep the look of the mono theme. */
#ifndef DOVE_TUI_THEME_H
#define DOVE_TUI_THEME_H

#include "dove/error.h"
#include "tui/canvas.h"

typedef struct dove_look {
  short foreground, background; /* palette number, −1: the terminal's own */
  uint8_t attributes;
} dove_look;

typedef struct dove_theme {
  char name[64];
  dove_look looks[DOVE_ROLE_COUNT];
} dove_theme;

/* The built-in theme without colours: what needs no file. */
void dove_theme_mono(dove_theme *theme);

/* By name, or by path when it has a "/". On failure the theme is unchanged. */
dove_status dove_theme_load(dove_theme *theme, const char *name, dove_error *error);

/* Gives the names of all themes: those that come with dove, then the user's own. */
void dove_theme_list(void (*found)(void *user, const char *name), void *user);

/* The look of a style: the role's, over the ground's background. */
dove_look dove_theme_look(const dove_theme *theme, dove_style style);

/* The nearest of 8 colours (and, in *bold, whether it is a bright one) for a terminal that has no more. */
short dove_theme_basic_colour(short colour, bool *bold);

/* Red, green and blue of a palette number, for pictures. */
void dove_theme_rgb(short colour, uint8_t rgb[3]);

#endif
