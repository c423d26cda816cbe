#include "llm/roles/verdict.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dove/error.h"
#include "dove/text.h"

/* ---- Headers ---- */

void dove_answer_headers_clear(dove_answer_headers *headers) {
  *headers = (dove_answer_headers){.retry_after = -1, .should_retry = -1, .requests_left = -1, .tokens_left = -1};
}

static double unit_seconds(const char *text, size_t *length) {
  *length = 1;
  switch (text[0]) {
    case 'h': return 3600;
    case 's': return 1;
    case 'm':
      if (text[1] != 's') return 60;
      *length = 2;
      return 1e-3;
    default: return -1;
  }
}

double dove_duration_parse(const char *text) {
  double seconds = 0;
  const char *at = text;
  if (at[0] == '\0') return -1;
  while (*at != '\0') {
    char *end = NULL;
    if (strchr("0123456789.", *at) == NULL) return -1;
    const double number = strtod(at, &end);
    if (end == at || !(number >= 0 && number < 1e9)) return -1;
    size_t length = 0;
    const double unit = *end == '\0' ? 1 : unit_seconds(end, &length);
    if (unit < 0) return -1;
    seconds += number * unit;
    at = end + length;
  }
  return seconds;
}

static double parse_count(const char *text) {
  char *end = NULL;
  const double number = strtod(text, &end);
  return end != text && *end == '\0' && number >= 0 ? number : -1;
}

/* Seconds, or a date. */
static double parse_retry_after(const char *text, double unix_now) {
  const double seconds = dove_duration_parse(text);
  if (seconds >= 0) return seconds;
  const time_t date = curl_getdate(text, NULL);
  if (date < 0) return -1;
  return (double)date > unix_now ? (double)date - unix_now : 0;
}

static void take(dove_answer_headers *headers, const char *name, const char *value, double unix_now) {
  if (strcasecmp(name, "retry-after-ms") == 0) {
    const double ms = parse_count(value);
    if (ms >= 0) headers->retry_after = ms / 1000;
  } else if (strcasecmp(name, "retry-after") == 0) {
    if (headers->retry_after < 0) headers->retry_after = parse_retry_after(value, unix_now);
  } else if (strcasecmp(name, "x-should-retry") == 0) {
    headers->should_retry = strcasecmp(value, "true") == 0 ? 1 : strcasecmp(value, "false") == 0 ? 0 : -1;
  } else if (strcasecmp(name, "x-ratelimit-remaining-requests") == 0) {
    headers->requests_left = parse_count(value);
  } else if (strcasecmp(name, "x-ratelimit-reset-requests") == 0) {
    headers->requests_reset = dove_duration_parse(value);
  } else if (strcasecmp(name, "x-ratelimit-remaining-tokens") == 0) {
    headers->tokens_left = parse_count(value);
  } else if (strcasecmp(name, "x-ratelimit-reset-tokens") == 0) {
    headers->tokens_reset = dove_duration_parse(value);
  }
}

void dove_answer_headers_add(dove_answer_headers *headers, const char *line, size_t length, double unix_now) {
  char copy[256];
  while (length > 0 && strchr(" \t\r\n", line[length - 1]) != NULL) length--;
  if (length >= sizeof copy) return;
  memcpy(copy, line, length);
  copy[length] = '\0';
  char *colon = strchr(copy, ':');
  if (strncmp(copy, "HTTP/", 5) == 0) dove_answer_headers_clear(headers); /* of an answer before this one */
  if (colon == NULL) return;
  *colon = '\0';
  take(headers, copy, colon + 1 + strspn(colon + 1, " \t"), unix_now);
}

/* ---- The body ---- */

static void say(char reason[DOVE_REASON], const char *what, const char *detail) {
  dove_error error;
  dove_fail(&error, DOVE_NETWORK, "%s%s%.120s", what, detail[0] != '\0' ? ": " : "", detail);
  size_t length = strlen(error.message);
  if (length >= DOVE_REASON) length = dove_utf8_valid_prefix(error.message, DOVE_REASON - 1);
  memcpy(reason, error.message, length);
  reason[length] = '\0';
}

/* What an error object says; "" when there is none. */
typedef struct error_words {
  bool there;
  char message[160];
  char code[64]; /* code or type */
  long number;   /* an integer code, 0 without */
} error_words;

static void copy_text(const cJSON *item, char *text, size_t size) {
  if (cJSON_IsString(item)) snprintf(text, size, "%s", item->valuestring);
}

static void read_error(const cJSON *object, error_words *words) {
  const cJSON *error = cJSON_GetObjectItemCaseSensitive(object, "error");
  *words = (error_words){.there = cJSON_IsObject(error) || cJSON_IsString(error)};
  copy_text(error, words->message, sizeof words->message);
  copy_text(cJSON_GetObjectItemCaseSensitive(error, "message"), words->message, sizeof words->message);
  copy_text(cJSON_GetObjectItemCaseSensitive(error, "type"), words->code, sizeof words->code);
  const cJSON *code = cJSON_GetObjectItemCaseSensitive(error, "code");
  copy_text(code, words->code, sizeof words->code);
  if (cJSON_IsNumber(code) && code->valuedouble >= 100 && code->valuedouble < 600)
    words->number = (long)code->valuedouble;
}

static int64_t usage(const cJSON *object, const char *key) {
  const cJSON *counts = cJSON_GetObjectItemCaseSensitive(object, "usage");
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(counts, key);
  if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble < 1e15)) return -1;
  return (int64_t)item->valuedouble;
}

