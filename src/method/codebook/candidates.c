#include "method/codebook/candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/random.h"
#include "dove/sampling.h"

enum { MOST_CODES = 64, MOST_SETS = 64 }; /* what the settings allow for M and J */

static const char doing[] = "drawing sets of codes";

void dove_candidates_free(dove_candidate_sets *sets) {
  free(sets->document);
  free(sets->starts);
  free(sets->codes);
  free(sets->probability);
  free(sets->weight);
  free(sets->distortion);
  *sets = (dove_candidate_sets){0};
}

/* Room for `sets` sets with `codes` codes in all. */
static dove_status make_room(dove_candidate_sets *sets, size_t count, size_t codes, dove_error *error) {
  *sets = (dove_candidate_sets){0};
  sets->document = dove_alloc(count, sizeof *sets->document);
  sets->starts = dove_alloc(count + 1, sizeof *sets->starts);
  sets->codes = dove_alloc(codes, sizeof *sets->codes);
  sets->probability = dove_alloc(codes, sizeof *sets->probability);
  sets->weight = dove_alloc(count, sizeof *sets->weight);
  sets->distortion = dove_alloc(count, sizeof *sets->distortion);
  const bool made = sets->document != NULL && sets->starts != NULL && sets->codes != NULL &&
                    sets->probability != NULL && sets->weight != NULL && sets->distortion != NULL;
  if (made) {
    sets->starts[0] = 0;
    return DOVE_OK;
  }
  dove_candidates_free(sets);
  return dove_fail_memory(error, doing);
}

static void append(dove_candidate_sets *sets, uint32_t document, const uint32_t *codes, const double *probability,
                   size_t count, double weight, double distortion) {
  const size_t at = sets->starts[sets->count];
  if (count > 0) {
    memcpy(sets->codes + at, codes, count * sizeof *codes);
    memcpy(sets->probability + at, probability, count * sizeof *probability);
  }
  sets->document[sets->count] = document;
  sets->weight[sets->count] = weight;
  sets->distortion[sets->count] = distortion;
  sets->starts[++sets->count] = at + count;
}

/* The codes of one document that may be drawn. */
typedef struct eligible {
  uint32_t *codes;
  double *probability;
  size_t count;
  double total;
} eligible;

static void find_eligible(const dove_sparse *q, size_t document, double least, eligible *e) {
  e->count = 0;
  e->total = 0;
  for (size_t i = q->offset[document]; i < q->offset[document + 1]; i++) {
    if (q->value[i] < least || q->value[i] <= 0) continue;
    e->codes[e->count] = q->column[i];
    e->probability[e->count++] = q->value[i];
    e->total += q->value[i];
  }
}

static bool same_codes(const uint32_t *a, const uint32_t *b, size_t count) {
  for (size_t i = 0; i < count; i++) {
    size_t j = 0;
    while (j < count && b[j] != a[i]) j++;
    if (j == count) return false;
  }
  return true;
}

/* True when one of the sets from `first` on has these codes, in whatever order. All sets of a document are of one size:
 * M, or all that may be drawn. */
static bool drawn_before(const dove_candidate_sets *sets, size_t first, const uint32_t *codes, size_t count) {
  for (size_t p = first; p < sets->count; p++) {
    if (same_codes(codes, sets->codes + sets->starts[p], count)) return true;
  }
  return false;
}

/* One draw: places in `e` become codes and probabilities. */
static size_t draw_set(const eligible *e, size_t wanted, dove_random *random, uint32_t *codes, double *probability) {
  uint32_t places[MOST_CODES];
  const size_t count = dove_sample_without_replacement(random, e->probability, e->count, wanted, places);
  for (size_t i = 0; i < count; i++) {
    codes[i] = e->codes[places[i]];
    probability[i] = e->probability[places[i]];
  }
  return count;
}

static void draw_document(const dove_sparse *q, uint32_t document, const dove_settings *settings, uint64_t stream,
                          eligible *e, dove_candidate_sets *sets) {
  uint32_t codes[MOST_CODES];
  double probability[MOST_CODES];
  const size_t first = sets->count, wanted = (size_t)settings->codes_per_document;
  dove_random random = dove_random_stream((uint64_t)settings->seed, stream, document);
  size_t count = dove_recognised_codes(q, document, wanted, settings->min_probability, codes, probability);
  find_eligible(q, document, settings->min_probability, e);
  append(sets, document, codes, probability, count, dove_plackett_luce_log(probability, count, e->total), 0);
  if (e->count <= wanted) return; /* there is no other set */
  for (int64_t j = 1; j < settings->candidate_sets; j++) {
    count = draw_set(e, wanted, &random, codes, probability);
    if (drawn_before(sets, first, codes, count)) continue;
    append(sets, document, codes, probability, count, dove_plackett_luce_log(probability, count, e->total), 0);
  }
}

dove_status dove_candidates_draw(const dove_sparse *q, const dove_settings *settings, uint64_t stream,
                                 dove_candidate_sets *sets, dove_error *error) {
  size_t longest = 0;
  for (size_t i = 0; i < q->rows; i++) {
    const size_t length = q->offset[i + 1] - q->offset[i];
    if (length > longest) longest = length;
  }
  const size_t draws = (size_t)settings->candidate_sets, most = (size_t)settings->codes_per_document;
  dove_status status = make_room(sets, q->rows * draws, q->rows * draws * (most < longest ? most : longest), error);
  if (status != DOVE_OK) return status;
  eligible e = {.codes = dove_alloc(longest, sizeof *e.codes), .probability = dove_alloc(longest, sizeof(double))};
  if (e.codes != NULL && e.probability != NULL) {
    for (size_t i = 0; i < q->rows; i++) draw_document(q, (uint32_t)i, settings, stream, &e, sets);
  } else {
    status = dove_fail_memory(error, doing);
    dove_candidates_free(sets);
  }
  free(e.codes);
  free(e.probability);
  return status;
}

/* Orders the sets first … last-1 by rising distortion, equal ones as they were drawn: there are few. */
static void order_sets(const dove_candidate_sets *drawn, size_t first, size_t last, size_t *order) {
  for (size_t p = first; p < last; p++) {
    size_t at = p - first;
    while (at > 0 && drawn->distortion[order[at - 1]] > drawn->distortion[p]) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = p;
  }
}

static void keep_document(const dove_candidate_sets *drawn, const size_t *order, size_t count,
                          dove_candidate_sets *kept) {
  double highest = -INFINITY, sum = 0;
  for (size_t i = 0; i < count; i++) highest = fmax(highest, drawn->weight[order[i]]);
  for (size_t i = 0; i < count; i++) sum += exp(drawn->weight[order[i]] - highest);
  for (size_t i = 0; i < count; i++) {
    const size_t p = order[i], start = drawn->starts[p];
    append(kept, drawn->document[p], drawn->codes + start, drawn->probability + start, drawn->starts[p + 1] - start,
           exp(drawn->weight[p] - highest) / sum, drawn->distortion[p]);
  }
}

dove_status dove_candidates_keep(const dove_candidate_sets *drawn, size_t limit, dove_candidate_sets *kept,
                                 dove_error *error) {
  size_t order[MOST_SETS];
  const dove_status status = make_room(kept, drawn->count, drawn->starts[drawn->count], error);
  if (status != DOVE_OK) return status;
  for (size_t first = 0; first < drawn->count;) {
    size_t last = first + 1;
    while (last < drawn->count && drawn->document[last] == drawn->document[first]) last++;
    order_sets(drawn, first, last, order);
    keep_document(drawn, order, last - first < limit ? last - first : limit, kept);
    first = last;
  }
  return DOVE_OK;
}
