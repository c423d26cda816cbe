#include <string.h>

#include "dove/text.h"
#include "tui/draw.h"
#include "tui/shell.h"

/* From these heights on there is room for the line of status, the line of panes, and a frame. */
enum { STATUS_HEIGHT = 5, TABS_HEIGHT = 7, FRAME_HEIGHT = 10, FRAME_WIDTH = 30 };

/* How much of the names of the panes that are not open fits: all, the first letters, or 0 for their digits alone. */
static size_t tab_letters(const dove_explorer *explorer, size_t current, int width) {
  enum { LONGEST = 16, LEAST = 3 };
  for (size_t most = LONGEST; most >= LEAST; most--) {
    size_t wanted = 1;
    for (size_t i = 0; i < explorer->pane_count; i++) {
      const size_t length = strlen(explorer->panes[i].operations->name);
      wanted += (i == current || length < most ? length : most) + 3;
    }
    if (wanted <= (size_t)(width < 0 ? 0 : width)) return most;
  }
  return 0;
}

static void draw_tabs(dove_explorer *explorer, const dove_surface *screen, int y) {
  const dove_style style = dove_style_of(DOVE_ROLE_TAB);
  dove_draw_fill(screen, y, 0, 1, screen->width, style);
  size_t current = explorer->controller != NULL ? explorer->current : SHELL_PANES;
  const size_t letters = tab_letters(explorer, current, screen->width);
  int x = 0;
  for (size_t i = 0; i < explorer->pane_count; i++) {
    shell_pane *pane = &explorer->panes[i];
    bool open = i == current;
    char digit[2] = {pane->operations->digit, '\0'};
    const dove_style tab = dove_style_of(open ? DOVE_ROLE_TAB_OPEN : DOVE_ROLE_TAB);
    pane->tab_x = x;
    /* One column between two names, so that all of them fit into 80. */
    x += dove_draw_string(screen, y, x, open ? "[" : current + 1 == i ? "]" : " ", tab);
    x += dove_draw_string(screen, y, x, digit, tab);
    if (letters > 0 || open) {
      const char *name = pane->operations->name;
      x += dove_draw_string(screen, y, x, " ", tab);
      x += dove_draw_text(screen, y, x, name, open ? strlen(name) : strnlen(name, letters), tab);
    }
    pane->tab_width = x - pane->tab_x;
  }
  if (current + 1 == explorer->pane_count) dove_draw_string(screen, y, x, "]", dove_style_of(DOVE_ROLE_TAB_OPEN));
}

static void draw_bottom(dove_explorer *explorer, const dove_surface *screen) {
  static const dove_role roles[] = {DOVE_ROLE_STRONG, DOVE_ROLE_WARNING, DOVE_ROLE_BAD};
  static const char *const prefixes[] = {"", "! ", "error: "};
  int y = screen->height - 1;
  dove_message_level level = DOVE_MESSAGE_INFO;
  const char *message = dove_messages_current(&explorer->messages, &level);
  dove_draw_fill(screen, y, 0, 1, screen->width, dove_style_of(DOVE_ROLE_HINT));
  if (explorer->waiting.on) {
    shell_draw_waiting(explorer, screen, y);
  } else if (explorer->prompt.open) {
    dove_prompt_draw(&explorer->prompt, screen);
  } else if (explorer->question[0] != '\0') {
    int x = dove_draw_string(screen, y, 0, explorer->question, dove_style_of(DOVE_ROLE_PROMPT));
    dove_draw_string(screen, y, x + 1, "(y/n)", dove_style_of(DOVE_ROLE_KEY));
  } else if (message != NULL) {
    const dove_style style = dove_style_of(roles[level]);
    int x = dove_draw_string(screen, y, 0, prefixes[level], style);
    dove_draw_field(screen, y, x, screen->width - x, message, strlen(message), DOVE_ALIGN_LEFT, style);
  } else {
    shell_draw_hints(explorer, screen, y);
  }
}

