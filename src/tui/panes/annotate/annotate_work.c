#include "tui/panes/annotate/annotate_work.h"

#include <stdlib.h>
#include <string.h>

#include "dove/annotation_disputes.h"
#include "dove/memory.h"
#include "dove/text.h"
#include "tui/panes/cell_text.h"

enum { QUOTES_SHOWN = 40 };

/* ---- Beginning and end ---- */

void annotate_work_init(annotate_work *work, dove_model *model) {
  *work = (annotate_work){.model = model, .pressed = SIZE_MAX};
}

static void forget_shown(annotate_work *work) {
  if (work->shown_document != 0) dove_document_view_free(&work->document);
  work->shown_document = 0;
  dove_code_quotes_free(&work->quotes);
  dove_store_judgment_list_free(&work->others);
  dove_store_consensus_list_free(&work->consensus);
  work->nearest_count = 0;
}

void annotate_work_free(annotate_work *work) {
  forget_shown(work);
  dove_annotator_close(&work->annotator);
  dove_text_view_free(&work->text);
  dove_text_view_free(&work->words);
  annotate_mark_end(&work->mark);
  free(work->name);
  free(work->instruction);
  free(work->shift);
  free(work->evidence);
  work->name = work->instruction = work->shift = NULL;
  work->evidence = NULL;
}

bool annotate_work_is_open(const annotate_work *work) { return work->annotator.annotation.round != 0; }

bool annotate_work_is_open_to_see(const annotate_work *work) { return !work->annotator.annotation.blind; }

/* The name and the instruction of the round. */
static dove_status read_round(annotate_work *work, dove_error *error) {
  dove_store_round_list list = {0};
  dove_status status = dove_store_round_list_read(dove_model_store(work->model), &list, error);
  free(work->name);
  free(work->instruction);
  work->name = work->instruction = NULL;
  work->named = work->annotator.annotation.round;
  for (size_t i = 0; i < list.count; i++) {
    if (list.rows[i].id != work->annotator.annotation.round) continue;
    work->name = dove_strdup(list.rows[i].name);
    work->instruction = dove_strdup(list.rows[i].instruction);
  }
  if (status == DOVE_OK && (work->name == NULL || work->instruction == NULL)) {
    status = dove_fail_memory(error, "taking up a round");
  }
  dove_store_round_list_free(&list);
  return status;
}

dove_status annotate_work_open(annotate_work *work, int64_t round, const char *name, dove_error *error) {
  dove_model *model = work->model;
  const bool all_codes = work->all_codes;
  annotate_work_free(work);
  annotate_work_init(work, model);
  work->all_codes = all_codes;
  dove_status status = dove_annotator_open(&work->annotator, dove_model_store(model), round, name, error);
  if (status == DOVE_OK) status = annotate_work_follow(work, error);
  if (status != DOVE_OK) {
    annotate_work_free(work);
    annotate_work_init(work, model);
  }
  return status;
}

/* ---- What is read of an item ---- */

static dove_status read_document(annotate_work *work, int64_t document, dove_error *error) {
  if (document == work->shown_document) return DOVE_OK;
  if (work->shown_document != 0) dove_document_view_free(&work->document);
  work->shown_document = 0;
  work->text.top = 0;
  work->to_evidence = true;
  work->looked_at = 0;
  const int64_t iteration = work->annotator.annotation.iteration;
  if (document == 0) return DOVE_OK;
  const dove_status status = dove_model_document_at(work->model, document, iteration, &work->document, error);
  if (status == DOVE_OK) work->shown_document = document;
  return status;
}

