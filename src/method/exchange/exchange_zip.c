#include "method/exchange/exchange_zip.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dove/memory.h"

enum { MOST_ENTRIES = 500000, LARGEST_RATIO = 200, SMALL_ENTRY = 1 << 20 };

/* 1980-01-01, where the time of archives begins. */
static const time_t archive_time = 315532800;

/* True when a path of an archive could lead out of the folder that it is unpacked to. */
static bool escapes(const char *name) {
  if (name[0] == '/' || strchr(name, '\\') != NULL || strchr(name, ':') != NULL) return true;
  for (const char *part = name; part != NULL; part = strchr(part, '/')) {
    part += *part == '/';
    if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0')) return true;
  }
  return false;
}

static dove_status check_entry(const zip_stat_t *entry, const char *path, uint64_t *total, dove_error *error) {
  const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
  if ((entry->valid & needed) != needed)
    return dove_fail(error, DOVE_INPUT, "%s is damaged: an entry has no size", path);
  if (escapes(entry->name))
    return dove_fail(error, DOVE_INPUT, "%s!%s: this path leaves the archive; it is refused", path, entry->name);
  if (entry->encryption_method != ZIP_EM_NONE)
    return dove_fail(error, DOVE_INPUT, "%s!%s is encrypted; save the project without a password", path, entry->name);
  if (entry->size > DOVE_EXCHANGE_FILE_LIMIT)
    return dove_fail(error, DOVE_INPUT, "%s!%s would unpack to more than %zu MiB", path, entry->name,
                     DOVE_EXCHANGE_FILE_LIMIT >> 20);
  if (entry->size > SMALL_ENTRY && entry->size / LARGEST_RATIO > entry->comp_size)
    return dove_fail(error, DOVE_INPUT, "%s!%s would unpack to more than %d times its size; it is refused", path,
                     entry->name, LARGEST_RATIO);
  *total += entry->size;
  if (*total > DOVE_EXCHANGE_ARCHIVE_LIMIT)
    return dove_fail(error, DOVE_INPUT, "%s would unpack to more than %zu MiB", path,
                     DOVE_EXCHANGE_ARCHIVE_LIMIT >> 20);
  return DOVE_OK;
}

static dove_status check_entries(zip_t *archive, const char *path, dove_error *error) {
  const zip_int64_t count = zip_get_num_entries(archive, 0);
  uint64_t total = 0;
  dove_status status = DOVE_OK;
  if (count > MOST_ENTRIES) return dove_fail(error, DOVE_INPUT, "%s has more than %d entries", path, MOST_ENTRIES);
  for (zip_int64_t i = 0; i < count && status == DOVE_OK; i++) {
    zip_stat_t entry;
    if (zip_stat_index(archive, (zip_uint64_t)i, 0, &entry) != 0)
      return dove_fail(error, DOVE_INPUT, "%s is damaged: %s", path, zip_strerror(archive));
    status = check_entry(&entry, path, &total, error);
  }
  return status;
}

dove_status exchange_zip_open(const char *path, zip_t **archive, dove_error *error) {
  int code = 0;
  *archive = NULL;
  if (access(path, R_OK) != 0) return dove_fail_errno(error, "open", path);
  *archive = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (*archive == NULL) {
    /* The library's reasons are no help here: some damaged archives are "no such file" to it. */
    return dove_fail(error, code == ZIP_ER_MEMORY ? DOVE_MEMORY : DOVE_INPUT,
                     "'%s' is a damaged archive (reason %d of libzip)", path, code);
  }
  const dove_status status = check_entries(*archive, path, error);
  if (status == DOVE_OK) return DOVE_OK;
  zip_discard(*archive);
  *archive = NULL;
  return status;
}

