/* SHA-256 (FIPS 180-4). */
#include "rnnp/rnnp_sha256.h"

#include <string.h>

static const uint32_t round_constants[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
  0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
  0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
  0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
  0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
  0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, unsigned n) { return x >> n | x << (32 - n); }

/* Working variable k of round i: instead of moving all eight along, their places turn. */
#define WORKING(k) s[((k)-i) & 7]

static void compress(uint32_t state[8], const uint8_t *block) {
  uint32_t w[16];
  uint32_t s[8];
  memcpy(s, state, sizeof s);
  for (unsigned i = 0; i < 16; i++) {
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
  }
  for (unsigned i = 0; i < 64; i++) {
    uint32_t word = w[i & 15];
    if (i >= 16) {
      uint32_t a = w[(i + 1) & 15];
      uint32_t b = w[(i + 14) & 15];
      word += (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[(i + 9) & 15] + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
      w[i & 15] = word;
    }
    uint32_t e = WORKING(4);
    uint32_t t1 =
      WORKING(7) + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & WORKING(5)) ^ (~e & WORKING(6))) + round_constants[i] + word;
    uint32_t x = WORKING(0);
    uint32_t y = WORKING(1);
    uint32_t z = WORKING(2);
    uint32_t t2 = (rotate(x, 2) ^ rotate(x, 13) ^ rotate(x, 22)) + ((x & y) ^ (x & z) ^ (y & z));
    WORKING(3) += t1;
    WORKING(7) = t1 + t2;
  }
  for (unsigned i = 0; i < 8; i++) {
    state[i] += s[i];
  }
}

void rnnp_sha256_init(rnnp_sha256_t *sha) {
  static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(sha->state, start, sizeof start);
  sha->length = 0;
}

void rnnp_sha256_update(rnnp_sha256_t *sha, const void *bytes, size_t size) {
  const uint8_t *p = bytes;
  while (size > 0) {
    size_t used = (size_t)(sha->length & 63);
    size_t take = 64 - used < size ? 64 - used : size;
    memcpy(sha->block + used, p, take);
    sha->length += take;
    p += take;
    size -= take;
    if (used + take == 64) {
      compress(sha->state, sha->block);
    }
  }
}

void rnnp_sha256_final(rnnp_sha256_t *sha, uint8_t digest[RNNP_SHA256_BYTES]) {
  uint64_t bits = sha->length * 8;
  uint8_t tail[72] = {0x80};
  size_t pad = 1 + (119 - (size_t)(sha->length & 63)) % 64;
  for (unsigned i = 0; i < 8; i++) {
    tail[pad + i] = (uint8_t)(bits >> (56 - 8 * i));
  }
  rnnp_sha256_update(sha, tail, pad + 8);
  for (unsigned i = 0; i < RNNP_SHA256_BYTES; i++) {
    digest[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
  }
}
