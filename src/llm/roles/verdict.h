/* What an answer, or the lack of one, means for a request and for those after it. Private to this room. */
#ifndef DOVE_LLM_VERDICT_H
#define DOVE_LLM_VERDICT_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum dove_verdict {
  DOVE_VERDICT_GOOD,
  DOVE_VERDICT_AGAIN,   /* worth another attempt */
  DOVE_VERDICT_REFUSED, /* too many requests: another attempt, and fewer at once */
  DOVE_VERDICT_FAILED,  /* this request will never do */
  DOVE_VERDICT_FATAL,   /* nor will any other */
} dove_verdict;

enum { DOVE_REASON = 256 };

/* The headers that matter. */
typedef struct dove_answer_headers {
  double retry_after;    /* seconds; < 0: not said */
  int should_retry;      /* 1, 0; -1: not said */
  double requests_left;  /* < 0: not said */
  double requests_reset; /* seconds */
  double tokens_left;
  double tokens_reset;
} dove_answer_headers;

void dove_answer_headers_clear(dove_answer_headers *headers);
/* One line "name: value". `unix_now`: seconds, for dates. */
void dove_answer_headers_add(dove_answer_headers *headers, const char *line, size_t length, double unix_now);
/* Seconds in "6m0s", "120ms", "1.5s", "2h"; < 0 when it is none. */
double dove_duration_parse(const char *text);

typedef struct dove_answer {
  CURLcode result;
  long http_status;
  const char *body; /* NUL-terminated, may hold others */
  size_t length;
  bool too_long; /* the transfer was ended for it */
  const dove_answer_headers *headers;
} dove_answer;

/* tokens: those of `usage`, -1 where it does not say. `reason` has no control characters. */
dove_verdict dove_answer_judge(const dove_answer *answer, int64_t *tokens_in, int64_t *tokens_out,
                               char reason[DOVE_REASON]);

#endif
