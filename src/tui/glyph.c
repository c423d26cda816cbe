#include "tui/glyph.h"

#include <string.h>
#include <utf8proc.h>

#include "dove/text.h"

enum { MARKS_PER_CELL = 4 /* curses keeps no more */, FIRST_FLAG_LETTER = 0x1F1E6, LAST_FLAG_LETTER = 0x1F1FF };

static void set_text(dove_cell *cell, const char *text, int columns) {
  size_t length = strlen(text);
  memset(cell->text, 0, sizeof cell->text);
  memcpy(cell->text, text, length < sizeof cell->text ? length : sizeof cell->text - 1);
  cell->columns = (uint8_t)columns;
}

static void set_code_point(dove_cell *cell, uint32_t code_point, int columns) {
  char text[5] = {0};
  dove_utf8_encode(code_point, text);
  set_text(cell, text, columns);
}

static void add_mark(dove_cell *cell, uint32_t code_point) {
  size_t used = strlen(cell->text);
  char text[4];
  size_t length = dove_utf8_encode(code_point, text);
  if (used + length < sizeof cell->text) memcpy(cell->text + used, text, length);
}

/* ---- ASCII ---- */

typedef struct ascii_form {
  uint32_t first, last;
  char form;
} ascii_form;

/* What the explorer draws with, in ASCII. Ascending, for the binary search. */
static const ascii_form ascii_forms[] = {
    {0x00A0, 0x00A0, ' '}, {0x00B2, 0x00B2, '2'}, {0x00B3, 0x00B3, '3'}, {0x00B7, 0x00B7, '.'},  {0x00D7, 0x00D7, 'x'},
    {0x0394, 0x0394, 'D'}, {0x03B1, 0x03B1, 'a'}, {0x03B2, 0x03B2, 'b'}, {0x03B5, 0x03B5, 'e'},  {0x03BA, 0x03BA, 'k'},
    {0x03C3, 0x03C3, 's'}, {0x03C4, 0x03C4, 't'}, {0x2010, 0x2015, '-'}, {0x2018, 0x2019, '\''}, {0x201C, 0x201D, '"'},
    {0x2022, 0x2022, '*'}, {0x2026, 0x2026, '~'}, {0x2190, 0x2190, '<'}, {0x2191, 0x2191, '^'},  {0x2192, 0x2192, '>'},
    {0x2193, 0x2193, 'v'}, {0x2212, 0x2212, '-'}, {0x2248, 0x2248, '~'}, {0x2261, 0x2261, '='},  {0x2264, 0x2264, '<'},
    {0x2265, 0x2265, '>'}, {0x2400, 0x2421, '?'}, {0x2500, 0x2501, '-'}, {0x2502, 0x2503, '|'},  {0x2504, 0x254F, '+'},
    {0x2550, 0x2550, '='}, {0x2551, 0x2551, '|'}, {0x2552, 0x257F, '+'}, {0x2580, 0x2580, '"'},  {0x2581, 0x2581, '_'},
    {0x2582, 0x2583, '.'}, {0x2584, 0x2585, 'o'}, {0x2586, 0x2588, '#'}, {0x2589, 0x258B, '#'},  {0x258C, 0x258F, '|'},
    {0x2590, 0x2590, '|'}, {0x2591, 0x2591, '.'}, {0x2592, 0x2592, ':'}, {0x2593, 0x2593, '#'},  {0x25A0, 0x25A0, '#'},
    {0x25A1, 0x25A1, 'o'}, {0x25B2, 0x25B2, '^'}, {0x25B4, 0x25B4, '^'}, {0x25B6, 0x25B8, '>'},  {0x25BC, 0x25BC, 'v'},
    {0x25BE, 0x25BE, 'v'}, {0x25C0, 0x25C2, '<'}, {0x25C6, 0x25C6, '*'}, {0x25C7, 0x25C7, 'o'},  {0x25CB, 0x25CB, 'o'},
    {0x25CC, 0x25CC, 'o'}, {0x25CF, 0x25CF, '*'}, {0x2713, 0x2714, '+'}, {0x2715, 0x2718, 'x'},  {0x27E8, 0x27E8, '<'},
    {0x27E9, 0x27E9, '>'},
};

static char ascii_dots(uint32_t braille) {
  int dots = 0;
  for (uint32_t bits = braille & 0xFF; bits != 0; bits >>= 1) dots += (int)(bits & 1);
  return " ..::::##"[dots];
}

static char ascii_base_letter(uint32_t code_point) {
  utf8proc_int32_t parts[8];
  int boundary = 0;
  utf8proc_ssize_t count =
      utf8proc_decompose_char((utf8proc_int32_t)code_point, parts, 8, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary);
  return count > 0 && count <= 8 && parts[0] > ' ' && parts[0] < 0x7F ? (char)parts[0] : '?';
}

static char ascii_of(uint32_t code_point) {
  if (code_point < 0x7F) return code_point >= ' ' ? (char)code_point : '?';
  if (code_point >= 0x2800 && code_point <= 0x28FF) return ascii_dots(code_point);
  size_t low = 0;
  size_t high = sizeof ascii_forms / sizeof ascii_forms[0];
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (ascii_forms[middle].last < code_point) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  bool found = low < sizeof ascii_forms / sizeof ascii_forms[0] && ascii_forms[low].first <= code_point;
  return found ? ascii_forms[low].form : ascii_base_letter(code_point);
}

static int ascii_cells(uint32_t code_point, int columns, dove_cell out[2]) {
  char text[2] = {ascii_of(code_point), '\0'};
  for (int i = 0; i < columns; i++) set_text(&out[i], i > 0 && text[0] != '?' ? " " : text, 1);
  return columns;
}

