#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/batch.h"
#include "dove/batch_line.h"
#include "dove/memory.h"
#include "dove/roles.h"
#include "dove/store_requests.h"

enum { AT_ONCE = 256 }; /* lines in a transaction */

static const double discount = 0.5; /* what a batch costs of the price */

typedef struct importing {
  dove_store *store;
  const dove_settings *settings;
  const char *path;
  dove_batch_import_report *report;
  size_t number; /* of the line */
} importing;

static const dove_role_settings *settings_of(const dove_settings *settings, const char *role) {
  for (int i = 0; i < DOVE_ROLES; i++)
    if (strcmp(dove_role_name((dove_role)i), role) == 0) return dove_role_of(settings, (dove_role)i);
  return NULL;
}

static double cost_of(const importing *in, const char *role, int64_t tokens_in, int64_t tokens_out) {
  const dove_role_settings *own = settings_of(in->settings, role);
  if (own == NULL || !(own->price_in > 0 || own->price_out > 0)) return (double)NAN;
  return discount * ((double)tokens_in * own->price_in + (double)tokens_out * own->price_out) / 1e6;
}

static dove_status keep(const importing *in, const dove_store_request *known, const dove_batch_line *line,
                        dove_error *error) {
  const bool answered = line->reply != NULL;
  const bool embeds = strcmp(known->role, "embedder") == 0;
  const int64_t guessed = dove_batch_tokens(known->request);
  const int64_t tokens_in = line->tokens_in >= 0 ? line->tokens_in : answered ? guessed : 0;
  const int64_t out = !answered || embeds ? 0 : dove_batch_tokens(line->reply);
  const int64_t tokens_out = line->tokens_out >= 0 ? line->tokens_out : out;
  dove_request_record record = {
      .role = known->role,
      .endpoint = known->endpoint,
      .model = known->model,
      .request = known->request,
      .reply = line->reply,
      .failure = line->reason,
      .http_status = line->http_status,
      .attempts = 1,
      .tokens_in = tokens_in,
      .tokens_out = tokens_out,
      .estimated = answered && (line->tokens_in < 0 || (line->tokens_out < 0 && !embeds)),
      .guessed_in = guessed,
      .cost = cost_of(in, known->role, tokens_in, tokens_out),
      .expected = cost_of(in, known->role, guessed, tokens_out),
      .expected_in = guessed,
      .expected_out = tokens_out,
  };
  memcpy(record.key, line->key, sizeof record.key);
  const dove_request_cache cache = dove_store_request_cache(in->store);
  return cache.keep(cache.user, &record, 1, error);
}

static void note_unknown(dove_batch_import_report *report, const char *id) {
  if (report->unknown < DOVE_BATCH_NAMED)
    memcpy(report->named[report->unknown], id, sizeof report->named[report->unknown]);
  report->unknown++;
}

static dove_status take(const importing *in, const dove_batch_line *line, dove_error *error) {
  dove_store_request known = {0};
  dove_batch_import_report *report = in->report;
  dove_status status = line->known ? dove_store_request_read(in->store, line->key, &known, error) : DOVE_NOT_FOUND;
  if (status == DOVE_NOT_FOUND) {
    note_unknown(report, line->id);
    return DOVE_OK;
  }
  if (status == DOVE_OK && known.answered) {
    report->known++;
  } else if (status == DOVE_OK) {
    status = keep(in, &known, line, error);
    if (line->reply != NULL) {
      report->answered++;
    } else {
      report->failed++;
    }
  }
  dove_store_request_free(&known);
  return status;
}

static dove_status take_text(importing *in, const char *text, dove_error *error) {
  dove_batch_line line;
  dove_error wrong = {0};
  in->number++;
  if (text[strspn(text, " \t\r\n")] == '\0') return DOVE_OK;
  dove_status status = dove_batch_line_read(text, &line, &wrong);
  if (status != DOVE_OK)
    return dove_fail(error, status, "line %zu of '%s' is not a result of a batch: %s", in->number, in->path,
                     wrong.message);
  in->report->lines++;
  status = take(in, &line, error);
  dove_batch_line_free(&line);
  return status;
}

/* Up to AT_ONCE lines; *more false at the end of the file. What is before a bad line is kept. */
static dove_status take_some(importing *in, FILE *file, char **text, size_t *room, bool *more, dove_error *error) {
  dove_status status = dove_store_begin_durable(in->store, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < AT_ONCE && *more && status == DOVE_OK; i++) {
    const ssize_t length = getline(text, room, file);
    *more = length >= 0;
    if (!*more) break;
    if (memchr(*text, '\0', (size_t)length) != NULL) (*text)[0] = '\1'; /* no JSON then */
    status = take_text(in, *text, error);
  }
  if (status == DOVE_OK || status == DOVE_INPUT) {
    const dove_status kept = dove_store_commit(in->store, status == DOVE_OK ? error : NULL);
    return status == DOVE_OK ? kept : status;
  }
  dove_store_rollback(in->store);
  return status;
}

dove_status dove_batch_import(dove_store *store, const dove_settings *settings, const char *path,
                              dove_batch_import_report *report, const dove_progress *progress, dove_error *error) {
  importing in = {.store = store, .settings = settings, .path = path, .report = report};
  FILE *file = fopen(path, "re");
  char *text = NULL;
  size_t room = 0;
  bool more = true;
  dove_status status = DOVE_OK;
  if (file == NULL) return dove_fail_errno(error, "open", path);
  while (more && status == DOVE_OK) {
    if (dove_progress_cancelled(progress)) {
      status = dove_fail(error, DOVE_CANCELLED, "stopped while importing a batch");
      break;
    }
    status = take_some(&in, file, &text, &room, &more, error);
    dove_progress_report(progress, "importing", (double)report->lines, 0);
  }
  if (status == DOVE_OK && ferror(file) != 0) status = dove_fail_errno(error, "read", path);
  free(text);
  fclose(file);
  return status;
}
