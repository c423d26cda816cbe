/* What a judge says of a document (SPEC 8; App. B): the questions, and the answers that can be used. */
#ifndef DOVE_JUDGE_REPLY_H
#define DOVE_JUDGE_REPLY_H

#include "dove/error.h"

typedef enum dove_question {
  DOVE_QUESTION_SUBJECTIVITY, /* how much a document is its author's own view, and whether it tells of values */
  DOVE_QUESTION_PLAUSIBILITY, /* whether it can be an answer to its topic, from its culture */
  DOVE_QUESTION_TOPIC,        /* what topic it answers, and whether that is specific to a country */
  DOVE_QUESTIONS,
} dove_question;

const char *dove_question_name(dove_question question);   /* "subjectivity": of its prompt too */
const char *dove_question_schema(dove_question question); /* the form of its answers */

/* The answer as strict JSON with the keys of the question alone (freed with free()), and its label, which is one of
 * those that the question knows:
 *   subjectivity   subjective, mixed, objective    {"subjectivity", "value_related", "reason"}
 *   plausibility   possible, impossible            {"verdict", "reason"}
 *   topic          general, limited                {"specificity", "topic"}
 * DOVE_INPUT, in words that can be told to the model, for anything else. */
dove_status dove_judge_reply_read(dove_question question, const char *content, char **json, const char **label,
                                  dove_error *error);

#endif
