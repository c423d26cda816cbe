#include <utf8proc.h>

#include "dove/text.h"

/* The classes of UAX 14 that matter here. */
typedef enum break_class {
  CLASS_LETTER,      /* no break beside another letter */
  CLASS_DIGIT,       /* a letter that a hyphen does not let go of: "-5", "2-3" */
  CLASS_SPACE,       /* a break after it */
  CLASS_GLUE,        /* no break on either side */
  CLASS_OPENING,     /* no break after it */
  CLASS_CLOSING,     /* no break before it */
  CLASS_HYPHEN,      /* a break after it, none before */
  CLASS_IDEOGRAPHIC, /* a break on either side */
  CLASS_LINE_FEED,
} break_class;

/* Characters that must not start a line although they are letters or symbols: small kana, the long-vowel and iteration
 * marks, middle dots, units and ellipses. */
static bool is_nonstarter(uint32_t code_point) {
  static const uint32_t nonstarters[] = {
      0x3041, 0x3043, 0x3045, 0x3047, 0x3049, 0x3063, 0x3083, 0x3085, 0x3087, 0x308E, 0x3095, 0x3096, 0x30A1, 0x30A3,
      0x30A5, 0x30A7, 0x30A9, 0x30C3, 0x30E3, 0x30E5, 0x30E7, 0x30EE, 0x30F5, 0x30F6, 0x30FC, 0x3005, 0x301C, 0x303B,
      0x309B, 0x309C, 0x309D, 0x309E, 0x30A0, 0x30FB, 0x30FD, 0x30FE, 0x2026, 0x2025, 0x00B7, 0x2030, 0x2103, 0x00B0,
      0x3001, 0x3002, 0xFF01, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0xFF05, 0xFF5E, 0xFF61, 0xFF64, 0xFF65, 0xFF70,
      0x203C, 0x2047, 0x2048, 0x2049, 0xFE50, 0xFE51, 0xFE52, 0xFE54, 0xFE55, 0xFE56, 0xFE57};
  for (size_t i = 0; i < sizeof nonstarters / sizeof nonstarters[0]; i++) {
    if (nonstarters[i] == code_point) return true;
  }
  return code_point >= 0x31F0 && code_point <= 0x31FF; /* small kana for Ainu */
}

static break_class ascii_class(char byte) {
  switch (byte) {
    case '\n': return CLASS_LINE_FEED;
    case ' ': return CLASS_SPACE;
    case '(':
    case '[':
    case '{':
    case '$': return CLASS_OPENING;
    case ')':
    case ']':
    case '}':
    case '!':
    case '?':
    case ',':
    case '.':
    case ':':
    case ';':
    case '%': return CLASS_CLOSING;
    case '-':
    case '/': return CLASS_HYPHEN;
    case '"':
    case '\'': return CLASS_GLUE;
    default: return byte >= '0' && byte <= '9' ? CLASS_DIGIT : CLASS_LETTER;
  }
}

static break_class category_class(uint32_t code_point, int columns) {
  switch (utf8proc_category((utf8proc_int32_t)code_point)) {
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PI: return CLASS_OPENING;
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PF: return CLASS_CLOSING;
    case UTF8PROC_CATEGORY_ZS: return CLASS_SPACE;
    default: return columns == 2 ? CLASS_IDEOGRAPHIC : CLASS_LETTER;
  }
}

static break_class class_of(const char *cluster, size_t length, int columns) {
  if ((cluster[0] & 0x80) == 0) {
    if (length == 2 && cluster[1] == '\n') return CLASS_LINE_FEED; /* CR LF */
    return columns == 2 ? CLASS_IDEOGRAPHIC : ascii_class(cluster[0]);
  }
  uint32_t code_point;
  dove_utf8_decode(cluster, length, &code_point);
  switch (code_point) {
    case 0x00A0:
    case 0x2007:
    case 0x2011:
    case 0x202F: return CLASS_GLUE;
    case 0x2010:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015: return CLASS_HYPHEN;
    case 0x258C: /* ▌ and ▐ stand around evidence, like brackets */
    case 0x20A9:
    case 0xFFE5:
    case 0xFFE6:
    case 0xFF04: return CLASS_OPENING;
    case 0x2590: return CLASS_CLOSING;
    default: return is_nonstarter(code_point) ? CLASS_CLOSING : category_class(code_point, columns);
  }
}

