#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/parallel.h"
#include "dove/recognizer.h"
#include "dove/text.h"
#include "llm/embedded/english_sentence.h"
#include "llm/embedded/normative_statement.h"
#include "llm/embedded/value_wording.h"
#include "llm/embedded/word_list.h"

enum {
  USUAL_LIMIT = 12,
  SAME_NAME = 2, /* expressions of one document that may share a code name */
  DOCUMENTS_PER_BLOCK = 8,
};

typedef struct rules {
  size_t limit;
} rules;

/* An expression before the best of a document are chosen; offsets in bytes. */
typedef struct candidate {
  char *code_name;
  char *description;
  size_t start;
  size_t end;
  double strength;
} candidate;

typedef struct candidates {
  candidate *items;
  size_t count;
  size_t capacity;
  size_t sentences;
  bool out_of_memory;
} candidates;

static void free_candidates(candidates *found) {
  for (size_t i = 0; i < found->count; i++) {
    free(found->items[i].code_name);
    free(found->items[i].description);
  }
  free(found->items);
}

static void add_candidate(candidates *found, const sentence_word *words, const normative_statement *s) {
  char name[CODE_NAME_SIZE];
  word_code_name(words, s, name);
  if (name[0] == '\0') return;
  dove_buffer description = {0};
  word_description(words, s, name, &description);
  void *items = found->items;
  const bool grown = dove_grow(&items, &found->capacity, found->count + 1, sizeof *found->items);
  found->items = items;
  candidate made = {.code_name = dove_strdup(name), .description = dove_buffer_take(&description)};
  if (!grown || made.code_name == NULL || made.description == NULL) {
    free(made.code_name);
    free(made.description);
    found->out_of_memory = true;
    return;
  }
  size_t first = s->cue_start;
  if (s->subject_start < s->subject_end && s->subject_start < first) first = s->subject_start;
  if (s->object_start < first) first = s->object_start;
  const size_t last = s->object_end > s->cue_end ? s->object_end : s->cue_end;
  made.start = words[first].start;
  made.end = words[last - 1].end;
  made.strength = s->strength < 1.0 ? s->strength : 1.0;
  found->items[found->count++] = made;
}

static void read_document(candidates *found, const char *text, size_t length) {
  sentence_word words[SENTENCE_WORDS];
  normative_statement statements[STATEMENTS_PER_SENTENCE];
  sentence_span sentence;
  for (size_t at = 0; !found->out_of_memory && next_sentence(text, length, &at, &sentence);) {
    found->sentences++;
    if (sentence.is_question) continue;
    const size_t word_count = split_words(text, sentence, words);
    if (word_count < 2 || strcmp(words[0].lower, "title") == 0) continue;
    const size_t count = find_statements(words, word_count, statements);
    for (size_t i = 0; i < count; i++) add_candidate(found, words, &statements[i]);
  }
}

/* ---- Choosing ---- */

static int by_strength(const void *a, const void *b) {
  const candidate *x = a;
  const candidate *y = b;
  if (x->strength != y->strength) return x->strength > y->strength ? -1 : 1;
  return (x->start > y->start) - (x->start < y->start);
}

static int by_place(const void *a, const void *b) {
  const candidate *x = a;
  const candidate *y = b;
  if (x->start != y->start) return x->start > y->start ? 1 : -1;
  return (x->end > y->end) - (x->end < y->end);
}

static size_t next_token(const char **at, const char **word) {
  *word = *at + strspn(*at, " .,");
  const size_t length = strcspn(*word, " .,");
  *at = *word + length;
  return length;
}

/* Share of the words of `a` that are in `b`; words of the frame ("The author believes that") are in both. */
static double overlap(const char *a, const char *b) {
  size_t words = 0;
  size_t shared = 0;
  const char *word;
  for (size_t length; (length = next_token(&a, &word)) > 0;) {
    words++;
    const char *other_at = b;
    const char *other;
    for (size_t other_length; (other_length = next_token(&other_at, &other)) > 0;) {
      if (other_length != length || memcmp(word, other, length) != 0) continue;
      shared++;
      break;
    }
  }
  return words > 0 ? (double)shared / (double)words : 0.0;
}

static bool says_the_same(const candidate *a, const candidate *b) {
  const double least = strcmp(a->code_name, b->code_name) == 0 ? 0.7 : 0.85;
  return fmax(overlap(a->description, b->description), overlap(b->description, a->description)) >= least;
}

/* Moves the strongest candidates that say different things to the front; returns their number. */
static size_t choose(candidates *found, size_t limit) {
  if (found->count == 0) return 0;
  qsort(found->items, found->count, sizeof *found->items, by_strength);
  size_t chosen = 0;
  for (size_t i = 0; i < found->count && chosen < limit; i++) {
    size_t same_name = 0;
    bool repeated = false;
    for (size_t j = 0; j < chosen && !repeated; j++) {
      if (strcmp(found->items[j].code_name, found->items[i].code_name) == 0) same_name++;
      repeated = says_the_same(&found->items[j], &found->items[i]);
    }
    if (repeated || same_name >= SAME_NAME) continue;
    const candidate kept = found->items[chosen];
    found->items[chosen++] = found->items[i];
    found->items[i] = kept;
  }
  qsort(found->items, chosen, sizeof *found->items, by_place);
  return chosen;
}

/* ---- Languages ---- */

