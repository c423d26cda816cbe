#include "dove/generate.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/ledger.h"
#include "dove/memory.h"
#include "dove/project_prompts.h"
#include "dove/prompts.h"
#include "dove/roles.h"
#include "dove/store_documents.h"
#include "dove/store_project.h"
#include "method/cut_text.h"
#include "method/languages.h"
#include "method/part_progress.h"

enum { BATCH = 256 };

static const char doing[] = "having documents written";

/* A document that is to be written. */
typedef struct assignment {
  const char *topic;
  const char *lang;
  int64_t sample; /* from 1 */
  char *id, *prompt;
} assignment;

typedef struct generating {
  dove_store *store;
  const dove_settings *settings;
  const dove_generate_options *options;
  dove_generate_report *report;
  const dove_progress *progress;
  const char *model, *role;
  int64_t samples;
  dove_store_label_list topics;
  char *prompt;
  char hash[17];
  dove_chat_model *chat;
  assignment batch[BATCH];
  size_t count;
} generating;

/* ---- What is to be written ---- */

static const char *or_empty(const char *text) { return text != NULL ? text : ""; }

/* Known again whatever happens to the topic's number. */
static dove_status make_id(const generating *g, const char *topic, int64_t sample, char **id, dove_error *error) {
  dove_buffer text = {0};
  char hash[17];
  const dove_status status = dove_prompt_hash(topic, hash, error);
  if (status != DOVE_OK) return status;
  dove_buffer_printf(&text, "%s/", g->model);
  if (g->role[0] != '\0') dove_buffer_printf(&text, "%s/", g->role);
  dove_buffer_printf(&text, "topic-%s/%lld", hash, (long long)sample);
  *id = dove_buffer_take(&text);
  return *id != NULL ? DOVE_OK : dove_fail_memory(error, doing);
}

static dove_status write_prompt(const generating *g, assignment *a, dove_error *error) {
  const dove_prompt_field fields[] = {
      {"topic", a->topic}, {"language", dove_language_name(a->lang)}, {"role", g->role}};
  return dove_prompt_render(g->prompt, fields, g->role[0] != '\0' ? 3 : 2, &a->prompt, error);
}

static void clear_batch(generating *g) {
  for (size_t i = 0; i < g->count; i++) {
    free(g->batch[i].id);
    free(g->batch[i].prompt);
  }
  g->count = 0;
}

/* Adds the document to the batch unless it is there. */
static dove_status consider(generating *g, const char *topic, int64_t sample, dove_error *error) {
  const char *lang = or_empty(g->options->lang);
  assignment a = {.topic = topic, .lang = lang[0] != '\0' ? lang : dove_language_of(topic), .sample = sample};
  int64_t there = 0;
  dove_status status = make_id(g, topic, sample, &a.id, error);
  if (status != DOVE_OK) return status;
  status = dove_store_document_find(g->store, a.id, &there, NULL);
  if (status == DOVE_OK) g->report->there++;
  if (status == DOVE_NOT_FOUND) {
    status = write_prompt(g, &a, error);
    if (status == DOVE_OK) {
      g->batch[g->count++] = a;
      return DOVE_OK;
    }
  } else if (status != DOVE_OK) {
    status = dove_store_document_find(g->store, a.id, &there, error);
  }
  free(a.id);
  return status;
}

/* ---- What was written ---- */

static char *metadata_of(const generating *g, const assignment *a) {
  cJSON *object = cJSON_CreateObject();
  const bool made = object != NULL && cJSON_AddStringToObject(object, "written_by", g->model) != NULL &&
                    cJSON_AddStringToObject(object, "prompt", g->hash) != NULL &&
                    cJSON_AddNumberToObject(object, "sample", (double)a->sample) != NULL;
  char *text = made ? cJSON_PrintUnformatted(object) : NULL;
  cJSON_Delete(object);
  return text;
}

static dove_status add_document(const generating *g, const assignment *a, const char *text, dove_error *error) {
  char *metadata = metadata_of(g, a);
  if (metadata == NULL) return dove_fail_memory(error, doing);
  const dove_store_new_document document = {.external_id = a->id,
                                            .source = g->model,
                                            .topic = a->topic,
                                            .lang = a->lang,
                                            .role = g->role,
                                            .text = text,
                                            .metadata = metadata};
  const dove_status status = dove_store_document_add(g->store, &document, NULL, error);
  free(metadata);
  return status;
}

static void note_failure(dove_generate_report *report, const assignment *a, const dove_chat_answer *answer) {
  if (report->failed++ > 0) return;
  dove_copy_cut(report->first_failed, sizeof report->first_failed, a->topic);
  dove_copy_cut(report->reason, sizeof report->reason, answer->reason);
}

