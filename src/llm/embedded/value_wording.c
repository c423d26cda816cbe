#include "llm/embedded/value_wording.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "llm/embedded/inflection.h"
#include "llm/embedded/value_lexicon.h"
#include "llm/embedded/word_list.h"

/* ---- The code name ---- */

static bool ends_with(const char *word, const char *ending) {
  const size_t length = strlen(word);
  const size_t size = strlen(ending);
  return length > size + 2 && strcmp(word + length - size, ending) == 0;
}

/* Nouns made of adjectives and verbs: what an abstract principle is mostly called. */
static bool is_abstract_noun(const char *word) {
  static const char *const endings[] = {"ness", "ity", "tion", "sion", "ship",  "hood", "ance", "ence",
                                        "ment", "dom", "ism",  "acy",  "ility", "fare", "ety"};
  if (is_stop_word(word) ||
      word_in(word,
              "government parliament university city moment department apartment situation question population "
              "generation information position section station environment instance sentence audience science "
              "business advertisement document evidence development argument statement conclusion influence "
              "majority minority quantity quality facility condition function ability institution difference "
              "attention importance consideration introduction presence absence existence society variety activity "
              "admission equipment treatment requirement investment payment celebrity electricity priority "
              "reality possibility necessity entity commodity application organization organisation nation "
              "solution profession examination vacation relation session television permission decision version "
              "mission occasion conference absence essence residence preference sequence distance substance "
              "appearance performance insurance finance dance chance kingdom random advertisement employment "
              "addition action option section tradition attraction reaction production consumption product "
              "transaction transportation immigration immigrant competition proportion fiction addiction "
              "settlement statement agreement argument amount element implement experiment supplement fragment "
              "limitation foundation graduation legislation regulation destination publication qualification "
              "combination demonstration observation explanation expectation implementation operation "
              "circumstance consequence balance experience evidence influence dependence occurrence violence"))
    return false;
  for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
    if (ends_with(word, endings[i])) return true;
  return false;
}

/* The singular, so that "opportunities" and "opportunity" name one thing. */
static void add_singular(char name[CODE_NAME_SIZE], const char *word) {
  char base[SENTENCE_WORD_SIZE];
  const size_t length = inflection_singular(word, strlen(word), base, sizeof base - 1);
  base[length] = '\0';
  const size_t used = strlen(name);
  snprintf(name + used, CODE_NAME_SIZE - used, "%s%s", used > 0 ? " " : "", base);
}

static bool name_by_phrase(const sentence_word *words, size_t start, size_t end, char name[CODE_NAME_SIZE]) {
  char phrase[3 * SENTENCE_WORD_SIZE + 3];
  for (size_t size = 3; size >= 2; size--) {
    for (size_t i = start; i + size <= end; i++) {
      snprintf(phrase, sizeof phrase, size == 3 ? "%s %s %s" : "%s %s", words[i].lower, words[i + 1].lower,
               words[i + size - 1].lower);
      const char *known = value_lexicon_phrase(phrase);
      if (known == NULL) continue;
      snprintf(name, CODE_NAME_SIZE, "%s", known);
      return true;
    }
  }
  return false;
}

/* "respect for elders", "equality of opportunity": the value and its object. */
static bool name_with_object(const sentence_word *words, size_t at, size_t end, const char *value,
                             char name[CODE_NAME_SIZE]) {
  if (!word_in(words[at].lower, "respect freedom love equality care responsibility concern compassion duty loyalty") ||
      at + 2 >= end || !word_in(words[at + 1].lower, "for of") || words[at + 1].before != 0)
    return false;
  size_t object = at + 2;
  while (object < end && word_in(words[object].lower, "the their our one's your my all other each every")) object++;
  if (object >= end || is_stop_word(words[object].lower)) return false;
  snprintf(name, CODE_NAME_SIZE, "%s %s %s", value, words[at + 1].lower, words[object].lower);
  return true;
}

enum { RANK_ABSTRACT = 1, RANK_GENERAL, RANK_RELATED, RANK_VALUE };

/* How well a word names the value of a statement: the value itself, a word that speaks of one ("honest"), a verb that
 * says little without its object ("protect", "learn"), some other abstract noun; 0 for the rest. */
static int naming_rank(const sentence_word *word) {
  static const char *const general[] = {"protection of others",
                                        "acceptance",
                                        "mutual understanding",
                                        "freedom of choice",
                                        "education",
                                        "love of learning",
                                        "effort",
                                        "achievement",
                                        "regulation",
                                        "parental care",
                                        "recognition",
                                        "leadership",
                                        "inclusion"};
  const value_word value = value_lexicon_find(word->lower);
  if (value.name == NULL) return is_abstract_noun(word->lower) ? RANK_ABSTRACT : 0;
  if (value.is_noun) return RANK_VALUE;
  for (size_t i = 0; i < sizeof general / sizeof general[0]; i++)
    if (strcmp(value.name, general[i]) == 0) return RANK_GENERAL;
  return RANK_RELATED;
}

