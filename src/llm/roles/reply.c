#include "dove/reply.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/text.h"

enum {
  DEEPEST = 32,
  MOST_TRIES = 512, /* of brackets that begin nothing: a text full of them is no reply */
};

/* A text that is read leniently and written strictly. */
typedef struct repair {
  const char *at, *end;
  dove_buffer out;
  unsigned depth;
  unsigned objects; /* how many began */
  bool cut;         /* it went well up to the end of the text */
} repair;

static bool value(repair *r);

static bool fail_at_end(repair *r) {
  r->cut = r->at >= r->end;
  return false;
}

static void skip_white(repair *r) {
  while (r->at < r->end && strchr(" \t\r\n", *r->at) != NULL && *r->at != '\0') r->at++;
}

static bool next_is(repair *r, char byte) {
  skip_white(r);
  return r->at < r->end && *r->at == byte;
}

/* ---- Strings ---- */

static int hex_digits(const char *at, const char *end) {
  int digits = 0;
  while (digits < 4 && at + digits < end && at[digits] != '\0' && strchr("0123456789abcdefABCDEF", at[digits]) != NULL)
    digits++;
  return digits;
}

/* `at` is on the backslash. */
static bool escape(repair *r) {
  if (r->end - r->at < 2) {
    r->at = r->end;
    return fail_at_end(r);
  }
  const char letter = r->at[1];
  if (letter == 'u') {
    if (hex_digits(r->at + 2, r->end) < 4) return false;
    dove_buffer_add(&r->out, r->at, 6);
    r->at += 6;
    return true;
  }
  if (letter == '\'') {
    dove_buffer_add_char(&r->out, '\'');
  } else if (letter != '\0' && strchr("\"\\/bfnrt", letter) != NULL) {
    dove_buffer_add(&r->out, r->at, 2);
  } else {
    return false;
  }
  r->at += 2;
  return true;
}

/* A quote of the kind that began the string ends it when what follows could follow a string: an apostrophe does not. */
static bool ends_string(const repair *r, const char *quote) {
  const char *after = quote + 1;
  while (after < r->end && *after != '\0' && strchr(" \t\r\n", *after) != NULL) after++;
  return after >= r->end || (*after != '\0' && strchr(",:]}", *after) != NULL);
}

static void add_plain(repair *r) {
  const unsigned char byte = (unsigned char)*r->at++;
  if (byte == '"') {
    dove_buffer_add_text(&r->out, "\\\"");
  } else if (byte < 0x20) {
    dove_buffer_printf(&r->out, "\\u%04x", byte);
  } else {
    dove_buffer_add_char(&r->out, (char)byte);
  }
}

static bool string(repair *r) {
  const char quote = *r->at++;
  dove_buffer_add_char(&r->out, '"');
  while (r->at < r->end) {
    if (*r->at == '\\') {
      if (!escape(r)) return false;
    } else if (*r->at == quote && (quote == '"' || ends_string(r, r->at))) {
      r->at++;
      dove_buffer_add_char(&r->out, '"');
      return true;
    } else {
      add_plain(r);
    }
  }
  return fail_at_end(r);
}

/* ---- Other values ---- */

static bool word(repair *r) {
  static const struct {
    const char *written, *strict;
  } words[] = {{"true", "true"},   {"True", "true"}, {"false", "false"},
               {"False", "false"}, {"null", "null"}, {"None", "null"}};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    const size_t length = strlen(words[i].written);
    if ((size_t)(r->end - r->at) < length || memcmp(r->at, words[i].written, length) != 0) continue;
    r->at += length;
    dove_buffer_add_text(&r->out, words[i].strict);
    return true;
  }
  return false;
}

static size_t digits(const char *at, const char *end) {
  size_t count = 0;
  while (at + count < end && at[count] >= '0' && at[count] <= '9') count++;
  return count;
}

static bool number(repair *r) {
  const char *at = r->at + (*r->at == '-' ? 1 : 0);
  const size_t whole = digits(at, r->end);
  if (whole == 0 || (whole > 1 && *at == '0')) return false;
  at += whole;
  if (at < r->end && *at == '.') {
    const size_t part = digits(at + 1, r->end);
    if (part == 0) return false;
    at += 1 + part;
  }
  if (at < r->end && (*at == 'e' || *at == 'E')) {
    at += at + 1 < r->end && (at[1] == '-' || at[1] == '+') ? 2 : 1;
    const size_t part = digits(at, r->end);
    if (part == 0) return false;
    at += part;
  }
  dove_buffer_add(&r->out, r->at, (size_t)(at - r->at));
  r->at = at;
  return true;
}

