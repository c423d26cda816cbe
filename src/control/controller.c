#include "dove/controller.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/host.h"
#include "dove/memory.h"
#include "dove/person.h"
#include "dove/project_settings.h"
#include "dove/settings.h"
#include "dove/store_jobs.h"
#include "dove/store_project.h"
#include "dove/text.h"

typedef enum entry_kind { ENTRY_SETTING, ENTRY_CODEBOOK, ENTRY_REVIEW, ENTRY_CONSENSUS } entry_kind;

/* Something that was entered: how it was before and after. */
typedef struct entry {
  entry_kind kind;
  char *key;            /* of a setting; of a consensus its author */
  char *before, *after; /* values, NULL: the default; of a consensus notes */
  int64_t run_before, t_before, run_after, t_after;
  int64_t step; /* of a review: its step in the project; of a consensus: the item */
  dove_question question;
  dove_answer answer_before, answer_after;
  char words[160];
} entry;

struct dove_controller {
  char *path;
  dove_store_file file; /* that was opened there */
  void (*notify)(void *user);
  void *user;
  atomic_int running; /* in the background */
  dove_model *model;
  dove_jobs *jobs;
  entry *entries;
  size_t count, capacity;
  size_t done; /* the first so many are in force; the rest were undone */
};

/* Milliseconds that the screen may stand still for a write of somebody else. Whoever enters something tries again. */
enum { PATIENCE_MS = 100 };

static void free_entry(entry *item) {
  free(item->key);
  free(item->before);
  free(item->after);
}

/* Adds an entry, which is taken over. */
static dove_status append(dove_controller *controller, entry *item, dove_error *error) {
  void *entries = controller->entries;
  if (!dove_grow(&entries, &controller->capacity, controller->count + 1, sizeof *controller->entries)) {
    free_entry(item);
    return dove_fail_memory(error, "remembering what was entered");
  }
  controller->entries = entries;
  controller->entries[controller->count++] = *item;
  return DOVE_OK;
}

/* The same, with what was undone forgotten. */
static dove_status remember(dove_controller *controller, entry *item, dove_error *error) {
  while (controller->count > controller->done) free_entry(&controller->entries[--controller->count]);
  const dove_status status = append(controller, item, error);
  controller->done = controller->count;
  return status;
}

/* ---- Reviews ---- */

static entry entry_of_step(const dove_store_review_step *step) {
  entry item = {.kind = ENTRY_REVIEW, .step = step->id};
  const char *what = step->entry ? "" : step->withdraws ? "the withdrawal of " : "the return of ";
  const bool named = step->code_name[0] != '\0';
  snprintf(item.words, sizeof item.words, "%sthe %s%s%.100s", what, dove_review_kind_name(step->kind),
           named ? " of " : "", step->code_name);
  item.words[dove_utf8_valid_prefix(item.words, strlen(item.words))] = '\0';
  return item;
}

/* What the person entered in earlier sessions, so that it can be undone still. */
static dove_status recall_reviews(dove_controller *controller, dove_error *error) {
  dove_store_review_steps steps = {0};
  char *author = dove_person_name();
  if (author == NULL) return DOVE_OK;
  dove_status status = dove_store_review_steps_read(dove_model_store(controller->model), author, &steps, error);
  for (size_t i = 0; i < steps.count && status == DOVE_OK; i++) {
    entry item = entry_of_step(&steps.rows[i]);
    status = append(controller, &item, error);
    if (!steps.rows[i].undone) controller->done = controller->count;
  }
  dove_store_review_steps_free(&steps);
  free(author);
  return status;
}

/* Remembers the step that was just made. */
static dove_status remember_review(dove_controller *controller, const char *author, dove_error *error) {
  dove_store_review_steps steps = {0};
  dove_model_invalidate(controller->model);
  dove_status status = dove_store_review_steps_read(dove_model_store(controller->model), author, &steps, error);
  if (status == DOVE_OK && steps.count > 0) {
    entry item = entry_of_step(&steps.rows[steps.count - 1]);
    status = remember(controller, &item, error);
  }
  dove_store_review_steps_free(&steps);
  return status;
}

dove_status dove_controller_review(dove_controller *controller, const dove_store_new_override *entered, int64_t *id,
                                   dove_error *error) {
  const dove_status status = dove_store_override_add(dove_model_store(controller->model), entered, id, error);
  return status == DOVE_OK ? remember_review(controller, entered->author, error) : status;
}

