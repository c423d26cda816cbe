/* The stages of UMAP. */
#ifndef DOVE_MATH_UMAP_INTERNAL_H
#define DOVE_MATH_UMAP_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "dove/umap.h"

/* The fuzzy simplicial set: a symmetric sparse matrix of membership strengths in (0, 1], without a diagonal. */
typedef struct umap_graph {
  size_t points;
  size_t *offset; /* points + 1 */
  uint32_t *index;
  float *weight;
} umap_graph;

/* Smooth distances to the neighbours (local connectivity 1), and the fuzzy union of both directions. */
dove_status umap_graph_build(const dove_neighbors *neighbors, umap_graph *graph, dove_error *error);
void umap_graph_free(umap_graph *graph);

/* Spectral start: `embedding` (points × dimensions) in a box of side 10 with a little noise. `points` are the original
 * vectors, needed where the graph falls into components. */
dove_status umap_start(const umap_graph *graph, dove_matrix_view points, const dove_umap_options *options,
                       dove_matrix *embedding, const dove_progress *progress, dove_error *error);

/* Leading eigenvectors of the normalised adjacency D^-1/2 W D^-1/2 of a connected graph, without the first (trivial)
 * one: `vectors` is points × dimensions. */
dove_status umap_spectral(const umap_graph *graph, size_t dimensions, uint64_t seed, double *vectors,
                          dove_error *error);

/* Moves `embedding` to the optimum of the cross-entropy. */
dove_status umap_layout(const umap_graph *graph, const dove_umap_options *options, double a, double b,
                        dove_matrix *embedding, const dove_progress *progress, dove_error *error);

#endif
