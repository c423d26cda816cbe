#include "dove/principal_plane.h"

#include <math.h>
#include <stdlib.h>

#include "dove/memory.h"

static const char doing[] = "finding principal components";

/* Power iteration ends when a component turns by less than this, or after so many rounds: where it
 * still turns then, the next components are about as large, and a picture does not care. */
static const double turned_enough = 1e-5;
enum { ROUNDS = 40 };

/* The points about their mean, X, by their products X Xᵀ: there are fewer points than dimensions, and a round costs
 * rows² instead of 2 · rows · columns. A component is Σ_i weight_i x_i, of length 1. */
typedef struct plane {
  size_t rows, columns;
  double *centred;  /* rows × columns, without what the components found so far explain */
  double *products; /* rows × rows, of `centred` with itself */
  double *weight;   /* rows */
  double *along;    /* rows: the positions along the component, products · weight */
  double *axis;     /* columns: the component itself */
  double nothing;   /* a sum of squares that is rounding */
} plane;

static double *room(size_t rows, size_t columns) {
  return columns <= SIZE_MAX / (rows + 1) ? dove_alloc(rows * columns, sizeof(double)) : NULL;
}

static dove_status plane_open(plane *p, dove_matrix_view points, dove_error *error) {
  *p = (plane){.rows = points.rows, .columns = points.columns};
  p->centred = room(points.rows, points.columns);
  p->products = room(points.rows, points.rows);
  p->weight = dove_alloc(points.rows, sizeof(double));
  p->along = dove_alloc(points.rows, sizeof(double));
  p->axis = dove_alloc(points.columns, sizeof(double));
  if (p->centred == NULL || p->products == NULL || p->weight == NULL || p->along == NULL || p->axis == NULL)
    return dove_fail_memory(error, doing);
  dove_matrix_mean(points, p->axis);
  for (size_t i = 0; i < points.rows; i++) {
    double *row = p->centred + i * points.columns;
    for (size_t j = 0; j < points.columns; j++) row[j] = (double)points.data[i * points.columns + j] - p->axis[j];
    for (size_t j = 0; j <= i; j++)
      p->products[i * p->rows + j] = p->products[j * p->rows + i] =
          dove_dot_double(row, p->centred + j * points.columns, points.columns);
  }
  return DOVE_OK;
}

static void plane_close(plane *p) {
  free(p->centred);
  free(p->products);
  free(p->weight);
  free(p->along);
  free(p->axis);
}

static double squares(const plane *p) {
  double sum = 0;
  for (size_t i = 0; i < p->rows; i++) sum += p->products[i * p->rows + i];
  return sum;
}

static void multiply(plane *p) {
  for (size_t i = 0; i < p->rows; i++) p->along[i] = dove_dot_double(p->products + i * p->rows, p->weight, p->rows);
}

/* The point farthest from the mean is never at right angles to all of the first component's points. */
static bool begin_axis(plane *p) {
  double best = p->nothing;
  size_t farthest = 0;
  for (size_t i = 0; i < p->rows; i++) {
    const double size = p->products[i * p->rows + i];
    p->weight[i] = 0;
    if (!(size > best)) continue;
    best = size;
    farthest = i;
  }
  if (!(best > p->nothing)) return false;
  p->weight[farthest] = 1 / sqrt(best);
  multiply(p);
  return true;
}

/* One round: the component becomes the unit vector of Σ_i (x_i · component) x_i; returns how far it turned. */
static double turn(plane *p) {
  double square = 0, cosine = 0;
  for (size_t i = 0; i < p->rows; i++) {
    cosine += p->along[i] * p->along[i];
    p->weight[i] = p->along[i];
  }
  multiply(p);
  for (size_t i = 0; i < p->rows; i++) square += p->weight[i] * p->along[i];
  if (!(square > 0)) return 0;
  const double length = sqrt(square);
  for (size_t i = 0; i < p->rows; i++) {
    p->weight[i] /= length;
    p->along[i] /= length;
  }
  cosine /= length;
  return sqrt(fmax(0, 2 - 2 * cosine));
}

/* −1 when the component's entry of largest size is negative. */
static double sign_of(plane *p) {
  size_t largest = 0;
  for (size_t j = 0; j < p->columns; j++) p->axis[j] = 0;
  for (size_t i = 0; i < p->rows; i++) {
    for (size_t j = 0; j < p->columns; j++) p->axis[j] += p->weight[i] * p->centred[i * p->columns + j];
  }
  for (size_t j = 1; j < p->columns; j++) {
    if (fabs(p->axis[j]) > fabs(p->axis[largest])) largest = j;
  }
  return p->axis[largest] < 0 ? -1 : 1;
}

/* Finds the next component, writes the points' positions along it and takes it out of them; returns its sum of squares.
 */
static double take_component(plane *p, float *positions) {
  for (size_t i = 0; i < p->rows; i++) positions[i] = 0;
  if (!begin_axis(p)) return 0;
  for (int round = 0; round < ROUNDS && turn(p) > turned_enough;) round++;
  const double sign = sign_of(p);
  double sum = 0;
  for (size_t i = 0; i < p->rows; i++) {
    for (size_t j = 0; j < p->rows; j++) p->products[i * p->rows + j] -= p->along[i] * p->along[j];
    for (size_t j = 0; j < p->columns; j++) p->centred[i * p->columns + j] -= p->along[i] * p->axis[j];
    positions[i] = (float)(sign * p->along[i]);
    sum += p->along[i] * p->along[i];
  }
  return sum;
}

dove_status dove_principal_plane(dove_matrix_view points, float *x, float *y, double *share, dove_error *error) {
  plane p;
  *share = 0;
  if (points.rows == 0 || points.columns == 0) return dove_fail(error, DOVE_USAGE, "there are no points for a plane");
  const dove_status status = plane_open(&p, points, error);
  if (status == DOVE_OK) {
    const double all = squares(&p);
    p.nothing = 1e-12 * all;
    const double first = take_component(&p, x), second = take_component(&p, y);
    /* What is left of equal points is rounding. */
    *share = all > 1e-12 * (double)points.rows ? (first + second) / all : 0;
  }
  plane_close(&p);
  return status;
}
