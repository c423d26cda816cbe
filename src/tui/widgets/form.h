/* A form: labelled fields that are text, a number in a range, one of several choices, or yes/no. Shown as an overlay or
 * in a pane; Up and Down (Tab, S-Tab) move, typing edits, Left and Right choose, Enter accepts. */
#ifndef DOVE_TUI_FORM_H
#define DOVE_TUI_FORM_H

#include "tui/draw.h"
#include "tui/line_edit.h"
#include "tui/pane.h"

typedef enum dove_field_kind { DOVE_FIELD_TEXT, DOVE_FIELD_NUMBER, DOVE_FIELD_CHOICE, DOVE_FIELD_FLAG } dove_field_kind;

typedef struct dove_form_field {
  const char *label;
  dove_field_kind kind;
  const char *const *choices; /* of a choice; NULL at the end */
  double low, high;           /* of a number */
  const char *help;           /* one line, shown for the focused field */
} dove_form_field;

enum { DOVE_FORM_FIELDS = 24 };

typedef struct dove_form {
  const dove_form_field *fields;
  size_t count;
  size_t focus;
  dove_line_edit edits[DOVE_FORM_FIELDS]; /* of text and numbers */
  size_t chosen[DOVE_FORM_FIELDS];        /* of choices and flags (0 no, 1 yes) */
  size_t top;
} dove_form;

typedef enum dove_form_result { DOVE_FORM_OPEN, DOVE_FORM_ACCEPTED, DOVE_FORM_LEFT, DOVE_FORM_WRONG } dove_form_result;

void dove_form_init(dove_form *form, const dove_form_field *fields, size_t count);
void dove_form_free(dove_form *form);
dove_status dove_form_set_text(dove_form *form, size_t field, const char *text, dove_error *error);
void dove_form_set_choice(dove_form *form, size_t field, size_t choice);
const char *dove_form_text(const dove_form *form, size_t field);
double dove_form_number(const dove_form *form, size_t field); /* NaN when it is none */

/* DOVE_FORM_WRONG: Enter was pressed but a number is out of its range; the error says which, and it has the focus. */
dove_form_result dove_form_key(dove_form *form, dove_key key, dove_error *error);
void dove_form_draw(dove_form *form, const dove_surface *surface);

#endif
