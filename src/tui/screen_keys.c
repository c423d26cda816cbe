#include "tui/screen_keys.h"

#include <curses.h>
#include <stdio.h>
#include <wchar.h>

#include "dove/clock.h"
#include "dove/text.h"
#include "tui/screen.h"

/* Far above KEY_MAX: curses itself numbers a terminal's further keys from there on. */
enum { KEY_PASTE_BEGIN = 0x7000, KEY_PASTE_END, KEY_MOUSE_BEGIN, LONGEST_PASTE = 1 << 20 };

/* Nothing that is pasted pauses so long: the end of the paste was lost. */
static const double longest_pause_seconds = 2;

static struct {
  dove_buffer pasted;
  bool pasting;
  size_t end_matched;  /* characters of the end mark that came one by one */
  double pasted_until; /* when the last of it came */
  wint_t held;         /* read ahead while looking for Alt */
  int held_kind;
  bool has_held;
  double pressed; /* time and place of the last press, to tell a double one */
  int pressed_y, pressed_x;
  bool held_down;  /* the first button */
  char report[24]; /* of the mouse, as far as it came */
  size_t report_length;
  bool reporting;
} input;

void dove_screen_keys_define(void) {
  define_key("\033[200~", KEY_PASTE_BEGIN);
  define_key("\033[201~", KEY_PASTE_END);
  define_key("\033[<", KEY_MOUSE_BEGIN);
  define_key("\033[Z", KEY_BTAB); /* on the Linux console it has no number of its own */
}

void dove_screen_keys_free(void) { dove_buffer_free(&input.pasted); }

const dove_buffer *dove_screen_pasted(void) { return &input.pasted; }

static const struct {
  wint_t curses;
  dove_key key;
} special_keys[] = {
    {KEY_UP, DOVE_KEY_UP},
    {KEY_DOWN, DOVE_KEY_DOWN},
    {KEY_LEFT, DOVE_KEY_LEFT},
    {KEY_RIGHT, DOVE_KEY_RIGHT},
    {KEY_HOME, DOVE_KEY_HOME},
    {KEY_END, DOVE_KEY_END},
    {KEY_PPAGE, DOVE_KEY_PAGE_UP},
    {KEY_NPAGE, DOVE_KEY_PAGE_DOWN},
    {KEY_BACKSPACE, DOVE_KEY_BACKSPACE},
    {KEY_DC, DOVE_KEY_DELETE},
    {KEY_IC, DOVE_KEY_INSERT},
    {KEY_ENTER, DOVE_KEY_ENTER},
    {KEY_BTAB, DOVE_KEY_TAB | DOVE_KEY_SHIFT},
    {KEY_SLEFT, DOVE_KEY_LEFT | DOVE_KEY_SHIFT},
    {KEY_SRIGHT, DOVE_KEY_RIGHT | DOVE_KEY_SHIFT},
    {KEY_SHOME, DOVE_KEY_HOME | DOVE_KEY_SHIFT},
    {KEY_SEND, DOVE_KEY_END | DOVE_KEY_SHIFT},
    {KEY_SR, DOVE_KEY_UP | DOVE_KEY_SHIFT},
    {KEY_SF, DOVE_KEY_DOWN | DOVE_KEY_SHIFT},
};

static dove_key special_key(wint_t code) {
  for (size_t i = 0; i < sizeof special_keys / sizeof special_keys[0]; i++) {
    if (special_keys[i].curses == code) return special_keys[i].key;
  }
  if (code >= KEY_F(1) && code <= KEY_F(12)) return DOVE_KEY_F1 + (dove_key)(code - KEY_F(1));
  return DOVE_KEY_NONE;
}

