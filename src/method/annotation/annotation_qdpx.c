/* Annotations in a REFI-QDA project, besides its documents, codes and spans: annotators are users, a yes is a coding of
 * the whole document by one of them, and each answer has a note, whose Description is its record and whose text tells
 * it to people. A note of the project has the rest: rounds, items, consensus. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "method/annotation/annotation_records.h"
#include "method/annotation/annotation_tasks.h"
#include "method/exchange/exchange_formats.h"
#include "method/exchange/exchange_qdpx.h"

/* Names of notes: a yes that is a coding, and what is no answer; other answers tell their question. */
#define YES_NOTE  EXCHANGE_JUDGMENT ": yes"
#define REST_NOTE EXCHANGE_JUDGMENT "s: rounds and items"

static const char doing[] = "writing annotations";

/* ---- Writing ---- */

typedef struct writing {
  const annotation_tasks *tasks;
  size_t *items; /* in the order of their documents */
  size_t *next;  /* of each document, its first in `items`; one more at the end */
  bool failed;   /* memory ran out */
} writing;

static void note_guid(const char *uuid, char guid[37]) { exchange_guid_make("judgment note", uuid, guid); }

static void put_created(exchange_xml_writer *xml, int64_t time) {
  char text[32];
  annotation_format_time(time, text);
  if (time > 0) exchange_xml_put(xml, "creationDateTime", text);
}

/* Whether the judgment at `i` is the last word of its annotator on its question. */
static bool counts(const annotation_tasks *tasks, size_t item, size_t i) {
  return annotation_run_end(tasks, i, tasks->first[item + 1]) == i + 1;
}

static bool is_coding(const annotation_tasks *tasks, size_t item, size_t i) {
  const dove_bundle_judgment *row = annotation_judgment(tasks, i);
  return row->answer == DOVE_ANSWER_YES && row->question == DOVE_QUESTION_PRESENT &&
         tasks->codes[item] != ANNOTATION_NO_ROW && counts(tasks, item, i);
}

static void put_coding(exchange_xml_writer *xml, const annotation_tasks *tasks, size_t item, size_t i) {
  const dove_bundle_judgment *row = annotation_judgment(tasks, i);
  char guid[37];
  exchange_guid_make("judgment", row->uuid, guid);
  exchange_xml_open(xml, "Coding");
  exchange_xml_put(xml, "guid", guid);
  exchange_qdpx_put_user(xml, row->annotator);
  put_created(xml, row->time);
  exchange_qdpx_put_reference(xml, "CodeRef", tasks->set.codes[tasks->codes[item]].guid);
  note_guid(row->uuid, guid);
  exchange_qdpx_put_reference(xml, "NoteRef", guid);
  exchange_xml_close(xml);
}

static void put_codings(exchange_xml_writer *xml, void *user, size_t document) {
  const writing *w = user;
  for (size_t k = w->next[document]; k < w->next[document + 1]; k++) {
    const size_t item = w->items[k];
    for (size_t i = w->tasks->first[item]; i < w->tasks->first[item + 1]; i++) {
      if (is_coding(w->tasks, item, i)) put_coding(xml, w->tasks, item, i);
    }
  }
}

/* Answers that are no coding stand with the document. */
static void put_references(exchange_xml_writer *xml, void *user, size_t document) {
  const writing *w = user;
  for (size_t k = w->next[document]; k < w->next[document + 1]; k++) {
    const size_t item = w->items[k];
    for (size_t i = w->tasks->first[item]; i < w->tasks->first[item + 1]; i++) {
      char guid[37];
      if (is_coding(w->tasks, item, i)) continue;
      note_guid(annotation_judgment(w->tasks, i)->uuid, guid);
      exchange_qdpx_put_reference(xml, "NoteRef", guid);
    }
  }
}

/* What `put` writes into an array, as text; freed with free(). NULL when memory ran out. */
static char *array_of(void (*put)(dove_json_writer *json, const void *what), const void *what) {
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  if (stream == NULL) return NULL;
  dove_json_writer json = dove_json_writer_on(stream);
  dove_json_array_begin(&json, true);
  put(&json, what);
  dove_json_array_end(&json);
  const bool good = ferror(stream) == 0;
  if (fclose(stream) == 0 && good) return text;
  free(text);
  return NULL;
}

static void put_one(dove_json_writer *json, const void *what) { annotation_put_judgment(json, what, NULL); }

