#include <stdlib.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/npy.h"
#include "dove/store_codes.h"
#include "method/annotation/code_agreement.h"
#include "method/code_portrait.h"
#include "method/export/export_kinds.h"
#include "method/export/export_table.h"

/* A codebook with all that is said of it. */
typedef struct whole_codebook {
  dove_store_codebook codebook;
  dove_store_members members;
  dove_store_lineage lineage; /* rows in order of code, one for each parent */
  dove_store_iteration iteration;
  code_agreement agreement;
} whole_codebook;

static void free_whole(whole_codebook *whole) {
  dove_store_codebook_free(&whole->codebook);
  dove_store_members_free(&whole->members);
  dove_store_lineage_free(&whole->lineage);
  code_agreement_free(&whole->agreement);
}

static dove_status read_whole(const export_job *job, whole_codebook *whole, dove_error *error) {
  *whole = (whole_codebook){0};
  dove_status status = dove_store_codebook_read(job->store, job->at.iteration, &whole->codebook, error);
  if (status == DOVE_OK) status = dove_store_members_read(job->store, job->at.iteration, &whole->members, error);
  if (status == DOVE_OK) status = dove_store_lineage_read(job->store, job->at.run, 0, &whole->lineage, error);
  if (status == DOVE_OK)
    status = dove_store_iteration_read(job->store, job->at.run, job->at.t, &whole->iteration, error);
  if (status == DOVE_OK) status = code_agreement_read(job->store, &whole->agreement, job->progress, error);
  if (status != DOVE_OK) free_whole(whole);
  return status;
}

/* The parents of a code into `parents` (room for all rows of the lineage); both go by rising code, so `next` moves on.
 */
static size_t find_parents(const dove_store_lineage *lineage, int64_t code, size_t *next, int64_t *parents) {
  size_t count = 0;
  for (; *next < lineage->count && lineage->rows[*next].code <= code; (*next)++) {
    const dove_store_lineage_row *row = &lineage->rows[*next];
    if (row->code == code && row->parent != 0) parents[count++] = row->parent;
  }
  return count;
}

static void put_quotes(export_table *table, const code_portrait *portrait) {
  dove_json_writer *json = &table->json;
  dove_json_key(json, "quotes");
  dove_json_array_begin(json, true);
  for (size_t i = 0; i < portrait->quote_count; i++) {
    dove_json_object_begin(json, true);
    dove_json_member_text(json, "group", portrait->quotes[i].group);
    dove_json_member_text(json, "document", portrait->quotes[i].document);
    dove_json_member_text(json, "text", portrait->quotes[i].text);
    dove_json_object_end(json);
  }
  dove_json_array_end(json);
}

/* In CSV one cell with a quote a line, "GROUP: TEXT". */
static dove_status put_quotes_cell(export_table *table, const code_portrait *portrait, dove_error *error) {
  dove_buffer cell = {0};
  for (size_t i = 0; i < portrait->quote_count; i++)
    dove_buffer_printf(&cell, "%s%s: %s", i > 0 ? "\n" : "", portrait->quotes[i].group, portrait->quotes[i].text);
  const bool failed = cell.failed;
  export_text(table, "quotes", dove_buffer_text(&cell));
  dove_buffer_free(&cell);
  return failed ? dove_fail_memory(error, "exporting a codebook") : DOVE_OK;
}

static dove_status put_portrait(const export_job *job, export_table *table, int64_t code, dove_error *error) {
  code_portrait portrait;
  dove_status status = code_portrait_read(job->store, job->at.iteration, code, &portrait, error);
  if (status == DOVE_OK) {
    export_text(table, "definition", portrait.definition);
    if (table->format == DOVE_EXPORT_CSV) {
      status = put_quotes_cell(table, &portrait, error);
    } else {
      put_quotes(table, &portrait);
    }
  }
  code_portrait_free(&portrait);
  return status;
}

/* "agreement": for each question that was answered n, yes, no and the coefficients; a code that nobody judged has no
 * such key. */
static void put_agreement(export_table *table, const code_agreement *agreement, const char *code) {
  dove_json_writer *json = &table->json;
  bool begun = false;
  for (int q = 0; q < DOVE_QUESTIONS; q++) {
    const dove_agreement_row *row = code_agreement_row(agreement, code, (dove_question)q);
    if (row == NULL) continue;
    if (!begun) dove_json_key(json, "agreement");
    if (!begun) dove_json_object_begin(json, true);
    begun = true;
    dove_json_key(json, dove_question_name(row->question));
    dove_json_object_begin(json, true);
    dove_json_member_integer(json, "n", (int64_t)row->agreement.items);
    dove_json_member_integer(json, "yes", (int64_t)row->yes);
    dove_json_member_integer(json, "no", (int64_t)row->no);
    for (int c = 0; c < DOVE_COEFFICIENTS; c++)
      dove_json_member_number(json, dove_coefficient_name((dove_coefficient)c), row->agreement.values[c]);
    dove_json_object_end(json);
  }
  if (begun) dove_json_object_end(json);
}

