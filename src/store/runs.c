#include "dove/store_runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "store/internal.h"
#include "store/names.h"

static const char *const status_names[] = {
    [DOVE_STORE_RUNNING] = "running",
    [DOVE_STORE_FINISHED] = "finished",
    [DOVE_STORE_RUN_CANCELLED] = "cancelled",
    [DOVE_STORE_RUN_FAILED] = "failed",
};

const char *dove_store_run_status_name(dove_store_run_status status) { return status_names[status]; }

dove_store_run_status dove_store_run_status_of(const char *name) {
  return (dove_store_run_status)dove_store_name_index(status_names, sizeof status_names / sizeof status_names[0], name);
}

static dove_status insert_run(dove_store *store, const dove_store_new_run *run, int64_t *id, dove_error *error) {
  dove_query query;
  dove_query_open(
      &query, store,
      "INSERT INTO codebook_run (created, settings, seed, status, embedder_id, parent_id, parent_t, initial)"
      " VALUES (?, ?, ?, 'running', ?, ?, ?, ?)",
      error);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_text(&query, run->settings == NULL ? "{}" : run->settings);
  dove_query_int(&query, (int64_t)run->seed);
  dove_query_int(&query, run->embedder);
  dove_query_id(&query, run->parent);
  if (run->parent != 0) {
    dove_query_int(&query, run->parent_t);
  } else {
    dove_query_text(&query, NULL);
  }
  dove_query_words(&query, run->initial);
  const dove_status status = dove_query_finish(&query);
  *id = sqlite3_last_insert_rowid(store->database);
  return status;
}

/* Codes that die after the point of resuming are alive again in the new run. */
static const char share_codes_sql[] =
    "INSERT INTO run_code (run_id, code_id, born_t, died_t)"
    " SELECT ?1, code_id, born_t, CASE WHEN died_t <= ?3 THEN died_t END FROM run_code WHERE run_id = ?2"
    " AND born_t <= ?3";
static const char share_iterations_sql[] =
    "INSERT INTO run_iteration (run_id, t, iteration_id)"
    " SELECT ?1, t, iteration_id FROM run_iteration WHERE run_id = ?2 AND t <= ?3";

static dove_status share(dove_store *store, const char *sql, int64_t id, const dove_store_new_run *run,
                         dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, sql, error);
  dove_query_int(&query, id);
  dove_query_int(&query, run->parent);
  dove_query_int(&query, run->parent_t);
  return dove_query_finish(&query);
}

static dove_status add_run(dove_store *store, const dove_store_new_run *run, int64_t *id, dove_error *error) {
  dove_status status = insert_run(store, run, id, error);
  if (status != DOVE_OK || run->parent == 0) return status;
  dove_store_iteration last;
  status = dove_store_iteration_read(store, run->parent, run->parent_t, &last, error);
  if (status == DOVE_OK) status = share(store, share_codes_sql, *id, run, error);
  if (status == DOVE_OK) status = share(store, share_iterations_sql, *id, run, error);
  return status;
}

dove_status dove_store_run_add(dove_store *store, const dove_store_new_run *run, int64_t *id, dove_error *error) {
  const dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, add_run(store, run, id, error), error);
}

dove_status dove_store_run_initial_set(dove_store *store, int64_t run, const char *initial, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "UPDATE codebook_run SET initial = ? WHERE id = ?", error);
  dove_query_words(&query, initial);
  dove_query_int(&query, run);
  return dove_query_finish_changed(&query, "codebook run", run);
}

dove_status dove_store_run_end(dove_store *store, int64_t run, dove_store_run_status run_status, const char *stopped_by,
                               dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "UPDATE codebook_run SET status = ?, stopped_by = ?, ended = ? WHERE id = ?", error);
  dove_query_text(&query, status_names[run_status]);
  dove_query_words(&query, stopped_by);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_int(&query, run);
  return dove_query_finish_changed(&query, "codebook run", run);
}

dove_status dove_store_run_reopen(dove_store *store, int64_t run, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "UPDATE codebook_run SET status = 'running', stopped_by = '', ended = NULL WHERE id = ?", error);
  dove_query_int(&query, run);
  return dove_query_finish_changed(&query, "codebook run", run);
}

static dove_status choose(dove_store *store, int64_t run, int64_t chosen_t, dove_error *error) {
  dove_query query;
  if (chosen_t >= 0) {
    dove_store_iteration iteration;
    const dove_status status = dove_store_iteration_read(store, run, chosen_t, &iteration, error);
    if (status != DOVE_OK) return status;
  }
  dove_query_open(&query, store, "UPDATE codebook_run SET is_current = 0 WHERE is_current = 1", error);
  const dove_status status = dove_query_finish(&query);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store, "UPDATE codebook_run SET is_current = 1, chosen_t = ? WHERE id = ?", error);
  if (chosen_t >= 0) {
    dove_query_int(&query, chosen_t);
  } else {
    dove_query_text(&query, NULL);
  }
  dove_query_int(&query, run);
  return dove_query_finish_changed(&query, "codebook run", run);
}

