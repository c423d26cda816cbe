#include "control/job_record.h"

#include <stdio.h>
#include <string.h>

#include "dove/clock.h"

/* Seconds between two writings of new stages, and between two signs of life: a job without one for a minute counts as
 * dead on other machines. Each writing makes every explorer of the project read again, so they are few. */
static const double write_interval = 1, life_interval = 20;

static void write_lines(job_record *record) {
  for (size_t i = 0; i < record->line_count; i++) {
    dove_store_job_log(record->store, record->job, record->lines[i].time, record->lines[i].text, NULL);
  }
  record->line_count = 0;
}

static void write_record(job_record *record, const char *stage, double done, double total, double now) {
  record->written = now;
  if (dove_store_begin(record->store, NULL) != DOVE_OK) return;
  write_lines(record);
  dove_store_job_progress(record->store, record->job, stage, done, total, NULL);
  dove_store_commit(record->store, NULL);
}

static void add_line(job_record *record, const char *stage) {
  snprintf(record->stage, sizeof record->stage, "%s", stage);
  if (record->line_count == JOB_RECORD_LINES) return;
  record->lines[record->line_count].time = dove_clock_unix_ms();
  snprintf(record->lines[record->line_count].text, sizeof record->lines[0].text, "%s", stage);
  record->line_count++;
}

static void report(void *user, const char *stage, double done, double total) {
  job_record *record = user;
  dove_progress_report(record->outer, stage, done, total);
  if (pthread_equal(record->thread, pthread_self()) == 0) return;
  if (strncmp(record->stage, stage, sizeof record->stage - 1) != 0) add_line(record, stage);
  const double now = dove_clock_seconds();
  const double interval = record->line_count > 0 ? write_interval : life_interval;
  if (now - record->written < interval || dove_store_in_transaction(record->store)) return;
  write_record(record, stage, done, total, now);
}

static bool cancelled(void *user) {
  const job_record *record = user;
  return dove_progress_cancelled(record->outer);
}

dove_progress job_record_begin(job_record *record, dove_store *store, int64_t job, const dove_progress *outer) {
  *record = (job_record){.store = store, .job = job, .outer = outer, .thread = pthread_self()};
  return (dove_progress){
      .report = report, .cancelled = cancelled, .user = record, .ledger = outer != NULL ? outer->ledger : NULL};
}

void job_record_end(job_record *record, const char *message) {
  if (dove_store_begin(record->store, NULL) != DOVE_OK) return;
  write_lines(record);
  dove_store_job_log(record->store, record->job, dove_clock_unix_ms(), message, NULL);
  dove_store_commit(record->store, NULL);
}
