#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/text.h"
#include "tui/panes/annotate/annotate_work.h"
#include "tui/panes/cell_text.h"
#include "tui/panes/note.h"
#include "tui/widgets/chart.h"

enum { WIDE = 110 /* columns from which on question and text stand side by side */, BAR = 12, STRIP = 12 };

static const dove_role answer_roles[] = {[DOVE_ANSWER_YES] = DOVE_ROLE_GOOD,
                                         [DOVE_ANSWER_NO] = DOVE_ROLE_BAD,
                                         [DOVE_ANSWER_SKIP] = DOVE_ROLE_FAINT,
                                         [DOVE_ANSWER_FLAG] = DOVE_ROLE_WARNING};

static bool is_answered(dove_answer answer) { return answer != DOVE_ANSWER_NONE && answer != DOVE_ANSWER_WITHDRAWN; }

static int draw_words(const dove_surface *surface, int y, int x, dove_role role, const char *text) {
  return x + dove_draw_string(surface, y, x, text, dove_style_of(role));
}

/* ---- Progress ---- */

static void describe_pace(const dove_annotation_progress *progress, dove_buffer *out) {
  char text[24];
  if (isnan(progress->seconds_per_item) || progress->done == progress->items) return;
  dove_clock_format_span(progress->seconds_per_item, text, sizeof text);
  dove_buffer_printf(out, " · %s each", text);
  dove_clock_format_span(progress->seconds_left, text, sizeof text);
  dove_buffer_printf(out, " · %s left", text);
}

static void draw_progress(const annotate_work *work, const dove_surface *surface, int y) {
  const dove_annotation_progress *progress = &work->annotator.progress;
  const double share = progress->items > 0 ? (double)progress->done / (double)progress->items : 0.0;
  dove_draw_rule(surface, y, 0, BAR, dove_style_of(DOVE_ROLE_BORDER));
  if (progress->done > 0) dove_draw_bar(surface, y, 0, (int)ceil(share * BAR), 1.0, dove_style_of(DOVE_ROLE_BAR));
  dove_buffer text = {0};
  dove_buffer_printf(&text, "%lld of %lld · %.0f %%", (long long)progress->done, (long long)progress->items,
                     floor(share * 100.0));
  if (!work->annotator.annotation.closed) describe_pace(progress, &text);
  if (progress->skipped > 0) dove_buffer_printf(&text, " · %lld skip", (long long)progress->skipped);
  if (progress->flagged > 0) dove_buffer_printf(&text, " · %lld flag", (long long)progress->flagged);
  const int x = BAR + 1;
  dove_draw_field(surface, y, x, surface->width - x, dove_buffer_text(&text), text.length, DOVE_ALIGN_LEFT,
                  dove_style_of(DOVE_ROLE_NORMAL));
  dove_buffer_free(&text);
}

/* The last items that were answered, the last one first, each with the answer that it has now. */
static void draw_strip(const annotate_work *work, const dove_surface *surface, int y) {
  const dove_store_judgment_list *recent = &work->annotator.recent;
  int x = 0;
  size_t shown = 0;
  for (size_t i = 0; i < recent->count && shown < STRIP && x < surface->width; i++) {
    const dove_store_judgment *row = &recent->rows[i];
    bool repeated = false;
    for (size_t k = 0; k < i; k++) {
      repeated = repeated || (recent->rows[k].item == row->item && recent->rows[k].question == row->question);
    }
    if (repeated || !is_answered(row->answer)) continue;
    x = draw_words(surface, y, x, DOVE_ROLE_FAINT, shown++ > 0 ? " · " : "last  ");
    x = draw_words(surface, y, x, answer_roles[row->answer], dove_answer_name(row->answer));
    if (row->question != DOVE_QUESTION_PRESENT) {
      x = draw_words(surface, y, x + 1, DOVE_ROLE_FAINT, dove_question_name(row->question));
    }
    x = draw_words(surface, y, x + 1, DOVE_ROLE_FAINT, row->code_name);
    if (row->note[0] != '\0') x = draw_words(surface, y, x, DOVE_ROLE_FAINT, "*");
  }
}

/* ---- The question ---- */

