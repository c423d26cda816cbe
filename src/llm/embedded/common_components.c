#include "llm/embedded/common_components.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_matrix.h>
#include <math.h>
#include <stdlib.h>

#include "dove/blas.h"
#include "dove/embedder.h"
#include "dove/memory.h"

dove_status second_moment_open(second_moment *moment, size_t dimension, dove_error *error) {
  gsl_set_error_handler_off(); /* its default ends the program; here results are checked */
  dove_blas_single_thread();
  moment->dimension = dimension;
  moment->sum = dove_alloc_zero(dimension * dimension, sizeof *moment->sum);
  return moment->sum != NULL ? DOVE_OK : dove_fail_memory(error, "fitting common components");
}

void second_moment_close(second_moment *moment) {
  free(moment->sum);
  moment->sum = NULL;
}

dove_status second_moment_add(second_moment *moment, const float *rows, size_t count, dove_error *error) {
  const size_t dimension = moment->dimension;
  double *exact = dove_alloc(count * dimension, sizeof *exact);
  if (exact == NULL) return dove_fail_memory(error, "fitting common components");
  for (size_t i = 0; i < count * dimension; i++) exact[i] = (double)rows[i];
  const gsl_matrix_const_view block = gsl_matrix_const_view_array(exact, count, dimension);
  gsl_matrix_view sum = gsl_matrix_view_array(moment->sum, dimension, dimension);
  gsl_blas_dsyrk(CblasUpper, CblasTrans, 1.0, &block.matrix, 1.0, &sum.matrix);
  free(exact);
  return DOVE_OK;
}

/* The sign of an eigenvector is free; fix it so that the same texts give the same bytes everywhere. */
static void copy_component(const gsl_matrix *vectors, size_t column, float *component) {
  size_t largest = 0;
  for (size_t j = 1; j < vectors->size1; j++)
    if (fabs(gsl_matrix_get(vectors, j, column)) > fabs(gsl_matrix_get(vectors, largest, column))) largest = j;
  const double sign = gsl_matrix_get(vectors, largest, column) < 0.0 ? -1.0 : 1.0;
  for (size_t j = 0; j < vectors->size1; j++) component[j] = (float)(sign * gsl_matrix_get(vectors, j, column));
}

dove_status second_moment_components(second_moment *moment, size_t wanted, float *components, size_t *found,
                                     dove_error *error) {
  const size_t dimension = moment->dimension;
  *found = 0;
  for (size_t i = 0; i < dimension; i++)
    for (size_t j = 0; j < i; j++) moment->sum[i * dimension + j] = moment->sum[j * dimension + i];
  gsl_matrix_view matrix = gsl_matrix_view_array(moment->sum, dimension, dimension);
  gsl_vector *values = gsl_vector_alloc(dimension);
  gsl_matrix *vectors = gsl_matrix_alloc(dimension, dimension);
  gsl_eigen_symmv_workspace *workspace = gsl_eigen_symmv_alloc(dimension);
  dove_status status = DOVE_OK;
  if (values == NULL || vectors == NULL || workspace == NULL) {
    status = dove_fail_memory(error, "fitting common components");
  } else if (gsl_eigen_symmv(&matrix.matrix, values, vectors, workspace) != 0) {
    status = dove_fail(error, DOVE_FAILED, "the common components of these texts cannot be computed");
  } else {
    gsl_eigen_symmv_sort(values, vectors, GSL_EIGEN_SORT_VAL_DESC);
    const double least = 1e-9 * gsl_vector_get(values, 0);
    for (; *found < wanted && *found < dimension && gsl_vector_get(values, *found) > least; ++*found)
      copy_component(vectors, *found, components + *found * dimension);
  }
  if (workspace != NULL) gsl_eigen_symmv_free(workspace);
  if (vectors != NULL) gsl_matrix_free(vectors);
  if (values != NULL) gsl_vector_free(values);
  return status;
}

static double squared_length(const float *vector, size_t dimension) {
  double sum = 0.0;
  for (size_t j = 0; j < dimension; j++) sum += (double)vector[j] * (double)vector[j];
  return sum;
}

static double dot(const float *a, const float *b, size_t dimension) {
  double sum = 0.0;
  for (size_t j = 0; j < dimension; j++) sum += (double)a[j] * (double)b[j];
  return sum;
}

int components_remove(const float *components, size_t count, size_t dimension, float *vector) {
  enum { MOST_COMPONENTS = DOVE_STATIC_COMPONENTS };
  double projections[MOST_COMPONENTS];
  const double before = squared_length(vector, dimension);
  if (!(before > 0.0) || !isfinite(before)) return 0;
  if (count > MOST_COMPONENTS) count = MOST_COMPONENTS;
  double after = before;
  for (size_t c = 0; c < count; c++) {
    projections[c] = dot(components + c * dimension, vector, dimension);
    after -= projections[c] * projections[c];
  }
  if (after > 1e-6 * before) {
    for (size_t c = 0; c < count; c++)
      for (size_t j = 0; j < dimension; j++) vector[j] -= (float)projections[c] * components[c * dimension + j];
  }
  const double scale = 1.0 / sqrt(squared_length(vector, dimension));
  for (size_t j = 0; j < dimension; j++) vector[j] = (float)((double)vector[j] * scale);
  return 1;
}
