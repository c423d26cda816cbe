/* The objective (SPEC 4; Eq. 3 and 14): measures a codebook on a set of expressions. */
#ifndef DOVE_OBJECTIVE_H
#define DOVE_OBJECTIVE_H

#include <stddef.h>
#include <stdint.h>

#include "dove/assign.h"
#include "dove/codebook.h"
#include "dove/decoder.h"
#include "dove/error.h"
#include "dove/expression_set.h"
#include "dove/progress.h"
#include "dove/settings.h"

/* S and what it is made of. */
typedef struct dove_objective {
  double distortion;          /* 1/N Σ_i Σ_j w_ij d(x_i|s_j) */
  double conditional_entropy; /* 1/N Σ_i H(z|x_i), bare; its term in S is + beta1 · M · this */
  double marginal_entropy;    /* H(z|C) of q̂, bare; its term in S is − beta2 · M · this */
  double beta1;
  double beta2;
  size_t codes_per_document; /* M */
  double score;              /* S = −(distortion − beta1 M E[H(z|x)] + beta2 M H(z)) */
  double sigma2;
  double perplexity;       /* mean over expressions of exp(H(q(z|v))) */
  double renyi_entropy;    /* H_2 = −log Σ q̂² */
  double renyi_divergence; /* log K − H_2 (Prop. 3.1): 0 when all codes are used alike */
  double repeat_bound; /* M(M−1)/2 · exp(−H_2): bound on the chance that a set of M independent draws repeats one */
} dove_objective;

/* Sets of codes for documents, by document and then by rising distortion. Set p has the codes
 * codes[starts[p] … starts[p+1]-1] in the order in which they were drawn. */
typedef struct dove_candidate_sets {
  size_t count;
  uint32_t *document;  /* count, rising */
  size_t *starts;      /* count + 1 */
  uint32_t *codes;     /* starts[count] */
  double *probability; /* starts[count]: q(z=k|x) of each */
  double *weight;      /* count: w_ij; those of one document sum to 1 */
  double *distortion;  /* count: d(x|s) */
} dove_candidate_sets;

/* What was measured. A code that no kept set contains has no distortion: NaN. */
typedef struct dove_measurement {
  dove_objective objective;
  dove_sparse expression_q; /* E × K: q(z|v) */
  dove_sparse q;            /* N × K: q(z|x) */
  uint32_t *label;          /* E: argmax code of each expression */
  double *usage;            /* K: n_k = Σ_i q(z=k|x_i) */
  double *usage_z;          /* K: (n_k − mean) / population sd; 0 when all are alike */
  double *code_distortion;  /* K: mean of d(x|s) over kept sets that contain k */
  size_t *members;          /* K: expressions whose argmax it is */
  dove_candidate_sets kept; /* at most N1 a document: those of least distortion */
} dove_measurement;

/* `stream` names the random draws together with settings->seed: the iteration. codebook->sigma2 must be set.
 * DOVE_INPUT when the set is empty. A code that no kept set contains has no distortion: NaN.
 *
 * Candidate sets: where the specification is silent, a draw that has the same codes as an earlier one of its document
 * is dropped, whatever their order: the decoder is given a set, and a document with few codes would otherwise count its
 * one set three times in d(c_k). The order of the first draw gives the weight, the
 * Plackett–Luce probability of drawing it from the codes that may be drawn. A document with no code over
 * min_probability has one empty set; its distortion is what the decoder says of an empty set. */
dove_status dove_measure(const dove_codebook *codebook, const dove_expression_set *set, const dove_settings *settings,
                         uint64_t stream, const dove_decoder *decoder, dove_measurement *measurement,
                         const dove_progress *progress, dove_error *error);
void dove_measurement_free(dove_measurement *measurement);

/* The terms of the objective from q (N × K, rows that sum to 1) and the documents' expected distortions Σ_j w_ij d
 * (N). Fills all but sigma2 and perplexity. */
dove_status dove_objective_terms(const dove_sparse *q, const double *distortions, size_t codes_per_document,
                                 double beta1, double beta2, dove_objective *objective, dove_error *error);

#endif