static size_t answered_of(const annotate_work *work) {
  size_t count = 0;
  for (size_t i = 0; i < work->annotator.items.count; i++) {
    count += is_answered(work->annotator.items.rows[i].answers[DOVE_QUESTION_PRESENT]) ? 1U : 0U;
  }
  return count;
}

/* What became of the code since; "" while nothing did. */
static void describe_standing(const annotate_work *work, dove_buffer *out) {
  int64_t now;
  if (work->annotator.own_codes_first) return;
  const int64_t code = dove_annotator_item(&work->annotator)->code;
  const dove_standing standing = dove_annotator_standing(&work->annotator, code, &now);
  if (standing == DOVE_STANDING_STALE) {
    dove_buffer_add_text(out, "! stale: the codebook in use has no code with these members");
  } else if (standing == DOVE_STANDING_MOVED) {
    dove_buffer_add_text(out, "its members are those of another code in the codebook in use");
  }
}

static void draw_question(const annotate_work *work, const dove_surface *surface, int y) {
  static const char *const before[] = {[DOVE_QUESTION_PRESENT] = "Does the text express ",
                                       [DOVE_QUESTION_MEANINGFUL] = "Is this code meaningful? ",
                                       [DOVE_QUESTION_REDUNDANT] = "Does another code say the same as "};
  static const char *const brief[] = {[DOVE_QUESTION_PRESENT] = "Expressed: ",
                                      [DOVE_QUESTION_MEANINGFUL] = "Meaningful: ",
                                      [DOVE_QUESTION_REDUNDANT] = "Redundant: "};
  const dove_store_item *item = dove_annotator_item(&work->annotator);
  const dove_question asked = work->annotator.question;
  if (work->annotator.own_codes_first) {
    draw_words(surface, y, 0, DOVE_ROLE_STRONG, "What does the text express? Your own codes first.");
    return;
  }
  const int wanted = dove_text_columns(item->code_name, strlen(item->code_name));
  const bool fits = (int)strlen(before[asked]) + wanted < surface->width;
  const int x = draw_words(surface, y, 0, DOVE_ROLE_NORMAL, fits ? before[asked] : brief[asked]);
  dove_buffer text = {0};
  if (item->document != 0) {
    dove_buffer_printf(&text, "%zu of %zu, %zu answered", work->annotator.current + 1, work->annotator.items.count,
                       answered_of(work));
  }
  const int room = surface->width - x - 2 - dove_text_columns(dove_buffer_text(&text), text.length);
  const int name = wanted < room || room < 12 ? wanted : room;
  dove_draw_field(surface, y, x, name, item->code_name, strlen(item->code_name), DOVE_ALIGN_LEFT,
                  (dove_style){.role = DOVE_ROLE_STRONG, .attributes = DOVE_BOLD});
  if (asked != DOVE_QUESTION_MEANINGFUL) draw_words(surface, y, x + name, DOVE_ROLE_NORMAL, "?");
  if (room >= name && text.length > 0) {
    const int columns = dove_text_columns(dove_buffer_text(&text), text.length);
    draw_words(surface, y, surface->width - columns, DOVE_ROLE_FAINT, dove_buffer_text(&text));
  }
  dove_buffer_free(&text);
}

/* The definition of the code or, for a document, what its author is said to value. */
static void describe_code(const annotate_work *work, dove_buffer *out) {
  const dove_store_item *item = dove_annotator_item(&work->annotator);
  if (work->annotator.own_codes_first) {
    dove_buffer_add_text(out, "a adds a code, m marks its place first; Enter ends them and shows the model's");
    return;
  }
  if (work->quotes.code != 0 && work->quotes.description[0] != '\0') dove_cell_line(out, work->quotes.description);
  for (size_t i = 0; work->shown_document != 0 && i < work->document.expressions.count; i++) {
    const dove_store_expression *expression = &work->document.expressions.rows[i];
    if (dove_document_view_code_of(&work->document, expression->id) != item->code) continue;
    if (out->length > 0) dove_buffer_add_text(out, " · ");
    dove_cell_line(out, expression->description);
  }
}

