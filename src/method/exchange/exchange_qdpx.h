/* What writing and reading of .qdpx agree on, and what annotation adds to it. Private to the exchange. */
#ifndef DOVE_METHOD_EXCHANGE_QDPX_H
#define DOVE_METHOD_EXCHANGE_QDPX_H

#include "method/exchange/exchange_xml.h"
#include "method/exchange/exchange_zip.h"

/* The beginning of Project@origin: notes of codings then hold what a value expression has beyond its span. */
#define EXCHANGE_ORIGIN "DOVE"

/* The beginning of the names of notes that hold annotation: their Description is an array of records. */
#define EXCHANGE_JUDGMENT "DOVE judgment"

/* Variables of a document, in the order of culture, source, topic, lang, role, metadata (a JSON object). */
enum { EXCHANGE_VARIABLES = 6 };
extern const char *const exchange_variables[];

/* ---- Writing ---- */

/* What is written besides documents, codes and expressions. */
typedef struct exchange_qdpx_extra {
  const char *const *users; /* further people */
  size_t user_count;
  const char *description; /* of the whole project */
  const char *note;        /* GUID of a note of it */
  void *user;              /* of the functions */
  void (*codings)(exchange_xml_writer *xml, void *user, size_t document);
  void (*references)(exchange_xml_writer *xml, void *user, size_t document); /* NoteRef elements */
  void (*notes)(exchange_xml_writer *xml, void *user);
} exchange_qdpx_extra;

/* As exchange_write_qdpx(), with more in it. */
dove_status exchange_write_qdpx_with(dove_exchange_set *set, const exchange_qdpx_extra *extra, FILE *file,
                                     dove_error *error);
void exchange_qdpx_put_reference(exchange_xml_writer *xml, const char *element, const char *guid);
/* @creatingUser; nothing for "". */
void exchange_qdpx_put_user(exchange_xml_writer *xml, const char *user);

/* ---- Reading ---- */

/* The archive and its project.qde, whose root is a Project; `name` is what messages call it. Closed with zip_discard()
 * and xmlFreeDoc(). */
dove_status exchange_qdpx_open(const char *path, const char *name, zip_t **archive, xmlDocPtr *document,
                               dove_error *error);

typedef struct exchange_guid_entry {
  char guid[37];
  const xmlNode *node;
  size_t index; /* of a code */
} exchange_guid_entry;

typedef struct exchange_guid_map {
  exchange_guid_entry *rows; /* freed with free() */
  size_t count, capacity;
} exchange_guid_map;

/* The entry of a GUID in any of its forms; NULL when there is none. The map must be sorted. */
const exchange_guid_entry *exchange_guid_find(const exchange_guid_map *map, const char *text);
dove_status exchange_guid_add(exchange_guid_map *map, const char *guid, const xmlNode *node, size_t index,
                              dove_error *error);
void exchange_guid_sort(exchange_guid_map *map);
/* All `element`s below root/`group`, sorted. */
dove_status exchange_guid_gather(const xmlNode *root, const char *group, const char *element, exchange_guid_map *map,
                                 dove_error *error);

#endif
