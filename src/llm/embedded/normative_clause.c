#include "llm/embedded/normative_clause.h"

#include <string.h>

#include "llm/embedded/word_list.h"

enum { LONGEST_OBJECT = 26, LONGEST_SUBJECT = 14 };

bool clause_has_word(const sentence_word *words, size_t start, size_t end, const char *list) {
  for (size_t i = start; i < end; i++)
    if (word_in(words[i].lower, list)) return true;
  return false;
}

size_t clause_skip_words(const clause *c, size_t at, const char *list) {
  while (at < c->end && word_in(c->words[at].lower, list)) at++;
  return at;
}

bool clause_word_is(const clause *c, size_t at, const char *list) {
  return at < c->end && word_in(c->words[at].lower, list);
}

const char clause_adverbs[] =
    "also really very so truly deeply strongly firmly personally simply always still just only absolutely extremely "
    "highly equally particularly especially quite certainly definitely clearly undoubtedly perhaps even most more "
    "therefore thus never not honestly completely fully totally greatly indeed all generally incredibly increasingly "
    "sincerely wholeheartedly both";
const char clause_negations[] =
    "not never hardly scarcely less don't doesn't isn't aren't wasn't cannot can't didn't "
    "won't neither nor";

/* ---- Where a clause starts and how it is meant ---- */

static const char thinkers[] =
    "some many most others other people critics opponents proponents supporters advocates skeptics they experts "
    "researchers scholars someone somebody few parents students politicians economists scientists he she everyone "
    "society women men adults youngsters teenagers";
static const char thinking[] =
    "believe believes believed argue argues argued think thinks thought say says said claim claims claimed feel feels "
    "suggest suggests contend contends maintain insist insists assert asserts consider considers considered state "
    "states assume assumes assumed hold";

bool clause_is_attributed(const clause *c, size_t cue) {
  for (size_t i = c->start; i < cue; i++) {
    if (!word_in(c->words[i].lower, thinking)) continue;
    const size_t from = i > c->start + 6 ? i - 6 : c->start;
    if (clause_has_word(c->words, from, i, "i we my")) continue;
    if (clause_has_word(c->words, from, i, thinkers) || clause_has_word(c->words, from, i, "it is been are be"))
      return true;
  }
  for (size_t i = c->start; i + 1 < cue; i++)
    if (clause_word_is(c, i, "view opinion belief argument claim idea notion assumption saying myth") &&
        clause_word_is(c, i + 1, "that is") && !clause_has_word(c->words, c->start, i, "my i our support agree"))
      return true;
  return clause_word_is(c, c->start, "according");
}

bool clause_asks(const clause *c, size_t start, size_t cue) {
  return clause_has_word(c->words, start, cue, "whether what how why which who whom whose where");
}

/* The word after "I firmly believe (that)"; 0 when there is no such frame before `cue`. */
static size_t after_own_frame(const clause *c, size_t cue) {
  for (size_t i = cue; i > c->start + 1; i--) {
    const size_t verb = i - 1;
    if (!clause_word_is(c, verb,
                        "believe think feel convinced argue hold agree say opinion view maintain insist idea hope "
                        "suggest conclude mind concerned"))
      continue;
    size_t first = verb;
    while (first > c->start && verb - first < 6 && !word_in(c->words[first].lower, "i my we")) first--;
    if (!word_in(c->words[first].lower, "i my we") || clause_has_word(c->words, first, verb, clause_negations))
      continue;
    return clause_skip_words(c, verb + 1, "that is it's the fact");
  }
  return 0;
}

static const char *const opening_phrases[] = {"in the end",        "in the long run",
                                              "in this way",       "in this case",
                                              "in this regard",    "in my opinion",
                                              "in my view",        "in our view",
                                              "in our opinion",    "in fact",
                                              "in conclusion",     "in short",
                                              "in summary",        "in addition",
                                              "in general",        "in particular",
                                              "in essence",        "in today's world",
                                              "to sum up",         "to conclude",
                                              "of course",         "for this reason",
                                              "for these reasons", "for example",
                                              "for instance",      "for me",
                                              "as a result",       "as a consequence",
                                              "after all",         "above all",
                                              "all in all",        "once again",
                                              "first of all",      "on my part",
                                              "that is why",       "this is why",
                                              "which is why",      "this means that",
                                              "this means",        "that said",
                                              "at the same time",  "on the other hand",
                                              "by the same token", "most importantly",
                                              "more importantly",  "equally important",
                                              "it's true that",    "there is no doubt that",
                                              "it is clear that",  "it is obvious that",
                                              "needless to say"};

