#include <math.h>
#include <stdlib.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/store_decisions.h"
#include "dove/store_overrides.h"
#include "method/export/export_kinds.h"
#include "method/export/export_table.h"

static void put_iteration(export_table *table, const dove_store_iteration *row, int64_t current_t) {
  export_row_begin(table);
  export_integer(table, "t", row->t);
  export_integer(table, "codes", row->codes);
  export_number(table, "S", row->S);
  export_number(table, "distortion", row->distortion);
  export_number(table, "conditional_entropy", row->conditional_entropy);
  export_number(table, "marginal_entropy", row->marginal_entropy);
  export_number(table, "beta1", row->beta1);
  export_number(table, "beta2", row->beta2);
  export_integer(table, "M", row->M);
  export_number(table, "sigma2", row->sigma2);
  export_text(table, "sigma_rule", row->sigma_rule);
  export_number(table, "perplexity", row->perplexity);
  export_number(table, "renyi2", row->renyi2);
  export_number(table, "repeat_bound", row->repeat_bound);
  export_integer(table, "splits", row->splits);
  export_integer(table, "merges", row->merges);
  export_integer(table, "recreated", row->recreated);
  export_integer(table, "documents", row->documents);
  export_integer(table, "expressions", row->expressions);
  export_bool(table, "current", row->t == current_t);
  export_optional_text(table, "stopped_by", row->stopped_by);
  export_row_end(table);
}

dove_status export_iterations(const export_job *job, dove_error *error) {
  static const char *const columns[] = {
      "t",           "codes",        "S",          "distortion", "conditional_entropy", "marginal_entropy",
      "beta1",       "beta2",        "M",          "sigma2",     "sigma_rule",          "perplexity",
      "renyi2",      "repeat_bound", "splits",     "merges",     "recreated",           "documents",
      "expressions", "current",      "stopped_by", NULL};
  dove_store_iteration *rows = NULL;
  size_t count = 0;
  const dove_status status = dove_store_iteration_list(job->store, job->at.run, &rows, &count, error);
  if (status != DOVE_OK) return status;
  export_table table = export_table_begin(job->file, job->format, columns);
  for (size_t i = 0; i < count; i++) put_iteration(&table, &rows[i], job->at.t);
  export_table_end(&table);
  free(rows);
  return table.failed ? dove_fail_memory(error, "exporting iterations") : DOVE_OK;
}

enum { DECISION_PAGE = 200 };

/* The codes on one side of a decision, as columns. */
typedef struct code_columns {
  int64_t *ids;
  int64_t *sizes;
  const char **names;
  bool sized; /* all sizes apply */
} code_columns;

static void free_columns(code_columns *columns) {
  free(columns->ids);
  free(columns->sizes);
  free(columns->names);
}

static bool make_columns(const dove_store_decision_code *codes, size_t count, code_columns *columns) {
  *columns = (code_columns){.ids = dove_alloc(count, sizeof *columns->ids),
                            .sizes = dove_alloc(count, sizeof *columns->sizes),
                            .names = dove_alloc(count, sizeof *columns->names),
                            .sized = count > 0};
  if (columns->ids == NULL || columns->sizes == NULL || columns->names == NULL) {
    free_columns(columns);
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    columns->ids[i] = codes[i].code;
    columns->names[i] = codes[i].name;
    columns->sizes[i] = codes[i].size;
    columns->sized = columns->sized && codes[i].size >= 0;
  }
  return true;
}

static const char *kind_name(dove_store_decision_kind kind) {
  switch (kind) {
    case DOVE_STORE_SPLIT: return "split";
    case DOVE_STORE_MERGE: return "merge";
    case DOVE_STORE_RECREATE: return "recreate";
  }
  return "";
}

/* What reviewers made of a decision: "disagree by Ada: too coarse". */
static bool put_reviews(export_table *table, const dove_store_override_list *reviews, int64_t decision) {
  char **texts = dove_alloc_zero(reviews->count, sizeof *texts);
  size_t count = 0;
  bool good = texts != NULL;
  for (size_t i = 0; i < reviews->count && good; i++) {
    const dove_store_override *row = &reviews->rows[i];
    dove_buffer text = {0};
    if (row->decision != decision) continue;
    dove_buffer_printf(&text, "%s by %s%s%s", dove_review_kind_name(row->kind), row->author,
                       row->note[0] != '\0' ? ": " : "", row->note);
    texts[count] = dove_buffer_take(&text);
    good = texts[count++] != NULL;
  }
  const bool csv = table->format == DOVE_EXPORT_CSV;
  if (good && (count > 0 || csv)) export_texts(table, "reviews", (const char *const *)texts, count);
  for (size_t i = 0; i < count; i++) free(texts[i]);
  free(texts);
  return good;
}

