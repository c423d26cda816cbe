#include "tui/panes/map/map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/cell_text.h"
#include "tui/panes/job_line.h"
#include "tui/panes/map/map_pane.h"

static const double zoom_step = 1.5;

/* ---- Beginning, end, reading ---- */

static dove_status map_open(dove_explorer *explorer, void **self, dove_error *error) {
  map_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the map");
  pane->explorer = explorer;
  pane->model = dove_explorer_model(explorer);
  map_picture_init(&pane->picture);
  *self = pane;
  return DOVE_OK;
}

static void map_close(void *self) {
  map_pane *pane = self;
  map_picture_free(&pane->picture);
  free(pane->sizes);
  free(pane->words);
  free(pane->text);
  free(pane);
}

static dove_status count_groups(map_pane *pane, dove_error *error) {
  const map_picture *picture = &pane->picture;
  size_t *sizes = dove_alloc_zero(map_group_count(picture) + 1, sizeof *sizes);
  if (sizes == NULL) return dove_fail_memory(error, "reading the map");
  for (size_t i = 0; i < picture->points; i++) sizes[map_group_of(picture, i)]++;
  free(pane->sizes);
  pane->sizes = sizes;
  return DOVE_OK;
}

static dove_status search(map_pane *pane, dove_error *error) {
  map_picture *picture = &pane->picture;
  free(pane->text);
  pane->text = NULL;
  picture->hit = picture->points;
  picture->hits = 0;
  if (pane->words == NULL) {
    memset(picture->found, 0, picture->points);
    return DOVE_OK;
  }
  return dove_model_map_search(pane->model, picture->map, pane->words, picture->found, &picture->hits, error);
}

static dove_status map_load(void *self, dove_error *error) {
  map_pane *pane = self;
  const dove_point_map *map = NULL;
  const dove_overview *overview = NULL;
  dove_error reason = {0};
  dove_status status = dove_model_map(pane->model, &map, &reason);
  pane->drawn = status == DOVE_OK;
  if (status == DOVE_NOT_FOUND) return DOVE_OK;
  if (status != DOVE_OK) return dove_fail(error, status, "%s", reason.message);
  status = dove_model_overview(pane->model, &overview, error);
  if (status == DOVE_OK) status = map_picture_take(&pane->picture, map, error);
  if (status == DOVE_OK) status = count_groups(pane, error);
  if (status == DOVE_OK) status = search(pane, error);
  if (status == DOVE_OK) pane->embedded = overview->counts.expressions_embedded;
  pane->drawn = status == DOVE_OK;
  return status;
}

/* The model's map may have been dropped since it was loaded, when the project changed: a command then reads it first.
 */
static dove_status in_step(map_pane *pane, dove_error *error) {
  const dove_point_map *map = pane->picture.map;
  if (!pane->drawn || (map->points == pane->picture.points && map->code_count == pane->picture.codes)) return DOVE_OK;
  return map_load(pane, error);
}

/* ---- Commands ---- */

static dove_pane_result draw_anew(const map_pane *pane, dove_error *error) {
  const dove_job_request request = dove_job_request_of(DOVE_JOB_MAP);
  return dove_job_line_start(pane->explorer, &request, error);
}

static void select_code(map_pane *pane, int64_t code) {
  map_picture *picture = &pane->picture;
  picture->selected = code;
  const size_t place = map_selected(picture);
  if (place == picture->codes) return;
  map_show(picture, (double)picture->map->codes[place].x, (double)picture->map->codes[place].y);
}

/* The next code in the order of their members. */
static dove_pane_result step_code(map_pane *pane, int step) {
  const map_picture *picture = &pane->picture;
  const size_t count = picture->codes, selected = map_selected(picture);
  size_t at = step > 0 ? count - 1 : 0;
  if (count == 0) return DOVE_PANE_HANDLED;
  for (size_t i = 0; i < count && selected < count; i++) {
    if (picture->order[i] == selected) at = i;
  }
  at = step > 0 ? (at + 1) % count : (at + count - 1) % count;
  select_code(pane, picture->map->codes[picture->order[at]].code);
  return DOVE_PANE_REDRAW;
}

