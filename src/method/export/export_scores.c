#include "dove/store_scores.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "method/export/export_kinds.h"
#include "method/export/export_table.h"

enum { PAGE = 200, RUN_PAGE = 50, ALL = 1000000 };

/* The run that was asked for, or the last finished one; a list of one row. */
static dove_status find_run(const export_job *job, dove_store_score_run_list *list, dove_error *error) {
  const int64_t wanted = job->options->score_run;
  if (wanted == 0) return dove_store_score_run_latest(job->store, list, error);
  for (int64_t offset = 0;; offset += RUN_PAGE) {
    const dove_status status = dove_store_score_run_page(job->store, offset, RUN_PAGE, list, error);
    if (status != DOVE_OK) return status;
    for (size_t i = 0; i < list->count; i++) {
      if (list->rows[i].id != wanted) continue;
      list->rows[0] = list->rows[i];
      return DOVE_OK;
    }
    const bool last = list->count < RUN_PAGE;
    dove_store_score_run_list_free(list);
    *list = (dove_store_score_run_list){0};
    if (last) return dove_fail(error, DOVE_NOT_FOUND, "there is no score run %lld", (long long)wanted);
  }
}

static dove_status put_codes(const export_job *job, dove_json_writer *json, int64_t score, dove_error *error) {
  dove_store_score_code_list list = {0};
  const dove_status status = dove_store_score_codes(job->store, score, 0, ALL, &list, error);
  if (status != DOVE_OK) return status;
  dove_json_key(json, "codes");
  dove_json_array_begin(json, true);
  for (size_t i = 0; i < list.count; i++) {
    const dove_store_score_code *code = &list.rows[i];
    dove_json_object_begin(json, true);
    dove_json_member_integer(json, "id", code->code);
    dove_json_member_text(json, "name", code->name);
    dove_json_member_number(json, "human", code->human);
    dove_json_member_number(json, "model", code->model);
    dove_json_member_number(json, "transported_from", code->transported_from);
    dove_json_member_number(json, "transported_to", code->transported_to);
    dove_json_member_number(json, "destroyed", code->human - code->transported_from);
    dove_json_member_number(json, "created", code->model - code->transported_to);
    dove_json_object_end(json);
  }
  dove_json_array_end(json);
  dove_store_score_code_list_free(&list);
  return DOVE_OK;
}

static dove_status put_flows(const export_job *job, dove_json_writer *json, int64_t score, dove_error *error) {
  dove_store_score_flow_list list = {0};
  const dove_status status = dove_store_score_flows(job->store, score, 0, ALL, &list, error);
  if (status != DOVE_OK) return status;
  dove_json_key(json, "flows");
  dove_json_array_begin(json, true);
  for (size_t i = 0; i < list.count; i++) {
    const dove_store_score_flow *flow = &list.rows[i];
    dove_json_object_begin(json, true);
    dove_json_member_integer(json, "from", flow->from);
    dove_json_member_integer(json, "to", flow->to);
    dove_json_member_number(json, "mass", flow->mass);
    dove_json_member_number(json, "cost", flow->cost);
    dove_json_member_text(json, "from_name", flow->from_name);
    dove_json_member_text(json, "to_name", flow->to_name);
    dove_json_object_end(json);
  }
  dove_json_array_end(json);
  dove_store_score_flow_list_free(&list);
  return DOVE_OK;
}

static dove_status put_score(const export_job *job, export_table *table, const dove_store_score_run *run,
                             const dove_store_score *row, dove_error *error) {
  dove_status status = DOVE_OK;
  export_row_begin(table);
  export_text(table, "model", row->model);
  export_text(table, "culture", row->culture);
  export_text(table, "role", row->role);
  export_number(table, "divergence", row->divergence);
  export_number(table, "score", row->score);
  export_number(table, "percent", row->percent);
  export_number(table, "low", row->low);
  export_number(table, "high", row->high);
  export_number(table, "ceiling", row->ceiling);
  export_integer(table, "documents_human", row->documents_human);
  export_integer(table, "documents_model", row->documents_model);
  export_number(table, "value_ab", row->value_ab);
  export_number(table, "value_aa", row->value_aa);
  export_number(table, "value_bb", row->value_bb);
  export_number(table, "mass", row->mass);
  export_number(table, "gap", row->gap);
  export_integer(table, "iterations", row->iterations);
  export_bool(table, "converged", row->converged);
  export_integer(table, "score_run", row->score_run);
  export_integer(table, "codebook_run", run->run);
  export_integer(table, "t", run->t);
  if (job->options->explain && table->format != DOVE_EXPORT_CSV) {
    status = put_codes(job, &table->json, row->id, error);
    if (status == DOVE_OK) status = put_flows(job, &table->json, row->id, error);
  }
  export_row_end(table);
  return status;
}

static dove_status put_run(const export_job *job, const dove_store_score_run *run, dove_error *error) {
  static const char *const columns[] = {"model",
                                        "culture",
                                        "role",
                                        "divergence",
                                        "score",
                                        "percent",
                                        "low",
                                        "high",
                                        "ceiling",
                                        "documents_human",
                                        "documents_model",
                                        "value_ab",
                                        "value_aa",
                                        "value_bb",
                                        "mass",
                                        "gap",
                                        "iterations",
                                        "converged",
                                        "score_run",
                                        "codebook_run",
                                        "t",
                                        NULL};
  export_table table = export_table_begin(job->file, job->format, columns);
  dove_status status = DOVE_OK;
  size_t page = PAGE;
  for (int64_t offset = 0; status == DOVE_OK && page == PAGE; offset += PAGE) {
    dove_store_score_list list = {0};
    status = dove_store_score_page(job->store, run->id, offset, PAGE, &list, error);
    page = list.count;
    for (size_t i = 0; i < list.count && status == DOVE_OK; i++) {
      status = export_tell(job, (double)offset + (double)i, (double)run->scores, error);
      if (status == DOVE_OK) status = put_score(job, &table, run, &list.rows[i], error);
    }
    dove_store_score_list_free(&list);
  }
  export_table_end(&table);
  return status == DOVE_OK && table.failed ? dove_fail_memory(error, "exporting scores") : status;
}

dove_status export_scores(const export_job *job, dove_error *error) {
  dove_store_score_run_list list = {0};
  dove_status status = find_run(job, &list, error);
  if (status != DOVE_OK) return status;
  status = put_run(job, &list.rows[0], error);
  dove_store_score_run_list_free(&list);
  return status;
}
