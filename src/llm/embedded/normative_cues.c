#include "llm/embedded/normative_cues.h"

#include <string.h>

#include "llm/embedded/value_lexicon.h"
#include "llm/embedded/word_list.h"

/* "must have been": a guess or a regret, no norm. */
static bool is_guess(const clause *c, size_t after) {
  return clause_word_is(c, after, "have") && after + 1 < c->end &&
         (clause_word_is(c, after + 1, "been done had made given taken known gone seen") ||
          strcmp(c->words[after + 1].lower + strlen(c->words[after + 1].lower) - 1, "d") == 0);
}

static bool ought_length(const clause *c, size_t at, size_t *length, double *strength) {
  *length = 1;
  if (clause_word_is(c, at, "should must shouldn't mustn't")) {
    *strength = clause_word_is(c, at, "must mustn't") ? 0.8 : 0.75;
    return !is_guess(c, at + 1 + clause_word_is(c, at + 1, "not"));
  }
  if (clause_word_is(c, at, "ought") && clause_word_is(c, at + 1, "to not")) {
    *strength = 0.8;
    *length = 2;
    return true;
  }
  if (clause_word_is(c, at, "need needs have has") && clause_word_is(c, at + 1, "to")) {
    if (at > c->start && word_in(c->words[at - 1].lower,
                                 "not don't doesn't didn't may might will would the a no and "
                                 "could can do does who that which to"))
      return false;
    *strength = clause_word_is(c, at, "need needs") ? 0.5 : 0.35;
    *length = 2;
    /* What others have to do is mostly told, not asked for. */
    return clause_word_is(c, at, "need needs") ||
           (at > c->start && word_in(c->words[at - 1].lower,
                                     "we you people everyone everybody i government governments "
                                     "society one"));
  }
  if (clause_word_is(c, at, "deserve deserves")) {
    *strength = 0.75;
    return at == c->start || !word_in(c->words[at - 1].lower, "not don't doesn't they");
  }
  return false;
}

