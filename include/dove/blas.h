/* Which OpenBLAS kernel runs. OpenBLAS chooses by the processor's name when it is loaded, or takes OPENBLAS_CORETYPE: a
 * processor newer than the library, or a variable exported by a machine's administrator, can leave it with a kernel for
 * half the vector width. */
#ifndef DOVE_BLAS_H
#define DOVE_BLAS_H

#include <stdbool.h>

/* Name of the kernel in use, "SkylakeX" for instance; owned by OpenBLAS. */
const char *dove_blas_kernel(void);

/* Holds OpenBLAS at one thread; the math calls it before its first product. Cheap, safe from any thread. */
void dove_blas_single_thread(void);

/* Chooses the better kernel for this processor when OpenBLAS runs with one for narrower vectors; true when it changed.
 * To be called once, before any product and while the program has one thread (takes some microseconds, no re-exec).
 * Does nothing with DOVE_BLAS=keep in the environment, on processors without AVX-512, or when the library does not
 * offer the switch. */
bool dove_blas_prefer(void);

#endif
