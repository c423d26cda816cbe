#include "llm/embedded/dvec.h"

#include "dove/word_vectors.h"

uint64_t dvec_hash(uint64_t hash, const void *bytes, size_t length) {
  const unsigned char *byte = bytes;
  for (size_t i = 0; i < length; i++) hash = (hash ^ byte[i]) * 0x100000001b3u;
  return hash;
}

uint64_t dvec_header_checksum(const dvec_header *header) {
  return dvec_hash(DVEC_HASH_START, header, offsetof(dvec_header, header_checksum));
}

static uint64_t padded(uint64_t offset) { return (offset + 7) & ~(uint64_t)7; }

/* None of the sums can overflow: each factor is below 2^32 and `words_size` at most 2^32. */
bool dvec_lay_out(const dvec_header *header, dvec_layout *layout) {
  const uint64_t count = header->count;
  const uint64_t slots = header->slots;
  if (header->dimension == 0 || header->dimension > DOVE_WORD_VECTORS_MAX_DIMENSION || count == 0) return false;
  if (slots < 2 * count || (slots & (slots - 1)) != 0 || header->words_size > UINT32_MAX) return false;
  layout->components = sizeof *header;
  layout->scales = padded(layout->components + count * header->dimension);
  layout->offsets = padded(layout->scales + count * sizeof(float));
  layout->slots = padded(layout->offsets + (count + 1) * sizeof(uint32_t));
  layout->words = padded(layout->slots + slots * sizeof(uint32_t));
  layout->end = layout->words + header->words_size;
  return true;
}
