#include "llm/embedded/normative_statement.h"

#include "llm/embedded/normative_cues.h"
#include "llm/embedded/word_list.h"

/* Where a new clause starts that stands by itself: after a semicolon, at "but", "however", "yet". */
static bool starts_clause(const sentence_word *words, size_t at) {
  if (words[at].before == ';') return true;
  return words[at].before == ',' && word_in(words[at].lower, "but however yet");
}

/* How much a sentence's opening adds to or takes from what it says. */
static double opening_bonus(const sentence_word *words, size_t count) {
  const size_t first = count < 4 ? count : 4;
  if (clause_has_word(words, 0, first, "example instance imagine suppose")) return -1.0;
  if (clause_has_word(words, 0, first, "hand") && clause_has_word(words, 0, first, "one")) return -0.3;
  if (clause_has_word(words, 0, first, "conclusion conclude sum summary therefore thus overall ultimately")) return 0.1;
  return 0.0;
}

/* A conceded or conditional start ("although …,", "if …,") is left out. */
static size_t skip_concession(const sentence_word *words, size_t start, size_t end) {
  size_t at = start;
  while (at < end && at < start + 3 && word_in(words[at].lower, "and but so however even yet")) at++;
  if (at >= end || !word_in(words[at].lower, "although though while whereas if when unless despite as since because"))
    return start;
  for (size_t i = at + 1; i < end; i++)
    if (words[i].before == ',') return i;
  return word_in(words[at].lower, "although though while whereas if unless") ? end : start;
}

size_t find_statements(const sentence_word *words, size_t count, normative_statement *statements) {
  size_t found = 0;
  const double bonus = opening_bonus(words, count);
  for (size_t start = 0; start < count;) {
    size_t end = start + 1;
    while (end < count && !starts_clause(words, end)) end++;
    clause c = {.words = words, .start = skip_concession(words, start, end), .end = end, .bonus = bonus};
    for (size_t at = c.start; at < end && found < STATEMENTS_PER_SENTENCE; at++) {
      normative_statement *s = &statements[found];
      if (!normative_cue_match(&c, at, s)) continue;
      found++;
      const size_t behind = s->object_end > s->cue_end ? s->object_end : s->cue_end;
      at = behind - 1;
      c.start = behind;
    }
    start = end;
  }
  return found;
}
