#include <stdlib.h>

#include "dove/memory.h"
#include "dove/npy.h"
#include "dove/store_expressions.h"
#include "dove/store_vectors.h"
#include "method/export/export_kinds.h"
#include "method/export/export_table.h"

enum { PAGE = 500 };

/* A pass over all expressions that have a vector, in order of their ids, a page at a time. */
typedef struct vector_pass {
  const export_job *job;
  dove_store_embedder embedder;
  int64_t total;
  int64_t after;                   /* the last expression seen */
  dove_store_expression_list list; /* the page */
  size_t rows[PAGE];               /* of the list: those with a vector */
  int64_t ids[PAGE];
  float *vectors; /* count × dimension */
  size_t count;
  int64_t missing[PAGE]; /* expressions without a vector, a page of them */
  size_t missing_count;
  size_t missing_next;
  bool missing_last; /* there is no further page of them */
} vector_pass;

static dove_status begin_pass(const export_job *job, vector_pass *pass, dove_error *error) {
  *pass = (vector_pass){.job = job};
  dove_status status = dove_store_embedder_active(job->store, &pass->embedder, error);
  if (status == DOVE_NOT_FOUND)
    return dove_fail(error, DOVE_NOT_FOUND, "the project has no vectors: embed its expressions first");
  if (status == DOVE_OK)
    status = dove_store_vectors_count(job->store, pass->embedder.id, DOVE_STORE_EXPRESSION_VECTOR, &pass->total, error);
  if (status != DOVE_OK) return status;
  pass->vectors = dove_alloc((size_t)PAGE * (size_t)pass->embedder.dimension, sizeof *pass->vectors);
  return pass->vectors != NULL ? DOVE_OK : dove_fail_memory(error, "exporting vectors");
}

static void end_pass(vector_pass *pass) {
  dove_store_expression_list_free(&pass->list);
  dove_store_embedder_free(&pass->embedder);
  free(pass->vectors);
}

/* Whether an expression lacks a vector; asked in rising order of ids. */
static dove_status is_missing(vector_pass *pass, int64_t id, bool *missing, dove_error *error) {
  for (;;) {
    while (pass->missing_next < pass->missing_count && pass->missing[pass->missing_next] < id) pass->missing_next++;
    if (pass->missing_next < pass->missing_count || pass->missing_last) break;
    pass->missing_next = 0;
    const dove_status status =
        dove_store_vectors_missing(pass->job->store, pass->embedder.id, DOVE_STORE_EXPRESSION_VECTOR, id - 1, PAGE,
                                   pass->missing, &pass->missing_count, error);
    if (status != DOVE_OK) return status;
    pass->missing_last = pass->missing_count < PAGE;
  }
  *missing = pass->missing_next < pass->missing_count && pass->missing[pass->missing_next] == id;
  return DOVE_OK;
}

/* The next page; *more is false after the last. */
static dove_status next_page(vector_pass *pass, bool *more, dove_error *error) {
  dove_store *store = pass->job->store;
  dove_store_expression_list_free(&pass->list);
  pass->list = (dove_store_expression_list){0};
  pass->count = 0;
  dove_status status = dove_store_expression_page(store, NULL, pass->after, PAGE, &pass->list, error);
  *more = status == DOVE_OK && pass->list.count > 0;
  for (size_t i = 0; i < pass->list.count && status == DOVE_OK; i++) {
    bool missing = false;
    status = is_missing(pass, pass->list.rows[i].id, &missing, error);
    if (missing) continue;
    pass->rows[pass->count] = i;
    pass->ids[pass->count++] = pass->list.rows[i].id;
  }
  if (status != DOVE_OK || !*more) return status;
  pass->after = pass->list.rows[pass->list.count - 1].id;
  return dove_store_vectors_read(store, pass->embedder.id, DOVE_STORE_EXPRESSION_VECTOR, pass->ids, pass->count,
                                 pass->vectors, error);
}

static void put_vector(export_table *table, const dove_store_expression *row, const float *vector, size_t dimension) {
  export_row_begin(table);
  export_integer(table, "expression", row->id);
  export_text(table, "document", row->external_id);
  export_floats(table, "vector", vector, dimension);
  export_row_end(table);
}

static dove_status put_pages(vector_pass *pass, export_table *table, dove_error *error) {
  const size_t dimension = (size_t)pass->embedder.dimension;
  double done = 0;
  bool more = true;
  for (;;) {
    dove_status status = export_tell(pass->job, done, (double)pass->total, error);
    if (status == DOVE_OK) status = next_page(pass, &more, error);
    if (status != DOVE_OK || !more) return status;
    for (size_t i = 0; i < pass->count; i++) {
      const float *vector = pass->vectors + i * dimension;
      if (table != NULL) {
        put_vector(table, &pass->list.rows[pass->rows[i]], vector, dimension);
      } else {
        fwrite(vector, sizeof *vector, dimension, pass->job->file);
      }
    }
    done += (double)pass->count;
  }
}

dove_status export_vectors(const export_job *job, dove_error *error) {
  static const char *const columns[] = {"expression", "document", "vector", NULL};
  vector_pass *pass = dove_alloc_zero(1, sizeof *pass);
  if (pass == NULL) return dove_fail_memory(error, "exporting vectors");
  dove_status status = begin_pass(job, pass, error);
  if (status == DOVE_OK && job->format == DOVE_EXPORT_NPY) {
    status = dove_npy_write_header(job->file, (size_t)pass->total, (size_t)pass->embedder.dimension, error);
    if (status == DOVE_OK) status = put_pages(pass, NULL, error);
  } else if (status == DOVE_OK) {
    export_table table = export_table_begin(job->file, job->format, columns);
    status = put_pages(pass, &table, error);
    export_table_end(&table);
    if (status == DOVE_OK && table.failed) status = dove_fail_memory(error, "exporting vectors");
  }
  end_pass(pass);
  free(pass);
  return status;
}
