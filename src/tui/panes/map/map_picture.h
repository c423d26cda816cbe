/* The picture of the Map pane: which part of the plane is seen, what is coloured, what is emphasised. */
#ifndef DOVE_TUI_PANES_MAP_PICTURE_H
#define DOVE_TUI_PANES_MAP_PICTURE_H

#include "dove/model_map.h"
#include "tui/draw.h"

typedef enum map_colour { MAP_BY_CULTURE, MAP_BY_SOURCE, MAP_BY_CODE, MAP_PLAIN, MAP_COLOURS } map_colour;

typedef struct map_picture {
  const dove_point_map *map;
  size_t points, codes; /* of `map` when it was taken: what the arrays below are for */
  map_colour colour;
  long only;        /* the group that is shown alone, −1: all */
  int64_t selected; /* code, 0: none */
  bool names;
  double x, y, zoom;              /* the centre, and how many times nearer than the whole */
  double step;                    /* distance of two dots, as last drawn; 0: not drawn yet */
  dove_surface plot;              /* as last drawn */
  bool *found;                    /* owned: the points that the search found */
  size_t *order;                  /* owned: codes, those with most members first */
  float *at_x, *at_y;             /* owned: the points of one pass of drawing */
  uint8_t *roles;                 /* owned */
  size_t codes_seen, codes_drawn; /* of the codes that lie in what is seen, as last drawn */
  size_t hits;
  size_t hit; /* the point that is looked at; `points`: none */
} map_picture;

void map_picture_init(map_picture *picture);
void map_picture_free(map_picture *picture);

/* Takes a map, keeping the part that is seen; what was found is forgotten. */
dove_status map_picture_take(map_picture *picture, const dove_point_map *map, dove_error *error);

/* The groups that points are coloured by. */
size_t map_group_count(const map_picture *picture);
const char *map_group_name(const map_picture *picture, size_t group);
/* The group of a point; map_group_count() for one without. */
size_t map_group_of(const map_picture *picture, size_t point);
dove_role map_group_role(const map_picture *picture, size_t group);
const char *map_colour_name(map_colour colour);

/* The place of the selected code among the codes; `codes` when it is not in this codebook. */
size_t map_selected(const map_picture *picture);

void map_picture_draw(map_picture *picture, const dove_surface *surface);

/* The whole map. */
void map_show_all(map_picture *picture);
/* Zooms by `factor`, so that the cell (y, x) of the plot keeps what it shows. */
void map_zoom(map_picture *picture, double factor, int y, int x);
/* Moves the part that is seen by cells. */
void map_pan(map_picture *picture, int rows, int columns);
/* Moves only when the position is not seen, or lies at the edge. */
void map_show(map_picture *picture, double x, double y);
/* The code at the cell, or near it: that of a circle first, else that of the nearest point. 0: none near. */
int64_t map_code_at(const map_picture *picture, int y, int x);

#endif
