#include "dove/uncertainty.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/bootstrap.h"
#include "dove/memory.h"
#include "dove/parallel.h"
#include "dove/random.h"
#include "dove/statistics.h"

/* Who may be drawn together: topics of both sides, of the human side alone, of the model's side alone. */
enum { STRATUM_BOTH, STRATUM_HUMAN, STRATUM_MODEL, STRATA };

enum { SIDE_HUMAN, SIDE_MODEL };

/* Replicates are made and solved in chunks of this many, so that memory does not grow with their number; each chunk has
 * a start to pay for. */
enum { CHUNK = 1024 };

/* Keys that keep the draws of the interval and of the ceiling apart. */
#define KEY_BOOTSTRAP 0x626f6f7473747261u
#define KEY_HALVES    0x68616c766573u

#define REPLICATE_TOLERANCE 1e-5

/* What is drawn: a topic, or a document without one. */
typedef struct group {
  uint8_t stratum;
  uint32_t number; /* within its stratum */
} group;

typedef struct grouping {
  group *human; /* per member of the human set */
  group *model;
  size_t count[STRATA]; /* groups of each stratum */
} grouping;

static void free_grouping(grouping *groups) {
  free(groups->human);
  free(groups->model);
}

/* Topics are numbered by first use; a slot per topic number that occurs. */
typedef struct topic_slot {
  bool used[2];
  bool numbered;
  uint32_t number;
} topic_slot;

static size_t topic_limit(const uint32_t *topic, dove_document_set set, size_t limit) {
  for (size_t i = 0; i < set.count; i++) {
    const uint32_t of = topic[set.rows[i]];
    if (of != DOVE_NO_GROUP && of >= limit) limit = (size_t)of + 1;
  }
  return limit;
}

static void mark_topics(const uint32_t *topic, dove_document_set set, int side, topic_slot *slots) {
  for (size_t i = 0; i < set.count; i++) {
    if (topic[set.rows[i]] != DOVE_NO_GROUP) slots[topic[set.rows[i]]].used[side] = true;
  }
}

static void number_groups(const uint32_t *topic, dove_document_set set, int side, topic_slot *slots, size_t *count,
                          group *groups) {
  const uint8_t alone = side == SIDE_HUMAN ? STRATUM_HUMAN : STRATUM_MODEL;
  for (size_t i = 0; i < set.count; i++) {
    const uint32_t of = topic[set.rows[i]];
    if (of == DOVE_NO_GROUP) {
      groups[i] = (group){alone, (uint32_t)count[alone]++};
      continue;
    }
    topic_slot *slot = &slots[of];
    const uint8_t stratum = slot->used[SIDE_HUMAN] && slot->used[SIDE_MODEL] ? STRATUM_BOTH : alone;
    if (!slot->numbered) {
      slot->numbered = true;
      slot->number = (uint32_t)count[stratum]++;
    }
    groups[i] = (group){stratum, slot->number};
  }
}

static dove_status make_grouping(const dove_score_sides *sides, grouping *groups, dove_error *error) {
  *groups = (grouping){0};
  const size_t limit = topic_limit(sides->topic, sides->model, topic_limit(sides->topic, sides->human, 0));
  topic_slot *slots = dove_alloc_zero(limit, sizeof *slots);
  groups->human = dove_alloc(sides->human.count, sizeof *groups->human);
  groups->model = dove_alloc(sides->model.count, sizeof *groups->model);
  dove_status status = DOVE_OK;
  if (slots == NULL || groups->human == NULL || groups->model == NULL) {
    status = dove_fail_memory(error, "grouping documents by topic");
    free_grouping(groups);
  } else {
    mark_topics(sides->topic, sides->human, SIDE_HUMAN, slots);
    mark_topics(sides->topic, sides->model, SIDE_MODEL, slots);
    number_groups(sides->topic, sides->human, SIDE_HUMAN, slots, groups->count, groups->human);
    number_groups(sides->topic, sides->model, SIDE_MODEL, slots, groups->count, groups->model);
  }
  free(slots);
  return status;
}

