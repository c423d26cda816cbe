/* Text safety: UTF-8 validation, code points and bytes, grapheme clusters, columns, and the visible form of everything
 * that could steer a terminal. Built on utf8proc. */
#ifndef DOVE_TEXT_H
#define DOVE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length in bytes of the valid UTF-8 at the start of `text`; equal to `length` when all of it is valid.
 * NUL bytes, surrogates and overlong forms are invalid. */
size_t dove_utf8_valid_prefix(const char *text, size_t length);

/* Number of code points in valid UTF-8. */
size_t dove_utf8_count(const char *text, size_t length);

/* Byte offset of code point number `index` (0-based); `length` when index is past the end. */
size_t dove_utf8_offset(const char *text, size_t length, size_t index);

/* Decodes one code point; returns its length in bytes (1 and U+FFFD for an invalid byte, 0 at the end). */
size_t dove_utf8_decode(const char *text, size_t length, uint32_t *code_point);

/* Appends the UTF-8 form of `code_point` (≤ 4 bytes, not terminated); returns its length. */
size_t dove_utf8_encode(uint32_t code_point, char out[4]);

/* One grapheme cluster (UAX 29) at the start of `text`: its length in bytes (0 at the end), and in *columns the number
 * of terminal columns it takes: 0, 1 or 2. The text should have gone through dove_text_visible(): an unsafe character
 * or invalid byte counts as one column, the one of the replacement character that the screen shows for it. Ambiguous
 * width is 1; emoji sequences, flags, keycaps and characters in emoji style (U+FE0F) are 2. */
size_t dove_text_cluster(const char *text, size_t length, int *columns);

/* Columns of `length` bytes of text, cluster by cluster. */
int dove_text_columns(const char *text, size_t length);

/* The longest prefix in whole clusters that fits in `columns`; returns its bytes and, in *used, its columns. */
size_t dove_text_fit(const char *text, size_t length, int columns, int *used);

/* True for code points that must not reach a terminal as they are: C0 (newline and tab too), C1, DEL, bidi controls,
 * zero-width and other format characters, line and paragraph separators, unassigned specials, noncharacters.
 * Joiners (U+200C, U+200D) and variation selectors are allowed inside a cluster that they belong to: this function
 * passes them, and dove_text_visible() shows those that are out of place. */
bool dove_text_is_unsafe(uint32_t code_point);

/* The safe form of `text`: unsafe characters become visible ("␛", "␊", "⟨202E⟩"), invalid bytes "⟨FF⟩".
 * Freed with free(); NULL when memory ran out. */
char *dove_text_visible(const char *text, size_t length);
/* True when that would be the text itself; a text of which this is not sure counts as another one. */
bool dove_text_is_visible(const char *text, size_t length);

/* The same for a text of several lines: line feeds stay (CR LF becomes one), a tab becomes four spaces. For each of the
 * `count` code-point indexes in `marks` (ascending), offsets[i] gets the byte offset of that code point in the result
 * (the result's length when past the end). Freed with free(); NULL when memory ran out. */
char *dove_text_visible_lines(const char *text, size_t length, const size_t *marks, size_t *offsets, size_t count);

/* A place where a line may be broken (UAX 14 in the parts that matter: spaces, hyphens, CJK without breaking before
 * closing punctuation or after opening punctuation). Finds the next line of at most `columns` columns that starts at
 * `text`: returns the bytes that belong to the line, and in *next the bytes to skip to the start of the following line
 * (line feeds and the spaces at the break are skipped). A word longer than the line is cut between clusters.
 * `columns` < 2 is taken as 2. A line feed ends the line. Returns 0 with *next > 0 for an empty line. */
size_t dove_text_wrap(const char *text, size_t length, int columns, size_t *next);

/* True for what can name a person, a round or a code: UTF-8 of 1 to 1000 bytes, more than blanks, and no control
 * characters. */
bool dove_text_is_name(const char *text);
#define DOVE_NAME_RULE "a name has 1 to 1000 bytes of UTF-8, more than blanks, and no control characters"

/* Unicode case folding and NFC, for search and for words: freed with free(). */
char *dove_text_fold(const char *text, size_t length);

#endif
