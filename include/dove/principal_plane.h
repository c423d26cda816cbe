/* Points in many dimensions as they look on the plane of their two principal components: for a picture of the members
 * of a few codes. */
#ifndef DOVE_PRINCIPAL_PLANE_H
#define DOVE_PRINCIPAL_PLANE_H

#include "dove/error.h"
#include "dove/matrix.h"

/* Coordinates of every row of `points` (rows × columns) on the first (x) and second (y) principal component, about the
 * mean; `x` and `y` hold points.rows numbers. `share` gets the share of the variance that the plane shows, 0 when all
 * points are equal. The sign of a component is such that its entry of largest size is positive. The same points give
 * the same plane. DOVE_USAGE without a point. */
dove_status dove_principal_plane(dove_matrix_view points, float *x, float *y, double *share, dove_error *error);

#endif
