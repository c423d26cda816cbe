/* REFI-QDA codebooks (.qdc), and the codes of REFI-QDA projects, which are written alike. */
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "method/exchange/exchange_formats.h"
#include "method/exchange/exchange_xml.h"

/* Codes in codes: no codebook that people use goes deeper. */
enum { DEEPEST = 64, MOST_CODES = 200000 };

/* Two codes of one name under one parent are told apart by their place. */
static void guid_of(const dove_exchange_set *set, size_t index, bool repeated, char guid[37]) {
  const dove_exchange_code *code = &set->codes[index];
  char place[24];
  exchange_guid_make(code->parent != DOVE_EXCHANGE_NO_CODE ? set->codes[code->parent].guid : "code", code->name, guid);
  if (!repeated) return;
  snprintf(place, sizeof place, "%zu", index);
  exchange_guid_make(guid, place, guid);
}

static int by_guid(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* A GUID that two codes have; NULL when each has its own. */
static dove_status find_repeated(const dove_exchange_set *set, const char **repeated, dove_error *error) {
  const char **guids = dove_alloc(set->code_count, sizeof *guids);
  *repeated = NULL;
  if (guids == NULL) return dove_fail_memory(error, "looking at codes");
  for (size_t i = 0; i < set->code_count; i++) guids[i] = set->codes[i].guid;
  if (set->code_count > 0) qsort(guids, set->code_count, sizeof *guids, by_guid);
  for (size_t i = 1; i < set->code_count; i++) {
    if (strcmp(guids[i - 1], guids[i]) == 0) *repeated = guids[i];
  }
  free(guids);
  return DOVE_OK;
}

static dove_status name_codes(dove_exchange_set *set, bool repeated, dove_error *error) {
  for (size_t i = 0; i < set->code_count; i++) {
    char guid[37];
    guid_of(set, i, repeated, guid);
    set->codes[i].guid = dove_exchange_keep(set, guid);
    if (set->codes[i].guid == NULL) return dove_fail_memory(error, "writing codes");
  }
  return DOVE_OK;
}

/* GUIDs of codes that came with them stay, when all codes have one. */
dove_status exchange_name_codes(dove_exchange_set *set, dove_error *error) {
  const char *repeated = NULL;
  bool all = true;
  for (size_t i = 0; i < set->code_count; i++) all = all && set->codes[i].guid[0] != '\0';
  if (all) return DOVE_OK;
  dove_status status = name_codes(set, false, error);
  if (status == DOVE_OK) status = find_repeated(set, &repeated, error);
  return status == DOVE_OK && repeated != NULL ? name_codes(set, true, error) : status;
}

static void put_code(exchange_xml_writer *xml, const dove_exchange_set *set, size_t index, bool nested) {
  const dove_exchange_code *code = &set->codes[index];
  exchange_xml_open(xml, "Code");
  exchange_xml_put(xml, "guid", code->guid);
  exchange_xml_put(xml, "name", code->name);
  exchange_xml_put(xml, "isCodable", code->folder ? "false" : "true");
  if (code->color[0] != '\0') exchange_xml_put(xml, "color", code->color);
  exchange_xml_put_text(xml, "Description", code->description);
  for (size_t i = index + 1; nested && i < set->code_count; i++) {
    if (set->codes[i].parent == index) put_code(xml, set, i, nested);
  }
  exchange_xml_close(xml);
}

void exchange_xml_put_codes(exchange_xml_writer *xml, dove_exchange_set *set) {
  bool nested = false;
  for (size_t i = 0; i < set->code_count; i++) nested = nested || set->codes[i].parent != DOVE_EXCHANGE_NO_CODE;
  exchange_xml_open(xml, "Codes");
  for (size_t i = 0; i < set->code_count; i++) {
    if (set->codes[i].parent == DOVE_EXCHANGE_NO_CODE) put_code(xml, set, i, nested);
  }
  exchange_xml_close(xml);
}

dove_status exchange_write_qdc(dove_exchange_set *set, FILE *file, dove_error *error) {
  if (set->code_count == 0) return dove_fail(error, DOVE_NOT_FOUND, "there is no code to write");
  exchange_xml_writer xml;
  const char *bytes = NULL;
  size_t length = 0;
  dove_status status = exchange_name_codes(set, error);
  if (status != DOVE_OK) return status;
  exchange_xml_begin(&xml);
  exchange_xml_open(&xml, "CodeBook");
  exchange_xml_put(&xml, "xmlns", "urn:QDA-XML:codebook:1.0");
  exchange_xml_put(&xml, "origin", "DOVE " DOVE_VERSION);
  exchange_xml_put_codes(&xml, set);
  exchange_xml_close(&xml);
  status = exchange_xml_end(&xml, &bytes, &length, error);
  if (status == DOVE_OK) fwrite(bytes, 1, length, file);
  exchange_xml_free(&xml);
  return status;
}

/* ---- Reading ---- */

/* "#RGB", "#RRGGBB", and either with alpha at the end; anything else is no colour worth a complaint. */
static void read_color(const char *text, char color[8]) {
  const size_t length = text != NULL ? strlen(text) : 0;
  const bool hex = length > 1 && text[0] == '#' && strspn(text + 1, "0123456789abcdefABCDEF") == length - 1;
  color[0] = '\0';
  if (!hex) return;
  if (length == 7 || length == 9) {
    snprintf(color, 8, "%.7s", text);
  } else if (length == 4 || length == 5) {
    snprintf(color, 8, "#%c%c%c%c%c%c", text[1], text[1], text[2], text[2], text[3], text[3]);
  }
}

static dove_status read_level(const xmlNode *parent, const char *name, size_t parent_code, unsigned depth,
                              dove_exchange_set *set, dove_error *error);

static dove_status read_code(const xmlNode *node, const char *name, size_t parent, unsigned depth,
                             dove_exchange_set *set, dove_error *error) {
  char guid[37], color[8];
  const char *label = exchange_xml_attribute(node, "name"), *codable = exchange_xml_attribute(node, "isCodable");
  if (!exchange_guid_read(exchange_xml_attribute(node, "guid"), guid))
    return exchange_xml_fail(error, name, node, "this Code has no valid guid");
  if (label == NULL || label[strspn(label, " \t\r\n")] == '\0')
    return exchange_xml_fail(error, name, node, "this Code has no name");
  if (set->code_count == MOST_CODES) return exchange_xml_fail(error, name, node, "more than %d codes", MOST_CODES);
  char *description = exchange_xml_text(exchange_xml_child(node, "Description"));
  if (description == NULL) return dove_fail_memory(error, "reading codes");
  read_color(exchange_xml_attribute(node, "color"), color);
  const bool folder = codable != NULL && (strcmp(codable, "false") == 0 || strcmp(codable, "0") == 0);
  const size_t index = set->code_count;
  const dove_exchange_code code = {
      .guid = guid, .name = label, .description = description, .color = color, .parent = parent, .folder = folder};
  const dove_status status = dove_exchange_add_code(set, &code, error);
  xmlFree(description);
  return status == DOVE_OK ? read_level(node, name, index, depth + 1, set, error) : status;
}

static dove_status read_level(const xmlNode *parent, const char *name, size_t parent_code, unsigned depth,
                              dove_exchange_set *set, dove_error *error) {
  if (depth > DEEPEST) return exchange_xml_fail(error, name, parent, "codes are nested deeper than %d", DEEPEST);
  dove_status status = DOVE_OK;
  const xmlNode *node = exchange_xml_child(parent, "Code");
  for (; node != NULL && status == DOVE_OK; node = exchange_xml_next(node, "Code"))
    status = read_code(node, name, parent_code, depth, set, error);
  return status;
}

dove_status exchange_xml_read_codes(const xmlNode *codes, const char *name, dove_exchange_set *set, dove_error *error) {
  const char *repeated = NULL;
  if (codes == NULL) return DOVE_OK;
  dove_status status = read_level(codes, name, DOVE_EXCHANGE_NO_CODE, 0, set, error);
  if (status == DOVE_OK) status = find_repeated(set, &repeated, error);
  if (status != DOVE_OK || repeated == NULL) return status;
  return exchange_xml_fail(error, name, codes, "two codes have the guid %s", repeated);
}

dove_status exchange_read_qdc(const char *path, dove_exchange_set *set, dove_error *error) {
  char *bytes = NULL;
  size_t length = 0;
  xmlDocPtr document = NULL;
  dove_status status = exchange_load(path, &bytes, &length, error);
  if (status == DOVE_OK) status = exchange_xml_parse(bytes, length, path, &document, error);
  free(bytes);
  if (status != DOVE_OK) return status;
  const xmlNode *root = xmlDocGetRootElement(document);
  if (exchange_xml_is(root, "CodeBook")) {
    status = exchange_xml_read_codes(exchange_xml_child(root, "Codes"), path, set, error);
  } else {
    status = exchange_xml_fail(error, path, root, "the root is <%s>; a REFI-QDA codebook has <CodeBook>",
                               (const char *)root->name);
  }
  if (status == DOVE_OK && set->code_count == 0)
    status = exchange_xml_fail(error, path, root, "there is no Code in this codebook");
  xmlFreeDoc(document);
  return status;
}