static bool name_by_word(const sentence_word *words, size_t start, size_t end, char name[CODE_NAME_SIZE]) {
  size_t best = end;
  int best_rank = 0;
  for (size_t i = start; i < end; i++) {
    const int rank = words[i].aside ? 0 : naming_rank(&words[i]);
    if (rank <= best_rank) continue;
    best = i;
    best_rank = rank;
  }
  if (best == end) return false;
  const value_word value = value_lexicon_find(words[best].lower);
  name[0] = '\0';
  if (value.name != NULL && name_with_object(words, best, end, value.name, name)) return true;
  const bool modified = best > start && (value.name == NULL || strchr(value.name, ' ') == NULL) &&
                        words[best].before == 0 && value_lexicon_is_modifier(words[best - 1].lower);
  if (modified && (best_rank == RANK_VALUE || best_rank == RANK_ABSTRACT)) add_singular(name, words[best - 1].lower);
  if (value.name == NULL) {
    add_singular(name, words[best].lower);
  } else {
    const size_t used = strlen(name);
    snprintf(name + used, CODE_NAME_SIZE - used, "%s%s", used > 0 ? " " : "", value.name);
  }
  return true;
}

/* The last two words with content: "outdoor games". Used for what is plainly said to be valued. */
static bool name_by_content(const sentence_word *words, size_t start, size_t end, char name[CODE_NAME_SIZE]) {
  size_t last = start;
  while (last < end && !(last > start && word_in(words[last].lower, "of for in to with by from at on about and")))
    last++;
  size_t first = last;
  while (first > start && last - first < 2 && !is_stop_word(words[first - 1].lower) &&
         words[first - 1].lower[1] != '\0')
    first--;
  name[0] = '\0';
  for (size_t i = first; i < last; i++) {
    if (i + 1 < last) {
      snprintf(name, CODE_NAME_SIZE, "%s", words[i].lower);
    } else {
      add_singular(name, words[i].lower);
    }
  }
  return first < last;
}

void word_code_name(const sentence_word *words, const normative_statement *s, char name[CODE_NAME_SIZE]) {
  name[0] = '\0';
  if (name_by_phrase(words, s->object_start, s->object_end, name)) return;
  if (name_by_word(words, s->object_start, s->object_end, name)) return;
  if (name_by_phrase(words, s->subject_start, s->subject_end, name)) return;
  if (name_by_word(words, s->subject_start, s->subject_end, name)) return;
  if (s->kind == STATEMENT_VALUED && s->strength >= 0.7 && name_by_content(words, s->object_start, s->object_end, name))
    return;
  name[0] = '\0';
}

/* ---- The description ---- */

/* The writer's "we" and "you" mean people; "I" is the author. As a subject, and after it. */
static const struct {
  const char *word, *subject, *later;
} persons[] = {
    {"we", "people", "they"},
    {"us", "people", "them"},
    {"our", "people's", "their"},
    {"ours", "theirs", "theirs"},
    {"ourselves", "themselves", "themselves"},
    {"you", "people", "they"},
    {"your", "people's", "their"},
    {"yours", "theirs", "theirs"},
    {"yourself", "themselves", "themselves"},
    {"yourselves", "themselves", "themselves"},
    {"they", "people", "they"},
    {"i", "the author", "the author"},
    {"me", "the author", "the author"},
    {"my", "the author's", "their own"},
    {"myself", "the author", "themselves"},
    {"we're", "people are", "they are"},
    {"you're", "people are", "they are"},
    {"we've", "people have", "they have"},
    {"i'm", "the author is", "the author is"},
    {"can't", "cannot", "cannot"},
};

static const char *in_third_person(const char *word, bool as_subject) {
  for (size_t i = 0; i < sizeof persons / sizeof persons[0]; i++)
    if (strcmp(persons[i].word, word) == 0) return as_subject ? persons[i].subject : persons[i].later;
  return NULL;
}

static bool is_capitals(const char *word) {
  size_t capitals = 0;
  for (const char *at = word; *at != '\0'; at++)
    if (*at >= 'A' && *at <= 'Z') capitals++;
  return capitals >= 2;
}

/* Appends words [start, end). The first word of a sentence loses its capital, names keep theirs. */
static void add_words(const sentence_word *words, size_t start, size_t end, bool *as_subject, dove_buffer *out) {
  bool first = true;
  for (size_t i = start; i < end; i++) {
    const sentence_word *word = &words[i];
    if (word->aside) continue;
    const char *person = in_third_person(word->lower, *as_subject);
    if (first && (strcmp(word->lower, "that") == 0 || strcmp(word->lower, "to") == 0) && *as_subject) continue;
    if (!first && word->before == ',') dove_buffer_add_char(out, ',');
    dove_buffer_add_char(out, ' ');
    const bool lower = i == 0 && !is_capitals(word->shown);
    dove_buffer_add_text(out, person != NULL ? person : lower ? word->lower : word->shown);
    if (person != NULL || !is_stop_word(word->lower)) *as_subject = false;
    first = false;
  }
}

