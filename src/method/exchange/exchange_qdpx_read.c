/* REFI-QDA projects (.qdpx), read. Elements may come in any order: users, variables, notes and codes are looked up by
 * their GUIDs. Pictures, sounds, films, PDFs and selections in them are no text; they are counted. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "method/exchange/exchange_formats.h"
#include "method/exchange/exchange_qdpx.h"
#include "method/exchange/exchange_xml.h"
#include "method/exchange/exchange_zip.h"

typedef struct reading {
  dove_exchange_set *set;
  zip_t *archive;
  const char *path; /* of the archive */
  char name[512];   /* "ARCHIVE!project.qde" */
  exchange_guid_map users, variables, notes, codes;
  bool own; /* written by this program */
} reading;

/* The source at hand. */
typedef struct source {
  const xmlNode *node;
  const char *text;
  size_t bytes;
  int64_t characters;
  size_t document;
} source;

static dove_status read_codes(reading *r, const xmlNode *root, dove_error *error) {
  const xmlNode *codes = exchange_xml_child(exchange_xml_child(root, "CodeBook"), "Codes");
  dove_status status = exchange_xml_read_codes(codes, r->name, r->set, error);
  for (size_t i = 0; i < r->set->code_count && status == DOVE_OK; i++)
    status = exchange_guid_add(&r->codes, r->set->codes[i].guid, NULL, i, error);
  exchange_guid_sort(&r->codes);
  return status;
}

/* ---- Expressions ---- */

static const char *user_name(const reading *r, const xmlNode *node) {
  const exchange_guid_entry *user = exchange_guid_find(&r->users, exchange_xml_attribute(node, "creatingUser"));
  const char *name = user != NULL ? exchange_xml_attribute(user->node, "name") : NULL;
  return name != NULL ? name : "";
}

/* A copy, in the set, of the text of an element. */
static dove_status keep_text(reading *r, const xmlNode *node, const char **text, dove_error *error) {
  char *content = exchange_xml_text(node);
  *text = content != NULL ? dove_exchange_keep(r->set, content) : NULL;
  xmlFree(content);
  return *text != NULL ? DOVE_OK : dove_fail_memory(error, "reading a project");
}

/* Judgments are no expressions: they are read as annotations. */
static bool is_judgment(const exchange_guid_entry *note) {
  const char *name = note != NULL ? exchange_xml_attribute(note->node, "name") : NULL;
  return name != NULL && strncmp(name, EXCHANGE_JUDGMENT, sizeof EXCHANGE_JUDGMENT - 1) == 0;
}

/* What the note says that this program wrote; of others, code and span speak for themselves. */
static dove_status describe(reading *r, const source *s, const xmlNode *note_holder,
                            dove_exchange_expression *expression, dove_error *error) {
  const xmlNode *reference = exchange_xml_child(note_holder, "NoteRef");
  const exchange_guid_entry *note = r->own && reference != NULL
                                        ? exchange_guid_find(&r->notes, exchange_xml_attribute(reference, "targetGUID"))
                                        : NULL;
  if (is_judgment(note)) return DOVE_OK;
  if (note != NULL) {
    expression->code_name = exchange_xml_attribute(note->node, "name");
    const dove_status status =
        keep_text(r, exchange_xml_child(note->node, "PlainTextContent"), &expression->description, error);
    return status == DOVE_OK ? keep_text(r, exchange_xml_child(note->node, "Description"), &expression->evidence, error)
                             : status;
  }
  if (expression->code == DOVE_EXCHANGE_NO_CODE) return DOVE_OK;
  const dove_exchange_code *code = &r->set->codes[expression->code];
  expression->code_name = code->name;
  expression->description = code->description[0] != '\0' ? code->description : code->name;
  if (expression->start < 0) return DOVE_OK;
  const size_t from = dove_utf8_offset(s->text, s->bytes, (size_t)expression->start);
  const size_t to = dove_utf8_offset(s->text, s->bytes, (size_t)expression->end);
  char *evidence = dove_strndup(s->text + from, to - from);
  expression->evidence = evidence != NULL ? dove_exchange_keep(r->set, evidence) : NULL;
  free(evidence);
  return expression->evidence != NULL ? DOVE_OK : dove_fail_memory(error, "reading a project");
}

