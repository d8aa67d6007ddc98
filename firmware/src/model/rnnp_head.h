#ifndef RNNP_HEAD_H
#define RNNP_HEAD_H

#include "rnnp/rnnp_engine.h"

/* Orders the engine's candidates, suppresses overlapping ones and returns how many detections are left at the front of the list. */
uint32_t rnnp_suppress(rnnp_engine_t *engine);

#endif