/* "have a duty to", "has the right to", "are responsible for". */
static bool duty_length(const clause *c, size_t at, size_t *length, double *strength) {
  size_t i = at;
  if (clause_word_is(c, i, "have has")) {
    i = clause_skip_words(c, i + 1,
                          "a an the every no equal full moral same social also their shared collective "
                          "fundamental basic great");
    if (!clause_word_is(c, i, "right duty obligation responsibility") || !clause_word_is(c, i + 1, "to")) return false;
    i += 2;
  } else if (clause_word_is(c, i, "is") && clause_word_is(c, i + 1, "our everyone's my") &&
             clause_word_is(c, i + 2, "duty obligation responsibility") && clause_word_is(c, i + 3, "to")) {
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
  if (!clause_find_subject(c, at, s) || !clause_find_object(c, s)) return false;
  /* Nobody knows any more what "it" or "this" was. */
  if (s->subject_end - s->subject_start == 1 &&
      clause_word_is(c, s->subject_start,
                     "it this that these those they he she there which who one him her its and or to"))
    return false;
  if (clause_word_is(c, s->subject_start, "this that these those it there such and or his her its than as both"))
    return false;
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
  if (!clause_word_is(c, at, "it it's")) return false;
  size_t i = at + 1;
  if (clause_word_is(c, at, "it")) {
    if (!clause_word_is(c, i, "is seems remains becomes would")) return false;
    i++;
    i = clause_skip_words(c, i, "be");
  }
  const size_t first = i;
  i = clause_skip_words(c, i, clause_adverbs);
  if (clause_has_word(c->words, first, i, "not never hardly less")) return false;
  const bool bad = clause_word_is(c, i, judged_bad);
  if (!bad && !clause_word_is(c, i, judged_good)) return false;
  const bool weak = clause_word_is(c, i, "good necessary best better advisable wise worth");
  i++;
  if (!clause_word_is(c, i, "to that for")) return false;
  if (clause_word_is(c, i, "to") &&
      clause_word_is(c, i + 1,
                     "note remember mention acknowledge recognize recognise consider understand realize realise "
                     "point remind say see keep approach ask be think emphasize know"))
    return false;
  *s = (normative_statement){.kind = STATEMENT_IMPORTANT,
                             .strength = weak ? 0.6 : 0.78,
                             .subject_start = at,
                             .subject_end = at,
                             .cue_start = at,
                             .cue_end = i};
  return !clause_asks(c, c->start, at) && clause_find_object(c, s) && s->object_end - s->object_start >= 3;
}

/* "X is (very) important", "X matters", "X plays a vital role": X is what is valued. */
static bool predicate_length(const clause *c, size_t at, size_t *length, double *strength) {
  size_t i = at;
  *strength = 0.6;
  if (clause_word_is(c, at, "matters matter")) {
    *length = 1;
    return !clause_word_is(c, at + 1, "of how what to in") && at > c->start && !is_stop_word(c->words[at - 1].lower) &&
           (strcmp(c->words[at].lower, "matters") == 0 ||
            c->words[at - 1].lower[strlen(c->words[at - 1].lower) - 1] == 's');
  }
  if (clause_word_is(c, at, "plays play") && clause_word_is(c, at + 1, "a an")) {
    i = clause_skip_words(c, at + 2, clause_adverbs);
    *length = i + 2 - at;
    *strength = 0.4;
    return clause_word_is(c, i,
                          "crucial vital important essential key significant central pivotal fundamental critical") &&
           clause_word_is(c, i + 1, "role part");
  }
  if (!clause_word_is(c, at, "is are remains remain")) return false;
  i = clause_skip_words(c, at + 1, "a an the one of some");
  const size_t first = i;
  i = clause_skip_words(c, i, clause_adverbs);
  if (clause_has_word(c->words, at + 1, i, "not never hardly less only")) return false;
  if (!clause_word_is(c, i,
                      "important essential crucial vital invaluable valuable fundamental indispensable paramount "
                      "precious priceless sacred irreplaceable"))
    return false;
  *length = i + 1 - at;
  if (first > at + 1) *strength = 0.5;
  return !clause_word_is(c, i + 1, "to that") || first > at + 1;
}

static bool is_valued_phrase(const clause *c, size_t start, size_t end) {
  if (end <= start || end - start > 9) return false;
  if (clause_word_is(c, start,
                     "it this these those they he she there which who what that one i we you such both some like many "
                     "all another most other others his her its their and or to if as when his by not no"))
    return false;
  if (clause_has_word(c->words, start, end,
                      "which who is are was were has have can will would could may might i we they "
                      "does do that should must think believe"))
    return false;
  for (size_t i = start; i < end; i++)
    if (!is_stop_word(c->words[i].lower)) return true;
  return false;
}

static bool match_predicate(const clause *c, size_t at, normative_statement *s) {
  size_t length;
  if (!predicate_length(c, at, &length, &s->strength) || !clause_find_subject(c, at, s)) return false;
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
  if (!clause_word_is(c, at, "is are")) return false;
  size_t i = clause_skip_words(c, at + 1, clause_adverbs);
  if (clause_has_word(c->words, at + 1, i, "hardly less")) return false;
  const bool bad =
      clause_word_is(c, i, judged_bad) || clause_word_is(c, i, "harmful dangerous destructive unfair unjustified");
  if (!bad && !clause_word_is(c, i,
                              "beneficial helpful useful effective healthy healthier fair better best worthwhile "
                              "rewarding good responsible moral ethical justified"))
    return false;
  s->kind = STATEMENT_OUGHT;
  s->strength = bad ? 0.6 : 0.42;
  s->cue_start = at;
  s->cue_end = i + 1;
  if (!clause_find_subject(c, at, s) || clause_word_is(c, s->subject_start,
                                                       "it this that these those they he she there and or its his "
                                                       "her their such"))
    return false;
  if (clause_find_object(c, s)) return true;
  s->object_start = s->object_end = s->cue_end;
  return bad;
}

/* "I think that …", "in my opinion …" with a value named in what follows. */
static bool match_believed(const clause *c, size_t at, normative_statement *s) {
  static const char views[] = "believe think feel convinced hold agree opinion view";
  if (!clause_word_is(c, at, views) || at == c->start) return false;
  size_t first = at;
  while (first > c->start && at - first < 4 && !clause_word_is(c, first, "i my")) first--;
  if (!clause_word_is(c, first, "i my") || clause_has_word(c->words, first, at, clause_negations)) return false;
  s->kind = STATEMENT_BELIEVED;
  s->strength = 0.5;
  s->subject_start = s->subject_end = first;
  s->cue_start = first;
  s->cue_end = clause_skip_words(c, at + 1, "that is");
  while (s->cue_end < c->end) {
    const size_t length = clause_opening_length(c, s->cue_end);
    if (length == 0) break;
    s->cue_end += length;
  }
  if (clause_asks(c, c->start, first) || !clause_find_object(c, s) || s->object_end - s->object_start < 5) return false;
  if (clause_word_is(c, s->object_start,
                     "it this that these those he she there of about in with what how why whether if "
                     "they it's not there's as when so such both while although though"))
    return false;
  for (size_t i = s->object_start; i < s->object_end; i++)
    if (value_lexicon_find(c->words[i].lower).is_noun) return true;
  return false;
}

/* "I value …", "I am grateful for …", "the importance of …". */
static bool valuing_length(const clause *c, size_t at, size_t *length, double *strength) {
  if (clause_word_is(c, at, "importance value significance") && clause_word_is(c, at + 1, "of")) {
    *length = 2;
    *strength = 0.5;
    return true;
  }
  if (!clause_word_is(c, at, "i we")) return false;
  size_t i = at + 1;
  *strength = clause_word_is(c, at, "i") ? 0.85 : 0.6;
  i = clause_skip_words(c, i, clause_adverbs);
  if (clause_has_word(c->words, at + 1, i, clause_negations)) return false;
  if (clause_word_is(c, i, "am") || clause_word_is(c, i, "are")) {
    i = clause_skip_words(c, i + 1, clause_adverbs);
    *length = i + 2 - at;
    return clause_word_is(c, i, "grateful thankful proud") && clause_word_is(c, i + 1, "for of");
  }
  *length = i + 1 - at;
  if (clause_word_is(c, i, "value cherish respect appreciate treasure admire honor honour support advocate"))
    return true;
  if (clause_word_is(c, i, "love adore")) {
    *strength -= 0.2;
    return !clause_word_is(c, i + 1, "to it this him her you them");
  }
  *length = i + 2 - at;
  return (clause_word_is(c, i, "believe") && clause_word_is(c, i + 1, "in")) ||
         (clause_word_is(c, i, "care") && clause_word_is(c, i + 1, "about")) ||
         (clause_word_is(c, i, "stand") && clause_word_is(c, i + 1, "for"));
}

static bool match_valuing(const clause *c, size_t at, normative_statement *s) {
  size_t length;
  if (!valuing_length(c, at, &length, &s->strength)) return false;
  s->kind = STATEMENT_VALUED;
  s->subject_start = s->subject_end = at;
  s->cue_start = at;
  s->cue_end = at + length;
  if (clause_asks(c, c->start, at) || !clause_find_object(c, s)) return false;
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
  const bool let_us = clause_word_is(c, at, "let") && clause_word_is(c, at + 1, "us");
  if (!let_us && !clause_word_is(c, at, "let's")) return false;
  *s = (normative_statement){.kind = STATEMENT_OUGHT,
                             .strength = 0.55,
                             .subject_start = at,
                             .subject_end = at,
                             .cue_start = at,
                             .cue_end = at + (let_us ? 2 : 1)};
  if (clause_word_is(c, s->cue_end, "look consider take start say imagine see begin assume talk suppose not be think"))
    return false;
  return clause_find_object(c, s) && s->object_end - s->object_start >= 2;
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
  if (end >= limit || c->words[end].before != 0 ||
      !clause_word_is(c, end, "of for among between towards toward within in"))
    return end;
  size_t tail = end + 1;
  while (tail < limit && tail - end <= LONGEST_TAIL && c->words[tail].before == 0 &&
         !clause_word_is(c, tail, "and or that to by with through their its this these such i we it is are"))
    tail++;
  const bool cut_short = tail - end > LONGEST_TAIL;
  return cut_short || is_stop_word(c->words[tail - 1].lower) ? end : tail;
}

/* "fosters (a sense of) personal responsibility": only a noun that names a value counts. */
static bool match_promoted(const clause *c, size_t at, normative_statement *s) {
  if (!clause_word_is(c, at, promoting)) return false;
  if (clause_word_is(c, at, "of") &&
      (at == c->start || !word_in(c->words[at - 1].lower, "sense spirit feeling culture")))
    return false;
  *s = (normative_statement){.kind = STATEMENT_PROMOTED,
                             .strength = 0.3,
                             .subject_start = at,
                             .subject_end = at,
                             .cue_start = at,
                             .cue_end = at + 1};
  if (!clause_find_object(c, s)) return false;
  for (size_t i = s->object_start; i < s->object_end && i < s->object_start + 6; i++) {
    if (c->words[i].before != 0 && i > s->object_start) return false;
    if (!value_lexicon_find(c->words[i].lower).is_noun) continue;
    s->object_end = promoted_end(c, i + 1, s->object_end);
    return !clause_has_word(c->words, c->start, at, "not never don't doesn't cannot can't may might");
  }
  return false;
}

bool normative_cue_match(const clause *c, size_t at, normative_statement *s) {
  static bool (*const matchers[])(const clause *, size_t, normative_statement *) = {
      match_important, match_lets,   match_valuing,  match_ought,
      match_predicate, match_judged, match_believed, match_promoted};
  if (c->words[at].quoted || c->words[at].aside) return false;
  for (size_t i = 0; i < sizeof matchers / sizeof matchers[0]; i++) {
    *s = (normative_statement){0};
    if (!matchers[i](c, at, s)) continue;
    s->strength += c->bonus;
    return s->strength >= 0.2 && !clause_is_attributed(c, at);
  }
  return false;
}
