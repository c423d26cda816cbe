#include "dove/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/text.h"

static FILE *log_file;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

dove_status dove_log_open(const char *path, dove_error *error) {
  FILE *file = fopen(path, "ae");
  if (file == NULL) return dove_fail_errno(error, "write the log", path);
  setvbuf(file, NULL, _IOLBF, 0);
  dove_log_close();
  pthread_mutex_lock(&log_lock);
  log_file = file;
  pthread_mutex_unlock(&log_lock);
  return DOVE_OK;
}

void dove_log_close(void) {
  pthread_mutex_lock(&log_lock);
  if (log_file != NULL) fclose(log_file);
  log_file = NULL;
  pthread_mutex_unlock(&log_lock);
}

void dove_log(const char *format, ...) {
  pthread_mutex_lock(&log_lock);
  if (log_file != NULL) {
    char raw[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    char *visible = dove_text_visible(raw, strlen(raw));
    char when[24];
    dove_clock_format(dove_clock_unix_ms(), when, sizeof when);
    fprintf(log_file, "%s %s\n", when, visible != NULL ? visible : "out of memory");
    free(visible);
  }
  pthread_mutex_unlock(&log_lock);
}
