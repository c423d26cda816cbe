/* The entries of blobs: little-endian, without padding. Read and written with memcpy(), since a blob may lie anywhere.
 */
#ifndef DOVE_STORE_BLOB_H
#define DOVE_STORE_BLOB_H

#include "dove/store_coding.h"
#include "store/internal.h"

/* code_members.members: the most central first. */
typedef struct dove_member_entry {
  uint32_t expression;
  float cosine;
} dove_member_entry;

/* coding.q: by rising ordinal. */
typedef dove_store_q dove_q_entry;

/* coding.expressions: in the order of the document's expressions. */
typedef struct dove_assigned_entry {
  uint32_t expression;
  uint32_t ordinal;
  float cosine;
} dove_assigned_entry;

_Static_assert(sizeof(dove_member_entry) == 8, "blob entries have no padding");
_Static_assert(sizeof(dove_q_entry) == 8, "blob entries have no padding");
_Static_assert(sizeof(dove_assigned_entry) == 12, "blob entries have no padding");

/* An identifier as blobs hold it; DOVE_INPUT when it does not fit. */
dove_status dove_blob_id(int64_t id, uint32_t *entry, dove_error *error);

#endif