/* Definition and quotes as one text. */
static dove_status write_words(annotate_work *work, dove_error *error) {
  const dove_code_quotes *quotes = &work->quotes;
  dove_buffer text = {0};
  if (quotes->description[0] != '\0') dove_buffer_printf(&text, "%s\n\n", quotes->description);
  for (size_t i = 0; i < quotes->members.count; i++) {
    const dove_store_expression *member = &quotes->members.rows[i];
    if (member->evidence[0] != '\0') {
      dove_buffer_add_text(&text, "“");
      dove_cell_line(&text, member->evidence);
      dove_buffer_add_text(&text, "” ");
    }
    dove_cell_line(&text, member->description);
    dove_buffer_printf(&text, " — %s\n", member->human ? member->culture : member->source);
  }
  const int64_t rest = quotes->total - (int64_t)quotes->members.count;
  if (rest > 0) dove_buffer_printf(&text, "… and %lld more\n", (long long)rest);
  const dove_status status =
      text.failed ? dove_fail_memory(error, "showing a code")
                  : dove_text_view_set(&work->words, dove_buffer_text(&text), text.length, NULL, 0, error);
  dove_buffer_free(&text);
  work->words.top = 0;
  return status;
}

static dove_status read_quotes(annotate_work *work, int64_t code, dove_error *error) {
  if (code == work->quotes.code) return DOVE_OK;
  dove_code_quotes_free(&work->quotes);
  work->to_evidence = true;
  work->looked_at = 0;
  if (code == 0) return dove_text_view_set(&work->words, "", 0, NULL, 0, error);
  const int64_t iteration = work->annotator.annotation.iteration;
  const dove_status status = dove_model_code_quotes(work->model, iteration, code, QUOTES_SHOWN, &work->quotes, error);
  return status == DOVE_OK ? write_words(work, error) : status;
}

static dove_status read_nearest(annotate_work *work, dove_error *error) {
  work->nearest_count = 0;
  if (work->annotator.annotation.target != DOVE_JUDGE_CODES) return DOVE_OK;
  return dove_annotator_nearest(&work->annotator, work->nearest, &work->nearest_count, error);
}

static dove_status read_others(annotate_work *work, const dove_store_item *item, dove_error *error) {
  dove_store_judgment_list_free(&work->others);
  dove_store_consensus_list_free(&work->consensus);
  if (item == NULL || !annotate_work_is_open_to_see(work)) return DOVE_OK;
  const dove_status status = dove_annotation_others(&work->annotator.annotation, item->id, &work->others, error);
  if (status != DOVE_OK) return status;
  return dove_store_consensus_read(dove_model_store(work->model), item->id, &work->consensus, error);
}

/* At the end of a blind-first round: what became of the annotator's own codes. */
static dove_status read_shift(annotate_work *work, dove_error *error) {
  const dove_annotation *annotation = &work->annotator.annotation;
  free(work->shift);
  work->shift = NULL;
  if (!annotation->blind_first || dove_annotator_item(&work->annotator) != NULL) return DOVE_OK;
  dove_shift_list list = {0};
  dove_status status = dove_annotation_shifts(annotation->store, annotation->round, &list, error);
  if (status != DOVE_OK) return status;
  dove_buffer text = {0};
  for (size_t i = 0; i < list.count; i++) {
    const dove_shift *row = &list.rows[i];
    if (annotation->blind && row->annotator != annotation->annotator) continue;
    dove_buffer_printf(&text,
                       "%s: %.0f %% of %zu answers shifted once the codes were shown; own codes: %zu kept, %zu "
                       "dropped; others: %zu adopted, %zu refused\n",
                       row->name, row->shift * 100.0, row->items, row->kept, row->dropped, row->adopted, row->refused);
  }
  dove_shift_list_free(&list);
  if (text.length == 0) return DOVE_OK;
  work->shift = dove_buffer_take(&text);
  return work->shift != NULL ? DOVE_OK : dove_fail_memory(error, "comparing answers");
}

dove_status annotate_work_follow(annotate_work *work, dove_error *error) {
  const dove_store_item *item = dove_annotator_item(&work->annotator);
  const int64_t code = item != NULL && !work->annotator.own_codes_first ? item->code : 0;
  work->choosing = false;
  dove_status status = DOVE_OK;
  if (work->named != work->annotator.annotation.round) {
    forget_shown(work);
    status = read_round(work, error);
  }
  if (status == DOVE_OK) status = read_document(work, item != NULL ? item->document : 0, error);
  if (status == DOVE_OK) status = read_quotes(work, code, error);
  if (status == DOVE_OK) status = read_nearest(work, error);
  if (status == DOVE_OK) status = read_others(work, item, error);
  if (status == DOVE_OK) status = read_shift(work, error);
  if (status == DOVE_OK) status = annotate_work_show_text(work, error);
  return status;
}

