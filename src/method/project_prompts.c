#include "dove/project_prompts.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/prompts.h"
#include "dove/store_prompts.h"

static const dove_prompt_info table[] = {
    {"recognizer", "document", "the values of a document's author"},
    {"namer", "descriptions", "the name of a code, from its most central expressions"},
    {"decoder", "topic values", "a text on a topic, written from a set of values"},
    {"examinee", "topic language", "a text on a topic"},
    {"examinee_role", "role topic language", "a text on a topic, in a role"},
    {"topic", "culture document", "the topic that a document answers, and whether it is specific to a country"},
    {"plausibility", "topic culture document", "whether a document can be an answer to its topic"},
    {"subjectivity", "document", "how much a document tells of its author's own views, and whether of values"},
    {"translator", "language document", "a translation to be read beside the document"},
};

size_t dove_prompt_count(void) { return sizeof table / sizeof table[0]; }

dove_prompt_info dove_prompt_at(size_t index) { return table[index]; }

dove_status dove_prompt_find(const char *name, dove_prompt_info *info, dove_error *error) {
  dove_buffer names = {0};
  for (size_t i = 0; i < dove_prompt_count(); i++) {
    if (strcmp(table[i].name, name) == 0) {
      *info = table[i];
      dove_buffer_free(&names);
      return DOVE_OK;
    }
    dove_buffer_printf(&names, "%s%s", i > 0 ? ", " : "", table[i].name);
  }
  const dove_status status =
      dove_fail(error, DOVE_USAGE, "there is no prompt '%s'; there are: %s", name, dove_buffer_text(&names));
  dove_buffer_free(&names);
  return status;
}

dove_status dove_project_prompt(dove_store *store, const char *name, char **text, bool *own, dove_error *error) {
  dove_prompt_info info;
  *text = NULL;
  dove_status status = dove_prompt_find(name, &info, error);
  if (status == DOVE_OK) status = dove_store_prompt_get(store, info.name, text, error);
  if (own != NULL) *own = *text != NULL;
  return status == DOVE_OK && *text == NULL ? dove_prompt_read(info.name, "", text, error) : status;
}

dove_status dove_prompt_hash(const char *text, char hash[17], dove_error *error) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  if (EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL) != 1)
    return dove_fail(error, DOVE_FAILED, "libcrypto cannot compute SHA-256");
  for (size_t i = 0; i < 8; i++) snprintf(hash + 2 * i, 3, "%02x", digest[i]);
  return DOVE_OK;
}

/* Every field once with an empty value: what is missing or unknown comes to light. */
static dove_status check_fields(const dove_prompt_info *info, const char *text, dove_error *error) {
  enum { MOST_FIELDS = 8, LONGEST_NAME = 32 };
  char names[MOST_FIELDS][LONGEST_NAME];
  dove_prompt_field fields[MOST_FIELDS];
  size_t count = 0;
  char *rendered = NULL;
  for (const char *at = info->fields; *at != '\0' && count < MOST_FIELDS; count++) {
    const size_t length = strcspn(at, " ");
    snprintf(names[count], LONGEST_NAME, "%.*s", (int)length, at);
    fields[count] = (dove_prompt_field){names[count], ""};
    at += length;
    at += strspn(at, " ");
  }
  const dove_status status = dove_prompt_render(text, fields, count, &rendered, error);
  free(rendered);
  return status;
}

dove_status dove_project_prompt_set(dove_store *store, const char *name, const char *text, dove_error *error) {
  dove_prompt_info info;
  dove_status status = dove_prompt_find(name, &info, error);
  if (status == DOVE_OK && text != NULL) status = check_fields(&info, text, error);
  return status == DOVE_OK ? dove_store_prompt_set(store, info.name, text, error) : status;
}
