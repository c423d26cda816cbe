/* Unbalanced optimal transport. Without arguments: K = 213 and 1,300 at ε 0.05, τ 1, to 1e-9, against the plain
 * iteration in the same program; the bootstrap of a score; and the grid of ε and τ at K = 1,300, which must converge
 * with a gap under 1e-8. With `FILE K EPSILON TAU` it solves a problem (cost, a, b as raw float64) for
 * tests/bench/peers.py. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "dove/blas.h"
#include "dove/clock.h"
#include "dove/uot.h"
#include "uot_problems.h"

static dove_uot_problem problem_of(const uot_problem_data *data) {
  return (dove_uot_problem){
      .cost = data->cost, .rows = data->codes, .columns = data->codes, .a = data->a, .b = data->b, .symmetric = true};
}

/* Best of `runs`, in seconds; negative when it failed. */
static double time_solver(const uot_problem_data *data, const dove_uot_options *options, int runs,
                          dove_uot_solution *last) {
  const dove_uot_problem problem = problem_of(data);
  double best = -1.0;
  for (int run = 0; run < runs; run++) {
    dove_uot_solution_free(last);
    const double start = dove_clock_seconds();
    if (dove_uot_solve(&problem, options, NULL, NULL, last, NULL) != DOVE_OK) return -1.0;
    const double seconds = dove_clock_seconds() - start;
    if (best < 0.0 || seconds < best) best = seconds;
  }
  return best;
}

/* One half step of the plain iteration; returns the largest change of the log-scalings. */
static double plain_half_step(const double *kernel, int codes, CBLAS_TRANSPOSE transpose, const double *from,
                              const double *mass, double power, double *sums, double *to) {
  cblas_dgemv(CblasRowMajor, transpose, codes, codes, 1.0, kernel, codes, from, 1, 0.0, sums, 1);
  double change = 0.0;
  for (int i = 0; i < codes; i++) {
    const double next = mass[i] > 0.0 ? pow(mass[i] / sums[i], power) : 0.0;
    if (mass[i] > 0.0) change = fmax(change, fabs(log(next / to[i])));
    to[i] = next;
  }
  return change;
}

/* The iteration of SPEC 6 as it is written, one product after another; its time in seconds. */
static double time_plain(const uot_problem_data *data, const dove_uot_options *options) {
  const size_t codes = data->codes;
  double *kernel = malloc(codes * codes * sizeof *kernel);
  double *vectors = malloc(3 * codes * sizeof *vectors);
  double seconds = -1.0;
  if (kernel != NULL && vectors != NULL) {
    const double power = options->tau / (options->tau + options->epsilon);
    const double start = dove_clock_seconds();
    for (size_t i = 0; i < codes * codes; i++) kernel[i] = exp(-data->cost[i] / options->epsilon);
    for (size_t i = 0; i < 2 * codes; i++) vectors[i] = 1.0;
    double change = HUGE_VAL;
    for (uint32_t n = 0; n < options->max_iterations && change > options->tolerance; n++) {
      const double u = plain_half_step(kernel, (int)codes, CblasNoTrans, vectors + codes, data->a, power,
                                       vectors + 2 * codes, vectors);
      const double v = plain_half_step(kernel, (int)codes, CblasTrans, vectors, data->b, power, vectors + 2 * codes,
                                       vectors + codes);
      change = fmax(u, v);
    }
    seconds = dove_clock_seconds() - start;
  }
  free(kernel);
  free(vectors);
  return seconds;
}

static int compare_with_plain(size_t codes) {
  uot_problem_data data = uot_problem_make(codes, 1);
  const dove_uot_options options = DOVE_UOT_DEFAULTS;
  dove_uot_solution solution = {0};
  const double seconds = time_solver(&data, &options, 5, &solution);
  const double plain = time_plain(&data, &options);
  printf("uot K %zu: %.2f ms in %u iterations, gap %.1e; the plain iteration takes %.1f times as long\n", codes,
         1e3 * seconds, solution.iterations, solution.gap, plain / seconds);
  const int failed = !(seconds >= 0.0) || !solution.converged;
  dove_uot_solution_free(&solution);
  uot_problem_free(&data);
  return failed;
}

