// The device's side of the link, connected to nothing: announces itself and prints how many bytes it would have sent.
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "rnnp/rnnp_link.h"

static std::size_t sent;

static std::size_t write_bytes(void *, const std::uint8_t *, std::size_t count) {
  sent += count;
  return count;
}

static std::uint32_t now_ms(void *) {
  static std::uint32_t now;
  return now += 100;
}

static enum rnnp_wire_status refuse_frame(void *, const rnnp_wire_frame_begin_t *) { return RNNP_STATUS_ENGINE; }

static enum rnnp_wire_status ignore_row(void *, std::uint16_t, std::uint16_t, const std::uint8_t *) { return RNNP_STATUS_OK; }

static void ignore_abort(void *, std::uint16_t) {}

static void describe_nothing(void *, std::uint8_t, rnnp_wire_slot_info_t *) {}

int main() {
  rnnp_link_port_t port{};
  port.write = write_bytes;
  port.now_ms = now_ms;
  rnnp_link_handlers_t handlers{};
  handlers.frame_begin = refuse_frame;
  handlers.frame_row = ignore_row;
  handlers.frame_abort = ignore_abort;
  handlers.describe = describe_nothing;
  rnnp_link_identity_t identity{};
  identity.board = "example";
  static rnnp_link_t link{};
  rnnp_link_init(&link, &port, &handlers, &identity, nullptr);
  for (int i = 0; i < 100; i++) {
    rnnp_link_poll(&link);
  }
  std::printf("%zu bytes sent\n", sent);
  return sent > 0 ? 0 : 1;
}
