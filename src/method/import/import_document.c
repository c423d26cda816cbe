#include <stdlib.h>
#include <string.h>

#include "dove/store_documents.h"
#include "method/import/import_rows.h"

static const char *type_name(const cJSON *item) {
  if (cJSON_IsNumber(item)) return "a number";
  if (cJSON_IsBool(item)) return "true or false";
  if (cJSON_IsArray(item)) return "an array";
  return "an object";
}

dove_status import_text(const import_record *record, const char *key, size_t limit, const char **text,
                        dove_error *error) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(record->object, key);
  *text = NULL;
  if (item == NULL || cJSON_IsNull(item)) return DOVE_OK;
  if (!cJSON_IsString(item))
    return import_fail(error, record, "'%s' is %s; it must be text in quotes", key, type_name(item));
  if (item->valuestring[0] == '\0') return DOVE_OK;
  if (limit > 0 && strlen(item->valuestring) > limit)
    return import_fail(error, record, "'%s' is longer than %zu bytes", key, limit);
  *text = item->valuestring;
  return DOVE_OK;
}

/* ASCII white space and the spaces of Unicode that people type: no-break and ideographic. */
static bool is_blank(const char *text) {
  while (*text != '\0') {
    if (strchr(" \t\n\r\v\f", *text) != NULL) {
      text++;
    } else if (strncmp(text, "\xC2\xA0", 2) == 0) {
      text += 2;
    } else if (strncmp(text, "\xE3\x80\x80", 3) == 0) {
      text += 3;
    } else {
      return false;
    }
  }
  return true;
}

dove_status import_needed_text(const import_record *record, const char *key, size_t limit, const char **text,
                               dove_error *error) {
  const dove_status status = import_text(record, key, limit, text, error);
  if (status != DOVE_OK) return status;
  if (*text != NULL && !is_blank(*text)) return DOVE_OK;
  const bool there = cJSON_GetObjectItemCaseSensitive(record->object, key) != NULL;
  return import_fail(error, record, there ? "'%s' is empty" : "'%s' is missing", key);
}

static const char *const known_keys[] = {"id", "culture", "source", "topic", "lang", "text", "role"};

static bool is_known(const char *key) {
  for (size_t i = 0; i < sizeof known_keys / sizeof known_keys[0]; i++) {
    if (strcmp(key, known_keys[i]) == 0) return true;
  }
  return false;
}

/* The other keys as a JSON object, and the culture that a model's document named; NULL when there are none. Freed with
 * free(). */
static dove_status other_keys(const import_record *record, const char *given_culture, char **metadata,
                              dove_error *error) {
  *metadata = NULL;
  cJSON *object = cJSON_CreateObject();
  bool good = object != NULL;
  if (good && given_culture != NULL) good = cJSON_AddStringToObject(object, "given_culture", given_culture) != NULL;
  for (const cJSON *item = record->object->child; item != NULL && good; item = item->next) {
    if (is_known(item->string)) continue;
    cJSON *copy = cJSON_Duplicate(item, 1);
    good = copy != NULL && cJSON_AddItemToObject(object, item->string, copy);
  }
  if (good && object->child != NULL) {
    *metadata = cJSON_PrintUnformatted(object);
    good = *metadata != NULL;
  }
  cJSON_Delete(object);
  return good ? DOVE_OK : dove_fail_memory(error, "importing a document");
}

static const char *or_default(const char *text, const char *other) {
  if (text != NULL) return text;
  return other != NULL && other[0] != '\0' ? other : NULL;
}

static dove_status read_labels(const import_record *record, const dove_import_options *options,
                               dove_store_new_document *document, dove_error *error) {
  const struct {
    const char *key;
    const char *other;
    const char **into;
  } labels[] = {
      {"culture", options->culture, &document->culture}, {"source", options->source, &document->source},
      {"topic", options->topic, &document->topic},       {"lang", options->lang, &document->lang},
      {"role", options->role, &document->role},
  };
  for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
    const dove_status status = import_text(record, labels[i].key, IMPORT_NAME_LIMIT, labels[i].into, error);
    if (status != DOVE_OK) return status;
    *labels[i].into = or_default(*labels[i].into, labels[i].other);
  }
  return DOVE_OK;
}

/* Settles source and culture. Models have no culture: a default is not for them, and one that their document names goes
 * to *given_culture. */
static dove_status check_labels(const import_record *record, dove_store_new_document *document, bool from_folder,
                                const char **given_culture, dove_error *error) {
  if (document->source == NULL && from_folder && document->culture != NULL) document->source = "human";
  if (document->source == NULL)
    return import_fail(
        error, record,
        "'source' is missing; it is 'human' or a model's name (on the command line --source gives a default)");
  if (strcmp(document->source, "human") != 0) {
    document->culture = NULL;
    return import_text(record, "culture", IMPORT_NAME_LIMIT, given_culture, error);
  }
  if (document->culture == NULL)
    return import_fail(
        error, record,
        "'culture' is missing; a document of a person needs one (on the command line --culture gives a default)");
  if (document->role != NULL)
    return import_fail(error, record, "'role' is given, but the source is 'human'; only models take roles");
  return DOVE_OK;
}

static dove_status refuse_repeated(dove_store *store, const import_record *record, const char *id, int64_t first_id,
                                   dove_error *error) {
  int64_t found = 0;
  dove_error unused;
  const dove_status status = dove_store_document_find(store, id, &found, &unused);
  if (status == DOVE_NOT_FOUND) return DOVE_OK;
  if (status != DOVE_OK) {
    if (error != NULL) *error = unused;
    return status;
  }
  const bool earlier = first_id > 0 && found >= first_id;
  return import_fail(error, record, "the id '%s' is taken: %s", id,
                     earlier ? "it came earlier in this import" : "the project has a document with it");
}

dove_status import_document(dove_store *store, const import_record *record, const dove_import_options *options,
                            bool from_folder, int64_t *first_id, dove_import_report *report, dove_error *error) {
  dove_store_new_document document = {0};
  const char *given_culture = NULL;
  char *metadata = NULL;
  int64_t id = 0;
  dove_status status = import_needed_text(record, "id", IMPORT_NAME_LIMIT, &document.external_id, error);
  if (status == DOVE_OK) status = import_needed_text(record, "text", 0, &document.text, error);
  if (status == DOVE_OK) status = read_labels(record, options, &document, error);
  if (status == DOVE_OK) status = check_labels(record, &document, from_folder, &given_culture, error);
  if (status == DOVE_OK) status = refuse_repeated(store, record, document.external_id, *first_id, error);
  if (status == DOVE_OK) status = other_keys(record, given_culture, &metadata, error);
  document.metadata = metadata;
  if (status == DOVE_OK) {
    status = dove_store_document_add(store, &document, &id, error);
    if (status == DOVE_INPUT) dove_fail_context(error, "%s:%zu", record->path, record->line);
  }
  free(metadata);
  if (status != DOVE_OK) return status;
  if (*first_id == 0) *first_id = id;
  report->documents++;
  report->cultures_dropped += given_culture != NULL;
  return DOVE_OK;
}
