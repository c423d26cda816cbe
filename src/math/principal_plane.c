#include "dove/principal_plane.h"

#include <math.h>
#include <stdlib.h>

#include "dove/memory.h"

static const char doing[] = "finding principal components";

/* Power iteration ends when a component turns by less than this, or after so many rounds: where it
 * still turns then, the next components are about as large, and a picture does not care. */
static const double turned_enough = 1e-5;
enum { ROUNDS = 40 };

/* The points about their mean, and what was found so far. */
typedef struct plane {
  size_t rows, columns;
  double *centred;  /* rows × columns */
  double *axis;     /* columns */
  double *next;     /* columns */
  double *position; /* rows: along the axis */
} plane;

static dove_status plane_open(plane *p, dove_matrix_view points, dove_error *error) {
  *p = (plane){.rows = points.rows, .columns = points.columns};
  p->centred =
      points.columns <= SIZE_MAX / (points.rows + 1) ? dove_alloc(points.rows * points.columns, sizeof(double)) : NULL;
  p->axis = dove_alloc(points.columns, sizeof(double));
  p->next = dove_alloc(points.columns, sizeof(double));
  p->position = dove_alloc(points.rows, sizeof(double));
  if (p->centred == NULL || p->axis == NULL || p->next == NULL || p->position == NULL)
    return dove_fail_memory(error, doing);
  dove_matrix_mean(points, p->next);
  for (size_t i = 0; i < points.rows; i++) {
    for (size_t j = 0; j < points.columns; j++)
      p->centred[i * points.columns + j] = (double)points.data[i * points.columns + j] - p->next[j];
  }
  return DOVE_OK;
}

static void plane_close(plane *p) {
  free(p->centred);
  free(p->axis);
  free(p->next);
  free(p->position);
}

static double squares(const plane *p) {
  double sum = 0;
  for (size_t i = 0; i < p->rows * p->columns; i++) sum += p->centred[i] * p->centred[i];
  return sum;
}

/* The point farthest from the mean is never at right angles to all of the first component's points. */
static bool begin_axis(plane *p) {
  double best = 0;
  size_t farthest = 0;
  for (size_t i = 0; i < p->rows; i++) {
    const double *row = p->centred + i * p->columns;
    const double size = dove_dot_double(row, row, p->columns);
    if (!(size > best)) continue;
    best = size;
    farthest = i;
  }
  if (!(best > 0)) return false;
  for (size_t j = 0; j < p->columns; j++) p->axis[j] = p->centred[farthest * p->columns + j] / sqrt(best);
  return true;
}

/* One round: axis becomes the unit vector of Σ_i (x_i · axis) x_i; returns how far it turned. */
static double turn(plane *p) {
  for (size_t j = 0; j < p->columns; j++) p->next[j] = 0;
  for (size_t i = 0; i < p->rows; i++) {
    const double *row = p->centred + i * p->columns;
    const double along = dove_dot_double(row, p->axis, p->columns);
    for (size_t j = 0; j < p->columns; j++) p->next[j] += along * row[j];
  }
  const double length = sqrt(dove_dot_double(p->next, p->next, p->columns));
  double turned = 0;
  for (size_t j = 0; j < p->columns && length > 0; j++) {
    const double value = p->next[j] / length;
    turned += (value - p->axis[j]) * (value - p->axis[j]);
    p->axis[j] = value;
  }
  return sqrt(turned);
}

static void settle_sign(plane *p) {
  size_t largest = 0;
  for (size_t j = 1; j < p->columns; j++) {
    if (fabs(p->axis[j]) > fabs(p->axis[largest])) largest = j;
  }
  if (p->axis[largest] >= 0) return;
  for (size_t j = 0; j < p->columns; j++) p->axis[j] = -p->axis[j];
}

/* Finds the next component, writes the points' positions along it and takes it out of them; returns its sum of squares.
 */
static double take_component(plane *p, float *positions) {
  for (size_t i = 0; i < p->rows; i++) positions[i] = 0;
  if (!begin_axis(p)) return 0;
  for (int round = 0; round < ROUNDS && turn(p) > turned_enough;) round++;
  settle_sign(p);
  double sum = 0;
  for (size_t i = 0; i < p->rows; i++) {
    double *row = p->centred + i * p->columns;
    const double along = dove_dot_double(row, p->axis, p->columns);
    for (size_t j = 0; j < p->columns; j++) row[j] -= along * p->axis[j];
    positions[i] = (float)along;
    sum += along * along;
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
    const double first = take_component(&p, x), second = take_component(&p, y);
    /* What is left of equal points is rounding. */
    *share = all > 1e-12 * (double)points.rows ? (first + second) / all : 0;
  }
  plane_close(&p);
  return status;
}
