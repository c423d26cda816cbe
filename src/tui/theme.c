#include "tui/theme.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/paths.h"
#include "tui/config_file.h"

/* What each role is called in a file, and how it looks without colours. */
static const struct {
  const char *name;
  uint8_t attributes;
} roles[DOVE_ROLE_COUNT] = {
    [DOVE_ROLE_NORMAL] = {"normal", 0},
    [DOVE_ROLE_STRONG] = {"strong", DOVE_BOLD},
    [DOVE_ROLE_FAINT] = {"faint", DOVE_DIM},
    [DOVE_ROLE_TITLE] = {"title", DOVE_BOLD},
    [DOVE_ROLE_BORDER] = {"border", DOVE_DIM},
    [DOVE_ROLE_BORDER_FOCUS] = {"border-focus", 0},
    [DOVE_ROLE_HEADER] = {"header", DOVE_BOLD | DOVE_UNDERLINE},
    [DOVE_ROLE_SELECTED] = {"selected", DOVE_REVERSE},
    [DOVE_ROLE_SELECTED_IDLE] = {"selected-idle", DOVE_UNDERLINE},
    [DOVE_ROLE_MATCH] = {"match", DOVE_REVERSE},
    [DOVE_ROLE_EVIDENCE] = {"evidence", DOVE_UNDERLINE},
    [DOVE_ROLE_EVIDENCE_FOCUS] = {"evidence-focus", DOVE_BOLD | DOVE_UNDERLINE},
    [DOVE_ROLE_SHARED] = {"shared", DOVE_BOLD},
    [DOVE_ROLE_GOOD] = {"good", 0},
    [DOVE_ROLE_BAD] = {"bad", DOVE_BOLD},
    [DOVE_ROLE_WARNING] = {"warning", DOVE_BOLD},
    [DOVE_ROLE_KEY] = {"key", DOVE_BOLD},
    [DOVE_ROLE_STATUS] = {"status", DOVE_REVERSE},
    [DOVE_ROLE_TAB] = {"tab", 0},
    [DOVE_ROLE_TAB_OPEN] = {"tab-open", DOVE_BOLD | DOVE_REVERSE},
    [DOVE_ROLE_HINT] = {"hint", 0},
    [DOVE_ROLE_PROMPT] = {"prompt", DOVE_BOLD},
    [DOVE_ROLE_BAR] = {"bar", 0},
    [DOVE_ROLE_SERIES_1] = {"series-1", 0},
    [DOVE_ROLE_SERIES_2] = {"series-2", 0},
    [DOVE_ROLE_SERIES_3] = {"series-3", 0},
    [DOVE_ROLE_SERIES_4] = {"series-4", 0},
    [DOVE_ROLE_SERIES_5] = {"series-5", 0},
    [DOVE_ROLE_SERIES_6] = {"series-6", 0},
    [DOVE_ROLE_HEAT_1] = {"heat-1", DOVE_DIM},
    [DOVE_ROLE_HEAT_2] = {"heat-2", 0},
    [DOVE_ROLE_HEAT_3] = {"heat-3", DOVE_UNDERLINE},
    [DOVE_ROLE_HEAT_4] = {"heat-4", DOVE_BOLD},
    [DOVE_ROLE_HEAT_5] = {"heat-5", DOVE_REVERSE},
};

static const char *const colour_names[] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

static const struct {
  const char *name;
  uint8_t attribute;
} attribute_names[] = {{"bold", DOVE_BOLD},
                       {"underline", DOVE_UNDERLINE},
                       {"reverse", DOVE_REVERSE},
                       {"dim", DOVE_DIM},
                       {"italic", DOVE_ITALIC}};

void dove_theme_mono(dove_theme *theme) {
  *theme = (dove_theme){.name = "mono"};
  for (size_t i = 0; i < DOVE_ROLE_COUNT; i++) {
    theme->looks[i] = (dove_look){.foreground = -1, .background = -1, .attributes = roles[i].attributes};
  }
}

/* ---- Colours ---- */

/* The six steps of the colour cube of the 256-colour palette. */
static const uint8_t cube_steps[6] = {0, 95, 135, 175, 215, 255};

