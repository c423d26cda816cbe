#include "tui/widgets/tree.h"

#include <stdlib.h>

#include "dove/memory.h"

void dove_tree_free(dove_tree *tree) {
  free(tree->rows);
  free(tree->depths);
  free(tree->next_sibling);
  free(tree->first_child);
  *tree = (dove_tree){0};
}

/* Links the children of each parent in their order; returns the first root, −1 for none. */
static long link_nodes(dove_tree *tree) {
  long first_root = -1;
  for (size_t i = 0; i < tree->count; i++) tree->first_child[i] = tree->next_sibling[i] = -1;
  for (size_t i = tree->count; i-- > 0;) {
    long parent = tree->nodes[i].parent;
    long *first = parent >= 0 ? &tree->first_child[parent] : &first_root;
    tree->next_sibling[i] = *first;
    *first = (long)i;
  }
  return first_root;
}

/* The node that follows `node` once its children are done: the next sibling of it or of the nearest parent with one. */
static long next_outside(const dove_tree *tree, long node) {
  while (node >= 0 && tree->next_sibling[node] < 0) node = tree->nodes[node].parent;
  return node >= 0 ? tree->next_sibling[node] : -1;
}

dove_status dove_tree_build(dove_tree *tree, const dove_tree_node *nodes, size_t count, dove_error *error) {
  dove_tree_free(tree);
  for (size_t i = 0; i < count; i++) {
    if (nodes[i].parent >= (long)i) return dove_fail(error, DOVE_FAILED, "a tree's node stands before its parent");
  }
  tree->nodes = nodes;
  tree->count = count;
  tree->rows = dove_alloc(count, sizeof *tree->rows);
  tree->depths = dove_alloc_zero(count, 1);
  tree->next_sibling = dove_alloc(count, sizeof *tree->next_sibling);
  tree->first_child = dove_alloc(count, sizeof *tree->first_child);
  if (tree->rows == NULL || tree->depths == NULL || tree->next_sibling == NULL || tree->first_child == NULL) {
    dove_tree_free(tree);
    return dove_fail_memory(error, "laying out a tree");
  }
  long node = link_nodes(tree);
  for (size_t i = 0; i < count; i++) {
    uint8_t above = nodes[i].parent >= 0 ? tree->depths[nodes[i].parent] : 0;
    tree->depths[i] = nodes[i].parent >= 0 && above < UINT8_MAX ? (uint8_t)(above + 1) : above;
  }
  while (node >= 0) {
    tree->rows[tree->row_count++] = (size_t)node;
    bool descend = tree->first_child[node] >= 0 && !nodes[node].closed;
    node = descend ? tree->first_child[node] : next_outside(tree, node);
  }
  return DOVE_OK;
}

bool dove_tree_has_children(const dove_tree *tree, size_t row) { return tree->first_child[tree->rows[row]] >= 0; }

void dove_tree_guides(const dove_tree *tree, size_t row, dove_buffer *out) {
  enum { DEEPEST = 24 };
  size_t node = tree->rows[row];
  size_t path[DEEPEST];
  size_t depth = 0;
  for (long at = (long)node; at >= 0 && depth < DEEPEST; at = tree->nodes[at].parent) path[depth++] = (size_t)at;
  for (size_t i = depth; i-- > 0;) {
    bool last = tree->next_sibling[path[i]] < 0;
    if (tree->nodes[path[i]].parent < 0) continue; /* roots have no guide */
    dove_buffer_add_text(out, i > 0 ? (last ? "   " : "│  ") : (last ? "└─ " : "├─ "));
  }
  if (dove_tree_has_children(tree, row)) dove_buffer_add_text(out, tree->nodes[node].closed ? "▸ " : "▾ ");
}