static bool put_decision(export_table *table, const dove_store_decision *row, const code_columns *before,
                         const code_columns *after, const dove_store_override_list *reviews) {
  const bool csv = table->format == DOVE_EXPORT_CSV;
  export_row_begin(table);
  export_integer(table, "id", row->id);
  export_integer(table, "t", row->t);
  export_text(table, "kind", kind_name(row->kind));
  export_text(table, "rule", row->rule);
  export_integers(table, "before", before->ids, row->before_count);
  export_integers(table, "after", after->ids, row->after_count);
  export_texts(table, "names_before", before->names, row->before_count);
  export_texts(table, "names_after", after->names, row->after_count);
  export_number(table, "n", row->n);
  export_number(table, "z", row->z);
  export_number(table, "d", row->d);
  export_number(table, "d_previous", row->d_previous);
  if (row->neighbour != 0) {
    export_integer(table, "neighbour", row->neighbour);
  } else if (csv) {
    export_text(table, "neighbour", "");
  }
  export_optional_number(table, "neighbour_cosine", row->neighbour_cosine);
  if (after->sized || csv) export_integers(table, "sizes", after->sizes, after->sized ? row->after_count : 0);
  export_optional_text(table, "reviewer", row->reviewer);
  export_bool(table, "done", row->done);
  const bool good = put_reviews(table, reviews, row->id);
  export_row_end(table);
  return good;
}

static dove_status put_with_codes(export_table *table, const dove_store_decision *row,
                                  const dove_store_override_list *reviews, dove_error *error) {
  code_columns before, after;
  if (!make_columns(row->before, row->before_count, &before)) return dove_fail_memory(error, "exporting decisions");
  if (!make_columns(row->after, row->after_count, &after)) {
    free_columns(&before);
    return dove_fail_memory(error, "exporting decisions");
  }
  const bool good = put_decision(table, row, &before, &after, reviews);
  free_columns(&before);
  free_columns(&after);
  return good ? DOVE_OK : dove_fail_memory(error, "exporting decisions");
}

/* What was considered and left by the rules alone is no step from one codebook to the next. */
static bool is_step(const dove_store_decision *row) { return row->done || row->reviewer[0] != '\0'; }

/* What was done, and what a reviewer kept from being done. */
dove_status export_decisions(const export_job *job, dove_error *error) {
  static const char *const columns[] = {
      "id",          "t",        "kind", "rule",    "before",     "after",     "names_before",
      "names_after", "n",        "z",    "d",       "d_previous", "neighbour", "neighbour_cosine",
      "sizes",       "reviewer", "done", "reviews", NULL};
  dove_store_decision_query query = {
      .run = job->at.run, .t = -1, .kind = -1, .show = DOVE_STORE_DONE_AND_LEFT, .limit = DECISION_PAGE};
  const dove_store_override_query wanted = {.t = -1, .standing = true};
  dove_store_override_list reviews = {0};
  dove_status status = dove_store_override_list_read(job->store, &wanted, &reviews, error);
  export_table table = export_table_begin(job->file, job->format, columns);
  size_t page = DECISION_PAGE;
  for (; status == DOVE_OK && page == DECISION_PAGE; query.offset += DECISION_PAGE) {
    dove_store_decision_list list = {0};
    status = dove_store_decision_page(job->store, &query, &list, error);
    page = list.count;
    for (size_t i = 0; i < list.count && status == DOVE_OK; i++) {
      if (is_step(&list.rows[i])) status = put_with_codes(&table, &list.rows[i], &reviews, error);
    }
    dove_store_decision_list_free(&list);
  }
  export_table_end(&table);
  dove_store_override_list_free(&reviews);
  return status == DOVE_OK && table.failed ? dove_fail_memory(error, "exporting decisions") : status;
}
