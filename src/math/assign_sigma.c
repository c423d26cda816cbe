#include "dove/assign.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

static double cosine_double(const double *a, const double *b, size_t length) {
  const double squares = dove_dot_double(a, a, length) * dove_dot_double(b, b, length);
  return squares > 0.0 ? dove_dot_double(a, b, length) / sqrt(squares) : 0.0;
}

dove_status dove_assign_double(const double *expressions, size_t rows, const double *centroids, size_t codes,
                               size_t columns, double sigma2, double *q, dove_error *error) {
  if (!(sigma2 > 0.0) || !isfinite(sigma2) || !isfinite(1.0 / sigma2))
    return dove_fail(error, DOVE_USAGE, "sigma squared is %g; it must be a positive number", sigma2);
  if (codes == 0) return dove_fail(error, DOVE_USAGE, "there must be at least one code");
  for (size_t i = 0; i < rows; i++) {
    double *row = q + i * codes, highest = -INFINITY, sum = 0.0;
    for (size_t k = 0; k < codes; k++) {
      row[k] = cosine_double(expressions + i * columns, centroids + k * columns, columns);
      highest = fmax(highest, row[k]);
    }
    for (size_t k = 0; k < codes; k++) sum += row[k] = exp((row[k] - highest) / sigma2);
    for (size_t k = 0; k < codes; k++) row[k] /= sum;
  }
  return DOVE_OK;
}

/* Squared distances to the own code, summed per code. */
typedef struct spread {
  size_t codes;
  size_t columns;
  double *sum;
  size_t *members;
} spread;

static bool spread_create(size_t codes, size_t columns, spread *s) {
  *s = (spread){.codes = codes,
                .columns = columns,
                .sum = dove_alloc_zero(codes, sizeof *s->sum),
                .members = dove_alloc_zero(codes, sizeof *s->members)};
  return s->sum != NULL && s->members != NULL;
}

/* σ² of the rule `mle` from the sums; frees them. */
static dove_status spread_finish(spread *s, double *sigma2, dove_error *error) {
  double sigma = 0.0;
  size_t used = 0;
  for (size_t k = 0; k < s->codes; k++) {
    if (s->members[k] == 0) continue;
    sigma += sqrt(s->sum[k] / (double)s->members[k] / (double)s->columns);
    used++;
  }
  free(s->sum);
  free(s->members);
  *s = (spread){0};
  if (used == 0) return dove_fail(error, DOVE_INPUT, "sigma cannot be found: no expression belongs to a code");
  sigma /= (double)used;
  *sigma2 = sigma * sigma;
  return DOVE_OK;
}

static double squared_distance_double(const double *a, const double *b, size_t length) {
  double sum = 0.0;
  for (size_t j = 0; j < length; j++) sum += (a[j] - b[j]) * (a[j] - b[j]);
  return sum;
}

dove_status dove_sigma2_mle(dove_matrix_view expressions, dove_matrix_view centroids, const uint32_t *label,
                            double *sigma2, dove_error *error) {
  spread s;
  *sigma2 = 0.0;
  if (expressions.columns != centroids.columns || expressions.columns == 0) {
    return dove_fail(error, DOVE_USAGE, "expressions have %zu dimensions, centroids %zu; use one embedder for both",
                     expressions.columns, centroids.columns);
  }
  const bool usable = spread_create(centroids.rows, centroids.columns, &s);
  for (size_t i = 0; i < expressions.rows && usable; i++) {
    if (label[i] >= centroids.rows) continue;
    s.sum[label[i]] +=
        dove_squared_distance(dove_matrix_row(expressions, i), dove_matrix_row(centroids, label[i]), centroids.columns);
    s.members[label[i]]++;
  }
  if (usable) return spread_finish(&s, sigma2, error);
  free(s.sum);
  free(s.members);
  return dove_fail_memory(error, "finding sigma");
}

dove_status dove_sigma2_mle_double(const double *expressions, size_t rows, const double *centroids, size_t codes,
                                   size_t columns, const uint32_t *label, double *sigma2, dove_error *error) {
  spread s;
  *sigma2 = 0.0;
  const bool usable = spread_create(codes, columns, &s);
  for (size_t i = 0; i < rows && usable; i++) {
    if (label[i] >= codes) continue;
    s.sum[label[i]] += squared_distance_double(expressions + i * columns, centroids + label[i] * columns, columns);
    s.members[label[i]]++;
  }
  if (usable) return spread_finish(&s, sigma2, error);
  free(s.sum);
  free(s.members);
  return dove_fail_memory(error, "finding sigma");
}

/* The mean perplexity as a function of σ², for some of the expressions. */
typedef struct perplexity_search {
  dove_matrix_view expressions;
  dove_matrix_view centroids;
  double wanted; /* log of the perplexity */
  const dove_progress *progress;
  dove_error *error;
} perplexity_search;

/* Below and above these the softmax is as hard, or as even, as float64 can tell. */
#define LOWEST_LOG  (-34.0)
#define HIGHEST_LOG 34.0
#define CLOSE       2e-5
#define MAX_STEPS   100