static dove_status take(reading *r, const source *s, const xmlNode *node, size_t code, int64_t start, int64_t end,
                        const char *user, dove_error *error) {
  dove_exchange_expression expression = {
      .document = s->document, .code = code, .start = start, .end = end, .user = user};
  const dove_status status = describe(r, s, node, &expression, error);
  if (status != DOVE_OK) return status;
  if (expression.code_name == NULL || expression.code_name[0] == '\0') return DOVE_OK; /* a remark, not a coding */
  return dove_exchange_add_expression(r->set, &expression, error);
}

static dove_status take_coding(reading *r, const source *s, const xmlNode *node, int64_t start, int64_t end,
                               const char *user, dove_error *error) {
  const xmlNode *reference = exchange_xml_child(node, "CodeRef");
  if (reference == NULL) return exchange_xml_fail(error, r->name, node, "this Coding has no CodeRef");
  const exchange_guid_entry *code = exchange_guid_find(&r->codes, exchange_xml_attribute(reference, "targetGUID"));
  if (code == NULL) return exchange_xml_fail(error, r->name, reference, "the code of this CodeRef is not in the file");
  const char *own_user = user_name(r, node);
  return take(r, s, node, code->index, start, end, own_user[0] != '\0' ? own_user : user, error);
}

static bool read_position(const xmlNode *node, const char *attribute, int64_t *value) {
  const char *text = exchange_xml_attribute(node, attribute);
  char *end = NULL;
  if (text == NULL) return false;
  errno = 0;
  const long long number = strtoll(text, &end, 10);
  *value = number;
  return errno == 0 && end != text && end[strspn(end, " \t\r\n")] == '\0';
}

static dove_status take_selection(reading *r, const source *s, const xmlNode *node, dove_error *error) {
  int64_t start = 0, end = 0;
  if (!read_position(node, "startPosition", &start) || !read_position(node, "endPosition", &end))
    return exchange_xml_fail(error, r->name, node, "this PlainTextSelection has no startPosition and endPosition");
  if (start < 0 || end < start || end > s->characters)
    return exchange_xml_fail(error, r->name, node,
                             "positions %lld to %lld are not in the text, which has %lld characters", (long long)start,
                             (long long)end, (long long)s->characters);
  if (start == end) {
    r->set->left_out++;
    return DOVE_OK;
  }
  dove_status status = DOVE_OK;
  const xmlNode *coding = exchange_xml_child(node, "Coding");
  if (coding == NULL) return take(r, s, node, DOVE_EXCHANGE_NO_CODE, start, end, user_name(r, node), error);
  for (; coding != NULL && status == DOVE_OK; coding = exchange_xml_next(coding, "Coding"))
    status = take_coding(r, s, coding, start, end, user_name(r, node), error);
  return status;
}

/* Notes on the whole document are expressions without a code, when this program wrote them. */
static dove_status take_notes(reading *r, const source *s, dove_error *error) {
  dove_status status = DOVE_OK;
  if (!r->own) return DOVE_OK;
  const xmlNode *node = exchange_xml_child(s->node, "NoteRef");
  for (; node != NULL && status == DOVE_OK; node = exchange_xml_next(node, "NoteRef")) {
    const exchange_guid_entry *note = exchange_guid_find(&r->notes, exchange_xml_attribute(node, "targetGUID"));
    if (note == NULL || is_judgment(note)) continue;
    dove_exchange_expression expression = {
        .document = s->document, .code = DOVE_EXCHANGE_NO_CODE, .start = -1, .end = -1};
    expression.code_name = exchange_xml_attribute(note->node, "name");
    status = keep_text(r, exchange_xml_child(note->node, "PlainTextContent"), &expression.description, error);
    if (status == DOVE_OK)
      status = keep_text(r, exchange_xml_child(note->node, "Description"), &expression.evidence, error);
    if (status == DOVE_OK) status = dove_exchange_add_expression(r->set, &expression, error);
  }
  return status;
}

static dove_status take_codings(reading *r, const source *s, dove_error *error) {
  dove_status status = DOVE_OK;
  const xmlNode *node = exchange_xml_child(s->node, "PlainTextSelection");
  for (; node != NULL && status == DOVE_OK; node = exchange_xml_next(node, "PlainTextSelection"))
    status = take_selection(r, s, node, error);
  node = exchange_xml_child(s->node, "Coding");
  for (; node != NULL && status == DOVE_OK; node = exchange_xml_next(node, "Coding"))
    status = take_coding(r, s, node, -1, -1, user_name(r, s->node), error);
  return status == DOVE_OK ? take_notes(r, s, error) : status;
}

