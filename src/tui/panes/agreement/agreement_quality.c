#include "tui/panes/agreement/agreement_quality.h"

#include <math.h>

#include "tui/panes/agreement/agreement_lists.h"
#include "tui/panes/cell_text.h"
#include "tui/widgets/chart.h"

enum { NAME = 17, VALUE = 6, INTERVAL = 14, LEAST_BAR = 8 };

static const char *const names[DOVE_QUESTIONS] = {
    [DOVE_QUESTION_PRESENT] = "mapping accuracy",
    [DOVE_QUESTION_MEANINGFUL] = "meaningfulness",
    [DOVE_QUESTION_REDUNDANT] = "conciseness",
};

static void add_counts(const dove_codebook_quality *quality, dove_buffer *out) {
  dove_buffer_printf(out, "n %zu", quality->decided);
  if (quality->tied > 0) dove_buffer_printf(out, ", %zu tied", quality->tied);
  if (quality->unlabelled > 0) dove_buffer_printf(out, ", %zu without a label", quality->unlabelled);
}

static void draw_text(const dove_surface *surface, int y, int x, int width, const dove_buffer *text,
                      dove_alignment alignment, dove_role role) {
  dove_draw_field(surface, y, x, width, dove_buffer_text(text), text->length, alignment, dove_style_of(role));
}

/* Name, value, interval, bar, counts; counts go below when `tall`. */
static void draw_measure(const dove_codebook_quality *quality, const dove_surface *surface, int y, bool tall) {
  dove_buffer text = {0};
  dove_draw_string(surface, y, 1, names[quality->question], dove_style_of(DOVE_ROLE_NORMAL));
  dove_cell_number(&text, quality->value, 3);
  draw_text(surface, y, NAME, VALUE, &text, DOVE_ALIGN_RIGHT, DOVE_ROLE_STRONG);
  dove_buffer_clear(&text);
  agreement_add_interval(&text, &quality->interval);
  draw_text(surface, y, NAME + VALUE + 1, INTERVAL, &text, DOVE_ALIGN_RIGHT, DOVE_ROLE_NORMAL);
  dove_buffer_clear(&text);
  add_counts(quality, &text);
  const int bar = NAME + VALUE + INTERVAL + 3;
  const int counts = tall ? 0 : (int)text.length + 2;
  const int width = surface->width - bar - counts - 1;
  if (width >= LEAST_BAR && quality->decided > 0)
    dove_draw_interval(surface, y, bar, width, quality->interval.low, quality->value, quality->interval.high,
                       dove_style_of(DOVE_ROLE_BAR));
  if (tall) draw_text(surface, y + 1, NAME + 1, surface->width - NAME - 1, &text, DOVE_ALIGN_LEFT, DOVE_ROLE_FAINT);
  if (!tall && width >= 0) draw_text(surface, y, bar + width + 2, counts, &text, DOVE_ALIGN_LEFT, DOVE_ROLE_FAINT);
  dove_buffer_free(&text);
}

void agreement_quality_draw(const dove_agreement_report *report, const dove_surface *surface) {
  const bool tall = surface->height >= 2 * DOVE_QUESTIONS;
  for (int q = 0; q < DOVE_QUESTIONS; q++) draw_measure(&report->quality[q], surface, q * (tall ? 2 : 1), tall);
}

void agreement_quality_add(const dove_agreement_report *report, dove_buffer *out) {
  for (int q = 0; q < DOVE_QUESTIONS; q++) {
    const dove_codebook_quality *quality = &report->quality[q];
    dove_buffer_printf(out, "%s\t", names[q]);
    dove_cell_number(out, quality->value, 3);
    dove_buffer_add_char(out, '\t');
    agreement_add_interval(out, &quality->interval);
    dove_buffer_add_char(out, '\t');
    add_counts(quality, out);
    dove_buffer_add_char(out, '\n');
  }
}