/* Which keys answer, and what is answered. */
static void draw_answers(const annotate_work *work, const dove_surface *surface, int y) {
  static const struct {
    dove_answer answer;
    const char *key;
  } keys[] = {{DOVE_ANSWER_YES, "y"}, {DOVE_ANSWER_NO, "n"}, {DOVE_ANSWER_SKIP, "s"}, {DOVE_ANSWER_FLAG, "f"}};
  const dove_store_item *item = dove_annotator_item(&work->annotator);
  if (work->annotator.own_codes_first) return;
  const dove_answer now = item->answers[work->annotator.question];
  int x = 1;
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    const bool chosen = keys[i].answer == now;
    x = draw_words(surface, y, x, DOVE_ROLE_KEY, keys[i].key);
    const dove_style style = {.role = chosen ? (uint8_t)answer_roles[now] : DOVE_ROLE_NORMAL,
                              .attributes = chosen ? DOVE_BOLD | DOVE_REVERSE : 0};
    x += dove_draw_format(surface, y, x, style, chosen ? "[%s]" : " %s ", dove_answer_name(keys[i].answer)) + 2;
  }
  if (work->annotator.question == DOVE_QUESTION_REDUNDANT && item->other_code != 0) {
    x = draw_words(surface, y, x, DOVE_ROLE_NORMAL, "with ");
    x = draw_words(surface, y, x, DOVE_ROLE_STRONG, item->other_name) + 2;
  }
  const char *note = item->notes[work->annotator.question];
  if (note[0] == '\0') return;
  x = draw_words(surface, y, x, DOVE_ROLE_FAINT, "note: ");
  dove_draw_field(surface, y, x, surface->width - x, note, strlen(note), DOVE_ALIGN_LEFT,
                  dove_style_of(DOVE_ROLE_NORMAL));
}

/* Everybody's answers, the earliest round first, in rounds that are not blind: "round 1  Ann: yes · Bo: no (why)". */
static void describe_others(const annotate_work *work, dove_buffer *out) {
  int64_t round = 0;
  for (size_t i = work->others.count; i-- > 0;) {
    const dove_store_judgment *row = &work->others.rows[i];
    if (row->question != work->annotator.question || row->answer == DOVE_ANSWER_WITHDRAWN) continue;
    if (row->round != round) {
      dove_buffer_printf(out, "%s%s  ", round != 0 ? "\n" : "", row->round_name);
    } else {
      dove_buffer_add_text(out, " · ");
    }
    round = row->round;
    dove_buffer_printf(out, "%s: %s", row->annotator, dove_answer_name(row->answer));
    if (row->note[0] != '\0') dove_buffer_printf(out, " (%s)", row->note);
  }
}

/* What a discussion came to, and before that: "consensus  yes (why), Ann". */
static void describe_consensus(const annotate_work *work, dove_buffer *out) {
  for (size_t i = 0; i < work->consensus.count; i++) {
    const dove_store_consensus *row = &work->consensus.rows[i];
    if (row->question != work->annotator.question) continue;
    dove_buffer_printf(out, "%s%s", out->length > 0 ? " · before: " : "consensus  ", dove_answer_name(row->answer));
    if (row->note[0] != '\0') dove_buffer_printf(out, " (%s)", row->note);
    if (row->author[0] != '\0') dove_buffer_printf(out, ", %s", row->author);
  }
}

/* What the annotator added to this document. */
static void describe_added(const annotate_work *work, dove_buffer *out) {
  for (size_t i = 0; i < work->annotator.added.count; i++) {
    const dove_store_added_code *row = &work->annotator.added.rows[i];
    if (row->withdrawn || row->name[0] == '\0') continue;
    dove_buffer_printf(out, "%s%s", out->length > 0 ? " · " : "added  ", row->name);
    if (row->span_start >= 0)
      dove_buffer_printf(out, " [%lld:%lld]", (long long)row->span_start, (long long)row->span_end);
  }
}

/* ---- Rows: the document's codes, or the codes that may say the same ---- */

static double probability(const annotate_work *work, int64_t code) {
  const dove_store_document_coding *coding = &work->document.coding;
  for (size_t i = 0; work->document.coded && i < coding->code_count; i++) {
    if (coding->codes[i].code == code) return coding->codes[i].q;
  }
  return (double)NAN;
}

