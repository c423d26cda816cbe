#include "dove/agreement_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/bootstrap.h"
#include "dove/memory.h"
#include "method/annotation/agreement_labels.h"

const char *dove_agreement_group_name(dove_agreement_group group) {
  static const char *const names[] = {"all", "culture", "source", "code", "document"};
  return names[group];
}

bool dove_agreement_group_parse(const char *name, dove_agreement_group *group) {
  for (unsigned i = 0; i < DOVE_AGREEMENT_GROUPS; i++) {
    if (strcmp(dove_agreement_group_name((dove_agreement_group)i), name) != 0) continue;
    *group = (dove_agreement_group)i;
    return true;
  }
  return false;
}

const char *dove_agreement_group_of(const dove_store_item_facts *facts, dove_agreement_group group) {
  switch (group) {
    case DOVE_GROUP_CULTURE: return facts->culture;
    case DOVE_GROUP_SOURCE: return facts->source;
    case DOVE_GROUP_CODE: return facts->code_name;
    case DOVE_GROUP_DOCUMENT: return facts->external_id;
    case DOVE_GROUP_ALL:
    case DOVE_AGREEMENT_GROUPS: break;
  }
  return "";
}

/* ---- Rows ---- */

typedef struct maker {
  const dove_agreement_options *options;
  const agreement_labels *all;
  dove_agreement_report *report;
  const dove_progress *progress;
  dove_error *error;
  size_t row_capacity, pair_capacity;
  dove_question question;
  size_t *who; /* annotators with a label on the question */
  size_t annotators;
  size_t *places; /* room for all things */
} maker;

static void plan_more(const dove_agreement_options *options, dove_agreement_row *row) {
  for (int c = 0; c < DOVE_COEFFICIENTS && options->wanted > 0.0; c++) {
    row->has_more[c] = dove_agreement_items_needed(row->agreement.items, row->agreement.intervals[c], options->wanted,
                                                   &row->more[c], NULL) == DOVE_OK;
  }
}

static void count_labels(const agreement_selection *chosen, dove_agreement_row *row) {
  for (size_t i = 0; i < chosen->ratings.annotators * chosen->ratings.items; i++) {
    row->yes += chosen->labels[i] == 1 ? 1 : 0;
    row->no += chosen->labels[i] == 0 ? 1 : 0;
  }
}

/* One document or code drawn again and again says nothing of how others would vary. */
static size_t replicates_of(const maker *make, const dove_ratings *ratings) {
  return ratings->group_count < 2 ? 0 : make->options->replicates;
}

static dove_status add_row(maker *make, dove_agreement_group group, const char *name, const size_t *places,
                           size_t count) {
  dove_agreement_report *report = make->report;
  agreement_selection chosen;
  void *rows = report->rows;
  if (!dove_grow(&rows, &make->row_capacity, report->row_count + 1, sizeof *report->rows))
    return dove_fail_memory(make->error, "comparing annotators");
  report->rows = rows;
  dove_agreement_row *row = &report->rows[report->row_count];
  *row = (dove_agreement_row){.question = make->question, .group = group, .name = name, .things = count};
  dove_status status =
      agreement_select(make->all, make->question, make->who, make->annotators, places, count, &chosen, make->error);
  if (status != DOVE_OK) return status;
  count_labels(&chosen, row);
  status = dove_agreement_estimate(&chosen.ratings, make->options->seed, replicates_of(make, &chosen.ratings),
                                   make->options->level, &row->agreement, make->progress, make->error);
  if (status == DOVE_OK && group == DOVE_GROUP_ALL) plan_more(make->options, row);
  if (status == DOVE_OK) report->row_count++;
  agreement_selection_free(&chosen);
  return status;
}

static dove_status add_pairs(maker *make, const size_t *places, size_t count) {
  dove_agreement_report *report = make->report;
  const size_t pairs = make->annotators * (make->annotators - 1) / 2;
  void *rows = report->pairs;
  agreement_selection chosen;
  dove_pair_agreement *found = dove_alloc(pairs, sizeof *found);
  dove_status status = DOVE_OK;
  if (found == NULL || !dove_grow(&rows, &make->pair_capacity, report->pair_count + pairs, sizeof *report->pairs)) {
    free(found);
    return dove_fail_memory(make->error, "comparing annotators");
  }
  report->pairs = rows;
  status =
      agreement_select(make->all, make->question, make->who, make->annotators, places, count, &chosen, make->error);
  if (status == DOVE_OK) {
    status = dove_agreement_pairs(&chosen.ratings, make->options->seed, replicates_of(make, &chosen.ratings),
                                  make->options->level, found, make->progress, make->error);
    agreement_selection_free(&chosen);
  }
  for (size_t p = 0; p < pairs && status == DOVE_OK; p++) {
    const dove_store_name_row *names = report->answers.annotators;
    report->pairs[report->pair_count++] = (dove_agreement_pair_row){.question = make->question,
                                                                    .first = names[make->who[found[p].first]].name,
                                                                    .second = names[make->who[found[p].second]].name,
                                                                    .pair = found[p]};
  }
  free(found);
  return status;
}

