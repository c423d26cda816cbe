#include "method/scoring/resample.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dove/bootstrap.h"
#include "dove/memory.h"
#include "dove/parallel.h"
#include "dove/random.h"

#define REPLICATE_TOLERANCE 1e-5

/* ---- Groups ---- */

void resample_groups_free(resample_groups *groups) {
  for (size_t s = 0; s < RESAMPLE_SETS; s++) free(groups->of[s]);
  *groups = (resample_groups){0};
}

/* Topics are numbered by first use; a slot per topic number that occurs. */
typedef struct topic_slot {
  uint8_t used; /* a bit per set, the first set's the highest */
  bool numbered;
  uint32_t number;
} topic_slot;

static uint8_t bit_of(const resample_groups *groups, size_t set) {
  return (uint8_t)(1u << (groups->set_count - 1 - set));
}

/* The topics of all sets come first. */
static uint8_t stratum_of(const resample_groups *groups, uint8_t used) {
  return (uint8_t)((1u << groups->set_count) - 1 - used);
}

static size_t topic_limit(const resample_set *set, size_t limit) {
  for (size_t i = 0; i < set->documents.count; i++) {
    const uint32_t of = set->topic[set->documents.rows[i]];
    if (of != DOVE_NO_GROUP && of >= limit) limit = (size_t)of + 1;
  }
  return limit;
}

static void mark_topics(const resample_set *set, uint8_t bit, topic_slot *slots) {
  for (size_t i = 0; i < set->documents.count; i++) {
    const uint32_t of = set->topic[set->documents.rows[i]];
    if (of != DOVE_NO_GROUP) slots[of].used |= bit;
  }
}

static void number_groups(resample_groups *groups, size_t s, topic_slot *slots) {
  const resample_set *set = &groups->sets[s];
  const uint8_t alone = stratum_of(groups, bit_of(groups, s));
  for (size_t i = 0; i < set->documents.count; i++) {
    const uint32_t of = set->topic[set->documents.rows[i]];
    if (of == DOVE_NO_GROUP) {
      groups->of[s][i] = (resample_group){alone, (uint32_t)groups->count[alone]++};
      continue;
    }
    topic_slot *slot = &slots[of];
    const uint8_t stratum = stratum_of(groups, slot->used);
    if (!slot->numbered) {
      slot->numbered = true;
      slot->number = (uint32_t)groups->count[stratum]++;
    }
    groups->of[s][i] = (resample_group){stratum, slot->number};
  }
}

dove_status resample_groups_make(const resample_set *sets, size_t count, resample_groups *groups, dove_error *error) {
  *groups = (resample_groups){.sets = sets, .set_count = count};
  size_t limit = 0;
  for (size_t s = 0; s < count; s++) limit = topic_limit(&sets[s], limit);
  topic_slot *slots = dove_alloc_zero(limit, sizeof *slots);
  bool good = slots != NULL;
  for (size_t s = 0; s < count; s++) {
    groups->of[s] = dove_alloc(sets[s].documents.count, sizeof *groups->of[s]);
    good = good && groups->of[s] != NULL;
  }
  for (size_t s = 0; s < count && good; s++) mark_topics(&sets[s], bit_of(groups, s), slots);
  for (size_t s = 0; s < count && good; s++) number_groups(groups, s, slots);
  free(slots);
  if (good) return DOVE_OK;
  resample_groups_free(groups);
  return dove_fail_memory(error, "grouping documents by topic");
}

/* ---- Draws ---- */

typedef struct draw_memory {
  uint32_t *drawn[RESAMPLE_STRATA]; /* multiplicity of each group */
  uint32_t *weight;                 /* of each document of a set */
} draw_memory;

static void free_draw_memory(draw_memory *memory) {
  for (int s = 0; s < RESAMPLE_STRATA; s++) free(memory->drawn[s]);
  free(memory->weight);
}

