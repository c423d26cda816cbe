#include "dove/agreement_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/annotation.h"
#include "dove/bootstrap.h"
#include "dove/memory.h"
#include "dove/store_runs.h"

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

/* ---- Things: what is judged, whatever the round ---- */

typedef struct thing {
  const dove_store_item_facts *facts; /* of its last item */
  dove_answer consensus[DOVE_QUESTIONS];
} thing;

typedef struct labels {
  thing *things; /* by document, then code */
  size_t count;
  int32_t *values[DOVE_QUESTIONS]; /* annotators × things */
} labels;

static int compare_things(const void *left, const void *right) {
  const thing *a = left, *b = right;
  if (a->facts->document != b->facts->document) return a->facts->document < b->facts->document ? -1 : 1;
  if (a->facts->code != b->facts->code) return a->facts->code < b->facts->code ? -1 : 1;
  return (a->facts > b->facts) - (a->facts < b->facts); /* the order of rounds */
}

static bool same_thing(const dove_store_item_facts *a, const dove_store_item_facts *b) {
  return a->document == b->document && a->code == b->code;
}

/* One thing for each document and code; a later consensus takes the place of an earlier one. */
static size_t join_things(thing *things, size_t count) {
  size_t made = 0;
  qsort(things, count, sizeof *things, compare_things);
  for (size_t i = 0; i < count; i++) {
    if (made == 0 || !same_thing(things[made - 1].facts, things[i].facts)) {
      things[made++] = things[i];
      continue;
    }
    things[made - 1].facts = things[i].facts;
    for (int q = 0; q < DOVE_QUESTIONS; q++) {
      if (things[i].consensus[q] != DOVE_ANSWER_NONE) things[made - 1].consensus[q] = things[i].consensus[q];
    }
  }
  return made;
}

static size_t find_thing(const labels *all, int64_t document, int64_t code) {
  size_t low = 0, high = all->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const dove_store_item_facts *facts = all->things[middle].facts;
    const bool before = facts->document < document || (facts->document == document && facts->code < code);
    if (before) low = middle + 1;
    if (!before) high = middle;
  }
  if (low < all->count && all->things[low].facts->document == document && all->things[low].facts->code == code)
    return low;
  return all->count;
}

static size_t find_annotator(const dove_store_answers *answers, int64_t id) {
  size_t i = 0;
  while (i < answers->annotator_count && answers->annotators[i].id != id) i++;
  return i;
}

/* Answers come in the order of rounds, so that a later label takes the place of an earlier one; what is no label takes
 * no place. */
static void fill_labels(dove_agreement_report *report, labels *all) {
  const dove_store_answers *answers = &report->answers;
  for (size_t i = 0; i < answers->answer_count; i++) {
    const dove_store_answer *answer = &answers->answers[i];
    const size_t place = find_thing(all, answer->document, answer->code);
    const size_t annotator = find_annotator(answers, answer->annotator);
    report->skips += answer->answer == DOVE_ANSWER_SKIP ? 1 : 0;
    report->flags += answer->answer == DOVE_ANSWER_FLAG ? 1 : 0;
    if (place == all->count || annotator == answers->annotator_count) continue;
    if (answer->answer != DOVE_ANSWER_YES && answer->answer != DOVE_ANSWER_NO) continue;
    all->values[answer->question][annotator * all->count + place] = answer->answer == DOVE_ANSWER_YES ? 1 : 0;
  }
}

/* ---- Stale codes ---- */

/* Marks the things whose code has other members now, from one iteration. */
static dove_status mark_stale(dove_store *store, int64_t iteration, int64_t current, const labels *all, bool *stale,
                              dove_error *error) {
  dove_standing_row *rows = NULL;
  size_t count = 0;
  const dove_status status = dove_annotation_standing(store, iteration, current, &rows, &count, error);
  for (size_t i = 0; status == DOVE_OK && i < all->count; i++) {
    const dove_store_item_facts *facts = all->things[i].facts;
    for (size_t k = 0; k < count && facts->iteration == iteration; k++) {
      if (rows[k].code == facts->code) stale[i] = rows[k].standing == DOVE_STANDING_STALE;
    }
  }
  free(rows);
  return status;
}

/* Counts the stale things, and leaves them out where that is asked for. */
static dove_status sort_out_stale(dove_store *store, bool leave_out, dove_agreement_report *report, labels *all,
                                  dove_error *error) {
  dove_store_current current;
  dove_status status = dove_store_current_codebook(store, &current, error);
  if (status != DOVE_OK) return status == DOVE_NOT_FOUND ? DOVE_OK : status;
  bool *stale = dove_alloc_zero(all->count, sizeof *stale);
  if (stale == NULL) return dove_fail_memory(error, "following codes");
  for (size_t i = 0; i < all->count && status == DOVE_OK; i++) {
    const int64_t iteration = all->things[i].facts->iteration;
    bool seen = iteration == 0 || iteration == current.iteration;
    for (size_t j = 0; j < i && !seen; j++) seen = all->things[j].facts->iteration == iteration;
    if (!seen) status = mark_stale(store, iteration, current.iteration, all, stale, error);
  }
  size_t kept = 0;
  for (size_t i = 0; i < all->count && status == DOVE_OK; i++) {
    report->stale += stale[i] ? 1 : 0;
    if (!leave_out || !stale[i]) all->things[kept++] = all->things[i];
  }
  if (status == DOVE_OK) all->count = kept;
  free(stale);
  return status;
}