/* Things that ask the question: documents' codes are asked whether they are present, codes the other two. */
static size_t take_things(const maker *make) {
  size_t count = 0;
  for (size_t i = 0; i < make->all->count; i++) {
    const bool of_document = make->all->things[i].facts->document != 0;
    if (of_document == (make->question == DOVE_QUESTION_PRESENT)) make->places[count++] = i;
  }
  return count;
}

/* A row for each name of the group, in the order of names. Things without one (models have no culture) are left out. */
static dove_status add_group(maker *make, dove_agreement_group group, size_t count) {
  size_t *part = dove_alloc(count, sizeof *part);
  dove_status status = part == NULL ? dove_fail_memory(make->error, "comparing annotators") : DOVE_OK;
  for (const char *last = ""; status == DOVE_OK;) {
    const char *name = NULL;
    for (size_t i = 0; i < count; i++) { /* the next name in order */
      const char *other = dove_agreement_group_of(make->all->things[make->places[i]].facts, group);
      if (strcmp(other, last) > 0 && (name == NULL || strcmp(other, name) < 0)) name = other;
    }
    if (name == NULL) break;
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
      if (strcmp(dove_agreement_group_of(make->all->things[make->places[i]].facts, group), name) == 0)
        part[size++] = make->places[i];
    }
    status = add_row(make, group, name, part, size);
    last = name;
  }
  free(part);
  return status;
}

static void find_annotators(maker *make) {
  const int32_t *values = make->all->values[make->question];
  make->annotators = 0;
  for (size_t a = 0; a < make->report->answers.annotator_count; a++) {
    bool any = false;
    for (size_t i = 0; i < make->all->count && !any; i++) any = values[a * make->all->count + i] != DOVE_LABEL_MISSING;
    if (any) make->who[make->annotators++] = a;
  }
  if (make->annotators > make->report->annotators) make->report->annotators = make->annotators;
}

/* ---- Quality ---- */

/* Yes, no, NONE without a label, or SKIP for a tie. */
static dove_answer decide(const maker *make, size_t place) {
  const dove_answer consensus = make->all->things[place].consensus[make->question];
  if (consensus == DOVE_ANSWER_YES || consensus == DOVE_ANSWER_NO) return consensus;
  size_t yes = 0, no = 0;
  for (size_t a = 0; a < make->annotators; a++) {
    const int32_t label = make->all->values[make->question][make->who[a] * make->all->count + place];
    yes += label == 1 ? 1 : 0;
    no += label == 0 ? 1 : 0;
  }
  if (yes == no) return yes == 0 ? DOVE_ANSWER_NONE : DOVE_ANSWER_SKIP;
  return yes > no ? DOVE_ANSWER_YES : DOVE_ANSWER_NO;
}

/* What was decided; things of one document are one group, which the bootstrap draws. */
typedef struct credits {
  uint8_t *good;
  uint32_t *groups;
  size_t count, group_count;
  int64_t last_document;
} credits;

static dove_status resample_share(void *user, size_t replicate, const uint32_t *multiplicities, double *value,
                                  dove_error *error) {
  (void)replicate;
  (void)error;
  const credits *decided = user;
  double good = 0.0, all = 0.0;
  for (size_t i = 0; i < decided->count; i++) {
    const double times = (double)multiplicities[decided->groups[i]];
    good += times * (double)decided->good[i];
    all += times;
  }
  *value = good / all;
  return DOVE_OK;
}

static dove_status share_of(const maker *make, credits *decided, dove_codebook_quality *quality) {
  size_t good = 0;
  for (size_t i = 0; i < decided->count; i++) good += decided->good[i];
  if (decided->count == 0) return DOVE_OK;
  quality->value = (double)good / (double)decided->count;
  const size_t replicates = make->options->replicates;
  if (replicates == 0 || decided->group_count < 2) return DOVE_OK;
  double *values = dove_alloc(replicates, sizeof *values);
  if (values == NULL) return dove_fail_memory(make->error, "resampling labels");
  dove_status status = dove_bootstrap_run(make->options->seed, decided->group_count, replicates, resample_share,
                                          decided, make->progress, values, make->error);
  if (status == DOVE_OK)
    status = dove_percentile_interval(values, replicates, make->options->level, &quality->interval, make->error);
  free(values);
  return status;
}