dove_status dove_controller_withdraw(dove_controller *controller, int64_t review, bool withdrawn, const char *author,
                                     dove_error *error) {
  const dove_status status =
      dove_store_override_withdraw(dove_model_store(controller->model), review, withdrawn, author, error);
  return status == DOVE_OK ? remember_review(controller, author, error) : status;
}

/* ---- Opening and closing ---- */

dove_status dove_controller_open(const char *path, void (*notify)(void *user), void *user, dove_controller **controller,
                                 dove_error *error) {
  *controller = NULL;
  dove_controller *opened = dove_alloc_zero(1, sizeof *opened);
  if (opened == NULL) return dove_fail_memory(error, "opening a project");
  opened->path = dove_strdup(path);
  opened->notify = notify;
  opened->user = user;
  atomic_init(&opened->running, 0);
  dove_status status = opened->path != NULL ? dove_model_open(path, &opened->model, error)
                                            : dove_fail_memory(error, "opening a project");
  opened->file = dove_store_file_at(path);
  if (status == DOVE_OK) dove_store_set_patience(dove_model_store(opened->model), PATIENCE_MS);
  if (status == DOVE_OK && !dove_model_is_read_only(opened->model)) {
    status = dove_store_jobs_recover(dove_model_store(opened->model), NULL, error);
    if (status == DOVE_BUSY) status = DOVE_OK; /* whoever opens the project next marks them */
  }
  if (status == DOVE_OK) status = recall_reviews(opened, error);
  if (status == DOVE_OK) status = dove_jobs_start(path, notify, user, &opened->jobs, error);
  if (status != DOVE_OK) {
    dove_controller_close(opened);
    return status;
  }
  *controller = opened;
  return DOVE_OK;
}

void dove_controller_close(dove_controller *controller) {
  if (controller == NULL) return;
  dove_jobs_stop(controller->jobs);
  dove_model_close(controller->model);
  for (size_t i = 0; i < controller->count; i++) free_entry(&controller->entries[i]);
  free(controller->entries);
  free(controller->path);
  free(controller);
}

control_host control_host_of(dove_controller *controller) {
  return (control_host){controller->path, controller->file, controller->notify, controller->user, &controller->running};
}

bool dove_controller_is_busy(dove_controller *controller) { return atomic_load(&controller->running) > 0; }

dove_model *dove_controller_model(dove_controller *controller) { return controller->model; }

dove_jobs *dove_controller_jobs(dove_controller *controller) { return controller->jobs; }

static dove_status apply(dove_controller *controller, const entry *item, bool forward, dove_error *error) {
  dove_store *store = dove_model_store(controller->model);
  dove_status status = DOVE_OK;
  switch (item->kind) {
    case ENTRY_SETTING:
      status = dove_store_setting_set(store, item->key, forward ? item->after : item->before, error);
      break;
    case ENTRY_CODEBOOK:
      status = dove_store_run_choose(store, forward ? item->run_after : item->run_before,
                                     forward ? item->t_after : item->t_before, error);
      break;
    case ENTRY_REVIEW: status = dove_store_review_step_undo(store, item->step, !forward, error); break;
    case ENTRY_CONSENSUS:
      status = dove_store_consensus_set(store, item->step, item->question,
                                        forward ? item->answer_after : item->answer_before,
                                        forward ? item->after : item->before, item->key, error);
      break;
  }
  if (status == DOVE_OK) dove_model_invalidate(controller->model);
  return status;
}

dove_status dove_controller_settings(dove_controller *controller, dove_settings *settings, dove_error *error) {
  return dove_project_settings_load(dove_model_store(controller->model), settings, error);
}

dove_status dove_controller_set(dove_controller *controller, const char *key, const char *value, dove_error *error) {
  dove_settings settings;
  dove_status status = dove_controller_settings(controller, &settings, error);
  if (status == DOVE_OK && value != NULL) status = dove_settings_set(&settings, key, value, error);
  const char *canonical = dove_setting_canonical(key);
  if (status == DOVE_OK && canonical == NULL) status = dove_settings_set(&settings, key, "", error);
  if (status != DOVE_OK) return status;
  entry item = {.kind = ENTRY_SETTING, .key = dove_strdup(canonical), .after = dove_strdup(value)};
  snprintf(item.words, sizeof item.words, "the setting %s", canonical);
  status = dove_store_setting_get(dove_model_store(controller->model), canonical, &item.before, error);
  if (status == DOVE_OK && (item.key == NULL || (value != NULL && item.after == NULL))) {
    status = dove_fail_memory(error, "setting a setting");
  }
  if (status == DOVE_OK) status = apply(controller, &item, true, error);
  if (status == DOVE_OK) return remember(controller, &item, error);
  free_entry(&item);
  return status;
}

