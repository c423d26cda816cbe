#include "llm/embedded/inflection.h"

#include <stdbool.h>
#include <string.h>

typedef struct inflection_rule {
  const char *ending;
  const char *base; /* NULL: drop the ending and one of two equal letters before it ("planned" → "plan") */
} inflection_rule;

/* In order of trust. Endings that turn the meaning round (-less, un-) are not here. */
static const inflection_rule rules[] = {
    {"ies", "y"},
    {"sses", "ss"},
    {"s", ""},
    {"es", ""},
    {"ied", "y"},
    {"ed", "e"},
    {"ed", ""},
    {"ed", NULL},
    {"ing", ""},
    {"ing", "e"},
    {"ing", NULL},
    {"iness", "y"},
    {"ness", ""},
    {"isations", "ization"},
    {"isation", "ization"},
    {"izations", "ization"},
    {"ises", "ize"},
    {"ised", "ize"},
    {"ising", "ize"},
    {"ise", "ize"},
    {"izes", "ize"},
    {"yse", "yze"},
    {"ours", "or"},
    {"our", "or"},
    {"oured", "or"},
    {"ouring", "or"},
    {"ourable", "orable"},
    {"fulness", ""},
    {"ily", "y"},
    {"ally", "al"},
    {"ically", "ic"},
    {"bly", "ble"},
    {"ly", ""},
    {"iest", "y"},
    {"ier", "y"},
    {"est", ""},
    {"est", "e"},
    {"er", ""},
    {"er", "e"},
    {"ers", ""},
    {"ers", "e"},
    {"ments", ""},
    {"ment", ""},
    {"ability", "able"},
    {"ibility", "ible"},
    {"iveness", "ive"},
    {"ivity", "ive"},
    {"ity", ""},
    {"ity", "e"},
    {"able", ""},
    {"able", "e"},
    {"ship", ""},
    {"hood", ""},
    {"ization", "ize"},
    {"ful", ""},
    {"ism", ""},
    {"ist", ""},
};

enum { SHORTEST_BASE = 3 };

static bool ends_with(const char *word, size_t length, const char *ending, size_t ending_length) {
  return length > ending_length && memcmp(word + length - ending_length, ending, ending_length) == 0;
}

static size_t apply(const inflection_rule *rule, const char *word, size_t length, char *base, size_t size) {
  const size_t ending_length = strlen(rule->ending);
  if (!ends_with(word, length, rule->ending, ending_length)) return 0;
  size_t kept = length - ending_length;
  const char *added = rule->base != NULL ? rule->base : "";
  if (rule->base == NULL) {
    if (kept < 2 || word[kept - 1] != word[kept - 2]) return 0;
    kept--;
  }
  const size_t total = kept + strlen(added);
  if (total < SHORTEST_BASE || total > size) return 0;
  memcpy(base, word, kept);
  memcpy(base + kept, added, strlen(added));
  return total;
}

size_t inflection_base(const char *word, size_t length, size_t *rule, char *base, size_t size) {
  while (*rule < sizeof rules / sizeof rules[0]) {
    const size_t base_length = apply(&rules[(*rule)++], word, length, base, size);
    if (base_length > 0) return base_length;
  }
  return 0;
}

size_t inflection_singular(const char *word, size_t length, char *base, size_t size) {
  static const inflection_rule plurals[] = {
      {"ies", "y"}, {"sses", "ss"}, {"shes", "sh"}, {"ches", "ch"}, {"xes", "x"},
  };
  /* A final s that belongs to the word. */
  static const char *const kept[] = {"ss", "us", "is", "ous", "ics", "series", "species", "news"};
  const size_t copied = length < size ? length : size;
  memcpy(base, word, copied);
  for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
    if (ends_with(word, length, kept[i], strlen(kept[i]))) return copied;
  for (size_t i = 0; i < sizeof plurals / sizeof plurals[0]; i++) {
    const size_t base_length = apply(&plurals[i], word, length, base, size);
    if (base_length > 0) return base_length;
  }
  return length > SHORTEST_BASE && copied == length && word[length - 1] == 's' ? length - 1 : copied;
}
