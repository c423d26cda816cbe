#include "dove/judge_reply.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dove/reply.h"

enum { MOST_LABELS = 3 };

/* A question: the key whose text is one of the labels, another key that must be there, and how it is typed. */
typedef struct form {
  const char *name, *schema;
  const char *key;
  const char *labels[MOST_LABELS + 1]; /* NULL-terminated */
  const char *flag;                    /* true or false; NULL: none */
  const char *text;                    /* a text that must not be empty; NULL: none */
  const char *optional;                /* a text that may be left out; NULL: none */
} form;

static const form questions[] = {
    [DOVE_JUDGE_SUBJECTIVITY] =
        {.name = "subjectivity",
         .schema =
             "{\"type\":\"object\",\"properties\":{\"subjectivity\":{\"type\":\"string\",\"enum\":[\"subjective\","
             "\"mixed\",\"objective\"]},\"value_related\":{\"type\":\"boolean\"},\"reason\":{\"type\":\"string\"}},"
             "\"required\":[\"subjectivity\",\"value_related\",\"reason\"],\"additionalProperties\":false}",
         .key = "subjectivity",
         .labels = {"subjective", "mixed", "objective"},
         .flag = "value_related",
         .optional = "reason"},
    [DOVE_JUDGE_PLAUSIBILITY] =
        {.name = "plausibility",
         .schema = "{\"type\":\"object\",\"properties\":{\"verdict\":{\"type\":\"string\",\"enum\":[\"possible\","
                   "\"impossible\"]},\"reason\":{\"type\":\"string\"}},\"required\":[\"verdict\",\"reason\"],"
                   "\"additionalProperties\":false}",
         .key = "verdict",
         .labels = {"possible", "impossible"},
         .optional = "reason"},
    [DOVE_JUDGE_TOPIC] =
        {.name = "topic",
         .schema = "{\"type\":\"object\",\"properties\":{\"specificity\":{\"type\":\"string\",\"enum\":[\"general\","
                   "\"limited\"]},\"topic\":{\"type\":\"string\"}},\"required\":[\"specificity\",\"topic\"],"
                   "\"additionalProperties\":false}",
         .key = "specificity",
         .labels = {"general", "limited"},
         .text = "topic"},
};

const char *dove_judge_question_name(dove_judge_question question) { return questions[question].name; }

const char *dove_judge_question_schema(dove_judge_question question) { return questions[question].schema; }

dove_status dove_judge_question_parse(const char *name, dove_judge_question *question, dove_error *error) {
  for (int i = 0; i < DOVE_JUDGE_QUESTIONS; i++) {
    *question = (dove_judge_question)i;
    if (strcmp(questions[i].name, name) == 0) return DOVE_OK;
  }
  return dove_fail(error, DOVE_USAGE,
                   "'%s' is not a question for a judge; there are: subjectivity, plausibility, topic", name);
}

static const char *find_label(const form *q, const char *word) {
  for (size_t i = 0; word != NULL && q->labels[i] != NULL; i++) {
    if (strcasecmp(q->labels[i], word) == 0) return q->labels[i];
  }
  return NULL;
}

static bool add_text(cJSON *into, const cJSON *from, const char *key) {
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(from, key));
  return text == NULL || cJSON_AddStringToObject(into, key, text) != NULL;
}

/* What the question asks for, and nothing else. */
static char *strict(const form *q, const cJSON *reply, const char *label) {
  cJSON *object = cJSON_CreateObject();
  bool made = object != NULL && cJSON_AddStringToObject(object, q->key, label) != NULL;
  if (made && q->flag != NULL)
    made =
        cJSON_AddBoolToObject(object, q->flag, cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(reply, q->flag))) != NULL;
  if (made && q->text != NULL) made = add_text(object, reply, q->text);
  if (made && q->optional != NULL) made = add_text(object, reply, q->optional);
  char *text = made ? cJSON_PrintUnformatted(object) : NULL;
  cJSON_Delete(object);
  return text;
}

static dove_status check(const form *q, const cJSON *reply, const char **label, dove_error *error) {
  const char *word = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(reply, q->key));
  *label = find_label(q, word);
  if (*label == NULL)
    return dove_fail(error, DOVE_INPUT, "\"%s\" is none of: %s, %s%s%s", q->key, q->labels[0], q->labels[1],
                     q->labels[2] != NULL ? ", " : "", q->labels[2] != NULL ? q->labels[2] : "");
  if (q->flag != NULL && !cJSON_IsBool(cJSON_GetObjectItemCaseSensitive(reply, q->flag)))
    return dove_fail(error, DOVE_INPUT, "\"%s\" is neither true nor false", q->flag);
  const char *text = q->text != NULL ? cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(reply, q->text)) : "given";
  if (text == NULL || text[strspn(text, " \t\r\n")] == '\0')
    return dove_fail(error, DOVE_INPUT, "there is no \"%s\"", q->text);
  return DOVE_OK;
}

dove_status dove_judge_reply_read(dove_judge_question kind, const char *content, char **json, const char **label,
                                  dove_error *error) {
  const form *q = &questions[kind];
  char *repaired = NULL;
  *json = NULL;
  dove_status status = dove_reply_json(content, strlen(content), &repaired, error);
  if (status != DOVE_OK) return status;
  cJSON *reply = cJSON_Parse(repaired);
  free(repaired);
  const cJSON *object = cJSON_IsArray(reply) && cJSON_GetArraySize(reply) == 1 ? reply->child : reply;
  status = check(q, object, label, error);
  if (status == DOVE_OK && (*json = strict(q, object, *label)) == NULL)
    status = dove_fail_memory(error, "reading a judgment");
  cJSON_Delete(reply);
  return status;
}
