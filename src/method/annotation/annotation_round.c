#include "dove/annotation_round.h"

#include <stdlib.h>
#include <string.h>

#include "dove/annotation_disputes.h"
#include "dove/memory.h"
#include "dove/random.h"
#include "dove/store_runs.h"

/* Names of the random streams. */
#define STREAM_STRATUM 0x7374726174756d00u
#define STREAM_ORDER   0x726f756e646f7264u

typedef enum draw_rule { DRAW_ALL, DRAW_SAMPLE, DRAW_DISAGREEMENTS } draw_rule;

typedef struct draw {
  draw_rule rule;
  size_t wanted;
  bool by_culture, by_source, by_topic;
} draw;

/* ---- The rule ---- */

static bool parse_strata(const char *text, draw *drawn) {
  while (*text != '\0') {
    const size_t length = strcspn(text, ",");
    if (length == 7 && strncmp(text, "culture", length) == 0) {
      drawn->by_culture = true;
    } else if (length == 6 && strncmp(text, "source", length) == 0) {
      drawn->by_source = true;
    } else if (length == 5 && strncmp(text, "topic", length) == 0) {
      drawn->by_topic = true;
    } else {
      return false;
    }
    text += length;
    if (*text == ',' && *++text == '\0') return false;
  }
  return true;
}

static dove_status parse_rule(const dove_annotation_plan *plan, draw *drawn, dove_error *error) {
  *drawn = (draw){.rule = DRAW_ALL};
  if (strcmp(plan->rule, "all") == 0) return DOVE_OK;
  if (strcmp(plan->rule, "disagreements") == 0) {
    drawn->rule = DRAW_DISAGREEMENTS;
    if (plan->parent != 0) return DOVE_OK;
    return dove_fail(error, DOVE_USAGE, "'disagreements' needs the round whose disagreements are meant");
  }
  drawn->rule = DRAW_SAMPLE;
  char *end = NULL;
  const bool sample = strncmp(plan->rule, "sample:", 7) == 0 && plan->rule[7] >= '1' && plan->rule[7] <= '9';
  drawn->wanted = sample ? (size_t)strtoull(plan->rule + 7, &end, 10) : 0;
  const bool good = sample && (*end == '\0' || (*end == ':' && end[1] != '\0' && parse_strata(end + 1, drawn)));
  const bool strata = drawn->by_culture || drawn->by_source || drawn->by_topic;
  if (good && strata && plan->target == DOVE_JUDGE_CODES)
    return dove_fail(error, DOVE_USAGE, "codes have no culture, source or topic to be sampled by");
  if (good) return DOVE_OK;
  return dove_fail(error, DOVE_USAGE,
                   "'%s' is not a rule; there are: all, sample:N, sample:N:culture,source,topic, disagreements",
                   plan->rule);
}

/* ---- Units: documents with their codes, or codes ---- */

typedef struct unit {
  size_t start, end; /* candidates */
  int64_t culture, source, topic;
} unit;

static int compare_label(int64_t a, int64_t b) { return (a > b) - (a < b); }

/* By stratum, then in the order of candidates. */
static int compare_units(const void *left, const void *right) {
  const unit *a = left, *b = right;
  int order = compare_label(a->culture, b->culture);
  if (order == 0) order = compare_label(a->source, b->source);
  if (order == 0) order = compare_label(a->topic, b->topic);
  return order != 0 ? order : (a->start > b->start) - (a->start < b->start);
}

static bool same_stratum(const unit *a, const unit *b) {
  return a->culture == b->culture && a->source == b->source && a->topic == b->topic;
}

static size_t make_units(const draw *drawn, const dove_store_candidate *rows, size_t count, unit *units) {
  size_t made = 0;
  for (size_t i = 0; i < count; i++) {
    const bool goes_on = i > 0 && rows[i].document != 0 && rows[i].document == rows[i - 1].document;
    if (goes_on) {
      units[made - 1].end = i + 1;
      continue;
    }
    units[made++] = (unit){.start = i,
                           .end = i + 1,
                           .culture = drawn->by_culture ? rows[i].culture : 0,
                           .source = drawn->by_source ? rows[i].source : 0,
                           .topic = drawn->by_topic ? rows[i].topic : 0};
  }
  qsort(units, made, sizeof *units, compare_units);
  return made;
}