void dove_theme_rgb(short colour, uint8_t rgb[3]) {
  static const uint8_t basic[16][3] = {{0, 0, 0},       {205, 49, 49},   {13, 188, 121}, {229, 229, 16},
                                       {36, 114, 200},  {188, 63, 188},  {17, 168, 205}, {229, 229, 229},
                                       {102, 102, 102}, {241, 76, 76},   {35, 209, 139}, {245, 245, 67},
                                       {59, 142, 234},  {214, 112, 214}, {41, 184, 219}, {255, 255, 255}};
  if (colour < 0) colour = 7;
  if (colour < 16) {
    memcpy(rgb, basic[colour], 3);
  } else if (colour < 232) {
    int cube = colour - 16;
    rgb[0] = cube_steps[cube / 36];
    rgb[1] = cube_steps[cube / 6 % 6];
    rgb[2] = cube_steps[cube % 6];
  } else {
    rgb[0] = rgb[1] = rgb[2] = (uint8_t)(8 + 10 * ((colour > 255 ? 255 : colour) - 232));
  }
}

static long distance(const uint8_t a[3], const uint8_t b[3]) {
  long sum = 0;
  for (int i = 0; i < 3; i++) sum += ((long)a[i] - b[i]) * ((long)a[i] - b[i]);
  return sum;
}

static short nearest(const uint8_t rgb[3], short first, short last) {
  short best = first;
  long least = -1;
  for (short i = first; i <= last; i++) {
    uint8_t candidate[3];
    dove_theme_rgb(i, candidate);
    long far = distance(rgb, candidate);
    if (least >= 0 && far >= least) continue;
    least = far;
    best = i;
  }
  return best;
}

short dove_theme_basic_colour(short colour, bool *bold) {
  *bold = false;
  if (colour < 8) return colour;
  uint8_t rgb[3];
  dove_theme_rgb(colour, rgb);
  short basic = nearest(rgb, 0, 15);
  *bold = basic >= 8;
  return (short)(basic % 8);
}

static bool parse_hex(const char *word, short *colour) {
  if (word[0] != '#' || strlen(word) != 7 || strspn(word + 1, "0123456789abcdefABCDEF") != 6) return false;
  unsigned long value = strtoul(word + 1, NULL, 16);
  uint8_t rgb[3] = {(uint8_t)(value >> 16 & 0xFF), (uint8_t)(value >> 8 & 0xFF), (uint8_t)(value & 0xFF)};
  *colour = nearest(rgb, 16, 255);
  return true;
}

static bool parse_colour(const char *word, short *colour) {
  *colour = -1;
  if (strcmp(word, "default") == 0) return true;
  bool bright = strncmp(word, "bright-", 7) == 0;
  for (short i = 0; i < 8; i++) {
    if (strcmp(bright ? word + 7 : word, colour_names[i]) != 0) continue;
    *colour = (short)(bright ? i + 8 : i);
    return true;
  }
  if (parse_hex(word, colour)) return true;
  char *end;
  long number = strtol(word, &end, 10);
  if (end == word || *end != '\0' || number < 0 || number > 255) return false;
  *colour = (short)number;
  return true;
}

/* ---- Files ---- */

static bool parse_attribute(const char *word, uint8_t *attributes) {
  for (size_t i = 0; i < sizeof attribute_names / sizeof attribute_names[0]; i++) {
    if (strcmp(attribute_names[i].name, word) != 0) continue;
    *attributes |= attribute_names[i].attribute;
    return true;
  }
  return false;
}

static dove_status parse_look(char *value, dove_look *look, dove_error *error) {
  *look = (dove_look){.foreground = -1, .background = -1};
  bool background = false;
  char *rest = NULL;
  for (char *word = strtok_r(value, " \t", &rest); word != NULL; word = strtok_r(NULL, " \t", &rest)) {
    if (strcmp(word, "on") == 0) {
      background = true;
    } else if (!parse_attribute(word, &look->attributes) &&
               !parse_colour(word, background ? &look->background : &look->foreground)) {
      return dove_fail(
          error, DOVE_INPUT,
          "'%s' is neither a colour nor an attribute: write a name, 0–255, #rrggbb, bold, underline, reverse, "
          "dim or italic",
          word);
    }
  }
  return DOVE_OK;
}