static void draw_failure(const dove_surface *surface, const dove_error *error) {
  dove_text_view view = {0};
  dove_error ignored;
  if (dove_text_view_set(&view, error->message, strlen(error->message), NULL, 0, &ignored) == DOVE_OK) {
    dove_text_view_draw(&view, surface, false);
  }
  dove_text_view_free(&view);
}

static void draw_welcome(const dove_surface *surface) {
  static const char *const lines[] = {"No project is open.",
                                      "",
                                      "dove PROJECT   opens one",
                                      "dove demo      makes the sample project and opens it",
                                      "",
                                      "? lists the keys and commands, Q leaves."};
  for (int i = 0; i < (int)(sizeof lines / sizeof lines[0]); i++) {
    dove_draw_string(surface, i, 1, lines[i], dove_style_of(DOVE_ROLE_NORMAL));
  }
}

static void draw_pane(dove_explorer *explorer, const dove_surface *area) {
  shell_pane *pane = shell_current_pane(explorer);
  bool frame = area->height >= FRAME_HEIGHT && area->width >= FRAME_WIDTH;
  dove_surface inside = frame ? dove_surface_inside(area) : *area;
  bool focus = explorer->overlay.kind == OVERLAY_NONE && !explorer->prompt.open;
  if (frame) {
    dove_buffer title = {0};
    if (pane != NULL && pane->operations->title != NULL) pane->operations->title(pane->self, &title);
    if (pane != NULL && title.length == 0) dove_buffer_add_text(&title, pane->operations->name);
    dove_draw_box(area, dove_buffer_text(&title), focus);
    dove_buffer_free(&title);
  }
  explorer->pane_surface = inside;
  if (inside.height <= 0 || inside.width <= 0) return;
  if (pane == NULL) {
    draw_welcome(&inside);
  } else if (pane->failed) {
    draw_failure(&inside, &pane->error);
  } else {
    pane->operations->draw(pane->self, &inside, focus);
  }
}

/* A pane that has the whole screen: around it only what was asked for. */
static void draw_alone(dove_explorer *explorer, const dove_surface *screen) {
  const shell_pane *pane = shell_current_pane(explorer);
  explorer->pane_surface = *screen;
  pane->operations->draw(pane->self, screen, explorer->overlay.kind == OVERLAY_NONE && !explorer->prompt.open);
  if (explorer->overlay.kind != OVERLAY_NONE) shell_draw_overlay(explorer, screen);
  dove_message_level level;
  if (explorer->waiting.on || explorer->prompt.open || explorer->question[0] != '\0' ||
      dove_messages_current(&explorer->messages, &level) != NULL) {
    draw_bottom(explorer, screen);
  }
}

static bool is_alone(dove_explorer *explorer) {
  const shell_pane *pane = shell_current_pane(explorer);
  return pane != NULL && !pane->failed && pane->operations->alone != NULL && pane->operations->alone(pane->self);
}

void shell_draw(dove_explorer *explorer) {
  dove_canvas_clear(&explorer->canvas);
  dove_surface screen = dove_surface_whole(&explorer->canvas);
  int top = 0;
  for (size_t i = 0; i < explorer->pane_count; i++) explorer->panes[i].tab_width = 0;
  shell_pane_load(explorer);
  if (is_alone(explorer)) {
    draw_alone(explorer, &screen);
    return;
  }
  if (screen.height >= STATUS_HEIGHT) shell_draw_status(explorer, &screen, top++);
  if (screen.height >= TABS_HEIGHT) draw_tabs(explorer, &screen, top++);
  bool bottom = screen.height >= 2 || explorer->prompt.open;
  dove_surface area = dove_surface_part(&screen, top, 0, screen.height - top - (bottom ? 1 : 0), screen.width);
  draw_pane(explorer, &area);
  if (explorer->overlay.kind != OVERLAY_NONE) shell_draw_overlay(explorer, &area);
  if (bottom) draw_bottom(explorer, &screen);
}