typedef struct stratum {
  size_t start, end; /* units */
  size_t taken;
  double rest; /* of the proportional share */
} stratum;

/* In proportion, rounded down; the largest remainders get one more, the earlier stratum first of equals. */
static void allocate(stratum *strata, size_t count, size_t units, size_t wanted) {
  size_t given = 0;
  for (size_t s = 0; s < count; s++) {
    const double share = (double)wanted * (double)(strata[s].end - strata[s].start) / (double)units;
    strata[s].taken = (size_t)share;
    strata[s].rest = share - (double)strata[s].taken;
    given += strata[s].taken;
  }
  for (; given < wanted; given++) {
    size_t best = 0;
    for (size_t s = 1; s < count; s++) {
      if (strata[s].rest > strata[best].rest) best = s;
    }
    strata[best].taken++;
    strata[best].rest = -1.0;
  }
}

static void shuffle_indices(uint64_t seed, uint64_t stream, uint64_t number, uint32_t *indices, size_t count) {
  dove_random random = dove_random_stream(seed, stream, number);
  for (size_t i = 0; i < count; i++) indices[i] = (uint32_t)i;
  dove_random_shuffle(&random, indices, (uint32_t)count);
}

/* Chosen units to the front of `chosen`; returns how many. `scratch` has room for all units. */
static size_t choose(const draw *drawn, uint64_t seed, const unit *units, size_t count, stratum *strata,
                     uint32_t *scratch, unit *chosen) {
  const size_t wanted = drawn->rule == DRAW_ALL || drawn->wanted > count ? count : drawn->wanted;
  size_t strata_count = 0, taken = 0;
  for (size_t i = 0; i < count; i++) {
    if (i == 0 || !same_stratum(&units[i - 1], &units[i])) strata[strata_count++] = (stratum){.start = i};
    strata[strata_count - 1].end = i + 1;
  }
  allocate(strata, strata_count, count, wanted);
  for (size_t s = 0; s < strata_count; s++) {
    const size_t size = strata[s].end - strata[s].start;
    shuffle_indices(seed, STREAM_STRATUM, s, scratch, size);
    for (size_t i = 0; i < strata[s].taken && i < size; i++) chosen[taken++] = units[strata[s].start + scratch[i]];
  }
  return taken;
}

/* The units in random order, and the codes within each. Items of one document stay together. */
static size_t order_items(uint64_t seed, const dove_store_candidate *rows, const unit *chosen, size_t count,
                          uint32_t *order, uint32_t *scratch, dove_store_new_item *items) {
  size_t made = 0;
  shuffle_indices(seed, STREAM_ORDER, 0, order, count);
  for (size_t i = 0; i < count; i++) {
    const unit *one = &chosen[order[i]];
    shuffle_indices(seed, STREAM_ORDER, 1 + one->start, scratch, one->end - one->start);
    for (size_t c = one->start; c < one->end; c++) {
      const dove_store_candidate *row = &rows[one->start + scratch[c - one->start]];
      items[made++] = (dove_store_new_item){.document = row->document, .code = row->code};
    }
  }
  return made;
}

static dove_status draw_items(const draw *drawn, uint64_t seed, const dove_store_candidate *rows, size_t count,
                              dove_store_new_item **items, size_t *made, dove_error *error) {
  unit *units = dove_alloc(count, 2 * sizeof *units);
  stratum *strata = dove_alloc(count, sizeof *strata);
  uint32_t *indices = dove_alloc(count, 2 * sizeof *indices);
  *items = dove_alloc(count, sizeof **items);
  dove_status status = DOVE_OK;
  if (units == NULL || strata == NULL || indices == NULL || *items == NULL || count > UINT32_MAX) {
    status = dove_fail_memory(error, "drawing a round");
  } else {
    const size_t unit_count = make_units(drawn, rows, count, units);
    unit *chosen = units + count;
    const size_t taken = choose(drawn, seed, units, unit_count, strata, indices, chosen);
    *made = order_items(seed, rows, chosen, taken, indices, indices + count, *items);
  }
  free(indices);
  free(strata);
  free(units);
  return status;
}