static dove_status theme_statement(void *user, char *line, dove_error *error) {
  dove_theme *theme = user;
  char *name;
  char *value;
  if (!dove_config_assignment(line, &name, &value)) {
    return dove_fail(error, DOVE_INPUT, "'%s' is not of the form ROLE = COLOUR", line);
  }
  for (size_t i = 0; i < DOVE_ROLE_COUNT; i++) {
    if (strcmp(roles[i].name, name) == 0) return parse_look(value, &theme->looks[i], error);
  }
  return dove_fail(error, DOVE_INPUT, "there is no role '%s'", name);
}

static bool is_plain_name(const char *name) {
  return name[0] != '\0' && name[0] != '.' && strlen(name) < 48 &&
         strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == strlen(name);
}

static const char *const shared_themes[] = {"dark", "light", "mono", "high-contrast"};
enum { SHARED_THEMES = sizeof shared_themes / sizeof shared_themes[0] };

static bool is_shared(const char *name) {
  for (size_t i = 0; i < SHARED_THEMES; i++) {
    if (strcmp(shared_themes[i], name) == 0) return true;
  }
  return false;
}

void dove_theme_list(void (*found)(void *user, const char *name), void *user) {
  static const char suffix[] = ".theme";
  for (size_t i = 0; i < SHARED_THEMES; i++) found(user, shared_themes[i]);
  char *folder = dove_config_path("XDG_CONFIG_HOME", ".config", "themes");
  DIR *directory = folder != NULL ? opendir(folder) : NULL;
  const struct dirent *entry;
  while (directory != NULL && (entry = readdir(directory)) != NULL) {
    char name[64];
    const size_t length = strlen(entry->d_name), end = sizeof suffix - 1;
    if (length <= end || length >= sizeof name || strcmp(entry->d_name + length - end, suffix) != 0) continue;
    memcpy(name, entry->d_name, length - end);
    name[length - end] = '\0';
    if (is_plain_name(name) && !is_shared(name)) found(user, name);
  }
  if (directory != NULL) closedir(directory);
  free(folder);
}

/* Reads the user's theme of that name, or else the program's. */
static dove_status read_named(dove_theme *theme, const char *name, dove_error *error) {
  if (!is_plain_name(name)) return dove_fail(error, DOVE_INPUT, "'%s' is not the name of a theme", name);
  char file[80];
  snprintf(file, sizeof file, "themes/%s.theme", name);
  char *own = dove_config_path("XDG_CONFIG_HOME", ".config", file);
  dove_status status = own != NULL ? dove_config_read(own, theme_statement, theme, error) : DOVE_NOT_FOUND;
  free(own);
  if (status != DOVE_NOT_FOUND) return status;
  snprintf(file, sizeof file, "assets/themes/%s.theme", name);
  char *shared = dove_path_share(file, error);
  if (shared == NULL) {
    return dove_fail(error, DOVE_NOT_FOUND,
                     "there is no theme '%s': dark, light, mono and high-contrast come with dove", name);
  }
  status = dove_config_read(shared, theme_statement, theme, error);
  free(shared);
  return status;
}

dove_status dove_theme_load(dove_theme *theme, const char *name, dove_error *error) {
  dove_theme loaded;
  dove_theme_mono(&loaded);
  dove_status status = DOVE_OK;
  if (strchr(name, '/') != NULL) {
    status = dove_config_read(name, theme_statement, &loaded, error);
  } else if (strcmp(name, "mono") != 0) {
    status = read_named(&loaded, name, error);
  }
  if (status != DOVE_OK) return status;
  snprintf(loaded.name, sizeof loaded.name, "%s", name);
  *theme = loaded;
  return DOVE_OK;
}

dove_look dove_theme_look(const dove_theme *theme, dove_style style) {
  dove_look look = theme->looks[style.role < DOVE_ROLE_COUNT ? style.role : 0];
  if (style.ground != DOVE_ROLE_NORMAL && style.ground < DOVE_ROLE_COUNT) {
    const dove_look *ground = &theme->looks[style.ground];
    if (ground->background >= 0) look.background = ground->background;
    if (style.role == DOVE_ROLE_NORMAL || look.foreground < 0 || look.foreground == look.background) {
      look.foreground = ground->foreground;
    }
    look.attributes |= ground->attributes;
  }
  look.attributes |= style.attributes;
  return look;
}
