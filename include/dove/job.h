/* One piece of work on a project: import, extract, embed, build, score, compare scores or draw the map. The command
 * line runs it in its own thread, the explorer in a queue's (jobs.h): one code path, and one record of it in the
 * project. */
#ifndef DOVE_JOB_H
#define DOVE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/build.h"
#include "dove/embed.h"
#include "dove/error.h"
#include "dove/generate.h"
#include "dove/import.h"
#include "dove/judge.h"
#include "dove/ledger.h"
#include "dove/map.h"
#include "dove/progress.h"
#include "dove/recognise.h"
#include "dove/score_compare.h"
#include "dove/store.h"

typedef enum dove_job_kind {
  DOVE_JOB_IMPORT,
  DOVE_JOB_EXTRACT,
  DOVE_JOB_EMBED,
  DOVE_JOB_BUILD,
  DOVE_JOB_SCORE,
  DOVE_JOB_MAP,
  DOVE_JOB_COMPARE,
  DOVE_JOB_GENERATE,
  DOVE_JOB_JUDGE,
  DOVE_JOB_TRANSLATE,
  DOVE_JOB_KINDS,
} dove_job_kind;

const char *dove_job_kind_name(dove_job_kind kind); /* "import", … */
bool dove_job_kind_parse(const char *name, dove_job_kind *kind);

/* What is to be done. Texts are borrowed by dove_job_run(). Those of the other kinds are not looked at. */
typedef struct dove_job_request {
  dove_job_kind kind;
  double budget;               /* that it may spend on models; < 0: as set, 0: no limit */
  bool failed_only;            /* of what models are asked, only what failed before */
  const dove_ledger_row *plan; /* what a dry run said that it would ask, to go on record; NULL: nothing is known */
  size_t plan_count;
  struct {
    const char *const *paths;
    size_t path_count;
    dove_import_options options;
  } import;
  dove_recognise_options extract;
  dove_embed_options embed;
  dove_build_options build;
  dove_map_options map;
  dove_generate_options generate;
  dove_judge_options judge;
  dove_translate_options translate;
  struct {
    const char *const *models, *const *cultures, *const *roles;
    size_t model_count, culture_count, role_count;
    int64_t codebook_run, iteration; /* run 0: the current codebook */
    int64_t bootstrap;               /* < 0: as set */
    int64_t seed;                    /* < 0: as set */
    bool anew;
  } score;
  struct {
    dove_score_against against;
    int64_t replicates; /* < 2: as the first run was scored */
    int64_t seed;       /* < 0: likewise */
  } compare;
} dove_job_request;

/* {0} of a kind, with the defaults of its options. */
dove_job_request dove_job_request_of(dove_job_kind kind);

/* What came of it. */
typedef struct dove_job_result {
  int64_t job; /* its id in the store */
  dove_import_report import;
  dove_recognise_report extract;
  dove_embed_report embed;
  dove_build_report build;
  int64_t score_run;
  dove_map_report map;
  dove_generate_report generate;
  dove_reading_report reading; /* of judging and translating */
  dove_score_compare_report compare;
  dove_ledger_row *spending; /* what models were asked, or in a dry run would be */
  size_t spending_count;
  char summary[256]; /* one line for people */
} dove_job_result;

/* Records it in the project as running in this process; *job is its id, 0 for a dry run, which is not recorded. */
dove_status dove_job_begin(dove_store *store, const dove_job_request *request, int64_t *job, dove_error *error);

bool dove_job_is_dry(const dove_job_request *request);

/* Opens the ledger that a job is to be run with, for who wants to look at it meanwhile. */
dove_status dove_job_ledger(dove_store *store, const dove_job_request *request, dove_ledger **ledger,
                            dove_error *error);

/* Runs what was begun, in this thread, and records the stages that it goes through and how it ended. The result is
 * freed with dove_job_result_free(), also after an error. Statuses are those of the work itself. A ledger of its own is
 * opened when `progress` has none. */
dove_status dove_job_perform(dove_store *store, const dove_job_request *request, int64_t job, dove_job_result *result,
                             const dove_progress *progress, dove_error *error);

/* Both after each other. */
dove_status dove_job_run(dove_store *store, const dove_job_request *request, dove_job_result *result,
                         const dove_progress *progress, dove_error *error);
void dove_job_result_free(dove_job_result *result);

/* The request as JSON, as it is recorded, and back: a job can be asked for again. Freed with free(); with
 * dove_job_request_free(). Of a reviewer's overrides only whether those that stand are used is part of it. */
char *dove_job_request_to_json(const dove_job_request *request);
dove_status dove_job_request_from_json(const char *kind, const char *json, dove_job_request *request,
                                       dove_error *error);
dove_status dove_job_request_copy(const dove_job_request *request, dove_job_request *copy, dove_error *error);
void dove_job_request_free(dove_job_request *request);

#endif
