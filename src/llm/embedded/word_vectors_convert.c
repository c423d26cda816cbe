#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/word_vectors.h"
#include "llm/embedded/dvec.h"

enum {
  LONGEST_LINE = 1 << 20, /* bytes */
  LINES_PER_REPORT = 1 << 10,
};

/* The work of one conversion. The components, the bulk of a file, go straight to the output; the rest stays in memory
 * until the number of words is known. */
typedef struct converter {
  const char *in_path;
  const char *out_path;
  FILE *in;
  FILE *out;
  char *out_partial; /* the name that the output has until it is complete */
  dove_buffer line;
  uint64_t in_size;
  uint64_t in_read;
  uint64_t header_count; /* what the first line promises, 0 without one */
  uint32_t words_wanted; /* 0: all */
  uint32_t dimension;
  uint32_t longest;
  float *row;
  int8_t *quantized;
  float *scales;
  size_t scales_capacity;
  uint32_t *offsets;
  size_t offsets_capacity;
  uint32_t *slots;
  uint32_t slot_count;
  dove_buffer words;
  uint64_t checksum;
  uint64_t written;
  dove_word_vectors_summary summary;
  dove_error *error;
} converter;

static dove_status bad_line(converter *c, const char *what) {
  return dove_fail(c->error, DOVE_INPUT, "%s:%llu: %s", c->in_path, (unsigned long long)c->summary.lines, what);
}

/* The next line without its end; *more is false at the end of the file. */
static dove_status read_line(converter *c, bool *more) {
  dove_buffer_clear(&c->line);
  int byte;
  while ((byte = getc_unlocked(c->in)) != EOF && byte != '\n') {
    if (c->line.length >= LONGEST_LINE) {
      c->summary.lines++;
      return bad_line(c, "the line is longer than 1 MiB; this is not a text file of word vectors");
    }
    dove_buffer_add_char(&c->line, (char)byte);
  }
  if (ferror(c->in)) return dove_fail_errno(c->error, "read", c->in_path);
  if (c->line.failed) return dove_fail_memory(c->error, "reading word vectors");
  *more = byte != EOF || c->line.length > 0;
  if (!*more) return DOVE_OK;
  c->summary.lines++;
  c->in_read += c->line.length + 1;
  if (memchr(dove_buffer_text(&c->line), '\0', c->line.length) != NULL)
    return bad_line(c, "the line has a NUL byte; give the text form of the vectors, not the binary one");
  return DOVE_OK;
}

static bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\r'; }

static size_t count_fields(const char *text) {
  size_t fields = 0;
  for (const char *at = text; *at != '\0';) {
    while (is_blank(*at)) at++;
    if (*at == '\0') break;
    fields++;
    while (*at != '\0' && !is_blank(*at)) at++;
  }
  return fields;
}

/* True when the whole field at *at is a number; moves *at past it. */
static bool parse_number(char **at, float *value) {
  char *end;
  *value = strtof(*at, &end);
  const bool whole = end != *at && (*end == '\0' || is_blank(*end));
  if (whole) *at = end;
  return whole;
}

/* "COUNT DIMENSION", the first line of word2vec and fastText files. */
static bool parse_first_line(converter *c) {
  const char *text = dove_buffer_text(&c->line);
  if (count_fields(text) != 2 || text[0] < '0' || text[0] > '9') return false;
  char *end;
  const unsigned long long count = strtoull(text, &end, 10);
  if (!is_blank(*end)) return false;
  while (is_blank(*end)) end++;
  if (*end < '0' || *end > '9') return false;
  const unsigned long dimension = strtoul(end, &end, 10);
  while (is_blank(*end)) end++;
  if (*end != '\0' || count == 0 || dimension == 0 || dimension > DOVE_WORD_VECTORS_MAX_DIMENSION) return false;
  c->header_count = count;
  c->dimension = (uint32_t)dimension;
  return true;
}

