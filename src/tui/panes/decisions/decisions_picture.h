/* A picture of the members of a decision in two dimensions: a mark for each child of a split, for each code of a merge.
 */
#ifndef DOVE_TUI_PANES_DECISIONS_PICTURE_H
#define DOVE_TUI_PANES_DECISIONS_PICTURE_H

#include "dove/model_reviews.h"
#include "tui/draw.h"

void decisions_picture_draw(const dove_member_plane *plane, const dove_surface *surface);

#endif