/* ---- Starting ---- */

/* Each disputed item once, in its order, for whatever questions. */
static dove_status take_disputes(dove_store *store, int64_t parent, dove_store_new_item **items, size_t *made,
                                 dove_error *error) {
  dove_dispute_list list;
  dove_status status = dove_annotation_disputes(store, parent, DOVE_DISPUTE_SPLIT, &list, error);
  if (status != DOVE_OK) return status;
  *items = dove_alloc(list.count, sizeof **items);
  if (*items == NULL) status = dove_fail_memory(error, "drawing a round");
  for (size_t i = 0; status == DOVE_OK && i < list.count; i++) {
    if (i > 0 && list.rows[i].item == list.rows[i - 1].item) continue;
    (*items)[(*made)++] = (dove_store_new_item){.document = list.rows[i].document, .code = list.rows[i].code};
  }
  dove_dispute_list_free(&list);
  return status;
}

static dove_status take_candidates(dove_store *store, const dove_annotation_plan *plan, const draw *drawn,
                                   dove_store_new_round *round, dove_store_new_item **items, dove_error *error) {
  dove_store_current current;
  dove_store_candidate *rows = NULL;
  size_t count = 0;
  dove_status status = dove_store_current_codebook(store, &current, error);
  if (status == DOVE_OK) status = dove_store_candidates(store, plan->target, current.iteration, &rows, &count, error);
  if (status == DOVE_OK) status = draw_items(drawn, plan->seed, rows, count, items, &round->item_count, error);
  round->iteration = current.iteration;
  free(rows);
  return status;
}

/* What a second round has from the first, where the plan does not say. */
static dove_status take_parent(const dove_store_round_list *list, const dove_annotation_plan *plan, bool inherit,
                               dove_store_new_round *round, dove_error *error) {
  for (size_t i = 0; i < list->count; i++) {
    const dove_store_round *row = &list->rows[i];
    if (row->id != plan->parent) continue;
    if (inherit) round->target = row->target;
    if (inherit) round->iteration = row->iteration;
    if (plan->instruction == NULL) round->instruction = row->instruction;
    return DOVE_OK;
  }
  if (plan->parent == 0) return DOVE_OK;
  return dove_fail(error, DOVE_NOT_FOUND, "there is no annotation round %lld in the project", (long long)plan->parent);
}

dove_status dove_annotation_round_start(dove_store *store, const dove_annotation_plan *plan, int64_t *id,
                                        dove_error *error) {
  draw drawn;
  dove_store_round_list list = {0};
  dove_store_new_item *items = NULL;
  dove_store_new_round round = {.name = plan->name,
                                .target = plan->target,
                                .parent = plan->parent,
                                .rule = plan->rule,
                                .seed = plan->seed,
                                .instruction = plan->instruction,
                                .blind = !plan->open,
                                .blind_first = plan->blind_first};
  dove_status status = parse_rule(plan, &drawn, error);
  const bool disputes = status == DOVE_OK && drawn.rule == DRAW_DISAGREEMENTS;
  if (status == DOVE_OK) status = dove_store_round_list_read(store, &list, error);
  if (status == DOVE_OK) status = take_parent(&list, plan, disputes, &round, error);
  if (status == DOVE_OK) {
    status = disputes ? take_disputes(store, plan->parent, &items, &round.item_count, error)
                      : take_candidates(store, plan, &drawn, &round, &items, error);
  }
  if (status == DOVE_OK && round.item_count == 0) {
    status = disputes
                 ? dove_fail(error, DOVE_NOT_FOUND, "nobody disagrees in that round: there is nothing to judge again")
                 : dove_fail(error, DOVE_NOT_FOUND, "the current codebook has no coded documents: code them first");
  }
  round.items = items;
  if (status == DOVE_OK) status = dove_store_round_add(store, &round, id, error);
  free(items);
  dove_store_round_list_free(&list);
  return status;
}
