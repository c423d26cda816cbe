#include "dove/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/random.h"
#include "method/exchange/exchange_formats.h"

static const char doing[] = "exchanging codes and documents";

/* Strings lie one after another in blocks, the last one first. */
struct dove_exchange_block {
  struct dove_exchange_block *next;
  size_t used, size;
  char bytes[];
};

enum { BLOCK = 64 * 1024 };

void dove_exchange_set_free(dove_exchange_set *set) {
  while (set->strings != NULL) {
    struct dove_exchange_block *next = set->strings->next;
    free(set->strings);
    set->strings = next;
  }
  free(set->codes);
  free(set->documents);
  free(set->expressions);
  free(set->slots);
  *set = (dove_exchange_set){0};
}

const char *dove_exchange_keep(dove_exchange_set *set, const char *text) {
  if (text == NULL || text[0] == '\0') return "";
  const size_t size = strlen(text) + 1;
  struct dove_exchange_block *block = set->strings;
  if (block == NULL || block->size - block->used < size) {
    const size_t room = size > BLOCK ? size : BLOCK;
    block = dove_alloc(1, sizeof *block + room);
    if (block == NULL) return NULL;
    *block = (struct dove_exchange_block){.next = set->strings, .size = room};
    set->strings = block;
  }
  char *copy = block->bytes + block->used;
  memcpy(copy, text, size);
  block->used += size;
  return copy;
}

/* Replaces each of the strings by a copy of the set's. */
static bool keep_all(dove_exchange_set *set, const char **const *texts, size_t count) {
  for (size_t i = 0; i < count; i++) {
    *texts[i] = dove_exchange_keep(set, *texts[i]);
    if (*texts[i] == NULL) return false;
  }
  return true;
}

dove_status dove_exchange_add_code(dove_exchange_set *set, const dove_exchange_code *code, dove_error *error) {
  dove_exchange_code copy = *code;
  const char **const texts[] = {&copy.guid, &copy.name, &copy.description, &copy.color};
  void *rows = set->codes;
  const bool grown = dove_grow(&rows, &set->code_capacity, set->code_count + 1, sizeof copy);
  set->codes = rows;
  if (!grown || !keep_all(set, texts, sizeof texts / sizeof texts[0])) return dove_fail_memory(error, doing);
  set->codes[set->code_count++] = copy;
  return DOVE_OK;
}

dove_status dove_exchange_add_document(dove_exchange_set *set, const dove_exchange_document *document,
                                       dove_error *error) {
  dove_exchange_document copy = *document;
  const char **const texts[] = {&copy.id,   &copy.culture, &copy.source, &copy.topic,
                                &copy.lang, &copy.role,    &copy.text,   &copy.metadata};
  void *rows = set->documents;
  const bool grown = dove_grow(&rows, &set->document_capacity, set->document_count + 1, sizeof copy);
  set->documents = rows;
  if (!grown || !keep_all(set, texts, sizeof texts / sizeof texts[0])) return dove_fail_memory(error, doing);
  set->documents[set->document_count++] = copy;
  return DOVE_OK;
}

dove_status dove_exchange_add_expression(dove_exchange_set *set, const dove_exchange_expression *expression,
                                         dove_error *error) {
  dove_exchange_expression copy = *expression;
  const char **const texts[] = {&copy.code_name, &copy.description, &copy.evidence, &copy.user};
  void *rows = set->expressions;
  const bool grown = dove_grow(&rows, &set->expression_capacity, set->expression_count + 1, sizeof copy);
  set->expressions = rows;
  if (!grown || !keep_all(set, texts, sizeof texts / sizeof texts[0])) return dove_fail_memory(error, doing);
  set->expressions[set->expression_count++] = copy;
  return DOVE_OK;
}

const char *dove_exchange_label(const dove_exchange_set *set, const dove_exchange_expression *expression) {
  return expression->code != DOVE_EXCHANGE_NO_CODE ? set->codes[expression->code].name : expression->code_name;
}