/* *difference = log of the mean perplexity at σ² = exp(log_sigma2), less the wanted one; it rises with σ². */
static dove_status evaluate(const perplexity_search *s, double log_sigma2, double *difference) {
  dove_assignment assignment;
  /* A threshold above 1 keeps nothing but the best code of each row. */
  const dove_status status =
      dove_assign(s->expressions, s->centroids, exp(log_sigma2), 2.0, &assignment, s->progress, s->error);
  if (status != DOVE_OK) return status;
  *difference = log(assignment.perplexity) - s->wanted;
  dove_assignment_free(&assignment);
  return DOVE_OK;
}

typedef struct bracket {
  double low, at_low;   /* at_low < 0 */
  double high, at_high; /* at_high > 0 */
} bracket;

/* Widens [guess − 0.05, guess + 0.05] until the root is inside, or the ends are reached. */
static dove_status find_bracket(const perplexity_search *s, double guess, bracket *b) {
  double reach = 0.05;
  *b = (bracket){.low = guess, .high = guess};
  dove_status status = evaluate(s, guess, &b->at_low);
  b->at_high = b->at_low;
  while (status == DOVE_OK && b->at_low > 0.0 && b->low > LOWEST_LOG) {
    b->high = b->low;
    b->at_high = b->at_low;
    b->low = fmax(b->low - reach, LOWEST_LOG);
    reach *= 3.0;
    status = evaluate(s, b->low, &b->at_low);
  }
  while (status == DOVE_OK && b->at_high < 0.0 && b->high < HIGHEST_LOG) {
    b->low = b->high;
    b->at_low = b->at_high;
    b->high = fmin(b->high + reach, HIGHEST_LOG);
    reach *= 3.0;
    status = evaluate(s, b->high, &b->at_high);
  }
  return status;
}

/* Regula falsi with Illinois's halving, and a bisection whenever the bracket does not shrink well. */
static dove_status solve(const perplexity_search *s, double guess, double *root, double *left_over) {
  bracket b;
  dove_status status = find_bracket(s, guess, &b);
  *root = fabs(b.at_low) < fabs(b.at_high) ? b.low : b.high;
  *left_over = fmin(fabs(b.at_low), fabs(b.at_high));
  int side = 0;
  for (int step = 0; step < MAX_STEPS && status == DOVE_OK && *left_over > CLOSE && b.high > b.low; step++) {
    const double width = b.high - b.low;
    double middle = step % 4 == 3 ? b.low + width / 2.0 : b.low - b.at_low * width / (b.at_high - b.at_low), value;
    if (!(middle > b.low && middle < b.high)) middle = b.low + width / 2.0;
    if (!(middle > b.low && middle < b.high)) break;
    status = evaluate(s, middle, &value);
    if (status != DOVE_OK) break;
    *root = middle;
    *left_over = fabs(value);
    if (value < 0.0) {
      b.low = middle;
      b.at_low = value;
      if (side == -1) b.at_high /= 2.0;
      side = -1;
    } else {
      b.high = middle;
      b.at_high = value;
      if (side == 1) b.at_low /= 2.0;
      side = 1;
    }
  }
  return status;
}

/* Every so-manieth expression, so that a first guess costs little. */
#define SAMPLE_ROWS 2048

static dove_status sample(dove_matrix_view expressions, dove_matrix *out, dove_error *error) {
  const dove_status status = dove_matrix_create(out, SAMPLE_ROWS, expressions.columns, error);
  for (size_t i = 0; i < SAMPLE_ROWS && status == DOVE_OK; i++) {
    const size_t row = (size_t)((double)i * (double)expressions.rows / SAMPLE_ROWS);
    memcpy(out->data + i * expressions.columns, dove_matrix_row(expressions, row), expressions.columns * sizeof(float));
  }
  return status;
}

/* The root on a sample; `guess` stays as it is where all expressions are few. */
static dove_status first_guess(const perplexity_search *all, double *guess) {
  if (all->expressions.rows < 2 * SAMPLE_ROWS) return DOVE_OK;
  dove_matrix some;
  dove_status status = sample(all->expressions, &some, all->error);
  if (status != DOVE_OK) return status;
  perplexity_search part = *all;
  part.expressions = dove_matrix_as_view(&some);
  double left_over;
  status = solve(&part, *guess, guess, &left_over);
  dove_matrix_free(&some);
  return status;
}

dove_status dove_sigma2_perplexity(dove_matrix_view expressions, dove_matrix_view centroids, double perplexity,
                                   double *sigma2, const dove_progress *progress, dove_error *error) {
  *sigma2 = 0.0;
  if (expressions.rows == 0) return dove_fail(error, DOVE_INPUT, "sigma cannot be found: there are no expressions");
  if (!(perplexity > 1.0) || !(perplexity < (double)centroids.rows)) {
    return dove_fail(error, DOVE_USAGE,
                     "a perplexity of %g is out of reach with %zu codes; choose one between 1 and %zu", perplexity,
                     centroids.rows, centroids.rows);
  }
  const perplexity_search search = {expressions, centroids, log(perplexity), progress, error};
  double root = log(0.01), left_over = 0.0;
  dove_status status = first_guess(&search, &root);
  if (status == DOVE_OK) status = solve(&search, root, &root, &left_over);
  if (status != DOVE_OK) return status;
  if (left_over > 1e-4) {
    return dove_fail(error, DOVE_FAILED, "no sigma gives a perplexity of %g: equal cosines keep it out of reach",
                     perplexity);
  }
  *sigma2 = exp(root);
  return DOVE_OK;
}
