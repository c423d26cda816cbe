#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/embedder.h"
#include "dove/memory.h"
#include "dove/parallel.h"
#include "dove/paths.h"
#include "dove/word_vectors.h"
#include "llm/embedded/common_components.h"
#include "llm/embedded/dvec.h"
#include "llm/embedded/sentence_words.h"

enum {
  TEXTS_PER_COMPONENT = 20,
  TEXTS_PER_BLOCK = 1024, /* the unit of parallel work; results do not depend on it */
};

static const dove_static_options usual_options = {.sif_weight = 1e-3, .components = 3};

static const char shipped_vectors[] = "assets/vectors/en.dvec";

typedef struct static_embedder {
  dove_word_vectors *vectors;
  dove_static_options options;
  float *components; /* DOVE_STATIC_COMPONENTS × D, the first component_count rows in use */
  uint32_t component_count;
  bool fitted;
} static_embedder;

/* The blob that a project keeps: this header, component_count × dimension float32, FNV-1a of all that. */
typedef struct parameters_header {
  char magic[8];
  uint32_t version;
  uint32_t dimension;
  uint32_t component_count;
  uint32_t components_wanted;
  uint64_t vectors_checksum;
  double sif_weight;
} parameters_header;

_Static_assert(sizeof(parameters_header) == 40, "the header of stored embedder parameters has 40 bytes");

static const char parameters_magic[8] = {'D', 'O', 'V', 'E', '-', 'S', 'I', 'F'};
enum { PARAMETERS_VERSION = 2 };

static double word_weight(const static_embedder *e, uint32_t index) {
  return e->options.sif_weight / (e->options.sif_weight + dove_word_vectors_probability(index));
}

/* The weighted mean of a text's words; false when it has no known word. */
static bool weighted_mean(const static_embedder *e, const sentence_words *words, float *mean) {
  const uint32_t dimension = dove_word_vectors_dimension(e->vectors);
  if (words->count == 0) return false;
  memset(mean, 0, dimension * sizeof *mean);
  const double share = 1.0 / (double)words->count;
  for (size_t i = 0; i < words->count; i++)
    dove_word_vectors_add(e->vectors, words->indices[i], (float)(share * word_weight(e, words->indices[i])), mean);
  return true;
}

/* A block of texts to means. */
typedef struct mean_block {
  const char *const *texts;
  size_t count;
  float *means;   /* count × D */
  bool *has_mean; /* count */
  uint64_t tokens;
  uint64_t tokens_known;
  dove_status status;
} mean_block;

static void read_block(const static_embedder *e, mean_block *block) {
  const size_t dimension = dove_word_vectors_dimension(e->vectors);
  sentence_words words = {0};
  for (size_t i = 0; i < block->count && block->status == DOVE_OK; i++) {
    block->status = sentence_words_read(&words, e->vectors, block->texts[i], NULL);
    block->tokens += words.tokens;
    block->tokens_known += words.tokens_known;
    block->has_mean[i] = weighted_mean(e, &words, block->means + i * dimension);
  }
  sentence_words_free(&words);
}

