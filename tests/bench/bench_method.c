/* The method end to end on a synthetic project: time per step beside a bare matrix product of the same size, and the
 * memory that it took at most.
 *
 *   bench_method                a tenth of the paper's size
 *   bench_method --paper        10,676 documents, 100,000 expressions × 1,024, about 1,300 codes at first, T = 10
 *   bench_method --explorer     15,000 documents, 100,000 expressions, about 1,300 codes over 10 iterations
 *
 * --make FILE leaves the project in FILE. Others: --documents N --expressions N --dimension D --directions K --topics N
 * --models N --sentences N --iterations T --set KEY=VALUE --no-build. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dove/blas.h"
#include "dove/build.h"
#include "dove/clock.h"
#include "dove/matrix.h"
#include "dove/store_project.h"
#include "synthetic_project.h"

typedef struct bench {
  synthetic_options options;
  const char *path; /* NULL: a temporary file */
  int64_t iterations;
  bool build;
  const char *settings[32];
  size_t setting_count;
  double last; /* when the last stage or iteration ended */
  const char *stage;
  double stage_start;
} bench;

static int fail(const dove_error *error) {
  fprintf(stderr, "bench_method: %s\n", error->message);
  return 1;
}

static double peak_gib(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)usage.ru_maxrss / (1024.0 * 1024.0);
}

/* Seconds for expressions × codes × dimension in float32, without keeping the result. */
static double product_seconds(size_t rows, size_t codes, size_t dimension) {
  enum { BLOCK = 4096 };
  dove_matrix a = {0}, b = {0}, out = {0};
  dove_error error = {0};
  double seconds = 0;
  const size_t block = rows < BLOCK ? rows : BLOCK;
  if (dove_matrix_create(&a, block, dimension, &error) == DOVE_OK &&
      dove_matrix_create(&b, codes, dimension, &error) == DOVE_OK &&
      dove_matrix_create(&out, block, codes, &error) == DOVE_OK) {
    dove_matrix_product(dove_matrix_as_view(&a), dove_matrix_as_view(&b), out.data, &error);
    const double start = dove_clock_seconds();
    for (size_t at = 0; at < rows; at += block)
      dove_matrix_product(dove_matrix_as_view(&a), dove_matrix_as_view(&b), out.data, &error);
    seconds = dove_clock_seconds() - start;
  }
  dove_matrix_free(&a);
  dove_matrix_free(&b);
  dove_matrix_free(&out);
  return seconds;
}

static void on_iteration(void *user, int64_t run, int64_t iteration, size_t codes, const dove_objective *objective) {
  bench *b = user;
  (void)run;
  const double now = dove_clock_seconds(), seconds = now - b->last;
  const double bare = product_seconds(b->options.expressions, codes, b->options.dimension);
  printf("  t %2lld  codes %5zu  S %8.4f  sigma2 %.5f  perplexity %6.2f  %7.2f s = %6.1f bare products (%.2f s)\n",
         (long long)iteration, codes, objective->score, objective->sigma2, objective->perplexity, seconds,
         seconds / bare, bare);
  b->last = dove_clock_seconds();
}

/* Says how long each stage took, where it took long. */
static void on_report(void *user, const char *stage, double done, double total) {
  bench *b = user;
  (void)done;
  (void)total;
  if (b->stage != NULL && strcmp(b->stage, stage) == 0) return;
  const double now = dove_clock_seconds();
  if (b->stage != NULL && now - b->stage_start > 1.0) printf("      %-20s %7.2f s\n", b->stage, now - b->stage_start);
  b->stage = stage;
  b->stage_start = now;
}

static bool number_option(const char *name, const char *value, bench *b) {
  size_t *const fields[] = {&b->options.documents,  &b->options.expressions, &b->options.dimension,
                            &b->options.directions, &b->options.topics,      &b->options.models,
                            &b->options.sentences};
  static const char *const names[] = {"--documents", "--expressions", "--dimension", "--directions",
                                      "--topics",    "--models",      "--sentences"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(name, names[i]) != 0) continue;
    *fields[i] = strtoull(value, NULL, 10);
    return true;
  }
  if (strcmp(name, "--iterations") == 0) {
    b->iterations = strtoll(value, NULL, 10);
    return true;
  }
  return false;
}

