#include "dove/job_plan.h"

#include <stdlib.h>

#include "control/job_roles.h"
#include "dove/background.h"
#include "dove/memory.h"

/* ---- Who is asked ---- */

static bool build_asks(const dove_settings *settings, dove_role role) {
  switch (role) {
    case DOVE_ROLE_NAMER: return dove_role_is_set(settings, role);
    case DOVE_ROLE_DECODER: return settings->distortion != DOVE_DISTORTION_CENTROID;
    case DOVE_ROLE_EMBEDDER:
      return settings->distortion == DOVE_DISTORTION_EMBEDDING && dove_role_is_set(settings, role);
    default: return false;
  }
}

bool control_job_asks(const dove_settings *settings, const dove_job_request *request, dove_role role) {
  switch (request->kind) {
    case DOVE_JOB_EXTRACT: return role == DOVE_ROLE_RECOGNIZER && dove_role_is_set(settings, role);
    case DOVE_JOB_EMBED: return role == DOVE_ROLE_EMBEDDER && dove_role_is_set(settings, role);
    case DOVE_JOB_BUILD: return build_asks(settings, role);
    case DOVE_JOB_GENERATE: return role == DOVE_ROLE_EXAMINEE;
    case DOVE_JOB_JUDGE: return role == DOVE_ROLE_JUDGE;
    case DOVE_JOB_TRANSLATE: return role == DOVE_ROLE_TRANSLATOR;
    default: return false;
  }
}

bool dove_job_asks_models(const dove_settings *settings, const dove_job_request *request) {
  for (int role = 0; role < DOVE_ROLES; role++)
    if (control_job_asks(settings, request, (dove_role)role)) return true;
  return false;
}

/* ---- The plan ---- */

struct dove_job_plan {
  dove_job_request request; /* owned */
  dove_job_result result;
  dove_background *background;
};

static void make_dry(dove_job_request *request) {
  request->extract.dry_run = true;
  request->embed.dry_run = true;
  request->build.dry_run = true;
  request->generate.dry_run = true;
  request->judge.dry_run = true;
  request->translate.dry_run = true;
}

static dove_status work(void *user, dove_store *store, const dove_progress *progress, dove_error *error) {
  dove_job_plan *plan = user;
  return dove_job_run(store, &plan->request, &plan->result, progress, error);
}

dove_status dove_job_plan_start(dove_controller *controller, const dove_job_request *request, dove_job_plan **plan,
                                dove_error *error) {
  *plan = NULL;
  dove_job_plan *made = dove_alloc_zero(1, sizeof *made);
  if (made == NULL) return dove_fail_memory(error, "planning a job");
  dove_status status = dove_job_request_copy(request, &made->request, error);
  make_dry(&made->request);
  if (status == DOVE_OK) status = dove_background_start(controller, work, made, &made->background, error);
  if (status == DOVE_OK) {
    *plan = made;
  } else {
    dove_job_plan_stop(made);
  }
  return status;
}

bool dove_job_plan_done(const dove_job_plan *plan, dove_status *status, dove_error *error) {
  return dove_background_done(plan->background, status, error);
}

void dove_job_plan_progress(dove_job_plan *plan, char stage[48], double *share) {
  dove_background_progress(plan->background, stage, share);
}

const dove_ledger_row *dove_job_plan_rows(const dove_job_plan *plan, size_t *count) {
  *count = plan->result.spending_count;
  return plan->result.spending;
}

void dove_job_plan_stop(dove_job_plan *plan) {
  if (plan == NULL) return;
  dove_background_stop(plan->background);
  dove_job_result_free(&plan->result);
  dove_job_request_free(&plan->request);
  free(plan);
}
