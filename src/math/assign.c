#include "dove/assign.h"

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
/* An entry whose probability its product's error could change by more than this is computed again. */
#define TOLERANCE 1e-8
/* Entries that together hold less than this share of a row are left out of it. */
#define NEGLIGIBLE 1e-11
/* Products compared with the bound at once. */
#define GROUP 64

static const char stage[] = "assignment";

/* The codes of one expression that can matter. */
typedef struct candidates {
  size_t count;
  uint32_t *code;
  double *cosine;
  double *weight;     /* exp((cosine − highest) / σ²) */
  double *expression; /* the expression in float64, for products made again */
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
  *c = (candidates){.code = dove_alloc(codes, sizeof *c->code),
                    .cosine = dove_alloc_aligned(codes, sizeof *c->cosine),
                    .weight = dove_alloc_aligned(codes, sizeof *c->weight),
                    .expression = dove_alloc_aligned(columns, sizeof *c->expression)};
  return c->code != NULL && c->cosine != NULL && c->weight != NULL && c->expression != NULL;
}

static void candidates_free(candidates *c) {
  free(c->code);
  free(c->cosine);
  free(c->weight);
  free(c->expression);
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

/* Collects the codes whose product is at least `bound`. Writing first and counting after avoids a branch per code. */
static void collect(const float *products, size_t count, float bound, candidates *c) {
  c->count = 0;
  size_t j = 0;
  for (; j + GROUP <= count; j += GROUP) {
    if (!group_reaches(products + j, bound)) continue;
    for (size_t l = j; l < j + GROUP; l++) {
      c->code[c->count] = (uint32_t)l;
      c->cosine[c->count] = (double)products[l];
      c->count += products[l] >= bound ? 1 : 0;
    }
  }
  for (; j < count; j++) {
    c->code[c->count] = (uint32_t)j;
    c->cosine[c->count] = (double)products[j];
    c->count += products[j] >= bound ? 1 : 0;
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

/* Fills the weights; returns their sum. */
static double weigh(candidates *c, double highest, double inverse) {
  for (size_t i = 0; i < c->count; i++) c->weight[i] = dove_vector_exp((c->cosine[i] - highest) * inverse);
  double sum = 0.0;
  for (size_t i = 0; i < c->count; i++) sum += c->weight[i];
  return sum;
}

/* Computes again in float64 the cosines whose error could show, judged by first weights made from the float32 ones. The
 * contenders for the highest cosine are always among them. */
static void sharpen(const assigner *a, const float *expression, double highest, candidates *c) {
  const double worst = (ERROR_SHARE + ERROR_FLOOR) * a->inverse;
  const double sum = weigh(c, highest, a->inverse);
  /* While the error of an exponent is small the sum of the first weights is right; otherwise only its largest term is.
   */
  const double total = worst < 0.1 ? sum : 1.0;
  const double allowance = TOLERANCE * total * exp(-2.0 * (worst < 300.0 ? worst : 300.0));
  const double contender = highest - 2.0 * (ERROR_SHARE + ERROR_FLOOR);
  const size_t columns = a->expressions.columns;
  for (size_t j = 0; j < columns; j++) c->expression[j] = (double)expression[j];
  for (size_t i = 0; i < c->count; i++) {
    const double error = (ERROR_SHARE * fabs(c->cosine[i]) + ERROR_FLOOR) * a->inverse;
    if (worst < 300.0 && c->weight[i] * error <= allowance && c->cosine[i] < contender) continue;
    c->cosine[i] = mixed_dot(c->expression, dove_matrix_row(a->centroids, c->code[i]), columns);
  }
}

static size_t best_candidate(const candidates *c) {
  size_t best = 0;
  for (size_t i = 1; i < c->count; i++) best = c->cosine[i] > c->cosine[best] ? i : best;
  return best;
}

static bool append_entry(block_entries *entries, uint32_t column, double value) {
  void *columns = entries->column, *values = entries->value;
  const bool room = dove_grow(&columns, &entries->capacity[0], entries->count + 1, sizeof *entries->column);
  entries->column = columns;
  if (!room) return false;
  const bool more = dove_grow(&values, &entries->capacity[1], entries->count + 1, sizeof *entries->value);
  entries->value = values;
  if (!more) return false;
  entries->column[entries->count] = column;
  entries->value[entries->count++] = value;
  return true;
}

/* The softmax of one row, from its float32 products. */
static bool assign_row(const assigner *a, size_t row, const float *products, candidates *c, block_entries *entries) {
  const double highest = (double)highest_of(products, a->centroids.rows);
  collect(products, a->centroids.rows, (float)(highest - a->margin), c);
  sharpen(a, dove_matrix_row(a->expressions, row), highest, c);
  const size_t best = best_candidate(c);
  const double sum = weigh(c, c->cosine[best], a->inverse);
  double mean_exponent = 0.0;
  const size_t before = entries->count;
  for (size_t i = 0; i < c->count; i++) {
    const double q = c->weight[i] / sum;
    mean_exponent += q * (c->cosine[i] - c->cosine[best]) * a->inverse;
    if ((q >= a->threshold || i == best) && !append_entry(entries, c->code[i], q)) return false;
  }
  a->out->best[row] = c->code[best];
  a->out->best_cosine[row] = (float)c->cosine[best];
  const double entropy = log(sum) - mean_exponent;
  a->out->entropy[row] = entropy > 0.0 ? entropy : 0.0;
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
  if (q->column == NULL || q->value == NULL) return dove_fail_memory(error, "assigning expressions to codes");
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
  return dove_fail_memory(error, "assigning expressions to codes");
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
  if (a->blocks == NULL) return dove_fail_memory(error, "assigning expressions to codes");
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
    a.margin = sigma2 * log((double)centroids.rows / NEGLIGIBLE) + 2.0 * (ERROR_SHARE + ERROR_FLOOR);
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
static bool visit_nearest(void *context, const product_block *block) {
  const nearest_search *s = context;
  candidates c;
  const bool done = candidates_create(s->centroids.rows, 1, &c);
  for (size_t i = 0; i < block->rows && done; i++) {
    const float *products = block->products + i * s->centroids.rows;
    const double highest = (double)highest_of(products, s->centroids.rows);
    collect(products, s->centroids.rows, (float)(highest - 2.0 * (ERROR_SHARE + ERROR_FLOOR)), &c);
    const float *expression = dove_matrix_row(s->expressions, block->first + i);
    for (size_t k = 0; k < c.count; k++)
      c.cosine[k] = dove_dot(expression, dove_matrix_row(s->centroids, c.code[k]), s->centroids.columns);
    const size_t best = best_candidate(&c);
    s->best[block->first + i] = c.code[best];
    if (s->cosine != NULL) s->cosine[block->first + i] = (float)c.cosine[best];
  }
  candidates_free(&c);
  return done;
}

dove_status dove_nearest(dove_matrix_view expressions, dove_matrix_view centroids, uint32_t *best, float *cosine,
                         const dove_progress *progress, dove_error *error) {
  const dove_status status = check(expressions, centroids, error);
  if (status != DOVE_OK) return status;
  nearest_search search = {expressions, centroids, best, cosine};
  const product_pass pass = {expressions, centroids, visit_nearest, &search, stage, progress};
  return product_pass_run(&pass, error);
}
