/* From curses' key codes to the program's keys. */
#ifndef DOVE_TUI_SCREEN_KEYS_H
#define DOVE_TUI_SCREEN_KEYS_H

/* Tells curses the sequences that it does not know: the brackets of a paste. Call after keypad(). */
void dove_screen_keys_define(void);
void dove_screen_keys_free(void);

#endif
