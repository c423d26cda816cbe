#include "dove/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/store_vectors.h"
#include "model/internal.h"

dove_status dove_model_open(const char *path, dove_model **model, dove_error *error) {
  *model = NULL;
  dove_model *opened = dove_alloc_zero(1, sizeof *opened);
  if (opened == NULL) return dove_fail_memory(error, "opening a project");
  opened->follow = true;
  dove_status status = dove_store_open(path, &opened->store, error);
  if (status == DOVE_OK) status = dove_store_data_version(opened->store, &opened->data_version, error);
  if (status != DOVE_OK) {
    dove_model_close(opened);
    return status;
  }
  *model = opened;
  return DOVE_OK;
}

static void forget_overview(dove_model *model) {
  if (!model->overview_known) return;
  dove_store_label_list_free(&model->overview.cultures);
  dove_store_label_list_free(&model->overview.sources);
  dove_store_label_list_free(&model->overview.topics);
  dove_store_label_list_free(&model->overview.roles);
  model->overview = (dove_overview){0};
  model->overview_known = false;
}

static void forget_iterations(dove_model *model) {
  free(model->iterations);
  model->iterations = NULL;
  model->iteration_count = 0;
  model->iterations_known = false;
}

static void forget_documents(dove_model *model) {
  free(model->documents);
  model->documents = NULL;
  model->document_count = 0;
}

static void forget_all(dove_model *model) {
  forget_overview(model);
  forget_iterations(model);
  forget_documents(model);
  dove_model_forget_usage(model);
  dove_model_forget_codebook(model);
  dove_model_forget_map(model);
}

void dove_model_close(dove_model *model) {
  if (model == NULL) return;
  forget_all(model);
  dove_store_close(model->store);
  free(model);
}

bool dove_model_is_read_only(const dove_model *model) { return dove_store_is_read_only(model->store); }

dove_store *dove_model_store(dove_model *model) { return model->store; }

void dove_model_invalidate(dove_model *model) {
  forget_all(model);
  model->view_known = false;
  model->generation++;
}

uint64_t dove_model_generation(const dove_model *model) { return model->generation; }

bool dove_model_changed(dove_model *model) {
  int64_t version = model->data_version;
  return dove_store_data_version(model->store, &version, NULL) == DOVE_OK && version != model->data_version;
}

void dove_model_catch_up(dove_model *model) {
  dove_store_data_version(model->store, &model->data_version, NULL);
  dove_model_invalidate(model);
}

/* The number of iterations of a run; 0 when it is gone. */
static int64_t iterations_of(dove_model *model, int64_t run) {
  dove_store_run_list list = {0};
  if (dove_store_run_read(model->store, run, &list, NULL) != DOVE_OK) return 0;
  const int64_t iterations = list.count == 1 ? list.rows[0].iterations : 0;
  dove_store_run_list_free(&list);
  return iterations;
}

/* Fills the view from (run, t), or from the current codebook when they are no longer there. */
static void know_view(dove_model *model) {
  if (model->view_known) return;
  dove_store_current current = {0};
  const bool has_current = dove_store_current_codebook(model->store, &current, NULL) == DOVE_OK;
  dove_store_current shown = current;
  bool found = has_current;
  if (!model->follow && model->view.run > 0 &&
      dove_store_codebook_of_run(model->store, model->view.run, model->view.t, &shown, NULL) == DOVE_OK) {
    found = true;
  } else {
    model->follow = true;
    shown = current;
  }
  model->view = (dove_view){0};
  if (found) {
    model->view = (dove_view){shown.run, shown.t, shown.iteration, iterations_of(model, shown.run),
                              has_current && shown.iteration == current.iteration && shown.run == current.run};
  }
  model->view_known = true;
}

dove_view dove_model_view(dove_model *model) {
  know_view(model);
  return model->view;
}

