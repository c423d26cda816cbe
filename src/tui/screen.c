#include "tui/screen.h"

#include <curses.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "tui/screen_keys.h"
#include "tui/signals.h"

enum { MOST_PAIRS = 250 };

static struct {
  SCREEN *terminal;
  int saved_stderr;
  dove_canvas shown; /* what curses has; rows that are equal need not be sent to it */
  bool shown_valid;
  dove_theme theme; /* that `shown` was drawn with */
  cchar_t *line;
  size_t line_capacity;
  short pairs[MOST_PAIRS][2];
  short pair_count;
  bool colours, pastes, mouse;
} screen = {.saved_stderr = -1};

/* ---- What the terminal can do ---- */

static bool is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

dove_glyphs dove_screen_glyphs(void) {
  const char *name = getenv("TERM");
  if (!is_utf8() || name == NULL) return DOVE_GLYPHS_ASCII;
  if (strncmp(name, "linux", 5) == 0) return DOVE_GLYPHS_BASIC;
  bool old = strncmp(name, "vt1", 3) == 0 || strncmp(name, "vt2", 3) == 0 || strncmp(name, "ansi", 4) == 0 ||
             strcmp(name, "dumb") == 0;
  return old ? DOVE_GLYPHS_ASCII : DOVE_GLYPHS_FULL;
}

bool dove_screen_has_colours(void) {
  const char *refused = getenv("NO_COLOR");
  return screen.colours && (refused == NULL || refused[0] == '\0');
}

/* A string capability, NULL when the terminal has none. */
static const char *capability(const char *name) {
  const char *text = tigetstr((char *)(uintptr_t)name);
  return text == NULL || text == (const char *)(intptr_t)-1 ? NULL : text;
}

static void send_bytes(const char *bytes, size_t length) {
  fflush(stdout);
  while (length > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, length);
    if (written <= 0) return;
    bytes += written;
    length -= (size_t)written;
  }
}

static void send(const char *text) { send_bytes(text, strlen(text)); }

/* Appends a capability without its padding marks "$<5>", for the bytes that a fatal signal writes. */
static void add_capability(dove_buffer *out, const char *name) {
  const char *text = capability(name);
  while (text != NULL && *text != '\0') {
    const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
    if (end == NULL) dove_buffer_add_char(out, *text);
    text = end != NULL ? end + 1 : text + 1;
  }
}

static void prepare_farewell(void) {
  dove_buffer bytes = {0};
  if (screen.pastes) dove_buffer_add_text(&bytes, "\033[?2004l\033[?1000l\033[?1002l\033[?1006l");
  add_capability(&bytes, "sgr0");
  add_capability(&bytes, "cnorm");
  add_capability(&bytes, "rmkx");
  add_capability(&bytes, "rmcup");
  dove_buffer_add_text(&bytes, "\r\n");
  dove_signals_set_farewell(dove_buffer_text(&bytes));
  dove_buffer_free(&bytes);
}

/* ---- Open and close ---- */

static void silence_stderr(void) {
  const char *log = getenv("DOVE_LOG");
  int target = log != NULL && log[0] != '\0' ? open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
  if (target < 0) target = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (target < 0) return;
  screen.saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  dup2(target, STDERR_FILENO);
  close(target);
}

static void restore_stderr(void) {
  if (screen.saved_stderr < 0) return;
  dup2(screen.saved_stderr, STDERR_FILENO);
  close(screen.saved_stderr);
  screen.saved_stderr = -1;
}

/* Numbers keep their point whatever the language; the text is UTF-8 or it is ASCII. */
static void set_locale(void) {
  setlocale(LC_ALL, "");
  setlocale(LC_NUMERIC, "C");
}

static void configure(void) {
  raw();
  noecho();
  nonl();
  intrflush(stdscr, FALSE);
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  leaveok(stdscr, FALSE);
  screen.colours = has_colors() && start_color() != ERR;
  if (screen.colours) use_default_colors();
  screen.pair_count = 0;
  screen.pastes = capability("kmous") != NULL;
  dove_screen_keys_define();
}

dove_status dove_screen_open(dove_error *error) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
    return dove_fail(error, DOVE_USAGE, "the explorer needs a terminal for its input and output");
  }
  set_locale();
  dove_signals_keep_terminal(STDOUT_FILENO);
  set_escdelay(25);
  screen.terminal = newterm(NULL, stdout, stdin);
  if (screen.terminal == NULL) {
    const char *name = getenv("TERM");
    return dove_fail(error, DOVE_USAGE, "the terminal '%s' is not known: set TERM to one that 'infocmp' knows",
                     name != NULL ? name : "");
  }
  silence_stderr();
  configure();
  prepare_farewell();
  if (screen.pastes) send("\033[?2004h");
  screen.shown_valid = false;
  return DOVE_OK;
}

