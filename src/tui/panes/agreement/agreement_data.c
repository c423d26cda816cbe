#include "tui/panes/agreement/agreement_data.h"

#include <stdlib.h>
#include <string.h>

#include "dove/blindness.h"
#include "dove/memory.h"
#include "dove/settings.h"

static const char doing[] = "comparing annotators";

/* ---- Working it out ---- */

static void free_work(agreement_work *work) {
  if (work == NULL) return;
  dove_agreement_report_free(&work->report);
  dove_dispute_list_free(&work->items);
  free(work);
}

static dove_status compute(void *user, dove_store *store, const dove_progress *progress, dove_error *error) {
  agreement_work *work = user;
  const dove_status status = dove_agreement_report_make(store, &work->options, &work->report, progress, error);
  if (status != DOVE_OK) return status;
  return dove_annotation_disputes(store, work->options.round, DOVE_DISPUTE_ANY, &work->items, error);
}

static void stop(agreement_data *data) {
  dove_background_stop(data->background);
  data->background = NULL;
  free_work(data->work);
  data->work = NULL;
}

static dove_status begin(agreement_data *data, bool intervals, dove_error *error) {
  dove_settings settings;
  dove_controller *controller = dove_explorer_controller(data->explorer);
  stop(data);
  dove_status status = dove_controller_settings(controller, &settings, error);
  if (status != DOVE_OK) return status;
  data->work = dove_alloc_zero(1, sizeof *data->work);
  if (data->work == NULL) return dove_fail_memory(error, doing);
  data->work->options = (dove_agreement_options){.round = data->round,
                                                 .seed = (uint64_t)settings.seed,
                                                 .replicates = intervals ? DOVE_AGREEMENT_REPLICATES : 0,
                                                 .level = DOVE_AGREEMENT_LEVEL,
                                                 .groups = true};
  status = dove_background_start(controller, compute, data->work, &data->background, error);
  if (status != DOVE_OK) stop(data);
  return status;
}

static void forget(agreement_data *data) {
  free_work(data->shown);
  data->shown = NULL;
  data->failed = false;
  data->figure_count = data->group_count = data->item_count = 0;
}

void agreement_data_free(agreement_data *data) {
  stop(data);
  forget(data);
  dove_store_round_list_free(&data->rounds);
  free(data->first);
  free(data->second);
  free(data->figures);
  free(data->groups);
  free(data->items);
  *data = (agreement_data){0};
}

bool agreement_data_is_ready(const agreement_data *data) {
  return data->background != NULL && dove_background_done(data->background, NULL, NULL);
}

/* The figures come first without intervals, which take longer. */
bool agreement_data_collect(agreement_data *data) {
  dove_status status = DOVE_OK;
  dove_error error = {0};
  if (data->background == NULL || !dove_background_done(data->background, &status, &error)) return false;
  agreement_work *work = data->work;
  data->work = NULL;
  stop(data);
  forget(data);
  if (status == DOVE_OK) {
    data->shown = work;
    data->intervals = work->options.replicates > 0;
    status = agreement_data_arrange(data, &error);
    if (status == DOVE_OK && !data->intervals) status = begin(data, true, &error);
  } else {
    free_work(work);
  }
  data->failed = status != DOVE_OK;
  if (data->failed) data->error = error;
  return true;
}

/* ---- Rounds ---- */

const dove_store_round *agreement_data_round(const agreement_data *data) {
  for (size_t i = 0; i < data->rounds.count; i++) {
    if (data->rounds.rows[i].id == data->round) return &data->rounds.rows[i];
  }
  return NULL;
}

static int64_t done_of(const dove_store_round_work *work, size_t count, int64_t round) {
  for (size_t i = 0; i < count; i++) {
    if (work[i].round == round) return work[i].done;
  }
  return 0;
}

