#include "dove/batch.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/batch_line.h"
#include "dove/memory.h"
#include "dove/output_file.h"
#include "dove/store_requests.h"

static const char doing[] = "writing a batch";

/* Keys that were written, in a table with open addressing; a key is a hash already. */
typedef struct key_set {
  unsigned char (*keys)[DOVE_REQUEST_KEY];
  bool *used;
  size_t count, room; /* room is a power of 2, or 0 */
} key_set;

struct dove_batch {
  dove_store *store;
  char *role, *path;
  dove_output_file *files;
  size_t file_count, file_capacity;
  size_t requests, bytes, inputs; /* of the last file */
  dove_buffer line;
  key_set written;
  dove_batch_report report;
};

/* ---- Which were written ---- */

static size_t place_of(const key_set *set, const unsigned char *key) {
  uint64_t hash;
  memcpy(&hash, key, sizeof hash);
  size_t at = (size_t)hash & (set->room - 1);
  while (set->used[at] && memcmp(set->keys[at], key, DOVE_REQUEST_KEY) != 0) at = (at + 1) & (set->room - 1);
  return at;
}

static bool grow_set(key_set *set) {
  key_set larger = {.room = set->room > 0 ? 2 * set->room : 1024, .count = set->count};
  larger.keys = dove_alloc(larger.room, sizeof *larger.keys);
  larger.used = dove_alloc_zero(larger.room, sizeof *larger.used);
  if (larger.keys == NULL || larger.used == NULL) {
    free(larger.keys);
    free(larger.used);
    return false;
  }
  for (size_t i = 0; i < set->room; i++) {
    if (!set->used[i]) continue;
    const size_t at = place_of(&larger, set->keys[i]);
    memcpy(larger.keys[at], set->keys[i], DOVE_REQUEST_KEY);
    larger.used[at] = true;
  }
  free(set->keys);
  free(set->used);
  *set = larger;
  return true;
}

static dove_status add_key(key_set *set, const unsigned char *key, bool *fresh, dove_error *error) {
  if (2 * (set->count + 1) > set->room && !grow_set(set)) return dove_fail_memory(error, doing);
  const size_t at = place_of(set, key);
  *fresh = !set->used[at];
  if (!*fresh) return DOVE_OK;
  memcpy(set->keys[at], key, DOVE_REQUEST_KEY);
  set->used[at] = true;
  set->count++;
  return DOVE_OK;
}

/* ---- Files ---- */

/* "batch.jsonl", "batch-2.jsonl", … */
static char *file_name(const char *path, size_t number) {
  dove_buffer name = {0};
  const char *slash = strrchr(path, '/');
  const char *dot = strrchr(slash != NULL ? slash : path, '.');
  const size_t stem = dot != NULL ? (size_t)(dot - path) : strlen(path);
  if (number == 1) return dove_strdup(path);
  dove_buffer_add(&name, path, stem);
  dove_buffer_printf(&name, "-%zu", number);
  dove_buffer_add_text(&name, path + stem);
  return dove_buffer_take(&name);
}

static dove_status next_file(dove_batch *batch, dove_error *error) {
  if (!dove_grow((void **)&batch->files, &batch->file_capacity, batch->file_count + 1, sizeof *batch->files))
    return dove_fail_memory(error, doing);
  char *name = file_name(batch->path, batch->file_count + 1);
  if (name == NULL) return dove_fail_memory(error, doing);
  const dove_status status = dove_output_file_open(name, &batch->files[batch->file_count], error);
  free(name);
  if (status == DOVE_OK) batch->file_count++;
  batch->requests = batch->bytes = batch->inputs = 0;
  return status;
}

dove_status dove_batch_begin(dove_store *store, const char *role, const char *path, dove_batch **batch,
                             dove_error *error) {
  dove_batch *made = dove_alloc_zero(1, sizeof *made);
  *batch = made;
  if (made == NULL) return dove_fail_memory(error, doing);
  made->role = dove_strdup(role);
  made->path = dove_strdup(path);
  made->store = store;
  dove_status status = made->role != NULL && made->path != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK) status = next_file(made, error);
  if (status == DOVE_OK) status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) {
    made->store = NULL;
    dove_batch_free(made);
    *batch = NULL;
  }
  return status;
}

static bool is_full(const dove_batch *batch, size_t inputs) {
  return batch->requests > 0 &&
         (batch->requests + 1 > DOVE_BATCH_REQUESTS || batch->inputs + inputs > DOVE_BATCH_INPUTS ||
          batch->bytes + batch->line.length > DOVE_BATCH_BYTES);
}

static dove_status write_line(dove_batch *batch, const dove_planned_request *request, dove_error *error) {
  const size_t inputs = dove_batch_inputs(request->path, request->body);
  dove_status status = DOVE_OK;
  dove_buffer_clear(&batch->line);
  dove_batch_line_write(&batch->line, request->key, request->path, request->body);
  if (batch->line.failed) return dove_fail_memory(error, doing);
  if (is_full(batch, inputs)) status = next_file(batch, error);
  if (status != DOVE_OK) return status;
  fwrite(batch->line.data, 1, batch->line.length, batch->files[batch->file_count - 1].file);
  batch->requests++;
  batch->inputs += inputs;
  batch->bytes += batch->line.length;
  batch->report.requests++;
  return DOVE_OK;
}

dove_status dove_batch_add(void *user, const dove_planned_request *request, dove_error *error) {
  dove_batch *batch = user;
  bool fresh = false;
  if (strcmp(request->role, batch->role) != 0) return DOVE_OK;
  dove_status status = add_key(&batch->written, request->key, &fresh, error);
  if (status != DOVE_OK || !fresh) {
    batch->report.repeated += status == DOVE_OK;
    return status;
  }
  status = write_line(batch, request, error);
  if (status != DOVE_OK) return status;
  dove_request_record record = {
      .role = request->role, .endpoint = request->endpoint, .model = request->model, .request = request->body};
  memcpy(record.key, request->key, sizeof record.key);
  return dove_store_request_note(batch->store, &record, error);
}

dove_status dove_batch_commit(dove_batch *batch, dove_batch_report *report, dove_error *error) {
  dove_status status = dove_store_commit(batch->store, error);
  batch->store = NULL;
  for (size_t i = 0; i < batch->file_count && status == DOVE_OK; i++)
    status = dove_output_file_commit(&batch->files[i], error);
  *report = batch->report;
  report->files = batch->file_count;
  return status;
}

void dove_batch_free(dove_batch *batch) {
  if (batch == NULL) return;
  if (batch->store != NULL) dove_store_rollback(batch->store);
  for (size_t i = 0; i < batch->file_count; i++) dove_output_file_discard(&batch->files[i]);
  free(batch->files);
  free(batch->role);
  free(batch->path);
  free(batch->written.keys);
  free(batch->written.used);
  dove_buffer_free(&batch->line);
  free(batch);
}
