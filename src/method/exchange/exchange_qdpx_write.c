/* REFI-QDA projects (.qdpx), written: project.qde, and the texts beside it. What a value expression has beyond its span
 * and code stands in a note of its coding: named like the expression, its text the description, its Description the
 * evidence as it was given. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "method/exchange/exchange_formats.h"
#include "method/exchange/exchange_qdpx.h"
#include "method/exchange/exchange_xml.h"
#include "method/exchange/exchange_zip.h"

const char *const exchange_variables[] = {"culture", "source", "topic", "lang", "role", "metadata"};

static const char *variable_of(const dove_exchange_document *document, size_t index) {
  const char *const values[EXCHANGE_VARIABLES] = {document->culture, document->source, document->topic,
                                                  document->lang,    document->role,   document->metadata};
  return values[index];
}

static void document_guid(const dove_exchange_document *document, char guid[37]) {
  exchange_guid_make("document", document->id, guid);
}

static void numbered_guid(const char *kind, size_t number, char guid[37]) {
  char text[24];
  snprintf(text, sizeof text, "%zu", number);
  exchange_guid_make(kind, text, guid);
}

void exchange_qdpx_put_reference(exchange_xml_writer *xml, const char *element, const char *guid) {
  exchange_xml_open(xml, element);
  exchange_xml_put(xml, "targetGUID", guid);
  exchange_xml_close(xml);
}

/* ---- Users ---- */

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* Everybody once, by name. */
static dove_status put_users(exchange_xml_writer *xml, const dove_exchange_set *set, const exchange_qdpx_extra *extra,
                             dove_error *error) {
  const size_t more = extra != NULL ? extra->user_count : 0;
  const char **names = dove_alloc(set->expression_count + more, sizeof *names);
  size_t count = 0;
  if (names == NULL) return dove_fail_memory(error, "writing a project");
  for (size_t i = 0; i < set->expression_count; i++) {
    if (set->expressions[i].user[0] != '\0') names[count++] = set->expressions[i].user;
  }
  for (size_t i = 0; i < more; i++) names[count++] = extra->users[i];
  if (count > 1) qsort(names, count, sizeof *names, by_text);
  if (count > 0) exchange_xml_open(xml, "Users");
  for (size_t i = 0; i < count; i++) {
    char guid[37];
    if (i > 0 && strcmp(names[i - 1], names[i]) == 0) continue;
    exchange_guid_make("user", names[i], guid);
    exchange_xml_open(xml, "User");
    exchange_xml_put(xml, "guid", guid);
    exchange_xml_put(xml, "name", names[i]);
    exchange_xml_close(xml);
  }
  if (count > 0) exchange_xml_close(xml);
  free(names);
  return DOVE_OK;
}

/* ---- Variables: what is known of a document ---- */

static void put_variables(exchange_xml_writer *xml) {
  exchange_xml_open(xml, "Variables");
  for (size_t i = 0; i < EXCHANGE_VARIABLES; i++) {
    char guid[37];
    exchange_guid_make("variable", exchange_variables[i], guid);
    exchange_xml_open(xml, "Variable");
    exchange_xml_put(xml, "guid", guid);
    exchange_xml_put(xml, "name", exchange_variables[i]);
    exchange_xml_put(xml, "typeOfVariable", "Text");
    exchange_xml_close(xml);
  }
  exchange_xml_close(xml);
}

static void put_values(exchange_xml_writer *xml, const dove_exchange_document *document) {
  for (size_t i = 0; i < EXCHANGE_VARIABLES; i++) {
    char guid[37];
    if (variable_of(document, i)[0] == '\0') continue;
    exchange_guid_make("variable", exchange_variables[i], guid);
    exchange_xml_open(xml, "VariableValue");
    exchange_qdpx_put_reference(xml, "VariableRef", guid);
    exchange_xml_put_text(xml, "TextValue", variable_of(document, i));
    exchange_xml_close(xml);
  }
}

/* ---- Sources ---- */

static void put_note_reference(exchange_xml_writer *xml, size_t expression) {
  char guid[37];
  numbered_guid("note", expression, guid);
  exchange_qdpx_put_reference(xml, "NoteRef", guid);
}

void exchange_qdpx_put_user(exchange_xml_writer *xml, const char *user) {
  char guid[37];
  if (user[0] == '\0') return;
  exchange_guid_make("user", user, guid);
  exchange_xml_put(xml, "creatingUser", guid);
}

static void put_coding(exchange_xml_writer *xml, const dove_exchange_set *set, size_t index) {
  const dove_exchange_expression *expression = &set->expressions[index];
  char guid[37];
  numbered_guid("coding", index, guid);
  exchange_xml_open(xml, "Coding");
  exchange_xml_put(xml, "guid", guid);
  exchange_qdpx_put_user(xml, expression->user);
  exchange_qdpx_put_reference(xml, "CodeRef", set->codes[expression->code].guid);
  put_note_reference(xml, index);
  exchange_xml_close(xml);
}

/* An expression without a code has its note on the span itself. */
static void put_selection(exchange_xml_writer *xml, const dove_exchange_set *set, size_t index) {
  const dove_exchange_expression *expression = &set->expressions[index];
  char guid[37];
  numbered_guid("selection", index, guid);
  exchange_xml_open(xml, "PlainTextSelection");
  exchange_xml_put(xml, "guid", guid);
  exchange_xml_put(xml, "name", expression->code_name);
  exchange_xml_put_integer(xml, "startPosition", expression->start);
  exchange_xml_put_integer(xml, "endPosition", expression->end);
  exchange_qdpx_put_user(xml, expression->user);
  if (expression->code != DOVE_EXCHANGE_NO_CODE) {
    put_coding(xml, set, index);
  } else {
    put_note_reference(xml, index);
  }
  exchange_xml_close(xml);
}