dove_status dove_store_run_choose(dove_store *store, int64_t run, int64_t chosen_t, dove_error *error) {
  const dove_status status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, choose(store, run, chosen_t, error), error);
}

/* NULL sorts below every number, so an iteration without S is best only when there is no other. */
#define BEST_T                                                                          \
  "(SELECT ri.t FROM run_iteration AS ri JOIN iteration AS i ON i.id = ri.iteration_id" \
  " WHERE ri.run_id = r.id ORDER BY i.s DESC, ri.t LIMIT 1)"

#define RUN_SELECT                                                                             \
  "SELECT r.id, r.created, r.ended, r.settings, r.seed, r.status, r.embedder_id, r.parent_id," \
  " ifnull(r.parent_t, -1), r.is_current, ifnull(r.chosen_t, -1), ifnull(" BEST_T              \
  ", -1),"                                                                                     \
  " (SELECT count(*) FROM run_iteration WHERE run_id = r.id), r.stopped_by, r.initial FROM codebook_run AS r"

static void fill_run(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_run *)row = (dove_store_run){
      .id = dove_column_int(query, 0),
      .created = dove_column_int(query, 1),
      .ended = dove_column_int(query, 2),
      .settings = dove_column_text(query, 3, pool),
      .seed = (uint64_t)dove_column_int(query, 4),
      .status = dove_store_run_status_of(dove_column_text(query, 5, pool)),
      .embedder = dove_column_int(query, 6),
      .parent = dove_column_int(query, 7),
      .parent_t = dove_column_int(query, 8),
      .current = dove_column_int(query, 9) != 0,
      .chosen_t = dove_column_int(query, 10),
      .best_t = dove_column_int(query, 11),
      .iterations = dove_column_int(query, 12),
      .stopped_by = dove_column_text(query, 13, pool),
      .initial = dove_column_text(query, 14, pool),
  };
}

dove_status dove_store_run_list_read(dove_store *store, int64_t offset, int64_t limit, dove_store_run_list *list,
                                     dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, RUN_SELECT " ORDER BY r.id DESC LIMIT ? OFFSET ?", error);
  dove_query_page(&query, limit, offset);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_run, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

dove_status dove_store_run_read(dove_store *store, int64_t run, dove_store_run_list *list, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, RUN_SELECT " WHERE r.id = ?", error);
  const dove_status status =
      dove_query_collect_by_id(&query, &run, 1, "codebook run", sizeof *list->rows, fill_run, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_run_list_free(dove_store_run_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_run_list){0};
}

static dove_status read_current(dove_query *query, dove_store_current *current) {
  *current = (dove_store_current){0};
  if (dove_query_step(query)) {
    *current = (dove_store_current){
        .run = dove_column_int(query, 0), .t = dove_column_int(query, 1), .iteration = dove_column_int(query, 2)};
  }
  return dove_query_close(query);
}

#define CHOSEN_ITERATION                                                               \
  "SELECT r.id, ri.t, ri.iteration_id FROM codebook_run AS r JOIN run_iteration AS ri" \
  " ON ri.run_id = r.id AND ri.t = ifnull(r.chosen_t, " BEST_T ")"

dove_status dove_store_current_codebook(dove_store *store, dove_store_current *current, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, CHOSEN_ITERATION " ORDER BY r.is_current DESC, r.id DESC LIMIT 1", error);
  const dove_status status = read_current(&query, current);
  if (status != DOVE_OK || current->iteration != 0) return status;
  return dove_fail(error, DOVE_NOT_FOUND, "the project has no codebook yet: build one first");
}

dove_status dove_store_codebook_of_run(dove_store *store, int64_t run, int64_t t, dove_store_current *current,
                                       dove_error *error) {
  dove_query query;
  if (t < 0) {
    dove_query_open(&query, store, CHOSEN_ITERATION " WHERE r.id = ?", error);
    dove_query_int(&query, run);
  } else {
    dove_query_open(&query, store, "SELECT run_id, t, iteration_id FROM run_iteration WHERE run_id = ? AND t = ?",
                    error);
    dove_query_int(&query, run);
    dove_query_int(&query, t);
  }
  const dove_status status = read_current(&query, current);
  if (status != DOVE_OK || current->iteration != 0) return status;
  if (t < 0) return dove_fail(error, DOVE_NOT_FOUND, "codebook run %lld has no iteration yet", (long long)run);
  return dove_fail(error, DOVE_NOT_FOUND, "codebook run %lld has no iteration %lld", (long long)run, (long long)t);
}

dove_status dove_store_codebook_of_iteration(dove_store *store, int64_t iteration, dove_store_current *current,
                                             dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "SELECT run_id, t, iteration_id FROM run_iteration WHERE iteration_id = ? ORDER BY run_id LIMIT 1",
                  error);
  dove_query_int(&query, iteration);
  const dove_status status = read_current(&query, current);
  if (status != DOVE_OK || current->iteration != 0) return status;
  return dove_fail(error, DOVE_NOT_FOUND, "the iteration %lld is not in the project", (long long)iteration);
}
