#include "llm/normative_statement.h"

#include <stdbool.h>
#include <string.h>

#include "llm/value_lexicon.h"
#include "llm/word_list.h"

/* A stretch of the sentence that is read by itself. */
typedef struct clause {
  const sentence_word *words;
  size_t start;
  size_t end;
  double bonus; /* added to the strength of what is found */
} clause;

enum { LONGEST_OBJECT = 26, LONGEST_SUBJECT = 14 };

static bool has_word(const sentence_word *words, size_t start, size_t end, const char *list) {
  for (size_t i = start; i < end; i++)
    if (word_in(words[i].lower, list)) return true;
  return false;
}

static size_t skip_words(const clause *c, size_t at, const char *list) {
  while (at < c->end && word_in(c->words[at].lower, list)) at++;
  return at;
}

static bool word_is(const clause *c, size_t at, const char *list) {
  return at < c->end && word_in(c->words[at].lower, list);
}

static const char adverbs[] =
    "also really very so truly deeply strongly firmly personally simply always still just only absolutely extremely "
    "highly equally particularly especially quite certainly definitely clearly undoubtedly perhaps even most more "
    "therefore thus never not honestly completely fully totally greatly indeed all generally incredibly increasingly "
    "sincerely wholeheartedly both";
static const char negations[] =
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

/* "Some people believe", "it is often said", "there is a view that": what follows is not the author's. */
static bool is_attributed(const clause *c, size_t cue) {
  for (size_t i = c->start; i < cue; i++) {
    if (!word_in(c->words[i].lower, thinking)) continue;
    const size_t from = i > c->start + 6 ? i - 6 : c->start;
    if (has_word(c->words, from, i, "i we my")) continue;
    if (has_word(c->words, from, i, thinkers) || has_word(c->words, from, i, "it is been are be")) return true;
  }
  for (size_t i = c->start; i + 1 < cue; i++)
    if (word_is(c, i, "view opinion belief argument claim idea notion assumption saying myth") &&
        word_is(c, i + 1, "that is") && !has_word(c->words, c->start, i, "my i our support agree"))
      return true;
  return word_is(c, c->start, "according");
}

/* "What we should do", "whether children need": an indirect question states nothing. */
static bool is_indirect_question(const clause *c, size_t start, size_t cue) {
  return has_word(c->words, start, cue, "whether what how why which who whom whose where");
}

/* The word after "I firmly believe (that)"; 0 when there is no such frame before `cue`. */
static size_t after_own_frame(const clause *c, size_t cue) {
  for (size_t i = cue; i > c->start + 1; i--) {
    const size_t verb = i - 1;
    if (!word_is(c, verb,
                 "believe think feel convinced argue hold agree say opinion view maintain insist idea hope "
                 "suggest conclude opinion mind concerned"))
      continue;
    size_t first = verb;
    while (first > c->start && verb - first < 6 && !word_in(c->words[first].lower, "i my we")) first--;
    if (!word_in(c->words[first].lower, "i my we") || has_word(c->words, first, verb, negations)) continue;
    return skip_words(c, verb + 1, "that is it's the fact");
  }
  return 0;
}

