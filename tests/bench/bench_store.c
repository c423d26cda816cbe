/* The store at the size of the paper: 15,000 documents, 100,000 expressions × 1,024, 1,300 codes. Times are printed as
 * they are, and beside the plain writing of the same bytes where that says more. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "dove/random.h"
#include "dove/store_codes.h"
#include "dove/store_coding.h"
#include "dove/store_expressions.h"
#include "dove/store_project.h"
#include "dove/store_runs.h"
#include "dove/store_vectors.h"

enum {
  DOCUMENTS = 15000,
  EXPRESSIONS = 100000,
  DIMENSION = 1024,
  CODES = 1300,
  CODED = 10676,
  LISTED = 100,
  BATCH = 512
};

static dove_store *store;
static dove_error error;
static dove_random noise;

static void must(dove_status status) {
  if (status == DOVE_OK) return;
  fprintf(stderr, "bench_store: %s\n", error.message);
  exit(1);
}

static double started;

static void begin(void) { started = dove_clock_seconds(); }

static double end(const char *what) {
  const double seconds = dove_clock_seconds() - started;
  printf("%-64s %9.1f ms\n", what, 1000 * seconds);
  return seconds;
}

static size_t below(size_t limit) { return (size_t)dove_random_below(&noise, limit); }

static const char *const words[] = {"honesty",  "family", "duty",   "freedom",  "부모를 공경하는", "孝顺父母",
                                    "patience", "trust",  "nature", "fairness", "静かな時間",      "craft"};

static void make_text(char *text, size_t size, size_t count) {
  size_t used = 0;
  for (size_t i = 0; i < count && used + 32 < size; i++) {
    used += (size_t)snprintf(text + used, size - used, "%s %zu ", words[below(12)], below(5000));
  }
}

static void import(void) {
  static char text[4096];
  static const char *const cultures[] = {"KR", "JP", "CN", "US"};
  begin();
  must(dove_store_begin(store, &error));
  for (int i = 0; i < DOCUMENTS; i++) {
    char id[32], topic[32];
    snprintf(id, sizeof id, "doc-%d", i);
    snprintf(topic, sizeof topic, "topic %d", i % 200);
    make_text(text, sizeof text, 120);
    const dove_store_new_document document = {.external_id = id,
                                              .culture = i % 3 == 0 ? "" : cultures[i % 4],
                                              .source = i % 3 == 0 ? "aster" : "human",
                                              .topic = topic,
                                              .text = text};
    must(dove_store_document_add(store, &document, NULL, &error));
  }
  must(dove_store_commit(store, &error));
  end("import of 15,000 documents with their search index");
  begin();
  must(dove_store_begin(store, &error));
  for (int i = 0; i < EXPRESSIONS; i++) {
    char description[160];
    make_text(description, sizeof description, 8);
    const dove_store_new_expression one = {words[below(12)], description, NULL, -1, -1};
    must(dove_store_expression_add(store, i * (int64_t)DOCUMENTS / EXPRESSIONS + 1, DOVE_STORE_ORIGIN_IMPORTED, &one, 1,
                                   NULL, &error));
  }
  must(dove_store_commit(store, &error));
  end("import of 100,000 expressions with their search index");
}

static void embed(const char *folder, float *matrix, int64_t *ids) {
  int64_t embedder = 0;
  for (size_t i = 0; i < (size_t)EXPRESSIONS * DIMENSION; i++) matrix[i] = (float)below(1000) / 1000.0F;
  for (size_t i = 0; i < EXPRESSIONS; i++) ids[i] = (int64_t)i + 1;
  char path[256];
  snprintf(path, sizeof path, "%s/plain", folder);
  begin();
  const int file = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
  const size_t bytes = (size_t)EXPRESSIONS * DIMENSION * sizeof *matrix;
  for (size_t done = 0; done < bytes;) {
    const ssize_t wrote = write(file, (const char *)matrix + done, bytes - done);
    if (wrote < 0) exit(1);
    done += (size_t)wrote;
  }
  close(file);
  const double plain = end("writing 100,000 × 1,024 float32 to a plain file");
  must(dove_store_embedder_add(store, "bench", DIMENSION, NULL, 0, &embedder, &error));
  begin();
  for (size_t i = 0; i < EXPRESSIONS; i += BATCH) {
    const size_t count = EXPRESSIONS - i < BATCH ? EXPRESSIONS - i : BATCH;
    must(dove_store_vectors_write(store, embedder, DOVE_STORE_EXPRESSION_VECTOR, ids + i, count, matrix + i * DIMENSION,
                                  &error));
  }
  printf("  %.1f times the plain file\n", end("writing them to the store, 512 a transaction") / plain);
  begin();
  must(dove_store_vectors_read(store, embedder, DOVE_STORE_EXPRESSION_VECTOR, ids, EXPRESSIONS, matrix, &error));
  end("reading them back into one matrix");
  begin();
  for (int i = 0; i < 1000; i++) {
    const int64_t id = (int64_t)below(EXPRESSIONS) + 1;
    must(dove_store_vectors_read(store, embedder, DOVE_STORE_EXPRESSION_VECTOR, &id, 1, matrix, &error));
  }
  end("reading 1,000 single vectors at random");
}

static int64_t write_codebook(int64_t run, int64_t t, const float *matrix) {
  static dove_store_usage usage[CODES];
  static int64_t ids[CODES];
  int64_t iteration = 0;
  for (size_t k = 0; k < CODES; k++) {
    char name[64];
    snprintf(name, sizeof name, "%s %zu at %lld", words[k % 12], k, (long long)t);
    const dove_store_new_code code = {.name = name, .centroid = matrix + k * DIMENSION, .dimension = DIMENSION};
    must(dove_store_code_add(store, run, t, &code, &ids[k], &error));
    usage[k] = (dove_store_usage){.code = ids[k], .n = (double)below(100), .members = 77};
  }
  const dove_store_iteration row = {.t = t, .codes = CODES, .M = 5, .S = (double)t, .sigma_rule = "mle"};
  must(dove_store_iteration_add(store, run, &row, &iteration, &error));
  must(dove_store_usage_add(store, iteration, usage, CODES, &error));
  int64_t members[77];
  float cosines[77];
  for (size_t k = 0; k < CODES; k++) {
    for (size_t i = 0; i < 77; i++) {
      members[i] = (int64_t)below(EXPRESSIONS) + 1;
      cosines[i] = 0.5F;
    }
    must(dove_store_members_add(store, iteration, k, members, cosines, 77, &error));
  }
  return iteration;
}

static void write_coding(int64_t iteration) {
  static uint32_t ordinals[LISTED], recognised[5], assigned[7];
  static float q[LISTED], cosines[7];
  static int64_t expressions[7];
  for (int64_t document = 1; document <= CODED; document++) {
    const uint32_t first = (uint32_t)below(CODES - LISTED);
    for (uint32_t i = 0; i < LISTED; i++) {
      ordinals[i] = first + i;
      q[i] = 1.0F / LISTED;
    }
    for (uint32_t i = 0; i < 5; i++) recognised[i] = first + 7 * i;
    for (uint32_t i = 0; i < 7; i++) {
      expressions[i] = (int64_t)below(EXPRESSIONS) + 1;
      assigned[i] = first + i;
    }
    const dove_store_new_coding coding = {document, ordinals,    q,        LISTED,  recognised,
                                          5,        expressions, assigned, cosines, 7};
    must(dove_store_coding_add(store, iteration, &coding, &error));
  }
}

static void build(const float *matrix) {
  int64_t run = 0;
  const dove_store_new_run new_run = {.embedder = 1};
  must(dove_store_run_add(store, &new_run, &run, &error));
  for (int64_t t = 0; t < 3; t++) {
    dove_store_codebook codebook;
    begin();
    must(dove_store_begin(store, &error));
    if (t > 0) {
      must(dove_store_codebook_read(store, t, &codebook, &error));
      for (size_t k = 0; k < codebook.codes; k++) must(dove_store_code_end(store, run, codebook.ids[k], t, &error));
      dove_store_codebook_free(&codebook);
    }
    const int64_t iteration = write_codebook(run, t, matrix);
    write_coding(iteration);
    must(dove_store_commit(store, &error));
    end("writing an iteration: 1,300 new codes, coding of 10,676 documents");
  }
}

static void count_documents(const char *search) {
  int64_t count = 0;
  char what[96];
  const dove_store_document_query page = {
      .filter = {.search = search}, .sort = DOVE_STORE_DOCUMENT_BY_TOPIC, .limit = 50};
  dove_store_document_list list;
  begin();
  must(dove_store_document_count(store, &page.filter, &count, &error));
  must(dove_store_document_page(store, &page, &list, &error));
  snprintf(what, sizeof what, "search '%s': %lld found, first 50 by topic", search, (long long)count);
  end(what);
  dove_store_document_list_free(&list);
}

static void show(const char *path) {
  dove_store_counts counts;
  dove_store_document_list documents;
  dove_store_code_list codes;
  dove_store_expression_list expressions;
  dove_store_code_document_list coded;
  must(dove_store_optimise(store, &error));
  dove_store_close(store);
  begin();
  must(dove_store_open(path, &store, &error));
  end("opening");
  begin();
  must(dove_store_counts_read(store, &counts, &error));
  end("counts for the overview");
  const dove_store_document_query page = {.sort = DOVE_STORE_DOCUMENT_BY_TOPIC, .offset = 14000, .limit = 50};
  begin();
  must(dove_store_document_page(store, &page, &documents, &error));
  end("50 documents by topic at offset 14,000");
  dove_store_document_list_free(&documents);
  begin();
  must(dove_store_expression_page_at(store, NULL, 95000, 50, &expressions, &error));
  end("50 expressions at offset 95,000");
  dove_store_expression_list_free(&expressions);
  const dove_store_code_query code_page = {.run = 1, .t = 2, .descending = true, .limit = 50};
  begin();
  must(dove_store_code_page(store, &code_page, &codes, &error));
  end("50 codes by usage of 1,300");
  begin();
  must(dove_store_code_documents(store, 3, codes.rows[0].id, NULL, 0, 50, &coded, &error));
  end("50 documents of a code");
  dove_store_code_list_free(&codes);
  dove_store_code_document_list_free(&coded);
  count_documents("honesty 12");
  count_documents("부모를");
  count_documents("孝顺");
  count_documents("Honesty");
  count_documents("a");
}

int main(void) {
  char folder[] = "/tmp/dove-bench-XXXXXX", path[64], command[96];
  if (mkdtemp(folder) == NULL) return 1;
  snprintf(path, sizeof path, "%s/p.dove", folder);
  noise = dove_random_stream(1, 2, 3);
  float *matrix = dove_alloc((size_t)EXPRESSIONS * DIMENSION, sizeof *matrix);
  int64_t *ids = dove_alloc(EXPRESSIONS, sizeof *ids);
  if (matrix == NULL || ids == NULL) return 1;
  must(dove_store_create(path, &store, &error));
  import();
  embed(folder, matrix, ids);
  build(matrix);
  free(matrix);
  free(ids);
  show(path);
  dove_store_close(store);
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command) == 0 ? 0 : 1;
}
