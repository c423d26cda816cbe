/* Checked allocation. Every size product is overflow-checked; a NULL return means out of memory. */
#ifndef DOVE_MEMORY_H
#define DOVE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* `count` × `size` bytes, not cleared; count 0 gives a pointer that can be freed. Freed with free(). */
void *dove_alloc(size_t count, size_t size);

/* The same, all bytes 0. */
void *dove_alloc_zero(size_t count, size_t size);

/* The same, aligned to 64 bytes (a cache line, and the widest vector register); freed with free(). */
void *dove_alloc_aligned(size_t count, size_t size);

/* realloc() with an overflow check; on failure the old block stays valid and NULL is returned. */
void *dove_realloc(void *block, size_t count, size_t size);

/* Makes room for at least `needed` items of `size` bytes in *items, growing geometrically.
 * *capacity counts items. False when memory ran out (the array is then unchanged). */
bool dove_grow(void **items, size_t *capacity, size_t needed, size_t size);

/* A copy of `text` or of its first `length` bytes, NUL-terminated; NULL for NULL. Freed with free(). */
char *dove_strdup(const char *text);
char *dove_strndup(const char *text, size_t length);

#endif
