#include "dove/model_window.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "model/internal.h"

enum {
  SHOWN_ROWS = 48, /* at once, when nobody tells */
  SHOWN_LEAST = 8,
  SHOWN_MOST = 256,
  WALK_ROWS = 2048,        /* read at once by who goes through all rows */
  UNCOUNTED_ROWS = 100000, /* most rows of lists that are short by nature and are counted by reading them */
};

typedef struct member_list {
  dove_store_expression_list expressions;
  dove_member *rows;
  size_t count;
} member_list;

typedef union window_list {
  dove_store_document_list documents;
  dove_store_expression_list expressions;
  dove_store_code_list codes;
  member_list members;
  dove_store_code_document_list code_documents;
  dove_store_decision_list decisions;
  dove_store_run_list runs;
  dove_store_score_run_list score_runs;
  dove_store_score_list scores;
  dove_store_score_code_list score_codes;
  dove_store_score_flow_list score_flows;
  dove_store_job_list jobs;
  dove_store_job_lines job_lines;
} window_list;

/* What a kind of list can do. `count` NULL: counted by reading; `place` NULL: found by reading. */
typedef struct window_operations {
  size_t row_size;
  dove_status (*count)(dove_store *store, const dove_window_query *query, int64_t *count, dove_error *error);
  dove_status (*page)(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                      window_list *list, const void **rows, size_t *count, dove_error *error);
  dove_status (*place)(dove_store *store, const dove_window_query *query, int64_t id, int64_t *place,
                       dove_error *error);
  int64_t (*id)(const void *row, int64_t index);
  void (*free)(window_list *list);
} window_operations;

struct dove_window {
  dove_model *model;
  const window_operations *operations;
  dove_window_query query;
  int64_t total;
  int64_t first; /* of the rows that are loaded */
  size_t loaded;
  int64_t shown; /* rows on the screen at once */
  const void *rows;
  window_list list;
  dove_error error;
};

/* ---- documents ---- */

static dove_status documents_count(dove_store *store, const dove_window_query *query, int64_t *count,
                                   dove_error *error) {
  return dove_store_document_count(store, &query->documents.filter, count, error);
}

static dove_status documents_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                                  window_list *list, const void **rows, size_t *count, dove_error *error) {
  dove_store_document_query page = query->documents;
  page.offset = offset;
  page.limit = limit;
  const dove_status status = dove_store_document_page(store, &page, &list->documents, error);
  *rows = list->documents.rows;
  *count = list->documents.count;
  return status;
}

static dove_status documents_place(dove_store *store, const dove_window_query *query, int64_t id, int64_t *place,
                                   dove_error *error) {
  return dove_store_document_place(store, &query->documents, id, place, error);
}

static int64_t document_id(const void *row, int64_t index) {
  (void)index;
  return ((const dove_store_document *)row)->id;
}

static void documents_free(window_list *list) { dove_store_document_list_free(&list->documents); }

/* ---- expressions ---- */

static dove_status expressions_count(dove_store *store, const dove_window_query *query, int64_t *count,
                                     dove_error *error) {
  return dove_store_expression_count(store, &query->expressions, count, error);
}

static dove_status expressions_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                                    window_list *list, const void **rows, size_t *count, dove_error *error) {
  const dove_status status =
      dove_store_expression_page_at(store, &query->expressions, offset, limit, &list->expressions, error);
  *rows = list->expressions.rows;
  *count = list->expressions.count;
  return status;
}

static int64_t expression_id(const void *row, int64_t index) {
  (void)index;
  return ((const dove_store_expression *)row)->id;
}

static void expressions_free(window_list *list) { dove_store_expression_list_free(&list->expressions); }

/* ---- codes ---- */

static dove_status codes_count(dove_store *store, const dove_window_query *query, int64_t *count, dove_error *error) {
  return dove_store_code_count(store, &query->codes, count, error);
}

static dove_status codes_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                              window_list *list, const void **rows, size_t *count, dove_error *error) {
  dove_store_code_query page = query->codes;
  page.offset = offset;
  page.limit = limit;
  const dove_status status = dove_store_code_page(store, &page, &list->codes, error);
  *rows = list->codes.rows;
  *count = list->codes.count;
  return status;
}

static dove_status codes_place(dove_store *store, const dove_window_query *query, int64_t id, int64_t *place,
                               dove_error *error) {
  return dove_store_code_place(store, &query->codes, id, place, error);
}

static int64_t code_id(const void *row, int64_t index) {
  (void)index;
  return ((const dove_store_code *)row)->id;
}

static void codes_free(window_list *list) { dove_store_code_list_free(&list->codes); }

/* ---- members of a code ---- */

