#include "dove/word_vectors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dove/memory.h"
#include "llm/embedded/dvec.h"

struct dove_word_vectors {
  char *path;
  unsigned char *map;
  size_t size;
  dvec_header header;
  const int8_t *components;
  const float *scales;
  const uint32_t *offsets;
  const uint32_t *slots;
  const char *words;
};

/* Looks at the header alone, so that opening reads one page. */
static dove_status check_header(const dove_word_vectors *vectors, dvec_layout *layout, dove_error *error) {
  const dvec_header *header = &vectors->header;
  if (memcmp(header->magic, DVEC_MAGIC, sizeof header->magic) != 0)
    return dove_fail(error, DOVE_INPUT,
                     "'%s' is not a .dvec file; 'dove vectors convert' on the command line makes one", vectors->path);
  if (header->version != DVEC_VERSION)
    return dove_fail(error, DOVE_INPUT, "'%s' has .dvec version %u, this program reads version %d; convert it again",
                     vectors->path, header->version, DVEC_VERSION);
  if (header->header_checksum != dvec_header_checksum(header) || !dvec_lay_out(header, layout))
    return dove_fail(error, DOVE_INPUT, "'%s' is damaged (its header); convert it again", vectors->path);
  if (layout->end != vectors->size)
    return dove_fail(error, DOVE_INPUT, "'%s' has %zu bytes instead of %llu: it was cut off; convert or copy it again",
                     vectors->path, vectors->size, (unsigned long long)layout->end);
  return DOVE_OK;
}

static dove_status map_file(dove_word_vectors *vectors, int file, dove_error *error) {
  struct stat status;
  if (fstat(file, &status) != 0) return dove_fail_errno(error, "read", vectors->path);
  if (!S_ISREG(status.st_mode))
    return dove_fail(error, DOVE_INPUT, "'%s' is not a regular file; give a .dvec file", vectors->path);
  vectors->size = (size_t)status.st_size;
  if (vectors->size < sizeof(dvec_header))
    return dove_fail(error, DOVE_INPUT,
                     "'%s' is too short for a .dvec file; 'dove vectors convert' on the command line makes one",
                     vectors->path);
  void *map = mmap(NULL, vectors->size, PROT_READ, MAP_SHARED, file, 0);
  if (map == MAP_FAILED) return dove_fail_errno(error, "map", vectors->path);
  vectors->map = map;
  memcpy(&vectors->header, map, sizeof vectors->header);
  dvec_layout layout;
  const dove_status checked = check_header(vectors, &layout, error);
  if (checked != DOVE_OK) return checked;
  vectors->components = (const int8_t *)vectors->map + layout.components;
  vectors->scales = (const void *)(vectors->map + layout.scales);
  vectors->offsets = (const void *)(vectors->map + layout.offsets);
  vectors->slots = (const void *)(vectors->map + layout.slots);
  vectors->words = (const char *)vectors->map + layout.words;
  return DOVE_OK;
}

dove_status dove_word_vectors_open(const char *path, dove_word_vectors **vectors, dove_error *error) {
  *vectors = NULL;
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return dove_fail_errno(error, "open the word vectors", path);
  dove_word_vectors *opened = dove_alloc_zero(1, sizeof *opened);
  if (opened != NULL) opened->path = dove_strdup(path);
  dove_status status;
  if (opened == NULL || opened->path == NULL) {
    status = dove_fail_memory(error, "opening word vectors");
  } else {
    status = map_file(opened, file, error);
  }
  close(file);
  if (status == DOVE_OK) {
    *vectors = opened;
  } else {
    dove_word_vectors_close(opened);
  }
  return status;
}

void dove_word_vectors_close(dove_word_vectors *vectors) {
  if (vectors == NULL) return;
  if (vectors->map != NULL) munmap(vectors->map, vectors->size);
  free(vectors->path);
  free(vectors);
}

dove_status dove_word_vectors_verify(const dove_word_vectors *vectors, dove_error *error) {
  const size_t start = sizeof(dvec_header);
  if (dvec_hash(DVEC_HASH_START, vectors->map + start, vectors->size - start) != vectors->header.checksum)
    return dove_fail(error, DOVE_INPUT, "'%s' is damaged (its checksum differs); convert or copy it again",
                     vectors->path);
  return DOVE_OK;
}

uint32_t dove_word_vectors_dimension(const dove_word_vectors *vectors) { return vectors->header.dimension; }

uint32_t dove_word_vectors_count(const dove_word_vectors *vectors) { return vectors->header.count; }

uint64_t dove_word_vectors_checksum(const dove_word_vectors *vectors) { return vectors->header.checksum; }

uint32_t dove_word_vectors_longest(const dove_word_vectors *vectors) { return vectors->header.longest; }

/* A damaged file gives a wrong word, never a read outside the map. */
const char *dove_word_vectors_word(const dove_word_vectors *vectors, uint32_t index, size_t *length) {
  *length = 0;
  if (index >= vectors->header.count) return "";
  const uint32_t start = vectors->offsets[index];
  const uint32_t end = vectors->offsets[index + 1];
  if (start > end || end > vectors->header.words_size) return "";
  *length = end - start;
  return vectors->words + start;
}

uint32_t dove_word_vectors_find(const dove_word_vectors *vectors, const char *word, size_t length) {
  const uint32_t mask = vectors->header.slots - 1;
  uint32_t slot = (uint32_t)(dvec_hash(DVEC_HASH_START, word, length) & mask);
  for (uint32_t tried = 0; tried <= mask; tried++) {
    const uint32_t index = vectors->slots[slot];
    if (index >= vectors->header.count) return DOVE_NO_WORD;
    size_t found_length;
    const char *found = dove_word_vectors_word(vectors, index, &found_length);
    if (found_length == length && memcmp(found, word, length) == 0) return index;
    slot = (slot + 1) & mask;
  }
  return DOVE_NO_WORD;
}

void dove_word_vectors_add(const dove_word_vectors *vectors, uint32_t index, float weight, float *sum) {
  if (index >= vectors->header.count) return;
  const uint32_t dimension = vectors->header.dimension;
  const int8_t *row = vectors->components + (size_t)index * dimension;
  const float factor = weight * vectors->scales[index];
  for (uint32_t j = 0; j < dimension; j++) sum[j] += factor * (float)row[j];
}

/* Σ_{r=1}^{400000} 1/(r + 2.7) = ψ(400003.7) − ψ(3.7) = 12.8992 − 1.1671. */
static const double zipf_total = 11.7321;

double dove_word_vectors_probability(uint32_t index) { return 1.0 / (((double)index + 3.7) * zipf_total); }