static bool make_draw_memory(const resample_groups *groups, draw_memory *memory) {
  size_t documents = 0;
  for (size_t s = 0; s < groups->set_count; s++) {
    if (groups->sets[s].documents.count > documents) documents = groups->sets[s].documents.count;
  }
  *memory = (draw_memory){.weight = dove_alloc(documents, sizeof *memory->weight)};
  bool good = memory->weight != NULL;
  for (int s = 0; s < RESAMPLE_STRATA; s++) {
    memory->drawn[s] = dove_alloc(groups->count[s], sizeof *memory->drawn[s]);
    good = good && memory->drawn[s] != NULL;
  }
  if (!good) free_draw_memory(memory);
  return good;
}

static void draw_replicate(const resample_groups *groups, uint64_t seed, size_t replicate, const draw_memory *memory,
                           double *const rows[RESAMPLE_SETS], size_t row) {
  for (uint64_t s = 0; s < RESAMPLE_STRATA; s++) {
    if (groups->count[s] > 0)
      dove_bootstrap_draw(dove_random_mix(seed, s), replicate, groups->count[s], memory->drawn[s]);
  }
  for (size_t s = 0; s < groups->set_count; s++) {
    const resample_set *set = &groups->sets[s];
    for (size_t i = 0; i < set->documents.count; i++) {
      const resample_group of = groups->of[s][i];
      memory->weight[i] = memory->drawn[of.stratum][of.number];
    }
    dove_distribution_mean(set->q, set->documents, memory->weight, rows[s] + row * set->q->columns);
  }
}

dove_status resample_draw(const resample_groups *groups, uint64_t seed, size_t first, size_t count,
                          double *const rows[RESAMPLE_SETS], dove_error *error) {
  bool failed = false;
#pragma omp parallel num_threads(dove_threads())
  {
    draw_memory memory;
    const bool good = make_draw_memory(groups, &memory);
    if (!good) {
#pragma omp atomic write
      failed = true;
    }
#pragma omp for schedule(dynamic, 4)
    for (size_t r = 0; r < count; r++) {
      if (good) draw_replicate(groups, seed, first + r, &memory, rows, r);
    }
    if (good) free_draw_memory(&memory);
  }
  return failed ? dove_fail_memory(error, "resampling documents") : DOVE_OK;
}

/* ---- Chunks ---- */

void resample_chunk_free(resample_chunk *chunk) {
  free(chunk->a);
  free(chunk->b);
  free(chunk->pairs);
  free(chunk->divergences);
  *chunk = (resample_chunk){0};
}

dove_status resample_chunk_make(size_t items, size_t codes, resample_chunk *chunk, dove_error *error) {
  const bool fits = codes > 0 && items <= SIZE_MAX / codes;
  *chunk = (resample_chunk){
      .a = fits ? dove_alloc(items * codes, sizeof *chunk->a) : NULL,
      .b = fits ? dove_alloc(items * codes, sizeof *chunk->b) : NULL,
      .pairs = dove_alloc(items, sizeof *chunk->pairs),
      .divergences = dove_alloc(items, sizeof *chunk->divergences),
  };
  if (chunk->a == NULL || chunk->b == NULL || chunk->pairs == NULL || chunk->divergences == NULL) {
    resample_chunk_free(chunk);
    return dove_fail_memory(error, "resampling documents");
  }
  for (size_t i = 0; i < items; i++) chunk->pairs[i] = (dove_uot_pair){chunk->a + i * codes, chunk->b + i * codes};
  return DOVE_OK;
}

/* ---- Solving ---- */

static void report_replicates(void *user, const char *stage, double done, double total) {
  const resample_progress *of = user;
  const bool pairs = strcmp(stage, "transport") == 0;
  if (!(total > 0) || (!pairs && strcmp(stage, "self-terms") != 0)) return;
  dove_progress_report(of->outer, "bootstrap", of->done + of->chunk * 0.5 * (done / total + pairs), of->total);
}

static bool replicates_cancelled(void *user) {
  return dove_progress_cancelled(((const resample_progress *)user)->outer);
}

dove_progress resample_progress_of(resample_progress *within) {
  return (dove_progress){.report = report_replicates, .cancelled = replicates_cancelled, .user = within};
}

dove_uot_options resample_options(const dove_uot_options *options) {
  dove_uot_options coarse = *options;
  coarse.tolerance = fmax(options->tolerance, REPLICATE_TOLERANCE);
  return coarse;
}
