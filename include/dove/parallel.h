/* The number of threads that the math uses. Results never depend on it. */
#ifndef DOVE_PARALLEL_H
#define DOVE_PARALLEL_H

/* 0 means: all processors this process may use (the default). Set once, before work starts. */
void dove_threads_set(int threads);
int dove_threads(void);

/* Lets threads that have nothing to do sleep. As OpenMP comes, they watch for work in a loop, which takes the processor
 * from those that have some as soon as anything else runs on the machine: scoring the sample took 2.0 s of processor
 * time where 1.3 s are needed, and twice as long. OpenMP reads its wish before main() begins, so the program is begun
 * anew, in the same process, with these `arguments` (those of main, NULL at the end); this takes some 7 ms. Returns
 * when nothing is to be done: OMP_WAIT_POLICY or GOMP_SPINCOUNT is set already, there is no OpenMP, or it is not
 * possible. To be called before anything is opened. */
void dove_threads_sleep(char *const arguments[]);

#endif