static dove_status put_agreement_cell(export_table *table, const code_agreement *agreement, const char *code,
                                      dove_error *error) {
  dove_buffer cell = {0};
  code_agreement_describe(agreement, code, &cell);
  const bool failed = cell.failed;
  export_text(table, "agreement", dove_buffer_text(&cell));
  dove_buffer_free(&cell);
  return failed ? dove_fail_memory(error, "exporting a codebook") : DOVE_OK;
}

static dove_status put_code(const export_job *job, export_table *table, const whole_codebook *whole, size_t k,
                            const int64_t *parents, size_t parent_count, dove_error *error) {
  const dove_store_codebook *codebook = &whole->codebook;
  const size_t first = whole->members.offsets[k], dimension = (size_t)codebook->dimension;
  export_row_begin(table);
  export_integer(table, "id", codebook->ids[k]);
  export_text(table, "name", codebook->names[k]);
  export_integers(table, "parents", parents, parent_count);
  export_floats(table, "centroid", codebook->centroids + k * dimension, dimension);
  export_integers(table, "members", whole->members.expressions + first, whole->members.offsets[k + 1] - first);
  export_number(table, "n", codebook->usage[k].n);
  export_number(table, "z", codebook->usage[k].z);
  export_number(table, "d", codebook->usage[k].d);
  dove_status status = put_portrait(job, table, codebook->ids[k], error);
  if (status == DOVE_OK && table->format == DOVE_EXPORT_CSV) {
    status = put_agreement_cell(table, &whole->agreement, codebook->names[k], error);
  } else if (status == DOVE_OK) {
    put_agreement(table, &whole->agreement, codebook->names[k]);
  }
  export_row_end(table);
  return status;
}

static dove_status put_codes(const export_job *job, export_table *table, const whole_codebook *whole,
                             dove_error *error) {
  int64_t *parents = dove_alloc(whole->lineage.count, sizeof *parents);
  if (parents == NULL) return dove_fail_memory(error, "exporting a codebook");
  dove_status status = DOVE_OK;
  size_t next = 0;
  for (size_t k = 0; k < whole->codebook.codes && status == DOVE_OK; k++) {
    const size_t count = find_parents(&whole->lineage, whole->codebook.ids[k], &next, parents);
    status = put_code(job, table, whole, k, parents, count, error);
    if (status == DOVE_OK) status = export_tell(job, (double)k + 1, (double)whole->codebook.codes, error);
  }
  free(parents);
  return status;
}

/* {"run","t", … ,"codes":[…]}: the head is what somebody else needs to code with it. */
static dove_status put_json(const export_job *job, const whole_codebook *whole, dove_error *error) {
  export_table table = {.file = job->file, .format = DOVE_EXPORT_JSON, .json = dove_json_writer_on(job->file)};
  dove_json_writer *json = &table.json;
  dove_json_object_begin(json, false);
  dove_json_member_integer(json, "run", job->at.run);
  dove_json_member_integer(json, "t", job->at.t);
  dove_json_member_number(json, "S", whole->iteration.S);
  dove_json_member_number(json, "sigma2", whole->iteration.sigma2);
  dove_json_member_text(json, "sigma_rule", whole->iteration.sigma_rule);
  dove_json_member_number(json, "perplexity", whole->iteration.perplexity);
  dove_json_member_integer(json, "M", whole->iteration.M);
  dove_json_key(json, "codes");
  dove_json_array_begin(json, false);
  const dove_status status = put_codes(job, &table, whole, error);
  dove_json_array_end(json);
  dove_json_object_end(json);
  return status;
}

static dove_status put_csv(const export_job *job, const whole_codebook *whole, dove_error *error) {
  static const char *const columns[] = {"id", "name", "parents",    "centroid", "members",   "n",
                                        "z",  "d",    "definition", "quotes",   "agreement", NULL};
  export_table table = export_table_begin(job->file, job->format, columns);
  const dove_status status = put_codes(job, &table, whole, error);
  return status == DOVE_OK && table.failed ? dove_fail_memory(error, "exporting a codebook") : status;
}

static dove_status put_npy(const export_job *job, const dove_store_codebook *codebook, dove_error *error) {
  const size_t dimension = (size_t)codebook->dimension;
  const dove_status status = dove_npy_write_header(job->file, codebook->codes, dimension, error);
  if (status == DOVE_OK)
    fwrite(codebook->centroids, sizeof *codebook->centroids, codebook->codes * dimension, job->file);
  return status;
}

dove_status export_codebook(const export_job *job, dove_error *error) {
  if (job->format == DOVE_EXPORT_QDC) return export_codebook_exchange(job, error);
  if (job->format == DOVE_EXPORT_MARKDOWN || job->format == DOVE_EXPORT_HTML) return export_codebook_page(job, error);
  whole_codebook whole;
  dove_status status = read_whole(job, &whole, error);
  if (status != DOVE_OK) return status;
  if (job->format == DOVE_EXPORT_NPY) {
    status = put_npy(job, &whole.codebook, error);
  } else {
    status = job->format == DOVE_EXPORT_CSV ? put_csv(job, &whole, error) : put_json(job, &whole, error);
  }
  free_whole(&whole);
  return status;
}
