#include "rnnp/rnnp_status.h"

const char *rnnp_status_name(rnnp_status_t status) {
  static const char *const names[] = {"ok",       "argument", "alignment",   "magic", "version", "length",
                                      "checksum", "header",   "label",       "layer", "chain",   "section",
                                      "weight",   "arena",    "unsupported", "state", "work",    "stopped"};
  int index = -(int)status;
  return index >= 0 && index < (int)(sizeof names / sizeof *names) ? names[index] : "unknown";
}
