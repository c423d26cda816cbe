/* Writing a file so that it appears complete or not at all: the content goes to a file beside it, which is synced and
 * then takes its place. */
#ifndef DOVE_OUTPUT_FILE_H
#define DOVE_OUTPUT_FILE_H

#include <stdio.h>

#include "dove/error.h"

typedef struct dove_output_file {
  FILE *file; /* write here */
  char *path;
  char *temporary; /* NULL when `path` is a pipe or a device, which is written to directly */
} dove_output_file;

/* DOVE_IO when nothing can be written there; DOVE_USAGE when a project stands there, which nothing may replace. Ends
 * with commit or discard. */
dove_status dove_output_file_open(const char *path, dove_output_file *output, dove_error *error);

/* Puts the file in its place. DOVE_IO, and nothing left behind, when it could not all be written: the disk is full,
 * say. */
dove_status dove_output_file_commit(dove_output_file *output, dove_error *error);

/* Drops what was written. Nothing happens after a commit. */
void dove_output_file_discard(dove_output_file *output);

#endif
