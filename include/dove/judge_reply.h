/* What a judge says of a document (SPEC 8; App. B): the questions, and the answers that can be used. */
#ifndef DOVE_JUDGE_REPLY_H
#define DOVE_JUDGE_REPLY_H

#include "dove/error.h"

typedef enum dove_judge_question {
  DOVE_JUDGE_SUBJECTIVITY, /* how much a document is its author's own view, and whether it tells of values */
  DOVE_JUDGE_PLAUSIBILITY, /* whether it can be an answer to its topic, from its culture */
  DOVE_JUDGE_TOPIC,        /* what topic it answers, and whether that is specific to a country */
  DOVE_JUDGE_QUESTIONS,
} dove_judge_question;

const char *dove_judge_question_name(dove_judge_question question);   /* "subjectivity": of its prompt too */
const char *dove_judge_question_schema(dove_judge_question question); /* the form of its answers */

/* DOVE_USAGE, with the names there are, for another one. */
dove_status dove_judge_question_parse(const char *name, dove_judge_question *question, dove_error *error);

/* The answer as strict JSON with the keys of the question alone (freed with free()), and its label, which is one of
 * those that the question knows:
 *   subjectivity   subjective, mixed, objective    {"subjectivity", "value_related", "reason"}
 *   plausibility   possible, impossible            {"verdict", "reason"}
 *   topic          general, limited                {"specificity", "topic"}
 * DOVE_INPUT, in words that can be told to the model, for anything else. */
dove_status dove_judge_reply_read(dove_judge_question question, const char *content, char **json, const char **label,
                                  dove_error *error);

#endif
