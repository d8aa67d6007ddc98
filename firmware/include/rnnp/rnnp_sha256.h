/* SHA-256 (FIPS 180-4), incremental. */
#ifndef RNNP_SHA256_H
#define RNNP_SHA256_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RNNP_SHA256_BYTES 32u

typedef struct {
  uint32_t state[8];
  uint64_t length;
  uint8_t block[64];
} rnnp_sha256_t;

void rnnp_sha256_init(rnnp_sha256_t *sha);
void rnnp_sha256_update(rnnp_sha256_t *sha, const void *bytes, size_t size);
void rnnp_sha256_final(rnnp_sha256_t *sha, uint8_t digest[RNNP_SHA256_BYTES]);

#ifdef __cplusplus
}
#endif

#endif