static void put_rest(dove_json_writer *json, const void *what) {
  const dove_annotation_bundle *bundle = what;
  for (size_t i = 0; i < bundle->annotator_count; i++) annotation_put_annotator(json, &bundle->annotators[i]);
  for (size_t i = 0; i < bundle->round_count; i++) annotation_put_round(json, &bundle->rounds[i]);
  for (size_t i = 0; i < bundle->item_count; i++) annotation_put_item(json, &bundle->items[i]);
  for (size_t i = 0; i < bundle->code_count; i++) annotation_put_added_code(json, &bundle->codes[i]);
  for (size_t i = 0; i < bundle->consensus_count; i++) annotation_put_consensus(json, &bundle->consensus[i]);
}

static void put_note_parts(writing *w, exchange_xml_writer *xml, char *records, const char *content) {
  w->failed = w->failed || records == NULL;
  if (records != NULL) exchange_xml_put_text(xml, "Description", records);
  exchange_xml_put_text(xml, "PlainTextContent", content);
  free(records);
}

static void put_note(writing *w, exchange_xml_writer *xml, size_t item, size_t i) {
  const dove_bundle_judgment *row = annotation_judgment(w->tasks, i);
  const dove_bundle_item *thing = &w->tasks->bundle.items[item];
  char guid[37], name[64];
  dove_buffer content = {0};
  snprintf(name, sizeof name, "%s (%s%s): %s", EXCHANGE_JUDGMENT, dove_question_name(row->question),
           counts(w->tasks, item, i) ? "" : ", taken back", dove_answer_name(row->answer));
  dove_buffer_printf(&content, "%s, %s: %s", thing->code.name, dove_question_name(row->question),
                     dove_answer_name(row->answer));
  if (row->other.id != 0) dove_buffer_printf(&content, " (%s)", row->other.name);
  if (row->note[0] != '\0') dove_buffer_printf(&content, "\n%s", row->note);
  w->failed = w->failed || content.failed;
  note_guid(row->uuid, guid);
  exchange_xml_open(xml, "Note");
  exchange_xml_put(xml, "guid", guid);
  exchange_xml_put(xml, "name", is_coding(w->tasks, item, i) ? YES_NOTE : name);
  exchange_qdpx_put_user(xml, row->annotator);
  put_created(xml, row->time);
  put_note_parts(w, xml, array_of(put_one, row), dove_buffer_text(&content));
  exchange_xml_close(xml);
  dove_buffer_free(&content);
}

static void put_notes(exchange_xml_writer *xml, void *user) {
  writing *w = user;
  char guid[37];
  note_guid("", guid);
  exchange_xml_open(xml, "Note");
  exchange_xml_put(xml, "guid", guid);
  exchange_xml_put(xml, "name", REST_NOTE);
  put_note_parts(w, xml, array_of(put_rest, &w->tasks->bundle),
                 "What annotators were asked: for the program that wrote this.");
  exchange_xml_close(xml);
  for (size_t item = 0; item < w->tasks->bundle.item_count; item++) {
    for (size_t i = w->tasks->first[item]; i < w->tasks->first[item + 1]; i++) put_note(w, xml, item, i);
  }
}

/* Items by their documents; those of codes by themselves are left out. */
static bool sort_items(writing *w) {
  const annotation_tasks *tasks = w->tasks;
  const size_t documents = tasks->set.document_count, count = tasks->bundle.item_count;
  w->items = dove_alloc(count, sizeof *w->items);
  w->next = dove_alloc_zero(documents + 2, sizeof *w->next);
  if (w->items == NULL || w->next == NULL) return false;
  for (size_t i = 0; i < count; i++) {
    if (tasks->documents[i] != ANNOTATION_NO_ROW) w->next[tasks->documents[i] + 2]++;
  }
  for (size_t d = 2; d < documents + 2; d++) w->next[d] += w->next[d - 1];
  for (size_t i = 0; i < count; i++) {
    if (tasks->documents[i] != ANNOTATION_NO_ROW) w->items[w->next[tasks->documents[i] + 1]++] = i;
  }
  return true;
}

/* How far annotators agree, for whoever reads the project elsewhere. */
static void describe_agreement(const annotation_tasks *tasks, dove_buffer *out) {
  for (size_t i = 0; tasks->compared && i < tasks->agreement.row_count; i++) {
    const dove_agreement_row *row = &tasks->agreement.rows[i];
    dove_buffer_printf(out, "%s%s: n %zu", i > 0 ? "\n" : "", dove_question_name(row->question), row->agreement.items);
    for (int c = 0; c < DOVE_COEFFICIENTS; c++) {
      const double value = row->agreement.values[c];
      if (!isnan(value)) dove_buffer_printf(out, ", %s %.3f", dove_coefficient_name((dove_coefficient)c), value);
    }
  }
}