/* Learns the dimension from the first line; *is_word tells whether that line already holds a word. */
static dove_status start_with_first_line(converter *c, bool *is_word) {
  char *text = c->line.data;
  if (c->line.length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    memmove(text, text + 3, c->line.length - 2);
    c->line.length -= 3;
  }
  if (c->line.length >= 2 && (unsigned char)text[0] == 0x1f && (unsigned char)text[1] == 0x8b)
    return dove_fail(c->error, DOVE_INPUT, "'%s' is compressed; unpack it with gunzip first", c->in_path);
  *is_word = !parse_first_line(c);
  if (*is_word) {
    const size_t fields = c->line.length > 0 ? count_fields(text) : 0;
    if (fields < 3) return bad_line(c, "this is not a word with its vector; give GloVe, word2vec or fastText text");
    if (fields - 1 > DOVE_WORD_VECTORS_MAX_DIMENSION) return bad_line(c, "more than 4096 values");
    c->dimension = (uint32_t)(fields - 1);
  }
  c->summary.dimension = c->dimension;
  c->row = dove_alloc(c->dimension, sizeof *c->row);
  c->quantized = dove_alloc(c->dimension, sizeof *c->quantized);
  if (c->row == NULL || c->quantized == NULL) return dove_fail_memory(c->error, "converting word vectors");
  return DOVE_OK;
}

/* Fields of a word that has spaces look like text; a field too many looks like a number. */
static bool extra_fields_are_numbers(char *word) {
  char *at = word;
  while (*at != '\0' && !is_blank(*at)) at++;
  for (;;) {
    while (is_blank(*at)) at++;
    if (*at == '\0') return true;
    float value;
    if (!parse_number(&at, &value)) return false;
  }
}

/* Parses the values at the end of the line into c->row and cuts the line down to the word. *spaced is true when the
 * word has spaces or is empty: some published files have such words. */
static dove_status parse_line(converter *c, bool *spaced) {
  char *text = c->line.data;
  const size_t fields = c->line.length > 0 ? count_fields(text) : 0;
  const bool empty_word = fields == c->dimension && is_blank(text[0]);
  *spaced = empty_word || fields > (size_t)c->dimension + 1;
  if (fields <= c->dimension && !empty_word)
    return dove_fail(c->error, DOVE_INPUT, "%s:%llu: %zu values instead of %u", c->in_path,
                     (unsigned long long)c->summary.lines, fields > 0 ? fields - 1 : 0, c->dimension);
  char *at = text;
  for (size_t skipped = fields - c->dimension; skipped > 0; skipped--) {
    while (is_blank(*at)) at++;
    while (*at != '\0' && !is_blank(*at)) at++;
  }
  char *word_end = at;
  for (uint32_t j = 0; j < c->dimension; j++) {
    while (is_blank(*at)) at++;
    if (!parse_number(&at, &c->row[j])) return bad_line(c, "a value is not a number");
    if (!isfinite(c->row[j])) return bad_line(c, "a value is NaN or infinite");
  }
  *word_end = '\0';
  c->line.length = (size_t)(word_end - text);
  if (*spaced && !empty_word && extra_fields_are_numbers(text))
    return dove_fail(c->error, DOVE_INPUT, "%s:%llu: %zu values instead of %u", c->in_path,
                     (unsigned long long)c->summary.lines, fields - 1, c->dimension);
  return DOVE_OK;
}

static bool has_unusable_character(const char *word, size_t length, uint32_t *code_points) {
  *code_points = 0;
  for (size_t at = 0; at < length;) {
    utf8proc_int32_t code_point;
    const utf8proc_ssize_t step =
        utf8proc_iterate((const utf8proc_uint8_t *)word + at, (utf8proc_ssize_t)(length - at), &code_point);
    if (step <= 0) return true;
    switch (utf8proc_category(code_point)) {
      case UTF8PROC_CATEGORY_CC:
      case UTF8PROC_CATEGORY_ZS:
      case UTF8PROC_CATEGORY_ZL:
      case UTF8PROC_CATEGORY_ZP: return true;
      default: break;
    }
    at += (size_t)step;
    ++*code_points;
  }
  return *code_points == 0;
}

