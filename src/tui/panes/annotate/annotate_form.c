#include "tui/panes/annotate/annotate_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/job_line.h"

enum {
  FIELD_NAME,
  FIELD_TARGET,
  FIELD_RULE,
  FIELD_COUNT,
  FIELD_CULTURE,
  FIELD_SOURCE,
  FIELD_TOPIC,
  FIELD_PARENT,
  FIELD_SEED,
  FIELD_BLIND,
  FIELD_FIRST,
  FIELD_INSTRUCTION,
  FIELDS
};

enum { RULE_ALL, RULE_SAMPLE, RULE_DISAGREEMENTS };

static const char *const targets[] = {"documents with their codes", "codes by themselves", NULL};
static const char *const rules[] = {"all", "a sample", "disagreements of a round", NULL};
static const char *const no_rounds[] = {"there is none", NULL};

static const dove_form_field template[FIELDS] = {
    [FIELD_NAME] = {.label = "name", .kind = DOVE_FIELD_TEXT, .help = "empty: round 1, round 2 … · Enter starts"},
    [FIELD_TARGET] = {.label = "judge",
                      .kind = DOVE_FIELD_CHOICE,
                      .choices = targets,
                      .help = "does the text express the code? or: is the code meaningful, is it redundant?"},
    [FIELD_RULE] = {.label = "draw",
                    .kind = DOVE_FIELD_CHOICE,
                    .choices = rules,
                    .help = "disagreements: what some answered with yes and some with no, once more"},
    [FIELD_COUNT] = {.label = "sample size",
                     .kind = DOVE_FIELD_NUMBER,
                     .low = 1,
                     .high = 1e9,
                     .help = "documents, each with all its recognised codes; or codes"},
    [FIELD_CULTURE] = {.label = "by culture",
                       .kind = DOVE_FIELD_FLAG,
                       .help = "a sample of documents in proportion to the cultures"},
    [FIELD_SOURCE] = {.label = "by source",
                      .kind = DOVE_FIELD_FLAG,
                      .help = "a sample of documents in proportion to people and models"},
    [FIELD_TOPIC] = {.label = "by topic",
                     .kind = DOVE_FIELD_FLAG,
                     .help = "a sample of documents in proportion to the topics"},
    [FIELD_PARENT] = {.label = "of round",
                      .kind = DOVE_FIELD_CHOICE,
                      .choices = no_rounds,
                      .help = "the round whose disagreements are judged again"},
    [FIELD_SEED] = {.label = "seed",
                    .kind = DOVE_FIELD_NUMBER,
                    .low = 0,
                    .high = 9007199254740992.0,
                    .help = "the same seed draws the same items in the same order"},
    [FIELD_BLIND] = {.label = "blind",
                     .kind = DOVE_FIELD_FLAG,
                     .help = "yes: neither others' answers nor probabilities are shown until the round is closed"},
    [FIELD_FIRST] = {.label = "own codes first",
                     .kind = DOVE_FIELD_FLAG,
                     .help = "yes: annotators name codes of their own before they see the model's"},
    [FIELD_INSTRUCTION] = {.label = "instruction",
                           .kind = DOVE_FIELD_TEXT,
                           .help = "what annotators are told; empty: as in the round before, for disagreements"},
};

/* ---- Opening ---- */

static dove_status list_rounds(annotate_form *form, dove_store *store, int64_t parent, dove_error *error) {
  dove_status status = dove_store_round_list_read(store, &form->rounds, error);
  if (status != DOVE_OK || form->rounds.count == 0) return status;
  form->names = dove_alloc_zero(form->rounds.count + 1, sizeof *form->names);
  if (form->names == NULL) return dove_fail_memory(error, "opening a form");
  for (size_t i = 0; i < form->rounds.count; i++) {
    const dove_store_round *row = &form->rounds.rows[form->rounds.count - 1 - i];
    form->names[i] = row->name;
    if (row->id == parent) dove_form_set_choice(&form->form, FIELD_PARENT, i);
  }
  form->fields[FIELD_PARENT].choices = form->names;
  return DOVE_OK;
}