/* The distributions of a chunk of replicates or halves: a and b of item r are rows r of `a` and `b`. */
typedef struct chunk {
  double *a;
  double *b;
  dove_uot_pair *pairs;
  dove_uot_divergence *divergences;
} chunk;

static void free_chunk(chunk *items) {
  free(items->a);
  free(items->b);
  free(items->pairs);
  free(items->divergences);
}

static dove_status make_chunk(size_t items, size_t codes, chunk *made, dove_error *error) {
  *made = (chunk){
      .a = codes > 0 && items <= SIZE_MAX / codes ? dove_alloc(items * codes, sizeof *made->a) : NULL,
      .b = codes > 0 && items <= SIZE_MAX / codes ? dove_alloc(items * codes, sizeof *made->b) : NULL,
      .pairs = dove_alloc(items, sizeof *made->pairs),
      .divergences = dove_alloc(items, sizeof *made->divergences),
  };
  if (made->a == NULL || made->b == NULL || made->pairs == NULL || made->divergences == NULL) {
    free_chunk(made);
    return dove_fail_memory(error, "resampling documents");
  }
  for (size_t i = 0; i < items; i++) made->pairs[i] = (dove_uot_pair){made->a + i * codes, made->b + i * codes};
  return DOVE_OK;
}

typedef struct replicate_memory {
  uint32_t *drawn[STRATA]; /* multiplicity of each group */
  uint32_t *weight;        /* of each document of a side */
} replicate_memory;

static void free_replicate_memory(replicate_memory *memory) {
  for (int s = 0; s < STRATA; s++) free(memory->drawn[s]);
  free(memory->weight);
}

static bool make_replicate_memory(const grouping *groups, size_t documents, replicate_memory *memory) {
  *memory = (replicate_memory){.weight = dove_alloc(documents, sizeof *memory->weight)};
  bool good = memory->weight != NULL;
  for (int s = 0; s < STRATA; s++) {
    memory->drawn[s] = dove_alloc(groups->count[s], sizeof *memory->drawn[s]);
    good = good && memory->drawn[s] != NULL;
  }
  if (!good) free_replicate_memory(memory);
  return good;
}

static void weigh(const group *groups, size_t count, const replicate_memory *memory) {
  for (size_t i = 0; i < count; i++) memory->weight[i] = memory->drawn[groups[i].stratum][groups[i].number];
}

static void draw_replicate(const dove_score_sides *sides, const grouping *groups, uint64_t seed, size_t replicate,
                           const replicate_memory *memory, double *a, double *b) {
  for (uint64_t s = 0; s < STRATA; s++) {
    if (groups->count[s] > 0)
      dove_bootstrap_draw(dove_random_mix(seed, s), replicate, groups->count[s], memory->drawn[s]);
  }
  weigh(groups->human, sides->human.count, memory);
  dove_distribution_mean(sides->q, sides->human, memory->weight, a);
  weigh(groups->model, sides->model.count, memory);
  dove_distribution_mean(sides->q, sides->model, memory->weight, b);
}

/* Replicates first … first + count − 1 into the rows of the chunk. */
static dove_status draw_chunk(const dove_score_sides *sides, const grouping *groups, uint64_t seed, size_t first,
                              size_t count, const chunk *items, dove_error *error) {
  const size_t codes = sides->q->columns;
  const size_t documents = sides->human.count > sides->model.count ? sides->human.count : sides->model.count;
  bool failed = false;
#pragma omp parallel num_threads(dove_threads())
  {
    replicate_memory memory;
    const bool good = make_replicate_memory(groups, documents, &memory);
    if (!good) {
#pragma omp atomic write
      failed = true;
    }
#pragma omp for schedule(dynamic, 4)
    for (size_t r = 0; r < count; r++) {
      if (good) draw_replicate(sides, groups, seed, first + r, &memory, items->a + r * codes, items->b + r * codes);
    }
    if (good) free_replicate_memory(&memory);
  }
  return failed ? dove_fail_memory(error, "resampling documents") : DOVE_OK;
}

