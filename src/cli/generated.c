/* What is made from the tables of verbs, options and settings: the manual's lists and the completions of the shells. */
#include <stdlib.h>
#include <string.h>

#include "cli/verb.h"
#include "dove/commands.h"
#include "dove/settings.h"

/* ---- Walking the tables ---- */

typedef void verb_visitor(FILE *file, const cli_verb *verb);
typedef void option_visitor(FILE *file, const cli_verb *verb, const cli_option *option);

static void each_verb(FILE *file, verb_visitor *visit) {
  for (size_t family = 0; cli_families[family] != NULL; family++) {
    for (const cli_verb *verb = cli_families[family]; verb->name != NULL; verb++) visit(file, verb);
  }
}

static void each_option(FILE *file, const cli_verb *verb, option_visitor *visit) {
  for (const cli_option *option = verb->options; option != NULL && option->name != NULL; option++)
    visit(file, verb, option);
  for (const cli_option *option = cli_common_options; option->name != NULL; option++) {
    if (cli_has_common(verb, option)) visit(file, verb, option);
  }
}

/* The first word of a verb of two words: its length; 0 for a verb of one. */
static size_t family_length(const cli_verb *verb) {
  const char *space = strchr(verb->name, ' ');
  return space != NULL ? (size_t)(space - verb->name) : 0;
}

/* Whether `verb` is the first of its family, or of none. */
static bool begins_family(const cli_verb *verb) {
  const size_t length = family_length(verb);
  for (size_t i = 0; cli_families[i] != NULL; i++) {
    for (const cli_verb *other = cli_families[i]; other->name != NULL; other++) {
      if (other == verb) return true;
      if (length > 0 && family_length(other) == length && strncmp(other->name, verb->name, length) == 0) return false;
    }
  }
  return true;
}

/* Writes `text` with a backslash before each character of `special`; a single quote leaves and enters the quotes. */
static void write_quoted(FILE *file, const char *text, const char *special) {
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\'') {
      fputs("'\\''", file);
    } else {
      if (strchr(special, *c) != NULL) fputc('\\', file);
      fputc(*c, file);
    }
  }
}

/* ---- Manual ---- */

static void manual_option(FILE *file, const cli_verb *verb, const cli_option *option) {
  (void)verb;
  fputs(".TP\n", file);
  if (option->letter != 0) fprintf(file, "\\fB\\-%c\\fR, ", option->letter);
  fputs("\\fB\\-\\-", file);
  dove_troff_write(file, option->name);
  fputs("\\fR", file);
  if (option->kind != CLI_FLAG) {
    fputs(" \\fI", file);
    dove_troff_write(file, option->value);
    fputs("\\fR", file);
  }
  if (option->repeated) fputs(" (may be repeated)", file);
  fputc('\n', file);
  dove_troff_write(file, option->help);
  fputc('\n', file);
}

static void manual_verb(FILE *file, const cli_verb *verb) {
  fputs(".SS dove ", file);
  dove_troff_write(file, verb->name);
  fprintf(file, "%s%s\n", verb->arguments[0] != '\0' ? " " : "", verb->arguments);
  dove_buffer text = {0};
  cli_describe_verb(verb, &text);
  dove_troff_write(file, dove_buffer_text(&text));
  fputc('\n', file);
  dove_buffer_free(&text);
  for (const cli_option *option = verb->options; option != NULL && option->name != NULL; option++)
    manual_option(file, verb, option);
}

/* Which verbs have an option that is not everybody's. */
static void manual_holders(FILE *file, const cli_option *option) {
  bool all = true;
  for (size_t i = 0; cli_families[i] != NULL; i++) {
    for (const cli_verb *verb = cli_families[i]; verb->name != NULL; verb++) all = all && cli_has_common(verb, option);
  }
  if (all) return;
  fputs("Of", file);
  const char *separator = " ";
  for (size_t i = 0; cli_families[i] != NULL; i++) {
    for (const cli_verb *verb = cli_families[i]; verb->name != NULL; verb++) {
      if (!cli_has_common(verb, option)) continue;
      fprintf(file, "%s\\fB%s\\fR", separator, verb->name);
      separator = ", ";
    }
  }
  fputs(".\n", file);
}

