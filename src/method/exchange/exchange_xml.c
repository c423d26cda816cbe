#include "method/exchange/exchange_xml.h"

#include <inttypes.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/random.h"
#include "dove/text.h"

dove_status exchange_xml_fail(dove_error *error, const char *name, const xmlNode *node, const char *format, ...) {
  char text[600];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return dove_fail(error, DOVE_INPUT, "%s:%ld: %s", name, node != NULL ? xmlGetLineNo(node) : 1L, text);
}

/* Where the root begins: after white space, processing instructions and comments. */
static size_t skip_prolog(const char *bytes, size_t length) {
  size_t at = 0;
  while (at < length) {
    const char *rest = bytes + at;
    const char *end = NULL;
    if (strchr(" \t\r\n", *rest) != NULL) {
      end = rest + 1;
    } else if (strncmp(rest, "<?", 2) == 0) {
      end = strstr(rest + 2, "?>");
      end = end != NULL ? end + 2 : NULL;
    } else if (strncmp(rest, "<!--", 4) == 0) {
      end = strstr(rest + 4, "-->");
      end = end != NULL ? end + 3 : NULL;
    }
    if (end == NULL) return at;
    at = (size_t)(end - bytes);
  }
  return at;
}

/* An honest file has no document type, and without one there are no entities: nothing to read or to blow up. */
static dove_status check_bytes(const char *bytes, size_t length, const char *name, dove_error *error) {
  if (length > INT_MAX) return dove_fail(error, DOVE_INPUT, "%s is larger than 2 GiB", name);
  if (dove_utf8_valid_prefix(bytes, length) != length)
    return dove_fail(error, DOVE_INPUT, "%s is not UTF-8; save it in that encoding", name);
  const size_t start = skip_prolog(bytes, length);
  if (strncmp(bytes + start, "<!", 2) == 0) {
    return dove_fail(error, DOVE_INPUT, "%s has a document type (<!DOCTYPE); no such file needs one, and it is refused",
                     name);
  }
  return DOVE_OK;
}

/* The first fault is the one to tell; those that follow from it are noise. */
typedef struct first_fault {
  bool found, memory;
  int line;
  char reason[300];
} first_fault;

static void note_fault(void *user, xmlErrorPtr fault) {
  const xmlParserCtxt *parser = user;
  first_fault *first = parser->_private;
  if (first->found || fault->level < XML_ERR_ERROR) return;
  first->found = true;
  first->memory = fault->code == XML_ERR_NO_MEMORY;
  first->line = fault->line;
  const char *said = fault->message != NULL ? fault->message : "something is wrong";
  /* The library advises programmers to lift its limits; a codebook of people never comes near them. */
  if (strstr(said, "XML_PARSE_HUGE") != NULL) {
    snprintf(first->reason, sizeof first->reason, "nested too deeply, or a text too long, for a file of this kind");
    return;
  }
  snprintf(first->reason, sizeof first->reason, "this is not well-formed XML: %s", said);
  first->reason[strcspn(first->reason, "\r\n")] = '\0';
}

/* The encoding is given, so that the file cannot choose another one to hide in. */
static xmlDocPtr read_carefully(const char *bytes, size_t length, first_fault *fault) {
  enum { CAREFUL = XML_PARSE_NONET | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES | XML_PARSE_COMPACT };
  xmlParserCtxtPtr parser = xmlNewParserCtxt();
  fault->memory = parser == NULL;
  if (parser == NULL) return NULL;
  parser->_private = fault;
  parser->sax->serror = note_fault;
  xmlDocPtr document = xmlCtxtReadMemory(parser, bytes, (int)length, "exchange.xml", "UTF-8", CAREFUL);
  xmlFreeParserCtxt(parser);
  return document;
}

dove_status exchange_xml_parse(const char *bytes, size_t length, const char *name, xmlDocPtr *document,
                               dove_error *error) {
  first_fault fault = {.reason = "no XML"};
  *document = NULL;
  if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
    bytes += 3;
    length -= 3;
  }
  const dove_status status = check_bytes(bytes, length, name, error);
  if (status != DOVE_OK) return status;
  xmlDocPtr parsed = read_carefully(bytes, length, &fault);
  if (parsed == NULL && fault.memory) return dove_fail_memory(error, "reading XML");
  if (parsed == NULL) return dove_fail(error, DOVE_INPUT, "%s:%d: %s", name, fault.line, fault.reason);
  if (xmlDocGetRootElement(parsed) == NULL || xmlGetIntSubset(parsed) != NULL) {
    xmlFreeDoc(parsed);
    return dove_fail(error, DOVE_INPUT, "%s has a document type or no content; it is refused", name);
  }
  *document = parsed;
  return DOVE_OK;
}

