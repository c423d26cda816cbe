/* The documents that are made from the table of commands. */
#include <errno.h>
#include <string.h>

#include "dove/commands.h"

/* Writes text for troff: a backslash, a hyphen and a leading dot or quote mean something there. */
static void write_troff(FILE *out, const char *text) {
  if (text[0] == '.' || text[0] == '\'') fputs("\\&", out);
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\\') {
      fputs("\\e", out);
    } else if (*c == '-') {
      fputs("\\-", out);
    } else if (*c == '`') {
      fputs("\\(ga", out);
    } else {
      fputc(*c, out);
    }
  }
}

static void write_manual_command(FILE *out, const dove_command *command) {
  fputs(".TP\n.B ", out);
  write_troff(out, command->keys[0] != '\0' ? command->keys : ":");
  if (command->keys[0] == '\0') write_troff(out, command->name);
  fputs("\n", out);
  write_troff(out, command->help);
  fputs(" (\n.B :", out);
  write_troff(out, command->name);
  if (command->arguments[0] != '\0') {
    fputs(" \\fI", out);
    write_troff(out, command->arguments);
    fputs("\\fR", out);
  }
  fputs("\n)\n", out);
}

static bool context_has_commands(uint32_t context) {
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) {
    if ((dove_command_get((dove_command_id)id)->context & context) != 0) return true;
  }
  return false;
}

static void write_manual_context(FILE *out, uint32_t context) {
  if (!context_has_commands(context)) return;
  fputs(context == DOVE_CONTEXT_GLOBAL ? ".SH EVERYWHERE\n" : ".SH IN THE PANE ", out);
  if (context != DOVE_CONTEXT_GLOBAL) fprintf(out, "%s\n", dove_context_name(context));
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) {
    const dove_command *command = dove_command_get((dove_command_id)id);
    if ((command->context & context) != 0) write_manual_command(out, command);
  }
}

static void write_manual(FILE *out) {
  fputs(
      ".\\\" Made from include/dove/command_table.h by `make generated`: change it there.\n"
      ".TH DOVE-KEYS 7 \"\" \"dove\" \"DOVE manual\"\n"
      ".SH NAME\ndove-keys \\- keys and commands of the dove explorer\n"
      ".SH DESCRIPTION\n"
      "Every command has a name, given after\n.BR : ,\nand most have keys.\n"
      "C\\- stands for Control, A\\- for Alt, S\\- for Shift; two keys are pressed one after the other.\n"
      "An unambiguous beginning of a name is enough.\n"
      "Keys are changed in\n.IR $XDG_CONFIG_HOME/dove/config ,\n"
      "one a line:\n.PP\n.nf\n    bind C\\-n down\n    bind documents v open\n    unbind Space\n"
      "    theme = light\n.fi\n",
      out);
  for (uint32_t context = DOVE_CONTEXT_GLOBAL; context <= DOVE_CONTEXT_JOBS; context <<= 1) {
    write_manual_context(out, context);
  }
  fputs(".SH SEE ALSO\n.BR dove (1)\n", out);
}

/* ---- Completions ---- */

typedef struct verb {
  const char *name;
  const char *help;
} verb;

/* The verbs of the command line, for the shell's completion. */
static const verb verbs[] = {
    {"demo", "make the sample project and open it"},
    {"new", "make a project"},
    {"config", "list, read or set a setting"},
    {"import", "import documents, expressions or annotations"},
    {"extract", "recognise value expressions"},
    {"embed", "embed expressions"},
    {"build", "build a codebook"},
    {"code", "code documents or one text"},
    {"score", "score models against cultures"},
    {"study", "studies of validity and reliability"},
    {"annotate", "annotation rounds and agreement"},
    {"export", "write data of a project"},
    {"info", "counts and settings of a project"},
    {"check", "check a project's integrity"},
    {"compute", "the engine on plain files"},
    {"vectors", "convert word vectors"},
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

static void write_bash(FILE *out) {
  fputs(
      "# Made by `make generated`.\n_dove() {\n  local word=${COMP_WORDS[COMP_CWORD]}\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -f -W \"",
      out);
  for (size_t i = 0; i < VERBS; i++) fprintf(out, "%s%s", i > 0 ? " " : "", verbs[i].name);
  fputs(
      "\" -- \"$word\"))\n"
      "  elif [ \"${COMP_WORDS[COMP_CWORD - 1]}\" = --start ]; then\n    COMPREPLY=($(compgen -W \"",
      out);
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) {
    fprintf(out, "%s%s", id > 0 ? " " : "", dove_command_get((dove_command_id)id)->name);
  }
  fputs(
      "\" -- \"$word\"))\n  else\n    COMPREPLY=($(compgen -f -- \"$word\"))\n  fi\n}\n"
      "complete -o filenames -F _dove dove\n",
      out);
}

/* The text as a word in single quotes of a shell; `also` is one more character to escape with a backslash. */
static void write_quoted(FILE *out, const char *text, char also) {
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\'') {
      fputs("'\\''", out);
      continue;
    }
    if (*c == also) fputc('\\', out);
    fputc(*c, out);
  }
}

static void write_zsh(FILE *out) {
  fputs("#compdef dove\n# Made by `make generated`.\nlocal -a verbs commands\nverbs=(\n", out);
  for (size_t i = 0; i < VERBS; i++) {
    fprintf(out, "  '%s:", verbs[i].name);
    write_quoted(out, verbs[i].help, ':');
    fputs("'\n", out);
  }
  fputs(")\ncommands=(\n", out);
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) {
    const dove_command *command = dove_command_get((dove_command_id)id);
    fprintf(out, "  '%s:", command->name);
    write_quoted(out, command->help, ':');
    fputs("'\n", out);
  }
  fputs(
      ")\nif (( CURRENT == 2 )); then\n  _describe 'verb' verbs\n  _files\n"
      "elif [[ ${words[CURRENT-1]} == --start ]]; then\n  _describe 'command' commands\nelse\n  _files\nfi\n",
      out);
}

static void write_fish(FILE *out) {
  fputs("# Made by `make generated`.\n", out);
  for (size_t i = 0; i < VERBS; i++) {
    fprintf(out, "complete -c dove -n __fish_use_subcommand -a %s -d '%s'\n", verbs[i].name, verbs[i].help);
  }
  fputs("complete -c dove -l start -x -d 'command to give first' -a '", out);
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) {
    fprintf(out, "%s%s", id > 0 ? " " : "", dove_command_get((dove_command_id)id)->name);
  }
  fputs("'\n", out);
}

dove_status dove_commands_generate(const char *what, FILE *out, dove_error *error) {
  if (strcmp(what, "keys") == 0) {
    write_manual(out);
  } else if (strcmp(what, "bash") == 0) {
    write_bash(out);
  } else if (strcmp(what, "zsh") == 0) {
    write_zsh(out);
  } else if (strcmp(what, "fish") == 0) {
    write_fish(out);
  } else {
    return dove_fail(error, DOVE_USAGE, "cannot generate '%s': it is keys, bash, zsh or fish", what);
  }
  if (fflush(out) != 0 || ferror(out)) return dove_fail_errno(error, "write", what);
  return DOVE_OK;
}