/* A character: the controls that have a name of their own, C-a … C-z, and the rest as they are. */
static dove_key character_key(wint_t character) {
  switch (character) {
    case '\r':
    case '\n': return DOVE_KEY_ENTER;
    case '\t': return DOVE_KEY_TAB;
    case 0x1B: return DOVE_KEY_ESCAPE;
    case 0x08:
    case 0x7F: return DOVE_KEY_BACKSPACE;
    case 0: return ' ' | DOVE_KEY_CONTROL;
    default: break;
  }
  if (character < 0x1B) return ('a' + (dove_key)character - 1) | DOVE_KEY_CONTROL;
  if (character < 0x20) return DOVE_KEY_NONE;
  return character <= 0x10FFFF ? (dove_key)character : DOVE_KEY_NONE;
}

static int read_raw(wint_t *code) {
  if (input.has_held) {
    input.has_held = false;
    *code = input.held;
    return input.held_kind;
  }
  return get_wch(code);
}

/* An escape that another key follows at once is Alt with that key. */
static dove_key with_alt(dove_key key) {
  if (key != DOVE_KEY_ESCAPE) return key;
  wint_t next;
  int kind = read_raw(&next);
  if (kind == ERR) return key;
  dove_key after = kind == KEY_CODE_YES ? DOVE_KEY_NONE : character_key(next);
  if (after > ' ' && after < DOVE_KEY_ENTER) return after | DOVE_KEY_ALT;
  input.held = next;
  input.held_kind = kind;
  input.has_held = true;
  return key;
}

/* ---- Paste ---- */

static void add_pasted(wint_t code) {
  if (input.pasted.length >= LONGEST_PASTE) return;
  char bytes[4];
  dove_buffer_add(&input.pasted, bytes, dove_utf8_encode((uint32_t)code, bytes));
}

/* On a slow line the mark of the end comes in pieces, which curses hands over one by one. True when it is complete;
 * what only began like it was pasted. */
static bool is_end_mark(wint_t code) {
  static const char mark[] = "\033[201~";
  if (code == (wint_t)mark[input.end_matched]) return mark[++input.end_matched] == '\0';
  for (size_t i = 0; i < input.end_matched; i++) add_pasted((wint_t)mark[i]);
  input.end_matched = code == 0x1B;
  if (input.end_matched == 0) add_pasted(code);
  return false;
}

static void begin_paste(void) {
  input.pasting = true;
  input.end_matched = 0;
  input.pasted_until = dove_clock_seconds();
  dove_buffer_clear(&input.pasted);
}

/* One key code while something is pasted; true when that has ended. */
static bool take_pasted(int kind, wint_t code) {
  const double now = dove_clock_seconds();
  const bool lost = now - input.pasted_until > longest_pause_seconds;
  input.pasted_until = now;
  if (lost) {
    input.held = code;
    input.held_kind = kind;
    input.has_held = true;
  } else if (kind == KEY_CODE_YES ? code != KEY_PASTE_END : !is_end_mark(code)) {
    return false;
  }
  input.pasting = false;
  return true;
}

/* ---- Mouse ---- */

static dove_mouse_kind press_kind(int y, int x) {
  enum { DOUBLE_CLICK_MS = 350 };
  double now = dove_clock_seconds();
  bool twice = now - input.pressed < DOUBLE_CLICK_MS / 1000.0 && y == input.pressed_y && x == input.pressed_x;
  input.pressed = twice ? 0 : now;
  input.pressed_y = y;
  input.pressed_x = x;
  return twice ? DOVE_MOUSE_DOUBLE : DOVE_MOUSE_PRESS;
}

/* A report of button, column and row, and M for a press, m for a release: "0;12;5M". False for one that means nothing
 * here. */
static bool parse_report(const char *report, char last, dove_mouse *mouse) {
  enum { BUTTON = 3, MOVED = 32, WHEEL = 64 };
  int code, x, y;
  if (sscanf(report, "%4d;%5d;%5d", &code, &x, &y) != 3 || code < 0 || x < 1 || y < 1) return false;
  *mouse = (dove_mouse){.y = y - 1, .x = x - 1, .button = (code & BUTTON) + 1};
  if ((code & WHEEL) != 0) {
    mouse->kind = mouse->button == 1 ? DOVE_MOUSE_WHEEL_UP : DOVE_MOUSE_WHEEL_DOWN;
    return last == 'M' && mouse->button <= 2;
  }
  if ((code & MOVED) != 0) {
    mouse->kind = DOVE_MOUSE_DRAG;
    return mouse->button == 1;
  }
  if (last == 'm') {
    mouse->kind = DOVE_MOUSE_RELEASE;
    return mouse->button == 1;
  }
  mouse->kind = mouse->button == 1 ? press_kind(mouse->y, mouse->x) : DOVE_MOUSE_PRESS;
  return mouse->button == 1 || mouse->button == 3;
}

