/* Annotation ordered for other tools, which know tasks, labels and people: what belongs to each item, and the way back
 * from what a tool says to records. Private to the exchange of annotations.
 *
 * Every task carries the records that it was made of, under "dove", so that nothing is lost on the way round. What the
 * tool itself says is read as well: an answer that differs from its record is a later one of the same annotator; one
 * that has no record is new. */
#ifndef DOVE_METHOD_ANNOTATION_TASKS_H
#define DOVE_METHOD_ANNOTATION_TASKS_H

#include <cjson/cJSON.h>

#include "dove/agreement_report.h"
#include "dove/exchange.h"
#include "dove/json_writer.h"
#include "dove/progress.h"
#include "method/annotation/annotation_lines.h"

#define ANNOTATION_NO_ROW ((size_t)-1)

typedef struct annotation_tasks {
  dove_annotation_bundle bundle;
  dove_exchange_set set;           /* documents, expressions and codes of the project */
  size_t *judgments;               /* by item, annotator, question, time, uuid */
  size_t *first;                   /* of each item in `judgments`; one more at the end */
  size_t *rounds;                  /* of each item */
  size_t *documents;               /* of each item in the set; ANNOTATION_NO_ROW */
  size_t *codes;                   /* of each item in the set, by name; ANNOTATION_NO_ROW */
  bool compared;                   /* the next is there: there is something to judge */
  dove_agreement_report agreement; /* over all that is exported, without intervals */
  double *leads;                   /* of each judgment of the bundle, see annotation_lead_time() */
} annotation_tasks;

/* Reads one round, or all (0). Freed with annotation_tasks_free(), also after an error. */
dove_status annotation_tasks_read(dove_store *store, int64_t round, annotation_tasks *tasks,
                                  const dove_progress *progress, dove_error *error);
void annotation_tasks_free(annotation_tasks *tasks);

/* The judgment at place `i` of the order. */
const dove_bundle_judgment *annotation_judgment(const annotation_tasks *tasks, size_t i);
/* Where the run of one annotator's answers to one question ends that begins at `i`: its last one is what counts. */
size_t annotation_run_end(const annotation_tasks *tasks, size_t i, size_t end);
/* Where the run of one annotator's answers to an item ends. */
size_t annotation_person_end(const annotation_tasks *tasks, size_t i, size_t end);

/* The text that a tool shows for an item: of its document, or the code's name and definition. Freed with free(). */
char *annotation_text(const annotation_tasks *tasks, size_t item);
/* Members that tell what an item is: of its document, "code", "round". */
void annotation_put_facts(dove_json_writer *json, const annotation_tasks *tasks, size_t item);

/* "dove": the records of an item with its round and consensus, and the judgments from … end−1; those of the first item
 * also have what belongs to no item. */
void annotation_put_records(dove_json_writer *json, const annotation_tasks *tasks, size_t item, size_t from,
                            size_t end);
/* The same as the beginning and the end of an array that more is put into; `whole`: what belongs to no item, too. */
void annotation_records_begin(dove_json_writer *json, const annotation_tasks *tasks, size_t item, bool whole);
void annotation_records_item(dove_json_writer *json, const annotation_tasks *tasks, size_t item, size_t from,
                             size_t end);
void annotation_records_end(dove_json_writer *json);

/* "2026-11-23T20:50:00.123Z", room for 32; and back: milliseconds, 0 when it is no such time. */
void annotation_format_time(int64_t time, char *text);
int64_t annotation_read_time(const char *text);

/* Seconds that an answer of the bundle took: since the annotator's last one before it, in whatever item; NAN when there
 * is none within five minutes. */
double annotation_lead_time(const annotation_tasks *tasks, const dove_bundle_judgment *judgment);

/* ---- The way back ---- */

typedef enum annotation_says {
  ANNOTATION_YES,
  ANNOTATION_NO,
  ANNOTATION_SKIP,
  ANNOTATION_FLAG,
  ANNOTATION_NOT_YES, /* a label that is not there: nothing new, but no to a record that says yes */
} annotation_says;

/* What a tool says of one thing. Texts are borrowed until annotation_say() returns. */
typedef struct annotation_saying {
  const char *uuid;     /* of the judgment that it was written from; "" when that is not known */
  const char *document; /* "": the code by itself */
  const char *code;     /* its name */
  const char *annotator;
  const char *note; /* NULL: the tool has none */
  dove_question question;
  annotation_says says;
  int64_t time; /* 0: not known */
} annotation_saying;

typedef struct annotation_input {
  annotation_lines lines;
  dove_exchange_set strings; /* keeps the texts of sayings */
  annotation_saying *sayings;
  size_t count, capacity;
  char *person; /* who answered where a file does not say: the file's name without its ending */
} annotation_input;

/* `path` gives the name of the person. Freed with annotation_input_free(), also after an error. */
dove_status annotation_input_begin(annotation_input *input, const char *path, dove_error *error);
void annotation_input_free(annotation_input *input);

dove_status annotation_say(annotation_input *input, const annotation_saying *saying, dove_error *error);
/* Turns what was said into records, after everything was read. */
dove_status annotation_settle(annotation_input *input, dove_error *error);

typedef dove_status annotation_write(annotation_tasks *tasks, FILE *file, dove_error *error);
typedef dove_status annotation_read(const char *path, annotation_input *input, dove_error *error);

annotation_write annotation_write_csv;
annotation_write annotation_write_doccano;
annotation_write annotation_write_label_studio;
annotation_write annotation_write_prodigy;
annotation_write annotation_write_qdpx;
annotation_read annotation_read_csv;
annotation_read annotation_read_doccano;
annotation_read annotation_read_label_studio;
annotation_read annotation_read_prodigy;
annotation_read annotation_read_qdpx;

#endif