bool exchange_xml_is(const xmlNode *node, const char *name) {
  return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static const xmlNode *find(const xmlNode *node, const char *name) {
  while (node != NULL && !exchange_xml_is(node, name)) node = node->next;
  return node;
}

const xmlNode *exchange_xml_child(const xmlNode *parent, const char *name) {
  return parent != NULL ? find(parent->children, name) : NULL;
}

const xmlNode *exchange_xml_next(const xmlNode *node, const char *name) { return find(node->next, name); }

/* Without entities a value is one node of text, or none. */
const char *exchange_xml_attribute(const xmlNode *node, const char *name) {
  for (const xmlAttr *at = node->properties; at != NULL; at = at->next) {
    if (strcmp((const char *)at->name, name) != 0) continue;
    return at->children != NULL && at->children->content != NULL ? (const char *)at->children->content : "";
  }
  return NULL;
}

char *exchange_xml_text(const xmlNode *node) {
  return (char *)(node != NULL ? xmlNodeGetContent(node) : xmlStrdup((const xmlChar *)""));
}

bool exchange_guid_read(const char *text, char guid[37]) {
  static const char hex[] = "0123456789abcdefABCDEF";
  if (text == NULL) return false;
  while (strchr(" \t\r\n", *text) != NULL && *text != '\0') text++;
  const bool braces = *text == '{';
  text += braces;
  for (size_t i = 0; i < 36; i++) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (text[i] == '\0' || (dash ? text[i] != '-' : strchr(hex, text[i]) == NULL)) return false;
    guid[i] = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] - 'A' + 'a') : text[i];
  }
  guid[36] = '\0';
  text += 36;
  if (braces && *text++ != '}') return false;
  return text[strspn(text, " \t\r\n")] == '\0';
}

static uint64_t hash(uint64_t state, const char *text) {
  for (const char *at = text; *at != '\0'; at++) state = dove_random_mix(state, (unsigned char)*at);
  return state;
}

/* The form of RFC 9562, version 8: bits of one's own making. */
void exchange_guid_make(const char *kind, const char *text, char guid[37]) {
  const uint64_t high = hash(hash(1, kind), text), low = hash(hash(2, kind), text);
  snprintf(guid, 37, "%08" PRIx32 "-%04x-8%03x-%04x-%012" PRIx64, (uint32_t)(high >> 32),
           (unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xfff), (unsigned)((low >> 48 & 0x3fff) | 0x8000),
           low & UINT64_C(0xffffffffffff));
}

/* ---- Writing ---- */

void exchange_xml_begin(exchange_xml_writer *xml) {
  *xml = (exchange_xml_writer){.buffer = xmlBufferCreate()};
  xml->writer = xml->buffer != NULL ? xmlNewTextWriterMemory(xml->buffer, 0) : NULL;
  xml->failed = xml->writer == NULL;
  if (xml->failed) return;
  xml->failed =
      xmlTextWriterSetIndent(xml->writer, 1) < 0 || xmlTextWriterStartDocument(xml->writer, "1.0", "utf-8", NULL) < 0;
}

dove_status exchange_xml_end(exchange_xml_writer *xml, const char **bytes, size_t *length, dove_error *error) {
  xml->failed = xml->failed || xmlTextWriterEndDocument(xml->writer) < 0;
  if (xml->failed) return dove_fail_memory(error, "writing XML");
  *bytes = (const char *)xmlBufferContent(xml->buffer);
  *length = (size_t)xmlBufferLength(xml->buffer);
  return DOVE_OK;
}

void exchange_xml_free(exchange_xml_writer *xml) {
  if (xml->writer != NULL) xmlFreeTextWriter(xml->writer);
  if (xml->buffer != NULL) xmlBufferFree(xml->buffer);
  *xml = (exchange_xml_writer){0};
}

void exchange_xml_open(exchange_xml_writer *xml, const char *element) {
  xml->failed = xml->failed || xmlTextWriterStartElement(xml->writer, (const xmlChar *)element) < 0;
}

void exchange_xml_close(exchange_xml_writer *xml) {
  xml->failed = xml->failed || xmlTextWriterEndElement(xml->writer) < 0;
}

static bool xml_has(uint32_t c) { return c == '\t' || c == '\n' || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF); }

/* A carriage return would be read back as a line feed unless it is written as a reference, which the writer does in
 * attributes and in text. */
static char *printable(const char *text) {
  dove_buffer out = {0};
  const size_t length = strlen(text);
  for (size_t at = 0; at < length;) {
    uint32_t c = 0;
    char picture[4];
    const size_t step = dove_utf8_decode(text + at, length - at, &c);
    if (xml_has(c) || c == '\r') {
      dove_buffer_add(&out, text + at, step);
    } else {
      dove_buffer_add(&out, picture, dove_utf8_encode(c < 0x20 ? 0x2400 + c : 0xFFFD, picture));
    }
    at += step;
  }
  return length == 0 ? dove_strdup("") : dove_buffer_take(&out);
}

void exchange_xml_put(exchange_xml_writer *xml, const char *attribute, const char *value) {
  char *text = printable(value);
  xml->failed = xml->failed || text == NULL ||
                xmlTextWriterWriteAttribute(xml->writer, (const xmlChar *)attribute, (const xmlChar *)text) < 0;
  free(text);
}

void exchange_xml_put_integer(exchange_xml_writer *xml, const char *attribute, int64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%" PRId64, value);
  exchange_xml_put(xml, attribute, text);
}

void exchange_xml_put_text(exchange_xml_writer *xml, const char *element, const char *value) {
  if (value[0] == '\0') return;
  char *text = printable(value);
  xml->failed = xml->failed || text == NULL ||
                xmlTextWriterWriteElement(xml->writer, (const xmlChar *)element, (const xmlChar *)text) < 0;
  free(text);
}
