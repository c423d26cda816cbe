#include "llm/endpoint/token_guess.h"

#include <stdlib.h>
#include <string.h>

#include "dove/text.h"

enum {
  LETTERS = 4,     /* ASCII characters of an English token, about; of other scripts each character is one */
  ANSWER = 200,    /* tokens of an answer of which nothing is known */
  ENOUGH_SEEN = 5, /* answers that tell more than a guess */
};

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

dove_token_range dove_guess_text(const char *text) {
  dove_token_range range = {0};
  int64_t plain = 0, other = 0;
  bool inside = false;
  for (const char *at = text; *at != '\0'; at++) {
    const unsigned char byte = (unsigned char)*at;
    if (!is_blank(*at) && !inside) range.least++;
    inside = !is_blank(*at);
    if (byte < 0x80) {
      plain++;
    } else if (byte >= 0xC0) {
      other++;
    }
    range.most++;
  }
  range.about = plain / LETTERS + other;
  if (range.about < range.least) range.about = range.least;
  return range;
}

/* A quotation mark within a text has a backslash before it, so the key is not found in what people wrote. */
static int64_t limit_in(const char *body, const char *key) {
  const char *at = strstr(body, key);
  return at != NULL ? strtoll(at + strlen(key), NULL, 10) : 0;
}

static int64_t answer_limit(const char *body) {
  const int64_t limit = limit_in(body, "\"max_completion_tokens\":");
  return limit > 0 ? limit : limit_in(body, "\"max_tokens\":");
}

static int64_t scaled(int64_t value, int64_t of, int64_t to) {
  return (int64_t)((double)value * (double)to / (double)of + 0.5);
}

dove_token_guess dove_guess_tokens(const char *path, const char *body, const dove_request_history *history) {
  dove_token_guess guess = {.in = dove_guess_text(body)};
  const bool seen = history->requests >= ENOUGH_SEEN;
  guess.raw_in = guess.in.about;
  if (seen && history->guessed_in > 0) {
    guess.in.about = scaled(guess.raw_in, history->guessed_in, history->tokens_in);
    if (guess.in.about < guess.in.least) guess.in.about = guess.in.least;
    if (guess.in.about > guess.in.most) guess.in.about = guess.in.most;
  }
  if (strstr(path, "embeddings") != NULL) return guess;
  const int64_t limit = answer_limit(body);
  guess.out = (dove_token_range){.least = 0, .about = ANSWER, .most = limit > 0 ? limit : -1};
  if (seen) guess.out.about = scaled(1, history->requests, history->tokens_out);
  if (limit > 0 && guess.out.about > limit) guess.out.about = limit;
  return guess;
}
