/* The record of a job in words: what was asked for, of which models, and what was expected of them. */
#ifndef DOVE_JOB_WORDS_H
#define DOVE_JOB_WORDS_H

#include <stddef.h>

#include "dove/buffer.h"
#include "dove/ledger.h"

/* Adds what a job was asked for, a line each: "at most 20 documents", "models: a, b". Nothing for a job that leaves all
 * as it is set, or a record that is damaged. `arguments` as the project has it. */
void dove_job_words_add(const char *arguments, dove_buffer *out);

/* A model that the job was to ask, as it was set when the job began. */
typedef struct dove_job_asked {
  char role[24], endpoint[512], model[512];
  double temperature;         /* NAN: the server's own */
  int64_t max_tokens;         /* 0: the server's own */
  double price_in, price_out; /* for a million tokens */
} dove_job_asked;

/* Copies up to `room` of them; returns how many there are. */
size_t dove_job_words_asked(const char *arguments, dove_job_asked *asked, size_t room);

/* What a dry run before it said that it would send: role, endpoint, model, requests, cached, plan_in, plan_out,
 * plan_least, plan_about, plan_most and priced of each row. Returns how many there are, 0 when nothing is known. */
size_t dove_job_words_plan(const char *arguments, dove_ledger_row *rows, size_t room);

#endif
