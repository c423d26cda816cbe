#include "tui/widgets/form.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/text.h"

void dove_form_init(dove_form *form, const dove_form_field *fields, size_t count) {
  *form = (dove_form){.fields = fields, .count = count < DOVE_FORM_FIELDS ? count : DOVE_FORM_FIELDS};
}

void dove_form_free(dove_form *form) {
  for (size_t i = 0; i < form->count; i++) dove_line_edit_free(&form->edits[i]);
  *form = (dove_form){0};
}

dove_status dove_form_set_text(dove_form *form, size_t field, const char *text, dove_error *error) {
  dove_line_edit_set(&form->edits[field], text);
  return form->edits[field].text.failed ? dove_fail_memory(error, "filling in a form") : DOVE_OK;
}

void dove_form_set_choice(dove_form *form, size_t field, size_t choice) { form->chosen[field] = choice; }

const char *dove_form_text(const dove_form *form, size_t field) { return dove_buffer_text(&form->edits[field].text); }

double dove_form_number(const dove_form *form, size_t field) {
  const char *text = dove_form_text(form, field);
  char *end;
  double value = strtod(text, &end);
  while (*end == ' ') end++;
  return end != text && *end == '\0' ? value : (double)NAN;
}

static bool is_typed(const dove_form_field *field) {
  return field->kind == DOVE_FIELD_TEXT || field->kind == DOVE_FIELD_NUMBER;
}

static size_t choice_count(const dove_form_field *field) {
  if (field->kind == DOVE_FIELD_FLAG) return 2;
  size_t count = 0;
  while (field->choices != NULL && field->choices[count] != NULL) count++;
  return count;
}

/* Checks the numbers; the first that is out of its range gets the focus. */
static dove_form_result accept(dove_form *form, dove_error *error) {
  for (size_t i = 0; i < form->count; i++) {
    const dove_form_field *field = &form->fields[i];
    if (field->kind != DOVE_FIELD_NUMBER) continue;
    double value = dove_form_number(form, i);
    if (value >= field->low && value <= field->high) continue;
    form->focus = i;
    dove_fail(error, DOVE_USAGE, "%s must be a number from %g to %g", field->label, field->low, field->high);
    return DOVE_FORM_WRONG;
  }
  return DOVE_FORM_ACCEPTED;
}

static void choose(dove_form *form, size_t step) {
  size_t count = choice_count(&form->fields[form->focus]);
  if (count > 0) form->chosen[form->focus] = (form->chosen[form->focus] + step) % count;
}

static void key_in_field(dove_form *form, dove_key key) {
  const dove_form_field *field = &form->fields[form->focus];
  if (is_typed(field)) {
    dove_line_edit_key(&form->edits[form->focus], key);
  } else if (key == DOVE_KEY_LEFT) {
    choose(form, choice_count(field) > 0 ? choice_count(field) - 1 : 0);
  } else if (key == DOVE_KEY_RIGHT || key == ' ') {
    choose(form, 1);
  }
}

dove_form_result dove_form_key(dove_form *form, dove_key key, dove_error *error) {
  if (key == DOVE_KEY_ESCAPE) return DOVE_FORM_LEFT;
  if (key == DOVE_KEY_ENTER) return accept(form, error);
  if (form->count == 0) return DOVE_FORM_OPEN;
  switch (key) {
    case DOVE_KEY_DOWN:
    case DOVE_KEY_TAB: form->focus = (form->focus + 1) % form->count; break;
    case DOVE_KEY_UP:
    case DOVE_KEY_TAB | DOVE_KEY_SHIFT: form->focus = (form->focus + form->count - 1) % form->count; break;
    default: key_in_field(form, key);
  }
  return DOVE_FORM_OPEN;
}

static void draw_choice(const dove_form *form, const dove_surface *surface, size_t field, int y, int x,
                        dove_style style) {
  static const char *const flag[] = {"no", "yes", NULL};
  const dove_form_field *found = &form->fields[field];
  const char *const *choices = found->kind == DOVE_FIELD_FLAG ? flag : found->choices;
  if (form->chosen[field] >= choice_count(found)) return;
  dove_draw_format(surface, y, x, style, "< %s >", choices[form->chosen[field]]);
}

static int label_width(const dove_form *form) {
  int width = 0;
  for (size_t i = 0; i < form->count; i++) {
    int columns = dove_text_columns(form->fields[i].label, strlen(form->fields[i].label));
    width = columns > width ? columns : width;
  }
  return width;
}

void dove_form_draw(dove_form *form, const dove_surface *surface) {
  int rows = surface->height - 1; /* the last line is for help */
  if (rows < 1 || form->count == 0) return;
  if (form->focus < form->top) form->top = form->focus;
  if (form->focus >= form->top + (size_t)rows) form->top = form->focus - (size_t)rows + 1;
  int labels = label_width(form);
  for (int y = 0; y < rows && form->top + (size_t)y < form->count; y++) {
    size_t field = form->top + (size_t)y;
    bool focus = field == form->focus;
    const dove_style style = dove_style_of(focus ? DOVE_ROLE_PROMPT : DOVE_ROLE_NORMAL);
    dove_draw_string(surface, y, 0, focus ? "▸" : " ", style);
    dove_draw_string(surface, y, 2, form->fields[field].label, style);
    if (is_typed(&form->fields[field])) {
      dove_line_edit_draw(&form->edits[field], surface, y, labels + 4, surface->width - labels - 4, style, focus);
    } else {
      draw_choice(form, surface, field, y, labels + 4, style);
    }
  }
  const char *help = form->fields[form->focus].help;
  if (help != NULL) dove_draw_string(surface, rows, 0, help, dove_style_of(DOVE_ROLE_FAINT));
}