static int bootstrap(size_t codes, size_t replicates) {
  uot_problem_data data = uot_problem_make(codes, 2);
  double *masses = malloc(2 * replicates * codes * sizeof *masses);
  dove_uot_pair *pairs = malloc(replicates * sizeof *pairs);
  dove_uot_divergence *divergences = malloc(replicates * sizeof *divergences);
  int failed = 1;
  if (masses != NULL && pairs != NULL && divergences != NULL) {
    for (size_t r = 0; r < replicates; r++) {
      dove_random random = dove_random_stream(3, r, 0);
      double *a = masses + 2 * r * codes;
      pairs[r] = (dove_uot_pair){a, a + codes};
      for (size_t k = 0; k < codes; k++) {
        a[k] = data.a[k] * exp(0.2 * dove_random_normal(&random));
        a[codes + k] = data.b[k] * exp(0.2 * dove_random_normal(&random));
      }
    }
    dove_uot_options options = DOVE_UOT_DEFAULTS;
    options.tolerance = 1e-5;
    const double start = dove_clock_seconds();
    failed =
        dove_uot_divergence_batch(data.cost, codes, pairs, replicates, &options, NULL, divergences, NULL) != DOVE_OK;
    printf("uot bootstrap K %zu, %zu replicates: %.2f s\n", codes, replicates, dove_clock_seconds() - start);
  }
  free(masses);
  free(pairs);
  free(divergences);
  uot_problem_free(&data);
  return failed;
}

static int grid(size_t codes) {
  static const double epsilons[] = {1.0, 0.1, 0.05, 0.01, 1e-3, 1e-4};
  static const double taus[] = {0.01, 0.1, 1.0, 10.0, 100.0, 1000.0};
  uot_problem_data data = uot_problem_make(codes, 1);
  double total = 0.0, slowest = 0.0, worst_gap = 0.0;
  int failed = 0;
  for (size_t n = 0; n < 36; n++) {
    dove_uot_options options = DOVE_UOT_DEFAULTS;
    options.epsilon = epsilons[n / 6];
    options.tau = taus[n % 6];
    dove_uot_solution solution = {0};
    const double seconds = time_solver(&data, &options, 1, &solution);
    total += seconds;
    slowest = fmax(slowest, seconds);
    worst_gap = fmax(worst_gap, solution.gap);
    if (!(seconds >= 0.0) || !solution.converged || !(solution.gap < 1e-8) || !isfinite(solution.value)) {
      printf("uot K %zu, epsilon %g, tau %g: not converged, gap %g\n", codes, options.epsilon, options.tau,
             solution.gap);
      failed = 1;
    }
    dove_uot_solution_free(&solution);
  }
  printf("uot grid K %zu, epsilon 1e-4 … 1, tau 0.01 … 1000: %.1f s for 36 problems, slowest %.2f s, worst gap %.1e\n",
         codes, total, slowest, worst_gap);
  uot_problem_free(&data);
  return failed;
}

static int solve_file(char **argv) {
  const size_t codes = strtoul(argv[2], NULL, 10);
  uot_problem_data data = uot_problem_make(codes, 1);
  FILE *file = fopen(argv[1], "rb");
  const bool read = file != NULL && fread(data.cost, sizeof(double), codes * codes, file) == codes * codes &&
                    fread(data.a, sizeof(double), codes, file) == codes &&
                    fread(data.b, sizeof(double), codes, file) == codes;
  if (file != NULL) fclose(file);
  if (!read) {
    fprintf(stderr, "bench_uot: cannot read %zu codes from '%s'\n", codes, argv[1]);
    uot_problem_free(&data);
    return 1;
  }
  dove_uot_options options = DOVE_UOT_DEFAULTS;
  options.epsilon = strtod(argv[3], NULL);
  options.tau = strtod(argv[4], NULL);
  dove_uot_solution solution = {0};
  const double seconds = time_solver(&data, &options, 20, &solution);
  printf("%.9f %.15g %.3g %u %d\n", seconds, solution.value, solution.gap, solution.iterations, solution.converged);
  dove_uot_solution_free(&solution);
  uot_problem_free(&data);
  return seconds >= 0.0 ? 0 : 1;
}

int main(int argc, char **argv) {
  dove_blas_prefer(); /* as the program does when it starts */
  dove_blas_single_thread();
  if (argc == 5) return solve_file(argv);
  return compare_with_plain(213) | compare_with_plain(1300) | bootstrap(213, 1000) | bootstrap(1300, 200) | grid(1300);
}
