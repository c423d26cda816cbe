#include "llm/roles/decoder_prompt.h"

#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/chat_decoder.h"
#include "dove/memory.h"
#include "dove/prompts.h"

typedef struct weighted {
  const char *name;
  double weight;
} weighted;

static int compare_weighted(const void *a, const void *b) {
  const weighted *x = a, *y = b;
  if (x->weight > y->weight) return -1;
  if (x->weight < y->weight) return 1;
  return strcmp(x->name, y->name);
}

char *dove_decoder_values(const char *const *names, const uint32_t *codes, const double *weights, size_t count) {
  if (count == 0) return dove_strdup("- none in particular");
  weighted *rows = dove_alloc(count, sizeof *rows);
  if (rows == NULL) return NULL;
  for (size_t i = 0; i < count; i++) rows[i] = (weighted){names[codes[i]], weights[i]};
  qsort(rows, count, sizeof *rows, compare_weighted);
  dove_buffer text = {0};
  for (size_t i = 0; i < count; i++)
    dove_buffer_printf(&text, "%s- %s [%.2f]", i > 0 ? "\n" : "", rows[i].name, rows[i].weight);
  free(rows);
  return dove_buffer_take(&text);
}

dove_status decoder_prompt(const char *prompt, const dove_decoder_batch *batch, size_t pair, char **text,
                           dove_error *error) {
  const size_t start = batch->set_starts[pair], count = batch->set_starts[pair + 1] - start;
  const char *topic = batch->document_topics[batch->pair_documents[pair]];
  char *values = dove_decoder_values(batch->code_names, batch->codes + start, batch->weights + start, count);
  const dove_prompt_field fields[] = {{"topic", topic[0] != '\0' ? topic : "whatever the author likes"},
                                      {"values", values}};
  const dove_status status =
      values != NULL ? dove_prompt_render(prompt, fields, 2, text, error) : dove_fail_memory(error, "writing a prompt");
  free(values);
  return status;
}