dove_status dove_model_view_set(dove_model *model, int64_t run, int64_t t, dove_error *error) {
  dove_store_current shown = {0};
  dove_status status = dove_store_codebook_of_run(model->store, run, t, &shown, error);
  if (status != DOVE_OK) return status;
  if (run != model->view.run) forget_iterations(model);
  model->view = (dove_view){shown.run, shown.t, shown.iteration, 0, false};
  model->follow = false;
  model->view_known = false;
  model->generation++;
  return DOVE_OK;
}

bool dove_model_view_step(dove_model *model, int step) {
  const dove_view view = dove_model_view(model);
  const int64_t t = view.t + step;
  if (view.run == 0 || t < 0 || t >= view.iterations) return false;
  return dove_model_view_set(model, view.run, t, NULL) == DOVE_OK;
}

void dove_model_view_follow(dove_model *model) {
  model->follow = true;
  model->view_known = false;
  forget_iterations(model);
  model->generation++;
}

const dove_store_iteration *dove_model_iterations(dove_model *model, size_t *count) {
  const dove_view view = dove_model_view(model);
  *count = 0;
  if (view.run == 0) return NULL;
  if (!model->iterations_known) {
    if (dove_store_iteration_list(model->store, view.run, &model->iterations, &model->iteration_count, NULL) != DOVE_OK)
      return NULL;
    model->iterations_known = true;
  }
  *count = model->iteration_count;
  return model->iterations;
}

const dove_store_iteration *dove_model_iteration(dove_model *model) {
  size_t count = 0;
  const dove_store_iteration *rows = dove_model_iterations(model, &count);
  const int64_t t = dove_model_view(model).t;
  for (size_t i = 0; i < count; i++) {
    if (rows[i].t == t) return &rows[i];
  }
  return NULL;
}

static dove_next_step next_step(const dove_store_counts *counts, bool has_codebook) {
  if (counts->documents == 0) return DOVE_NEXT_IMPORT;
  if (counts->documents_without_expressions > 0 && counts->expressions == 0) return DOVE_NEXT_EXTRACT;
  if (counts->expressions_embedded < counts->expressions && !has_codebook) return DOVE_NEXT_EMBED;
  if (!has_codebook) return DOVE_NEXT_BUILD;
  if (counts->scores == 0) return DOVE_NEXT_SCORE;
  return DOVE_NEXT_NOTHING;
}

static dove_status read_labels(dove_store *store, dove_overview *overview, dove_error *error) {
  dove_status status = dove_store_label_list_read(store, DOVE_STORE_CULTURE, &overview->cultures, error);
  if (status == DOVE_OK) status = dove_store_label_list_read(store, DOVE_STORE_SOURCE, &overview->sources, error);
  if (status == DOVE_OK) status = dove_store_label_list_read(store, DOVE_STORE_TOPIC, &overview->topics, error);
  if (status == DOVE_OK) status = dove_store_label_list_read(store, DOVE_STORE_ROLE, &overview->roles, error);
  return status;
}

static dove_status read_embedder(dove_store *store, dove_overview *overview, dove_error *error) {
  dove_store_embedder embedder = {0};
  dove_error reason = {0};
  const dove_status status = dove_store_embedder_active(store, &embedder, &reason);
  if (status == DOVE_NOT_FOUND) return DOVE_OK;
  if (status != DOVE_OK) return dove_fail(error, status, "%s", reason.message);
  snprintf(overview->embedder, sizeof overview->embedder, "%s", embedder.name);
  overview->dimension = embedder.dimension;
  dove_store_embedder_free(&embedder);
  return DOVE_OK;
}

dove_status dove_model_overview(dove_model *model, const dove_overview **overview, dove_error *error) {
  *overview = &model->overview;
  if (model->overview_known) return DOVE_OK;
  dove_overview *fresh = &model->overview;
  dove_status status = dove_store_counts_read(model->store, &fresh->counts, error);
  if (status == DOVE_OK) status = read_labels(model->store, fresh, error);
  if (status == DOVE_OK) status = read_embedder(model->store, fresh, error);
  model->overview_known = true;
  if (status != DOVE_OK) {
    forget_overview(model);
    return status;
  }
  fresh->next = next_step(&fresh->counts, dove_model_view(model).run != 0);
  return DOVE_OK;
}
