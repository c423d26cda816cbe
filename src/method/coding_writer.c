#include "method/coding_writer.h"

#include <stdlib.h>

#include "dove/codebook.h"
#include "dove/memory.h"
#include "dove/store_coding.h"

static size_t longest_row(const size_t *starts, size_t rows) {
  size_t longest = 0;
  for (size_t i = 0; i < rows; i++) longest = starts[i + 1] - starts[i] > longest ? starts[i + 1] - starts[i] : longest;
  return longest;
}

dove_status dove_coding_writer_open(dove_coding_writer *writer, const dove_expression_set *set, const dove_sparse *q,
                                    const uint32_t *label, const float *cosine, const dove_settings *settings,
                                    dove_error *error) {
  *writer = (dove_coding_writer){.set = set,
                                 .q = q,
                                 .label = label,
                                 .cosine = cosine,
                                 .codes_per_document = (size_t)settings->codes_per_document,
                                 .min_probability = settings->min_probability};
  dove_status status = dove_members_group(set->document, set->expressions, set->documents, &writer->by_document, error);
  if (status != DOVE_OK) return status;
  const size_t most = longest_row(writer->by_document.starts, set->documents);
  writer->values = dove_alloc(longest_row(q->offset, q->rows), sizeof *writer->values);
  writer->ids = dove_alloc(most, sizeof *writer->ids);
  writer->assigned = dove_alloc(most, sizeof *writer->assigned);
  writer->cosines = dove_alloc(most, sizeof *writer->cosines);
  const bool made =
      writer->values != NULL && writer->ids != NULL && writer->assigned != NULL && writer->cosines != NULL;
  if (made) return DOVE_OK;
  dove_coding_writer_close(writer);
  return dove_fail_memory(error, "writing the coding of documents");
}

dove_status dove_coding_writer_write(dove_coding_writer *writer, dove_store *store, int64_t iteration, size_t document,
                                     dove_error *error) {
  uint32_t recognised[64];
  const size_t start = writer->q->offset[document], count = writer->q->offset[document + 1] - start;
  const uint32_t *items = dove_members_of(&writer->by_document, document);
  const size_t expressions = dove_members_count(&writer->by_document, document);
  for (size_t i = 0; i < count; i++) writer->values[i] = (float)writer->q->value[start + i];
  for (size_t i = 0; i < expressions; i++) {
    writer->ids[i] = writer->set->expression_ids[items[i]];
    writer->assigned[i] = writer->label[items[i]];
    writer->cosines[i] = writer->cosine[items[i]];
  }
  const dove_store_new_coding coding = {
      .document = writer->set->document_ids[document],
      .ordinals = writer->q->column + start,
      .q = writer->values,
      .count = count,
      .recognised = recognised,
      .recognised_count = dove_recognised_codes(writer->q, document, writer->codes_per_document,
                                                writer->min_probability, recognised, NULL),
      .expressions = writer->ids,
      .assigned = writer->assigned,
      .cosines = writer->cosines,
      .expression_count = expressions,
  };
  return dove_store_coding_add(store, iteration, &coding, error);
}

void dove_coding_writer_close(dove_coding_writer *writer) {
  dove_members_free(&writer->by_document);
  free(writer->values);
  free(writer->ids);
  free(writer->assigned);
  free(writer->cosines);
}
