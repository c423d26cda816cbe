/* Something to be worked out for the screen that takes longer than a key may: one thread with its own connection to the
 * project. Nothing is recorded, as a job would be; what it found is taken when it is done, or it is stopped. */
#ifndef DOVE_BACKGROUND_H
#define DOVE_BACKGROUND_H

#include <stdbool.h>

#include "dove/controller.h"
#include "dove/error.h"
#include "dove/progress.h"
#include "dove/store.h"

typedef struct dove_background dove_background;

/* The work. It may use nothing but `user`, which nobody else touches until the work is done, and the store. */
typedef dove_status dove_background_work(void *user, dove_store *store, const dove_progress *progress,
                                         dove_error *error);

/* Starts it; the explorer is woken when it reports progress and when it is done. While it runs the controller counts
 * as busy. DOVE_FAILED when no thread can be started. */
dove_status dove_background_start(dove_controller *controller, dove_background_work *work, void *user,
                                  dove_background **background, dove_error *error);

/* True when it is done; `status` and `error` (either may be NULL) then say how it ended. */
bool dove_background_done(const dove_background *background, dove_status *status, dove_error *error);

/* How far it is: the stage in words and its share 0 … 1, NAN when that is not known. */
void dove_background_progress(dove_background *background, char stage[48], double *share);

/* Asks it to stop when it still runs, waits for it, and frees it; `user` is the caller's again. NULL is allowed. */
void dove_background_stop(dove_background *background);

#endif