static dove_status join_members(dove_store *store, const int64_t *ids, const float *cosines, size_t found,
                                member_list *members, dove_error *error) {
  dove_status status = dove_store_expression_rows(store, ids, found, &members->expressions, error);
  if (status != DOVE_OK) return status;
  members->rows = dove_alloc(found, sizeof *members->rows);
  if (members->rows == NULL) return dove_fail_memory(error, "reading members");
  members->count = found;
  for (size_t i = 0; i < found; i++) {
    members->rows[i] = (dove_member){members->expressions.rows[i], (double)cosines[i]};
  }
  return DOVE_OK;
}

static dove_status members_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                                window_list *list, const void **rows, size_t *count, dove_error *error) {
  int64_t *ids = dove_alloc((size_t)limit, sizeof *ids);
  float *cosines = dove_alloc((size_t)limit, sizeof *cosines);
  size_t found = 0;
  dove_status status = DOVE_OK;
  if (ids == NULL || cosines == NULL) status = dove_fail_memory(error, "reading members");
  if (status == DOVE_OK) {
    status = dove_store_members_page(store, query->of_code.iteration, query->of_code.code, offset, limit, ids, cosines,
                                     &found, error);
  }
  if (status == DOVE_OK) status = join_members(store, ids, cosines, found, &list->members, error);
  free(ids);
  free(cosines);
  *rows = list->members.rows;
  *count = list->members.count;
  return status;
}

static dove_status members_count(dove_store *store, const dove_window_query *query, int64_t *count, dove_error *error) {
  return dove_store_members_count(store, query->of_code.iteration, query->of_code.code, count, error);
}

static int64_t member_id(const void *row, int64_t index) {
  (void)index;
  return ((const dove_member *)row)->expression.id;
}

static void members_free(window_list *list) {
  dove_store_expression_list_free(&list->members.expressions);
  free(list->members.rows);
}

/* ---- documents of a code ---- */

static dove_status code_documents_count(dove_store *store, const dove_window_query *query, int64_t *count,
                                        dove_error *error) {
  return dove_store_code_document_count(store, query->of_code.iteration, query->of_code.code, query->of_code.filter,
                                        count, error);
}

static dove_status code_documents_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                                       window_list *list, const void **rows, size_t *count, dove_error *error) {
  const dove_status status =
      dove_store_code_documents(store, query->of_code.iteration, query->of_code.code, query->of_code.filter, offset,
                                limit, &list->code_documents, error);
  *rows = list->code_documents.rows;
  *count = list->code_documents.count;
  return status;
}

static int64_t code_document_id(const void *row, int64_t index) {
  (void)index;
  return ((const dove_store_code_document *)row)->document.id;
}

static void code_documents_free(window_list *list) { dove_store_code_document_list_free(&list->code_documents); }

/* ---- decisions ---- */

static dove_status decisions_count(dove_store *store, const dove_window_query *query, int64_t *count,
                                   dove_error *error) {
  return dove_store_decision_count(store, &query->decisions, count, error);
}

static dove_status decisions_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                                  window_list *list, const void **rows, size_t *count, dove_error *error) {
  dove_store_decision_query page = query->decisions;
  page.offset = offset;
  page.limit = limit;
  const dove_status status = dove_store_decision_page(store, &page, &list->decisions, error);
  *rows = list->decisions.rows;
  *count = list->decisions.count;
  return status;
}

static dove_status decisions_place(dove_store *store, const dove_window_query *query, int64_t id, int64_t *place,
                                   dove_error *error) {
  return dove_store_decision_place(store, &query->decisions, id, place, error);
}

static int64_t decision_id(const void *row, int64_t index) {
  (void)index;
  return ((const dove_store_decision *)row)->id;
}

static void decisions_free(window_list *list) { dove_store_decision_list_free(&list->decisions); }

/* ---- runs ---- */

static dove_status runs_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                             window_list *list, const void **rows, size_t *count, dove_error *error) {
  (void)query;
  const dove_status status = dove_store_run_list_read(store, offset, limit, &list->runs, error);
  *rows = list->runs.rows;
  *count = list->runs.count;
  return status;
}

static int64_t run_id(const void *row, int64_t index) {
  (void)index;
  return ((const dove_store_run *)row)->id;
}

static void runs_free(window_list *list) { dove_store_run_list_free(&list->runs); }

/* ---- scores ---- */

static dove_status score_runs_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                                   window_list *list, const void **rows, size_t *count, dove_error *error) {
  (void)query;
  const dove_status status = dove_store_score_run_page(store, offset, limit, &list->score_runs, error);
  *rows = list->score_runs.rows;
  *count = list->score_runs.count;
  return status;
}

static int64_t score_run_id(const void *row, int64_t index) {
  (void)index;
  return ((const dove_store_score_run *)row)->id;
}