/* Whether a line may end between two clusters that follow each other without a space. */
static bool may_break(break_class before_previous, break_class previous, break_class next) {
  if (previous == CLASS_GLUE || next == CLASS_GLUE) return false;
  if (previous == CLASS_OPENING || next == CLASS_CLOSING || next == CLASS_HYPHEN) return false;
  if (previous == CLASS_HYPHEN) {
    bool inside_word = before_previous == CLASS_LETTER || before_previous == CLASS_DIGIT ||
                       before_previous == CLASS_IDEOGRAPHIC || before_previous == CLASS_HYPHEN;
    return inside_word && next != CLASS_DIGIT;
  }
  return previous == CLASS_IDEOGRAPHIC || next == CLASS_IDEOGRAPHIC ||
         (previous == CLASS_CLOSING && next == CLASS_OPENING);
}

typedef struct line_state {
  size_t content; /* bytes up to the last cluster that is not a space */
  size_t end;     /* where the line ends when it is broken at the last place found */
  size_t resume;  /* where the following line then starts */
  int used;       /* columns up to `offset` */
  break_class last;
  break_class before_last;
  bool option; /* in a word that begins with a hyphen: "--resume-from" stays whole */
} line_state;

/* Notes the place before the cluster at `offset` when the line may be broken there. */
static void note_break(line_state *line, size_t offset, break_class next) {
  if (offset == 0 || next == CLASS_SPACE) return;
  bool allowed = line->last == CLASS_SPACE ? line->content > 0 : may_break(line->before_last, line->last, next);
  if (!allowed || (line->option && line->last == CLASS_HYPHEN)) return;
  line->end = line->content;
  line->resume = offset;
}

/* Skips the spaces of a break at `offset`, and one line feed after them: it would make an empty line. */
static size_t skip_break(const char *text, size_t length, size_t offset) {
  while (offset < length) {
    int columns;
    size_t step = dove_text_cluster(text + offset, length - offset, &columns);
    break_class class = class_of(text + offset, step, columns);
    if (class == CLASS_LINE_FEED) return offset + step;
    if (class != CLASS_SPACE) return offset;
    offset += step;
  }
  return offset;
}

/* Ends a line that is full before `offset`: at the last good place, or right there when a word fills the line. */
static size_t end_full_line(const line_state *line, const char *text, size_t length, size_t offset, size_t *next) {
  size_t end = line->resume > 0 ? line->end : line->content;
  size_t resume = line->resume > 0 ? line->resume : offset;
  *next = skip_break(text, length, resume);
  return end;
}

size_t dove_text_wrap(const char *text, size_t length, int columns, size_t *next) {
  if (columns < 2) columns = 2;
  line_state line = {.last = CLASS_SPACE, .before_last = CLASS_SPACE};
  size_t offset = 0;
  while (offset < length) {
    int wide;
    size_t step = dove_text_cluster(text + offset, length - offset, &wide);
    break_class class = class_of(text + offset, step, wide);
    if (class == CLASS_LINE_FEED) {
      *next = offset + step;
      return line.content;
    }
    note_break(&line, offset, class);
    if (class != CLASS_SPACE && line.used + wide > columns) return end_full_line(&line, text, length, offset, next);
    line.used += wide;
    offset += step;
    if (class != CLASS_SPACE) line.content = offset;
    const bool begins_word = line.last == CLASS_SPACE || line.last == CLASS_OPENING || line.last == CLASS_GLUE;
    if (class == CLASS_SPACE || begins_word) line.option = class == CLASS_HYPHEN;
    line.before_last = line.last;
    line.last = class;
  }
  *next = length;
  return line.content;
}