/* ---- The console's font has no braille, and of the blocks only full, half and shades ---- */

static uint32_t basic_form(uint32_t code_point) {
  if (code_point >= 0x2800 && code_point <= 0x28FF) return (uint32_t)(unsigned char)ascii_dots(code_point);
  if (code_point >= 0x2581 && code_point <= 0x2583) return '_';
  if (code_point >= 0x2585 && code_point <= 0x2587) return 0x2584;
  if (code_point >= 0x2589 && code_point <= 0x258B) return 0x2588;
  if (code_point >= 0x258D && code_point <= 0x258F) return 0x258C;
  return code_point;
}

/* ---- Uncertain widths ---- */

/* Hangul that came as separate jamo, put together (Unicode 3.12): not every terminal does that. Returns the bytes used,
 * 0 when the cluster does not start with such jamo. */
static size_t compose_hangul(const char *cluster, size_t length, uint32_t *syllable) {
  uint32_t parts[3] = {0};
  size_t offsets[3] = {0};
  size_t offset = 0;
  int count = 0;
  while (count < 3 && offset < length) {
    offset += dove_utf8_decode(cluster + offset, length - offset, &parts[count]);
    offsets[count++] = offset;
  }
  if (count >= 2 && parts[0] >= 0x1100 && parts[0] <= 0x1112 && parts[1] >= 0x1161 && parts[1] <= 0x1175) {
    *syllable = 0xAC00 + ((parts[0] - 0x1100) * 21 + (parts[1] - 0x1161)) * 28;
    bool final = count == 3 && parts[2] >= 0x11A8 && parts[2] <= 0x11C2;
    if (final) *syllable += parts[2] - 0x11A7;
    return offsets[final ? 2 : 1];
  }
  bool open_syllable = parts[0] >= 0xAC00 && parts[0] <= 0xD7A3 && (parts[0] - 0xAC00) % 28 == 0;
  if (count >= 2 && open_syllable && parts[1] >= 0x11A8 && parts[1] <= 0x11C2) {
    *syllable = parts[0] + (parts[1] - 0x11A7);
    return offsets[1];
  }
  return 0;
}

static bool is_flag_letter(uint32_t code_point) {
  return code_point >= FIRST_FLAG_LETTER && code_point <= LAST_FLAG_LETTER;
}

/* A flag as its two letters: terminals differ in how wide the picture is. */
static int flag_cells(const char *cluster, size_t length, dove_cell out[2]) {
  int count = 0;
  for (size_t offset = 0; offset < length && count < 2;) {
    uint32_t code_point;
    offset += dove_utf8_decode(cluster + offset, length - offset, &code_point);
    if (is_flag_letter(code_point)) set_code_point(&out[count++], 'A' + code_point - FIRST_FLAG_LETTER, 1);
  }
  return count;
}

static int columns_alone(uint32_t code_point) {
  char text[4];
  int columns;
  dove_text_cluster(text, dove_utf8_encode(code_point, text), &columns);
  return columns;
}

static bool is_shown(uint32_t code_point) {
  bool selector = (code_point >= 0xFE00 && code_point <= 0xFE0F) || (code_point >= 0xE0100 && code_point <= 0xE01EF);
  return !selector && code_point != 0x200D && code_point != 0x200C;
}

static bool is_pictograph(uint32_t code_point) {
  return utf8proc_get_property((utf8proc_int32_t)code_point)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

/* The cells of a cluster part by part: a spacing mark has a cell of its own, marks go to the cell before them, and a
 * second pictograph or a skin tone is left out. */
static int plain_cells(const char *cluster, size_t length, int columns, dove_glyphs glyphs, dove_cell out[2]) {
  int count = 0;
  int used = 0;
  int marks = 0;
  for (size_t offset = 0; offset < length;) {
    uint32_t code_point;
    size_t step = compose_hangul(cluster + offset, length - offset, &code_point);
    if (step == 0) step = dove_utf8_decode(cluster + offset, length - offset, &code_point);
    offset += step;
    if (!is_shown(code_point)) continue;
    if (dove_text_is_unsafe(code_point))
      code_point = code_point > 0 && code_point < 0x20 ? 0x2400 + code_point : 0xFFFD;
    if (glyphs == DOVE_GLYPHS_BASIC) code_point = basic_form(code_point);
    int wide = columns_alone(code_point);
    if (wide == 0 && count > 0 && marks < MARKS_PER_CELL) {
      add_mark(&out[count - 1], code_point);
      marks++;
    } else if (wide > 0 && used + wide <= columns && (count == 0 || !is_pictograph(code_point))) {
      set_code_point(&out[count++], code_point, wide);
      used += wide;
      marks = 0;
    }
  }
  while (used < columns) {
    set_text(&out[count++], " ", 1);
    used++;
  }
  return count;
}

int dove_glyph_cells(const char *cluster, size_t length, int columns, dove_glyphs glyphs, dove_cell out[2]) {
  if (columns == 0 || length == 0) return 0;
  if (length == 1 && cluster[0] >= ' ' && cluster[0] < 0x7F) {
    char text[2] = {cluster[0], '\0'};
    set_text(&out[0], text, 1);
    return 1;
  }
  uint32_t first;
  dove_utf8_decode(cluster, length, &first);
  if (is_flag_letter(first)) return flag_cells(cluster, length, out);
  if (glyphs == DOVE_GLYPHS_ASCII) return ascii_cells(first, columns, out);
  return plain_cells(cluster, length, columns, glyphs, out);
}
