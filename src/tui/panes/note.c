#include "tui/panes/note.h"

#include "dove/text.h"

void dove_draw_note(const dove_surface *surface, const char *text, size_t length, dove_style style) {
  size_t offset = 0;
  for (int y = 0; y < surface->height && offset < length && surface->width > 0; y++) {
    size_t next;
    size_t size = dove_text_wrap(text + offset, length - offset, surface->width, &next);
    if (y + 1 == surface->height && offset + next < length) size = length - offset;
    dove_draw_field(surface, y, 0, surface->width, text + offset, size, DOVE_ALIGN_LEFT, style);
    offset += next;
  }
}