/* What roles that are models have in common: ".model" and the like; NULL for a setting of another kind. */
static const char *role_part(const dove_setting_info *setting) {
  const char *dot = strchr(setting->key, '.');
  return dot != NULL && strncmp(setting->key, "endpoint.", strlen("endpoint.")) != 0 ? dot : NULL;
}

static bool same_for_roles(const dove_setting_info *a, const dove_setting_info *b) {
  const char *first = role_part(a), *second = role_part(b);
  if (first == NULL || second == NULL) return strcmp(a->key, b->key) == 0;
  return strcmp(first, second) == 0 && strcmp(a->help, b->help) == 0;
}

/* The place of the first setting that says the same, of whatever role. */
static size_t first_of_roles(const dove_setting_info *setting) {
  size_t first = 0;
  for (dove_setting_info other = dove_setting_at(0); !same_for_roles(&other, setting);)
    other = dove_setting_at(++first);
  return first;
}

/* A setting, told once for all the roles that have it. */
static void manual_setting(FILE *file, size_t index, const dove_setting_info *setting) {
  fputs(".TP\n", file);
  const char *separator = "";
  for (size_t i = index; i < dove_setting_count(); i++) {
    const dove_setting_info other = dove_setting_at(i);
    if (!same_for_roles(&other, setting)) continue;
    fprintf(file, "%s\\fB", separator);
    dove_troff_write(file, other.key);
    fputs("\\fR", file);
    separator = ", ";
  }
  fputs("\n", file);
  dove_troff_write(file, setting->help);
  fputs(". Takes ", file);
  dove_troff_write(file, setting->range);
  fputs("; default ", file);
  dove_troff_write(file, setting->preset[0] != '\0' ? setting->preset : "empty");
  fputs(".\n", file);
}

static void write_manual(FILE *file) {
  fputs(".SH VERBS\n", file);
  each_verb(file, manual_verb);
  fputs(".SH COMMON OPTIONS\n", file);
  for (const cli_option *option = cli_common_options; option->name != NULL; option++) {
    manual_option(file, NULL, option);
    manual_holders(file, option);
  }
  fputs(".SH SETTINGS\n\\fBdove config\\fR lists them with their values.\n", file);
  for (size_t i = 0; i < dove_setting_count(); i++) {
    const dove_setting_info setting = dove_setting_at(i);
    if (first_of_roles(&setting) == i) manual_setting(file, i, &setting);
  }
}

/* ---- bash ---- */

static void bash_first_word(FILE *file, const cli_verb *verb) {
  const size_t length = family_length(verb);
  if (begins_family(verb)) fprintf(file, " %.*s", length > 0 ? (int)length : (int)strlen(verb->name), verb->name);
}

static void bash_option_name(FILE *file, const cli_verb *verb, const cli_option *option) {
  (void)verb;
  fprintf(file, " --%s", option->name);
}

static void bash_words(FILE *file, const cli_verb *verb) {
  fprintf(file, "    '%s') words='%s", verb->name, verb->words);
  each_option(file, verb, bash_option_name);
  fputs("' ;;\n", file);
}

static void bash_choices_of_option(FILE *file, const cli_verb *verb, const cli_option *option) {
  if (option->kind != CLI_CHOICE) return;
  fprintf(file, "    '%s --%s') COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;\n", verb->name, option->name,
          option->choices);
}

static void bash_choices(FILE *file, const cli_verb *verb) { each_option(file, verb, bash_choices_of_option); }

