/* Codes from elsewhere as a codebook run of the project. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/clock.h"
#include "dove/decoder.h"
#include "dove/embed.h"
#include "dove/exchange.h"
#include "dove/memory.h"
#include "dove/project_settings.h"
#include "dove/store_code_descriptions.h"
#include "dove/text.h"
#include "method/codebook/build_run.h"
#include "method/codebook/build_save.h"

static const char doing[] = "importing a codebook";

/* Distances between more codes than that no longer fit in memory. */
enum { MOST_CODES = 20000 };

typedef struct importing_codebook {
  dove_store *store;
  const dove_exchange_set *set;
  const char *path;
  const dove_progress *progress;
  size_t *source; /* of each code of the codebook, its place in the set */
  size_t *place;  /* the other way round; DOVE_EXCHANGE_NO_CODE for folders */
  char **folded;  /* its name, case folded */
  dove_build_run run;
  dove_codebook codebook;
  dove_measurement measurement;
} importing_codebook;

static void close_all(importing_codebook *c) {
  for (size_t k = 0; c->folded != NULL && k < c->set->code_count; k++) free(c->folded[k]);
  free(c->folded);
  free(c->source);
  free(c->place);
  dove_measurement_free(&c->measurement);
  dove_codebook_free(&c->codebook);
  dove_build_run_close(&c->run);
}

/* ---- Names ---- */

static bool name_is_taken(const importing_codebook *c, size_t k, const char *folded) {
  for (size_t i = 0; i < k; i++) {
    if (strcmp(c->folded[i], folded) == 0) return true;
  }
  return false;
}

/* "Name", or "Parent / Name" where that is taken, or "Name (2)", "Name (3)", … */
static void try_name(const importing_codebook *c, size_t source, size_t attempt, dove_buffer *name) {
  const dove_exchange_code *code = &c->set->codes[source];
  dove_buffer_clear(name);
  if (attempt > 0 && code->parent != DOVE_EXCHANGE_NO_CODE)
    dove_buffer_printf(name, "%s / ", c->set->codes[code->parent].name);
  dove_buffer_add_text(name, code->name);
  if (attempt > 1) dove_buffer_printf(name, " (%zu)", attempt);
}

static dove_status choose_name(importing_codebook *c, size_t k, dove_error *error) {
  dove_buffer name = {0};
  for (size_t attempt = 0;; attempt++) {
    try_name(c, c->source[k], attempt, &name);
    free(c->folded[k]);
    c->folded[k] = dove_text_fold(dove_buffer_text(&name), name.length);
    if (c->folded[k] == NULL || name.failed || !name_is_taken(c, k, c->folded[k])) break;
  }
  c->codebook.codes[k].name = c->folded[k] != NULL ? dove_buffer_take(&name) : NULL;
  dove_buffer_free(&name);
  return c->codebook.codes[k].name != NULL ? DOVE_OK : dove_fail_memory(error, doing);
}

static dove_status choose_codes(importing_codebook *c, dove_error *error) {
  const size_t most = c->set->code_count;
  size_t count = 0;
  c->source = dove_alloc(most, sizeof *c->source);
  c->place = dove_alloc(most, sizeof *c->place);
  c->folded = dove_alloc_zero(most, sizeof *c->folded);
  if (c->source == NULL || c->place == NULL || c->folded == NULL) return dove_fail_memory(error, doing);
  for (size_t i = 0; i < most; i++) {
    c->place[i] = c->set->codes[i].folder ? DOVE_EXCHANGE_NO_CODE : count;
    if (!c->set->codes[i].folder) c->source[count++] = i;
  }
  if (count == 0) return dove_fail(error, DOVE_INPUT, "%s has no code to code with", c->path);
  if (count > MOST_CODES)
    return dove_fail(error, DOVE_INPUT, "%s has %zu codes; a codebook takes %d", c->path, count, MOST_CODES);
  dove_status status = dove_codebook_create(&c->codebook, count, c->run.set.vectors.columns, error);
  for (size_t k = 0; k < count && status == DOVE_OK; k++) {
    c->codebook.codes[k].id = -(int64_t)k - 1;
    c->codebook.codes[k].origin = DOVE_STORE_CODE_INITIAL;
    status = choose_name(c, k, error);
  }
  return status;
}

/* ---- Centroids ---- */