/* The word in NFC, as texts are looked up; NULL when it cannot be used. Freed with free(). */
static char *usable_word(const converter *c, uint32_t *code_points) {
  const char *text = dove_buffer_text(&c->line);
  utf8proc_uint8_t *word = NULL;
  const utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)c->line.length, &word,
                                               UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  if (length <= 0 || length > DOVE_WORD_VECTORS_MAX_WORD ||
      has_unusable_character((const char *)word, (size_t)length, code_points)) {
    free(word);
    return NULL;
  }
  return (char *)word;
}

/* The slot that holds `word` or the empty one where it belongs. */
static uint32_t *find_slot(const converter *c, const char *word, size_t length) {
  const uint32_t mask = c->slot_count - 1;
  uint32_t slot = (uint32_t)(dvec_hash(DVEC_HASH_START, word, length) & mask);
  for (;; slot = (slot + 1) & mask) {
    const uint32_t index = c->slots[slot];
    if (index == DVEC_EMPTY_SLOT) return &c->slots[slot];
    const uint32_t start = c->offsets[index];
    if (c->offsets[index + 1] - start == length && memcmp(c->words.data + start, word, length) == 0)
      return &c->slots[slot];
  }
}

static bool grow_slots(converter *c) {
  if (c->slot_count >= UINT32_C(1) << 31) return false;
  const uint32_t larger = c->slot_count == 0 ? 1024 : 2 * c->slot_count;
  uint32_t *slots = dove_alloc(larger, sizeof *slots);
  if (slots == NULL) return false;
  memset(slots, 0xff, larger * sizeof *slots);
  free(c->slots);
  c->slots = slots;
  c->slot_count = larger;
  for (uint32_t i = 0; i < c->summary.words; i++) {
    const uint32_t start = c->offsets[i];
    *find_slot(c, c->words.data + start, c->offsets[i + 1] - start) = i;
  }
  return true;
}

static bool reserve_word(converter *c) {
  const size_t count = c->summary.words;
  void *scales = c->scales;
  void *offsets = c->offsets;
  const bool scales_fit = dove_grow(&scales, &c->scales_capacity, count + 1, sizeof *c->scales);
  const bool offsets_fit = dove_grow(&offsets, &c->offsets_capacity, count + 2, sizeof *c->offsets);
  c->scales = scales;
  c->offsets = offsets;
  if (!scales_fit || !offsets_fit) return false;
  if (count == 0) c->offsets[0] = 0;
  return 2 * (count + 1) <= c->slot_count || grow_slots(c);
}

static dove_status write_bytes(converter *c, const void *bytes, size_t size) {
  if (size > 0 && fwrite(bytes, 1, size, c->out) != size) return dove_fail_errno(c->error, "write", c->out_partial);
  c->checksum = dvec_hash(c->checksum, bytes, size);
  c->written += size;
  return DOVE_OK;
}

static dove_status pad_to(converter *c, uint64_t offset) {
  static const char zeros[8];
  return write_bytes(c, zeros, (size_t)(offset - c->written));
}

/* int8 with a scale of its own for each word: an error of at most 1/254 of its largest component. */
static bool quantize(converter *c, float *scale) {
  float largest = 0.0f;
  for (uint32_t j = 0; j < c->dimension; j++) largest = fmaxf(largest, fabsf(c->row[j]));
  *scale = largest / 127.0f;
  if (!(*scale > 0.0f) || !isnormal(*scale)) return false;
  for (uint32_t j = 0; j < c->dimension; j++) c->quantized[j] = (int8_t)lrintf(c->row[j] / *scale);
  return true;
}