size_t clause_opening_length(const clause *c, size_t at) {
  for (size_t i = 0; i < sizeof opening_phrases / sizeof opening_phrases[0]; i++) {
    size_t length = 0;
    for (const char *word = opening_phrases[i]; *word != '\0';) {
      const size_t size = strcspn(word, " ");
      const size_t place = at + length;
      if (place >= c->end || strlen(c->words[place].lower) != size || memcmp(c->words[place].lower, word, size) != 0) {
        length = 0;
        break;
      }
      length++;
      word += size + (word[size] == ' ');
    }
    if (length > 0) return length;
  }
  return clause_word_is(c, at,
                        "however therefore thus hence so and but also moreover furthermore additionally besides "
                        "consequently finally firstly secondly thirdly lastly first second third overall ultimately "
                        "indeed nevertheless nonetheless similarly likewise still yet then instead clearly obviously "
                        "personally meanwhile today nowadays now certainly surely undoubtedly perhaps importantly "
                        "again even because since that or title only generally just");
}

/* Where the subject starts: behind what opens the sentence. */
static size_t skip_opening(const clause *c, size_t start, size_t cue) {
  size_t comma = start;
  for (size_t i = start + 1; i < cue; i++)
    if (c->words[i].before != 0) comma = i;
  /* What stands before the last comma is an opening, unless it is a list ("trust, care and respect"). */
  bool is_list = false;
  for (size_t i = comma + 1; i < cue && i < comma + 3; i++)
    if (clause_word_is(c, i, "and or") && cue - i <= 4) is_list = true;
  if (!is_list) start = comma;
  while (start < cue) {
    const size_t length = clause_opening_length(c, start);
    if (length == 0) break;
    start += length;
  }
  return start;
}

bool clause_find_subject(const clause *c, size_t cue, normative_statement *s) {
  size_t start = after_own_frame(c, cue);
  const bool framed = start > 0 && start <= cue;
  if (!framed) start = c->start;
  for (size_t i = start; i < cue; i++)
    if (clause_word_is(c, i, "that") && i > start) start = i + 1;
  if (clause_asks(c, start, cue)) return false;
  s->subject_start = skip_opening(c, start, cue);
  s->subject_end = cue;
  while (s->subject_end > s->subject_start && word_in(c->words[s->subject_end - 1].lower,
                                                      "also really always still just certainly definitely all both "
                                                      "never only simply therefore thus"))
    s->subject_end--;
  if (framed) s->strength += 0.15;
  /* Conceded, or a comparison. */
  if (clause_word_is(c, s->subject_start, "while although though whereas unless like")) return false;
  if (clause_has_word(
          c->words, s->subject_start, s->subject_end,
          "is are was were does do did has have had can will would may might mean means makes say think know if "
          "being should must it's that's there's don't"))
    return false;
  return s->subject_end > s->subject_start && s->subject_end - s->subject_start <= LONGEST_SUBJECT;
}

/* ---- Where an object ends ---- */

static bool ends_object_at_comma(const clause *c, size_t at) {
  const char *word = c->words[at].lower;
  if (word_in(word,
              "i we they it he she you this these there so as not which who whose where when if thus therefore "
              "even especially such including like for because since although though while whereas but yet "
              "however rather regardless then that is are to with in by unless even however"))
    return true;
  const size_t length = strlen(word);
  if (length > 4 && strcmp(word + length - 3, "ing") == 0) return true;
  return word_in(word, "and or") && clause_word_is(c, at + 1,
                                                   "i we they it he she you this these there that not as so thus "
                                                   "therefore the if when");
}

static bool ends_object(const clause *c, size_t at) {
  const sentence_word *word = &c->words[at];
  if (word->before == ';') return true;
  if (word->before == ',' && ends_object_at_comma(c, at)) return true;
  if (word_in(word->lower, "because although though whereas unless than which whereby since while if but lest when"))
    return true;
  if (word_in(word->lower, "so") && clause_word_is(c, at + 1, "that as they we it")) return true;
  if (word_in(word->lower, "rather instead") && clause_word_is(c, at + 1, "than of")) return true;
  if (word_in(word->lower, "in") && clause_word_is(c, at + 1, "order addition")) return true;
  if (word_in(word->lower, "as") && clause_word_is(c, at + 1, "well they it we a this the")) return true;
  if (word_in(word->lower, "and") && clause_word_is(c, at + 1, "i we they it he she you this there")) return true;
  return false;
}

/* The end of the object that starts at `start`; one that is too long is cut at its last joint, 0 without one. */
static size_t object_end(const clause *c, size_t start) {
  size_t end = start;
  while (end < c->end && (end == start || !ends_object(c, end))) end++;
  if (end - start <= LONGEST_OBJECT) return end;
  for (size_t i = start + LONGEST_OBJECT; i > start + 3; i--)
    if (c->words[i].before == ',' || word_in(c->words[i].lower, "and or by for with from through")) return i;
  return 0;
}

bool clause_find_object(const clause *c, normative_statement *s) {
  s->object_start = s->cue_end;
  if (s->object_start >= c->end || c->words[s->object_start].before == ';') return false;
  s->object_end = object_end(c, s->object_start);
  while (s->object_end > s->object_start + 1 && word_in(c->words[s->object_end - 1].lower,
                                                        "and or also too as well however the a to of for in both with "
                                                        "by from on at such more even before after into"))
    s->object_end--;
  return s->object_end > s->object_start;
}