static void draw_code_row(const annotate_work *work, const dove_surface *surface, int y, size_t row) {
  const dove_store_item *item = &work->annotator.items.rows[row];
  const dove_answer answer = item->answers[DOVE_QUESTION_PRESENT];
  const bool selected = row == work->annotator.current;
  dove_draw_string(surface, y, 0, selected ? "▸" : " ", dove_style_of(DOVE_ROLE_NORMAL));
  if (is_answered(answer)) draw_words(surface, y, 2, answer_roles[answer], dove_answer_name(answer));
  dove_buffer text = {0};
  dove_buffer_add_text(&text, item->code_name);
  if (item->notes[DOVE_QUESTION_PRESENT][0] != '\0') dove_buffer_printf(&text, "  * %s", item->notes[0]);
  int width = surface->width - 7;
  const double q = annotate_work_is_open_to_see(work) ? probability(work, item->code) : (double)NAN;
  if (!isnan(q)) width -= 7;
  dove_draw_field(surface, y, 7, width, dove_buffer_text(&text), text.length, DOVE_ALIGN_LEFT,
                  dove_style_of(selected ? DOVE_ROLE_STRONG : DOVE_ROLE_NORMAL));
  if (!isnan(q)) dove_draw_format(surface, y, 8 + width, dove_style_of(DOVE_ROLE_FAINT), "q %.2f", q);
  if (selected) dove_draw_ground(surface, y, 0, 1, surface->width, DOVE_ROLE_SELECTED);
  dove_buffer_free(&text);
}

static void draw_nearest_row(const annotate_work *work, const dove_surface *surface, int y, size_t row) {
  const dove_nearest_code *near = &work->nearest[row];
  dove_draw_format(surface, y, 2, dove_style_of(work->choosing ? DOVE_ROLE_KEY : DOVE_ROLE_FAINT), "%zu", row + 1);
  const bool cosine = annotate_work_is_open_to_see(work);
  const int width = surface->width - 4 - (cosine ? 6 : 0);
  dove_draw_field(surface, y, 4, width, near->name, strlen(near->name), DOVE_ALIGN_LEFT,
                  dove_style_of(work->choosing ? DOVE_ROLE_STRONG : DOVE_ROLE_NORMAL));
  if (cosine) dove_draw_format(surface, y, 5 + width, dove_style_of(DOVE_ROLE_FAINT), "%.2f", (double)near->cosine);
}

static bool shows_nearest(const annotate_work *work) {
  return work->annotator.question == DOVE_QUESTION_REDUNDANT && work->nearest_count > 0;
}

static int wanted_rows(const annotate_work *work) {
  if (shows_nearest(work)) return (int)work->nearest_count + 1;
  if (work->annotator.own_codes_first || work->annotator.annotation.target != DOVE_JUDGE_DOCUMENTS) return 0;
  return work->all_codes ? (int)work->annotator.items.count : 0;
}

static void draw_rows(annotate_work *work, const dove_surface *surface) {
  if (surface->height <= 0) return;
  if (shows_nearest(work)) {
    draw_words(surface, 0, 0, work->choosing ? DOVE_ROLE_STRONG : DOVE_ROLE_FAINT,
               work->choosing ? "With which? Its number · = another · Enter none by name · Esc leaves"
                              : "the nearest codes; after y their numbers choose");
    for (int y = 1; y < surface->height && (size_t)y <= work->nearest_count; y++) {
      draw_nearest_row(work, surface, y, (size_t)y - 1);
    }
    return;
  }
  const size_t height = (size_t)surface->height, count = work->annotator.items.count;
  work->rows_top = work->annotator.current >= height ? work->annotator.current + 1 - height : 0;
  for (int y = 0; y < surface->height && work->rows_top + (size_t)y < count; y++) {
    draw_code_row(work, surface, y, work->rows_top + (size_t)y);
  }
}

/* ---- Laying out ---- */

static void describe_document(const annotate_work *work, dove_buffer *out) {
  if (work->shown_document == 0) return;
  const dove_store_document *document = &work->document.document.rows[0];
  dove_buffer_add_text(out, document->external_id);
  if (document->culture[0] != '\0') dove_buffer_printf(out, " · %s", document->culture);
  if (document->topic[0] != '\0') dove_buffer_printf(out, " · %s", document->topic);
}

