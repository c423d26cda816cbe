#include <string.h>

#include "cli/output.h"
#include "cli/verb.h"
#include "dove/text.h"

enum { HELP_COLUMNS = 100, OPTION_COLUMN = 28 };

/* Prints `text` wrapped, every line but the first indented. */
static void print_wrapped(FILE *file, const char *text, int indent, int columns) {
  const size_t length = strlen(text);
  for (size_t offset = 0; offset < length;) {
    size_t next;
    const size_t line = dove_text_wrap(text + offset, length - offset, columns - indent, &next);
    fprintf(file, "%*s%.*s\n", offset == 0 ? 0 : indent, "", (int)line, text + offset);
    offset += next;
  }
}

/* "-o, --out FILE" */
static void format_option(const cli_option *option, char *text, size_t size) {
  char letter[8] = "    ";
  if (option->letter != 0) snprintf(letter, sizeof letter, "-%c, ", option->letter);
  snprintf(text, size, "%s--%s%s%s%s", letter, option->name, option->kind == CLI_FLAG ? "" : " ",
           option->kind == CLI_FLAG ? "" : option->value, option->repeated ? "…" : "");
}

static void print_option(FILE *file, const cli_option *option) {
  char text[128];
  format_option(option, text, sizeof text);
  const int used = 2 + dove_text_columns(text, strlen(text));
  fprintf(file, "  %s", text);
  if (used >= OPTION_COLUMN - 1) {
    fprintf(file, "\n%*s", OPTION_COLUMN, "");
  } else {
    fprintf(file, "%*s", OPTION_COLUMN - used, "");
  }
  print_wrapped(file, option->help, OPTION_COLUMN, HELP_COLUMNS);
}

/* "WHAT: a, b or c.": what the argument after the project can be. */
static void describe_words(const cli_verb *verb, dove_buffer *out) {
  const char *name = strchr(verb->arguments, ' ') + 1;
  if (name[0] == '[') name++;
  dove_buffer_printf(out, " %.*s: ", (int)strcspn(name, " ]"), name);
  for (const char *word = verb->words; *word != '\0';) {
    const size_t length = strcspn(word, " ");
    const char *rest = word + length + strspn(word + length, " ");
    const char *separator = *rest == '\0' ? "." : strchr(rest, ' ') == NULL ? " or " : ", ";
    dove_buffer_printf(out, "%.*s%s", (int)length, word, separator);
    word = rest;
  }
}

void cli_describe_verb(const cli_verb *verb, dove_buffer *out) {
  const char first = verb->summary[0];
  dove_buffer_add(out, &(char){first >= 'a' && first <= 'z' ? (char)(first - 'a' + 'A') : first}, 1);
  dove_buffer_printf(out, "%s.%s%s", verb->summary + 1, verb->details[0] != '\0' ? " " : "", verb->details);
  if (verb->words[0] != '\0') describe_words(verb, out);
}

void cli_print_verb_help(FILE *file, const cli_verb *verb) {
  fprintf(file, "Usage: dove %s%s%s [OPTION]…\n\n", verb->name, verb->arguments[0] != '\0' ? " " : "", verb->arguments);
  dove_buffer text = {0};
  cli_describe_verb(verb, &text);
  print_wrapped(file, dove_buffer_text(&text), 0, HELP_COLUMNS);
  dove_buffer_free(&text);
  fputs("\nOptions:\n", file);
  for (const cli_option *option = verb->options; option != NULL && option->name != NULL; option++)
    print_option(file, option);
  for (const cli_option *option = cli_common_options; option->name != NULL; option++) {
    if (cli_has_common(verb, option)) print_option(file, option);
  }
}

static void print_verb_line(FILE *file, const cli_verb *verb) {
  char call[160];
  snprintf(call, sizeof call, "dove %s%s%s", verb->name, verb->arguments[0] != '\0' ? " " : "", verb->arguments);
  const int column = 40;
  const int used = 2 + dove_text_columns(call, strlen(call));
  fprintf(file, "  %s%*s", call, used < column ? column - used : 2, "");
  print_wrapped(file, verb->summary, column, HELP_COLUMNS + 20);
}

bool cli_print_family_help(FILE *file, const char *family) {
  bool any = false;
  const size_t length = strlen(family);
  for (size_t i = 0; cli_families[i] != NULL; i++) {
    for (const cli_verb *verb = cli_families[i]; verb->name != NULL; verb++) {
      if (strncmp(verb->name, family, length) != 0 || verb->name[length] != ' ') continue;
      if (!any) fprintf(file, "Usage: dove %s WHAT …\n\n", family);
      any = true;
      print_verb_line(file, verb);
    }
  }
  if (any) fprintf(file, "\n'dove %s WHAT --help' tells the options.\n", family);
  return any;
}

void cli_print_help(FILE *file) {
  fputs(
      "dove reads the values that texts express, builds a codebook of them, and scores how close language models\n"
      "come to the values of cultures.\n\n"
      "  dove PROJECT                          opens the explorer\n",
      file);
  for (size_t i = 0; cli_families[i] != NULL; i++) {
    for (const cli_verb *verb = cli_families[i]; verb->name != NULL; verb++) print_verb_line(file, verb);
  }
  fputs(
      "\n'dove VERB --help' tells the options of a verb; the manual is dove(1).\n"
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 bad input data, 4 endpoint or network, 5 the project file is\n"
      "unusable, 130 interrupted.\n",
      file);
}