/* Progress over all replicates, made of what the solver says of one chunk: self-terms first, then pairs. */
typedef struct replicate_progress {
  const dove_progress *outer;
  double done;
  double chunk;
  double total;
} replicate_progress;

static void report_replicates(void *user, const char *stage, double done, double total) {
  const replicate_progress *of = user;
  const bool pairs = strcmp(stage, "transport") == 0;
  if (!(total > 0) || (!pairs && strcmp(stage, "self-terms") != 0)) return;
  dove_progress_report(of->outer, "bootstrap", of->done + of->chunk * 0.5 * (done / total + pairs), of->total);
}

static bool replicates_cancelled(void *user) {
  return dove_progress_cancelled(((const replicate_progress *)user)->outer);
}

static dove_status solve_replicates(const dove_score_sides *sides, const grouping *groups,
                                    const dove_uot_options *options, size_t replicates, uint64_t seed, double *scores,
                                    const dove_progress *progress, dove_error *error) {
  const size_t codes = sides->q->columns, size = replicates < CHUNK ? replicates : CHUNK;
  replicate_progress within = {progress, 0, (double)size, (double)replicates};
  const dove_progress relay = {.report = report_replicates, .cancelled = replicates_cancelled, .user = &within};
  chunk items;
  dove_status status = make_chunk(size, codes, &items, error);
  if (status != DOVE_OK) return status;
  for (size_t first = 0; first < replicates && status == DOVE_OK; first += size) {
    const size_t count = replicates - first < size ? replicates - first : size;
    within.done = (double)first;
    status = draw_chunk(sides, groups, seed, first, count, &items, error);
    if (status == DOVE_OK)
      status =
          dove_uot_divergence_batch(sides->cost, codes, items.pairs, count, options, &relay, items.divergences, error);
    for (size_t r = 0; r < count && status == DOVE_OK; r++) scores[first + r] = items.divergences[r].score;
  }
  free_chunk(&items);
  return status;
}

dove_status dove_score_bootstrap(const dove_score_sides *sides, const dove_uot_options *options, size_t replicates,
                                 uint64_t seed, dove_score_interval *interval, double *scores,
                                 const dove_progress *progress, dove_error *error) {
  if (replicates < 2) return dove_fail(error, DOVE_USAGE, "an interval takes at least two bootstrap replicates");
  if (sides->human.count == 0 || sides->model.count == 0)
    return dove_fail(error, DOVE_INPUT, "there is no document on one of the sides to be compared");
  dove_uot_options coarse = *options;
  coarse.tolerance = fmax(options->tolerance, REPLICATE_TOLERANCE);
  grouping groups = {0};
  double *values = scores != NULL ? scores : dove_alloc(replicates, sizeof *values);
  dove_status status =
      values != NULL ? make_grouping(sides, &groups, error) : dove_fail_memory(error, "resampling documents");
  if (status == DOVE_OK) {
    status = solve_replicates(sides, &groups, &coarse, replicates, dove_random_mix(seed, KEY_BOOTSTRAP), values,
                              progress, error);
    free_grouping(&groups);
  }
  dove_interval bounds = {0, 0};
  interval->replicates = replicates;
  if (status == DOVE_OK) status = dove_percentile_interval(values, replicates, 0.95, &bounds, error);
  if (status == DOVE_OK) status = dove_median(values, replicates, &interval->median, error);
  interval->low = bounds.low;
  interval->high = bounds.high;
  if (scores == NULL) free(values);
  return status;
}

/* Which half each human document goes to, as the parity of `half`. */
typedef struct halving {
  uint32_t *unit; /* per document: what it is split with */
  size_t units;
  uint8_t *half;      /* per unit */
  uint32_t *in_first; /* per document: 1 in the first half */
  uint32_t *in_second;
} halving;

static void free_halving(halving *split) {
  free(split->unit);
  free(split->half);
  free(split->in_first);
  free(split->in_second);
}