/* ---- The verdict ---- */

static dove_verdict judge_failure_of_transfer(const dove_answer *answer, char reason[DOVE_REASON]) {
  if (answer->too_long) {
    say(reason, "the reply is longer than any reply should be", "");
    return DOVE_VERDICT_FAILED;
  }
  say(reason, "no answer", curl_easy_strerror(answer->result));
  switch (answer->result) {
    case CURLE_FILESIZE_EXCEEDED:
      say(reason, "the reply is longer than any reply should be", "");
      return DOVE_VERDICT_FAILED;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return DOVE_VERDICT_FATAL;
    default: return DOVE_VERDICT_AGAIN;
  }
}

static bool is_quota(const error_words *words) {
  return strcmp(words->code, "insufficient_quota") == 0 || strcmp(words->code, "billing_hard_limit_reached") == 0;
}

/* Servers have words of their own for it: OpenAI and vLLM, llama.cpp, and others in their message alone. */
static bool is_too_long(long status, const error_words *words) {
  static const char *const codes[] = {"context_length_exceeded", "exceed_context_size_error"};
  static const char *const said[] = {"context length", "context size", "context window", "maximum context",
                                     "too many tokens"};
  if (status != 400 && status != 413 && status != 422) return false;
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
    if (strcmp(words->code, codes[i]) == 0) return true;
  char message[sizeof words->message];
  for (size_t i = 0; i < sizeof message; i++) {
    const char c = words->message[i];
    message[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
  }
  for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
    if (strstr(message, said[i]) != NULL) return true;
  return false;
}

/* llama.cpp answers 500 to what it will never do as well as to what went wrong. */
static bool is_for_good(const error_words *words) {
  return strstr(words->message, "too large to process") != NULL || strstr(words->message, "logits computation") != NULL;
}

static dove_verdict judge_status(long status, const error_words *words, int should_retry, char reason[DOVE_REASON]) {
  if (is_quota(words) || status == 402) {
    say(reason, "the account has nothing left; add to it or ask another endpoint", words->message);
    return DOVE_VERDICT_FATAL;
  }
  if (is_too_long(status, words)) {
    say(reason, "too long for the model's context", words->message);
    return DOVE_VERDICT_FAILED;
  }
  if (status == 501) {
    say(reason, "the server cannot do this (501)", words->message);
    return DOVE_VERDICT_FATAL;
  }
  char what[96];
  snprintf(what, sizeof what, "the server answers %ld", status);
  switch (status) {
    case 401: say(reason, "the server does not accept the API key (401)", words->message); return DOVE_VERDICT_FATAL;
    case 403: say(reason, "the API key may not do this (403)", words->message); return DOVE_VERDICT_FATAL;
    case 404:
      say(reason, "the server has no such model or address (404); check 'model' and 'url'", words->message);
      return DOVE_VERDICT_FATAL;
    default: say(reason, what, words->message);
  }
  if (status >= 300 && status < 400) {
    say(reason, "the server redirects, which is not followed; set 'url' to where the endpoint is", "");
    return DOVE_VERDICT_FATAL;
  }
  if (should_retry == 0 || is_for_good(words)) return DOVE_VERDICT_FAILED;
  if (status == 429) return DOVE_VERDICT_REFUSED;
  const bool again = should_retry == 1 || status == 408 || status == 409 || status >= 500;
  return again ? DOVE_VERDICT_AGAIN : DOVE_VERDICT_FAILED;
}

static dove_verdict judge_body(const dove_answer *answer, const cJSON *object, char reason[DOVE_REASON]) {
  const bool good = answer->http_status >= 200 && answer->http_status < 300;
  error_words words;
  read_error(object, &words);
  if (!good) return judge_status(answer->http_status, &words, answer->headers->should_retry, reason);
  if (words.there) {
    if (words.number >= 300 || is_quota(&words))
      return judge_status(words.number, &words, answer->headers->should_retry, reason);
    say(reason, "the server answers with an error", words.message);
    return DOVE_VERDICT_FAILED;
  }
  if (cJSON_IsObject(object)) return DOVE_VERDICT_GOOD;
  const char *first = answer->body + strspn(answer->body, " \t\r\n");
  if (answer->length == 0) {
    say(reason, "the reply is empty", "");
  } else if (first[0] == '<') {
    say(reason, "the reply is a web page, not JSON; 'url' should end where /chat/completions begins", "");
  } else {
    say(reason, "the reply is not a JSON object, or it is cut off", "");
  }
  return DOVE_VERDICT_FAILED;
}

dove_verdict dove_answer_judge(const dove_answer *answer, int64_t *tokens_in, int64_t *tokens_out,
                               char reason[DOVE_REASON]) {
  reason[0] = '\0';
  *tokens_in = *tokens_out = -1;
  if (answer->result != CURLE_OK) return judge_failure_of_transfer(answer, reason);
  cJSON *object = NULL;
  if (dove_utf8_valid_prefix(answer->body, answer->length) == answer->length) {
    const char *end = NULL;
    object = cJSON_ParseWithOpts(answer->body, &end, 1);
  } else if (answer->http_status < 300) {
    say(reason, "the reply is not valid UTF-8", "");
    return DOVE_VERDICT_FAILED;
  }
  const dove_verdict verdict = judge_body(answer, object, reason);
  *tokens_in = usage(object, "prompt_tokens");
  *tokens_out = usage(object, "completion_tokens");
  cJSON_Delete(object);
  return verdict;
}
