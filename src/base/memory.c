#include "dove/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool product(size_t count, size_t size, size_t *bytes) {
  if (size != 0 && count > SIZE_MAX / 2 / size) return false;
  *bytes = count * size > 0 ? count * size : 1;
  return true;
}

void *dove_alloc(size_t count, size_t size) {
  size_t bytes;
  return product(count, size, &bytes) ? malloc(bytes) : NULL;
}

void *dove_alloc_zero(size_t count, size_t size) {
  size_t bytes;
  return product(count, size, &bytes) ? calloc(1, bytes) : NULL;
}

void *dove_alloc_aligned(size_t count, size_t size) {
  size_t bytes;
  void *block = NULL;
  if (!product(count, size, &bytes)) return NULL;
  return posix_memalign(&block, 64, bytes) == 0 ? block : NULL;
}

void *dove_realloc(void *block, size_t count, size_t size) {
  size_t bytes;
  return product(count, size, &bytes) ? realloc(block, bytes) : NULL;
}

bool dove_grow(void **items, size_t *capacity, size_t needed, size_t size) {
  if (needed <= *capacity) return true;
  size_t larger = *capacity < 8 ? 8 : *capacity + *capacity / 2;
  if (larger < needed) larger = needed;
  void *block = dove_realloc(*items, larger, size);
  if (block == NULL) return false;
  *items = block;
  *capacity = larger;
  return true;
}

char *dove_strndup(const char *text, size_t length) {
  if (text == NULL) return NULL;
  char *copy = dove_alloc(length + 1, 1);
  if (copy == NULL) return NULL;
  memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

char *dove_strdup(const char *text) { return text == NULL ? NULL : dove_strndup(text, strlen(text)); }
