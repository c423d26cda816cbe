/* The number of threads that the math uses. Results never depend on it. */
#ifndef DOVE_PARALLEL_H
#define DOVE_PARALLEL_H

/* 0 means: all processors this process may use (the default). Set once, before work starts. */
void dove_threads_set(int threads);
int dove_threads(void);

#endif
