/* What a controller lends to work that runs beside it. Private to this room. */
#ifndef DOVE_CONTROL_HOST_H
#define DOVE_CONTROL_HOST_H

#include <stdatomic.h>

#include "dove/controller.h"

typedef struct control_host {
  const char *path; /* of the project */
  dove_store_file file;
  void (*notify)(void *user);
  void *user;
  atomic_int *running; /* what runs in the background */
} control_host;

/* Borrowed from the controller, which must outlive what uses it. */
control_host control_host_of(dove_controller *controller);

#endif
