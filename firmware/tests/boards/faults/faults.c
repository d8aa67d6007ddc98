/*
 * A test build of the firmware that fails, or computes without end, on command: FRAME_BEGIN with one of these numbers. The linker replaces
 * rnnp_link_init
 * (--wrap), so the firmware itself has no such command.
 */
#include "board.h"
#include "rnnp/rnnp_link.h"

enum command { COMMAND_UNDEFINED = 0xfa01, COMMAND_BUS = 0xfa02, COMMAND_STACK = 0xfa03, COMMAND_HANG = 0xfa04, COMMAND_COMPUTE = 0xfa05 };

#define UNMAPPED 0xe8000000u

void __real_rnnp_link_init(rnnp_link_t *link, const rnnp_link_port_t *port, const rnnp_link_handlers_t *handlers,
                           const rnnp_link_identity_t *identity, rnnp_slot_store_t *store);
void __wrap_rnnp_link_init(rnnp_link_t *link, const rnnp_link_port_t *port, const rnnp_link_handlers_t *handlers,
                           const rnnp_link_identity_t *identity, rnnp_slot_store_t *store);
void fail_undefined(void);
void fail_bus(void);
uint32_t fail_stack(uint32_t depth);
void fail_hang(void);

static const rnnp_link_handlers_t *firmware;
static rnnp_link_t *line;

__attribute__((noinline)) void fail_undefined(void) { __asm__ volatile("udf #1"); }

__attribute__((noinline)) void fail_bus(void) { (void)*(const volatile uint32_t *)UNMAPPED; }

__attribute__((noinline)) uint32_t fail_stack(uint32_t depth) {
  volatile uint32_t block[8] = {depth};
  return depth == UINT32_MAX ? block[0] : fail_stack(depth + 1) + block[depth % 8];
}

__attribute__((noinline)) void fail_hang(void) {
  for (;;) {
    __asm__ volatile("wfi"); /* an emulator that waits needs no processor time for the 8 s */
  }
}

static enum rnnp_wire_status frame_begin(void *context, const rnnp_wire_frame_begin_t *begin) {
  switch (begin->frame) {
    case COMMAND_UNDEFINED:
      fail_undefined();
      break;
    case COMMAND_BUS:
      fail_bus();
      break;
    case COMMAND_STACK:
      (void)fail_stack(0);
      break;
    case COMMAND_HANG:
      fail_hang();
      break;
    case COMMAND_COMPUTE: /* without end, but with progress */
      while (rnnp_link_attend(line)) {
        board_watchdog_feed();
      }
      return RNNP_STATUS_ENGINE;
    default:
      break;
  }
  return firmware->frame_begin(context, begin);
}

void __wrap_rnnp_link_init(rnnp_link_t *link, const rnnp_link_port_t *port, const rnnp_link_handlers_t *handlers,
                           const rnnp_link_identity_t *identity, rnnp_slot_store_t *store) {
  static rnnp_link_handlers_t failing;
  firmware = handlers;
  line = link;
  failing = *handlers;
  failing.frame_begin = frame_begin;
  __real_rnnp_link_init(link, port, &failing, identity, store);
}
