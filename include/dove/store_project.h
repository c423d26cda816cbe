/* Settings, facts about the project, labels (cultures, sources, topics, roles), counts, and what the explorer
 * remembers. */
#ifndef DOVE_STORE_PROJECT_H
#define DOVE_STORE_PROJECT_H

#include "dove/store.h"

typedef struct dove_store_info {
  char uuid[37];
  char program_version[32]; /* the program that made the project */
  int64_t created;
  int schema_version;
} dove_store_info;

dove_status dove_store_info_read(dove_store *store, dove_store_info *info, dove_error *error);

/* Settings are strings; which keys exist and what they may hold is known above. */
typedef struct dove_store_setting {
  const char *key;
  const char *value;
} dove_store_setting;

typedef struct dove_store_setting_list {
  dove_store_setting *rows; /* ordered by key */
  size_t count;
  void *strings; /* holds the rows' texts */
} dove_store_setting_list;

/* *value is NULL when the key is not set; freed with free(). */
dove_status dove_store_setting_get(dove_store *store, const char *key, char **value, dove_error *error);
/* A NULL value removes the key, so that the default holds again. Durable. */
dove_status dove_store_setting_set(dove_store *store, const char *key, const char *value, dove_error *error);
dove_status dove_store_setting_list_read(dove_store *store, dove_store_setting_list *list, dove_error *error);
void dove_store_setting_list_free(dove_store_setting_list *list);

typedef enum dove_store_label_kind {
  DOVE_STORE_CULTURE,
  DOVE_STORE_SOURCE,
  DOVE_STORE_TOPIC,
  DOVE_STORE_ROLE,
} dove_store_label_kind;

typedef struct dove_store_label {
  int64_t id;
  const char *name;
  bool human;        /* sources: true for "human" */
  int64_t documents; /* how many carry it */
} dove_store_label;

typedef struct dove_store_label_list {
  dove_store_label *rows; /* ordered by id, which is the order in which they first came */
  size_t count;
  void *strings;
} dove_store_label_list;

dove_status dove_store_label_list_read(dove_store *store, dove_store_label_kind kind, dove_store_label_list *list,
                                       dove_error *error);
void dove_store_label_list_free(dove_store_label_list *list);

/* The id of a label by its name, exact; 0 when there is none. */
dove_status dove_store_label_find(dove_store *store, dove_store_label_kind kind, const char *name, int64_t *id,
                                  dove_error *error);

typedef struct dove_store_counts {
  int64_t documents, documents_human, documents_model;
  int64_t documents_without_expressions; /* not yet given to a recognizer, and without imported ones */
  int64_t topics, cultures, sources;     /* cultures and sources that documents carry */
  int64_t expressions;
  int64_t expressions_embedded; /* with a vector of the active embedder */
  int64_t runs, score_runs, scores, jobs_active;
} dove_store_counts;

/* A few milliseconds at 15,000 documents and 100,000 expressions. */
dove_status dove_store_counts_read(dove_store *store, dove_store_counts *counts, dove_error *error);

#endif