/* The second words of a family: its line is written with the first verb of it. */
static void bash_family(FILE *file, const cli_verb *verb) {
  const size_t length = family_length(verb);
  if (length == 0 || !begins_family(verb)) return;
  fprintf(file, "    %.*s) [ \"$COMP_CWORD\" -gt 2 ] || { COMPREPLY=($(compgen -W '", (int)length, verb->name);
  for (const cli_verb *other = verb; other->name != NULL; other++) {
    if (family_length(other) == length && strncmp(other->name, verb->name, length) == 0)
      fprintf(file, "%s%s", other == verb ? "" : " ", other->name + length + 1);
  }
  fputs("' -- \"$word\")); return; }\n      verb=\"$verb ${COMP_WORDS[2]}\" ;;\n", file);
}

static void write_bash(FILE *file) {
  fputs(
      "# Completion of dove for bash. Made from the program's tables by `make generated`.\n_dove() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} words=\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -f -W '",
      file);
  each_verb(file, bash_first_word);
  fputs("' -- \"$word\"))\n    return\n  fi\n  case $verb in\n", file);
  each_verb(file, bash_family);
  fputs("  esac\n  case \"$verb $before\" in\n", file);
  each_verb(file, bash_choices);
  fputs("    *' --start') COMPREPLY=($(compgen -W '", file);
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) fprintf(file, " %s", dove_command_get((dove_command_id)id)->name);
  fputs("' -- \"$word\")); return ;;\n  esac\n  case $verb in\n", file);
  each_verb(file, bash_words);
  fputs(
      "  esac\n  case $word in\n    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
      "    *) COMPREPLY=($(compgen -f -W \"${words%%--*}\" -- \"$word\")) ;;\n  esac\n}\n"
      "complete -o filenames -F _dove dove\n",
      file);
}

/* ---- zsh ---- */

static void zsh_verb_line(FILE *file, const cli_verb *verb) {
  const size_t length = family_length(verb);
  if (!begins_family(verb)) return;
  if (length > 0) {
    fprintf(file, "    '%.*s:' \\\n", (int)length, verb->name);
    return;
  }
  fprintf(file, "    '%s:", verb->name);
  write_quoted(file, verb->summary, ":\\");
  fputs("' \\\n", file);
}

static void zsh_option(FILE *file, const cli_verb *verb, const cli_option *option) {
  (void)verb;
  fprintf(file, " \\\n      '%s--%s%s[", option->repeated ? "*" : "", option->name,
          option->kind == CLI_FLAG ? "" : "=");
  write_quoted(file, option->help, "[]:\\");
  fputc(']', file);
  switch (option->kind) {
    case CLI_FLAG: break;
    case CLI_FILE: fputs(":file:_files", file); break;
    case CLI_FOLDER: fputs(":folder:_files -/", file); break;
    case CLI_CHOICE: fprintf(file, ":choice:(%s)", option->choices); break;
    case CLI_TEXT:
    case CLI_INTEGER:
    case CLI_REAL: fputs(":value: ", file); break;
  }
  fputc('\'', file);
}

static void zsh_verb(FILE *file, const cli_verb *verb) {
  fprintf(file, "    '%s') _arguments", verb->name);
  each_option(file, verb, zsh_option);
  if (verb->words[0] != '\0') fprintf(file, " \\\n      '2:what:(%s)'", verb->words);
  fputs(" \\\n      '*:file:_files' ;;\n", file);
}

static void zsh_family(FILE *file, const cli_verb *verb) {
  const size_t length = family_length(verb);
  if (length == 0 || !begins_family(verb)) return;
  fprintf(file, "    %.*s) names=(", (int)length, verb->name);
  for (const cli_verb *other = verb; other->name != NULL; other++) {
    if (family_length(other) != length || strncmp(other->name, verb->name, length) != 0) continue;
    fprintf(file, "'%s:", other->name + length + 1);
    write_quoted(file, other->summary, ":\\");
    fputs("' ", file);
  }
  fputs(") ;;\n", file);
}

