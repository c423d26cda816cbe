/* Threads beside that of the screen. Private to this room. */
#ifndef DOVE_CONTROL_THREAD_H
#define DOVE_CONTROL_THREAD_H

#include <pthread.h>

/* As pthread_create(). Signals are the screen's thread's business: the new one blocks them all. It has the processor
 * only after the screen's thread, and so have the threads that it starts. */
int control_thread_start(pthread_t *thread, void *(*run)(void *user), void *user);

#endif
