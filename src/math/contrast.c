#include "dove/contrast.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "dove/memory.h"

/* A document of either set, under what it is grouped by. */
typedef struct member {
  uint64_t topic;
  uint32_t row;
  bool second;
} member;

static int by_topic(const void *left, const void *right) {
  const member *a = left, *b = right;
  if (a->topic != b->topic) return a->topic < b->topic ? -1 : 1;
  if (a->second != b->second) return a->second ? 1 : -1;
  return a->row < b->row ? -1 : a->row > b->row;
}

/* Documents without a topic come after all topics, each by itself; one that is in both sets is one. */
static void add_members(dove_document_set set, bool second, const uint32_t *topic, member *members, size_t *count) {
  for (size_t i = 0; i < set.count; i++) {
    const uint32_t row = set.rows[i];
    const uint64_t key = topic[row] == DOVE_NO_GROUP ? (UINT64_C(1) << 32) + row : topic[row];
    members[(*count)++] = (member){key, row, second};
  }
}

/* Adds Σ_{x∈A,t} q(x)/|A| − Σ_{x∈B,t} q(x)/|B| of one topic to `part`, and counts its documents. */
static void add_topic(const dove_sparse *q, const member *members, size_t count, const double share[2], double *part,
                      size_t documents[2]) {
  documents[0] = documents[1] = 0;
  for (size_t i = 0; i < count; i++) {
    const double weight = members[i].second ? -share[1] : share[0];
    documents[members[i].second]++;
    for (size_t e = q->offset[members[i].row]; e < q->offset[members[i].row + 1]; e++)
      part[q->column[e]] += weight * q->value[e];
  }
}

/* Σ_t e_tk² into `squares`; returns the number of topics. */
static size_t sum_squares(const dove_sparse *q, const member *members, size_t count, const double share[2],
                          const dove_contrast *codes, double *part, double *squares) {
  size_t topics = 0;
  for (size_t start = 0, end; start < count; start = end, topics++) {
    size_t documents[2];
    for (end = start + 1; end < count && members[end].topic == members[start].topic;) end++;
    for (size_t k = 0; k < q->columns; k++) part[k] = 0;
    add_topic(q, members + start, end - start, share, part, documents);
    const double of_first = share[0] * (double)documents[0], of_second = share[1] * (double)documents[1];
    for (size_t k = 0; k < q->columns; k++) {
      const double e = part[k] - of_first * codes[k].first + of_second * codes[k].second;
      squares[k] += e * e;
    }
  }
  return topics;
}

static void add_mean(const dove_sparse *q, const member *members, size_t count, bool second, double share,
                     dove_contrast *codes) {
  for (size_t i = 0; i < count; i++) {
    if (members[i].second != second) continue;
    for (size_t e = q->offset[members[i].row]; e < q->offset[members[i].row + 1]; e++) {
      dove_contrast *code = &codes[q->column[e]];
      *(second ? &code->second : &code->first) += share * q->value[e];
    }
  }
}

static void set_intervals(dove_contrast *codes, size_t count, const double *squares, size_t topics) {
  const double G = (double)topics;
  const double quantile = topics > 1 ? gsl_cdf_tdist_Pinv(0.975, G - 1) : NAN;
  for (size_t k = 0; k < count; k++) {
    const double half = topics > 1 ? quantile * sqrt(G / (G - 1) * squares[k]) : NAN;
    codes[k].low = codes[k].difference - half;
    codes[k].high = codes[k].difference + half;
  }
}

dove_status dove_contrast_codes(const dove_sparse *q, dove_document_set first, dove_document_set second,
                                const uint32_t *topic, dove_contrast *codes, size_t *topics, dove_error *error) {
  if (first.count == 0) return dove_fail(error, DOVE_INPUT, "there is no document to compare the use of codes in");
  size_t count = 0;
  member *members = dove_alloc(first.count + second.count, sizeof *members);
  double *part = dove_alloc(q->columns, sizeof *part);
  double *squares = dove_alloc_zero(q->columns, sizeof *squares);
  dove_status status = DOVE_OK;
  if (members == NULL || part == NULL || squares == NULL) {
    status = dove_fail_memory(error, "comparing the use of codes");
  } else {
    const double share[2] = {1.0 / (double)first.count, second.count > 0 ? 1.0 / (double)second.count : 0};
    add_members(first, false, topic, members, &count);
    add_members(second, true, topic, members, &count);
    qsort(members, count, sizeof *members, by_topic);
    for (size_t k = 0; k < q->columns; k++) codes[k] = (dove_contrast){0};
    add_mean(q, members, count, false, share[0], codes);
    add_mean(q, members, count, true, share[1], codes);
    for (size_t k = 0; k < q->columns; k++) codes[k].difference = codes[k].first - codes[k].second;
    const size_t found = sum_squares(q, members, count, share, codes, part, squares);
    set_intervals(codes, q->columns, squares, found);
    if (topics != NULL) *topics = found;
  }
  free(members);
  free(part);
  free(squares);
  return status;
}
