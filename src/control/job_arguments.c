#include "control/job_arguments.h"

#include <math.h>
#include <stdlib.h>

#include "control/job_roles.h"

/* ---- Writing ---- */

/* A number of JSON; what is none, or bounded by nothing, is left out. */
static bool put_real(cJSON *object, const char *key, double number) {
  return !isfinite(number) || cJSON_AddNumberToObject(object, key, number) != NULL;
}

static cJSON *add_object(cJSON *list) {
  cJSON *object = cJSON_CreateObject();
  if (object != NULL && cJSON_AddItemToArray(list, object)) return object;
  cJSON_Delete(object);
  return NULL;
}

static bool put_model(cJSON *object, const char *role, const char *endpoint, const char *model) {
  return cJSON_AddStringToObject(object, "role", role) != NULL &&
         cJSON_AddStringToObject(object, "endpoint", endpoint) != NULL &&
         cJSON_AddStringToObject(object, "model", model) != NULL;
}

static bool put_asked(cJSON *list, const dove_job_request *request, const dove_settings *settings, dove_role role) {
  dove_endpoint_options endpoint;
  const dove_role_settings *own = dove_role_of(settings, role);
  const char *named = request->kind == DOVE_JOB_GENERATE ? request->generate.model : NULL;
  if (!control_job_asks(settings, request, role)) return true;
  if (named != NULL && named[0] == '\0') named = NULL;
  if (dove_role_endpoint(settings, role, named, &endpoint, NULL) != DOVE_OK) return true; /* the job will say so */
  cJSON *object = add_object(list);
  return object != NULL && put_model(object, endpoint.role, endpoint.url, endpoint.model) &&
         put_real(object, "temperature", own->temperature >= 0 ? own->temperature : (double)NAN) &&
         put_real(object, "max_tokens", own->max_tokens > 0 ? (double)own->max_tokens : (double)NAN) &&
         put_real(object, "price_in", own->price_in) && put_real(object, "price_out", own->price_out);
}

static bool put_all_asked(cJSON *object, const dove_job_request *request, const dove_settings *settings) {
  cJSON *list = cJSON_CreateArray();
  bool put = list != NULL;
  for (int role = 0; role < DOVE_ROLES && put; role++) put = put_asked(list, request, settings, (dove_role)role);
  if (put && cJSON_GetArraySize(list) > 0) return cJSON_AddItemToObject(object, "asks", list);
  cJSON_Delete(list);
  return put;
}

static bool put_range(cJSON *object, const char *key, const dove_token_range *range) {
  const double numbers[] = {(double)range->least, (double)range->about, (double)range->most};
  cJSON *list = cJSON_CreateDoubleArray(numbers, 3);
  return list != NULL && cJSON_AddItemToObject(object, key, list);
}

static bool put_planned(cJSON *list, const dove_ledger_row *row) {
  cJSON *object = add_object(list);
  if (object == NULL || !put_model(object, row->role, row->endpoint, row->model) ||
      !put_real(object, "requests", (double)row->requests) || !put_real(object, "cached", (double)row->cached) ||
      !put_range(object, "tokens_in", &row->plan_in) || !put_range(object, "tokens_out", &row->plan_out))
    return false;
  return !row->priced || (put_real(object, "cost_least", row->plan_least) &&
                          put_real(object, "cost", row->plan_about) && put_real(object, "cost_most", row->plan_most));
}

bool control_put_plan(cJSON *object, const dove_job_request *request) {
  if (request->plan == NULL || request->plan_count == 0) return true;
  cJSON *list = cJSON_AddArrayToObject(object, "plan");
  for (size_t i = 0; i < request->plan_count && list != NULL; i++)
    if (!put_planned(list, &request->plan[i])) return false;
  return list != NULL;
}

char *control_job_arguments(const dove_job_request *request, const dove_settings *settings) {
  char *text = dove_job_request_to_json(request);
  cJSON *object = text != NULL ? cJSON_Parse(text) : NULL;
  free(text);
  text = object != NULL && put_all_asked(object, request, settings) ? cJSON_PrintUnformatted(object) : NULL;
  cJSON_Delete(object);
  return text;
}
