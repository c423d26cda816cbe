/* Makes projects of any size for tests and benchmarks: documents of people and models on shared topics, value
 * expressions with names, and unit vectors drawn around planted directions, so that what a codebook should find is
 * known. All is drawn from the seed. */
#ifndef DOVE_TESTS_SYNTHETIC_PROJECT_H
#define DOVE_TESTS_SYNTHETIC_PROJECT_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/embed.h"
#include "dove/random.h"
#include "dove/store_documents.h"
#include "dove/store_expressions.h"

typedef struct synthetic_options {
  size_t documents;
  size_t expressions; /* in all; every document gets its share, at least one */
  size_t dimension;
  size_t directions; /* planted values */
  size_t topics;
  size_t models;    /* besides the people of KR, JP, CN and US */
  double spread;    /* length of the noise beside a direction of length 1 */
  double skew;      /* 0: all directions are as frequent; 1: as in Zipf's law */
  size_t sentences; /* of a document's text beside its expressions */
  uint64_t seed;
} synthetic_options;

/* Enough for several codes to be split and merged, and built in a moment. */
#define SYNTHETIC_SMALL                                                                                                \
  {                                                                                                                    \
    .documents = 120, .expressions = 900, .dimension = 24, .directions = 20, .topics = 10, .models = 2, .spread = 0.6, \
    .skew = 0.7, .sentences = 1, .seed = 5                                                                             \
  }

static const char *const synthetic_qualities[] = {
    "personal", "mutual",  "civic",    "filial",    "lasting",   "quiet",    "shared",  "public",    "inner",
    "social",   "moral",   "creative", "practical", "spiritual", "open",     "patient", "equal",     "steady",
    "honest",   "playful", "cautious", "communal",  "critical",  "generous", "modest",  "ambitious", "tender",
    "natural",  "learned", "free",     "loyal",     "fair",      "brave",    "simple",  "kind",      "orderly"};
static const char *const synthetic_nouns[] = {
    "autonomy", "duty",      "trust",     "harmony",    "freedom",  "respect",  "responsibility", "growth",  "care",
    "courage",  "tradition", "curiosity", "solidarity", "equality", "modesty",  "achievement",    "honesty", "loyalty",
    "security", "diversity", "justice",   "gratitude",  "balance",  "patience", "devotion",       "wisdom",  "pleasure",
    "wealth",   "faith",     "dialogue",  "health",     "beauty",   "memory",   "progress",       "privacy", "welfare"};

enum { SYNTHETIC_WORDS = 36 };

/* The name of a planted direction, three words where two are used up. */
static void synthetic_name(size_t direction, char *name, size_t size) {
  const size_t pairs = (size_t)SYNTHETIC_WORDS * SYNTHETIC_WORDS, pair = direction % pairs;
  const char *quality = synthetic_qualities[(pair * 7 + pair / SYNTHETIC_WORDS) % SYNTHETIC_WORDS];
  const char *noun = synthetic_nouns[pair % SYNTHETIC_WORDS];
  if (direction < pairs) {
    snprintf(name, size, "%s %s", quality, noun);
  } else {
    snprintf(name, size, "%s %s %s", synthetic_qualities[direction / pairs % SYNTHETIC_WORDS], quality, noun);
  }
}

/* One sentence about a value, in the language of a culture. */
static void synthetic_sentence(size_t language, const char *name, dove_random *random, dove_buffer *text) {
  static const char *const korean[] = {"저는 %s을 가장 소중하게 여깁니다. ",
                                       "우리 사회에는 %s이 꼭 필요하다고 믿습니다. "};
  static const char *const japanese[] = {"私は%sを大切にしている。", "人は%sなしに生きていけないと思う。"};
  static const char *const chinese[] = {"我认为%s是生活中最重要的。", "一个社会应当重视%s，这是不变的道理。"};
  static const char *const english[] = {"I believe that %s matters more than anything else. ",
                                        "Everyone should be able to count on %s in daily life. "};
  const char *const *forms[] = {korean, japanese, chinese, english};
  char sentence[256];
  const char *form = forms[language][dove_random_below(random, 2)];
  const char *gap = strstr(form, "%s");
  snprintf(sentence, sizeof sentence, "%.*s%s%s", (int)(gap - form), form, name, gap + 2);
  dove_buffer_add_text(text, sentence);
}

/* Cumulative frequencies of the directions. */
static double *synthetic_frequencies(const synthetic_options *o) {
  double *sum = malloc(o->directions * sizeof *sum);
  double total = 0;
  for (size_t g = 0; sum != NULL && g < o->directions; g++) sum[g] = total += pow((double)(g + 1), -o->skew);
  for (size_t g = 0; sum != NULL && g < o->directions; g++) sum[g] /= total;
  return sum;
}