static dove_status add_word(converter *c, const char *word, uint32_t code_points) {
  const size_t length = strlen(word);
  float scale;
  if (!quantize(c, &scale)) {
    c->summary.unusable++;
    return DOVE_OK;
  }
  if (c->words.length + length > UINT32_MAX || c->summary.words >= UINT32_C(1) << 30)
    return dove_fail(c->error, DOVE_INPUT, "'%s' has too many words; choose a number with --words", c->in_path);
  if (!reserve_word(c)) return dove_fail_memory(c->error, "converting word vectors");
  uint32_t *slot = find_slot(c, word, length);
  if (*slot != DVEC_EMPTY_SLOT) {
    c->summary.duplicates++;
    return DOVE_OK;
  }
  const uint32_t index = c->summary.words;
  dove_buffer_add(&c->words, word, length);
  if (c->words.failed) return dove_fail_memory(c->error, "converting word vectors");
  c->offsets[index + 1] = (uint32_t)c->words.length;
  c->scales[index] = scale;
  *slot = index;
  c->summary.words++;
  if (code_points > c->longest) c->longest = code_points;
  return write_bytes(c, c->quantized, c->dimension);
}

static dove_status convert_line(converter *c) {
  bool spaced;
  const dove_status status = parse_line(c, &spaced);
  if (status != DOVE_OK) return status;
  uint32_t code_points;
  char *word = spaced ? NULL : usable_word(c, &code_points);
  if (word == NULL) {
    c->summary.unusable++;
    return DOVE_OK;
  }
  const dove_status added = add_word(c, word, code_points);
  free(word);
  return added;
}

static dove_status check_end(const converter *c) {
  const uint64_t rows = c->summary.lines > 0 ? c->summary.lines - 1 : 0;
  if (c->header_count > rows)
    return dove_fail(c->error, DOVE_INPUT, "'%s' ends after %llu of %llu words: it was cut off; get it again",
                     c->in_path, (unsigned long long)rows, (unsigned long long)c->header_count);
  return DOVE_OK;
}

static void report(const converter *c, const dove_progress *progress) {
  if (c->words_wanted > 0) {
    dove_progress_report(progress, "words", (double)c->summary.words, (double)c->words_wanted);
  } else {
    dove_progress_report(progress, "bytes", (double)c->in_read, (double)c->in_size);
  }
}

static dove_status convert_lines(converter *c, const dove_progress *progress) {
  bool more;
  dove_status status = read_line(c, &more);
  bool is_word = false;
  if (status == DOVE_OK && !more) return dove_fail(c->error, DOVE_INPUT, "'%s' is empty", c->in_path);
  if (status == DOVE_OK) status = start_with_first_line(c, &is_word);
  if (status == DOVE_OK && is_word) status = convert_line(c);
  while (status == DOVE_OK && (c->words_wanted == 0 || c->summary.words < c->words_wanted)) {
    status = read_line(c, &more);
    if (status == DOVE_OK && !more) return check_end(c);
    if (status == DOVE_OK) status = convert_line(c);
    if (c->summary.lines % LINES_PER_REPORT != 0) continue;
    report(c, progress);
    if (dove_progress_cancelled(progress)) return dove_fail(c->error, DOVE_CANCELLED, "the conversion was stopped");
  }
  return status;
}