dove_status annotation_write_qdpx(annotation_tasks *tasks, FILE *file, dove_error *error) {
  writing w = {.tasks = tasks};
  dove_buffer description = {0};
  char guid[37];
  const char **users = dove_alloc(tasks->bundle.annotator_count, sizeof *users);
  note_guid("", guid);
  dove_status status = users != NULL && sort_items(&w) ? DOVE_OK : dove_fail_memory(error, doing);
  for (size_t i = 0; status == DOVE_OK && i < tasks->bundle.annotator_count; i++)
    users[i] = tasks->bundle.annotators[i].name;
  describe_agreement(tasks, &description);
  w.failed = description.failed;
  const exchange_qdpx_extra extra = {.description = dove_buffer_text(&description),
                                     .users = users,
                                     .user_count = tasks->bundle.annotator_count,
                                     .note = guid,
                                     .user = &w,
                                     .codings = put_codings,
                                     .references = put_references,
                                     .notes = put_notes};
  if (status == DOVE_OK) status = exchange_write_qdpx_with(&tasks->set, &extra, file, error);
  if (status == DOVE_OK && w.failed) status = dove_fail_memory(error, doing);
  dove_buffer_free(&description);
  free(users);
  free(w.items);
  free(w.next);
  return status;
}

/* ---- Reading ---- */

typedef struct reading {
  annotation_input *input;
  char name[512]; /* "ARCHIVE!project.qde" */
  exchange_guid_map users, notes, codes;
  bool *coded; /* of each note: a coding refers to it */
  bool own;    /* the file has records */
} reading;

static const char *attribute(const xmlNode *node, const char *name) {
  const char *text = exchange_xml_attribute(node, name);
  return text != NULL ? text : "";
}

static bool has_name(const exchange_guid_entry *note, const char *beginning) {
  return note != NULL && strncmp(attribute(note->node, "name"), beginning, strlen(beginning)) == 0;
}

/* The array in a note of records; freed with cJSON_Delete(). */
static dove_status read_records(const reading *r, const xmlNode *note, cJSON **records, dove_error *error) {
  char *text = exchange_xml_text(exchange_xml_child(note, "Description"));
  *records = text != NULL ? cJSON_Parse(text) : NULL;
  const bool memory = text == NULL;
  xmlFree(text);
  if (memory) return dove_fail_memory(error, "reading annotations");
  if (cJSON_IsArray(*records)) return DOVE_OK;
  cJSON_Delete(*records);
  *records = NULL;
  return exchange_xml_fail(error, r->name, note, "the Description of this Note is not an array of records");
}

static dove_status take_records(reading *r, const xmlNode *note, dove_error *error) {
  char place[600];
  cJSON *records = NULL;
  snprintf(place, sizeof place, "%s:%ld", r->name, xmlGetLineNo(note));
  dove_status status = read_records(r, note, &records, error);
  if (status == DOVE_OK) status = annotation_lines_add_all(&r->input->lines, records, place, 0, error);
  cJSON_Delete(records);
  r->own = true;
  return status;
}

static const char *user_of(const reading *r, const xmlNode *coding, const xmlNode *selection) {
  const exchange_guid_entry *user = exchange_guid_find(&r->users, exchange_xml_attribute(coding, "creatingUser"));
  if (user == NULL && selection != NULL)
    user = exchange_guid_find(&r->users, exchange_xml_attribute(selection, "creatingUser"));
  return user != NULL ? attribute(user->node, "name") : "";
}

/* A coding that is no expression of this program: somebody says yes. In its files those have a note. */
static dove_status take_coding(reading *r, const char *document, const xmlNode *coding, const xmlNode *selection,
                               dove_error *error) {
  const xmlNode *reference = exchange_xml_child(coding, "NoteRef");
  const exchange_guid_entry *note =
      reference != NULL ? exchange_guid_find(&r->notes, exchange_xml_attribute(reference, "targetGUID")) : NULL;
  if (has_name(note, EXCHANGE_JUDGMENT)) {
    r->coded[note - r->notes.rows] = true;
    return DOVE_OK;
  }
  const xmlNode *code_reference = exchange_xml_child(coding, "CodeRef");
  if (code_reference == NULL) return exchange_xml_fail(error, r->name, coding, "this Coding has no CodeRef");
  if (r->own && note != NULL) return DOVE_OK;
  const exchange_guid_entry *code = exchange_guid_find(&r->codes, exchange_xml_attribute(code_reference, "targetGUID"));
  if (code == NULL)
    return exchange_xml_fail(error, r->name, code_reference, "the code of this CodeRef is not in the file");
  const annotation_saying saying = {.uuid = "",
                                    .document = document,
                                    .code = r->input->strings.codes[code->index].name,
                                    .annotator = user_of(r, coding, selection),
                                    .says = ANNOTATION_YES,
                                    .time = annotation_read_time(attribute(coding, "creationDateTime"))};
  return annotation_say(r->input, &saying, error);
}