/* Means of texts [0, count), all blocks in parallel; `then` is applied to each row that has a mean when not NULL. */
static dove_status read_texts(const static_embedder *e, const char *const *texts, size_t count, float *means,
                              bool *has_mean, bool (*then)(const static_embedder *, float *),
                              dove_embedding_report *seen, const dove_progress *progress, dove_error *error) {
  const size_t dimension = dove_word_vectors_dimension(e->vectors);
  const long blocks = (long)((count + TEXTS_PER_BLOCK - 1) / TEXTS_PER_BLOCK);
  atomic_int failure = DOVE_OK;
  atomic_size_t done = 0;
  uint64_t tokens = 0;
  uint64_t tokens_known = 0;
#pragma omp parallel for schedule(dynamic) num_threads(dove_threads()) reduction(+ : tokens, tokens_known)
  for (long b = 0; b < blocks; b++) {
    const size_t first = (size_t)b * TEXTS_PER_BLOCK;
    if (atomic_load(&failure) == DOVE_OK && dove_progress_cancelled(progress)) atomic_store(&failure, DOVE_CANCELLED);
    if (atomic_load(&failure) != DOVE_OK) continue;
    mean_block block = {.texts = texts + first,
                        .count = count - first < TEXTS_PER_BLOCK ? count - first : TEXTS_PER_BLOCK,
                        .means = means + first * dimension,
                        .has_mean = has_mean + first};
    read_block(e, &block);
    if (block.status != DOVE_OK) atomic_store(&failure, (int)block.status);
    for (size_t i = 0; then != NULL && i < block.count; i++)
      if (block.has_mean[i]) block.has_mean[i] = then(e, block.means + i * dimension);
    tokens += block.tokens;
    tokens_known += block.tokens_known;
    dove_progress_report(progress, "words", (double)(atomic_fetch_add(&done, block.count) + block.count),
                         (double)count);
  }
  if (seen != NULL) *seen = (dove_embedding_report){.texts = count, .tokens = tokens, .tokens_known = tokens_known};
  const int failed = atomic_load(&failure);
  if (failed == DOVE_CANCELLED) return dove_fail(error, DOVE_CANCELLED, "embedding was stopped");
  return failed == DOVE_OK ? DOVE_OK : dove_fail_memory(error, "embedding texts");
}

static int compare_hashes(const void *a, const void *b) {
  const uint64_t x = *(const uint64_t *)a;
  const uint64_t y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* How many components these texts can lose. */
static dove_status components_for(const static_embedder *e, const char *const *texts, size_t count, size_t *wanted,
                                  dove_error *error) {
  uint64_t *hashes = dove_alloc(count, sizeof *hashes);
  if (hashes == NULL) return dove_fail_memory(error, "fitting common components");
  for (size_t i = 0; i < count; i++) hashes[i] = dvec_hash(DVEC_HASH_START, texts[i], strlen(texts[i]));
  qsort(hashes, count, sizeof *hashes, compare_hashes);
  size_t different = 0;
  for (size_t i = 0; i < count; i++)
    if (i == 0 || hashes[i] != hashes[i - 1]) different++;
  free(hashes);
  *wanted = different / TEXTS_PER_COMPONENT;
  if (*wanted > e->options.components) *wanted = e->options.components;
  return DOVE_OK;
}

/* Adds the means of one stretch of texts to the second moment; rows without a mean are closed up. */
static dove_status add_stretch(const static_embedder *e, const char *const *texts, size_t count, float *means,
                               bool *has_mean, second_moment *moment, dove_error *error) {
  dove_status status = read_texts(e, texts, count, means, has_mean, NULL, NULL, NULL, error);
  if (status != DOVE_OK) return status;
  const size_t row_size = moment->dimension * sizeof *means;
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (!has_mean[i]) continue;
    if (kept != i) memcpy(means + kept * moment->dimension, means + i * moment->dimension, row_size);
    kept++;
  }
  return kept > 0 ? second_moment_add(moment, means, kept, error) : DOVE_OK;
}

static dove_status sum_moments(const static_embedder *e, const char *const *texts, size_t count, second_moment *moment,
                               const dove_progress *progress, dove_error *error) {
  enum { STRETCH = 8 * TEXTS_PER_BLOCK };
  float *means = dove_alloc(STRETCH * moment->dimension, sizeof *means);
  bool *has_mean = dove_alloc_zero(STRETCH, sizeof *has_mean);
  dove_status status = DOVE_OK;
  if (means == NULL || has_mean == NULL) status = dove_fail_memory(error, "fitting common components");
  for (size_t first = 0; first < count && status == DOVE_OK; first += STRETCH) {
    if (dove_progress_cancelled(progress)) {
      status = dove_fail(error, DOVE_CANCELLED, "fitting common components was stopped");
      break;
    }
    const size_t size = count - first < STRETCH ? count - first : STRETCH;
    status = add_stretch(e, texts + first, size, means, has_mean, moment, error);
    dove_progress_report(progress, "common components", (double)(first + size), (double)count);
  }
  free(means);
  free(has_mean);
  return status;
}

