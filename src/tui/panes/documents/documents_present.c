#include "tui/panes/documents/documents_present.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/text.h"

/* Lines longer than this read badly; under the least width the texts stand below each other. */
enum { WIDEST = 66, LEAST_WIDTH = 60, LEAST_MARGIN_HEIGHT = 18 };

void documents_present_free(documents_present *present) {
  for (size_t i = 0; i < PRESENT_SIDES; i++) dove_text_view_free(&present->texts[i]);
}

dove_status documents_present_start(documents_present *present, const char *argument, dove_error *error) {
  enum { LONGEST = 3600 };
  char *end;
  const double seconds = argument[0] != '\0' ? strtod(argument, &end) : 0;
  if (argument[0] != '\0' && (*end != '\0' || !(seconds >= 1 && seconds <= LONGEST))) {
    return dove_fail(error, DOVE_USAGE, "'%s' is not a time for a pair: give seconds from 1 to %d, or nothing",
                     argument, LONGEST);
  }
  present->on = true;
  present->seconds = seconds;
  documents_present_turn(present);
  return DOVE_OK;
}

void documents_present_stop(documents_present *present) { present->on = false; }

void documents_present_turn(documents_present *present) {
  present->revealed = false;
  present->due = dove_clock_seconds() + present->seconds;
  present->shown[0] = present->shown[1] = 0; /* read again, from the top */
}

int documents_present_wait(const documents_present *present) {
  if (!present->on || !(present->seconds > 0)) return -1;
  const double left = (present->due - dove_clock_seconds()) * 1000;
  return left > 0 ? (int)ceil(left) : 0;
}

/* ---- Drawing ---- */

static dove_status take_text(documents_present *present, const documents_compare *compare, size_t i,
                             dove_error *error) {
  const documents_side *side = &compare->sides[i];
  if (side->document == present->shown[i]) return DOVE_OK;
  const char *text = side->document != 0 ? side->view.text : "";
  const dove_status status = dove_text_view_set(&present->texts[i], text, strlen(text), NULL, 0, error);
  if (status != DOVE_OK) return status;
  present->texts[i].top = 0;
  present->shown[i] = side->document;
  return DOVE_OK;
}

static void draw_codes(const documents_side *side, const dove_surface *surface) {
  for (int y = 0; y < surface->height && (size_t)y < side->row_count; y++) {
    const documents_row *row = &side->rows[y];
    const dove_style style = dove_style_of(row->shared ? DOVE_ROLE_SHARED : DOVE_ROLE_NORMAL);
    dove_draw_string(surface, y, 0, row->shared ? "●" : "○", style);
    dove_draw_field(surface, y, 2, surface->width - 2, row->name, strlen(row->name), DOVE_ALIGN_LEFT, style);
  }
}

static void draw_side(documents_present *present, const documents_compare *compare, size_t i,
                      const dove_surface *surface) {
  const documents_side *side = &compare->sides[i];
  dove_error error = {0};
  if (take_text(present, compare, i, &error) != DOVE_OK) {
    dove_draw_string(surface, 0, 0, error.message, dove_style_of(DOVE_ROLE_BAD));
    return;
  }
  const int gap = surface->height >= LEAST_MARGIN_HEIGHT / 2 ? 2 : 1;
  const int most = surface->height / 3;
  int codes = present->revealed ? (int)side->row_count : 0;
  if (codes > most) codes = most;
  dove_buffer name = {0};
  if (side->document != 0) documents_side_name(side, &name);
  dove_draw_field(surface, 0, 0, surface->width, dove_buffer_text(&name), name.length, DOVE_ALIGN_LEFT,
                  (dove_style){.role = DOVE_ROLE_STRONG, .attributes = DOVE_BOLD});
  dove_buffer_free(&name);
  dove_surface part =
      dove_surface_part(surface, gap, 0, surface->height - gap - (codes > 0 ? codes + 1 : 0), surface->width);
  dove_text_view_draw(&present->texts[i], &part, false);
  part = dove_surface_part(surface, surface->height - codes, 0, codes, surface->width);
  if (codes > 0) draw_codes(side, &part);
}

static void draw_topic(const documents_compare *compare, const dove_surface *surface) {
  const char *topic = compare->topic_name != NULL ? compare->topic_name : "";
  dove_draw_field(surface, 0, 0, surface->width, topic, strlen(topic), DOVE_ALIGN_CENTRE,
                  (dove_style){.role = DOVE_ROLE_TITLE, .attributes = DOVE_BOLD});
}

void documents_present_draw(documents_present *present, const documents_compare *compare, const dove_surface *surface) {
  const bool tall = surface->height >= LEAST_MARGIN_HEIGHT, beside = surface->width >= LEAST_WIDTH;
  const int above = tall ? surface->height / 12 : 0, below = tall ? 3 : 1;
  const int margin = beside ? surface->width / 14 : 0;
  dove_surface inside =
      dove_surface_part(surface, above, margin, surface->height - 2 * above, surface->width - 2 * margin);
  if (inside.height <= 0 || inside.width <= 0) return;
  draw_topic(compare, &inside);
  inside = dove_surface_part(&inside, below, 0, inside.height - below, inside.width);
  if (!beside) {
    const int half = inside.height / 2;
    dove_surface part = dove_surface_part(&inside, 0, 0, half - (half > 3 ? 1 : 0), inside.width);
    draw_side(present, compare, 0, &part);
    part = dove_surface_part(&inside, half, 0, inside.height - half, inside.width);
    draw_side(present, compare, 1, &part);
    return;
  }
  const int gap = surface->width / 14;
  int width = (inside.width - gap) / 2;
  if (width > WIDEST) width = WIDEST;
  const int left = (inside.width - 2 * width - gap) / 2;
  for (size_t i = 0; i < PRESENT_SIDES; i++) {
    dove_surface part = dove_surface_part(&inside, 0, left + (int)i * (width + gap), inside.height, width);
    draw_side(present, compare, i, &part);
  }
}

dove_pane_result documents_present_scroll(documents_present *present, dove_command_id command, dove_error *error) {
  dove_pane_result result = DOVE_PANE_IGNORED;
  switch (command) {
    case DOVE_COMMAND_DOWN:
    case DOVE_COMMAND_UP:
    case DOVE_COMMAND_HALF_DOWN:
    case DOVE_COMMAND_HALF_UP:
    case DOVE_COMMAND_TOP:
    case DOVE_COMMAND_BOTTOM: break;
    default: return DOVE_PANE_IGNORED;
  }
  for (size_t i = 0; i < PRESENT_SIDES; i++) {
    const dove_pane_result one = dove_text_view_command(&present->texts[i], command, "", error);
    if (result != DOVE_PANE_REDRAW) result = one;
  }
  return result;
}