static void score_runs_free(window_list *list) { dove_store_score_run_list_free(&list->score_runs); }

static dove_status scores_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                               window_list *list, const void **rows, size_t *count, dove_error *error) {
  const dove_status status = dove_store_score_page(store, query->parent, offset, limit, &list->scores, error);
  *rows = list->scores.rows;
  *count = list->scores.count;
  return status;
}

static int64_t score_id(const void *row, int64_t index) {
  (void)index;
  return ((const dove_store_score *)row)->id;
}

static void scores_free(window_list *list) { dove_store_score_list_free(&list->scores); }

static dove_status score_codes_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                                    window_list *list, const void **rows, size_t *count, dove_error *error) {
  const dove_status status = dove_store_score_codes(store, query->parent, offset, limit, &list->score_codes, error);
  *rows = list->score_codes.rows;
  *count = list->score_codes.count;
  return status;
}

static int64_t score_code_id(const void *row, int64_t index) {
  (void)index;
  return ((const dove_store_score_code *)row)->code;
}

static void score_codes_free(window_list *list) { dove_store_score_code_list_free(&list->score_codes); }

static dove_status score_flows_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                                    window_list *list, const void **rows, size_t *count, dove_error *error) {
  const dove_status status = dove_store_score_flows(store, query->parent, offset, limit, &list->score_flows, error);
  *rows = list->score_flows.rows;
  *count = list->score_flows.count;
  return status;
}

/* Flows and log lines have no name of their own and never move: their place is their identity. */
static int64_t place_id(const void *row, int64_t index) {
  (void)row;
  return index + 1;
}

static void score_flows_free(window_list *list) { dove_store_score_flow_list_free(&list->score_flows); }

/* ---- jobs ---- */

static dove_status jobs_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                             window_list *list, const void **rows, size_t *count, dove_error *error) {
  (void)query;
  const dove_status status = dove_store_job_page(store, offset, limit, &list->jobs, error);
  *rows = list->jobs.rows;
  *count = list->jobs.count;
  return status;
}

static int64_t job_id(const void *row, int64_t index) {
  (void)index;
  return ((const dove_store_job *)row)->id;
}

static void jobs_free(window_list *list) { dove_store_job_list_free(&list->jobs); }

static dove_status job_lines_page(dove_store *store, const dove_window_query *query, int64_t offset, int64_t limit,
                                  window_list *list, const void **rows, size_t *count, dove_error *error) {
  const dove_status status = dove_store_job_log_page(store, query->parent, offset, limit, &list->job_lines, error);
  *rows = list->job_lines.rows;
  *count = list->job_lines.count;
  return status;
}

static void job_lines_free(window_list *list) { dove_store_job_lines_free(&list->job_lines); }

static const window_operations operations[] = {
    [DOVE_WINDOW_DOCUMENTS] = {sizeof(dove_store_document), documents_count, documents_page, documents_place,
                               document_id, documents_free},
    [DOVE_WINDOW_EXPRESSIONS] = {sizeof(dove_store_expression), expressions_count, expressions_page, NULL,
                                 expression_id, expressions_free},
    [DOVE_WINDOW_CODES] = {sizeof(dove_store_code), codes_count, codes_page, codes_place, code_id, codes_free},
    [DOVE_WINDOW_MEMBERS] = {sizeof(dove_member), members_count, members_page, NULL, member_id, members_free},
    [DOVE_WINDOW_CODE_DOCUMENTS] = {sizeof(dove_store_code_document), code_documents_count, code_documents_page, NULL,
                                    code_document_id, code_documents_free},
    [DOVE_WINDOW_DECISIONS] = {sizeof(dove_store_decision), decisions_count, decisions_page, decisions_place,
                               decision_id, decisions_free},
    [DOVE_WINDOW_RUNS] = {sizeof(dove_store_run), NULL, runs_page, NULL, run_id, runs_free},
    [DOVE_WINDOW_SCORE_RUNS] = {sizeof(dove_store_score_run), NULL, score_runs_page, NULL, score_run_id,
                                score_runs_free},
    [DOVE_WINDOW_SCORES] = {sizeof(dove_store_score), NULL, scores_page, NULL, score_id, scores_free},
    [DOVE_WINDOW_SCORE_CODES] = {sizeof(dove_store_score_code), NULL, score_codes_page, NULL, score_code_id,
                                 score_codes_free},
    [DOVE_WINDOW_SCORE_FLOWS] = {sizeof(dove_store_score_flow), NULL, score_flows_page, NULL, place_id,
                                 score_flows_free},
    [DOVE_WINDOW_JOBS] = {sizeof(dove_store_job), NULL, jobs_page, NULL, job_id, jobs_free},
    [DOVE_WINDOW_JOB_LINES] = {sizeof(dove_store_job_line), NULL, job_lines_page, NULL, place_id, job_lines_free},
};

