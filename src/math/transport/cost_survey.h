/* One look at the costs of a transport problem before it is solved. */
#ifndef DOVE_MATH_COST_SURVEY_H
#define DOVE_MATH_COST_SURVEY_H

#include <stdbool.h>

#include "dove/error.h"
#include "dove/uot.h"

typedef struct cost_survey {
  double highest;
  bool symmetric; /* a square matrix, equal to its transpose bit for bit */
} cost_survey;

/* Checks that all costs are finite and not negative; DOVE_INPUT names the first row with one that is not. */
dove_status cost_survey_make(const dove_uot_problem *problem, cost_survey *survey, dove_error *error);

#endif
