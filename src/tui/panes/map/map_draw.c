/* How the Map pane is drawn: the picture, and its legend beside or below it. */
#include <stdio.h>
#include <string.h>

#include "tui/panes/cell_text.h"
#include "tui/panes/job_line.h"
#include "tui/panes/map/map_pane.h"
#include "tui/panes/note.h"

/* From this width on the legend stands beside the picture, below it else. */
enum { WIDE = 84, LEGEND = 26, LOW = 9 };

static void draw_empty(map_pane *pane, const dove_surface *surface) {
  const dove_style style = dove_style_of(DOVE_ROLE_NORMAL);
  const dove_overview *overview = NULL;
  dove_error ignored = {0};
  const bool embedded =
      dove_model_overview(pane->model, &overview, &ignored) == DOVE_OK && overview->counts.expressions_embedded > 0;
  dove_draw_string(surface, 0, 1, "No map yet.", style);
  if (embedded) {
    dove_draw_string(surface, 2, 1, "m   draws one of all expressions, as a job", style);
  } else {
    dove_draw_string(surface, 2, 1, "It shows the value expressions once they are embedded.", style);
    dove_draw_string(surface, 3, 1, "x   starts the next step towards that", style);
  }
}

/* "▸● KR 241" */
static int draw_group(const map_pane *pane, const dove_surface *surface, int y, int x, int width, size_t group) {
  const map_picture *picture = &pane->picture;
  const bool none = group == map_group_count(picture);
  const char *name = !none                               ? map_group_name(picture, group)
                     : picture->colour == MAP_BY_CODE    ? "without a code"
                     : picture->colour == MAP_BY_CULTURE ? "without a culture"
                                                         : "all";
  const bool alone = picture->only == (long)group && !none;
  char text[512];
  snprintf(text, sizeof text, "%s %zu", name, pane->sizes[group]);
  dove_draw_string(surface, y, x, alone ? "▸" : " ", dove_style_of(DOVE_ROLE_STRONG));
  dove_draw_string(surface, y, x + 1, "●", dove_style_of(map_group_role(picture, group)));
  const int columns = (int)strlen(text) < width - 3 || width <= 0 ? (int)strlen(text) : width - 3;
  dove_draw_field(surface, y, x + 3, width > 0 ? width - 3 : columns, text, strlen(text), DOVE_ALIGN_LEFT,
                  dove_style_of(alone ? DOVE_ROLE_STRONG : DOVE_ROLE_NORMAL));
  return columns + 4;
}

/* The groups to name: of codes only the one that is shown alone, the others have their names in the picture. */
static bool is_named(const map_pane *pane, size_t group) {
  const map_picture *picture = &pane->picture;
  if (picture->colour == MAP_PLAIN) return true;
  if (picture->colour == MAP_BY_CODE) return picture->only == (long)group;
  return pane->sizes[group] > 0;
}

static void describe_code(const map_pane *pane, dove_buffer *out) {
  const map_picture *picture = &pane->picture;
  const size_t selected = map_selected(picture);
  if (picture->selected == 0) return;
  if (selected == picture->codes) {
    dove_buffer_add_text(out, "the code is not in this iteration");
    return;
  }
  const dove_map_code *code = &picture->map->codes[selected];
  dove_buffer_printf(out, "◉ %s · n ", code->name);
  dove_cell_number(out, code->n, 2);
  dove_buffer_printf(out, " · %zu members", code->members);
}

static void describe_search(const map_pane *pane, dove_buffer *out) {
  if (pane->words == NULL) return;
  dove_buffer_printf(out, "%zu found: %s", pane->picture.hits, pane->words);
  if (pane->text != NULL) {
    dove_buffer_add_text(out, " · ");
    dove_cell_line(out, pane->text);
  }
}

static void draw_words(const dove_surface *surface, int y, int height, dove_buffer *words, dove_style style) {
  dove_surface place = dove_surface_part(surface, y, 0, height, surface->width);
  if (words->length > 0) dove_draw_note(&place, dove_buffer_text(words), words->length, style);
  dove_buffer_clear(words);
}

static void draw_legend_beside(const map_pane *pane, const dove_surface *surface) {
  const map_picture *picture = &pane->picture;
  const size_t groups = map_group_count(picture);
  dove_buffer words = {0};
  int y = 0;
  dove_draw_format(surface, y++, 0, dove_style_of(DOVE_ROLE_HEADER), "colour: %s", map_colour_name(picture->colour));
  for (size_t group = 0; group <= groups && y < surface->height - 8; group++) {
    if (is_named(pane, group)) draw_group(pane, surface, y++, 0, surface->width, group);
  }
  if (picture->colour == MAP_BY_CODE) {
    dove_draw_string(surface, y++, 0, "six colours in turn", dove_style_of(DOVE_ROLE_FAINT));
  }
  if (picture->codes_drawn < picture->codes_seen) {
    dove_draw_format(surface, y++, 0, dove_style_of(DOVE_ROLE_FAINT), "○ %zu of %zu codes here", picture->codes_drawn,
                     picture->codes_seen);
  } else {
    dove_draw_format(surface, y++, 0, dove_style_of(DOVE_ROLE_FAINT), "○ %zu codes", picture->codes);
  }
  if (pane->embedded > (int64_t)picture->points) {
    dove_buffer_printf(&words, "%lld expressions are not on the map: m draws it anew",
                       (long long)pane->embedded - (long long)picture->points);
    draw_words(surface, ++y, 3, &words, dove_style_of(DOVE_ROLE_WARNING));
    y += 2;
  }
  describe_code(pane, &words);
  draw_words(surface, y + 1, 3, &words, dove_style_of(DOVE_ROLE_STRONG));
  describe_search(pane, &words);
  draw_words(surface, y + 5, surface->height - y - 5, &words, dove_style_of(DOVE_ROLE_NORMAL));
  dove_buffer_free(&words);
}

static void draw_legend_below(const map_pane *pane, const dove_surface *surface) {
  const size_t groups = map_group_count(&pane->picture);
  dove_buffer words = {0};
  int x = 0;
  for (size_t group = 0; group <= groups; group++) {
    if (is_named(pane, group)) x += draw_group(pane, surface, 0, x, 0, group);
  }
  describe_code(pane, &words);
  if (words.length > 0 && pane->words != NULL) dove_buffer_add_text(&words, "   ");
  describe_search(pane, &words);
  draw_words(surface, 1, 1, &words, dove_style_of(DOVE_ROLE_STRONG));
  dove_buffer_free(&words);
}

void map_pane_draw(void *self, const dove_surface *surface, bool focus) {
  map_pane *pane = self;
  dove_surface rest = *surface;
  (void)focus;
  dove_job_line_draw(pane->explorer, DOVE_JOB_MAP, &rest);
  if (!pane->drawn) {
    draw_empty(pane, &rest);
    return;
  }
  const bool beside = rest.width >= WIDE, below = !beside && rest.height >= LOW;
  const int width = beside ? rest.width - LEGEND - 1 : rest.width, height = rest.height - (below ? 2 : 0);
  dove_surface plot = dove_surface_part(&rest, 0, 0, height, width);
  map_picture_draw(&pane->picture, &plot);
  if (beside) {
    dove_surface legend = dove_surface_part(&rest, 0, width + 1, rest.height, LEGEND);
    dove_draw_column_rule(&rest, 0, width, rest.height, dove_style_of(DOVE_ROLE_BORDER));
    draw_legend_beside(pane, &legend);
  } else if (below) {
    dove_surface legend = dove_surface_part(&rest, height, 0, 2, rest.width);
    draw_legend_below(pane, &legend);
  }
}