static dove_status static_fit(void *state, const char *const *texts, size_t count, const dove_progress *progress,
                              dove_error *error) {
  static_embedder *e = state;
  size_t wanted = 0;
  dove_status status = dove_word_vectors_verify(e->vectors, error);
  if (status == DOVE_OK) status = components_for(e, texts, count, &wanted, error);
  if (status != DOVE_OK) return status;
  size_t found = 0;
  if (wanted > 0) {
    second_moment moment;
    status = second_moment_open(&moment, dove_word_vectors_dimension(e->vectors), error);
    if (status != DOVE_OK) return status;
    status = sum_moments(e, texts, count, &moment, progress, error);
    if (status == DOVE_OK) status = second_moment_components(&moment, wanted, e->components, &found, error);
    second_moment_close(&moment);
    if (status != DOVE_OK) return status;
  }
  e->component_count = (uint32_t)found;
  e->fitted = true;
  return DOVE_OK;
}

static bool finish_vector(const static_embedder *e, float *vector) {
  return components_remove(e->components, e->component_count, dove_word_vectors_dimension(e->vectors), vector) != 0;
}

static dove_status static_embed(void *state, const char *const *texts, size_t count, float *vectors, bool *embedded,
                                dove_embedding_report *report, const dove_progress *progress, dove_error *error) {
  const static_embedder *e = state;
  const dove_status status = read_texts(e, texts, count, vectors, embedded, finish_vector, report, progress, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < count; i++)
    if (!embedded[i]) report->texts_failed++;
  return DOVE_OK;
}

static bool static_fitted(const void *state) { return ((const static_embedder *)state)->fitted; }

static dove_status static_parameters(const void *state, void **blob, size_t *size, dove_error *error) {
  const static_embedder *e = state;
  if (!e->fitted) return DOVE_OK;
  parameters_header header = {.version = PARAMETERS_VERSION,
                              .dimension = dove_word_vectors_dimension(e->vectors),
                              .component_count = e->component_count,
                              .components_wanted = e->options.components,
                              .sif_weight = e->options.sif_weight,
                              .vectors_checksum = dove_word_vectors_checksum(e->vectors)};
  memcpy(header.magic, parameters_magic, sizeof header.magic);
  const size_t rows = (size_t)header.component_count * header.dimension * sizeof(float);
  const size_t body = sizeof header + rows;
  unsigned char *bytes = dove_alloc(body + sizeof(uint64_t), 1);
  if (bytes == NULL) return dove_fail_memory(error, "storing the embedder's parameters");
  memcpy(bytes, &header, sizeof header);
  if (rows > 0) memcpy(bytes + sizeof header, e->components, rows);
  const uint64_t checksum = dvec_hash(DVEC_HASH_START, bytes, body);
  memcpy(bytes + body, &checksum, sizeof checksum);
  *blob = bytes;
  *size = body + sizeof checksum;
  return DOVE_OK;
}

/* False when it is no blob of this kind, or damaged. */
static bool read_header(const void *blob, size_t size, parameters_header *header) {
  uint64_t checksum;
  if (blob == NULL || size < sizeof *header + sizeof checksum) return false;
  const size_t body = size - sizeof checksum;
  memcpy(header, blob, sizeof *header);
  memcpy(&checksum, (const unsigned char *)blob + body, sizeof checksum);
  return memcmp(header->magic, parameters_magic, sizeof header->magic) == 0 &&
         checksum == dvec_hash(DVEC_HASH_START, blob, body);
}

bool dove_embedder_static_options(const void *parameters, size_t size, dove_static_options *options) {
  parameters_header header;
  if (!read_header(parameters, size, &header) || header.version != PARAMETERS_VERSION) return false;
  *options = (dove_static_options){.sif_weight = header.sif_weight, .components = header.components_wanted};
  return true;
}