/* Length of the phrase at `at` that opens a sentence and belongs to no clause, 0 when there is none. */
static size_t opening_length(const clause *c, size_t at) {
  static const char *const phrases[] = {"in the end",        "in the long run",
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
  for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
    size_t length = 0;
    for (const char *word = phrases[i]; *word != '\0';) {
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
  return word_is(c, at,
                 "however therefore thus hence so and but also moreover furthermore additionally besides "
                 "consequently finally firstly secondly thirdly lastly first second third overall ultimately "
                 "indeed nevertheless nonetheless similarly likewise still yet then instead clearly obviously "
                 "personally meanwhile today nowadays now certainly surely undoubtedly perhaps importantly "
                 "again even because since that while or title only generally");
}

/* Where the subject starts: behind what opens the sentence. */
static size_t skip_opening(const clause *c, size_t start, size_t cue) {
  size_t comma = start;
  for (size_t i = start + 1; i < cue; i++)
    if (c->words[i].before != 0) comma = i;
  /* What stands before the last comma is an opening, unless it is a list ("trust, care and respect"). */
  bool is_list = false;
  for (size_t i = comma + 1; i < cue && i < comma + 3; i++)
    if (word_is(c, i, "and or") && cue - i <= 4) is_list = true;
  if (!is_list) start = comma;
  while (start < cue) {
    const size_t length = opening_length(c, start);
    if (length == 0) break;
    start += length;
  }
  return start;
}

static bool find_subject(const clause *c, size_t cue, normative_statement *s) {
  size_t start = after_own_frame(c, cue);
  const bool framed = start > 0 && start <= cue;
  if (!framed) start = c->start;
  for (size_t i = start; i < cue; i++)
    if (word_is(c, i, "that") && i > start) start = i + 1;
  if (is_indirect_question(c, start, cue)) return false;
  s->subject_start = skip_opening(c, start, cue);
  s->subject_end = cue;
  while (s->subject_end > s->subject_start && word_in(c->words[s->subject_end - 1].lower,
                                                      "also really always still just certainly definitely all both "
                                                      "never only simply therefore thus"))
    s->subject_end--;
  if (framed) s->strength += 0.15;
  if (has_word(c->words, s->subject_start, s->subject_end,
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
  if (length > 5 && strcmp(word + length - 3, "ing") == 0) return true;
  return word_in(word, "and or") && word_is(c, at + 1,
                                            "i we they it he she you this these there that not as so thus "
                                            "therefore the if when");
}

static bool ends_object(const clause *c, size_t at) {
  const sentence_word *word = &c->words[at];
  if (word->before == ';') return true;
  if (word->before == ',' && ends_object_at_comma(c, at)) return true;
  if (word_in(word->lower, "because although though whereas unless than which whereby since while if but lest when"))
    return true;
  if (word_in(word->lower, "so") && word_is(c, at + 1, "that as they we it")) return true;
  if (word_in(word->lower, "rather instead") && word_is(c, at + 1, "than of")) return true;
  if (word_in(word->lower, "in") && word_is(c, at + 1, "order addition")) return true;
  if (word_in(word->lower, "as") && word_is(c, at + 1, "well they it we a this the")) return true;
  if (word_in(word->lower, "and") && word_is(c, at + 1, "i we they it he she you this there")) return true;
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

static bool has_object(const clause *c, normative_statement *s) {
  s->object_start = s->cue_end;
  if (s->object_start >= c->end || c->words[s->object_start].before == ';') return false;
  s->object_end = object_end(c, s->object_start);
  while (s->object_end > s->object_start + 1 && word_in(c->words[s->object_end - 1].lower,
                                                        "and or also too as well however the a to of for in both with "
                                                        "by from on at such more even before after into"))
    s->object_end--;
  return s->object_end > s->object_start;
}

/* ---- The cues; each looks for itself at word `at` and fills the statement ---- */

/* "must have been": a guess or a regret, no norm. */
static bool is_guess(const clause *c, size_t after) {
  return word_is(c, after, "have") && after + 1 < c->end &&
         (word_is(c, after + 1, "been done had made given taken known gone seen") ||
          strcmp(c->words[after + 1].lower + strlen(c->words[after + 1].lower) - 1, "d") == 0);
}

static bool ought_length(const clause *c, size_t at, size_t *length, double *strength) {
  *length = 1;
  if (word_is(c, at, "should must shouldn't mustn't")) {
    *strength = word_is(c, at, "must mustn't") ? 0.8 : 0.75;
    return !is_guess(c, at + 1 + word_is(c, at + 1, "not"));
  }
  if (word_is(c, at, "ought") && word_is(c, at + 1, "to not")) {
    *strength = 0.8;
    *length = 2;
    return true;
  }
  if (word_is(c, at, "need needs have has") && word_is(c, at + 1, "to")) {
    if (at > c->start && word_in(c->words[at - 1].lower,
                                 "not don't doesn't didn't may might will would the a no and "
                                 "could can do does who that which to"))
      return false;
    *strength = word_is(c, at, "need needs") ? 0.5 : 0.35;
    *length = 2;
    /* What others have to do is mostly told, not asked for. */
    return word_is(c, at, "need needs") ||
           (at > c->start && word_in(c->words[at - 1].lower,
                                     "we you people everyone everybody i government governments "
                                     "society one"));
  }
  if (word_is(c, at, "deserve deserves")) {
    *strength = 0.75;
    return at == c->start || !word_in(c->words[at - 1].lower, "not don't doesn't they");
  }
  return false;
}

/* "have a duty to", "has the right to", "are responsible for". */
static bool duty_length(const clause *c, size_t at, size_t *length, double *strength) {
  size_t i = at;
  if (word_is(c, i, "have has")) {
    i = skip_words(c, i + 1,
                   "a an the every no equal full moral same social also their shared collective "
                   "fundamental basic great");
    if (!word_is(c, i, "right duty obligation responsibility") || !word_is(c, i + 1, "to")) return false;
    i += 2;
  } else if (word_is(c, i, "is") && word_is(c, i + 1, "our everyone's my") &&
             word_is(c, i + 2, "duty obligation responsibility") && word_is(c, i + 3, "to")) {
    i += 4;
  } else {
    return false;
  }
  *strength = 0.8;
  *length = i - at;
  return true;
}

static bool match_ought(const clause *c, size_t at, normative_statement *s) {
  size_t length;
  if (!duty_length(c, at, &length, &s->strength) && !ought_length(c, at, &length, &s->strength)) return false;
  s->kind = STATEMENT_OUGHT;
  s->cue_start = at;
  s->cue_end = at + length;
  if (!find_subject(c, at, s) || !has_object(c, s)) return false;
  /* Nobody knows any more what "it" or "this" was. */
  if (s->subject_end - s->subject_start == 1 &&
      word_is(c, s->subject_start, "it this that these those they he she there which who one him her its and or to"))
    return false;
  if (word_is(c, s->subject_start, "this that these those it there such and or his her its than as both")) return false;
  return s->object_end - s->object_start >= 2 || !is_stop_word(c->words[s->object_start].lower);
}

static const char judged_good[] =
    "important essential crucial vital imperative necessary critical fundamental paramount better best good right "
    "wonderful worthwhile worth fair noble wise desirable advisable";
static const char judged_bad[] =
    "wrong unfair immoral unethical unacceptable selfish cruel shameful irresponsible "
    "dishonest unjust disrespectful inhumane";

/* "It is important (for children) to …", "it is wrong that …". */
static bool match_important(const clause *c, size_t at, normative_statement *s) {
  if (!word_is(c, at, "it it's")) return false;
  size_t i = at + 1;
  if (word_is(c, at, "it")) {
    if (!word_is(c, i, "is seems remains becomes would")) return false;
    i++;
    i = skip_words(c, i, "be");
  }
  const size_t first = i;
  i = skip_words(c, i, adverbs);
  if (has_word(c->words, first, i, "not never hardly less")) return false;
  const bool bad = word_is(c, i, judged_bad);
  if (!bad && !word_is(c, i, judged_good)) return false;
  const bool weak = word_is(c, i, "good necessary best better advisable wise worth");
  i++;
  if (!word_is(c, i, "to that for")) return false;
  if (word_is(c, i, "to") &&
      word_is(c, i + 1,
              "note remember mention acknowledge recognize recognise consider understand realize realise "
              "point remind say see keep approach ask be think emphasize know"))
    return false;
  *s = (normative_statement){.kind = STATEMENT_IMPORTANT,
                             .strength = weak ? 0.6 : 0.78,
                             .subject_start = at,
                             .subject_end = at,
                             .cue_start = at,
                             .cue_end = i};
  return !is_indirect_question(c, c->start, at) && has_object(c, s) && s->object_end - s->object_start >= 3;
}

/* "X is (very) important", "X matters", "X plays a vital role": X is what is valued. */
static bool predicate_length(const clause *c, size_t at, size_t *length, double *strength) {
  size_t i = at;
  *strength = 0.6;
  if (word_is(c, at, "matters matter")) {
    *length = 1;
    return !word_is(c, at + 1, "of how what to in") && at > c->start && !is_stop_word(c->words[at - 1].lower) &&
           (strcmp(c->words[at].lower, "matters") == 0 ||
            c->words[at - 1].lower[strlen(c->words[at - 1].lower) - 1] == 's');
  }
  if (word_is(c, at, "plays play") && word_is(c, at + 1, "a an")) {
    i = skip_words(c, at + 2, adverbs);
    *length = i + 2 - at;
    *strength = 0.4;
    return word_is(c, i, "crucial vital important essential key significant central pivotal fundamental critical") &&
           word_is(c, i + 1, "role part");
  }
  if (!word_is(c, at, "is are remains remain")) return false;
  i = skip_words(c, at + 1, "a an the one of some");
  const size_t first = i;
  i = skip_words(c, i, adverbs);
  if (has_word(c->words, at + 1, i, "not never hardly less only")) return false;
  if (!word_is(c, i,
               "important essential crucial vital invaluable valuable fundamental indispensable paramount "
               "precious priceless sacred irreplaceable"))
    return false;
  *length = i + 1 - at;
  if (first > at + 1) *strength = 0.5;
  return !word_is(c, i + 1, "to that") || first > at + 1;
}

static bool is_valued_phrase(const clause *c, size_t start, size_t end) {
  if (end <= start || end - start > 9) return false;
  if (word_is(c, start,
              "it this these those they he she there which who what that one i we you such both some like many "
              "all another most other others his her its their and or to if as when his by not no"))
    return false;
  if (has_word(c->words, start, end,
               "which who is are was were has have can will would could may might i we they "
               "does do that should must think believe"))
    return false;
  for (size_t i = start; i < end; i++)
    if (!is_stop_word(c->words[i].lower)) return true;
  return false;
}

static bool match_predicate(const clause *c, size_t at, normative_statement *s) {
  size_t length;
  if (!predicate_length(c, at, &length, &s->strength) || !find_subject(c, at, s)) return false;
  s->kind = STATEMENT_VALUED;
  s->cue_start = at;
  s->cue_end = at + length;
  s->object_start = s->subject_start;
  s->object_end = s->subject_end;
  s->subject_start = s->subject_end = s->object_start;
  return is_valued_phrase(c, s->object_start, s->object_end);
}

/* "is beneficial for …", "are unfair to …": a judgement on the subject, told as it stands. */
static bool match_judged(const clause *c, size_t at, normative_statement *s) {
  if (!word_is(c, at, "is are")) return false;
  size_t i = skip_words(c, at + 1, adverbs);
  if (has_word(c->words, at + 1, i, "hardly less")) return false;
  const bool bad = word_is(c, i, judged_bad) || word_is(c, i, "harmful dangerous destructive unfair unjustified");
  if (!bad && !word_is(c, i,
                       "beneficial helpful useful effective healthy healthier fair better best worthwhile "
                       "rewarding good responsible moral ethical justified"))
    return false;
  s->kind = STATEMENT_OUGHT;
  s->strength = bad ? 0.6 : 0.42;
  s->cue_start = at;
  s->cue_end = i + 1;
  if (!find_subject(c, at, s) || word_is(c, s->subject_start,
                                         "it this that these those they he she there and or its his "
                                         "her their such"))
    return false;
  if (has_object(c, s)) return true;
  s->object_start = s->object_end = s->cue_end;
  return bad;
}

/* "I think that …", "in my opinion …" with a value named in what follows. */
static bool match_believed(const clause *c, size_t at, normative_statement *s) {
  static const char views[] = "believe think feel convinced hold agree opinion view";
  if (!word_is(c, at, views) || at == c->start) return false;
  size_t first = at;
  while (first > c->start && at - first < 4 && !word_is(c, first, "i my")) first--;
  if (!word_is(c, first, "i my") || has_word(c->words, first, at, negations)) return false;
  s->kind = STATEMENT_BELIEVED;
  s->strength = 0.5;
  s->subject_start = s->subject_end = first;
  s->cue_start = first;
  s->cue_end = skip_words(c, at + 1, "that is");
  while (s->cue_end < c->end) {
    const size_t length = opening_length(c, s->cue_end);
    if (length == 0) break;
    s->cue_end += length;
  }
  if (is_indirect_question(c, c->start, first) || !has_object(c, s) || s->object_end - s->object_start < 5)
    return false;
  if (word_is(c, s->object_start,
              "it this that these those he she there of about in with what how why whether if "
              "they it's not there's as when so such both"))
    return false;
  for (size_t i = s->object_start; i < s->object_end; i++)
    if (value_lexicon_find(c->words[i].lower).is_noun) return true;
  return false;
}

/* "I value …", "I am grateful for …", "the importance of …". */
static bool valuing_length(const clause *c, size_t at, size_t *length, double *strength) {
  if (word_is(c, at, "importance value significance") && word_is(c, at + 1, "of")) {
    *length = 2;
    *strength = 0.5;
    return true;
  }
  if (!word_is(c, at, "i we")) return false;
  size_t i = at + 1;
  *strength = word_is(c, at, "i") ? 0.85 : 0.6;
  i = skip_words(c, i, adverbs);
  if (has_word(c->words, at + 1, i, negations)) return false;
  if (word_is(c, i, "am") || word_is(c, i, "are")) {
    i = skip_words(c, i + 1, adverbs);
    *length = i + 2 - at;
    return word_is(c, i, "grateful thankful proud") && word_is(c, i + 1, "for of");
  }
  *length = i + 1 - at;
  if (word_is(c, i, "value cherish respect appreciate treasure admire honor honour support advocate")) return true;
  if (word_is(c, i, "love adore")) return *strength -= 0.2, !word_is(c, i + 1, "to it this him her you them");
  *length = i + 2 - at;
  return (word_is(c, i, "believe") && word_is(c, i + 1, "in")) ||
         (word_is(c, i, "care") && word_is(c, i + 1, "about")) || (word_is(c, i, "stand") && word_is(c, i + 1, "for"));
}

static bool match_valuing(const clause *c, size_t at, normative_statement *s) {
  size_t length;
  if (!valuing_length(c, at, &length, &s->strength)) return false;
  s->kind = STATEMENT_VALUED;
  s->subject_start = s->subject_end = at;
  s->cue_start = at;
  s->cue_end = at + length;
  if (is_indirect_question(c, c->start, at) || !has_object(c, s)) return false;
  if (s->object_end - s->object_start > 9) {
    for (size_t i = s->object_start + 9; i > s->object_start + 1; i--)
      if (c->words[i].before == ',' || word_in(c->words[i].lower, "and or in of for by to with from at")) {
        s->object_end = i;
        break;
      }
  }
  return is_valued_phrase(c, s->object_start, s->object_end);
}

static bool match_lets(const clause *c, size_t at, normative_statement *s) {
  const bool let_us = word_is(c, at, "let") && word_is(c, at + 1, "us");
  if (!let_us && !word_is(c, at, "let's")) return false;
  *s = (normative_statement){.kind = STATEMENT_OUGHT,
                             .strength = 0.55,
                             .subject_start = at,
                             .subject_end = at,
                             .cue_start = at,
                             .cue_end = at + (let_us ? 2 : 1)};
  if (word_is(c, s->cue_end, "look consider take start say imagine see begin assume talk suppose not be think"))
    return false;
  return has_object(c, s) && s->object_end - s->object_start >= 2;
}

static const char promoting[] =
    "promote promotes promoting foster fosters fostering cultivate cultivates cultivating encourage encourages "
    "encouraging develop develops developing enhance enhances enhancing instill instills instilling build builds "
    "building strengthen strengthens strengthening nurture nurtures nurturing teach teaches teaching gain gaining "
    "preserve preserves preserving protect protects protecting provide provides providing offer offers offering ensure "
    "ensures ensuring improve improves improving increase increases increasing support supports supporting share "
    "sharing respect respects respecting learn learning acquire bring brings create creates creating inspire inspires "
    "maintain maintaining achieve achieving guarantee guarantees value requires require deepen deepens broaden "
    "broadens spread spreads show showing practice practise demonstrate of";

/* A value and what it is about: "respect for other cultures". */
static size_t promoted_end(const clause *c, size_t end, size_t limit) {
  enum { LONGEST_TAIL = 6 };
  if (end >= limit || c->words[end].before != 0 || !word_is(c, end, "of for among between towards toward within in"))
    return end;
  size_t tail = end + 1;
  while (tail < limit && tail - end <= LONGEST_TAIL && c->words[tail].before == 0 &&
         !word_is(c, tail, "and or that to by with through their its this these such i we it is are"))
    tail++;
  const bool cut_short = tail - end > LONGEST_TAIL;
  return cut_short || is_stop_word(c->words[tail - 1].lower) ? end : tail;
}

/* "fosters (a sense of) personal responsibility": only a noun that names a value counts. */
static bool match_promoted(const clause *c, size_t at, normative_statement *s) {
  if (!word_is(c, at, promoting)) return false;
  if (word_is(c, at, "of") && (at == c->start || !word_in(c->words[at - 1].lower, "sense spirit feeling culture")))
    return false;
  *s = (normative_statement){.kind = STATEMENT_PROMOTED,
                             .strength = 0.3,
                             .subject_start = at,
                             .subject_end = at,
                             .cue_start = at,
                             .cue_end = at + 1};
  if (!has_object(c, s)) return false;
  for (size_t i = s->object_start; i < s->object_end && i < s->object_start + 6; i++) {
    if (c->words[i].before != 0 && i > s->object_start) return false;
    if (!value_lexicon_find(c->words[i].lower).is_noun) continue;
    s->object_end = promoted_end(c, i + 1, s->object_end);
    return !has_word(c->words, c->start, at, "not never don't doesn't cannot can't may might");
  }
  return false;
}

static bool match_cue(const clause *c, size_t at, normative_statement *s) {
  static bool (*const matchers[])(const clause *, size_t, normative_statement *) = {
      match_important, match_lets,   match_valuing,  match_ought,
      match_predicate, match_judged, match_believed, match_promoted};
  if (c->words[at].quoted || c->words[at].aside) return false;
  for (size_t i = 0; i < sizeof matchers / sizeof matchers[0]; i++) {
    *s = (normative_statement){0};
    if (!matchers[i](c, at, s)) continue;
    s->strength += c->bonus;
    return s->strength >= 0.2 && !is_attributed(c, at);
  }
  return false;
}

/* ---- Clauses ---- */

/* Where a new clause starts that stands by itself: after a semicolon, at "but", "however", "yet". */
static bool starts_clause(const sentence_word *words, size_t at) {
  if (words[at].before == ';') return true;
  return words[at].before == ',' && word_in(words[at].lower, "but however yet");
}

/* How much a sentence's opening adds to or takes from what it says. */
static double opening_bonus(const sentence_word *words, size_t count) {
  const size_t first = count < 4 ? count : 4;
  if (has_word(words, 0, first, "example instance imagine suppose")) return -1.0;
  if (has_word(words, 0, first, "hand") && has_word(words, 0, first, "one")) return -0.3;
  if (has_word(words, 0, first, "conclusion conclude sum summary therefore thus overall ultimately")) return 0.1;
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
      if (!match_cue(&c, at, s)) continue;
      found++;
      const size_t behind = s->object_end > s->cue_end ? s->object_end : s->cue_end;
      at = behind - 1;
      c.start = behind;
    }
    start = end;
  }
  return found;
}