/* Without a language tag: English has Latin letters and its most common words. */
static bool looks_english(const char *text, size_t length) {
  size_t latin = 0;
  size_t other = 0;
  size_t words = 0;
  size_t common = 0;
  sentence_word found[SENTENCE_WORDS];
  sentence_span sentence;
  for (size_t at = 0; words < 2000 && next_sentence(text, length, &at, &sentence);) {
    const size_t count = split_words(text, sentence, found);
    for (size_t i = 0; i < count; i++) {
      words++;
      const unsigned char first = (unsigned char)found[i].lower[0];
      if (first < 0x80) {
        latin++;
      } else {
        other++;
      }
      if (word_in(found[i].lower, "the of and to in is that it for are be with as not this we i you have people"))
        common++;
    }
  }
  return latin > 4 * other && common * 12 >= words;
}

static bool is_english(const dove_recognizer_document *document, size_t length) {
  const char *lang = document->lang;
  if (lang == NULL || lang[0] == '\0') return looks_english(document->text, length);
  return (lang[0] | 0x20) == 'e' && (lang[1] | 0x20) == 'n' &&
         (lang[2] == '\0' || lang[2] == '-' || lang[2] == '_' || (lang[2] == 'g' && lang[3] == '\0'));
}

/* ---- A document ---- */

static void refuse(dove_recognition *recognition, const dove_recognizer_document *document) {
  dove_error error;
  const char *lang = document->lang != NULL ? document->lang : "";
  recognition->status = dove_fail(
      &error, DOVE_INPUT,
      "document '%.60s' is not in English (%s%.12s): the embedded recognizer reads English only; import its value "
      "expressions, or set an endpoint for the recognizer",
      document->id, lang[0] != '\0' ? "lang " : "judged by its text", lang);
  snprintf(recognition->reason, sizeof recognition->reason, "%.*s", (int)sizeof recognition->reason - 1, error.message);
}

static void hand_over(dove_recognition *recognition, candidates *found, size_t chosen, const char *text) {
  size_t byte = 0;
  uint64_t code_points = 0;
  for (size_t i = 0; i < chosen; i++) {
    candidate *c = &found->items[i];
    if (c->start < byte) byte = code_points = 0;
    code_points += dove_utf8_count(text + byte, c->start - byte);
    byte = c->start;
    recognition->expressions[i] =
        (dove_value_expression){.code_name = c->code_name,
                                .description = c->description,
                                .evidence_start = code_points,
                                .evidence_end = code_points + dove_utf8_count(text + byte, c->end - byte),
                                .strength = c->strength};
    c->code_name = NULL;
    c->description = NULL;
  }
  recognition->count = chosen;
}

static void recognize_document(const rules *r, const dove_recognizer_document *document,
                               dove_recognition *recognition) {
  const size_t length = strlen(document->text);
  recognition->status = DOVE_OK;
  if (!is_english(document, length)) {
    refuse(recognition, document);
    return;
  }
  candidates found = {0};
  read_document(&found, document->text, length);
  const size_t chosen = choose(&found, r->limit);
  recognition->expressions = dove_alloc_zero(chosen, sizeof *recognition->expressions);
  if (found.out_of_memory || recognition->expressions == NULL) {
    recognition->status = DOVE_MEMORY;
    snprintf(recognition->reason, sizeof recognition->reason, "out of memory while recognising a document");
  } else {
    hand_over(recognition, &found, chosen, document->text);
    if (chosen == 0)
      snprintf(recognition->reason, sizeof recognition->reason,
               "none of its %zu sentences says in the author's own name what ought to be or is valued",
               found.sentences);
  }
  free_candidates(&found);
}

static dove_status rules_recognize(void *state, const dove_recognizer_document *documents, size_t count,
                                   dove_recognition *recognitions, const dove_progress *progress, dove_error *error) {
  const rules *r = state;
  const long blocks = (long)((count + DOCUMENTS_PER_BLOCK - 1) / DOCUMENTS_PER_BLOCK);
  atomic_bool stop = false;
  atomic_size_t done = 0;
#pragma omp parallel for schedule(dynamic) num_threads(dove_threads())
  for (long b = 0; b < blocks; b++) {
    if (dove_progress_cancelled(progress)) atomic_store(&stop, true);
    if (atomic_load(&stop)) continue;
    const size_t first = (size_t)b * DOCUMENTS_PER_BLOCK;
    const size_t end = first + DOCUMENTS_PER_BLOCK < count ? first + DOCUMENTS_PER_BLOCK : count;
    for (size_t i = first; i < end; i++) recognize_document(r, &documents[i], &recognitions[i]);
    dove_progress_report(progress, "documents", (double)(atomic_fetch_add(&done, end - first) + end - first),
                         (double)count);
  }
  return atomic_load(&stop) ? dove_fail(error, DOVE_CANCELLED, "recognising documents was stopped") : DOVE_OK;
}

static const dove_recognizer_operations rules_operations = {.recognize = rules_recognize, .close = free};

dove_status dove_recognizer_open_rules(size_t limit, dove_recognizer *recognizer, dove_error *error) {
  *recognizer = (dove_recognizer){0};
  rules *r = dove_alloc_zero(1, sizeof *r);
  if (r == NULL) return dove_fail_memory(error, "opening the recognizer");
  r->limit = limit > 0 ? limit : USUAL_LIMIT;
  recognizer->operations = &rules_operations;
  recognizer->state = r;
  snprintf(recognizer->name, sizeof recognizer->name, "english-rules-1");
  return DOVE_OK;
}