static size_t synthetic_draw(const double *sum, size_t count, dove_random *random) {
  const double at = dove_random_uniform(random);
  size_t low = 0, high = count - 1;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (sum[middle] > at) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/* Random unit rows. */
static float *synthetic_directions(const synthetic_options *o) {
  float *rows = malloc(o->directions * o->dimension * sizeof *rows);
  for (size_t g = 0; rows != NULL && g < o->directions; g++) {
    dove_random random = dove_random_stream(o->seed, 1, g);
    double square = 0;
    for (size_t j = 0; j < o->dimension; j++) {
      const double x = dove_random_normal(&random);
      rows[g * o->dimension + j] = (float)x;
      square += x * x;
    }
    for (size_t j = 0; j < o->dimension; j++) rows[g * o->dimension + j] /= (float)sqrt(square);
  }
  return rows;
}

/* Where and of whom document i is. */
typedef struct synthetic_author {
  size_t language; /* KR, JP, CN, US */
  const char *culture;
  char source[32];
  char topic[64];
} synthetic_author;

static synthetic_author synthetic_author_of(const synthetic_options *o, size_t i) {
  static const char *const cultures[] = {"KR", "JP", "CN", "US"};
  const size_t authors = 4 + o->models, who = i % authors;
  synthetic_author author = {.language = who < 4 ? who : 3, .culture = who < 4 ? cultures[who] : ""};
  snprintf(author.source, sizeof author.source, who < 4 ? "human" : "model-%zu", who - 3);
  snprintf(author.topic, sizeof author.topic, "topic %zu: what people owe each other", i / authors % o->topics + 1);
  return author;
}

/* What one document needs while it is made. */
typedef struct synthetic_work {
  const synthetic_options *options;
  dove_store *store;
  const float *directions;
  const double *sum;
  int64_t *ids;   /* of a batch of expressions */
  float *vectors; /* the same */
  size_t pending;
} synthetic_work;

enum { SYNTHETIC_BATCH = 4096, SYNTHETIC_MOST = 256 };

static bool synthetic_flush(synthetic_work *w, dove_error *error) {
  const size_t count = w->pending;
  w->pending = 0;
  return count == 0 || dove_embed_import(w->store, "synthetic", (uint32_t)w->options->dimension, w->ids, w->vectors,
                                         count, error) == DOVE_OK;
}

static void synthetic_vector(const synthetic_work *w, size_t direction, dove_random *random, float *row) {
  const size_t dimension = w->options->dimension;
  const double scale = w->options->spread / sqrt((double)dimension);
  for (size_t j = 0; j < dimension; j++)
    row[j] = (float)((double)w->directions[direction * dimension + j] + scale * dove_random_normal(random));
}

/* A document has a few values that it comes back to, and some that it names once. */
static bool synthetic_document(synthetic_work *w, size_t i, size_t expressions, dove_error *error) {
  static const char *const languages[] = {"ko", "ja", "zh", "en"};
  const synthetic_options *o = w->options;
  const synthetic_author author = synthetic_author_of(o, i);
  dove_random random = dove_random_stream(o->seed, 2, i);
  size_t directions[SYNTHETIC_MOST];
  char names[SYNTHETIC_MOST][64], descriptions[SYNTHETIC_MOST][128], id[32];
  dove_store_new_expression rows[SYNTHETIC_MOST];
  int64_t ids[SYNTHETIC_MOST], document = 0;
  dove_buffer text = {0};
  for (size_t v = 0; v < expressions; v++) {
    const bool again = v > 0 && dove_random_uniform(&random) < 0.3;
    directions[v] = again ? directions[dove_random_below(&random, v)] : synthetic_draw(w->sum, o->directions, &random);
    synthetic_name(directions[v], names[v], sizeof names[v]);
    snprintf(descriptions[v], sizeof descriptions[v], "The author values %s.", names[v]);
    synthetic_sentence(author.language, names[v], &random, &text);
    rows[v] = (dove_store_new_expression){
        .code_name = names[v], .description = descriptions[v], .evidence_start = -1, .evidence_end = -1};
  }
  for (size_t s = 0; s < o->sentences; s++)
    synthetic_sentence(author.language, synthetic_nouns[dove_random_below(&random, SYNTHETIC_WORDS)], &random, &text);
  snprintf(id, sizeof id, "doc-%06zu", i + 1);
  const dove_store_new_document row = {.external_id = id,
                                       .culture = author.culture,
                                       .source = author.source,
                                       .topic = author.topic,
                                       .lang = languages[author.language],
                                       .text = dove_buffer_text(&text)};
  bool good = dove_store_document_add(w->store, &row, &document, error) == DOVE_OK &&
              dove_store_expression_add(w->store, document, DOVE_STORE_ORIGIN_IMPORTED, rows, expressions, ids,
                                        error) == DOVE_OK;
  dove_buffer_free(&text);
  for (size_t v = 0; good && v < expressions; v++) {
    w->ids[w->pending] = ids[v];
    synthetic_vector(w, directions[v], &random, w->vectors + w->pending++ * o->dimension);
    if (w->pending == SYNTHETIC_BATCH) good = synthetic_flush(w, error);
  }
  return good;
}

/* Fills an empty project. False with `error` set when it could not. */
static bool synthetic_fill(dove_store *store, const synthetic_options *o, dove_error *error) {
  float *directions = synthetic_directions(o);
  double *sum = synthetic_frequencies(o);
  synthetic_work w = {.options = o,
                      .store = store,
                      .directions = directions,
                      .sum = sum,
                      .ids = malloc(SYNTHETIC_BATCH * sizeof *w.ids),
                      .vectors = malloc(SYNTHETIC_BATCH * o->dimension * sizeof *w.vectors)};
  bool good = directions != NULL && sum != NULL && w.ids != NULL && w.vectors != NULL;
  good = good && dove_store_begin(store, error) == DOVE_OK;
  for (size_t i = 0; good && i < o->documents; i++) {
    /* Shares that differ by the rounding only: their sum is the number that was asked for. */
    size_t share = o->expressions * (i + 1) / o->documents - o->expressions * i / o->documents;
    if (share < 1) share = 1;
    if (share > SYNTHETIC_MOST) share = SYNTHETIC_MOST;
    good = synthetic_document(&w, i, share, error);
  }
  good = good && synthetic_flush(&w, error) && dove_store_commit(store, error) == DOVE_OK;
  free(directions);
  free(sum);
  free(w.ids);
  free(w.vectors);
  return good;
}

#endif