/* "our children should" is "children should": an opening possessive would hang in the air. */
static size_t without_possessive(const sentence_word *words, size_t start, size_t end) {
  return start + 1 < end && word_in(words[start].lower, "our my your") ? start + 1 : start;
}

static void describe_ought(const sentence_word *words, const normative_statement *s, dove_buffer *out) {
  bool as_subject = true;
  dove_buffer_add_text(out, "The author believes that");
  const size_t subject = without_possessive(words, s->subject_start, s->subject_end);
  if (s->subject_start == s->subject_end) { /* "let us …" */
    dove_buffer_add_text(out, " people should");
    as_subject = false;
  } else {
    add_words(words, subject, s->subject_end, &as_subject, out);
    const bool third = s->subject_end - subject == 1 && strcmp(words[subject].lower, "i") == 0;
    for (size_t i = s->cue_start; i < s->cue_end; i++) {
      const bool agree = third && i == s->cue_start && word_in(words[i].lower, "have need deserve");
      const char *cue = words[i].lower;
      dove_buffer_printf(out, " %s", !agree ? cue : cue[0] == 'h' ? "has" : cue[0] == 'n' ? "needs" : "deserves");
    }
  }
  as_subject = false;
  add_words(words, s->object_start, s->object_end, &as_subject, out);
}

static void describe_important(const sentence_word *words, const normative_statement *s, dove_buffer *out) {
  dove_buffer_add_text(out, "The author believes that it is");
  for (size_t i = s->cue_start + 1; i < s->cue_end; i++) {
    if (word_in(words[i].lower, "is seems remains becomes would be")) continue;
    dove_buffer_printf(out, " %s", words[i].lower);
  }
  bool as_subject = false;
  if (word_in(words[s->object_start].lower, "that for")) {
    dove_buffer_printf(out, " %s", words[s->object_start].lower);
    as_subject = true;
    const bool object_form = strcmp(words[s->object_start].lower, "for") == 0;
    if (object_form && word_in(words[s->object_start + 1].lower, "them us you")) {
      dove_buffer_add_text(out, " people");
      as_subject = false;
      add_words(words, s->object_start + 2, s->object_end, &as_subject, out);
      return;
    }
    add_words(words, s->object_start + 1, s->object_end, &as_subject, out);
    return;
  }
  add_words(words, s->object_start, s->object_end, &as_subject, out);
}

static void describe_believed(const sentence_word *words, const normative_statement *s, dove_buffer *out) {
  bool as_subject = true;
  dove_buffer_add_text(out, "The author believes that");
  add_words(words, without_possessive(words, s->object_start, s->object_end), s->object_end, &as_subject, out);
}

static void describe_valued(const sentence_word *words, const normative_statement *s, dove_buffer *out) {
  bool as_subject = false;
  dove_buffer_add_text(out, "The author values");
  const size_t start = without_possessive(words, s->object_start, s->object_end);
  add_words(words, start, s->object_end, &as_subject, out);
}

/* A bare name would make the same sentence in many documents; what follows it tells them apart. */
static void describe_promoted(const sentence_word *words, const normative_statement *s, const char *code_name,
                              dove_buffer *out) {
  size_t start = s->object_start;
  while (start < s->object_end && is_stop_word(words[start].lower)) start++;
  if (start + 1 < s->object_end &&
      word_in(words[start].lower,
              "sense spirit feeling culture atmosphere number level variety range degree amount lot") &&
      strcmp(words[start + 1].lower, "of") == 0)
    start += 2;
  if (start >= s->object_end) {
    dove_buffer_printf(out, "The author values %s", code_name);
    return;
  }
  bool as_subject = false;
  dove_buffer_add_text(out, "The author values");
  add_words(words, start, s->object_end, &as_subject, out);
}

void word_description(const sentence_word *words, const normative_statement *s, const char *code_name,
                      dove_buffer *out) {
  switch (s->kind) {
    case STATEMENT_OUGHT: describe_ought(words, s, out); break;
    case STATEMENT_IMPORTANT: describe_important(words, s, out); break;
    case STATEMENT_BELIEVED: describe_believed(words, s, out); break;
    case STATEMENT_VALUED: describe_valued(words, s, out); break;
    case STATEMENT_PROMOTED: describe_promoted(words, s, code_name, out); break;
  }
  dove_buffer_add_char(out, '.');
}