/* Others' answers stay hidden as long as the person could still be led by them. */
static dove_status look_at_blindness(agreement_data *data, dove_store *store, dove_error *error) {
  dove_store_round_work *work = NULL;
  size_t count = 0;
  const dove_status status = dove_own_work_read(store, &work, &count, error);
  data->hidden = false;
  for (size_t i = 0; i < data->rounds.count && status == DOVE_OK; i++) {
    const dove_store_round *round = &data->rounds.rows[i];
    const bool meant = data->round == 0 || round->id == data->round;
    if (meant && round->blind && round->closed == 0 && done_of(work, count, round->id) < round->items)
      data->hidden = true;
  }
  free(work);
  return status;
}

dove_status agreement_data_load(agreement_data *data, dove_error *error) {
  dove_store *store = dove_model_store(dove_explorer_model(data->explorer));
  const bool first = data->rounds.count == 0;
  dove_store_round_list_free(&data->rounds);
  dove_status status = dove_store_round_list_read(store, &data->rounds, error);
  if (status != DOVE_OK) return status;
  if (first && data->rounds.count > 0) data->round = data->rounds.rows[data->rounds.count - 1].id;
  if (data->rounds.count == 0) {
    stop(data);
    forget(data);
    return DOVE_OK;
  }
  status = look_at_blindness(data, store, error);
  return status == DOVE_OK ? begin(data, false, error) : status;
}

dove_status agreement_data_choose_round(agreement_data *data, int64_t round, dove_error *error) {
  if (round == data->round) return DOVE_OK;
  data->round = round;
  forget(data);
  return agreement_data_load(data, error);
}

/* ---- Rows ---- */

static bool is_of_group(const agreement_data *data, const dove_dispute *item) {
  const dove_store_item_facts *facts = &data->shown->items.answers.items[item->facts];
  if (item->question != data->question) return false;
  return strcmp(dove_agreement_group_of(facts, data->choice_group), data->first) == 0;
}

static dove_answer answer_of(const agreement_data *data, const dove_dispute *item, const char *annotator) {
  const dove_store_answers *answers = &data->shown->items.answers;
  for (size_t i = item->first_answer; i < item->first_answer + item->answer_count; i++) {
    const dove_store_answer *answer = &answers->answers[i];
    if (answer->question != item->question) continue;
    if (strcmp(dove_store_answers_name(answers, answer->annotator), annotator) == 0) return answer->answer;
  }
  return DOVE_ANSWER_NONE;
}

static bool is_label(dove_answer answer) { return answer == DOVE_ANSWER_YES || answer == DOVE_ANSWER_NO; }

static bool is_of_pair(const agreement_data *data, const dove_dispute *item) {
  if (item->question != data->question) return false;
  const dove_answer first = answer_of(data, item, data->first), second = answer_of(data, item, data->second);
  return is_label(first) && is_label(second) && first != second;
}

static bool is_chosen(const agreement_data *data, const dove_dispute *item) {
  switch (data->choice) {
    case AGREEMENT_SPLIT: return dove_dispute_is(item, DOVE_DISPUTE_SPLIT);
    case AGREEMENT_TALK: return dove_dispute_is(item, DOVE_DISPUTE_TALK);
    case AGREEMENT_GROUP: return is_of_group(data, item);
    case AGREEMENT_PAIR: return is_of_pair(data, item);
    case AGREEMENT_ALL:
    case AGREEMENT_CHOICES: break;
  }
  return true;
}

static dove_status make_room(agreement_data *data, dove_error *error) {
  const dove_agreement_report *report = &data->shown->report;
  free(data->figures);
  free(data->groups);
  free(data->items);
  data->figures = dove_alloc(report->row_count, DOVE_COEFFICIENTS * sizeof *data->figures);
  data->groups = dove_alloc(report->row_count, sizeof *data->groups);
  data->items = dove_alloc(data->shown->items.count, sizeof *data->items);
  data->figure_count = data->group_count = data->item_count = 0;
  const bool good = data->figures != NULL && data->groups != NULL && data->items != NULL;
  return good ? DOVE_OK : dove_fail_memory(error, doing);
}

