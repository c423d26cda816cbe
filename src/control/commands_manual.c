/* The manual page that is made from the table of commands. */
#include <string.h>

#include "dove/commands.h"

void dove_troff_write(FILE *out, const char *text) {
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
  dove_troff_write(out, command->keys[0] != '\0' ? command->keys : ":");
  if (command->keys[0] == '\0') dove_troff_write(out, command->name);
  fputs("\n", out);
  dove_troff_write(out, command->help);
  fputs("\n(\\fB:", out);
  dove_troff_write(out, command->name);
  fputs("\\fR", out);
  if (command->arguments[0] != '\0') {
    fputs(" \\fI", out);
    dove_troff_write(out, command->arguments);
    fputs("\\fR", out);
  }
  fputs(")\n", out);
}

static bool context_has_commands(uint32_t context) {
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) {
    if ((dove_command_get((dove_command_id)id)->context & context) != 0) return true;
  }
  return false;
}

static void write_manual_context(FILE *out, uint32_t context) {
  if (!context_has_commands(context)) return;
  if (context == DOVE_CONTEXT_GLOBAL) {
    fputs(".SH EVERYWHERE\n", out);
  } else if (context == DOVE_CONTEXT_JUDGING) {
    fputs(".SH IN THE PANE annotate, WHILE JUDGING\n", out);
  } else {
    fprintf(out, ".SH IN THE PANE %s\n", dove_context_name(context));
  }
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) {
    const dove_command *command = dove_command_get((dove_command_id)id);
    if ((command->context & context) != 0) write_manual_command(out, command);
  }
}

void dove_commands_write_manual(FILE *out) {
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
  for (uint32_t context = DOVE_CONTEXT_GLOBAL; context <= DOVE_CONTEXT_AGREEMENT; context <<= 1) {
    write_manual_context(out, context);
  }
  fputs(".SH SEE ALSO\n.BR dove (1)\n", out);
}
