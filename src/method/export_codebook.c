#include <stdlib.h>

#include "dove/memory.h"
#include "dove/npy.h"
#include "dove/store_codes.h"
#include "method/export_kinds.h"
#include "method/export_table.h"

/* A codebook with all that is said of it. */
typedef struct whole_codebook {
  dove_store_codebook codebook;
  dove_store_members members;
  dove_store_lineage lineage; /* rows in order of code, one for each parent */
  dove_store_iteration iteration;
} whole_codebook;

static void free_whole(whole_codebook *whole) {
  dove_store_codebook_free(&whole->codebook);
  dove_store_members_free(&whole->members);
  dove_store_lineage_free(&whole->lineage);
}

static dove_status read_whole(const export_job *job, whole_codebook *whole, dove_error *error) {
  *whole = (whole_codebook){0};
  dove_status status = dove_store_codebook_read(job->store, job->at.iteration, &whole->codebook, error);
  if (status == DOVE_OK) status = dove_store_members_read(job->store, job->at.iteration, &whole->members, error);
  if (status == DOVE_OK) status = dove_store_lineage_read(job->store, job->at.run, 0, &whole->lineage, error);
  if (status == DOVE_OK)
    status = dove_store_iteration_read(job->store, job->at.run, job->at.t, &whole->iteration, error);
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

static void put_code(export_table *table, const whole_codebook *whole, size_t k, const int64_t *parents,
                     size_t parent_count) {
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
  export_row_end(table);
}

static dove_status put_codes(const export_job *job, export_table *table, const whole_codebook *whole,
                             dove_error *error) {
  int64_t *parents = dove_alloc(whole->lineage.count, sizeof *parents);
  if (parents == NULL) return dove_fail_memory(error, "exporting a codebook");
  dove_status status = DOVE_OK;
  size_t next = 0;
  for (size_t k = 0; k < whole->codebook.codes && status == DOVE_OK; k++) {
    const size_t count = find_parents(&whole->lineage, whole->codebook.ids[k], &next, parents);
    put_code(table, whole, k, parents, count);
    status = export_tell(job, (double)k + 1, (double)whole->codebook.codes, error);
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
  static const char *const columns[] = {"id", "name", "parents", "centroid", "members", "n", "z", "d", NULL};
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
