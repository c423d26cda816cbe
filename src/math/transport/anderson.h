/* Anderson acceleration of a fixed-point iteration z ← G(z) (Walker and Ni 2011, type II). */
#ifndef DOVE_MATH_ANDERSON_H
#define DOVE_MATH_ANDERSON_H

#include <stdbool.h>
#include <stddef.h>

#define ANDERSON_MEMORY 10

typedef struct anderson {
  size_t count;
  size_t stored; /* differences held, at most ANDERSON_MEMORY */
  size_t next;   /* where the next one goes */
  bool has_last;
  double *image;                /* the last G(z) */
  double *residual;             /* the last G(z) − z */
  double *image_differences;    /* ANDERSON_MEMORY × count */
  double *residual_differences; /* likewise */
  double *basis;                /* likewise: orthonormal */
} anderson;

/* False when memory ran out; anderson_free() is safe then too. */
bool anderson_create(anderson *state, size_t count);
void anderson_free(anderson *state);

/* Forgets the past, after a step that made things worse. */
void anderson_restart(anderson *state);

/* From z and G(z) to the next z, in place. */
void anderson_step(anderson *state, const double *image, double *z);

#endif
