#include "tui/panes/scores/scores_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/job_line.h"

enum { FIELD_MODELS, FIELD_CULTURES, FIELD_ROLES, FIELD_BOOTSTRAP, FIELD_SEED, FIELD_ANEW, FIELDS };

/* How the control, a model in no role, is written among the roles. */
static const char CONTROL[] = "none";

static const dove_form_field template[FIELDS] = {
    [FIELD_MODELS] = {.label = "models", .kind = DOVE_FIELD_TEXT},
    [FIELD_CULTURES] = {.label = "cultures", .kind = DOVE_FIELD_TEXT},
    [FIELD_ROLES] = {.label = "roles", .kind = DOVE_FIELD_TEXT},
    [FIELD_BOOTSTRAP] = {.label = "bootstrap replicates",
                         .kind = DOVE_FIELD_NUMBER,
                         .low = 0,
                         .high = 1000000,
                         .help = "for the 95 % intervals; 0 leaves them out · Enter starts, Esc leaves"},
    [FIELD_SEED] = {.label = "seed",
                    .kind = DOVE_FIELD_NUMBER,
                    .low = 0,
                    .high = 9007199254740992.0,
                    .help = "the same seed gives the same intervals · Enter starts, Esc leaves"},
    [FIELD_ANEW] = {.label = "begin anew",
                    .kind = DOVE_FIELD_FLAG,
                    .help = "no: go on with such a run that was left unfinished, if there is one"},
};

/* ---- The names that there are ---- */

typedef enum name_kind { NAME_MODEL, NAME_CULTURE, NAME_ROLE } name_kind;

static const dove_store_label_list *labels_of(const dove_overview *overview, name_kind kind) {
  switch (kind) {
    case NAME_MODEL: return &overview->sources;
    case NAME_CULTURE: return &overview->cultures;
    default: return &overview->roles;
  }
}

static bool is_choice(name_kind kind, const char *name) { return kind != NAME_MODEL || strcmp(name, "human") != 0; }

static void add_choices(const dove_overview *overview, name_kind kind, dove_buffer *out) {
  const dove_store_label_list *labels = labels_of(overview, kind);
  const size_t start = out->length;
  if (kind == NAME_ROLE) dove_buffer_add_text(out, CONTROL);
  for (size_t i = 0; i < labels->count; i++) {
    if (!is_choice(kind, labels->rows[i].name)) continue;
    dove_buffer_printf(out, "%s%s", out->length > start ? ", " : "", labels->rows[i].name);
  }
}

static bool is_known(const dove_overview *overview, name_kind kind, const char *name) {
  const dove_store_label_list *labels = labels_of(overview, kind);
  if (kind == NAME_ROLE && name[0] == '\0') return true;
  for (size_t i = 0; i < labels->count; i++) {
    if (is_choice(kind, labels->rows[i].name) && strcmp(labels->rows[i].name, name) == 0) return true;
  }
  return false;
}

/* ---- Opening ---- */

static dove_status fill(scores_form *form, const dove_overview *overview, const dove_settings *settings,
                        dove_error *error) {
  char text[32];
  form->fields = dove_alloc(FIELDS, sizeof *form->fields);
  if (form->fields == NULL) return dove_fail_memory(error, "opening a form");
  memcpy(form->fields, template, sizeof template);
  for (int i = 0; i < SCORES_FORM_NAMES; i++) {
    dove_buffer help = {0};
    dove_buffer_add_text(&help, "empty: all; or of, with commas between: ");
    add_choices(overview, (name_kind)i, &help);
    form->help[i] = dove_buffer_take(&help);
    if (form->help[i] == NULL) return dove_fail_memory(error, "opening a form");
    form->fields[i].help = form->help[i];
  }
  dove_form_init(&form->form, form->fields, FIELDS);
  snprintf(text, sizeof text, "%lld", (long long)settings->bootstrap);
  dove_status status = dove_form_set_text(&form->form, FIELD_BOOTSTRAP, text, error);
  snprintf(text, sizeof text, "%lld", (long long)settings->seed);
  return status == DOVE_OK ? dove_form_set_text(&form->form, FIELD_SEED, text, error) : status;
}

dove_pane_result scores_form_open(scores_form *form, dove_controller *controller, dove_error *error) {
  dove_settings settings;
  const dove_overview *overview = NULL;
  dove_model *model = dove_controller_model(controller);
  if (dove_model_view(model).run == 0) {
    dove_fail(error, DOVE_NOT_FOUND, "there is no codebook to score with: 2 opens the iterations, b builds one");
    return DOVE_PANE_FAILED;
  }
  scores_form_free(form);
  dove_status status = dove_controller_settings(controller, &settings, error);
  if (status == DOVE_OK) status = dove_model_overview(model, &overview, error);
  if (status == DOVE_OK) status = fill(form, overview, &settings, error);
  if (status == DOVE_OK) return DOVE_PANE_REDRAW;
  scores_form_free(form);
  return DOVE_PANE_FAILED;
}

