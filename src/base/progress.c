#include "dove/progress.h"

#include <stddef.h>

void dove_progress_report(const dove_progress *progress, const char *stage, double done, double total) {
  if (progress != NULL && progress->report != NULL) progress->report(progress->user, stage, done, total);
}

bool dove_progress_cancelled(const dove_progress *progress) {
  return progress != NULL && progress->cancelled != NULL && progress->cancelled(progress->user);
}

dove_progress dove_progress_quiet(const dove_progress *progress) {
  dove_progress quiet = {0};
  if (progress != NULL) quiet = *progress;
  quiet.report = NULL;
  return quiet;
}