static void draw_field(const dove_surface *surface, int y, dove_role role, dove_buffer *text) {
  dove_draw_field(surface, y, 0, surface->width, dove_buffer_text(text), text->length, DOVE_ALIGN_LEFT,
                  dove_style_of(role));
  dove_buffer_free(text);
}

static void show_cursor(const annotate_work *work, const dove_surface *part) {
  size_t line;
  int x;
  dove_text_view_place(&work->text, work->mark.bytes[work->mark.cursor], &line, &x);
  if (line < work->text.top || line >= work->text.top + (size_t)part->height) return;
  part->canvas->cursor_y = part->y + (int)(line - work->text.top);
  part->canvas->cursor_x = part->x + x;
}

/* The document or, for a code and on request, what the code stands for. */
static void draw_text(annotate_work *work, const dove_surface *part, const dove_surface *pane, bool focus) {
  const bool words = work->shown_document == 0 || (work->show_quotes && !work->annotator.own_codes_first);
  work->text_area = (dove_surface){0};
  if (part->height <= 0 || part->width <= 0) return;
  if (words) {
    dove_text_view_draw(&work->words, part, focus);
    return;
  }
  if (work->to_evidence) {
    dove_text_view_lines(&work->text, part->width);
    work->text.height = part->height;
    work->text.width = part->width;
    annotate_work_next_evidence(work);
    work->to_evidence = false;
  }
  dove_text_view_draw(&work->text, part, focus);
  if (work->mark.on && focus) show_cursor(work, part);
  work->text_area = *part;
  work->text_area.y -= pane->y;
  work->text_area.x -= pane->x;
}

static int take(int *left, int wanted) {
  const int got = wanted < *left ? wanted : *left;
  if (got <= 0) return 0;
  *left -= got;
  return got;
}

static int note_lines(const char *text, int width, int most) {
  int lines = 0;
  const size_t length = strlen(text);
  for (size_t offset = 0; offset < length && lines < most && width > 0; lines++) {
    size_t next;
    dove_text_wrap(text + offset, length - offset, width, &next);
    offset += next;
  }
  return lines;
}

typedef void line_writer(const annotate_work *work, dove_buffer *out);

/* A text of up to `most` lines at *y, which moves on. */
static void draw_lines(const annotate_work *work, const dove_surface *surface, int *y, int height, line_writer *write,
                       dove_role role) {
  dove_buffer text = {0};
  write(work, &text);
  const dove_surface part = dove_surface_part(surface, *y, 0, height, surface->width);
  dove_draw_note(&part, dove_buffer_text(&text), text.length, dove_style_of(role));
  dove_buffer_free(&text);
  *y += height;
}

static int lines_of(const annotate_work *work, line_writer *write, int width, int most) {
  dove_buffer text = {0};
  write(work, &text);
  const int lines = note_lines(dove_buffer_text(&text), width, most);
  dove_buffer_free(&text);
  return lines;
}

/* Heights of the block of the question, in the order in which it is drawn. */
typedef struct block {
  int question, standing, note, answers, rows, others, consensus, added;
} block;

static block measure(const annotate_work *work, int width, int *left, int tall) {
  block plan = {.question = take(left, 1)};
  plan.answers = work->annotator.own_codes_first ? 0 : take(left, 1);
  plan.rows = take(left, wanted_rows(work) < tall ? wanted_rows(work) : tall);
  plan.standing = take(left, lines_of(work, describe_standing, width, 1));
  plan.added = take(left, lines_of(work, describe_added, width, 2));
  plan.others = take(left, lines_of(work, describe_others, width, tall > 12 ? 6 : 2));
  plan.consensus = take(left, lines_of(work, describe_consensus, width, 2));
  plan.note = take(left, lines_of(work, describe_code, width, tall > 12 ? 6 : 2));
  return plan;
}