/* ---- Codes by name ---- */

static size_t slot_of(const dove_exchange_set *set, const char *name) {
  uint64_t hash = 0;
  for (const char *at = name; *at != '\0'; at++) hash = dove_random_mix(hash, (unsigned char)*at);
  size_t slot = (size_t)hash & (set->slot_count - 1);
  while (set->slots[slot] != DOVE_EXCHANGE_NO_CODE && strcmp(set->codes[set->slots[slot]].name, name) != 0)
    slot = (slot + 1) & (set->slot_count - 1);
  return slot;
}

/* At least twice as many slots as codes; the first code of a name has it. */
static bool fill_slots(dove_exchange_set *set) {
  if (set->slot_count < 2 * (set->code_count + 1)) {
    size_t count = 64;
    while (count < 4 * (set->code_count + 1)) count *= 2;
    free(set->slots);
    set->slots_filled = 0;
    set->slot_count = 0;
    set->slots = dove_alloc(count, sizeof *set->slots);
    if (set->slots == NULL) return false;
    for (size_t i = 0; i < count; i++) set->slots[i] = DOVE_EXCHANGE_NO_CODE;
    set->slot_count = count;
    return fill_slots(set);
  }
  for (; set->slots_filled < set->code_count; set->slots_filled++) {
    const size_t slot = slot_of(set, set->codes[set->slots_filled].name);
    if (set->slots[slot] == DOVE_EXCHANGE_NO_CODE) set->slots[slot] = set->slots_filled;
  }
  return true;
}

dove_status exchange_code_of(dove_exchange_set *set, const char *name, size_t *code, dove_error *error) {
  if (!fill_slots(set)) return dove_fail_memory(error, doing);
  *code = set->slots[slot_of(set, name)];
  if (*code != DOVE_EXCHANGE_NO_CODE) return DOVE_OK;
  const dove_exchange_code row = {.name = name, .parent = DOVE_EXCHANGE_NO_CODE};
  *code = set->code_count;
  return dove_exchange_add_code(set, &row, error);
}

dove_status dove_exchange_write(dove_exchange_set *set, dove_exchange_format format, FILE *file, dove_error *error) {
  switch (format) {
    case DOVE_EXCHANGE_QDC: return exchange_write_qdc(set, file, error);
    case DOVE_EXCHANGE_QDPX: return exchange_write_qdpx(set, file, error);
    case DOVE_EXCHANGE_DOCCANO: return exchange_write_doccano(set, file, error);
    case DOVE_EXCHANGE_LABEL_STUDIO: return exchange_write_label_studio(set, file, error);
    case DOVE_EXCHANGE_PRODIGY: return exchange_write_prodigy(set, file, error);
    case DOVE_EXCHANGE_CSV: return exchange_write_csv(set, file, error);
    case DOVE_EXCHANGE_NONE: break;
  }
  return dove_fail(error, DOVE_USAGE, "that is not an exchange format");
}

dove_status dove_exchange_read(const char *path, dove_exchange_format format, dove_exchange_set *set,
                               dove_error *error) {
  *set = (dove_exchange_set){0};
  switch (format) {
    case DOVE_EXCHANGE_QDC: return exchange_read_qdc(path, set, error);
    case DOVE_EXCHANGE_QDPX: return exchange_read_qdpx(path, set, error);
    case DOVE_EXCHANGE_LABEL_STUDIO: return exchange_read_label_studio(path, set, error);
    case DOVE_EXCHANGE_DOCCANO:
    case DOVE_EXCHANGE_PRODIGY:
    case DOVE_EXCHANGE_CSV: return exchange_read_records(path, format, set, error);
    case DOVE_EXCHANGE_NONE: break;
  }
  return dove_fail(error, DOVE_USAGE, "'%s' has no exchange format", path);
}