static dove_pane_result step_hit(map_pane *pane, int step, dove_error *error) {
  map_picture *picture = &pane->picture;
  if (picture->hits == 0) return DOVE_PANE_HANDLED;
  const size_t count = picture->points;
  size_t at = picture->hit < count ? picture->hit : step > 0 ? count - 1 : 0;
  do {
    at = step > 0 ? (at + 1) % count : (at + count - 1) % count;
  } while (!picture->found[at]);
  picture->hit = at;
  const uint32_t code = picture->map->code[at];
  if (code < picture->codes) picture->selected = picture->map->codes[code].code;
  map_show(picture, (double)picture->map->x[at], (double)picture->map->y[at]);
  free(pane->text);
  pane->text = NULL;
  const dove_status status = dove_model_map_text(pane->model, picture->map, at, &pane->text, error);
  return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

static dove_pane_result start_search(map_pane *pane, const char *words, dove_error *error) {
  char *copy = words[0] != '\0' ? dove_strdup(words) : NULL;
  free(pane->words);
  pane->words = copy;
  if (search(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  if (copy == NULL) return DOVE_PANE_REDRAW;
  if (pane->picture.hits > 0) return step_hit(pane, 1, error);
  dove_fail(error, DOVE_NOT_FOUND, "no expression on the map contains '%s'", words);
  return DOVE_PANE_FAILED;
}

static dove_pane_result choose_colour(map_pane *pane, const char *argument, dove_error *error) {
  map_picture *picture = &pane->picture;
  map_colour colour = (map_colour)((picture->colour + 1) % MAP_COLOURS);
  if (argument[0] != '\0') {
    for (colour = MAP_BY_CULTURE; colour < MAP_COLOURS && strcmp(map_colour_name(colour), argument) != 0;) colour++;
    if (colour == MAP_COLOURS) {
      dove_fail(error, DOVE_USAGE, "'%s' is not a colouring: choose culture, source, code or none", argument);
      return DOVE_PANE_FAILED;
    }
  }
  picture->colour = colour;
  picture->only = -1;
  return count_groups(pane, error) == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

/* The next group that has points alone, then all again; or the one that is named. */
static dove_pane_result choose_only(map_pane *pane, const char *argument, dove_error *error) {
  map_picture *picture = &pane->picture;
  const long count = (long)map_group_count(picture);
  if (argument[0] == '\0') {
    do {
      picture->only++;
    } while (picture->only < count && pane->sizes[picture->only] == 0);
    if (picture->only >= count) picture->only = -1;
    return DOVE_PANE_REDRAW;
  }
  for (long group = 0; group < count; group++) {
    if (strcmp(map_group_name(picture, (size_t)group), argument) != 0) continue;
    picture->only = group;
    return DOVE_PANE_REDRAW;
  }
  dove_fail(error, DOVE_NOT_FOUND, "there is no %s '%s'", map_colour_name(picture->colour), argument);
  return DOVE_PANE_FAILED;
}

static dove_pane_result open_code(const map_pane *pane, dove_error *error) {
  if (map_selected(&pane->picture) == pane->picture.codes) return DOVE_PANE_HANDLED;
  const dove_target target = {.kind = DOVE_TARGET_CODE, .id = pane->picture.selected};
  const dove_status status = dove_explorer_go(pane->explorer, DOVE_COMMAND_PANE_CODES, &target, error);
  return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

/* Arrows move by an eighth of what is seen, pages by half. */
static dove_pane_result move(map_picture *picture, dove_command_id command) {
  const int rows = picture->plot.height / 8 + 1, columns = picture->plot.width / 8 + 1;
  const int middle_y = picture->plot.height / 2, middle_x = picture->plot.width / 2;
  switch (command) {
    case DOVE_COMMAND_DOWN: map_pan(picture, rows, 0); break;
    case DOVE_COMMAND_UP: map_pan(picture, -rows, 0); break;
    case DOVE_COMMAND_LEFT: map_pan(picture, 0, -columns); break;
    case DOVE_COMMAND_RIGHT: map_pan(picture, 0, columns); break;
    case DOVE_COMMAND_HALF_DOWN:
    case DOVE_COMMAND_PAGE_DOWN: map_pan(picture, middle_y, 0); break;
    case DOVE_COMMAND_HALF_UP:
    case DOVE_COMMAND_PAGE_UP: map_pan(picture, -middle_y, 0); break;
    case DOVE_COMMAND_ZOOM_IN: map_zoom(picture, zoom_step, middle_y, middle_x); break;
    case DOVE_COMMAND_ZOOM_OUT: map_zoom(picture, 1 / zoom_step, middle_y, middle_x); break;
    case DOVE_COMMAND_TOP:
    case DOVE_COMMAND_ZOOM_ALL: map_show_all(picture); break;
    default: return DOVE_PANE_IGNORED;
  }
  return DOVE_PANE_REDRAW;
}

static dove_pane_result clear(map_pane *pane, dove_error *error) {
  if (pane->words == NULL && pane->picture.only < 0 && pane->picture.selected == 0) return DOVE_PANE_IGNORED;
  pane->picture.only = -1;
  if (pane->words == NULL) pane->picture.selected = 0;
  return start_search(pane, "", error);
}

static dove_pane_result map_command(void *self, dove_command_id command, const char *argument, dove_error *error) {
  map_pane *pane = self;
  if (command == DOVE_COMMAND_DRAW_MAP) return draw_anew(pane, error);
  if (command == DOVE_COMMAND_RETRY_JOB) return dove_job_line_retry(pane->explorer, DOVE_JOB_MAP, error);
  if (in_step(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  if (!pane->drawn) return DOVE_PANE_IGNORED;
  switch (command) {
    case DOVE_COMMAND_OPEN: return open_code(pane, error);
    case DOVE_COMMAND_NEXT_PART: return step_code(pane, 1);
    case DOVE_COMMAND_PREVIOUS_PART: return step_code(pane, -1);
    case DOVE_COMMAND_SEARCH: return start_search(pane, argument, error);
    case DOVE_COMMAND_SEARCH_NEXT: return step_hit(pane, 1, error);
    case DOVE_COMMAND_SEARCH_PREVIOUS: return step_hit(pane, -1, error);
    case DOVE_COMMAND_MAP_COLOUR: return choose_colour(pane, argument, error);
    case DOVE_COMMAND_MAP_ONLY: return choose_only(pane, argument, error);
    case DOVE_COMMAND_MAP_NAMES: pane->picture.names = !pane->picture.names; return DOVE_PANE_REDRAW;
    case DOVE_COMMAND_CLEAR: return clear(pane, error);
    default: return move(&pane->picture, command);
  }
}

static dove_pane_result map_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  map_pane *pane = self;
  map_picture *picture = &pane->picture;
  if (in_step(pane, error) != DOVE_OK) return DOVE_PANE_FAILED;
  if (mouse->kind == DOVE_MOUSE_RELEASE) pane->dragging = false;
  if (!pane->drawn || mouse->y >= picture->plot.height || mouse->x >= picture->plot.width) return DOVE_PANE_IGNORED;
  const int64_t code = mouse->kind == DOVE_MOUSE_PRESS ? map_code_at(picture, mouse->y, mouse->x) : 0;
  switch (mouse->kind) {
    case DOVE_MOUSE_WHEEL_UP: map_zoom(picture, zoom_step, mouse->y, mouse->x); break;
    case DOVE_MOUSE_WHEEL_DOWN: map_zoom(picture, 1 / zoom_step, mouse->y, mouse->x); break;
    case DOVE_MOUSE_DOUBLE: return DOVE_PANE_OPEN;
    case DOVE_MOUSE_PRESS:
      if (code != 0) picture->selected = code;
      pane->dragging = true;
      break;
    case DOVE_MOUSE_DRAG:
      if (!pane->dragging) return DOVE_PANE_HANDLED;
      map_pan(picture, pane->drag_y - mouse->y, pane->drag_x - mouse->x);
      break;
    case DOVE_MOUSE_RELEASE: return DOVE_PANE_HANDLED;
  }
  pane->drag_y = mouse->y;
  pane->drag_x = mouse->x;
  return DOVE_PANE_REDRAW;
}

static dove_status map_select(void *self, const dove_target *target, dove_error *error) {
  map_pane *pane = self;
  if (target->kind != DOVE_TARGET_CODE) return dove_fail(error, DOVE_NOT_FOUND, "this is not a code");
  /* Without a map the pane says how to get one. */
  pane->picture.selected = target->id;
  if (pane->drawn) select_code(pane, target->id);
  return DOVE_OK;
}

/* ---- Title, hints, copy, export, state ---- */

static void map_title(void *self, dove_buffer *out) {
  const map_pane *pane = self;
  const map_picture *picture = &pane->picture;
  dove_buffer_add_text(out, "Map");
  if (!pane->drawn) return;
  dove_buffer_printf(out, " · %zu expressions · by %s", picture->points, map_colour_name(picture->colour));
  if (picture->only >= 0) dove_buffer_printf(out, " · only %s", map_group_name(picture, (size_t)picture->only));
  if (picture->zoom > 1) dove_buffer_printf(out, " · %.1f×", picture->zoom);
}

static void map_state(const void *self, dove_command_state *state) {
  const map_pane *pane = self;
  state->empty = !pane->drawn;
}

static void map_hints(void *self, dove_buffer *out) {
  const map_pane *pane = self;
  if (!pane->drawn) {
    dove_buffer_add_text(out, "m draw");
    return;
  }
  if (map_selected(&pane->picture) != pane->picture.codes) dove_buffer_add_text(out, "Enter the code  ");
  dove_buffer_add_text(out, pane->picture.zoom > 1 ? "+ - zoom  w whole" : "+ zoom");
  dove_buffer_add_text(out, "  Tab code  c colour  o only  [ ] iteration");
}

static void map_copy(void *self, dove_buffer *out) {
  const map_pane *pane = self;
  if (!pane->drawn) return;
  const size_t selected = map_selected(&pane->picture);
  if (pane->text != NULL) {
    dove_buffer_add_text(out, pane->text);
  } else if (selected < pane->picture.codes) {
    dove_buffer_add_text(out, pane->picture.map->codes[selected].name);
  }
}

static dove_status map_export(void *self, dove_buffer *out, dove_error *error) {
  map_pane *pane = self;
  const dove_status status = in_step(pane, error);
  if (status != DOVE_OK || !pane->drawn) return status;
  const dove_point_map *map = pane->picture.map;
  dove_buffer_add_text(out, "expression\tx\ty\tculture\tsource\tcode\n");
  for (size_t i = 0; i < map->points; i++) {
    const char *culture = map->culture[i] < map->culture_count ? map->cultures[map->culture[i]] : "";
    const char *source = map->source[i] < map->source_count ? map->sources[map->source[i]] : "";
    dove_buffer_printf(out, "%lld\t%.6g\t%.6g\t", (long long)map->expressions[i], (double)map->x[i], (double)map->y[i]);
    dove_cell_line(out, culture);
    dove_buffer_add_char(out, '\t');
    dove_cell_line(out, source);
    dove_buffer_add_char(out, '\t');
    if (map->code[i] < map->code_count) dove_cell_line(out, map->codes[map->code[i]].name);
    dove_buffer_add_char(out, '\n');
  }
  return out->failed ? dove_fail_memory(error, "exporting the map") : DOVE_OK;
}

static void map_save(void *self, dove_buffer *state) {
  const map_pane *pane = self;
  const map_picture *picture = &pane->picture;
  dove_buffer_printf(state, "colour=%d names=%d code=%lld zoom=%.6g x=%.6g y=%.6g", (int)picture->colour,
                     picture->names, (long long)picture->selected, picture->zoom, picture->x, picture->y);
}

static void map_restore(void *self, const char *state) {
  map_pane *pane = self;
  map_picture *picture = &pane->picture;
  int colour, names;
  long long code;
  double zoom, x, y;
  dove_error ignored = {0};
  if (sscanf(state, "colour=%d names=%d code=%lld zoom=%lf x=%lf y=%lf", &colour, &names, &code, &zoom, &x, &y) != 6)
    return;
  if (!pane->drawn || colour < 0 || colour >= MAP_COLOURS || !isfinite(x) || !isfinite(y)) return;
  picture->colour = (map_colour)colour;
  picture->only = -1;
  picture->names = names != 0;
  picture->selected = code;
  pane->drawn = count_groups(pane, &ignored) == DOVE_OK;
  if (!(zoom > 1)) return;
  picture->zoom = zoom < 100 ? zoom : 100;
  picture->x = x;
  picture->y = y;
}

const dove_pane_operations dove_pane_map = {
    .id = "map",
    .name = "Map",
    .digit = '6',
    .context = DOVE_CONTEXT_MAP,
    .opened_by = DOVE_COMMAND_PANE_MAP,
    .open = map_open,
    .close = map_close,
    .load = map_load,
    .draw = map_pane_draw,
    .command = map_command,
    .state = map_state,
    .mouse = map_mouse,
    .select = map_select,
    .title = map_title,
    .hints = map_hints,
    .copy = map_copy,
    .export = map_export,
    .save = map_save,
    .restore = map_restore,
};