/* ---- Sources ---- */

/* The text of a variable's value, whatever its type; NULL when the element has none. */
static const xmlNode *value_of(const xmlNode *node) {
  for (const xmlNode *at = node->children; at != NULL; at = at->next) {
    if (at->type == XML_ELEMENT_NODE && !exchange_xml_is(at, "VariableRef")) return at;
  }
  return NULL;
}

static dove_status note_value(reading *r, const xmlNode *node, dove_exchange_document *document, cJSON *others,
                              dove_error *error) {
  const char **const known[EXCHANGE_VARIABLES] = {&document->culture, &document->source, &document->topic,
                                                  &document->lang,    &document->role,   &document->metadata};
  const xmlNode *reference = exchange_xml_child(node, "VariableRef");
  const exchange_guid_entry *variable =
      reference != NULL ? exchange_guid_find(&r->variables, exchange_xml_attribute(reference, "targetGUID")) : NULL;
  const char *name = variable != NULL ? exchange_xml_attribute(variable->node, "name") : NULL;
  const char *text = NULL;
  if (name == NULL) return DOVE_OK;
  const dove_status status = keep_text(r, value_of(node), &text, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < (r->own ? EXCHANGE_VARIABLES : EXCHANGE_VARIABLES - 1); i++) {
    if (strcmp(name, exchange_variables[i]) != 0) continue;
    *known[i] = text;
    return DOVE_OK;
  }
  return cJSON_AddStringToObject(others, name, text) != NULL ? DOVE_OK : dove_fail_memory(error, "reading a project");
}

static dove_status read_values(reading *r, const xmlNode *node, dove_exchange_document *document, dove_error *error) {
  cJSON *others = cJSON_CreateObject();
  dove_status status = others != NULL ? DOVE_OK : dove_fail_memory(error, "reading a project");
  const xmlNode *value = exchange_xml_child(node, "VariableValue");
  for (; value != NULL && status == DOVE_OK; value = exchange_xml_next(value, "VariableValue"))
    status = note_value(r, value, document, others, error);
  if (status == DOVE_OK && others->child != NULL && document->metadata == NULL) {
    char *text = cJSON_PrintUnformatted(others);
    document->metadata = text != NULL ? dove_exchange_keep(r->set, text) : NULL;
    if (document->metadata == NULL) status = dove_fail_memory(error, "reading a project");
    cJSON_free(text);
  }
  cJSON_Delete(others);
  return status;
}

/* "internal://NAME" is sources/NAME in the archive; a path to elsewhere is not followed. */
static dove_status read_inner_text(reading *r, const xmlNode *node, const char *place, char **text, dove_error *error) {
  static const char inner[] = "internal://";
  char name[1024];
  size_t length = 0;
  if (strncmp(place, inner, sizeof inner - 1) != 0)
    return exchange_xml_fail(error, r->name, node,
                             "the text is kept outside of the archive ('%s'); save the project with its sources",
                             place);
  place += sizeof inner - 1;
  if (place[0] == '\0' || strpbrk(place, "/\\") != NULL || strlen(place) > 900)
    return exchange_xml_fail(error, r->name, node, "'%s' is not the name of a file in the archive's sources", place);
  snprintf(name, sizeof name, "sources/%s", place);
  const dove_status status = exchange_zip_read(r->archive, r->path, name, text, &length, error);
  if (status != DOVE_OK) return status;
  if (*text == NULL) return exchange_xml_fail(error, r->name, node, "the archive has no '%s'", name);
  const size_t valid = dove_utf8_valid_prefix(*text, length);
  if (valid == length) return DOVE_OK;
  return dove_fail(error, DOVE_INPUT, "%s!%s is not UTF-8 at byte %zu", r->path, name, valid);
}

static dove_status read_text(reading *r, const xmlNode *node, char **text, dove_error *error) {
  const char *place = exchange_xml_attribute(node, "plainTextPath");
  const xmlNode *content = exchange_xml_child(node, "PlainTextContent");
  *text = NULL;
  if (place != NULL) return read_inner_text(r, node, place, text, error);
  if (content == NULL)
    return exchange_xml_fail(error, r->name, node, "this TextSource has neither plainTextPath nor PlainTextContent");
  char *inside = exchange_xml_text(content);
  *text = inside != NULL ? dove_strdup(inside) : NULL;
  xmlFree(inside);
  return *text != NULL ? DOVE_OK : dove_fail_memory(error, "reading a project");
}