static void forget(dove_window *window) {
  window->operations->free(&window->list);
  window->list = (window_list){0};
  window->rows = NULL;
  window->loaded = 0;
  window->first = 0;
}

static dove_status load(dove_window *window, int64_t offset, int64_t limit) {
  forget(window);
  const dove_status status = window->operations->page(dove_model_store(window->model), &window->query, offset, limit,
                                                      &window->list, &window->rows, &window->loaded, &window->error);
  if (status != DOVE_OK) {
    forget(window);
    return status;
  }
  window->first = offset;
  return DOVE_OK;
}

dove_status dove_window_refresh(dove_window *window, dove_error *error) {
  forget(window);
  window->error = (dove_error){0};
  window->total = 0;
  dove_status status;
  if (window->operations->count != NULL) {
    status = window->operations->count(dove_model_store(window->model), &window->query, &window->total, error);
  } else {
    status = load(window, 0, UNCOUNTED_ROWS);
    window->total = (int64_t)window->loaded;
    if (status != DOVE_OK) dove_fail(error, status, "%s", window->error.message);
  }
  return status;
}

dove_status dove_window_set(dove_window *window, const dove_window_query *query, dove_error *error) {
  forget(window);
  window->query = *query;
  window->operations = &operations[query->kind];
  return dove_window_refresh(window, error);
}

dove_status dove_window_open(dove_model *model, const dove_window_query *query, dove_window **window,
                             dove_error *error) {
  *window = NULL;
  dove_window *opened = dove_alloc_zero(1, sizeof *opened);
  if (opened == NULL) return dove_fail_memory(error, "opening a list");
  opened->model = model;
  opened->operations = &operations[query->kind];
  opened->shown = SHOWN_ROWS;
  const dove_status status = dove_window_set(opened, query, error);
  if (status != DOVE_OK) {
    dove_window_close(opened);
    return status;
  }
  *window = opened;
  return DOVE_OK;
}

void dove_window_close(dove_window *window) {
  if (window == NULL) return;
  forget(window);
  free(window);
}

int64_t dove_window_total(const dove_window *window) { return window->total; }

static bool is_loaded(const dove_window *window, int64_t first, int64_t end) {
  return first >= window->first && end <= window->first + (int64_t)window->loaded;
}

static dove_status load_between(dove_window *window, int64_t first, int64_t end) {
  if (first < 0) first = 0;
  return load(window, first, end - first);
}

/* A screen of rows before the row and one after it, and a few more to scroll to: wherever on the screen the row comes
 * to lie, its neighbours are there. */
static dove_status load_around(dove_window *window, int64_t row) {
  const int64_t shown = window->shown;
  return load_between(window, row - shown, row + shown + shown / 4);
}

void dove_window_expect(dove_window *window, int rows) {
  window->shown = rows < SHOWN_LEAST ? SHOWN_LEAST : rows > SHOWN_MOST ? SHOWN_MOST : rows;
}

dove_status dove_window_prepare(dove_window *window, int64_t first, int64_t count, dove_error *error) {
  const int64_t end = first + count < window->total ? first + count : window->total, more = window->shown / 4;
  if (first >= end || is_loaded(window, first, end)) return DOVE_OK;
  const dove_status status = load_between(window, first - more, end + more);
  return status == DOVE_OK ? DOVE_OK : dove_fail(error, status, "%s", window->error.message);
}

const void *dove_window_row(dove_window *window, int64_t row) {
  if (row < 0 || row >= window->total) return NULL;
  if (!is_loaded(window, row, row + 1)) {
    if (load_around(window, row) != DOVE_OK || !is_loaded(window, row, row + 1)) return NULL;
  }
  return (const char *)window->rows + (size_t)(row - window->first) * window->operations->row_size;
}

int64_t dove_window_id(dove_window *window, int64_t row) {
  const void *found = dove_window_row(window, row);
  return found != NULL ? window->operations->id(found, row) : 0;
}

/* By reading all rows; for lists that are short or that nobody searches far. */
static int64_t search_place(dove_window *window, int64_t id) {
  for (int64_t row = 0; row < window->total; row++) {
    if (row % WALK_ROWS == 0 && dove_window_prepare(window, row, WALK_ROWS, NULL) != DOVE_OK) return -1;
    if (dove_window_id(window, row) == id) return row;
  }
  return -1;
}

int64_t dove_window_place(dove_window *window, int64_t id) {
  if (window->operations->place == NULL) return search_place(window, id);
  int64_t place = -1;
  const dove_status status =
      window->operations->place(dove_model_store(window->model), &window->query, id, &place, &window->error);
  return status == DOVE_OK ? place : -1;
}
