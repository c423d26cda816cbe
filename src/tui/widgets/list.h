/* A list of rows in columns. It knows its rows only through callbacks and asks for no more than it shows, so that a
 * list of a million rows costs what its screen costs. The selection is kept by row id. */
#ifndef DOVE_TUI_LIST_H
#define DOVE_TUI_LIST_H

#include <stdint.h>

#include "dove/buffer.h"
#include "dove/commands.h"
#include "dove/error.h"
#include "tui/draw.h"
#include "tui/pane.h"
#include "tui/search.h"

typedef struct dove_list_column {
  const char *title;
  int width;  /* least columns */
  int weight; /* share of what is left over; 0 keeps the width */
  dove_alignment alignment;
  bool sortable;
  bool optional; /* left out first when the screen is narrow */
} dove_list_column;

/* Where rows come from. `user` is the list's. Row numbers count from 0 in the present order and filter. */
typedef struct dove_list_source {
  size_t (*count)(void *user);

  /* Rows first … first+count−1 are about to be asked for: read them in one go. May be NULL. */
  dove_status (*prepare)(void *user, size_t first, size_t count, dove_error *error);

  /* A lasting id, ≥ 0. */
  int64_t (*id)(void *user, size_t row);

  /* The row of an id; false when it is not among the rows (filtered out, gone). NULL: the list looks near the old row
   * only. */
  bool (*find)(void *user, int64_t id, size_t *row);

  /* Appends the text of a cell to `out` (it comes empty) and may change *style (it comes as NORMAL). */
  void (*cell)(void *user, size_t row, size_t column, dove_buffer *out, dove_style *style);

  /* Sorts by `column`. NULL: no sorting. */
  dove_status (*sort)(void *user, size_t column, bool descending, dove_error *error);

  /* Keeps the rows that contain `words`; "" keeps all. NULL: no filter. */
  dove_status (*filter)(void *user, const char *words, dove_error *error);
} dove_list_source;

enum { DOVE_LIST_COLUMNS = 64 };

typedef struct dove_list {
  const dove_list_source *source;
  void *user;
  const dove_list_column *columns;
  size_t column_count;
  bool header;

  size_t top;          /* first row shown */
  size_t selected;     /* row number, kept in step with selected_id */
  int64_t selected_id; /* −1: none */
  int64_t hidden_id;   /* selected until a filter left it out; −1: none */
  int64_t stand_in;    /* selected in its place: while it still is, the other is selected again when it is back */
  bool scrolls;        /* columns that do not fit as a whole are left out… */
  size_t skip;         /* …and so many after the first one, which stays */
  size_t sort_column;
  bool descending;
  bool sorted;
  char *filter; /* owned; NULL: none */
  dove_search search;
  bool typing;        /* the words of a search are being typed: where the list was before, and what was searched for */
  size_t typing_from; /* row */
  int64_t typing_id;
  size_t typing_top;
  dove_search typing_search;
  char *missed;                    /* owned: what was typed last and not found; NULL: none */
  int height, width;               /* of the rows, as last drawn */
  int header_row;                  /* where the header was last drawn, −1: nowhere */
  int column_x[DOVE_LIST_COLUMNS]; /* where columns were last drawn, −1: left out */
  int column_width[DOVE_LIST_COLUMNS];
  dove_buffer scratch;
} dove_list;

/* `source`, `user` and `columns` must outlive the list. At most DOVE_LIST_COLUMNS columns. */
void dove_list_init(dove_list *list, const dove_list_source *source, void *user, const dove_list_column *columns,
                    size_t column_count);
void dove_list_free(dove_list *list);

/* After the rows changed: finds the selected id again, or stays near where it was until that id is back, unless
 * something else was selected meanwhile. */
void dove_list_refresh(dove_list *list);

/* Selects a row by id; false when it is not there. */
bool dove_list_select(dove_list *list, int64_t id);

/* The selected id, −1 when there are no rows. */
int64_t dove_list_selected(const dove_list *list);

void dove_list_draw(dove_list *list, const dove_surface *surface, bool focus);

/* Navigation, search (with the words in `argument`), filter, sort, clear. */
dove_pane_result dove_list_command(dove_list *list, dove_command_id command, const char *argument, dove_error *error);

/* A click selects, on the header sorts; a double click opens (returns DOVE_PANE_OPEN); the wheel scrolls.
 * Coordinates relative to the surface that the list was drawn on. */
dove_pane_result dove_list_mouse(dove_list *list, const dove_mouse *mouse, dove_error *error);

/* Appends what is needed to show the same again ("id=12 sort=3 descending=1 filter=…"), and takes it back. */
void dove_list_save(const dove_list *list, dove_buffer *state);
void dove_list_restore(dove_list *list, const char *state);

/* "filter: WORDS, by COLUMN ▼" for the pane's title. */
void dove_list_describe(const dove_list *list, dove_buffer *out);

/* The selected row, its cells separated by tabs, for copying. */
void dove_list_copy(const dove_list *list, dove_buffer *out);

/* All rows as tab-separated lines with the titles first, for export. */
dove_status dove_list_export(dove_list *list, dove_buffer *out, dove_error *error);

#endif
