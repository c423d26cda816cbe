/* Elements of a document by their GUIDs. */
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "method/exchange/exchange_qdpx.h"

static int by_guid(const void *a, const void *b) {
  return strcmp(((const exchange_guid_entry *)a)->guid, ((const exchange_guid_entry *)b)->guid);
}

const exchange_guid_entry *exchange_guid_find(const exchange_guid_map *map, const char *text) {
  exchange_guid_entry wanted;
  if (map->count == 0 || !exchange_guid_read(text, wanted.guid)) return NULL;
  return bsearch(&wanted, map->rows, map->count, sizeof wanted, by_guid);
}

dove_status exchange_guid_add(exchange_guid_map *map, const char *guid, const xmlNode *node, size_t index,
                              dove_error *error) {
  exchange_guid_entry entry = {.node = node, .index = index};
  void *rows = map->rows;
  if (!exchange_guid_read(guid, entry.guid)) return DOVE_OK; /* nothing can refer to it */
  const bool grown = dove_grow(&rows, &map->capacity, map->count + 1, sizeof entry);
  map->rows = rows;
  if (!grown) return dove_fail_memory(error, "reading a project");
  map->rows[map->count++] = entry;
  return DOVE_OK;
}

void exchange_guid_sort(exchange_guid_map *map) {
  if (map->count > 0) qsort(map->rows, map->count, sizeof *map->rows, by_guid);
}

dove_status exchange_guid_gather(const xmlNode *root, const char *group, const char *element, exchange_guid_map *map,
                                 dove_error *error) {
  dove_status status = DOVE_OK;
  const xmlNode *node = exchange_xml_child(exchange_xml_child(root, group), element);
  for (; node != NULL && status == DOVE_OK; node = exchange_xml_next(node, element))
    status = exchange_guid_add(map, exchange_xml_attribute(node, "guid"), node, 0, error);
  exchange_guid_sort(map);
  return status;
}
