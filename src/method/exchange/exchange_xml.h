/* Reading and writing XML of others with care: no document types, no entities, no network, bounded depth. Private to
 * the exchange. */
#ifndef DOVE_METHOD_EXCHANGE_XML_H
#define DOVE_METHOD_EXCHANGE_XML_H

#include <libxml/tree.h>
#include <libxml/xmlwriter.h>

#include "dove/exchange.h"

/* A parsed document. `name` is what messages call it: the file, or "ARCHIVE!project.qde". DOVE_INPUT, with the line,
 * for what is not well formed, not UTF-8, nested deeper than 256 elements, or has a document type. Freed with
 * xmlFreeDoc(). */
dove_status exchange_xml_parse(const char *bytes, size_t length, const char *name, xmlDocPtr *document,
                               dove_error *error);

/* As dove_fail(DOVE_INPUT), with "NAME:LINE: " in front. */
__attribute__((format(printf, 4, 5))) dove_status exchange_xml_fail(dove_error *error, const char *name,
                                                                    const xmlNode *node, const char *format, ...);

/* Elements by local name, whatever their namespace. The first child of that name (NULL: none); the next sibling. */
const xmlNode *exchange_xml_child(const xmlNode *parent, const char *name);
const xmlNode *exchange_xml_next(const xmlNode *node, const char *name);
bool exchange_xml_is(const xmlNode *node, const char *name);

/* An attribute's value, NULL when it is not there; the document's. */
const char *exchange_xml_attribute(const xmlNode *node, const char *name);

/* An element's text. Freed with xmlFree(); NULL when memory ran out. `node` NULL gives "". */
char *exchange_xml_text(const xmlNode *node);

/* A GUID in lower case without braces. False when it is none. */
bool exchange_guid_read(const char *text, char guid[37]);
/* A GUID made from two texts: the same texts give the same GUID. */
void exchange_guid_make(const char *kind, const char *text, char guid[37]);

/* --- writing --- */

typedef struct exchange_xml_writer {
  xmlBufferPtr buffer;
  xmlTextWriterPtr writer;
  bool failed; /* memory ran out */
} exchange_xml_writer;

void exchange_xml_begin(exchange_xml_writer *xml);
/* Ends the document; DOVE_MEMORY when anything failed. The bytes are the buffer's until exchange_xml_free(). */
dove_status exchange_xml_end(exchange_xml_writer *xml, const char **bytes, size_t *length, dove_error *error);
void exchange_xml_free(exchange_xml_writer *xml);
void exchange_xml_open(exchange_xml_writer *xml, const char *element);
void exchange_xml_close(exchange_xml_writer *xml);
/* Characters that XML does not have are shown by their pictures (U+2400 …) or U+FFFD. */
void exchange_xml_put(exchange_xml_writer *xml, const char *attribute, const char *value);
void exchange_xml_put_integer(exchange_xml_writer *xml, const char *attribute, int64_t value);
/* An element with text; nothing for "". */
void exchange_xml_put_text(exchange_xml_writer *xml, const char *element, const char *text);

/* --- codes, alike in codebooks and projects --- */

/* <Codes>; each code of the set gets its GUID. There must be one at least. */
void exchange_xml_put_codes(exchange_xml_writer *xml, dove_exchange_set *set);
/* Reads <Codes> into the set; the codes' GUIDs are kept, in the form of exchange_guid_read(). */
dove_status exchange_xml_read_codes(const xmlNode *codes, const char *name, dove_exchange_set *set, dove_error *error);
/* Gives GUIDs to codes that have none. */
dove_status exchange_name_codes(dove_exchange_set *set, dove_error *error);

#endif
