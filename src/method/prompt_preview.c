#include "dove/prompt_preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/batch_line.h"
#include "dove/buffer.h"
#include "dove/project_prompts.h"
#include "dove/project_settings.h"
#include "dove/prompts.h"
#include "dove/roles.h"
#include "dove/store_documents.h"

enum { FIELDS = 8, NAME = 32 };

/* The fields of a prompt with what a document has for them. */
typedef struct filled {
  dove_prompt_field fields[FIELDS];
  char names[FIELDS][NAME], blanks[FIELDS][NAME + 2];
  size_t count;
} filled;

static const char *value_of(const char *name, const dove_store_document_batch_row *row) {
  const char *value = NULL;
  if (strcmp(name, "document") == 0) value = row->text;
  if (strcmp(name, "topic") == 0) value = row->document.topic;
  if (strcmp(name, "culture") == 0) value = row->document.culture;
  return value != NULL && value[0] != '\0' ? value : NULL;
}

static void fill(filled *f, const char *words, const dove_store_document_batch_row *row) {
  while (words[0] != '\0' && f->count < FIELDS) {
    const size_t length = strcspn(words, " "), i = f->count++;
    snprintf(f->names[i], NAME, "%.*s", (int)length, words);
    snprintf(f->blanks[i], NAME + 2, "{%.*s}", (int)length, words);
    const char *value = value_of(f->names[i], row);
    f->fields[i] = (dove_prompt_field){f->names[i], value != NULL ? value : f->blanks[i]};
    words += length + strspn(words + length, " ");
  }
}

/* Several prompts belong to one role. */
static dove_role role_of(const char *name) {
  static const char *const judged[] = {"topic", "plausibility", "subjectivity"};
  for (size_t i = 0; i < sizeof judged / sizeof judged[0]; i++)
    if (strcmp(name, judged[i]) == 0) return DOVE_ROLE_JUDGE;
  for (int i = 0; i < DOVE_ROLES; i++)
    if (strcmp(name, dove_role_name((dove_role)i)) == 0) return (dove_role)i;
  return DOVE_ROLE_EXAMINEE;
}

static dove_status write_preview(dove_store *store, const dove_prompt_info *info,
                                 const dove_store_document_batch_row *row, char **text, dove_error *error) {
  dove_settings settings;
  dove_endpoint_options endpoint;
  dove_buffer out = {0};
  filled f = {0};
  bool own = false;
  char *prompt = NULL, *message = NULL;
  dove_status status = dove_project_settings_load(store, &settings, error);
  if (status == DOVE_OK) status = dove_project_prompt(store, info->name, &prompt, &own, error);
  if (status != DOVE_OK) return status;
  fill(&f, info->fields, row);
  status = dove_prompt_render(prompt, f.fields, f.count, &message, error);
  if (status == DOVE_OK) {
    const dove_role role = role_of(info->name);
    const bool asked = dove_role_endpoint(&settings, role, NULL, &endpoint, NULL) == DOVE_OK;
    dove_buffer_printf(&out, "%s: %s\n", dove_role_name(role), asked ? endpoint.model : "no model is set");
    dove_buffer_printf(&out, "prompt: %s\n", own ? "the project's own" : "the program's");
    dove_buffer_printf(&out, "document: %s\n", row->document.external_id);
    dove_buffer_printf(&out, "about %lld tokens, in one message of the user:\n\n%s\n",
                       (long long)dove_batch_tokens(message), message);
    *text = dove_buffer_take(&out);
    if (*text == NULL) status = dove_fail_memory(error, "showing a prompt");
  }
  free(prompt);
  free(message);
  return status;
}

dove_status dove_prompt_preview(dove_store *store, const char *name, int64_t document, char **text, dove_error *error) {
  dove_prompt_info info;
  dove_store_document_batch batch = {0};
  const int64_t after = document > 0 ? document - 1 : 0;
  *text = NULL;
  dove_status status = dove_prompt_find(name, &info, error);
  if (status == DOVE_OK) status = dove_store_document_batch_read(store, NULL, false, after, 1, &batch, error);
  if (status != DOVE_OK) return status;
  if (batch.count == 0 || (document > 0 && batch.rows[0].document.id != document)) {
    status = dove_fail(error, DOVE_NOT_FOUND, "there is no document to show the prompt with: import some first");
  } else {
    status = write_preview(store, &info, &batch.rows[0], text, error);
  }
  dove_store_document_batch_free(&batch);
  return status;
}