static void add_credit(const maker *make, size_t place, bool good, credits *decided) {
  const dove_store_item_facts *facts = make->all->things[place].facts;
  const bool goes_on = decided->count > 0 && facts->document != 0 && facts->document == decided->last_document;
  if (!goes_on) decided->group_count++;
  decided->last_document = facts->document;
  decided->groups[decided->count] = (uint32_t)(decided->group_count - 1);
  decided->good[decided->count++] = good ? 1 : 0;
}

/* Counts what was decided, and gathers it. */
static void decide_all(const maker *make, size_t count, dove_codebook_quality *quality, credits *decided) {
  const dove_answer credit = make->question == DOVE_QUESTION_REDUNDANT ? DOVE_ANSWER_NO : DOVE_ANSWER_YES;
  for (size_t i = 0; i < count; i++) {
    const dove_answer answer = decide(make, make->places[i]);
    quality->tied += answer == DOVE_ANSWER_SKIP ? 1 : 0;
    quality->unlabelled += answer == DOVE_ANSWER_NONE ? 1 : 0;
    if (answer == DOVE_ANSWER_YES || answer == DOVE_ANSWER_NO)
      add_credit(make, make->places[i], answer == credit, decided);
  }
  quality->decided = decided->count;
}

static dove_status measure_quality(maker *make, size_t count) {
  static const char *const names[] = {"mapping_accuracy", "meaningfulness", "conciseness"};
  dove_codebook_quality *quality = &make->report->quality[make->question];
  *quality = (dove_codebook_quality){.question = make->question,
                                     .name = names[make->question],
                                     .value = (double)NAN,
                                     .interval = {(double)NAN, (double)NAN}};
  credits decided = {.good = dove_alloc(count, sizeof *decided.good),
                     .groups = dove_alloc(count, sizeof *decided.groups)};
  dove_status status = DOVE_OK;
  if (decided.good == NULL || decided.groups == NULL) {
    status = dove_fail_memory(make->error, "counting labels");
  } else {
    decide_all(make, count, quality, &decided);
    status = share_of(make, &decided, quality);
  }
  free(decided.good);
  free(decided.groups);
  return status;
}

/* ---- The report ---- */

static dove_status report_question(maker *make) {
  find_annotators(make);
  const size_t count = take_things(make);
  dove_status status = measure_quality(make, count);
  if (status != DOVE_OK || make->annotators == 0) return status;
  status = add_row(make, DOVE_GROUP_ALL, "", make->places, count);
  if (status == DOVE_OK) status = add_pairs(make, make->places, count);
  for (int group = DOVE_GROUP_CULTURE; group < DOVE_AGREEMENT_GROUPS && status == DOVE_OK; group++) {
    const bool empty = make->question != DOVE_QUESTION_PRESENT && group != DOVE_GROUP_CODE;
    if (make->options->groups && !empty) status = add_group(make, (dove_agreement_group)group, count);
  }
  return status;
}

static dove_status report_all(const dove_agreement_options *options, const agreement_labels *all,
                              dove_agreement_report *report, const dove_progress *progress, dove_error *error) {
  maker make = {.options = options, .all = all, .report = report, .progress = progress, .error = error};
  make.who = dove_alloc(report->answers.annotator_count, sizeof *make.who);
  make.places = dove_alloc(all->count, sizeof *make.places);
  dove_status status = DOVE_OK;
  if (make.who == NULL || make.places == NULL) status = dove_fail_memory(error, "comparing annotators");
  for (int q = 0; q < DOVE_QUESTIONS && status == DOVE_OK; q++) {
    make.question = (dove_question)q;
    status = report_question(&make);
  }
  free(make.places);
  free(make.who);
  return status;
}

dove_status dove_agreement_report_make(dove_store *store, const dove_agreement_options *options,
                                       dove_agreement_report *report, const dove_progress *progress,
                                       dove_error *error) {
  *report = (dove_agreement_report){0};
  agreement_labels all = {0};
  dove_status status = dove_store_answers_read(store, options->round, &report->answers, error);
  if (status == DOVE_OK && report->answers.item_count == 0)
    status = dove_fail(error, DOVE_NOT_FOUND, "nothing was given to annotators yet: start a round");
  if (status == DOVE_OK) status = agreement_labels_make(store, options, report, &all, error);
  if (status == DOVE_OK) status = report_all(options, &all, report, progress, error);
  agreement_labels_free(&all);
  if (status != DOVE_OK) dove_agreement_report_free(report);
  return status;
}

void dove_agreement_report_free(dove_agreement_report *report) {
  free(report->rows);
  free(report->pairs);
  dove_store_answers_free(&report->answers);
  *report = (dove_agreement_report){0};
}