static dove_status add_documents(generating *g, const dove_chat_answer *answers, dove_error *error) {
  dove_status status = dove_store_begin(g->store, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < g->count && status == DOVE_OK; i++) {
    if (answers[i].status == DOVE_OK) {
      status = add_document(g, &g->batch[i], answers[i].text, error);
      g->report->written += status == DOVE_OK ? 1 : 0;
    } else if (answers[i].status != DOVE_CANCELLED) {
      note_failure(g->report, &g->batch[i], &answers[i]);
    }
  }
  if (status == DOVE_OK) return dove_store_commit(g->store, error);
  dove_store_rollback(g->store);
  return status;
}

/* What came before a stop or a failure is kept as well. */
static dove_status write_batch(generating *g, dove_error *error) {
  dove_chat_question questions[BATCH];
  dove_chat_answer answers[BATCH];
  const dove_generate_report *report = g->report;
  dove_part part = {.whole = g->progress,
                    .before = (double)(report->there + report->written + report->failed),
                    .total = (double)report->wanted};
  const dove_progress inner = dove_part_progress(&part);
  for (size_t i = 0; i < g->count; i++)
    questions[i] = (dove_chat_question){.prompt = g->batch[i].prompt, .sample = (uint64_t)(g->batch[i].sample - 1)};
  const size_t asked = g->options->dry_run && !dove_ledger_plans(g->progress) ? 0 : g->count;
  dove_status status = dove_chat_model_ask(g->chat, questions, asked, NULL, NULL, answers, "writing", &inner, error);
  dove_error *told = status == DOVE_OK ? error : NULL;
  const dove_status saved = g->options->dry_run ? DOVE_OK : add_documents(g, answers, told);
  if (status == DOVE_OK) status = saved;
  dove_chat_answers_free(answers, asked);
  clear_batch(g);
  return status;
}

/* ---- All of it ---- */

static dove_status write_all(generating *g, dove_error *error) {
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < g->topics.count && status == DOVE_OK; i++) {
    if (g->topics.rows[i].documents == 0) continue;
    for (int64_t sample = 1; sample <= g->samples && status == DOVE_OK; sample++) {
      status = consider(g, g->topics.rows[i].name, sample, error);
      if (status == DOVE_OK && g->count == BATCH) status = write_batch(g, error);
    }
  }
  if (status == DOVE_OK && g->count > 0) status = write_batch(g, error);
  clear_batch(g);
  if (status != DOVE_OK || g->report->failed == 0) return status;
  return dove_fail(error, DOVE_NETWORK,
                   "%zu of %zu documents were not written, that on '%s' for instance: %s. The others are there; 'dove "
                   "generate' asks again for those alone",
                   g->report->failed, g->report->wanted, g->report->first_failed, g->report->reason);
}

static dove_status read_topics(generating *g, dove_error *error) {
  const dove_status status = dove_store_label_list_read(g->store, DOVE_STORE_TOPIC, &g->topics, error);
  for (size_t i = 0; status == DOVE_OK && i < g->topics.count; i++)
    g->report->topics += g->topics.rows[i].documents > 0 ? 1 : 0;
  g->report->wanted = g->report->topics * (size_t)g->samples;
  if (status == DOVE_OK && g->report->topics == 0)
    return dove_fail(error, DOVE_INPUT,
                     "no document has a topic: there is nothing to write about. Import documents "
                     "with topics first");
  return status;
}

static dove_status open_examinee(generating *g, dove_error *error) {
  dove_status status =
      dove_project_prompt(g->store, g->role[0] != '\0' ? "examinee_role" : "examinee", &g->prompt, NULL, error);
  if (status == DOVE_OK) status = dove_prompt_hash(g->prompt, g->hash, error);
  return status == DOVE_OK
             ? dove_project_chat(g->store, g->settings, DOVE_ROLE_EXAMINEE, g->model, NULL, NULL, &g->chat, error)
             : status;
}

dove_status dove_generate(dove_store *store, const dove_settings *settings, const dove_generate_options *options,
                          dove_generate_report *report, const dove_progress *progress, dove_error *error) {
  *report = (dove_generate_report){0};
  generating *g = dove_alloc_zero(1, sizeof *g);
  if (g == NULL) return dove_fail_memory(error, doing);
  *g = (generating){.store = store, .settings = settings, .options = options, .report = report, .progress = progress};
  g->model = options->model != NULL && options->model[0] != '\0' ? options->model : settings->examinee.model;
  g->role = or_empty(options->role);
  g->samples = options->samples > 0 ? options->samples : 1;
  dove_copy_cut(report->model, sizeof report->model, g->model);
  dove_status status = DOVE_OK;
  if (g->model[0] == '\0') {
    status = dove_fail(error, DOVE_USAGE, "which model is to write? Name it, or set 'examinee.model'");
  } else if (strcmp(g->model, "human") == 0) {
    status = dove_fail(error, DOVE_USAGE, "'human' is the source of what people wrote; a model needs another name");
  }
  if (status == DOVE_OK) status = read_topics(g, error);
  if (status == DOVE_OK) status = open_examinee(g, error);
  if (status == DOVE_OK) status = write_all(g, error);
  dove_store_label_list_free(&g->topics);
  dove_chat_model_close(g->chat);
  free(g->prompt);
  free(g);
  return status;
}