static void draw_block(annotate_work *work, const dove_surface *surface, int y, const block *plan,
                       const dove_surface *pane) {
  if (plan->question > 0) draw_question(work, surface, y++);
  draw_lines(work, surface, &y, plan->standing, describe_standing, DOVE_ROLE_WARNING);
  draw_lines(work, surface, &y, plan->note, describe_code, DOVE_ROLE_FAINT);
  if (plan->answers > 0) draw_answers(work, surface, y++);
  const dove_surface rows = dove_surface_part(surface, y, 0, plan->rows, surface->width);
  draw_rows(work, &rows);
  work->rows_area = rows;
  work->rows_area.y -= pane->y;
  work->rows_area.x -= pane->x;
  y += plan->rows;
  draw_lines(work, surface, &y, plan->others, describe_others, DOVE_ROLE_NORMAL);
  draw_lines(work, surface, &y, plan->consensus, describe_consensus, DOVE_ROLE_STRONG);
  draw_lines(work, surface, &y, plan->added, describe_added, DOVE_ROLE_NORMAL);
}

static void draw_stacked(annotate_work *work, const dove_surface *surface, const dove_surface *pane, bool focus) {
  int left = surface->height, y = 0;
  const int text_least = take(&left, surface->height > 6 ? 3 : 1);
  const int strip = surface->height >= 9 ? take(&left, 1) : 0;
  const int heading = surface->height >= 8 && work->shown_document != 0 ? take(&left, 1) : 0;
  const int rule = surface->height >= 10 ? take(&left, 1) : 0;
  const block plan = measure(work, surface->width, &left, surface->height * 2 / 5 + 1);
  if (heading > 0) {
    dove_buffer text = {0};
    describe_document(work, &text);
    draw_field(surface, y++, DOVE_ROLE_FAINT, &text);
  }
  const dove_surface part = dove_surface_part(surface, y, 0, text_least + left, surface->width);
  draw_text(work, &part, pane, focus);
  y += text_least + left;
  if (rule > 0) dove_draw_rule(surface, y++, 0, surface->width, dove_style_of(DOVE_ROLE_BORDER));
  draw_block(work, surface, y, &plan, pane);
  if (strip > 0) draw_strip(work, surface, surface->height - 1);
}

/* The text at the left; at the right the question, and under it what the code stands for. */
static void draw_beside(annotate_work *work, const dove_surface *surface, const dove_surface *pane, bool focus) {
  const int columns = surface->width * 11 / 20;
  const bool document = work->shown_document != 0;
  dove_surface part = dove_surface_part(surface, document ? 1 : 0, 0, surface->height, columns);
  dove_buffer text = {0};
  describe_document(work, &text);
  const dove_surface top = dove_surface_part(surface, 0, 0, 1, columns);
  draw_field(&top, 0, DOVE_ROLE_FAINT, &text);
  draw_text(work, &part, pane, focus);
  dove_draw_column_rule(surface, 0, columns, surface->height, dove_style_of(DOVE_ROLE_BORDER));
  part = dove_surface_part(surface, 0, columns + 2, surface->height, surface->width - columns - 2);
  int left = part.height - 1;
  const block plan = measure(work, part.width, &left, part.height / 2);
  draw_block(work, &part, 0, &plan, pane);
  draw_strip(work, &part, part.height - 1);
  const int used = part.height - 1 - left;
  if (left < 5 || !document || work->show_quotes || work->annotator.own_codes_first) return;
  dove_draw_rule(&part, used, 0, part.width, dove_style_of(DOVE_ROLE_BORDER));
  draw_words(&part, used, 1, DOVE_ROLE_FAINT, " what the code stands for elsewhere, most central first ");
  const dove_surface words = dove_surface_part(&part, used + 1, 0, left - 1, part.width);
  dove_text_view_draw(&work->words, &words, false);
}

static void draw_end(const annotate_work *work, const dove_surface *surface) {
  dove_buffer text = {0};
  dove_buffer_printf(&text,
                     "All %lld items of the round are done. [ goes back to the last one, u takes it back, q shows "
                     "the rounds.\n",
                     (long long)work->annotator.progress.items);
  if (work->annotator.annotation.closed) {
    dove_buffer_clear(&text);
    dove_buffer_add_text(
        &text,
        "The round is closed: [ and ] go through its items, o goes to what is to be discussed, c sets a consensus.\n");
  }
  if (work->shift != NULL) dove_buffer_printf(&text, "\n%s", work->shift);
  const dove_surface part = dove_surface_part(surface, 1, 1, surface->height - 3, surface->width - 2);
  dove_draw_note(&part, dove_buffer_text(&text), text.length, dove_style_of(DOVE_ROLE_NORMAL));
  dove_buffer_free(&text);
  if (surface->height > 4) draw_strip(work, surface, surface->height - 1);
}

