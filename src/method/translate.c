#include <stdlib.h>

#include "dove/judge.h"
#include "dove/project_prompts.h"
#include "dove/prompts.h"
#include "dove/roles.h"
#include "dove/store_verdicts.h"
#include "method/languages.h"
#include "method/reading.h"

typedef struct translating {
  dove_store *store;
  const char *lang;
  char *prompt;
  dove_chat_model *chat;
} translating;

static dove_status pending(void *user, int64_t after, int64_t limit, int64_t *ids, size_t *count, dove_error *error) {
  const translating *t = user;
  return dove_store_untranslated_ids(t->store, t->lang, after, limit, ids, count, error);
}

static dove_status ask(void *user, const dove_store_document *document, const char *text, char **prompt,
                       dove_error *error) {
  const translating *t = user;
  const char *lang = document->lang[0] != '\0' ? document->lang : dove_language_of(text);
  const dove_prompt_field fields[] = {{"document", text}, {"language", dove_language_name(t->lang)}};
  *prompt = NULL;
  return dove_language_same(lang, t->lang) ? DOVE_OK : dove_prompt_render(t->prompt, fields, 2, prompt, error);
}

static dove_status keep(void *user, const dove_store_document *document, const char *answer, dove_error *error) {
  const translating *t = user;
  const dove_store_translation translation = {
      .document = document->id, .lang = t->lang, .text = answer, .model = dove_chat_model_name(t->chat)};
  return dove_store_translation_set(t->store, &translation, error);
}

dove_status dove_translate(dove_store *store, const dove_settings *settings, const dove_translate_options *options,
                           dove_reading_report *report, const dove_progress *progress, dove_error *error) {
  translating t = {.store = store, .lang = options->lang};
  *report = (dove_reading_report){0};
  if (t.lang == NULL || t.lang[0] == '\0') t.lang = "en";
  dove_status status = dove_project_prompt(store, "translator", &t.prompt, NULL, error);
  if (status == DOVE_OK)
    status = dove_project_chat(store, settings, DOVE_ROLE_TRANSLATOR, NULL, NULL, NULL, &t.chat, error);
  if (status == DOVE_OK) {
    const dove_reading reading = {.store = store,
                                  .chat = t.chat,
                                  .stage = "translating",
                                  .limit = options->limit,
                                  .dry_run = options->dry_run,
                                  .user = &t,
                                  .pending = pending,
                                  .ask = ask,
                                  .keep = keep};
    status = dove_reading_run(&reading, report, progress, error);
  }
  dove_chat_model_close(t.chat);
  free(t.prompt);
  return status;
}