/* Exactly `size` bytes; what the archive says of its sizes need not be true. */
static dove_status unpack(zip_file_t *file, const char *path, const char *name, char *bytes, size_t size,
                          dove_error *error) {
  char beyond;
  size_t done = 0;
  while (done < size) {
    const zip_int64_t got = zip_fread(file, bytes + done, size - done);
    if (got <= 0) return dove_fail(error, DOVE_INPUT, "%s!%s is damaged: %s", path, name, zip_file_strerror(file));
    done += (size_t)got;
  }
  if (zip_fread(file, &beyond, 1) != 0)
    return dove_fail(error, DOVE_INPUT, "%s!%s is damaged: it is not of the size that the archive says", path, name);
  return DOVE_OK;
}

dove_status exchange_zip_read(zip_t *archive, const char *path, const char *name, char **bytes, size_t *length,
                              dove_error *error) {
  zip_stat_t entry;
  *bytes = NULL;
  *length = 0;
  if (zip_stat(archive, name, ZIP_FL_ENC_GUESS, &entry) != 0) return DOVE_OK;
  zip_file_t *file = zip_fopen_index(archive, entry.index, 0);
  if (file == NULL) return dove_fail(error, DOVE_INPUT, "%s!%s: %s", path, name, zip_strerror(archive));
  char *content = dove_alloc(entry.size + 1, 1);
  dove_status status = content != NULL ? unpack(file, path, name, content, entry.size, error)
                                       : dove_fail_memory(error, "unpacking an archive");
  zip_fclose(file);
  if (status != DOVE_OK) {
    free(content);
    return status;
  }
  content[entry.size] = '\0';
  *bytes = content;
  *length = entry.size;
  return DOVE_OK;
}

/* ---- Writing ---- */

dove_status exchange_zip_create(exchange_zip_writer *writer, dove_error *error) {
  *writer = (exchange_zip_writer){.target = zip_source_buffer_create(NULL, 0, 0, NULL)};
  if (writer->target == NULL) return dove_fail_memory(error, "making an archive");
  zip_source_keep(writer->target);
  writer->archive = zip_open_from_source(writer->target, ZIP_TRUNCATE, NULL);
  if (writer->archive != NULL) return DOVE_OK;
  zip_source_free(writer->target);
  exchange_zip_free(writer);
  return dove_fail_memory(error, "making an archive");
}

dove_status exchange_zip_add(exchange_zip_writer *writer, const char *name, const char *bytes, size_t length,
                             dove_error *error) {
  /* An empty buffer would not be freed. */
  char *copy = length > 0 ? dove_alloc(length, 1) : NULL;
  if (length > 0 && copy == NULL) return dove_fail_memory(error, "making an archive");
  if (length > 0) memcpy(copy, bytes, length);
  zip_source_t *source = zip_source_buffer(writer->archive, copy, length, 1);
  if (source == NULL) {
    free(copy);
    return dove_fail_memory(error, "making an archive");
  }
  const zip_int64_t index = zip_file_add(writer->archive, name, source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return dove_fail(error, DOVE_FAILED, "cannot add '%s' to the archive: %s", name, zip_strerror(writer->archive));
  }
  zip_file_set_mtime(writer->archive, (zip_uint64_t)index, archive_time, 0);
  return DOVE_OK;
}

static dove_status copy_out(zip_source_t *source, FILE *file, dove_error *error) {
  char block[16384];
  zip_int64_t got;
  if (zip_source_open(source) != 0) return dove_fail(error, DOVE_FAILED, "cannot read the archive that was made");
  while ((got = zip_source_read(source, block, sizeof block)) > 0) fwrite(block, 1, (size_t)got, file);
  zip_source_close(source);
  return got == 0 ? DOVE_OK : dove_fail(error, DOVE_FAILED, "cannot read the archive that was made");
}

dove_status exchange_zip_write(exchange_zip_writer *writer, FILE *file, dove_error *error) {
  if (zip_close(writer->archive) != 0)
    return dove_fail(error, DOVE_FAILED, "cannot make the archive: %s", zip_strerror(writer->archive));
  writer->archive = NULL;
  return copy_out(writer->target, file, error);
}

void exchange_zip_free(exchange_zip_writer *writer) {
  if (writer->archive != NULL) zip_discard(writer->archive);
  if (writer->target != NULL) zip_source_free(writer->target);
  *writer = (exchange_zip_writer){0};
}
