#include "tui/user_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/config_file.h"
#include "tui/theme.h"

static dove_status parse_flag(const char *name, const char *value, bool *flag, dove_error *error) {
  if (strcmp(value, "yes") == 0 || strcmp(value, "no") == 0) {
    *flag = value[0] == 'y';
    return DOVE_OK;
  }
  return dove_fail(error, DOVE_INPUT, "%s must be yes or no, not '%s'", name, value);
}

/* A theme that cannot be read is the fault of the line that names it. */
static dove_status parse_theme(dove_user_config *config, const char *value, dove_error *error) {
  dove_theme theme;
  if (strlen(value) >= sizeof config->theme) return dove_fail(error, DOVE_INPUT, "the theme's path is too long");
  const dove_status status = dove_theme_load(&theme, value, error);
  if (status == DOVE_OK) snprintf(config->theme, sizeof config->theme, "%s", value);
  return status;
}

static dove_status assign(dove_user_config *config, const char *name, const char *value, dove_error *error) {
  if (strcmp(name, "ascii") == 0) return parse_flag(name, value, &config->ascii, error);
  if (strcmp(name, "mouse") == 0) return parse_flag(name, value, &config->mouse, error);
  if (strcmp(name, "theme") == 0) return parse_theme(config, value, error);
  return dove_fail(error, DOVE_INPUT, "there is no setting '%s': theme, ascii, mouse, bind and unbind are understood",
                   name);
}

/* "[CONTEXT] KEY [KEY] [COMMAND]": takes the context from the front when there is one. */
static uint32_t take_context(char **rest) {
  size_t length = strcspn(*rest, " ");
  uint32_t context = (*rest)[length] == ' ' ? dove_context_parse(*rest, length) : 0;
  if (context == 0) return DOVE_CONTEXT_GLOBAL;
  *rest += length + 1;
  return context;
}

static dove_status parse_binding(const char *text, size_t length, dove_binding *binding, dove_error *error) {
  const bool quoted = length > 2 && text[0] == '"' && text[length - 1] == '"';
  if (dove_binding_parse(quoted ? text + 1 : text, quoted ? length - 2 : length, binding)) return DOVE_OK;
  return dove_fail(error, DOVE_INPUT, "'%.*s' is not a key: write for example x, G, C-d, A-x, F5, PgDn, \"g x\"",
                   length > 60 ? 60 : (int)length, text);
}

static dove_status bind(dove_user_config *config, char *rest, dove_error *error) {
  uint32_t context = take_context(&rest);
  char *name = strrchr(rest, ' ');
  if (name == NULL) return dove_fail(error, DOVE_INPUT, "bind needs a key and a command: bind C-n down");
  dove_binding binding;
  dove_status status = parse_binding(rest, (size_t)(name - rest), &binding, error);
  if (status != DOVE_OK) return status;
  const dove_command *command = dove_command_find(name + 1, strlen(name + 1), DOVE_CONTEXT_GLOBAL | context, error);
  if (command == NULL) return DOVE_INPUT;
  return dove_keymap_bind(config->keymap, context, &binding, command->id, error);
}

static dove_status unbind(dove_user_config *config, char *rest, dove_error *error) {
  uint32_t context = take_context(&rest);
  dove_binding binding;
  dove_status status = parse_binding(rest, strlen(rest), &binding, error);
  return status == DOVE_OK ? dove_keymap_bind(config->keymap, context, &binding, DOVE_COMMAND_NONE, error) : status;
}

static dove_status statement(void *user, char *line, dove_error *error) {
  char *name;
  char *value;
  if (strncmp(line, "bind ", 5) == 0) return bind(user, line + 5, error);
  if (strncmp(line, "unbind ", 7) == 0) return unbind(user, line + 7, error);
  if (!dove_config_assignment(line, &name, &value)) {
    return dove_fail(error, DOVE_INPUT, "'%s' is not understood: write NAME = VALUE, bind KEY COMMAND or unbind KEY",
                     line);
  }
  return assign(user, name, value, error);
}

static void tell(void *user, const dove_error *error) {
  const dove_user_config *config = user;
  if (config->wrong != NULL) config->wrong(config->user, error);
}

dove_status dove_user_config_read(dove_user_config *config, dove_error *error) {
  char *path = dove_config_path("XDG_CONFIG_HOME", ".config", "config");
  if (path == NULL) return DOVE_OK;
  dove_status status = dove_config_read_all(path, statement, tell, config, error);
  free(path);
  return status == DOVE_NOT_FOUND ? DOVE_OK : status;
}
