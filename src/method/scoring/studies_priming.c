/* Value priming: does a score follow the persona that a model takes on? (SPEC 9, paper Sec. 4.2 and Table 10) */
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/studies.h"

typedef struct role {
  const char *name;
  const char *culture; /* NULL for the control condition */
} role;

static const role roles[] = {
    {"Korean", "KR"}, {"Japanese", "JP"}, {"Chinese", "CN"}, {"American", "US"}, {"Control", NULL}};

static const role *find_role(const char *name) {
  for (size_t r = 0; r < sizeof roles / sizeof *roles; r++) {
    if (strcmp(roles[r].name, name) == 0) return &roles[r];
  }
  return NULL;
}

/* Control scores of the same method, model and culture. */
static const dove_study_score *find_control(const dove_study_score *scores, size_t count,
                                            const dove_study_score *primed) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(scores[i].role, "Control") == 0 && strcmp(scores[i].method, primed->method) == 0 &&
        strcmp(scores[i].model, primed->model) == 0 && strcmp(scores[i].culture, primed->culture) == 0)
      return &scores[i];
  }
  return NULL;
}

typedef struct change_means {
  const char *method;
  double own, related, opposed; /* sums, then means */
  size_t own_count, related_count, opposed_count;
} change_means;

static void add_change(change_means *means, const char *role_culture, const char *culture, double change) {
  const bool from_us = strcmp(role_culture, "US") == 0;
  const bool to_us = strcmp(culture, "US") == 0;
  if (strcmp(role_culture, culture) == 0) {
    means->own += change;
    means->own_count++;
  } else if (from_us != to_us) {
    means->opposed += change;
    means->opposed_count++;
  } else {
    means->related += change;
    means->related_count++;
  }
}

static dove_status check_score(const dove_study_score *score, dove_error *error) {
  if (find_role(score->role) == NULL)
    return dove_fail(error, DOVE_INPUT,
                     "the role '%s' is unknown; roles are Korean, Japanese, Chinese, American and Control",
                     score->role);
  return DOVE_OK;
}

static dove_status add_score(const dove_study_score *scores, size_t count, const dove_study_score *score,
                             change_means *means, dove_error *error) {
  dove_status status = check_score(score, error);
  if (status != DOVE_OK) return status;
  const role *taken = find_role(score->role);
  if (taken->culture == NULL) return DOVE_OK;
  const dove_study_score *control = find_control(scores, count, score);
  if (control == NULL) return DOVE_OK;
  if (control->score == 0.0)
    return dove_fail(error, DOVE_INPUT, "the control score of %s on %s is 0; a change ratio to it does not exist",
                     score->method, score->culture);
  add_change(means, taken->culture, score->culture, (score->score - control->score) / control->score);
  return DOVE_OK;
}

/* The means of a method, made when it is met for the first time; `means` has room for one per score. */
static change_means *means_of(change_means *means, size_t *count, const char *method) {
  for (size_t m = 0; m < *count; m++) {
    if (strcmp(means[m].method, method) == 0) return &means[m];
  }
  means[*count] = (change_means){.method = method};
  return &means[(*count)++];
}

static double mean(double sum, size_t count) { return count > 0 ? sum / (double)count : 0.0; }

static dove_study_priming_result result_of(const change_means *means) {
  return (dove_study_priming_result){.method = means->method,
                                     .own_defined = means->own_count > 0,
                                     .related_defined = means->related_count > 0,
                                     .opposed_defined = means->opposed_count > 0,
                                     .own = mean(means->own, means->own_count),
                                     .related = mean(means->related, means->related_count),
                                     .opposed = mean(means->opposed, means->opposed_count)};
}

dove_status dove_study_priming(const dove_study_score *scores, size_t count, dove_study_priming_result **results,
                               size_t *result_count, dove_error *error) {
  *results = NULL;
  *result_count = 0;
  if (count == 0) return dove_fail(error, DOVE_INPUT, "there are no scores to study");
  change_means *means = dove_alloc(count, sizeof *means);
  dove_study_priming_result *found = dove_alloc(count, sizeof *found);
  dove_status status = means != NULL && found != NULL ? DOVE_OK : dove_fail_memory(error, "studying scores");
  size_t methods = 0;
  for (size_t i = 0; i < count && status == DOVE_OK; i++)
    status = add_score(scores, count, &scores[i], means_of(means, &methods, scores[i].method), error);
  if (status == DOVE_OK) {
    for (size_t m = 0; m < methods; m++) found[m] = result_of(&means[m]);
    *results = found;
    *result_count = methods;
    found = NULL;
  }
  free(found);
  free(means);
  return status;
}