static void put_source(exchange_xml_writer *xml, const dove_exchange_set *set, const exchange_qdpx_extra *extra,
                       size_t document, size_t first, size_t end) {
  char guid[37], place[64];
  document_guid(&set->documents[document], guid);
  snprintf(place, sizeof place, "internal://%s.txt", guid);
  exchange_xml_open(xml, "TextSource");
  exchange_xml_put(xml, "guid", guid);
  exchange_xml_put(xml, "name", set->documents[document].id);
  exchange_xml_put(xml, "plainTextPath", place);
  for (size_t i = first; i < end; i++) {
    if (set->expressions[i].start >= 0) put_selection(xml, set, i);
  }
  for (size_t i = first; i < end; i++) {
    if (set->expressions[i].start < 0 && set->expressions[i].code != DOVE_EXCHANGE_NO_CODE) put_coding(xml, set, i);
  }
  if (extra != NULL) extra->codings(xml, extra->user, document);
  for (size_t i = first; i < end; i++) {
    if (set->expressions[i].start < 0 && set->expressions[i].code == DOVE_EXCHANGE_NO_CODE) put_note_reference(xml, i);
  }
  if (extra != NULL) extra->references(xml, extra->user, document);
  put_values(xml, &set->documents[document]);
  exchange_xml_close(xml);
}

static void put_sources(exchange_xml_writer *xml, const dove_exchange_set *set, const exchange_qdpx_extra *extra) {
  if (set->document_count == 0) return;
  size_t next = 0, first = 0, end = 0;
  exchange_xml_open(xml, "Sources");
  for (size_t i = 0; i < set->document_count; i++) {
    exchange_expressions_of(set, i, &next, &first, &end);
    put_source(xml, set, extra, i, first, end);
  }
  exchange_xml_close(xml);
}

static void put_notes(exchange_xml_writer *xml, const dove_exchange_set *set, const exchange_qdpx_extra *extra) {
  if (set->expression_count == 0 && extra == NULL) return;
  exchange_xml_open(xml, "Notes");
  for (size_t i = 0; i < set->expression_count; i++) {
    const dove_exchange_expression *expression = &set->expressions[i];
    char guid[37];
    numbered_guid("note", i, guid);
    exchange_xml_open(xml, "Note");
    exchange_xml_put(xml, "guid", guid);
    exchange_xml_put(xml, "name", expression->code_name);
    exchange_xml_put_text(xml, "Description", expression->evidence);
    exchange_xml_put_text(xml, "PlainTextContent", expression->description);
    exchange_xml_close(xml);
  }
  if (extra != NULL) extra->notes(xml, extra->user);
  exchange_xml_close(xml);
}

/* ---- The whole ---- */

static dove_status put_project(exchange_xml_writer *xml, dove_exchange_set *set, const exchange_qdpx_extra *extra,
                               dove_error *error) {
  exchange_xml_open(xml, "Project");
  exchange_xml_put(xml, "xmlns", "urn:QDA-XML:project:1.0");
  exchange_xml_put(xml, "name", "DOVE");
  exchange_xml_put(xml, "origin", EXCHANGE_ORIGIN " " DOVE_VERSION);
  const dove_status status = put_users(xml, set, extra, error);
  if (status != DOVE_OK) return status;
  if (set->code_count > 0) {
    exchange_xml_open(xml, "CodeBook");
    exchange_xml_put_codes(xml, set);
    exchange_xml_close(xml);
  }
  put_variables(xml);
  put_sources(xml, set, extra);
  put_notes(xml, set, extra);
  if (extra != NULL) exchange_xml_put_text(xml, "Description", extra->description);
  if (extra != NULL) exchange_qdpx_put_reference(xml, "NoteRef", extra->note);
  exchange_xml_close(xml);
  return DOVE_OK;
}

static dove_status pack(exchange_zip_writer *zip, dove_exchange_set *set, const exchange_qdpx_extra *extra,
                        dove_error *error) {
  exchange_xml_writer xml;
  const char *bytes = NULL;
  size_t length = 0;
  exchange_xml_begin(&xml);
  dove_status status = put_project(&xml, set, extra, error);
  if (status == DOVE_OK) status = exchange_xml_end(&xml, &bytes, &length, error);
  if (status == DOVE_OK) status = exchange_zip_add(zip, "project.qde", bytes, length, error);
  exchange_xml_free(&xml);
  for (size_t i = 0; i < set->document_count && status == DOVE_OK; i++) {
    char guid[37], name[64];
    document_guid(&set->documents[i], guid);
    snprintf(name, sizeof name, "sources/%s.txt", guid);
    status = exchange_zip_add(zip, name, set->documents[i].text, strlen(set->documents[i].text), error);
  }
  return status;
}

dove_status exchange_write_qdpx(dove_exchange_set *set, FILE *file, dove_error *error) {
  return exchange_write_qdpx_with(set, NULL, file, error);
}

dove_status exchange_write_qdpx_with(dove_exchange_set *set, const exchange_qdpx_extra *extra, FILE *file,
                                     dove_error *error) {
  exchange_zip_writer zip;
  dove_status status = exchange_name_codes(set, error);
  if (status == DOVE_OK) status = exchange_zip_create(&zip, error);
  if (status != DOVE_OK) return status;
  status = pack(&zip, set, extra, error);
  if (status == DOVE_OK) status = exchange_zip_write(&zip, file, error);
  exchange_zip_free(&zip);
  return status;
}