static dove_status restore(static_embedder *e, const void *blob, size_t size, dove_error *error) {
  static const char damaged[] =
      "the project's embedder parameters are damaged: 'dove embed PROJECT --again' on the "
      "command line makes them anew";
  parameters_header header;
  if (!read_header(blob, size, &header)) return dove_fail(error, DOVE_INPUT, "%s", damaged);
  if (header.version != PARAMETERS_VERSION)
    return dove_fail(error, DOVE_INPUT,
                     "the project's embedder parameters have version %u, this program reads %d; embed everything again "
                     "('dove embed PROJECT --again' on the command line)",
                     header.version, PARAMETERS_VERSION);
  if (header.dimension != dove_word_vectors_dimension(e->vectors) ||
      header.vectors_checksum != dove_word_vectors_checksum(e->vectors))
    return dove_fail(error, DOVE_INPUT,
                     "the project was embedded with other word vectors; use those, or embed all of it again");
  const size_t rows = size - sizeof(uint64_t) - sizeof header;
  if (header.component_count > DOVE_STATIC_COMPONENTS ||
      rows != header.component_count * header.dimension * sizeof(float))
    return dove_fail(error, DOVE_INPUT, "%s", damaged);
  if (rows > 0) memcpy(e->components, (const unsigned char *)blob + sizeof header, rows);
  e->component_count = header.component_count;
  e->options = (dove_static_options){.sif_weight = header.sif_weight, .components = header.components_wanted};
  e->fitted = true;
  return DOVE_OK;
}

static void static_close(void *state) {
  static_embedder *e = state;
  if (e == NULL) return;
  dove_word_vectors_close(e->vectors);
  free(e->components);
  free(e);
}

static const dove_embedder_operations static_operations = {
    .fit = static_fit,
    .embed = static_embed,
    .parameters = static_parameters,
    .fitted = static_fitted,
    .close = static_close,
};

static dove_status open_vectors(static_embedder *e, const char *path, dove_error *error) {
  char *shipped = path == NULL ? dove_path_share(shipped_vectors, error) : NULL;
  if (path == NULL && shipped == NULL) return DOVE_IO;
  const dove_status status = dove_word_vectors_open(path != NULL ? path : shipped, &e->vectors, error);
  free(shipped);
  if (status != DOVE_OK) return status;
  e->components =
      dove_alloc((size_t)DOVE_STATIC_COMPONENTS * dove_word_vectors_dimension(e->vectors), sizeof *e->components);
  return e->components != NULL ? DOVE_OK : dove_fail_memory(error, "opening the embedder");
}

dove_status dove_embedder_open_static(const char *vectors_path, const dove_static_options *options,
                                      const void *parameters, size_t size, dove_embedder *embedder, dove_error *error) {
  *embedder = (dove_embedder){0};
  if (options == NULL) options = &usual_options;
  if (!(options->sif_weight > 0) || options->components > DOVE_STATIC_COMPONENTS)
    return dove_fail(error, DOVE_USAGE, "the weight of words must be above 0, and at most %d components can go",
                     DOVE_STATIC_COMPONENTS);
  static_embedder *e = dove_alloc_zero(1, sizeof *e);
  if (e == NULL) return dove_fail_memory(error, "opening the embedder");
  e->options = *options;
  dove_status status = open_vectors(e, vectors_path, error);
  if (status == DOVE_OK && parameters != NULL) status = restore(e, parameters, size, error);
  if (status != DOVE_OK) {
    static_close(e);
    return status;
  }
  embedder->operations = &static_operations;
  embedder->state = e;
  embedder->dimension = dove_word_vectors_dimension(e->vectors);
  snprintf(embedder->name, sizeof embedder->name, "word-vectors-%016llx",
           (unsigned long long)dove_word_vectors_checksum(e->vectors));
  return DOVE_OK;
}
