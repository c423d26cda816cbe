#include "dove/assign.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "math/product_pass.h"
#include "math/vector_math.h"

/* How wrong a float32 product of unit vectors can be: rounding grows with the partial sums, so with the cosine. Several
 * times what was seen against float64 with D up to 4096. */
#define ERROR_SHARE 4e-7
#define ERROR_FLOOR 4e-8
#define WORST_ERROR (ERROR_SHARE + ERROR_FLOOR)
/* An entry whose probability its product's error could change by more than this is computed again. */
#define TOLERANCE 2e-8
/* Entries that together hold less than this share of a row are left out of it. */
#define NEGLIGIBLE 1e-11
/* Codes are looked at in groups; a group without a code near the highest cosine is passed over. */
#define GROUP 64

static const char stage[] = "assignment";
static const char memory_reason[] = "assigning expressions to codes";

/* The groups of codes that matter to one expression, one after another: place p is code
 * group[p / GROUP] * GROUP + p % GROUP. Places after the last code have cosine −∞ and weight 0. */
typedef struct candidates {
  size_t places;
  uint32_t *group;
  double *cosine;
  double *weight;     /* exp((cosine − base) / σ²) */
  double *expression; /* the expression in float64, for products made again */
  double base;
  size_t best; /* the place of the highest cosine */
} candidates;

/* The entries of one block of rows. */
typedef struct block_entries {
  size_t count;
  size_t capacity[2];
  uint32_t *column;
  double *value;
} block_entries;

typedef struct assigner {
  dove_matrix_view expressions;
  dove_matrix_view centroids;
  double inverse; /* 1/σ² */
  double margin;  /* entries this far under the highest cosine are negligible */
  double threshold;
  dove_assignment *out;
  block_entries *blocks;
} assigner;

static bool candidates_create(size_t codes, size_t columns, candidates *c) {
  const size_t groups = (codes + GROUP - 1) / GROUP;
  *c = (candidates){.group = dove_alloc(groups, sizeof *c->group),
                    .cosine = dove_alloc_aligned(groups, GROUP * sizeof *c->cosine),
                    .weight = dove_alloc_aligned(groups, GROUP * sizeof *c->weight),
                    .expression = dove_alloc_aligned(columns, sizeof *c->expression)};
  return c->group != NULL && c->cosine != NULL && c->weight != NULL && c->expression != NULL;
}

static void candidates_free(candidates *c) {
  free(c->group);
  free(c->cosine);
  free(c->weight);
  free(c->expression);
}

static uint32_t code_at(const candidates *c, size_t place) {
  return c->group[place / GROUP] * GROUP + (uint32_t)(place % GROUP);
}

static float highest_of(const float *products, size_t count) {
  float lane[16];
  for (size_t l = 0; l < 16; l++) lane[l] = -INFINITY;
  size_t j = 0;
  for (; j + 16 <= count; j += 16) {
    for (size_t l = 0; l < 16; l++) lane[l] = products[j + l] > lane[l] ? products[j + l] : lane[l];
  }
  float highest = -INFINITY;
  for (; j < count; j++) highest = products[j] > highest ? products[j] : highest;
  for (size_t l = 0; l < 16; l++) highest = lane[l] > highest ? lane[l] : highest;
  return highest;
}

static bool group_reaches(const float *products, float bound) {
  int any = 0;
  for (size_t l = 0; l < GROUP; l++) any |= products[l] >= bound;
  return any != 0;
}

/* Collects the groups that have a product of at least `bound`. */
static void collect(const float *products, size_t codes, float bound, candidates *c) {
  c->places = 0;
  for (size_t first = 0; first < codes; first += GROUP) {
    float last[GROUP];
    const float *group = products + first;
    if (codes - first < GROUP) {
      for (size_t l = 0; l < GROUP; l++) last[l] = first + l < codes ? group[l] : -INFINITY;
      group = last;
    }
    if (!group_reaches(group, bound)) continue;
    c->group[c->places / GROUP] = (uint32_t)(first / GROUP);
    for (size_t l = 0; l < GROUP; l++) c->cosine[c->places + l] = (double)group[l];
    c->places += GROUP;
  }
}