static void write_zsh(FILE *file) {
  fputs(
      "#compdef dove\n# Completion of dove for zsh. Made from the program's tables by `make generated`.\n_dove() {\n"
      "  local verb=$words[2]\n  local -a names verbs\n  verbs=( \\\n",
      file);
  each_verb(file, zsh_verb_line);
  fputs("  )\n  if (( CURRENT == 2 )); then\n    _describe verb verbs\n    _files\n    return\n  fi\n  case $verb in\n",
        file);
  each_verb(file, zsh_family);
  fputs(
      "  esac\n  if (( $#names )); then\n    if (( CURRENT == 3 )); then\n      _describe what names\n      return\n"
      "    fi\n    verb=\"$verb $words[3]\"\n    shift words\n    (( CURRENT-- ))\n  fi\n"
      "  shift words\n  (( CURRENT-- ))\n  case $verb in\n",
      file);
  each_verb(file, zsh_verb);
  fputs("    *) _files ;;\n  esac\n}\n_dove \"$@\"\n", file);
}

/* ---- fish ---- */

static void fish_condition(FILE *file, const cli_verb *verb) {
  const size_t length = family_length(verb);
  if (length == 0) {
    fprintf(file, "complete -c dove -n '__fish_seen_subcommand_from %s'", verb->name);
  } else {
    fprintf(file, "complete -c dove -n '__fish_seen_subcommand_from %.*s; and __fish_seen_subcommand_from %s'",
            (int)length, verb->name, verb->name + length + 1);
  }
}

static void fish_text(FILE *file, const char *text) {
  fputc('\'', file);
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\'' || *c == '\\') fputc('\\', file);
    fputc(*c, file);
  }
  fputc('\'', file);
}

static void fish_option(FILE *file, const cli_verb *verb, const cli_option *option) {
  fish_condition(file, verb);
  fprintf(file, " -l %s", option->name);
  if (option->letter != 0) fprintf(file, " -s %c", option->letter);
  if (option->kind == CLI_CHOICE) {
    fprintf(file, " -x -a '%s'", option->choices);
  } else if (option->kind == CLI_FILE || option->kind == CLI_FOLDER) {
    fputs(" -r -F", file);
  } else if (option->kind != CLI_FLAG) {
    fputs(" -x", file);
  }
  fputs(" -d ", file);
  fish_text(file, option->help);
  fputc('\n', file);
}

static void fish_verb(FILE *file, const cli_verb *verb) {
  const size_t length = family_length(verb);
  if (length == 0) {
    fprintf(file, "complete -c dove -n __fish_use_subcommand -a %s -d ", verb->name);
    fish_text(file, verb->summary);
    fputc('\n', file);
  } else {
    if (begins_family(verb))
      fprintf(file, "complete -c dove -n __fish_use_subcommand -a %.*s\n", (int)length, verb->name);
    fprintf(file, "complete -c dove -n '__fish_seen_subcommand_from %.*s' -a %s -d ", (int)length, verb->name,
            verb->name + length + 1);
    fish_text(file, verb->summary);
    fputc('\n', file);
  }
  if (verb->words[0] != '\0') {
    fish_condition(file, verb);
    fprintf(file, " -a '%s'\n", verb->words);
  }
  each_option(file, verb, fish_option);
}

static void write_fish(FILE *file) {
  fputs("# Completion of dove for fish. Made from the program's tables by `make generated`.\n", file);
  each_verb(file, fish_verb);
}

dove_status cli_write_generated(const char *what, FILE *file, dove_error *error) {
  if (strcmp(what, "man") == 0) {
    write_manual(file);
  } else if (strcmp(what, "bash") == 0) {
    write_bash(file);
  } else if (strcmp(what, "zsh") == 0) {
    write_zsh(file);
  } else if (strcmp(what, "fish") == 0) {
    write_fish(file);
  } else if (strcmp(what, "keys") == 0) {
    dove_commands_write_manual(file);
  } else {
    return dove_fail(error, DOVE_USAGE, "cannot make '%s': it is one of man, keys, bash, zsh, fish", what);
  }
  return DOVE_OK;
}