static dove_status take_source(reading *r, const xmlNode *source, dove_error *error) {
  const char *document = attribute(source, "name");
  if (document[0] == '\0') document = attribute(source, "guid");
  dove_status status = DOVE_OK;
  if (document[0] == '\0') return exchange_xml_fail(error, r->name, source, "this TextSource has no guid");
  const xmlNode *coding = exchange_xml_child(source, "Coding");
  for (; coding != NULL && status == DOVE_OK; coding = exchange_xml_next(coding, "Coding"))
    status = take_coding(r, document, coding, source, error);
  const xmlNode *selection = exchange_xml_child(source, "PlainTextSelection");
  for (; selection != NULL && status == DOVE_OK; selection = exchange_xml_next(selection, "PlainTextSelection")) {
    coding = exchange_xml_child(selection, "Coding");
    for (; coding != NULL && status == DOVE_OK; coding = exchange_xml_next(coding, "Coding"))
      status = take_coding(r, document, coding, selection, error);
  }
  return status;
}

/* A coding that was written for a yes is gone: somebody took it away. */
static dove_status take_missing(reading *r, const exchange_guid_entry *note, dove_error *error) {
  cJSON *records = NULL;
  dove_status status = read_records(r, note->node, &records, error);
  const cJSON *uuid = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(records, 0), "uuid");
  if (status == DOVE_OK && cJSON_IsString(uuid)) {
    const annotation_saying saying = {
        .uuid = uuid->valuestring, .document = "", .code = "", .annotator = "", .says = ANNOTATION_NOT_YES};
    status = annotation_say(r->input, &saying, error);
  }
  cJSON_Delete(records);
  return status;
}

static dove_status read_project(reading *r, const xmlNode *root, dove_error *error) {
  dove_exchange_set *set = &r->input->strings;
  dove_status status = exchange_guid_gather(root, "Users", "User", &r->users, error);
  if (status == DOVE_OK) status = exchange_guid_gather(root, "Notes", "Note", &r->notes, error);
  if (status == DOVE_OK)
    status =
        exchange_xml_read_codes(exchange_xml_child(exchange_xml_child(root, "CodeBook"), "Codes"), r->name, set, error);
  for (size_t i = 0; i < set->code_count && status == DOVE_OK; i++)
    status = exchange_guid_add(&r->codes, set->codes[i].guid, NULL, i, error);
  exchange_guid_sort(&r->codes);
  r->coded = dove_alloc_zero(r->notes.count, sizeof *r->coded);
  if (status == DOVE_OK && r->coded == NULL) status = dove_fail_memory(error, "reading annotations");
  for (size_t i = 0; i < r->notes.count && status == DOVE_OK; i++) {
    if (has_name(&r->notes.rows[i], EXCHANGE_JUDGMENT)) status = take_records(r, r->notes.rows[i].node, error);
  }
  const xmlNode *source = exchange_xml_child(exchange_xml_child(root, "Sources"), "TextSource");
  for (; source != NULL && status == DOVE_OK; source = exchange_xml_next(source, "TextSource"))
    status = take_source(r, source, error);
  for (size_t i = 0; i < r->notes.count && status == DOVE_OK; i++) {
    if (has_name(&r->notes.rows[i], YES_NOTE) && !r->coded[i]) status = take_missing(r, &r->notes.rows[i], error);
  }
  return status;
}

dove_status annotation_read_qdpx(const char *path, annotation_input *input, dove_error *error) {
  reading r = {.input = input};
  zip_t *archive = NULL;
  xmlDocPtr document = NULL;
  snprintf(r.name, sizeof r.name, "%.490s!project.qde", path);
  dove_status status = exchange_qdpx_open(path, r.name, &archive, &document, error);
  if (status != DOVE_OK) return status;
  status = read_project(&r, xmlDocGetRootElement(document), error);
  xmlFreeDoc(document);
  zip_discard(archive);
  free(r.users.rows);
  free(r.notes.rows);
  free(r.codes.rows);
  free(r.coded);
  return status;
}