static dove_status make_labels(dove_store *store, const dove_agreement_options *options, dove_agreement_report *report,
                               labels *all, dove_error *error) {
  const dove_store_answers *answers = &report->answers;
  all->things = dove_alloc(answers->item_count, sizeof *all->things);
  if (all->things == NULL) return dove_fail_memory(error, "comparing annotators");
  for (size_t i = 0; i < answers->item_count; i++) {
    all->things[i] = (thing){.facts = &answers->items[i]};
    memcpy(all->things[i].consensus, answers->items[i].consensus, sizeof all->things[i].consensus);
  }
  all->count = join_things(all->things, answers->item_count);
  const dove_status status = sort_out_stale(store, options->by_codebook, report, all, error);
  if (status != DOVE_OK) return status;
  for (int q = 0; q < DOVE_QUESTIONS; q++) {
    const size_t size = answers->annotator_count * all->count;
    all->values[q] = dove_alloc(size, sizeof(int32_t));
    if (all->values[q] == NULL) return dove_fail_memory(error, "comparing annotators");
    for (size_t i = 0; i < size; i++) all->values[q][i] = DOVE_LABEL_MISSING;
  }
  fill_labels(report, all);
  return DOVE_OK;
}

static void free_labels(labels *all) {
  free(all->things);
  for (int q = 0; q < DOVE_QUESTIONS; q++) free(all->values[q]);
}

/* ---- Ratings of one question ---- */

typedef struct selection {
  dove_ratings ratings;
  int32_t *labels;
  uint32_t *groups;
} selection;

static void free_selection(selection *chosen) {
  free(chosen->labels);
  free(chosen->groups);
  *chosen = (selection){0};
}

/* Takes the things at `places`, in this order, from the annotators at `who`. Things of one document, which follow each
 * other only in the order of things, are one group of the bootstrap. */
static dove_status select_ratings(const labels *all, dove_question question, const size_t *who, size_t annotators,
                                  const size_t *places, size_t count, selection *chosen, dove_error *error) {
  *chosen = (selection){.labels = dove_alloc(annotators * count, sizeof(int32_t)),
                        .groups = dove_alloc(count, sizeof(uint32_t))};
  if (chosen->labels == NULL || chosen->groups == NULL) {
    free_selection(chosen);
    return dove_fail_memory(error, "comparing annotators");
  }
  uint32_t groups = 0;
  for (size_t i = 0; i < count; i++) {
    const int64_t document = all->things[places[i]].facts->document;
    const bool goes_on = i > 0 && document != 0 && document == all->things[places[i - 1]].facts->document;
    chosen->groups[i] = goes_on ? groups - 1 : groups++;
    for (size_t a = 0; a < annotators; a++)
      chosen->labels[a * count + i] = all->values[question][who[a] * all->count + places[i]];
  }
  chosen->ratings = (dove_ratings){.labels = chosen->labels,
                                   .annotators = annotators,
                                   .items = count,
                                   .categories = 2,
                                   .groups = chosen->groups,
                                   .group_count = groups};
  return DOVE_OK;
}

/* ---- Rows ---- */

typedef struct maker {
  const dove_agreement_options *options;
  const labels *all;
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

static void count_labels(const selection *chosen, dove_agreement_row *row) {
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
  selection chosen;
  void *rows = report->rows;
  if (!dove_grow(&rows, &make->row_capacity, report->row_count + 1, sizeof *report->rows))
    return dove_fail_memory(make->error, "comparing annotators");
  report->rows = rows;
  dove_agreement_row *row = &report->rows[report->row_count];
  *row = (dove_agreement_row){.question = make->question, .group = group, .name = name, .things = count};
  dove_status status =
      select_ratings(make->all, make->question, make->who, make->annotators, places, count, &chosen, make->error);
  if (status != DOVE_OK) return status;
  count_labels(&chosen, row);
  status = dove_agreement_estimate(&chosen.ratings, make->options->seed, replicates_of(make, &chosen.ratings),
                                   make->options->level, &row->agreement, make->progress, make->error);
  if (status == DOVE_OK && group == DOVE_GROUP_ALL) plan_more(make->options, row);
  if (status == DOVE_OK) report->row_count++;
  free_selection(&chosen);
  return status;
}

static dove_status add_pairs(maker *make, const size_t *places, size_t count) {
  dove_agreement_report *report = make->report;
  const size_t pairs = make->annotators * (make->annotators - 1) / 2;
  void *rows = report->pairs;
  selection chosen;
  dove_pair_agreement *found = dove_alloc(pairs, sizeof *found);
  dove_status status = DOVE_OK;
  if (found == NULL || !dove_grow(&rows, &make->pair_capacity, report->pair_count + pairs, sizeof *report->pairs)) {
    free(found);
    return dove_fail_memory(make->error, "comparing annotators");
  }
  report->pairs = rows;
  status = select_ratings(make->all, make->question, make->who, make->annotators, places, count, &chosen, make->error);
  if (status == DOVE_OK) {
    status = dove_agreement_pairs(&chosen.ratings, make->options->seed, replicates_of(make, &chosen.ratings),
                                  make->options->level, found, make->progress, make->error);
    free_selection(&chosen);
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

static dove_status report_all(const dove_agreement_options *options, const labels *all, dove_agreement_report *report,
                              const dove_progress *progress, dove_error *error) {
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
  labels all = {0};
  dove_status status = dove_store_answers_read(store, options->round, &report->answers, error);
  if (status == DOVE_OK && report->answers.item_count == 0)
    status = dove_fail(error, DOVE_NOT_FOUND, "nothing was given to annotators yet: start a round");
  if (status == DOVE_OK) status = make_labels(store, options, report, &all, error);
  if (status == DOVE_OK) status = report_all(options, &all, report, progress, error);
  free_labels(&all);
  if (status != DOVE_OK) dove_agreement_report_free(report);
  return status;
}

void dove_agreement_report_free(dove_agreement_report *report) {
  free(report->rows);
  free(report->pairs);
  dove_store_answers_free(&report->answers);
  *report = (dove_agreement_report){0};
}