static dove_status make_halving(const dove_score_sides *sides, halving *split, dove_error *error) {
  const size_t count = sides->human.count;
  const dove_score_sides alone = {sides->q, sides->cost, sides->topic, sides->human, {NULL, 0}};
  grouping groups;
  dove_status status = make_grouping(&alone, &groups, error);
  if (status != DOVE_OK) return status;
  const bool by_topic = groups.count[STRATUM_HUMAN] >= 2;
  *split = (halving){
      .unit = dove_alloc(count, sizeof *split->unit),
      .units = by_topic ? groups.count[STRATUM_HUMAN] : count,
      .half = dove_alloc(count, sizeof *split->half),
      .in_first = dove_alloc(count, sizeof *split->in_first),
      .in_second = dove_alloc(count, sizeof *split->in_second),
  };
  if (split->unit == NULL || split->half == NULL || split->in_first == NULL || split->in_second == NULL) {
    status = dove_fail_memory(error, "splitting documents into halves");
    free_halving(split);
  } else {
    for (size_t i = 0; i < count; i++) split->unit[i] = by_topic ? groups.human[i].number : (uint32_t)i;
  }
  free_grouping(&groups);
  return status;
}

static dove_status draw_halves(const dove_score_sides *sides, const halving *split, uint64_t seed, size_t item,
                               double *a, double *b, dove_error *error) {
  const dove_status status = dove_bootstrap_halves(seed, item, split->units, split->half, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < sides->human.count; i++) {
    split->in_second[i] = split->half[split->unit[i]];
    split->in_first[i] = 1 - split->in_second[i];
  }
  dove_distribution_mean(sides->q, sides->human, split->in_first, a);
  dove_distribution_mean(sides->q, sides->human, split->in_second, b);
  return DOVE_OK;
}

static dove_status solve_halves(const dove_score_sides *sides, const halving *split, const dove_uot_options *options,
                                size_t splits, uint64_t seed, double *sum, const dove_progress *progress,
                                dove_error *error) {
  const size_t codes = sides->q->columns, size = splits < CHUNK ? splits : CHUNK;
  chunk items;
  *sum = 0;
  dove_status status = make_chunk(size, codes, &items, error);
  if (status != DOVE_OK) return status;
  for (size_t first = 0; first < splits && status == DOVE_OK; first += size) {
    const size_t count = splits - first < size ? splits - first : size;
    dove_progress_report(progress, "ceiling", (double)first, (double)splits);
    for (size_t s = 0; s < count && status == DOVE_OK; s++)
      status = draw_halves(sides, split, seed, first + s, items.a + s * codes, items.b + s * codes, error);
    if (status == DOVE_OK)
      status = dove_uot_divergence_batch(sides->cost, codes, items.pairs, count, options, progress, items.divergences,
                                         error);
    for (size_t s = 0; s < count && status == DOVE_OK; s++) *sum += items.divergences[s].divergence;
  }
  free_chunk(&items);
  return status;
}

dove_status dove_half_divergence(const dove_score_sides *sides, const dove_uot_options *options, size_t splits,
                                 uint64_t seed, double *mean, const dove_progress *progress, dove_error *error) {
  if (splits == 0) return dove_fail(error, DOVE_USAGE, "a ceiling takes at least one split");
  if (sides->human.count < 2) return dove_fail(error, DOVE_NOT_FOUND, "a single document cannot be split into halves");
  halving split;
  double sum = 0;
  dove_status status = make_halving(sides, &split, error);
  if (status != DOVE_OK) return status;
  status = solve_halves(sides, &split, options, splits, dove_random_mix(seed, KEY_HALVES), &sum, progress, error);
  free_halving(&split);
  *mean = sum / (double)splits;
  return status;
}

double dove_ceiling_divergence(double half_divergence, size_t humans, size_t models) {
  const double human = (double)humans, model = (double)models;
  return half_divergence * (1.0 / human + 1.0 / model) / (4.0 / human);
}