dove_status annotate_work_reload(annotate_work *work, dove_error *error) {
  forget_shown(work);
  const dove_status status = dove_annotator_reload(&work->annotator, error);
  return status == DOVE_OK ? annotate_work_follow(work, error) : status;
}

/* ---- The text ---- */

static int64_t code_of(const annotate_work *work, const dove_store_expression *expression) {
  return dove_document_view_code_of(&work->document, expression->id);
}

static bool has_place(const dove_store_expression *expression) {
  return expression->evidence_start >= 0 && expression->evidence_end > expression->evidence_start;
}

/* The evidence of the code that is judged; with all codes in a list, that of the others as well. None before the
 * annotator's own codes are given. */
static size_t list_evidence(const annotate_work *work, documents_evidence *evidence) {
  const dove_store_expression_list *expressions = &work->document.expressions;
  const dove_store_item *item = dove_annotator_item(&work->annotator);
  size_t count = 0;
  if (item == NULL || work->annotator.own_codes_first) return 0;
  for (size_t i = 0; i < expressions->count; i++) {
    const dove_store_expression *expression = &expressions->rows[i];
    const int64_t code = code_of(work, expression);
    bool judged = false;
    for (size_t k = 0; k < work->annotator.items.count; k++)
      judged = judged || work->annotator.items.rows[k].code == code;
    const bool focus = code == item->code;
    if (!has_place(expression) || !(focus || (work->all_codes && judged))) continue;
    evidence[count++] = (documents_evidence){
        .start = (size_t)expression->evidence_start, .end = (size_t)expression->evidence_end, .focus = focus};
  }
  return count;
}

/* The text without signs in it, so that what is marked has the place that it has in the document. */
static dove_status show_marked(annotate_work *work, dove_error *error) {
  dove_text_range ranges[2] = {{.id = -1}, {.id = -1}};
  size_t count = 0;
  if (work->mark.on) {
    ranges[count] = annotate_mark_range(&work->mark, &work->text);
    ranges[count++].style = (dove_style){.role = DOVE_ROLE_MATCH, .attributes = DOVE_REVERSE};
  }
  const char *text = work->document.text;
  work->signs = false;
  return dove_text_view_set(&work->text, text, strlen(text), ranges, count, error);
}

dove_status annotate_work_show_text(annotate_work *work, dove_error *error) {
  if (work->shown_document == 0) return dove_text_view_set(&work->text, "", 0, NULL, 0, error);
  if (work->mark.on) return show_marked(work, error);
  free(work->evidence);
  work->evidence = dove_alloc(work->document.expressions.count, sizeof *work->evidence);
  work->evidence_count = 0;
  if (work->evidence == NULL) return dove_fail_memory(error, "marking the evidence");
  work->evidence_count = list_evidence(work, work->evidence);
  work->signs = work->text.search.words == NULL;
  return documents_marks_set(&work->text, work->document.text, work->evidence, work->evidence_count, work->signs,
                             error);
}

bool annotate_work_has_evidence(const annotate_work *work) {
  const dove_store_expression_list *expressions = &work->document.expressions;
  const dove_store_item *item = dove_annotator_item(&work->annotator);
  if (work->shown_document == 0 || item == NULL || work->annotator.own_codes_first) return false;
  for (size_t i = 0; i < expressions->count; i++) {
    if (has_place(&expressions->rows[i]) && code_of(work, &expressions->rows[i]) == item->code) return true;
  }
  return false;
}

