#include <math.h>
#include <stdlib.h>

#include "dove/memory.h"
#include "dove/store_codes.h"
#include "dove/store_coding.h"
#include "method/export/export_kinds.h"
#include "method/export/export_table.h"

/* Documents that are described at a time. */
enum { PAGE = 200 };

/* All that the pass over the documents reads from. */
typedef struct coding_pass {
  const export_job *job;
  dove_store_coding coding;
  size_t codes;        /* K */
  float *q;            /* K: a row written out */
  int64_t *recognised; /* K */
} coding_pass;

static void end_pass(coding_pass *pass) {
  dove_store_coding_free(&pass->coding);
  free(pass->q);
  free(pass->recognised);
}

static dove_status begin_pass(const export_job *job, coding_pass *pass, dove_error *error) {
  dove_store_iteration iteration;
  *pass = (coding_pass){.job = job};
  dove_status status = dove_store_iteration_read(job->store, job->at.run, job->at.t, &iteration, error);
  if (status == DOVE_OK) status = dove_store_coding_read(job->store, job->at.iteration, NULL, &pass->coding, error);
  if (status != DOVE_OK) return status;
  pass->codes = (size_t)iteration.codes;
  pass->q = dove_alloc_zero(pass->codes, sizeof *pass->q);
  pass->recognised = dove_alloc(pass->codes, sizeof *pass->recognised);
  if (pass->q != NULL && pass->recognised != NULL) return DOVE_OK;
  end_pass(pass);
  return dove_fail_memory(error, "exporting the coding");
}

static void put_labels(export_table *table, const dove_store_document *document) {
  export_text(table, "document", document->external_id);
  export_text(table, "culture", document->culture);
  export_text(table, "source", document->source);
  export_text(table, "topic", document->topic);
}

/* One object with q written out, in the order of the codebook. */
static void put_whole(const coding_pass *pass, export_table *table, size_t index, const dove_store_document *document,
                      const dove_store_document_coding *coded) {
  const dove_store_coding *coding = &pass->coding;
  for (size_t e = coding->offsets[index]; e < coding->offsets[index + 1]; e++)
    pass->q[coding->ordinals[e]] = coding->q[e];
  for (size_t i = 0; i < coded->recognised_count; i++) pass->recognised[i] = coded->codes[i].code;
  export_row_begin(table);
  put_labels(table, document);
  export_optional_text(table, "role", document->role);
  export_floats(table, "q", pass->q, pass->codes);
  export_integers(table, "recognised", pass->recognised, coded->recognised_count);
  export_row_end(table);
  for (size_t e = coding->offsets[index]; e < coding->offsets[index + 1]; e++) pass->q[coding->ordinals[e]] = 0;
}

/* A row for each code of the document; recognised ones have a rank. */
static void put_rows(export_table *table, const dove_store_document *document,
                     const dove_store_document_coding *coded) {
  for (size_t i = 0; i < coded->code_count; i++) {
    export_row_begin(table);
    put_labels(table, document);
    export_text(table, "role", document->role);
    export_integer(table, "code", coded->codes[i].code);
    export_text(table, "name", coded->codes[i].name);
    export_number(table, "q", coded->codes[i].q);
    export_number(table, "rank", i < coded->recognised_count ? (double)(i + 1) : NAN);
    export_row_end(table);
  }
}

static dove_status put_page(const coding_pass *pass, export_table *table, size_t first, size_t count,
                            dove_error *error) {
  dove_store *store = pass->job->store;
  dove_store_document_list list = {0};
  dove_status status = dove_store_document_rows(store, pass->coding.documents + first, count, &list, error);
  for (size_t i = 0; i < count && status == DOVE_OK; i++) {
    dove_store_document_coding coded = {0};
    status = dove_store_document_coding_read(store, pass->job->at.iteration, list.rows[i].id, &coded, error);
    if (status != DOVE_OK) break;
    if (table->format == DOVE_EXPORT_CSV) {
      put_rows(table, &list.rows[i], &coded);
    } else {
      put_whole(pass, table, first + i, &list.rows[i], &coded);
    }
    dove_store_document_coding_free(&coded);
  }
  dove_store_document_list_free(&list);
  return status;
}

dove_status export_coding(const export_job *job, dove_error *error) {
  static const char *const columns[] = {"document", "culture", "source", "topic", "role",
                                        "code",     "name",    "q",      "rank",  NULL};
  coding_pass pass;
  dove_status status = begin_pass(job, &pass, error);
  if (status != DOVE_OK) return status;
  export_table table = export_table_begin(job->file, job->format, columns);
  const size_t total = pass.coding.documents_count;
  for (size_t first = 0; first < total && status == DOVE_OK; first += PAGE) {
    status = export_tell(job, (double)first, (double)total, error);
    if (status == DOVE_OK) status = put_page(&pass, &table, first, total - first < PAGE ? total - first : PAGE, error);
  }
  export_table_end(&table);
  end_pass(&pass);
  return status == DOVE_OK && table.failed ? dove_fail_memory(error, "exporting the coding") : status;
}