static dove_status fill(annotate_form *form, dove_controller *controller, int64_t parent, dove_error *error) {
  dove_settings settings;
  char text[32];
  form->fields = dove_alloc(FIELDS, sizeof *form->fields);
  if (form->fields == NULL) return dove_fail_memory(error, "opening a form");
  memcpy(form->fields, template, sizeof template);
  dove_form_init(&form->form, form->fields, FIELDS);
  dove_status status = dove_controller_settings(controller, &settings, error);
  if (status == DOVE_OK) {
    status = list_rounds(form, dove_model_store(dove_controller_model(controller)), parent, error);
  }
  if (status != DOVE_OK) return status;
  dove_form_set_choice(&form->form, FIELD_RULE, RULE_SAMPLE);
  dove_form_set_choice(&form->form, FIELD_CULTURE, 1);
  dove_form_set_choice(&form->form, FIELD_BLIND, settings.annotators == DOVE_ANNOTATORS_BLIND ? 1 : 0);
  snprintf(text, sizeof text, "%lld", (long long)settings.seed);
  status = dove_form_set_text(&form->form, FIELD_SEED, text, error);
  return status == DOVE_OK ? dove_form_set_text(&form->form, FIELD_COUNT, "50", error) : status;
}

dove_pane_result annotate_form_open(annotate_form *form, dove_controller *controller, int64_t parent,
                                    dove_error *error) {
  annotate_form_free(form);
  if (fill(form, controller, parent, error) == DOVE_OK) return DOVE_PANE_REDRAW;
  annotate_form_free(form);
  return DOVE_PANE_FAILED;
}

void annotate_form_free(annotate_form *form) {
  dove_form_free(&form->form);
  dove_store_round_list_free(&form->rounds);
  free(form->fields);
  free(form->names);
  *form = (annotate_form){0};
}

bool annotate_form_is_open(const annotate_form *form) { return form->form.count > 0; }

void annotate_form_draw(annotate_form *form, const dove_surface *surface) {
  dove_form_box_draw(&form->form, surface, "Start a round of annotation");
}

/* ---- Accepting ---- */

/* "sample:50:culture,topic". */
static void write_rule(annotate_form *form) {
  static const struct {
    size_t field;
    const char *name;
  } strata[] = {{FIELD_CULTURE, "culture"}, {FIELD_SOURCE, "source"}, {FIELD_TOPIC, "topic"}};
  const size_t rule = form->form.chosen[FIELD_RULE];
  if (rule != RULE_SAMPLE) {
    snprintf(form->rule, sizeof form->rule, "%s", rule == RULE_ALL ? "all" : "disagreements");
    return;
  }
  int length = snprintf(form->rule, sizeof form->rule, "sample:%.0f", dove_form_number(&form->form, FIELD_COUNT));
  const char *before = ":";
  for (size_t i = 0; i < sizeof strata / sizeof strata[0] && form->form.chosen[FIELD_TARGET] == 0; i++) {
    if (form->form.chosen[strata[i].field] == 0) continue;
    length += snprintf(form->rule + length, sizeof form->rule - (size_t)length, "%s%s", before, strata[i].name);
    before = ",";
  }
}

static dove_form_result read_form(annotate_form *form, dove_annotation_plan *plan, dove_error *error) {
  const bool again = form->form.chosen[FIELD_RULE] == RULE_DISAGREEMENTS;
  const char *instruction = dove_form_text(&form->form, FIELD_INSTRUCTION);
  const char *name = dove_form_text(&form->form, FIELD_NAME);
  write_rule(form);
  *plan = (dove_annotation_plan){
      .target = form->form.chosen[FIELD_TARGET] == 1 ? DOVE_JUDGE_CODES : DOVE_JUDGE_DOCUMENTS,
      .rule = form->rule,
      .seed = (uint64_t)dove_form_number(&form->form, FIELD_SEED),
      .name = name[0] != '\0' ? name : NULL,
      .instruction = instruction[0] != '\0' || !again ? instruction : NULL,
      .open = form->form.chosen[FIELD_BLIND] == 0,
      .blind_first = form->form.chosen[FIELD_FIRST] == 1,
  };
  if (!again) return DOVE_FORM_ACCEPTED;
  if (form->rounds.count == 0) {
    form->form.focus = FIELD_RULE;
    dove_fail(error, DOVE_USAGE, "there is no round yet whose disagreements could be taken");
    return DOVE_FORM_WRONG;
  }
  plan->parent = form->rounds.rows[form->rounds.count - 1 - form->form.chosen[FIELD_PARENT]].id;
  return DOVE_FORM_ACCEPTED;
}

dove_form_result annotate_form_key(annotate_form *form, dove_key key, dove_annotation_plan *plan, dove_error *error) {
  const dove_form_result result = dove_form_key(&form->form, key, error);
  if (result == DOVE_FORM_LEFT) annotate_form_free(form);
  return result == DOVE_FORM_ACCEPTED ? read_form(form, plan, error) : result;
}