void dove_screen_close(void) {
  if (screen.terminal == NULL) return;
  dove_screen_mouse(false);
  endwin();
  if (screen.pastes) send("\033[?2004l");
  delscreen(screen.terminal);
  screen.terminal = NULL;
  dove_canvas_free(&screen.shown);
  dove_screen_keys_free();
  free(screen.line);
  screen.line = NULL;
  screen.line_capacity = 0;
  restore_stderr();
}

/* Curses asks for presses and releases; where the mouse goes while a button is held, and reports that name all columns,
 * are own modes of the terminal. */
static void report_motion(bool on) {
  if (screen.pastes) send(on ? "\033[?1006h\033[?1002h" : "\033[?1002l\033[?1006l");
}

void dove_screen_release(void) {
  if (screen.mouse) report_motion(false);
  if (screen.pastes) send("\033[?2004l");
  endwin();
}

void dove_screen_resume(void) {
  refresh();
  if (screen.pastes) send("\033[?2004h");
  dove_screen_forget();
}

void dove_screen_mouse(bool on) {
  screen.mouse = on;
  /* Every press and release, also those that mean nothing here: curses waits for the next key inside of its reading
   * when it drops an event itself, in spite of nodelay(). */
  mmask_t wanted = BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED | BUTTON2_PRESSED |
                   BUTTON2_RELEASED | BUTTON3_PRESSED | BUTTON3_RELEASED | BUTTON4_PRESSED | BUTTON4_RELEASED |
                   BUTTON5_PRESSED | BUTTON5_RELEASED | REPORT_MOUSE_POSITION;
  mouseinterval(0); /* a click is not held back to see whether it becomes a double one */
  if (!on) report_motion(false);
  mousemask(on ? wanted : 0, NULL);
  if (on) report_motion(true);
}

/* ---- Size ---- */

void dove_screen_size(int *height, int *width) {
  struct winsize size = {0};
  bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0;
  if (known && is_term_resized(size.ws_row, size.ws_col)) {
    resize_term(size.ws_row, size.ws_col);
    dove_screen_forget();
  }
  getmaxyx(stdscr, *height, *width);
}

/* ---- Showing ---- */

/* The pair of two colours; 0 when the terminal has no more of them. */
static short pair_of(short foreground, short background) {
  if (!screen.colours || (foreground < 0 && background < 0)) return 0;
  for (short i = 0; i < screen.pair_count; i++) {
    if (screen.pairs[i][0] == foreground && screen.pairs[i][1] == background) return (short)(i + 1);
  }
  if (screen.pair_count >= MOST_PAIRS || screen.pair_count + 1 >= COLOR_PAIRS) return 0;
  short pair = (short)(screen.pair_count + 1);
  if (init_pair(pair, foreground, background) == ERR) return 0;
  screen.pairs[screen.pair_count][0] = foreground;
  screen.pairs[screen.pair_count][1] = background;
  screen.pair_count = pair;
  return pair;
}

static attr_t attributes_of(const dove_look *look) {
  attr_t attributes = A_NORMAL;
  if ((look->attributes & DOVE_BOLD) != 0) attributes |= A_BOLD;
  if ((look->attributes & DOVE_UNDERLINE) != 0) attributes |= A_UNDERLINE;
  if ((look->attributes & DOVE_REVERSE) != 0) attributes |= A_REVERSE;
  if ((look->attributes & DOVE_DIM) != 0) attributes |= A_DIM;
  if ((look->attributes & DOVE_ITALIC) != 0) attributes |= A_ITALIC;
  return attributes;
}

static void look_of(const dove_theme *theme, dove_style style, attr_t *attributes, short *pair) {
  dove_look look = dove_theme_look(theme, style);
  *attributes = A_NORMAL;
  if (screen.colours && COLORS < 256) {
    bool bold;
    bool ignored;
    look.foreground = dove_theme_basic_colour(look.foreground, &bold);
    look.background = dove_theme_basic_colour(look.background, &ignored);
    if (bold) look.attributes |= DOVE_BOLD;
    if (look.foreground >= 0 && look.foreground == look.background)
      look.foreground = (short)(look.background == 0 ? 7 : 0);
  }
  *attributes = attributes_of(&look);
  *pair = pair_of(look.foreground, look.background);
}

