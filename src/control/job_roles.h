/* Which roles a job asks, with the settings as they are. Private to this room. */
#ifndef DOVE_CONTROL_JOB_ROLES_H
#define DOVE_CONTROL_JOB_ROLES_H

#include <stdbool.h>

#include "dove/job.h"
#include "dove/roles.h"

bool control_job_asks(const dove_settings *settings, const dove_job_request *request, dove_role role);

#endif
