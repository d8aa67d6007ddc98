/* Validation of one layer (see rnnp_model.c). */
#ifndef RNNP_LAYER_CHECK_H
#define RNNP_LAYER_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "rnnp/rnnp_model.h"

/* Fields in their ranges, the output shape of the operation, and zero in fields that the operation does not use. */
bool rnnp_layer_fields_valid(const rnnp_layer_t *layer);

/*
 * Sections where they must be, as long as they must be, with contents in their ranges and accumulators that cannot overflow.
 * `*end` is the end of the previous layer's last section, and becomes the end of this layer's.
 */
rnnp_status_t rnnp_layer_sections_valid(const rnnp_layer_t *layer, const uint8_t *package, size_t size, size_t *end);

#endif
