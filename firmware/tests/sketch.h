/* Packages with zero weights: valid, of any shape, for tests of cost and memory. */
#ifndef RNNP_SKETCH_H
#define RNNP_SKETCH_H

#include "rnnp/rnnp_model.h"
#include "rnnp_test.h"

typedef struct {
  rnnp_op_t op;
  uint16_t channels; /* of the output; RNNPOOL: h1 */
  uint8_t stride;
  uint8_t patch;
  uint8_t hidden2;
} sketch_layer_t;

/* A classifier of two labels, grey: the layers, and then an average and a dense layer. The checksum is right. */
rnnp_test_file_t sketch_package(uint16_t width, uint16_t height, const sketch_layer_t *layers, uint32_t count);

/* Corrects the checksum of a changed package. */
void sketch_checksum(rnnp_test_file_t *file);

#endif
