/* The sample project: from the texts that come with the program through the whole method, with the embedded engine. */
#ifndef DOVE_SAMPLE_H
#define DOVE_SAMPLE_H

#include <stdbool.h>

#include "dove/error.h"
#include "dove/progress.h"

/* Makes the project at `path`: import, embed, build, score. A project that is there already is kept and only what is
 * missing is done, so that a demonstration that was stopped goes on; *made tells whether anything was done. */
dove_status dove_sample_make(const char *path, bool *made, const dove_progress *progress, dove_error *error);

#endif