/* The run that is current and the iteration that a person chose of it (-1: none). */
static dove_status chosen_now(dove_store *store, int64_t *run, int64_t *t, dove_error *error) {
  dove_store_current current;
  dove_status status = dove_store_current_codebook(store, &current, error);
  if (status != DOVE_OK) return status;
  dove_store_run_list list = {0};
  status = dove_store_run_read(store, current.run, &list, error);
  if (status != DOVE_OK) return status;
  *run = current.run;
  *t = list.rows[0].chosen_t;
  dove_store_run_list_free(&list);
  return DOVE_OK;
}

dove_status dove_controller_choose(dove_controller *controller, int64_t run, int64_t t, dove_error *error) {
  dove_store *store = dove_model_store(controller->model);
  entry item = {.kind = ENTRY_CODEBOOK, .run_after = run, .t_after = t};
  snprintf(item.words, sizeof item.words, "the choice of the codebook");
  dove_status status = chosen_now(store, &item.run_before, &item.t_before, error);
  if (status == DOVE_OK) status = apply(controller, &item, true, error);
  return status == DOVE_OK ? remember(controller, &item, error) : status;
}

/* Takes over what counts now, so that it can count again. */
static dove_status consensus_now(dove_store *store, entry *item, dove_error *error) {
  dove_store_consensus_list list = {0};
  const dove_store_consensus *last = NULL;
  const dove_status status = dove_store_consensus_read(store, item->step, &list, error);
  for (size_t i = 0; i < list.count && last == NULL; i++) {
    if (list.rows[i].question == item->question) last = &list.rows[i];
  }
  item->answer_before = last != NULL ? last->answer : DOVE_ANSWER_WITHDRAWN;
  item->before = dove_strdup(last != NULL ? last->note : "");
  dove_store_consensus_list_free(&list);
  return status;
}

dove_status dove_controller_settle(dove_controller *controller, int64_t item, dove_question question,
                                   const dove_settlement *settlement, dove_error *error) {
  entry settled = {.kind = ENTRY_CONSENSUS,
                   .step = item,
                   .question = question,
                   .key = dove_strdup(settlement->author),
                   .after = dove_strdup(settlement->note),
                   .answer_after = settlement->answer};
  snprintf(settled.words, sizeof settled.words, "the consensus on '%s'", dove_question_name(question));
  dove_status status = consensus_now(dove_model_store(controller->model), &settled, error);
  if (status == DOVE_OK && (settled.key == NULL || settled.before == NULL || settled.after == NULL))
    status = dove_fail_memory(error, "setting a consensus");
  if (status == DOVE_OK) status = apply(controller, &settled, true, error);
  if (status == DOVE_OK) return remember(controller, &settled, error);
  free_entry(&settled);
  return status;
}

const char *dove_controller_undoable(const dove_controller *controller) {
  return controller->done > 0 ? controller->entries[controller->done - 1].words : NULL;
}

const char *dove_controller_redoable(const dove_controller *controller) {
  return controller->done < controller->count ? controller->entries[controller->done].words : NULL;
}

dove_status dove_controller_undo(dove_controller *controller, dove_error *error) {
  if (controller->done == 0) return dove_fail(error, DOVE_NOT_FOUND, "there is nothing to undo");
  const dove_status status = apply(controller, &controller->entries[controller->done - 1], false, error);
  if (status == DOVE_OK) controller->done--;
  return status;
}

dove_status dove_controller_redo(dove_controller *controller, dove_error *error) {
  if (controller->done == controller->count) return dove_fail(error, DOVE_NOT_FOUND, "there is nothing to redo");
  const dove_status status = apply(controller, &controller->entries[controller->done], true, error);
  if (status == DOVE_OK) controller->done++;
  return status;
}

dove_status dove_controller_flow_documents(dove_controller *controller, const dove_store_score *score, int64_t from,
                                           int64_t to, size_t limit, dove_score_documents *documents,
                                           dove_error *error) {
  return dove_score_flow_documents(dove_model_store(controller->model), score, from, to, limit, documents, error);
}
