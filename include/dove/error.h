/* Status codes and error values. Every function that can fail returns a dove_status and, where it takes a
 * dove_error, fills it. Nothing below cli/ and tui/ prints or exits. */
#ifndef DOVE_ERROR_H
#define DOVE_ERROR_H

typedef enum dove_status {
  DOVE_OK = 0,
  DOVE_FAILED,    /* it could not be done (computation, internal limit) */
  DOVE_USAGE,     /* an argument is wrong: the caller's words are off */
  DOVE_INPUT,     /* input data are wrong: a file, a line, a value */
  DOVE_NETWORK,   /* an endpoint or the network failed */
  DOVE_PROJECT,   /* the project file is unusable: damaged, newer, locked, not a project */
  DOVE_MEMORY,    /* memory ran out or a size overflowed */
  DOVE_IO,        /* the operating system refused: no such file, disk full, read only */
  DOVE_CANCELLED, /* the user asked to stop */
  DOVE_NOT_FOUND, /* the thing that was asked for does not exist */
  DOVE_BUSY,      /* somebody else was writing to the project all the while; nothing was written */
} dove_status;

typedef struct dove_error {
  dove_status code;
  char message[768]; /* one sentence that names the thing and the remedy; printable UTF-8 */
} dove_error;

/* Fills `error` (which may be NULL) and returns `code`, so that a caller can write `return dove_fail(…)`.
 * The text is cut at a character boundary when it does not fit; control characters are made visible. */
__attribute__((format(printf, 3, 4))) dove_status dove_fail(dove_error *error, dove_status code, const char *format,
                                                            ...);

/* Puts `format …: ` before the message that `error` already has; returns its code. */
__attribute__((format(printf, 2, 3))) dove_status dove_fail_context(dove_error *error, const char *format, ...);

/* As dove_fail(DOVE_MEMORY): "out of memory while WHAT". */
dove_status dove_fail_memory(dove_error *error, const char *what);

/* As dove_fail(DOVE_IO) with the reason of `errno`: "cannot WHAT 'PATH': REASON". */
dove_status dove_fail_errno(dove_error *error, const char *what, const char *path);

/* The process exit code that the command line promises for a status (0, 1, 2, 3, 4, 5 or 130). */
int dove_exit_code(dove_status status);

#endif
