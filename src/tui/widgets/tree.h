/* A tree as the rows of a list: branches that are open come one after the other, with their guides drawn in front. */
#ifndef DOVE_TUI_TREE_H
#define DOVE_TUI_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "dove/buffer.h"
#include "dove/error.h"

/* A node as the caller gives it: parents before children, children of one parent in their order. */
typedef struct dove_tree_node {
  int64_t id;
  long parent; /* index of the parent node, −1 for a root */
  bool closed; /* its children are not shown */
} dove_tree_node;

typedef struct dove_tree {
  const dove_tree_node *nodes; /* the caller's */
  size_t count;
  size_t *rows; /* owned: indexes of the nodes that are shown, in order */
  size_t row_count;
  uint8_t *depths;    /* owned, per node */
  long *next_sibling; /* owned, per node; −1: the last one */
  long *first_child;
} dove_tree;

/* Works out which nodes are shown; call again after a node was opened or closed. */
dove_status dove_tree_build(dove_tree *tree, const dove_tree_node *nodes, size_t count, dove_error *error);
void dove_tree_free(dove_tree *tree);

/* Appends the guides in front of a row: "│  ├─ ▸ ". */
void dove_tree_guides(const dove_tree *tree, size_t row, dove_buffer *out);

/* True when the node of this row has children. */
bool dove_tree_has_children(const dove_tree *tree, size_t row);

#endif