/* Product of a float64 and a float32 vector. */
static double mixed_dot(const double *a, const float *b, size_t length) {
  double lane[32] = {0};
  size_t j = 0;
  for (; j + 32 <= length; j += 32) {
    for (size_t l = 0; l < 32; l++) lane[l] = DOVE_MULTIPLY_ADD(a[j + l], (double)b[j + l], lane[l]);
  }
  double sum = 0.0;
  for (; j < length; j++) sum += a[j] * (double)b[j];
  for (size_t half = 16; half > 0; half /= 2) {
    for (size_t l = 0; l < half; l++) lane[l] += lane[l + half];
  }
  return sum + lane[0];
}

static void weigh(candidates *c, double base, double inverse) {
  c->base = base;
  for (size_t p = 0; p < c->places; p++) c->weight[p] = dove_vector_exp((c->cosine[p] - base) * inverse);
}

static double add_up(const double lane[8]) {
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

static double total_weight(const candidates *c) {
  double lane[8] = {0};
  for (size_t p = 0; p < c->places; p += 8) {
    for (size_t l = 0; l < 8; l++) lane[l] += c->weight[p + l];
  }
  return add_up(lane);
}

/* Σ weight · (cosine − base). */
static double weighted_cosines(const candidates *c) {
  double lane[8] = {0};
  for (size_t p = 0; p < c->places; p += 8) {
    for (size_t l = 0; l < 8; l++)
      lane[l] += c->weight[p + l] > 0.0 ? c->weight[p + l] * (c->cosine[p + l] - c->base) : 0.0;
  }
  return add_up(lane);
}

/* When an entry's float32 cosine is not good enough. */
typedef struct judge {
  double contender; /* cosines from here on may be the highest */
  double allowance; /* for weight · error */
} judge;

static bool is_coarse(const judge *j, double cosine, double weight) {
  return (cosine >= j->contender) | (weight * (ERROR_SHARE * fabs(cosine) + ERROR_FLOOR) > j->allowance);
}

static bool group_is_coarse(const judge *j, const double *cosine, const double *weight) {
  int any = 0;
  for (size_t l = 0; l < GROUP; l++) any |= is_coarse(j, cosine[l], weight[l]);
  return any != 0;
}

/* Weights are first made from the float32 cosines. While an error of the exponent is small, their sum tells which
 * matter; when it is large, every candidate may. */
static judge make_judge(const assigner *a, double highest, const candidates *c) {
  const double exponent_error = WORST_ERROR * a->inverse;
  if (exponent_error > 0.1) return (judge){-INFINITY, 0.0};
  return (judge){highest - 2.0 * WORST_ERROR, TOLERANCE / a->inverse * total_weight(c)};
}

/* Computes again in float64 the cosines whose error could show, and finds the highest, which is always among them. */
static void sharpen(const assigner *a, const float *expression, double highest, candidates *c) {
  const size_t columns = a->expressions.columns;
  const judge j = make_judge(a, highest, c);
  double best = -INFINITY;
  for (size_t i = 0; i < columns; i++) c->expression[i] = (double)expression[i];
  for (size_t first = 0; first < c->places; first += GROUP) {
    if (!group_is_coarse(&j, c->cosine + first, c->weight + first)) continue;
    for (size_t p = first; p < first + GROUP; p++) {
      const uint32_t code = code_at(c, p);
      if (!is_coarse(&j, c->cosine[p], c->weight[p]) || code >= a->centroids.rows) continue;
      if (c->cosine[p] < highest - a->margin) continue;
      c->cosine[p] = mixed_dot(c->expression, dove_matrix_row(a->centroids, code), columns);
      c->weight[p] = dove_vector_exp((c->cosine[p] - c->base) * a->inverse);
      if (c->cosine[p] > best) {
        best = c->cosine[p];
        c->best = p;
      }
    }
  }
  /* A base far from the highest cosine could overflow the weights. */
  if (fabs(best - c->base) * a->inverse > 1.0) weigh(c, best, a->inverse);
}

/* Room for `more` entries. */
static bool make_room(block_entries *entries, size_t more) {
  void *columns = entries->column, *values = entries->value;
  const bool room = dove_grow(&columns, &entries->capacity[0], entries->count + more, sizeof *entries->column);
  entries->column = columns;
  if (!room) return false;
  const bool complete = dove_grow(&values, &entries->capacity[1], entries->count + more, sizeof *entries->value);
  entries->value = values;
  return complete;
}

static bool any_from(const double *weight, double least) {
  int any = 0;
  for (size_t l = 0; l < GROUP; l++) any |= weight[l] >= least;
  return any != 0;
}

/* Appends the entries of at least `threshold`, the best in any case: when it is too small, it is alone. Writing first
 * and counting after avoids a branch per code. */
static bool append_row(const candidates *c, double total, double threshold, block_entries *entries) {
  if (!make_room(entries, c->places)) return false;
  const double best = c->weight[c->best] / total, smallest = threshold > 0.0 ? threshold * total : DBL_MIN;
  const double least = best < threshold ? INFINITY : smallest;
  const double scale = 1.0 / total;
  size_t count = entries->count;
  if (best < threshold) {
    entries->column[count] = code_at(c, c->best);
    entries->value[count++] = best;
  }
  for (size_t first = 0; first < c->places; first += GROUP) {
    if (!any_from(c->weight + first, least)) continue;
    const uint32_t code = code_at(c, first);
    for (size_t l = 0; l < GROUP; l++) {
      entries->column[count] = code + (uint32_t)l;
      entries->value[count] = c->weight[first + l] * scale;
      count += c->weight[first + l] >= least ? 1 : 0;
    }
  }
  entries->count = count;
  return true;
}

/* The softmax of one row, from its float32 products. */
static bool assign_row(const assigner *a, size_t row, const float *products, candidates *c, block_entries *entries) {
  const double highest = (double)highest_of(products, a->centroids.rows);
  collect(products, a->centroids.rows, (float)(highest - a->margin), c);
  weigh(c, highest, a->inverse);
  sharpen(a, dove_matrix_row(a->expressions, row), highest, c);
  const double total = total_weight(c);
  const double entropy = log(total) - weighted_cosines(c) * a->inverse / total;
  a->out->best[row] = code_at(c, c->best);
  a->out->best_cosine[row] = (float)c->cosine[c->best];
  a->out->entropy[row] = entropy > 0.0 ? entropy : 0.0;
  const size_t before = entries->count;
  if (!append_row(c, total, a->threshold, entries)) return false;
  a->out->q.offset[row + 1] = entries->count - before;
  return true;
}

static bool visit_block(void *context, const product_block *block) {
  const assigner *a = context;
  candidates c;
  bool done = candidates_create(a->centroids.rows, a->expressions.columns, &c);
  for (size_t i = 0; i < block->rows && done; i++)
    done = assign_row(a, block->first + i, block->products + i * a->centroids.rows, &c, &a->blocks[block->number]);
  candidates_free(&c);
  return done;
}

/* Joins the blocks' entries, freeing each after it was copied, and turns row lengths into offsets. */
static dove_status join_blocks(const assigner *a, size_t blocks, dove_error *error) {
  dove_sparse *q = &a->out->q;
  for (size_t i = 0; i < q->rows; i++) q->offset[i + 1] += q->offset[i];
  const size_t total = q->offset[q->rows];
  q->column = dove_alloc(total, sizeof *q->column);
  q->value = dove_alloc(total, sizeof *q->value);
  if (q->column == NULL || q->value == NULL) return dove_fail_memory(error, memory_reason);
  size_t filled = 0;
  for (size_t b = 0; b < blocks; b++) {
    block_entries *entries = &a->blocks[b];
    if (entries->count == 0) continue;
    memcpy(q->column + filled, entries->column, entries->count * sizeof *q->column);
    memcpy(q->value + filled, entries->value, entries->count * sizeof *q->value);
    filled += entries->count;
    free(entries->column);
    free(entries->value);
    *entries = (block_entries){0};
  }
  return DOVE_OK;
}

static dove_status reserve(size_t rows, size_t codes, dove_assignment *out, dove_error *error) {
  *out = (dove_assignment){.q = {.rows = rows, .columns = codes}};
  out->q.offset = dove_alloc_zero(rows + 1, sizeof *out->q.offset);
  out->best = dove_alloc(rows, sizeof *out->best);
  out->best_cosine = dove_alloc(rows, sizeof *out->best_cosine);
  out->entropy = dove_alloc(rows, sizeof *out->entropy);
  if (out->q.offset != NULL && out->best != NULL && out->best_cosine != NULL && out->entropy != NULL) return DOVE_OK;
  return dove_fail_memory(error, memory_reason);
}

static dove_status check(dove_matrix_view expressions, dove_matrix_view centroids, dove_error *error) {
  if (centroids.rows == 0 || centroids.rows >= UINT32_MAX)
    return dove_fail(error, DOVE_USAGE, "there must be at least one code, and fewer than %u", UINT32_MAX);
  if (expressions.columns != centroids.columns) {
    return dove_fail(error, DOVE_USAGE, "expressions have %zu dimensions, centroids %zu; use one embedder for both",
                     expressions.columns, centroids.columns);
  }
  const dove_status status = dove_matrix_check_finite(expressions, "the expressions", error);
  return status == DOVE_OK ? dove_matrix_check_finite(centroids, "the centroids", error) : status;
}

static double mean_perplexity(const double *entropy, size_t count) {
  double sum = 0.0;
  for (size_t i = 0; i < count; i++) sum += exp(entropy[i]);
  return count > 0 ? sum / (double)count : 0.0;
}

static dove_status run(assigner *a, const dove_progress *progress, dove_error *error) {
  const product_pass pass = {a->expressions, a->centroids, visit_block, a, stage, progress};
  const size_t blocks = product_pass_blocks(&pass);
  a->blocks = dove_alloc_zero(blocks, sizeof *a->blocks);
  if (a->blocks == NULL) return dove_fail_memory(error, memory_reason);
  dove_status status = product_pass_run(&pass, error);
  if (status == DOVE_OK) status = join_blocks(a, blocks, error);
  for (size_t b = 0; b < blocks; b++) {
    free(a->blocks[b].column);
    free(a->blocks[b].value);
  }
  free(a->blocks);
  return status;
}

dove_status dove_assign(dove_matrix_view expressions, dove_matrix_view centroids, double sigma2, double threshold,
                        dove_assignment *assignment, const dove_progress *progress, dove_error *error) {
  *assignment = (dove_assignment){0};
  dove_status status = check(expressions, centroids, error);
  if (status != DOVE_OK) return status;
  if (!(sigma2 > 0.0) || !isfinite(sigma2) || !isfinite(1.0 / sigma2))
    return dove_fail(error, DOVE_USAGE, "sigma squared is %g; it must be a positive number", sigma2);
  status = reserve(expressions.rows, centroids.rows, assignment, error);
  if (status == DOVE_OK) {
    assigner a = {.expressions = expressions,
                  .centroids = centroids,
                  .inverse = 1.0 / sigma2,
                  .threshold = threshold,
                  .out = assignment};
    a.margin = sigma2 * log((double)centroids.rows / NEGLIGIBLE) + 2.0 * WORST_ERROR;
    status = run(&a, progress, error);
  }
  if (status == DOVE_OK) {
    assignment->perplexity = mean_perplexity(assignment->entropy, expressions.rows);
  } else {
    dove_assignment_free(assignment);
  }
  return status;
}

void dove_assignment_free(dove_assignment *assignment) {
  dove_sparse_free(&assignment->q);
  free(assignment->best);
  free(assignment->best_cosine);
  free(assignment->entropy);
  *assignment = (dove_assignment){0};
}

typedef struct nearest_search {
  dove_matrix_view expressions;
  dove_matrix_view centroids;
  uint32_t *best;
  float *cosine;
} nearest_search;

/* The highest product; contenders that float32 cannot tell apart are compared in float64. */
static void find_nearest(const nearest_search *s, size_t row, const float *products) {
  const size_t columns = s->centroids.columns;
  const float contender = highest_of(products, s->centroids.rows) - (float)(2.0 * WORST_ERROR);
  const float *expression = dove_matrix_row(s->expressions, row);
  double highest = -INFINITY;
  for (size_t k = 0; k < s->centroids.rows; k++) {
    if (products[k] < contender) continue;
    const double cosine = dove_dot(expression, dove_matrix_row(s->centroids, k), columns);
    if (cosine <= highest) continue;
    highest = cosine;
    s->best[row] = (uint32_t)k;
  }
  if (s->cosine != NULL) s->cosine[row] = (float)highest;
}

static bool visit_nearest(void *context, const product_block *block) {
  const nearest_search *s = context;
  for (size_t i = 0; i < block->rows; i++) find_nearest(s, block->first + i, block->products + i * s->centroids.rows);
  return true;
}

dove_status dove_nearest(dove_matrix_view expressions, dove_matrix_view centroids, uint32_t *best, float *cosine,
                         const dove_progress *progress, dove_error *error) {
  const dove_status status = check(expressions, centroids, error);
  if (status != DOVE_OK) return status;
  nearest_search search = {expressions, centroids, best, cosine};
  const product_pass pass = {expressions, centroids, visit_nearest, &search, stage, progress};
  return product_pass_run(&pass, error);
}
