/* Needs every library: fails to link where one is missing. */
#include "rnnp/rnnp_engine.h"
#include "rnnp/rnnp_link.h"
#include "rnnp/rnnp_rnnpool.h"

int main(void) {
  static rnnp_link_t link;
  static const rnnp_link_port_t port;
  static const rnnp_link_handlers_t handlers;
  static const rnnp_link_identity_t identity;
  rnnp_rnnpool_params_t params = {.in_width = 0};
  rnnp_model_t model;
  rnnp_link_init(&link, &port, &handlers, &identity, 0);
  return rnnp_model_open(&model, &link, 0) != RNNP_OK && rnnp_rnnpool_s8_get_buffer_size(&params) < 0 ? 0 : 1;
}