static dove_status take_source(reading *r, const xmlNode *node, dove_error *error) {
  char *text = NULL;
  dove_exchange_document document = {.id = exchange_xml_attribute(node, "name")};
  if (document.id == NULL || document.id[0] == '\0') document.id = exchange_xml_attribute(node, "guid");
  if (document.id == NULL) return exchange_xml_fail(error, r->name, node, "this TextSource has no guid");
  dove_status status = read_text(r, node, &text, error);
  if (status == DOVE_OK) status = read_values(r, node, &document, error);
  if (status == DOVE_OK) {
    const bool mark = strncmp(text, "\xEF\xBB\xBF", 3) == 0 && !r->own;
    document.text = text + (mark ? 3 : 0);
    status = dove_exchange_add_document(r->set, &document, error);
  }
  free(text);
  if (status != DOVE_OK) return status;
  source s = {.node = node, .document = r->set->document_count - 1};
  s.text = r->set->documents[s.document].text;
  s.bytes = strlen(s.text);
  s.characters = (int64_t)dove_utf8_count(s.text, s.bytes);
  return take_codings(r, &s, error);
}

static dove_status take_sources(reading *r, const xmlNode *root, dove_error *error) {
  const xmlNode *sources = exchange_xml_child(root, "Sources");
  dove_status status = DOVE_OK;
  const xmlNode *node = sources != NULL ? sources->children : NULL;
  for (; node != NULL && status == DOVE_OK; node = node->next) {
    if (exchange_xml_is(node, "TextSource")) {
      status = take_source(r, node, error);
    } else {
      r->set->left_out += node->type == XML_ELEMENT_NODE;
    }
  }
  return status;
}

static dove_status read_project(reading *r, const xmlNode *root, dove_error *error) {
  const char *origin = exchange_xml_attribute(root, "origin");
  r->own = origin != NULL && strncmp(origin, EXCHANGE_ORIGIN " ", sizeof EXCHANGE_ORIGIN) == 0;
  dove_status status = exchange_guid_gather(root, "Users", "User", &r->users, error);
  if (status == DOVE_OK) status = exchange_guid_gather(root, "Variables", "Variable", &r->variables, error);
  if (status == DOVE_OK) status = exchange_guid_gather(root, "Notes", "Note", &r->notes, error);
  if (status == DOVE_OK) status = read_codes(r, root, error);
  return status == DOVE_OK ? take_sources(r, root, error) : status;
}

dove_status exchange_qdpx_open(const char *path, const char *name, zip_t **archive, xmlDocPtr *document,
                               dove_error *error) {
  char *bytes = NULL;
  size_t length = 0;
  *document = NULL;
  dove_status status = exchange_zip_open(path, archive, error);
  if (status != DOVE_OK) return status;
  status = exchange_zip_read(*archive, path, "project.qde", &bytes, &length, error);
  if (status == DOVE_OK && bytes == NULL)
    status = dove_fail(error, DOVE_INPUT, "'%s' has no project.qde; it is not a REFI-QDA project", path);
  if (status == DOVE_OK) status = exchange_xml_parse(bytes, length, name, document, error);
  free(bytes);
  if (status == DOVE_OK && !exchange_xml_is(xmlDocGetRootElement(*document), "Project"))
    status = exchange_xml_fail(error, name, xmlDocGetRootElement(*document),
                               "the root is <%s>; a REFI-QDA project has <Project>",
                               (const char *)xmlDocGetRootElement(*document)->name);
  if (status == DOVE_OK) return DOVE_OK;
  xmlFreeDoc(*document);
  zip_discard(*archive);
  return status;
}

dove_status exchange_read_qdpx(const char *path, dove_exchange_set *set, dove_error *error) {
  reading r = {.set = set, .path = path};
  xmlDocPtr document = NULL;
  snprintf(r.name, sizeof r.name, "%.490s!project.qde", path);
  dove_status status = exchange_qdpx_open(path, r.name, &r.archive, &document, error);
  if (status != DOVE_OK) return status;
  status = read_project(&r, xmlDocGetRootElement(document), error);
  xmlFreeDoc(document);
  zip_discard(r.archive);
  free(r.users.rows);
  free(r.variables.rows);
  free(r.notes.rows);
  free(r.codes.rows);
  return status;
}
