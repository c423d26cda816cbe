/* The layout of a .dvec file, shared by its reader and its writer. All numbers are little endian. After the header,
 * each section starting at a multiple of 8 bytes (zero bytes between):
 *
 *   components  int8    count × dimension, a row for each word in order of falling frequency
 *   scales      float32 count: vector = scale × components
 *   offsets     uint32  count + 1: word i is words[offsets[i] … offsets[i+1]-1]
 *   slots       uint32  hash table: index of a word, DVEC_EMPTY_SLOT; linear probing from dvec_hash() % slots
 *   words       bytes   UTF-8 (NFC), not terminated */
#ifndef DOVE_LLM_DVEC_H
#define DOVE_LLM_DVEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DVEC_MAGIC \
  "\x89"           \
  "DVEC\r\n\x1a"
#define DVEC_EMPTY_SLOT UINT32_MAX

enum { DVEC_VERSION = 1 };

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "a .dvec file is mapped as it is, so it needs little endian");

typedef struct dvec_header {
  unsigned char magic[8];
  uint32_t version;
  uint32_t dimension;
  uint32_t count;
  uint32_t longest; /* code points of the longest word */
  uint32_t slots;   /* a power of two, at least 2 × count */
  uint32_t reserved;
  uint64_t words_size; /* bytes of the section `words` */
  uint64_t checksum;   /* FNV-1a of everything after the header */
  uint64_t unused;
  uint64_t header_checksum; /* FNV-1a of the header up to here */
} dvec_header;

_Static_assert(sizeof(dvec_header) == 64, "the header of a .dvec file has 64 bytes");

/* Where the sections start, and where the file ends. */
typedef struct dvec_layout {
  uint64_t components;
  uint64_t scales;
  uint64_t offsets;
  uint64_t slots;
  uint64_t words;
  uint64_t end;
} dvec_layout;

#define DVEC_HASH_START 0xcbf29ce484222325u

/* FNV-1a, 64 bits; `hash` starts at DVEC_HASH_START and can be carried on. */
uint64_t dvec_hash(uint64_t hash, const void *bytes, size_t length);

uint64_t dvec_header_checksum(const dvec_header *header);

/* False when the numbers of the header are out of their bounds. */
bool dvec_lay_out(const dvec_header *header, dvec_layout *layout);

#endif