static dove_status write_tail(converter *c) {
  dvec_header header = {.version = DVEC_VERSION,
                        .dimension = c->dimension,
                        .count = c->summary.words,
                        .longest = c->longest,
                        .slots = c->slot_count,
                        .words_size = c->words.length};
  memcpy(header.magic, DVEC_MAGIC, sizeof header.magic);
  dvec_layout layout;
  if (!dvec_lay_out(&header, &layout))
    return dove_fail(c->error, DOVE_INPUT, "'%s' has no usable word; give GloVe, word2vec or fastText text",
                     c->in_path);
  const struct {
    uint64_t start;
    const void *bytes;
    size_t size;
  } sections[] = {{layout.scales, c->scales, header.count * sizeof *c->scales},
                  {layout.offsets, c->offsets, ((size_t)header.count + 1) * sizeof *c->offsets},
                  {layout.slots, c->slots, header.slots * sizeof *c->slots},
                  {layout.words, c->words.data, c->words.length}};
  for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
    dove_status status = pad_to(c, sections[i].start);
    if (status == DOVE_OK) status = write_bytes(c, sections[i].bytes, sections[i].size);
    if (status != DOVE_OK) return status;
  }
  header.checksum = c->checksum;
  header.header_checksum = dvec_header_checksum(&header);
  if (fseeko(c->out, 0, SEEK_SET) != 0 || fwrite(&header, sizeof header, 1, c->out) != 1)
    return dove_fail_errno(c->error, "write", c->out_partial);
  return DOVE_OK;
}

static dove_status open_files(converter *c) {
  c->in = fopen(c->in_path, "re");
  if (c->in == NULL) return dove_fail_errno(c->error, "open", c->in_path);
  struct stat status;
  if (fstat(fileno(c->in), &status) != 0) return dove_fail_errno(c->error, "read", c->in_path);
  if (S_ISDIR(status.st_mode))
    return dove_fail(c->error, DOVE_INPUT, "'%s' is a folder; give a text file of word vectors", c->in_path);
  c->in_size = status.st_size > 0 ? (uint64_t)status.st_size : 0;
  dove_buffer partial = {0};
  dove_buffer_printf(&partial, "%s.%ld.part", c->out_path, (long)getpid());
  c->out_partial = dove_buffer_take(&partial);
  if (c->out_partial == NULL) return dove_fail_memory(c->error, "converting word vectors");
  c->out = fopen(c->out_partial, "w+xe");
  if (c->out == NULL) return dove_fail_errno(c->error, "write", c->out_partial);
  const dvec_header blank = {0};
  if (fwrite(&blank, sizeof blank, 1, c->out) != 1) return dove_fail_errno(c->error, "write", c->out_partial);
  c->written = sizeof blank;
  c->checksum = DVEC_HASH_START;
  return DOVE_OK;
}

/* Puts the complete file in its place, or removes what there is of it. */
static dove_status finish_output(converter *c, dove_status status) {
  if (c->out == NULL) return status;
  if (status == DOVE_OK && (fflush(c->out) != 0 || fsync(fileno(c->out)) != 0))
    status = dove_fail_errno(c->error, "write", c->out_partial);
  if (fclose(c->out) != 0 && status == DOVE_OK) status = dove_fail_errno(c->error, "write", c->out_partial);
  if (status == DOVE_OK && rename(c->out_partial, c->out_path) != 0)
    status = dove_fail_errno(c->error, "write", c->out_path);
  if (status != DOVE_OK) unlink(c->out_partial);
  return status;
}

static void free_converter(converter *c) {
  if (c->in != NULL) fclose(c->in);
  free(c->out_partial);
  dove_buffer_free(&c->line);
  dove_buffer_free(&c->words);
  free(c->row);
  free(c->quantized);
  free(c->scales);
  free(c->offsets);
  free(c->slots);
}

dove_status dove_word_vectors_convert(const char *in, const char *out, uint32_t words,
                                      dove_word_vectors_summary *summary, const dove_progress *progress,
                                      dove_error *error) {
  converter c = {.in_path = in, .out_path = out, .words_wanted = words, .error = error};
  /* Numbers in these files have a decimal point whatever the user's locale. */
  const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (plain == (locale_t)0) return dove_fail_memory(error, "converting word vectors");
  const locale_t previous = uselocale(plain);
  dove_status status = open_files(&c);
  if (status == DOVE_OK) status = convert_lines(&c, progress);
  if (status == DOVE_OK) status = write_tail(&c);
  uselocale(previous);
  freelocale(plain);
  status = finish_output(&c, status);
  if (summary != NULL) *summary = c.summary;
  free_converter(&c);
  return status;
}
