/* Archives of others, opened with care, and archives of one's own. Private to the exchange. */
#ifndef DOVE_METHOD_EXCHANGE_ZIP_H
#define DOVE_METHOD_EXCHANGE_ZIP_H

#include <zip.h>

#include "dove/exchange.h"

/* Opens an archive for reading and looks at all names and sizes before anything is unpacked: DOVE_INPUT for a path that
 * leaves the archive, for an encrypted entry, and for what would unpack to more than the limits of dove/exchange.h or
 * to more than 200 times its size. Closed with zip_discard(). */
dove_status exchange_zip_open(const char *path, zip_t **archive, dove_error *error);

/* One entry, NUL-terminated; freed with free(). *bytes NULL when there is none of that name. */
dove_status exchange_zip_read(zip_t *archive, const char *path, const char *name, char **bytes, size_t *length,
                              dove_error *error);

typedef struct exchange_zip_writer {
  zip_source_t *target;
  zip_t *archive;
} exchange_zip_writer;

/* An archive in memory. */
dove_status exchange_zip_create(exchange_zip_writer *writer, dove_error *error);
/* Adds an entry (copied). Every entry has the same time, so that the same content gives the same bytes. */
dove_status exchange_zip_add(exchange_zip_writer *writer, const char *name, const char *bytes, size_t length,
                             dove_error *error);
/* Packs everything and writes it to the file. */
dove_status exchange_zip_write(exchange_zip_writer *writer, FILE *file, dove_error *error);
void exchange_zip_free(exchange_zip_writer *writer);

#endif