/* Groups of single codes and documents would tell the answers, as the items do. */
static bool shows_group(const agreement_data *data, const dove_agreement_row *row) {
  const bool telling = row->group == DOVE_GROUP_CODE || row->group == DOVE_GROUP_DOCUMENT;
  return (data->group == DOVE_GROUP_ALL || row->group == data->group) && !(data->hidden && telling);
}

dove_status agreement_data_arrange(agreement_data *data, dove_error *error) {
  if (data->shown == NULL) return DOVE_OK;
  const dove_agreement_report *report = &data->shown->report;
  const dove_status status = make_room(data, error);
  for (size_t i = 0; i < report->row_count && status == DOVE_OK; i++) {
    const bool whole = report->rows[i].group == DOVE_GROUP_ALL;
    for (int c = 0; c < DOVE_COEFFICIENTS && whole; c++)
      data->figures[data->figure_count++] = (agreement_figure){.row = i, .coefficient = (dove_coefficient)c};
    if (!whole && shows_group(data, &report->rows[i])) data->groups[data->group_count++] = i;
  }
  for (size_t i = 0; i < data->shown->items.count && status == DOVE_OK && !data->hidden; i++) {
    if (is_chosen(data, &data->shown->items.rows[i])) data->items[data->item_count++] = i;
  }
  return status;
}

dove_status agreement_data_choose(agreement_data *data, agreement_choice choice, dove_question question,
                                  dove_agreement_group group, const char *first, const char *second,
                                  dove_error *error) {
  char *one = dove_strdup(first), *other = dove_strdup(second);
  if (one == NULL || other == NULL) {
    free(one);
    free(other);
    return dove_fail_memory(error, doing);
  }
  free(data->first);
  free(data->second);
  data->first = one;
  data->second = other;
  data->choice = choice;
  data->question = question;
  data->choice_group = group;
  return agreement_data_arrange(data, error);
}

const dove_agreement_row *agreement_data_figure(const agreement_data *data, size_t row, dove_coefficient *coefficient) {
  const agreement_figure *figure = &data->figures[row];
  *coefficient = figure->coefficient;
  return &data->shown->report.rows[figure->row];
}

const dove_agreement_row *agreement_data_group(const agreement_data *data, size_t row) {
  return &data->shown->report.rows[data->groups[row]];
}

const dove_dispute *agreement_data_item(const agreement_data *data, size_t row) {
  return &data->shown->items.rows[data->items[row]];
}

const dove_agreement_pair_row *agreement_data_pair(const agreement_data *data, size_t row) {
  return &data->shown->report.pairs[row];
}

size_t agreement_data_pair_count(const agreement_data *data) {
  return data->shown != NULL ? data->shown->report.pair_count : 0;
}

void agreement_data_add_answers(const agreement_data *data, const dove_dispute *item, dove_buffer *out) {
  const dove_store_answers *answers = &data->shown->items.answers;
  const char *before = "";
  for (size_t i = item->first_answer; i < item->first_answer + item->answer_count; i++) {
    const dove_store_answer *answer = &answers->answers[i];
    if (answer->question != item->question || answer->answer == DOVE_ANSWER_WITHDRAWN) continue;
    dove_buffer_printf(out, "%s%s %s", before, dove_store_answers_name(answers, answer->annotator),
                       dove_answer_name(answer->answer));
    before = ", ";
  }
}

bool agreement_data_more(const agreement_data *data, const dove_agreement_row *row, dove_coefficient coefficient,
                         size_t *more) {
  if (!(data->wanted > 0)) return false;
  return dove_agreement_items_needed(row->agreement.items, row->agreement.intervals[coefficient], data->wanted, more,
                                     NULL) == DOVE_OK;
}
