#include "dove/judge.h"

#include <stdlib.h>

#include "dove/project_prompts.h"
#include "dove/prompts.h"
#include "dove/roles.h"
#include "dove/store_verdicts.h"
#include "method/reading.h"

typedef struct judging {
  dove_store *store;
  const dove_judge_options *options;
  const char *name; /* of the question */
  char *prompt;
  char hash[17];
  dove_chat_model *chat;
} judging;

static dove_status pending(void *user, int64_t after, int64_t limit, int64_t *ids, size_t *count, dove_error *error) {
  const judging *j = user;
  const dove_store_unjudged which = {
      .question = j->name, .human = !j->options->models, .topic = j->options->question == DOVE_JUDGE_PLAUSIBILITY};
  return dove_store_unjudged_ids(j->store, &which, after, limit, ids, count, error);
}

static const char *culture_of(const dove_store_document *document) {
  return document->culture[0] != '\0' ? document->culture : "any country";
}

static dove_status ask(void *user, const dove_store_document *document, const char *text, char **prompt,
                       dove_error *error) {
  const judging *j = user;
  const dove_prompt_field fields[] = {
      {"document", text}, {"culture", culture_of(document)}, {"topic", document->topic}};
  const size_t counts[] = {[DOVE_JUDGE_SUBJECTIVITY] = 1, [DOVE_JUDGE_TOPIC] = 2, [DOVE_JUDGE_PLAUSIBILITY] = 3};
  return dove_prompt_render(j->prompt, fields, counts[j->options->question], prompt, error);
}

static dove_status check(void *user, void *context, const char *text, dove_error *error) {
  const judging *j = user;
  const char *label = NULL;
  char *json = NULL;
  (void)context;
  const dove_status status = dove_judge_reply_read(j->options->question, text, &json, &label, error);
  free(json);
  return status;
}

static dove_status keep(void *user, const dove_store_document *document, const char *answer, dove_error *error) {
  const judging *j = user;
  dove_store_verdict verdict = {
      .document = document->id, .question = j->name, .model = dove_chat_model_name(j->chat), .prompt = j->hash};
  char *json = NULL;
  dove_status status = dove_judge_reply_read(j->options->question, answer, &json, &verdict.label, error);
  verdict.answer = json;
  if (status == DOVE_OK) status = dove_store_verdict_set(j->store, &verdict, error);
  free(json);
  return status;
}

dove_status dove_judge(dove_store *store, const dove_settings *settings, const dove_judge_options *options,
                       dove_reading_report *report, const dove_progress *progress, dove_error *error) {
  judging j = {.store = store, .options = options, .name = dove_judge_question_name(options->question)};
  *report = (dove_reading_report){0};
  dove_status status = dove_project_prompt(store, j.name, &j.prompt, NULL, error);
  if (status == DOVE_OK) status = dove_prompt_hash(j.prompt, j.hash, error);
  if (status == DOVE_OK)
    status = dove_project_chat(store, settings, DOVE_ROLE_JUDGE, NULL, dove_judge_question_schema(options->question),
                               j.name, &j.chat, error);
  if (status == DOVE_OK) {
    const dove_reading reading = {.store = store,
                                  .chat = j.chat,
                                  .stage = "judging",
                                  .limit = options->limit,
                                  .dry_run = options->dry_run,
                                  .user = &j,
                                  .pending = pending,
                                  .ask = ask,
                                  .check = check,
                                  .keep = keep};
    status = dove_reading_run(&reading, report, progress, error);
  }
  dove_chat_model_close(j.chat);
  free(j.prompt);
  return status;
}