/* Curses loses a press when its release or a movement came with it, as on a slow line: reports are read here. */
static bool take_report(int kind, wint_t code, dove_mouse *mouse) {
  const bool inside = kind != KEY_CODE_YES && (code == ';' || (code >= '0' && code <= '9'));
  if (inside && input.report_length + 1 < sizeof input.report) {
    input.report[input.report_length++] = (char)code;
    return false;
  }
  input.reporting = false;
  input.report[input.report_length] = '\0';
  if (kind != KEY_CODE_YES && (code == 'M' || code == 'm')) return parse_report(input.report, (char)code, mouse);
  input.held = code;
  input.held_kind = kind;
  input.has_held = true;
  return false;
}

/* What curses read, of terminals that know the old reports only. False for an event that means nothing here. */
static bool read_mouse(dove_mouse *mouse) {
  MEVENT event;
  if (getmouse(&event) == ERR) return false;
  *mouse = (dove_mouse){.y = event.y, .x = event.x, .button = 1};
  if ((event.bstate & BUTTON4_PRESSED) != 0) {
    mouse->kind = DOVE_MOUSE_WHEEL_UP;
  } else if ((event.bstate & BUTTON5_PRESSED) != 0) {
    mouse->kind = DOVE_MOUSE_WHEEL_DOWN;
  } else if ((event.bstate & REPORT_MOUSE_POSITION) != 0) {
    mouse->kind = DOVE_MOUSE_DRAG;
    return input.held_down;
  } else if ((event.bstate & BUTTON1_DOUBLE_CLICKED) != 0) {
    mouse->kind = DOVE_MOUSE_DOUBLE;
  } else if ((event.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED)) != 0) {
    mouse->kind = press_kind(event.y, event.x);
    input.held_down = true;
  } else if ((event.bstate & BUTTON1_RELEASED) != 0) {
    mouse->kind = DOVE_MOUSE_RELEASE;
    input.held_down = false;
  } else if ((event.bstate & BUTTON3_PRESSED) != 0) {
    mouse->kind = DOVE_MOUSE_PRESS;
    mouse->button = 3;
  } else {
    return false;
  }
  return true;
}

/* ---- Events ---- */

/* One key code of curses as an event; false when it is none by itself (part of a paste, an unknown key). */
static bool take(int kind, wint_t code, dove_event *event) {
  if (kind == KEY_CODE_YES && code == KEY_PASTE_BEGIN) {
    begin_paste();
    return false;
  }
  if (input.pasting) {
    event->kind = DOVE_EVENT_PASTE;
    return take_pasted(kind, code);
  }
  if (kind == KEY_CODE_YES && code == KEY_MOUSE_BEGIN) {
    input.reporting = true;
    input.report_length = 0;
    return false;
  }
  if (input.reporting) {
    event->kind = DOVE_EVENT_MOUSE;
    return take_report(kind, code, &event->mouse);
  }
  if (kind == KEY_CODE_YES && code == KEY_MOUSE) {
    event->kind = DOVE_EVENT_MOUSE;
    return read_mouse(&event->mouse);
  }
  event->kind = DOVE_EVENT_KEY;
  event->key = kind == KEY_CODE_YES ? special_key(code) : with_alt(character_key(code));
  return event->key != DOVE_KEY_NONE;
}

dove_event dove_screen_read(void) {
  for (;;) {
    dove_event event = {0};
    wint_t code;
    int kind = read_raw(&code);
    if (kind == ERR) return (dove_event){.kind = DOVE_EVENT_NONE};
    if (take(kind, code, &event)) return event;
  }
}