static bool read_options(int count, char **words, bench *b) {
  for (int i = 1; i < count; i++) {
    if (strcmp(words[i], "--paper") == 0) {
      b->options.documents = 10676;
      b->options.expressions = 100000;
      b->options.dimension = 1024;
      b->options.directions = 1300;
      continue;
    }
    if (strcmp(words[i], "--explorer") == 0) {
      static const char *const gentle[] = {"merge_z=-0.75", "split_z=2", "patience=20"};
      b->options.documents = 15000;
      b->options.expressions = 100000;
      b->options.dimension = 64;
      b->options.directions = 1300;
      memcpy(b->settings, gentle, sizeof gentle);
      b->setting_count = 3;
      continue;
    }
    if (strcmp(words[i], "--no-build") == 0) {
      b->build = false;
      continue;
    }
    if (i + 1 == count) return false;
    const char *value = words[++i];
    if (strcmp(words[i - 1], "--make") == 0) {
      b->path = value;
    } else if (strcmp(words[i - 1], "--set") == 0 && b->setting_count < 32) {
      b->settings[b->setting_count++] = value;
    } else if (!number_option(words[i - 1], value, b)) {
      return false;
    }
  }
  return true;
}

static dove_status store_settings(const bench *b, dove_store *store, dove_error *error) {
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < b->setting_count && status == DOVE_OK; i++) {
    char key[64];
    const char *equals = strchr(b->settings[i], '=');
    if (equals == NULL || (size_t)(equals - b->settings[i]) >= sizeof key) continue;
    snprintf(key, sizeof key, "%.*s", (int)(equals - b->settings[i]), b->settings[i]);
    status = dove_store_setting_set(store, key, equals + 1, error);
  }
  return status;
}

static int run(bench *b, dove_store *store) {
  dove_error error = {0};
  dove_build_report report;
  dove_build_options options = dove_build_defaults();
  const dove_progress progress = {.report = on_report, .user = b};
  const double start = dove_clock_seconds();
  if (!synthetic_fill(store, &b->options, &error)) return fail(&error);
  printf("made %zu documents, %zu expressions x %zu around %zu directions in %.1f s\n", b->options.documents,
         b->options.expressions, b->options.dimension, b->options.directions, dove_clock_seconds() - start);
  if (store_settings(b, store, &error) != DOVE_OK) return fail(&error);
  if (!b->build) return 0;
  const double built = dove_clock_seconds();
  b->last = built;
  options.iterations = b->iterations;
  if (dove_build(store, &options, on_iteration, b, &report, &progress, &error) != DOVE_OK) return fail(&error);
  printf("build: %.1f s, stopped by '%s', best t %lld with %zu codes, S %.4f; at most %.2f GiB (%s)\n",
         dove_clock_seconds() - built, report.stopped_by, (long long)report.best_iteration, report.codes, report.score,
         peak_gib(), dove_blas_kernel());
  return 0;
}

int main(int count, char **words) {
  bench b = {.options = {.documents = 1068,
                         .expressions = 10000,
                         .dimension = 256,
                         .directions = 200,
                         .topics = 200,
                         .models = 6,
                         .spread = 0.6,
                         .skew = 0.5,
                         .sentences = 4,
                         .seed = 1},
             .iterations = 10,
             .build = true};
  char folder[] = "/tmp/dove-bench-XXXXXX", path[64];
  dove_error error = {0};
  dove_store *store = NULL;
  if (!read_options(count, words, &b)) {
    fprintf(stderr,
            "usage: bench_method [--paper|--explorer] [--make FILE] [--documents N] [--expressions N] [--dimension D] "
            "[--directions K] [--iterations T] [--set KEY=VALUE] [--no-build]\n");
    return 2;
  }
  if (b.path == NULL && mkdtemp(folder) == NULL) return 1;
  snprintf(path, sizeof path, "%s/bench.dove", folder);
  dove_blas_prefer();
  if (dove_store_create(b.path != NULL ? b.path : path, &store, &error) != DOVE_OK) return fail(&error);
  const int result = run(&b, store);
  dove_store_close(store);
  if (b.path == NULL) {
    unlink(path);
    rmdir(folder);
  }
  return result;
}