void scores_form_free(scores_form *form) {
  dove_form_free(&form->form);
  free(form->fields);
  for (int i = 0; i < SCORES_FORM_NAMES; i++) {
    free(form->help[i]);
    free(form->names[i]);
    free(form->lists[i]);
  }
  *form = (scores_form){0};
}

bool scores_form_is_open(const scores_form *form) { return form->form.count > 0; }

void scores_form_draw(scores_form *form, const dove_surface *surface) {
  dove_form_box_draw(&form->form, surface, "Score models beside cultures");
}

/* ---- Accepting ---- */

static char *trim(char *text) {
  while (*text == ' ') text++;
  size_t length = strlen(text);
  while (length > 0 && text[length - 1] == ' ') text[--length] = '\0';
  return text;
}

static dove_status add_name(scores_form *form, const dove_overview *overview, name_kind kind, char *name,
                            dove_error *error) {
  if (kind == NAME_ROLE && strcmp(name, CONTROL) == 0) name[0] = '\0';
  if (!is_known(overview, kind, name)) {
    dove_buffer choices = {0};
    add_choices(overview, kind, &choices);
    dove_fail(error, DOVE_USAGE, "%s: the project has no '%s'; it has %s", template[kind].label, name,
              dove_buffer_text(&choices));
    dove_buffer_free(&choices);
    form->form.focus = (size_t)kind;
    return DOVE_USAGE;
  }
  form->lists[kind][form->counts[kind]++] = name;
  return DOVE_OK;
}

/* Cuts what was typed at its commas. */
static dove_status read_names(scores_form *form, const dove_overview *overview, name_kind kind, dove_error *error) {
  const char *typed = dove_form_text(&form->form, (size_t)kind);
  free(form->names[kind]);
  free(form->lists[kind]);
  form->counts[kind] = 0;
  form->names[kind] = dove_strdup(typed);
  form->lists[kind] = dove_alloc(strlen(typed) + 1, sizeof *form->lists[kind]);
  if (form->names[kind] == NULL || form->lists[kind] == NULL) return dove_fail_memory(error, "reading a form");
  for (char *name = form->names[kind]; name != NULL;) {
    char *comma = strchr(name, ',');
    if (comma != NULL) *comma = '\0';
    char *word = trim(name);
    const dove_status status = word[0] != '\0' ? add_name(form, overview, kind, word, error) : DOVE_OK;
    if (status != DOVE_OK) return status;
    name = comma != NULL ? comma + 1 : NULL;
  }
  return DOVE_OK;
}

static dove_status read_form(scores_form *form, dove_controller *controller, dove_job_request *request,
                             dove_error *error) {
  const dove_overview *overview = NULL;
  dove_status status = dove_model_overview(dove_controller_model(controller), &overview, error);
  for (int kind = 0; kind < SCORES_FORM_NAMES && status == DOVE_OK; kind++) {
    status = read_names(form, overview, (name_kind)kind, error);
  }
  *request = dove_job_request_of(DOVE_JOB_SCORE);
  request->score.models = form->lists[NAME_MODEL];
  request->score.model_count = form->counts[NAME_MODEL];
  request->score.cultures = form->lists[NAME_CULTURE];
  request->score.culture_count = form->counts[NAME_CULTURE];
  request->score.roles = form->lists[NAME_ROLE];
  request->score.role_count = form->counts[NAME_ROLE];
  request->score.bootstrap = (int64_t)dove_form_number(&form->form, FIELD_BOOTSTRAP);
  request->score.seed = (int64_t)dove_form_number(&form->form, FIELD_SEED);
  request->score.anew = form->form.chosen[FIELD_ANEW] == 1;
  return status;
}

dove_form_result scores_form_key(scores_form *form, dove_controller *controller, dove_key key,
                                 dove_job_request *request, dove_error *error) {
  const dove_form_result result = dove_form_key(&form->form, key, error);
  if (result == DOVE_FORM_LEFT) scores_form_free(form);
  if (result != DOVE_FORM_ACCEPTED) return result;
  return read_form(form, controller, request, error) == DOVE_OK ? DOVE_FORM_ACCEPTED : DOVE_FORM_WRONG;
}