void annotate_work_draw(annotate_work *work, const dove_surface *surface, bool focus) {
  int y = 0;
  work->rows_area = (dove_surface){0};
  if (surface->height <= 0 || surface->width <= 0) return;
  if (surface->height >= 7) draw_progress(work, surface, y++);
  const int most = work->whole_instruction ? surface->height / 2 : surface->height >= 30 ? 3 : 1;
  const int lines = surface->height >= 10 ? note_lines(work->instruction, surface->width, most) : 0;
  work->long_instruction = lines > 0 && note_lines(work->instruction, surface->width, lines + 1) > lines;
  const dove_surface instruction = dove_surface_part(surface, y, 0, lines, surface->width);
  dove_draw_note(&instruction, work->instruction, strlen(work->instruction), dove_style_of(DOVE_ROLE_FAINT));
  y += lines;
  const dove_surface body = dove_surface_part(surface, y, 0, surface->height - y, surface->width);
  if (dove_annotator_item(&work->annotator) == NULL) {
    draw_end(work, &body);
  } else if (surface->width >= WIDE && body.height >= 12) {
    draw_beside(work, &body, surface, focus);
  } else {
    draw_stacked(work, &body, surface, focus);
  }
}

/* ---- Title and hints ---- */

void annotate_work_title(const annotate_work *work, dove_buffer *out) {
  const dove_annotation *annotation = &work->annotator.annotation;
  const dove_store_item *item = dove_annotator_item(&work->annotator);
  dove_buffer_add_text(out, work->name);
  if (item != NULL) {
    dove_buffer_printf(out, " · item %lld of %lld", (long long)item->position + 1,
                       (long long)work->annotator.progress.items);
  }
  dove_buffer_add_text(out, annotation->closed ? " · closed" : annotation->blind ? " · blind" : " · answers are open");
  if (annotation->blind_first) dove_buffer_add_text(out, " · own codes first");
}

/* What can be done to the item on the screen. */
static void item_hints(const annotate_work *work, dove_buffer *out) {
  const dove_annotator *annotator = &work->annotator;
  const dove_store_item *item = dove_annotator_item(annotator);
  const bool first = item->position == 0, last = item->position + 1 >= annotator->progress.items;
  if (annotator->annotation.closed) {
    dove_buffer_add_text(out, first ? "] on" : last ? "[ back" : "[ ] items");
    dove_buffer_add_text(out, "  o to be discussed  c consensus");
  } else {
    dove_buffer_add_text(out, "y yes  n no  s skip  f flag  i note  u undo");
    if (!first) dove_buffer_add_text(out, "  [ back");
    if (!last && item->document == 0) dove_buffer_add_text(out, "  ] on");
    if (item->document != 0) dove_buffer_add_text(out, "  a m add");
  }
  if (item->document != 0) dove_buffer_add_text(out, "  t all  d quotes");
  if (annotate_work_has_evidence(work)) dove_buffer_add_text(out, "  v evidence");
  if (work->long_instruction || work->whole_instruction) dove_buffer_add_text(out, "  I instruction");
  if (annotator->annotation.closed) dove_buffer_add_text(out, "  q rounds");
}

void annotate_work_hints(const annotate_work *work, dove_buffer *out) {
  if (work->mark.on) {
    dove_buffer_add_text(out, "hjkl w b move  Enter marks the start, then takes the span  Esc leaves");
  } else if (work->choosing) {
    dove_buffer_add_text(out, "1-9 with that code  = another  Enter none named  Esc back");
  } else if (dove_annotator_item(&work->annotator) == NULL) {
    dove_buffer_add_text(
        out, work->annotator.annotation.closed ? "[ back  o to be discussed  q rounds" : "[ back  u undo  q rounds");
  } else if (work->annotator.own_codes_first) {
    dove_buffer_add_text(out, "a add own code  m mark its place  Enter show the model's  u undo");
    if (dove_annotator_item(&work->annotator)->position > 0) dove_buffer_add_text(out, "  [ back");
  } else {
    item_hints(work, out);
  }
}
