#include "dove/blas.h"

#include <cblas.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

/* OpenBLAS built for many processors exports these two; they rebuild its table of kernels from OPENBLAS_CORETYPE. Weak:
 * another BLAS, or one built for a single processor, does not have them. */
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));

const char *dove_blas_kernel(void) { return openblas_get_corename(); }

static void hold(void) { openblas_set_num_threads(1); }

void dove_blas_single_thread(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, hold);
}

static bool is_one_of(const char *name, const char *const names[], size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(name, names[i]) == 0) return true;
  }
  return false;
}

/* The kernel that suits the widest vectors this processor has, NULL when the one in use already does. Measured on a
 * Zen 5 processor, sgemm on two threads: Haswell 220, Zen 215, SkylakeX 415, Cooperlake 410 GFlop/s. */
static const char *better_kernel(const char *current) {
#if defined(__x86_64__)
  static const char *const wide[] = {"SkylakeX", "Cooperlake", "SapphireRapids"};
  static const char *const middle[] = {"Haswell", "Zen", "Excavator"};
  __builtin_cpu_init();
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (is_one_of(current, wide, sizeof wide / sizeof *wide)) return NULL;
  if (avx512) return "SkylakeX";
  if (is_one_of(current, middle, sizeof middle / sizeof *middle)) return NULL;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#else
  (void)current;
#endif
  return NULL;
}

static void restore_variable(const char *name, const char *value) {
  if (value != NULL) {
    setenv(name, value, 1);
  } else {
    unsetenv(name);
  }
}

bool dove_blas_prefer(void) {
  const char *wish = getenv("DOVE_BLAS");
  if (wish != NULL && strcmp(wish, "keep") == 0) return false;
  if (gotoblas_dynamic_init == NULL || gotoblas_dynamic_quit == NULL) return false;
  const char *kernel = better_kernel(openblas_get_corename());
  if (kernel == NULL) return false;

  /* The variable is put back at once: programs started from here must not inherit our choice. */
  static const char variable[] = "OPENBLAS_CORETYPE";
  const char *value = getenv(variable);
  char *before = dove_strdup(value);
  if (value != NULL && before == NULL) return false;
  if (setenv(variable, kernel, 1) == 0) {
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
    restore_variable(variable, before);
  }
  free(before);
  return strcmp(openblas_get_corename(), kernel) == 0;
}