bool annotate_work_next_evidence(annotate_work *work) {
  const dove_store_expression_list *expressions = &work->document.expressions;
  const dove_store_item *item = dove_annotator_item(&work->annotator);
  size_t from = 0;
  if (work->shown_document == 0 || item == NULL || work->annotator.own_codes_first) return false;
  for (size_t i = 0; i < expressions->count; i++) {
    if (expressions->rows[i].id == work->looked_at) from = i + 1;
  }
  for (size_t i = 0; i < expressions->count; i++) {
    const dove_store_expression *expression = &expressions->rows[(from + i) % expressions->count];
    if (!has_place(expression) || code_of(work, expression) != item->code) continue;
    work->looked_at = expression->id;
    return dove_text_view_show(&work->text, expression->evidence_start);
  }
  return false;
}

/* ---- Marking ---- */

dove_status annotate_work_mark(annotate_work *work, dove_error *error) {
  if (work->shown_document == 0) {
    return dove_fail(error, DOVE_NOT_FOUND, "there is no document to mark a span in");
  }
  const size_t top = work->text.top;
  work->show_quotes = false;
  dove_status status = show_marked(work, error);
  if (status != DOVE_OK) return status;
  dove_text_view_lines(&work->text, work->text_area.width);
  work->text.top = top;
  status = annotate_mark_begin(&work->mark, &work->text, work->document.text, error);
  return status == DOVE_OK ? show_marked(work, error) : status;
}

/* Signs that stand before code point `point` in the view. What two expressions share has one pair of them. */
static size_t signs_before(const annotate_work *work, size_t point) {
  size_t count = 0;
  for (size_t i = 0; i < work->evidence_count && work->signs; i++) {
    const documents_evidence *one = &work->evidence[i], *next = one + 1;
    if (i + 1 < work->evidence_count && one->start == next->start && one->end == next->end) continue;
    count += (one->start <= point ? 1U : 0U) + (one->end <= point ? 1U : 0U);
  }
  return count;
}

/* The byte of the view at a code point of the document. */
static size_t byte_at(const annotate_work *work, const annotate_mark *table, size_t point) {
  return table->bytes[point] + strlen("▌") * signs_before(work, point);
}

/* The code point of the document at a byte of the view: the last one that does not begin behind it. */
static size_t point_at(const annotate_work *work, const annotate_mark *table, size_t byte) {
  size_t low = 0, high = table->points;
  while (low < high) {
    const size_t middle = low + (high - low + 1) / 2;
    if (byte_at(work, table, middle) <= byte) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

void annotate_work_light(annotate_work *work, size_t from_byte, size_t to_byte) {
  dove_text_view *view = &work->text;
  const size_t last = from_byte < to_byte ? to_byte : from_byte;
  int columns;
  view->lit = from_byte < to_byte ? from_byte : to_byte;
  view->lit_end = last + dove_text_cluster(view->text + last, view->length - last, &columns);
}

dove_status annotate_work_end_mark(annotate_work *work, bool taken, dove_error *error) {
  annotate_mark table = work->mark;
  work->mark = (annotate_mark){0};
  work->picked = (dove_text_range){.id = -1};
  if (taken) work->picked = annotate_mark_range(&table, &work->text);
  const dove_status status = annotate_work_show_text(work, error);
  if (status == DOVE_OK && taken) { /* it stays seen while it is named */
    work->text.lit = byte_at(work, &table, work->picked.first);
    work->text.lit_end = byte_at(work, &table, work->picked.end);
  }
  annotate_mark_end(&table);
  return status;
}

dove_status annotate_work_pick(annotate_work *work, size_t from_byte, size_t to_byte, dove_error *error) {
  dove_status status = annotate_mark_begin(&work->mark, &work->text, work->document.text, error);
  if (status != DOVE_OK) return status;
  const size_t from = point_at(work, &work->mark, from_byte), to = point_at(work, &work->mark, to_byte);
  status = show_marked(work, error);
  work->mark.started = from;
  work->mark.cursor = to;
  return status == DOVE_OK ? annotate_work_end_mark(work, true, error) : status;
}
