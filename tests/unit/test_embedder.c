#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>
#include <unistd.h>

#include "dove/embedder.h"
#include "dove/parallel.h"
#include "dove/word_vectors.h"
#include "near.h"

static const char shipped[] = "assets/vectors/en.dvec";

static double dot(const float *a, const float *b, size_t dimension) {
  double sum = 0.0;
  for (size_t j = 0; j < dimension; j++) sum += (double)a[j] * (double)b[j];
  return sum;
}

/* Converts `text` to a .dvec file of this test; the caller frees and unlinks the path. */
static char *make_vectors(const char *text) {
  char *path = malloc(64);
  char in[64];
  snprintf(path, 64, "/tmp/dove-embedder-%ld.dvec", (long)getpid());
  snprintf(in, sizeof in, "/tmp/dove-embedder-%ld.txt", (long)getpid());
  FILE *file = fopen(in, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
  assert_int_equal(dove_word_vectors_convert(in, path, 0, NULL, NULL, NULL), DOVE_OK);
  unlink(in);
  return path;
}

static void drop_vectors(char *path) {
  unlink(path);
  free(path);
}

/* p = 1/(3.7 · 11.7321) and 1/(4.7 · 11.7321); a/(a + p) = 0.041602 and 0.052260; of length one: 0.62281, 0.78237. */
static void weighs_words_by_frequency(void **state) {
  (void)state;
  char *path = make_vectors("alpha 1 0\nbeta 0 1\n");
  dove_embedder embedder;
  assert_int_equal(dove_embedder_open_static(path, NULL, NULL, 0, &embedder, NULL), DOVE_OK);
  const char *const texts[] = {"Alpha, BETA!", "???", "alpha gamma"};
  float vectors[6];
  bool embedded[3];
  dove_error error = {0};
  assert_false(dove_embedder_fitted(&embedder));
  assert_int_equal(dove_embedder_embed(&embedder, texts, 3, vectors, embedded, NULL, NULL, &error), DOVE_USAGE);
  assert_int_equal(dove_embedder_fit(&embedder, texts, 3, NULL, &error), DOVE_OK);
  dove_embedding_report report = {0};
  assert_int_equal(dove_embedder_embed(&embedder, texts, 3, vectors, embedded, &report, NULL, &error), DOVE_OK);
  assert_near(vectors[0], 0.62281f, 1e-4f);
  assert_near(vectors[1], 0.78237f, 1e-4f);
  assert_true(embedded[0] && !embedded[1] && embedded[2]);
  assert_near(vectors[4], 1.0f, 1e-6f);
  assert_int_equal(report.texts, 3);
  assert_int_equal(report.texts_failed, 1);
  assert_int_equal(report.tokens, 4);
  assert_int_equal(report.tokens_known, 3);
  dove_embedder_close(&embedder);
  drop_vectors(path);
}

/* With a = 1: 1/(1 + 1/(3.7 · 11.7321)) = 0.977483 and 1/(1 + 1/(4.7 · 11.7321)) = 0.982188; of length one: 0.70541,
 * 0.70880. */
static void takes_the_weight_of_words(void **state) {
  (void)state;
  char *path = make_vectors("alpha 1 0\nbeta 0 1\n");
  dove_embedder embedder, again;
  dove_error error = {0};
  const dove_static_options options = {.sif_weight = 1, .components = 0};
  const dove_static_options wrong[] = {{.sif_weight = 0}, {.sif_weight = 1, .components = DOVE_STATIC_COMPONENTS + 1}};
  for (int i = 0; i < 2; i++)
    assert_int_equal(dove_embedder_open_static(path, &wrong[i], NULL, 0, &embedder, &error), DOVE_USAGE);
  assert_int_equal(dove_embedder_open_static(path, &options, NULL, 0, &embedder, &error), DOVE_OK);
  const char *const texts[] = {"alpha beta"};
  float vector[2];
  bool embedded;
  assert_int_equal(dove_embedder_fit(&embedder, texts, 1, NULL, &error), DOVE_OK);
  assert_int_equal(dove_embedder_embed(&embedder, texts, 1, vector, &embedded, NULL, NULL, &error), DOVE_OK);
  assert_near(vector[0], 0.70541f, 1e-4f);
  assert_near(vector[1], 0.70880f, 1e-4f);
  void *blob;
  size_t size;
  dove_static_options stored = {0};
  assert_int_equal(dove_embedder_parameters(&embedder, &blob, &size, &error), DOVE_OK);
  assert_true(dove_embedder_static_options(blob, size, &stored));
  assert_near((float)stored.sif_weight, 1.0f, 0.0f);
  assert_int_equal(stored.components, 0);
  assert_false(dove_embedder_static_options(blob, size - 1, &stored));
  assert_false(dove_embedder_static_options(NULL, 0, &stored));
  /* What was fitted holds, whatever is usual. */
  assert_int_equal(dove_embedder_open_static(path, NULL, blob, size, &again, &error), DOVE_OK);
  assert_int_equal(dove_embedder_embed(&again, texts, 1, vector, &embedded, NULL, NULL, &error), DOVE_OK);
  assert_near(vector[0], 0.70541f, 1e-4f);
  free(blob);
  dove_embedder_close(&again);
  dove_embedder_close(&embedder);
  drop_vectors(path);
}

/* 30 words of 8 components and 80 texts (63 different, so three components go); the expected rows were computed with
 * numpy's singular value decomposition from the same formulas. */
static void removes_common_components(void **state) {
  (void)state;
  enum { WORDS = 30, D = 8, TEXTS = 80 };
  static const float expected[3][D] = {
      {-0.012534f, -0.551955f, 0.209558f, 0.485979f, -0.505858f, 0.349548f, 0.009514f, -0.192176f},
      {-0.411491f, 0.682969f, -0.480879f, 0.111514f, -0.119584f, 0.300663f, 0.090874f, -0.087136f},
      {0.175871f, 0.064920f, 0.469801f, -0.624414f, -0.274915f, -0.390364f, -0.062826f, -0.349771f},
  };
  static const size_t rows[3] = {0, 17, 79};
  char text[1 << 14];
  size_t used = 0;
  for (int i = 0; i < WORDS; i++) {
    used += (size_t)snprintf(text + used, sizeof text - used, "k%02d", i);
    for (int j = 0; j < D; j++)
      used += (size_t)snprintf(text + used, sizeof text - used, " %.6f",
                               ((i * 37 + j * 101 + i * j * 13 + i * i * j) % 97 - 40) / 97.0);
    used += (size_t)snprintf(text + used, sizeof text - used, "\n");
  }
  char *path = make_vectors(text);
  char sentences[TEXTS][32];
  const char *texts[TEXTS];
  for (int i = 0; i < TEXTS; i++) {
    snprintf(sentences[i], sizeof sentences[i], "k%02d k%02d k%02d", i % WORDS, (3 * i + 1) % WORDS,
             (i * i / 3 + 2) % WORDS);
    texts[i] = sentences[i];
  }
  dove_embedder embedder;
  float vectors[TEXTS * D];
  bool embedded[TEXTS];
  assert_int_equal(dove_embedder_open_static(path, NULL, NULL, 0, &embedder, NULL), DOVE_OK);
  assert_int_equal(dove_embedder_fit(&embedder, texts, TEXTS, NULL, NULL), DOVE_OK);
  assert_int_equal(dove_embedder_embed(&embedder, texts, TEXTS, vectors, embedded, NULL, NULL, NULL), DOVE_OK);
  for (int r = 0; r < 3; r++)
    for (int j = 0; j < D; j++) assert_near(vectors[rows[r] * D + (size_t)j], expected[r][j], 2e-4f);
  dove_embedder_close(&embedder);
  drop_vectors(path);
}

static void open_shipped(dove_embedder *embedder, const char *const *texts, size_t count) {
  dove_error error = {0};
  if (dove_embedder_open_static(shipped, NULL, NULL, 0, embedder, &error) != DOVE_OK) fail_msg("%s", error.message);
  assert_int_equal(dove_embedder_fit(embedder, texts, count, NULL, &error), DOVE_OK);
}

static void knows_inflected_and_compound_words(void **state) {
  (void)state;
  /* Each is unknown as it stands or written differently; a pair must end at the same direction. */
  static const char *const pairs[][2] = {
      {"steadfastness", "steadfast"},
      {"prioritises", "prioritize"},
      {"DIGNITY", "dignity"},
      {"the author's", "author the"},
      {"don't", "do not"},
      {"trustworthiness", "trustworthy"},
      {"can’t", "can not"},
      {"kind-heartedness kind", "kind kind"},
      {"a dignity", "dignity"},
  };
  enum { PAIRS = sizeof pairs / sizeof pairs[0] };
  const char *texts[2 * PAIRS];
  for (size_t i = 0; i < PAIRS; i++) {
    texts[2 * i] = pairs[i][0];
    texts[2 * i + 1] = pairs[i][1];
  }
  dove_embedder embedder;
  open_shipped(&embedder, texts, 1);
  float vectors[2 * PAIRS * 100];
  bool embedded[2 * PAIRS];
  dove_embedding_report report = {0};
  assert_int_equal(dove_embedder_embed(&embedder, texts, 2 * PAIRS, vectors, embedded, &report, NULL, NULL), DOVE_OK);
  for (size_t i = 0; i < PAIRS; i++) {
    const double cosine = dot(vectors + 200 * i, vectors + 200 * i + 100, 100);
    const double least = strchr(pairs[i][0], '-') != NULL ? 0.6 : 0.9999;
    if (!(cosine >= least)) fail_msg("'%s' and '%s': %.3f", pairs[i][0], pairs[i][1], cosine);
  }
  assert_int_equal(report.tokens, report.tokens_known);
  dove_embedder_close(&embedder);
}

static void matches_longest_in_scripts_without_spaces(void **state) {
  (void)state;
  char *path = make_vectors("자유 1 0 0\n自由 0 1 0\n平等 0 0 1\n자 1 1 1\n");
  dove_embedder embedder;
  dove_error error = {0};
  /* "자유를": the noun with a particle; decomposed jamo; 自由と平等: two words and a particle. */
  const char *const texts[] = {"자유를", "\xe1\x84\x8c\xe1\x85\xa1\xe1\x84\x8b\xe1\x85\xb2", "自由と平等", "漢"};
  float vectors[12];
  bool embedded[4];
  dove_embedding_report report = {0};
  assert_int_equal(dove_embedder_open_static(path, NULL, NULL, 0, &embedder, &error), DOVE_OK);
  assert_int_equal(dove_embedder_fit(&embedder, texts, 4, NULL, &error), DOVE_OK);
  assert_int_equal(dove_embedder_embed(&embedder, texts, 4, vectors, embedded, &report, NULL, &error), DOVE_OK);
  assert_true(embedded[0] && embedded[1] && embedded[2] && !embedded[3]);
  assert_near(vectors[0], 1.0f, 1e-6f);
  assert_near(vectors[3], 1.0f, 1e-6f);
  assert_near(vectors[6], 0.0f, 1e-6f);
  assert_true(vectors[7] > 0.6f && vectors[8] > 0.6f);
  assert_int_equal(report.tokens, 7);
  assert_int_equal(report.tokens_known, 4);
  dove_embedder_close(&embedder);
  drop_vectors(path);
}

/* Pairs graded by hand, 5 the same to 0 nothing in common; the written order is the graded one. */
static const struct {
  int grade;
  const char *a, *b;
} graded[] = {
    {5, "A man is playing a guitar.", "A man plays the guitar."},
    {5, "Children should respect their parents.", "Kids ought to respect their mothers and fathers."},
    {5, "The author values honesty and telling the truth.", "The author values truthfulness and being honest."},
    {5, "A woman is slicing an onion.", "Someone is cutting up an onion."},
    {4, "Governments must protect the environment.", "The state should guard nature against pollution."},
    {4, "The author values freedom of speech.", "The author values the right to express opinions."},
    {4, "Two dogs run through the snow.", "A dog is running in deep snow."},
    {4, "Students need good teachers.", "Pupils learn more from skilled instructors."},
    {3, "The author values hard work.", "The author values discipline and ambition."},
    {3, "A boy is riding a bicycle.", "A girl is riding a horse."},
    {3, "Families should eat dinner together.", "Parents should spend time with their children."},
    {3, "Doctors earn high salaries.", "Nurses are poorly paid."},
    {2, "The author values loyalty to friends.", "The author values love between spouses."},
    {2, "A man is cooking rice.", "A man is washing a car."},
    {2, "Schools should teach music.", "Concerts are expensive."},
    {1, "The train leaves at noon.", "The ship sank in a storm."},
    {1, "The author values privacy.", "The author values generosity."},
    {1, "A cat sleeps on the sofa.", "A bird sings in the garden."},
    {0, "The court rejected the appeal.", "Fresh bread smells wonderful."},
    {0, "Snow fell on the mountains.", "The bank raised interest rates."},
    {0, "The author values humility.", "The engine needs new oil."},
    {0, "Children like chocolate.", "Parliament passed the budget."},
};

enum { GRADED = sizeof graded / sizeof graded[0] };

static void ranks(const double *values, double *rank) {
  for (size_t i = 0; i < GRADED; i++) {
    rank[i] = 0.5;
    for (size_t j = 0; j < GRADED; j++) rank[i] += values[j] < values[i] ? 1.0 : values[j] == values[i] ? 0.5 : 0.0;
  }
}

static double spearman(const double *x, const double *y) {
  double a[GRADED], b[GRADED];
  ranks(x, a);
  ranks(y, b);
  const double mean = (GRADED + 1) / 2.0;
  double ab = 0.0, aa = 0.0, bb = 0.0;
  for (size_t i = 0; i < GRADED; i++) {
    ab += (a[i] - mean) * (b[i] - mean);
    aa += (a[i] - mean) * (a[i] - mean);
    bb += (b[i] - mean) * (b[i] - mean);
  }
  return ab / sqrt(aa * bb);
}

static void agrees_with_hand_graded_pairs(void **state) {
  (void)state;
  const char *texts[2 * GRADED];
  double grades[GRADED], cosines[GRADED];
  for (size_t i = 0; i < GRADED; i++) {
    texts[2 * i] = graded[i].a;
    texts[2 * i + 1] = graded[i].b;
    grades[i] = graded[i].grade;
  }
  dove_embedder embedder;
  open_shipped(&embedder, texts, 2 * GRADED);
  float *vectors = malloc(2 * GRADED * 100 * sizeof *vectors);
  bool embedded[2 * GRADED];
  assert_int_equal(dove_embedder_embed(&embedder, texts, 2 * GRADED, vectors, embedded, NULL, NULL, NULL), DOVE_OK);
  for (size_t i = 0; i < GRADED; i++) {
    assert_true(embedded[2 * i] && embedded[2 * i + 1]);
    assert_true(fabs(dot(vectors + 200 * i, vectors + 200 * i, 100) - 1.0) < 1e-5);
    cosines[i] = dot(vectors + 200 * i, vectors + 200 * i + 100, 100);
  }
  const double correlation = spearman(grades, cosines);
  print_message("Spearman with hand-graded pairs: %.3f\n", correlation);
  assert_true(correlation >= 0.7);
  free(vectors);
  dove_embedder_close(&embedder);
}

/* What all texts have in common must not make them alike. */
static void template_does_not_dominate(void **state) {
  (void)state;
  static const char *const values[] = {"honesty", "family",   "freedom",  "tradition", "wealth",
                                       "courage", "nature",   "justice",  "knowledge", "peace",
                                       "humour",  "ambition", "faith",    "beauty",    "safety",
                                       "privacy", "loyalty",  "patience", "health",    "friendship"};
  static const char *const forms[][2] = {{"The author values ", "."},
                                         {"The author believes that ", " is important."},
                                         {"The author holds that people should care for ", "."}};
  enum { VALUES = 20, FORMS = 3, ALL = VALUES * FORMS };
  char sentences[ALL][80];
  const char *texts[ALL];
  for (size_t i = 0; i < ALL; i++) {
    const int used = snprintf(sentences[i], sizeof sentences[i], "%s%s%s", forms[i % FORMS][0], values[i / FORMS],
                              forms[i % FORMS][1]);
    assert_true(used > 0 && used < 80);
    texts[i] = sentences[i];
  }
  dove_embedder embedder;
  open_shipped(&embedder, texts, ALL);
  float *vectors = malloc(ALL * 100 * sizeof *vectors);
  bool embedded[ALL];
  assert_int_equal(dove_embedder_embed(&embedder, texts, ALL, vectors, embedded, NULL, NULL, NULL), DOVE_OK);
  double same = 0.0, other = 0.0;
  size_t same_count = 0, other_count = 0;
  for (size_t i = 0; i < ALL; i++) {
    for (size_t j = 0; j < i; j++) {
      const double cosine = dot(vectors + 100 * i, vectors + 100 * j, 100);
      if (i / FORMS == j / FORMS) {
        same += cosine;
        same_count++;
      } else {
        other += cosine;
        other_count++;
      }
    }
  }
  same /= (double)same_count;
  other /= (double)other_count;
  print_message("mean cosine: same value %.3f, another value %.3f\n", same, other);
  assert_true(same > 0.6 && other < 0.05);
  free(vectors);
  dove_embedder_close(&embedder);
}

static void restores_what_was_fitted(void **state) {
  (void)state;
  const char *texts[2 * GRADED];
  for (size_t i = 0; i < 2 * GRADED; i++) texts[i] = i % 2 == 0 ? graded[i / 2].a : graded[i / 2].b;
  dove_embedder first, second;
  void *blob;
  size_t size;
  dove_error error = {0};
  open_shipped(&first, texts, 2 * GRADED);
  assert_int_equal(dove_embedder_parameters(&first, &blob, &size, &error), DOVE_OK);
  assert_int_equal(dove_embedder_open_static(shipped, NULL, blob, size, &second, &error), DOVE_OK);
  assert_true(dove_embedder_fitted(&second));
  assert_string_equal(first.name, second.name);
  float a[100], b[100];
  bool embedded;
  assert_int_equal(dove_embedder_embed(&first, texts, 1, a, &embedded, NULL, NULL, &error), DOVE_OK);
  assert_int_equal(dove_embedder_embed(&second, texts, 1, b, &embedded, NULL, NULL, &error), DOVE_OK);
  assert_memory_equal(a, b, sizeof a);
  dove_embedder_close(&second);
  for (size_t at = 0; at < size; at += 7) {
    ((unsigned char *)blob)[at] ^= 1;
    assert_int_equal(dove_embedder_open_static(shipped, NULL, blob, size, &second, &error), DOVE_INPUT);
    ((unsigned char *)blob)[at] ^= 1;
  }
  assert_int_equal(dove_embedder_open_static(shipped, NULL, blob, size - 1, &second, &error), DOVE_INPUT);
  char *path = make_vectors("alpha 1 0\nbeta 0 1\n");
  assert_int_equal(dove_embedder_open_static(path, NULL, blob, size, &second, &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "other word vectors"));
  drop_vectors(path);
  free(blob);
  dove_embedder_close(&first);
}

/* Equal texts, one text, none: nothing may become zero or NaN. */
static void few_texts_keep_their_vectors(void **state) {
  (void)state;
  const char *texts[100];
  for (size_t i = 0; i < 100; i++) texts[i] = "The author values honesty.";
  for (size_t count = 0; count <= 100; count += 50) {
    dove_embedder embedder;
    open_shipped(&embedder, texts, count);
    float vector[100];
    bool embedded;
    assert_int_equal(dove_embedder_embed(&embedder, texts, 1, vector, &embedded, NULL, NULL, NULL), DOVE_OK);
    assert_true(embedded && fabs(dot(vector, vector, 100) - 1.0) < 1e-5);
    dove_embedder_close(&embedder);
  }
}

static bool always(void *user) {
  (void)user;
  return true;
}

static void threads_do_not_matter_and_work_can_be_stopped(void **state) {
  (void)state;
  enum { COPIES = 4000 };
  const char **texts = malloc(COPIES * sizeof *texts);
  for (size_t i = 0; i < COPIES; i++) texts[i] = i % 3 == 0 ? graded[i % GRADED].a : graded[i % GRADED].b;
  float *vectors[2];
  bool *embedded = malloc(COPIES);
  for (int run = 0; run < 2; run++) {
    dove_threads_set(run == 0 ? 1 : 4);
    dove_embedder embedder;
    open_shipped(&embedder, texts, COPIES);
    vectors[run] = malloc(COPIES * 100 * sizeof(float));
    assert_int_equal(dove_embedder_embed(&embedder, texts, COPIES, vectors[run], embedded, NULL, NULL, NULL), DOVE_OK);
    const dove_progress progress = {.cancelled = always};
    dove_error error;
    assert_int_equal(dove_embedder_embed(&embedder, texts, COPIES, vectors[run], embedded, NULL, &progress, &error),
                     DOVE_CANCELLED);
    assert_int_equal(dove_embedder_fit(&embedder, texts, COPIES, &progress, &error), DOVE_CANCELLED);
    dove_embedder_close(&embedder);
  }
  dove_threads_set(0);
  assert_memory_equal(vectors[0], vectors[1], COPIES * 100 * sizeof(float));
  free(vectors[0]);
  free(vectors[1]);
  free(embedded);
  free(texts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weighs_words_by_frequency),
      cmocka_unit_test(takes_the_weight_of_words),
      cmocka_unit_test(removes_common_components),
      cmocka_unit_test(knows_inflected_and_compound_words),
      cmocka_unit_test(matches_longest_in_scripts_without_spaces),
      cmocka_unit_test(agrees_with_hand_graded_pairs),
      cmocka_unit_test(template_does_not_dominate),
      cmocka_unit_test(restores_what_was_fitted),
      cmocka_unit_test(few_texts_keep_their_vectors),
      cmocka_unit_test(threads_do_not_matter_and_work_can_be_stopped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
