#include "method/languages.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "dove/text.h"

static size_t primary(const char *tag) { return strcspn(tag, "-_"); }

bool dove_language_same(const char *a, const char *b) {
  return primary(a) == primary(b) && strncasecmp(a, b, primary(a)) == 0;
}

const char *dove_language_name(const char *tag) {
  static const struct {
    const char *tag, *name;
  } names[] = {
      {"ar", "Arabic"},  {"de", "German"},     {"en", "English"},    {"es", "Spanish"},  {"fr", "French"},
      {"hi", "Hindi"},   {"id", "Indonesian"}, {"it", "Italian"},    {"ja", "Japanese"}, {"ko", "Korean"},
      {"nl", "Dutch"},   {"pl", "Polish"},     {"pt", "Portuguese"}, {"ru", "Russian"},  {"th", "Thai"},
      {"tr", "Turkish"}, {"uk", "Ukrainian"},  {"vi", "Vietnamese"}, {"zh", "Chinese"},
  };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (dove_language_same(tag, names[i].tag)) return names[i].name;
  }
  return tag;
}

static bool within(uint32_t c, uint32_t low, uint32_t high) { return c >= low && c <= high; }

static bool is_hangul(uint32_t c) { return within(c, 0xAC00, 0xD7A3) || within(c, 0x1100, 0x11FF); }
static bool is_kana(uint32_t c) { return within(c, 0x3041, 0x30FA); }
static bool is_han(uint32_t c) { return within(c, 0x4E00, 0x9FFF) || within(c, 0x3400, 0x4DBF); }

const char *dove_language_of(const char *text) {
  size_t hangul = 0, kana = 0, han = 0, others = 0;
  const size_t length = strlen(text);
  for (size_t at = 0; at < length;) {
    uint32_t c = 0;
    at += dove_utf8_decode(text + at, length - at, &c);
    hangul += is_hangul(c) ? 1 : 0;
    kana += is_kana(c) ? 1 : 0;
    han += is_han(c) ? 1 : 0;
    others += within(c, 'A', 'Z') || within(c, 'a', 'z') ? 1 : 0;
  }
  /* A letter of these scripts says about as much as three Latin ones; Japanese mixes Han and kana. */
  if (3 * (hangul + kana + han) <= others || hangul + kana + han == 0) return "en";
  if (hangul >= kana + han) return "ko";
  return 8 * kana >= kana + han ? "ja" : "zh";
}