/* ---- Lists and objects ---- */

static bool member(repair *r, bool object) {
  if (!object) return value(r);
  if (!next_is(r, '"') && !next_is(r, '\'')) return fail_at_end(r);
  if (!string(r)) return false;
  if (!next_is(r, ':')) return fail_at_end(r);
  r->at++;
  dove_buffer_add_char(&r->out, ':');
  return value(r);
}

/* `at` is on the opening bracket. A comma before the closing one is dropped. */
static bool members(repair *r, bool object) {
  const char close = object ? '}' : ']';
  dove_buffer_add_char(&r->out, *r->at++);
  for (bool first = true; !next_is(r, close); first = false) {
    if (r->at >= r->end) return fail_at_end(r);
    if (!first) dove_buffer_add_char(&r->out, ',');
    if (!member(r, object)) return false;
    if (next_is(r, close)) break;
    if (!next_is(r, ',')) return fail_at_end(r);
    r->at++;
  }
  r->at++;
  dove_buffer_add_char(&r->out, close);
  return true;
}

static bool value(repair *r) {
  skip_white(r);
  if (r->at >= r->end) return fail_at_end(r);
  if (*r->at == '"' || *r->at == '\'') return string(r);
  if (*r->at != '[' && *r->at != '{') return word(r) || number(r);
  if (r->depth >= DEEPEST) return false;
  r->objects += *r->at == '{' ? 1 : 0;
  r->depth++;
  const bool good = members(r, *r->at == '{');
  r->depth--;
  return good;
}

/* ---- Finding it ---- */

/* An object, a list that has one, or an empty list: what can be meant by a reply. */
static bool is_meant(const repair *r) { return r->objects > 0 || strcmp(dove_buffer_text(&r->out), "[]") == 0; }

static bool same_json(const char *a, const char *b) {
  cJSON *first = cJSON_Parse(a), *second = cJSON_Parse(b);
  const bool same = first != NULL && second != NULL && cJSON_Compare(first, second, 1);
  cJSON_Delete(first);
  cJSON_Delete(second);
  return same;
}

typedef struct found {
  char *json;
  bool two; /* and a different one */
  bool cut; /* a value began that has no end */
} found;

/* Takes over what `r` wrote. */
static bool take(found *f, repair *r) {
  char *json = dove_buffer_take(&r->out);
  if (json == NULL) return false;
  if (f->json == NULL) {
    f->json = json;
    return true;
  }
  f->two = f->two || !same_json(f->json, json);
  free(json);
  return true;
}

static bool search(const char *text, size_t length, found *f) {
  const char *end = text + length;
  unsigned tries = 0;
  for (const char *at = text; at < end && tries < MOST_TRIES;) {
    if (*at != '[' && *at != '{') {
      at++;
      continue;
    }
    repair r = {.at = at, .end = end};
    const bool good = value(&r);
    bool kept = true;
    if (good && is_meant(&r)) {
      kept = take(f, &r);
    } else if (!good && r.cut && r.objects > 0) {
      f->cut = true;
    }
    dove_buffer_free(&r.out);
    if (!kept) return false;
    if (f->cut) return true;
    tries += good ? 0 : 1;
    at = good ? r.at : at + 1;
  }
  return true;
}

dove_status dove_reply_json(const char *text, size_t length, char **json, dove_error *error) {
  found f = {0};
  *json = NULL;
  if (dove_utf8_valid_prefix(text, length) != length)
    return dove_fail(error, DOVE_INPUT, "the reply is not valid UTF-8");
  dove_status status = DOVE_OK;
  if (!search(text, length, &f)) {
    status = dove_fail_memory(error, "reading a reply");
  } else if (f.cut) {
    status = dove_fail(error, DOVE_INPUT, "the JSON is cut off before its end");
  } else if (f.two) {
    status = dove_fail(error, DOVE_INPUT, "there is more than one JSON value");
  } else if (f.json == NULL) {
    status = dove_fail(error, DOVE_INPUT, "there is no JSON in the form that was asked for");
  }
  if (status == DOVE_OK) {
    *json = f.json;
  } else {
    free(f.json);
  }
  return status;
}