/* One cell for curses. What the C library measures otherwise than we do would shift the line: it becomes "?". */
static void make_cell(const dove_cell *cell, attr_t attributes, short pair, cchar_t *out) {
  wchar_t text[CCHARW_MAX + 1] = {0};
  size_t count = 0;
  size_t length = strlen(cell->text);
  for (size_t offset = 0; offset < length && count < CCHARW_MAX;) {
    uint32_t code_point;
    offset += dove_utf8_decode(cell->text + offset, length - offset, &code_point);
    if (count == 0 || wcwidth((wchar_t)code_point) == 0) text[count++] = (wchar_t)code_point;
  }
  bool certain = text[0] < 0x7F || wcwidth(text[0]) == cell->columns;
  if (!certain) {
    text[0] = cell->columns == 2 ? 0xFF1F /* fullwidth question mark */ : L'?';
    text[1] = L'\0';
  }
  setcchar(out, text, attributes, pair, NULL);
}

static bool show_row(const dove_canvas *canvas, const dove_theme *theme, int y) {
  void *line = screen.line;
  if (!dove_grow(&line, &screen.line_capacity, (size_t)canvas->width + 1, sizeof *screen.line)) return false;
  screen.line = line;
  size_t count = 0;
  dove_style style = {0};
  attr_t attributes;
  short pair;
  look_of(theme, style, &attributes, &pair);
  for (int x = 0; x < canvas->width; x++) {
    const dove_cell *cell = dove_canvas_cell(canvas, y, x);
    if (cell->columns == 0) continue;
    if (memcmp(&cell->style, &style, sizeof style) != 0) {
      style = cell->style;
      look_of(theme, style, &attributes, &pair);
    }
    make_cell(cell, attributes, pair, &screen.line[count++]);
  }
  memset(&screen.line[count], 0, sizeof *screen.line);
  mvadd_wchnstr(y, 0, screen.line, -1);
  return true;
}

static bool row_is_shown(const dove_canvas *canvas, int y) {
  return memcmp(dove_canvas_cell(canvas, y, 0), dove_canvas_cell(&screen.shown, y, 0),
                (size_t)canvas->width * sizeof(dove_cell)) == 0;
}

static void place_cursor(const dove_canvas *canvas) {
  if (canvas->cursor_y < 0) {
    curs_set(0);
    return;
  }
  curs_set(1);
  move(canvas->cursor_y, canvas->cursor_x);
}

void dove_screen_show(const dove_canvas *canvas, const dove_theme *theme) {
  bool same_size = screen.shown.height == canvas->height && screen.shown.width == canvas->width;
  bool known = screen.shown_valid && same_size && memcmp(&screen.theme, theme, sizeof *theme) == 0;
  if (!same_size && !dove_canvas_resize(&screen.shown, canvas->height, canvas->width)) return;
  for (int y = 0; y < canvas->height; y++) {
    if (known && row_is_shown(canvas, y)) continue;
    if (!show_row(canvas, theme, y)) return;
    memcpy(dove_canvas_cell(&screen.shown, y, 0), dove_canvas_cell(canvas, y, 0),
           (size_t)canvas->width * sizeof(dove_cell));
  }
  screen.theme = *theme;
  screen.shown_valid = true;
  place_cursor(canvas);
  wnoutrefresh(stdscr);
  doupdate();
}

void dove_screen_forget(void) {
  screen.shown_valid = false;
  clearok(curscr, TRUE);
}

/* ---- Clipboard ---- */

bool dove_screen_copy(const char *text, size_t length) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  enum { LONGEST = 74994 /* what terminals take at most, in base 64 under 100,000 */ };
  if (!screen.pastes || length > LONGEST) return false;
  dove_buffer out = {0};
  dove_buffer_add_text(&out, "\033]52;c;");
  for (size_t i = 0; i < length; i += 3) {
    uint32_t block = 0;
    for (size_t j = 0; j < 3; j++) block = block << 8 | (i + j < length ? (unsigned char)text[i + j] : 0U);
    for (size_t j = 0; j < 4; j++) {
      dove_buffer_add_char(&out, i + j > length ? '=' : digits[block >> (18 - 6 * j) & 63]);
    }
  }
  dove_buffer_add_text(&out, "\033\\");
  bool complete = !out.failed;
  if (complete) send_bytes(out.data, out.length);
  dove_buffer_free(&out);
  return complete;
}
