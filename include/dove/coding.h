/* Coding documents with a fixed codebook: q(z|x), n × K (SPEC 2, Eq. 15), and recognised codes. What a build coded is
 * read from the store; documents that came later are coded on demand and stored. */
#ifndef DOVE_CODING_H
#define DOVE_CODING_H

#include <stddef.h>
#include <stdint.h>

#include "dove/assign.h"
#include "dove/codebook.h"
#include "dove/embedder.h"
#include "dove/error.h"
#include "dove/progress.h"
#include "dove/recognizer.h"
#include "dove/settings.h"
#include "dove/store.h"

/* Document i is document_ids[i], its q row i. Columns are in the order of the codebook (dove_codebook_load() of the
 * same run and iteration). */
typedef struct dove_coding {
  size_t documents;
  int64_t *document_ids; /* rising */
  dove_sparse q;         /* documents × K, rows sum to 1 up to 1.3e-7 */
  size_t coded_now;      /* of those, coded by this call: they came after the build */
  size_t uncoded;        /* asked for, but without an expression that has a vector: not in the list */
} dove_coding;

/* The coding of `count` documents (NULL: all of the project) by C^t of `run` (dove_store_current_codebook() names those
 * in use). Missing ones are coded and committed in batches; in a project that is open for reading alone they stay
 * uncoded. A document that was coded keeps its coding when it gets more expressions. DOVE_INPUT when the project was
 * embedded anew since the run was built. Stages: "reading vectors", "assignment". Freed with dove_coding_free(). */
dove_status dove_code_documents(dove_store *store, int64_t run, int64_t t, const int64_t *documents, size_t count,
                                dove_coding *coding, const dove_progress *progress, dove_error *error);
void dove_coding_free(dove_coding *coding);

/* One free text, which is not stored: its expressions, and its codes in falling order of q. */
typedef struct dove_text_coding {
  dove_recognition recognition; /* expressions and, when there are none, why */
  size_t known;                 /* expressions that got a vector */
  uint32_t *expression_codes;   /* argmax code of each expression; UINT32_MAX without a vector */
  dove_sparse q;                /* 1 × K */
  size_t recognised_count;
  uint32_t recognised[64]; /* places in the codebook */
  double recognised_q[64];
} dove_text_coding;

/* `lang` may be NULL: judged by the script. DOVE_INPUT when the recognizer cannot read the text, or when it expresses
 * no value that can be embedded; the reason is in the message. */
dove_status dove_code_text(const dove_codebook *codebook, const dove_recognizer *recognizer,
                           const dove_embedder *embedder, const dove_settings *settings, const char *text,
                           const char *lang, dove_text_coding *coding, const dove_progress *progress,
                           dove_error *error);
void dove_text_coding_free(dove_text_coding *coding);

#endif
