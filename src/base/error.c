#include "dove/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/text.h"

/* Copies `text` into error->message in its visible form, cut between grapheme clusters. */
static void set_message(dove_error *error, const char *text) {
  char *visible = dove_text_visible(text, strlen(text));
  const char *source = visible != NULL ? visible : "out of memory";
  const size_t room = sizeof error->message - 1;
  size_t length = strlen(source);
  if (length > room) {
    size_t kept = 0;
    int columns = 0;
    for (;;) {
      size_t step = dove_text_cluster(source + kept, length - kept, &columns);
      if (step == 0 || kept + step > room) break;
      kept += step;
    }
    length = kept;
  }
  memcpy(error->message, source, length);
  error->message[length] = '\0';
  free(visible);
}

/* Sets the message to "FORMATTED", or to "FORMATTED: INNER" when there is an inner message. */
__attribute__((format(printf, 3, 0))) static void format_message(dove_error *error, const char *inner,
                                                                 const char *format, va_list arguments) {
  char raw[sizeof error->message];
  vsnprintf(raw, sizeof raw, format, arguments);
  if (inner[0] == '\0') {
    set_message(error, raw);
    return;
  }
  char joined[2 * sizeof error->message];
  snprintf(joined, sizeof joined, "%s: %s", raw, inner);
  set_message(error, joined);
}

dove_status dove_fail(dove_error *error, dove_status code, const char *format, ...) {
  if (error == NULL) return code;
  va_list arguments;
  va_start(arguments, format);
  format_message(error, "", format, arguments);
  va_end(arguments);
  error->code = code;
  return code;
}

dove_status dove_fail_context(dove_error *error, const char *format, ...) {
  if (error == NULL) return DOVE_FAILED;
  char inner[sizeof error->message];
  memcpy(inner, error->message, sizeof inner);
  va_list arguments;
  va_start(arguments, format);
  format_message(error, inner, format, arguments);
  va_end(arguments);
  return error->code;
}

dove_status dove_fail_memory(dove_error *error, const char *what) {
  return dove_fail(error, DOVE_MEMORY, "out of memory while %s", what);
}

/* What to do about the usual reasons. */
static const char *remedy_of(int reason) {
  switch (reason) {
    case EACCES:
    case EPERM: return "; change its permissions or those of its folder, or name another place";
    case EROFS: return "; name a place that can be written";
    case ENOSPC:
    case EDQUOT: return "; free some space on its disk and try again";
    case EISDIR: return "; name a file in it";
    case ENOENT: return "; check the name";
    case ENAMETOOLONG: return "; choose a shorter name";
    default: return "";
  }
}

dove_status dove_fail_errno(dove_error *error, const char *what, const char *path) {
  const int number = errno;
  char reason[128];
  if (strerror_r(number, reason, sizeof reason) != 0) snprintf(reason, sizeof reason, "error %d", number);
  return dove_fail(error, DOVE_IO, "cannot %s '%s': %s%s", what, path, reason, remedy_of(number));
}

int dove_exit_code(dove_status status) {
  switch (status) {
    case DOVE_OK: return 0;
    case DOVE_USAGE: return 2;
    case DOVE_INPUT: return 3;
    case DOVE_NETWORK: return 4;
    case DOVE_PROJECT:
    case DOVE_BUSY: return 5;
    case DOVE_CANCELLED: return 130;
    case DOVE_FAILED:
    case DOVE_MEMORY:
    case DOVE_IO:
    case DOVE_NOT_FOUND: return 1;
  }
  return 1;
}