static int compare_ids(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Adds the vectors of the expressions that the file codes to their codes. */
static void add_members(importing_codebook *c, const int64_t *ids) {
  const dove_expression_set *set = &c->run.set;
  const size_t dimension = set->vectors.columns;
  for (size_t i = 0; ids != NULL && i < c->set->expression_count; i++) {
    const size_t code = c->set->expressions[i].code;
    if (code == DOVE_EXCHANGE_NO_CODE || c->place[code] == DOVE_EXCHANGE_NO_CODE) continue;
    const int64_t *found = bsearch(&ids[i], set->expression_ids, set->expressions, sizeof ids[i], compare_ids);
    if (found == NULL) continue;
    const float *vector = set->vectors.data + (size_t)(found - set->expression_ids) * dimension;
    float *centroid = c->codebook.centroids.data + c->place[code] * dimension;
    for (size_t d = 0; d < dimension; d++) centroid[d] += vector[d];
  }
}

/* False for a vector without a direction. */
static bool make_unit(float *vector, size_t dimension) {
  double length = 0;
  for (size_t d = 0; d < dimension; d++) length += (double)vector[d] * (double)vector[d];
  if (length < 1e-12) return false;
  for (size_t d = 0; d < dimension; d++) vector[d] = (float)(vector[d] / sqrt(length));
  return true;
}

static dove_status embed_code(importing_codebook *c, const dove_embedder *embedder, size_t k, dove_error *error) {
  const dove_exchange_code *code = &c->set->codes[c->source[k]];
  const size_t dimension = c->codebook.centroids.columns;
  dove_buffer text = {0};
  bool embedded = false;
  dove_buffer_printf(&text, "%s. %s", code->name, code->description);
  if (text.failed) return dove_fail_memory(error, doing);
  const char *const texts[] = {dove_buffer_text(&text)};
  const dove_status status =
      dove_embedder_embed(embedder, texts, 1, c->codebook.centroids.data + k * dimension, &embedded, NULL, NULL, error);
  dove_buffer_free(&text);
  if (status != DOVE_OK || embedded) return status;
  return dove_fail(error, DOVE_INPUT,
                   "%s: the code '%s' has neither expressions in the project nor a name and description in words that "
                   "the embedder knows",
                   c->path, code->name);
}

static dove_status place_codes(importing_codebook *c, const int64_t *ids, dove_error *error) {
  const size_t dimension = c->codebook.centroids.columns;
  dove_embedder embedder = {0};
  dove_status status = DOVE_OK;
  add_members(c, ids);
  for (size_t k = 0; k < c->codebook.count && status == DOVE_OK; k++) {
    if (make_unit(c->codebook.centroids.data + k * dimension, dimension)) continue;
    if (embedder.operations == NULL)
      status = dove_project_embedder(c->store, &c->run.settings, false, &embedder, error);
    if (status == DOVE_OK) status = embed_code(c, &embedder, k, error);
  }
  if (embedder.operations != NULL) dove_embedder_close(&embedder);
  return status;
}

/* ---- Measuring and saving ---- */

static dove_status measure(importing_codebook *c, dove_error *error) {
  dove_decoder decoder = {0};
  dove_status status = dove_codebook_set_width(&c->codebook, dove_matrix_as_view(&c->run.set.vectors),
                                               c->run.settings.sigma, c->progress, error);
  if (status == DOVE_OK) status = dove_decoder_open_centroid(&decoder, error);
  if (status != DOVE_OK) return status;
  status = dove_measure(&c->codebook, &c->run.set, &c->run.settings, 0, &decoder, &c->measurement, c->progress, error);
  dove_decoder_close(&decoder);
  return status;
}

static dove_status save(importing_codebook *c, double start, dove_error *error) {
  dove_store_iteration row = {0};
  snprintf(c->run.initial, sizeof c->run.initial, "imported");
  dove_status status = dove_build_run_start(c->store, &c->run, error);
  const dove_build_result result = {.run = c->run.run,
                                    .codebook = &c->codebook,
                                    .set = &c->run.set,
                                    .settings = &c->run.settings,
                                    .measurement = &c->measurement,
                                    .seconds = dove_clock_seconds() - start};
  if (status == DOVE_OK) status = dove_build_save(c->store, &result, &row, c->progress, error);
  for (size_t k = 0; k < c->codebook.count && status == DOVE_OK; k++)
    status =
        dove_store_code_describe(c->store, c->codebook.codes[k].id, c->set->codes[c->source[k]].description, error);
  if (status == DOVE_OK) status = dove_store_iteration_stopped(c->store, row.id, "imported", error);
  if (status == DOVE_OK) status = dove_store_run_end(c->store, c->run.run, DOVE_STORE_FINISHED, "imported", error);
  return status == DOVE_OK ? dove_store_run_choose(c->store, c->run.run, -1, error) : status;
}

static dove_status save_whole(importing_codebook *c, double start, dove_error *error) {
  dove_status status = dove_store_begin_durable(c->store, error);
  if (status != DOVE_OK) return status;
  status = save(c, start, error);
  if (status == DOVE_OK) return dove_store_commit(c->store, error);
  dove_store_rollback(c->store);
  return status;
}

/* Expressions that have no vector get one: codes are measured on all of them. */
static dove_status embed_expressions(const importing_codebook *c, dove_error *error) {
  dove_settings settings;
  dove_embed_report report;
  const dove_embed_options options = {0};
  dove_status status = dove_project_settings_load(c->store, &settings, error);
  return status == DOVE_OK ? dove_embed(c->store, &settings, &options, &report, c->progress, error) : status;
}

dove_status dove_exchange_store_codebook(dove_store *store, const dove_exchange_set *set, const int64_t *ids,
                                         const char *path, dove_exchange_report *report, const dove_progress *progress,
                                         dove_error *error) {
  importing_codebook c = {.store = store, .set = set, .path = path, .progress = progress};
  const dove_build_options options = {.fresh = true, .resume_iteration = -1, .seed = -1, .iterations = -1};
  const double start = dove_clock_seconds();
  dove_status status = embed_expressions(&c, error);
  if (status == DOVE_OK) status = dove_build_run_open(store, &options, &c.run, progress, error);
  if (status == DOVE_OK) status = choose_codes(&c, error);
  if (status == DOVE_OK) status = place_codes(&c, ids, error);
  if (status == DOVE_OK) status = measure(&c, error);
  if (status == DOVE_OK) status = save_whole(&c, start, error);
  if (status == DOVE_OK) {
    report->codes = c.codebook.count;
    report->run = c.run.run;
  }
  close_all(&c);
  return status;
}
