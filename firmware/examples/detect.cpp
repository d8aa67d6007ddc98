// Runs a package on a picture: detect MODEL.rnnp PICTURE, where PICTURE is raw bytes of the model's size. Prints a line for each detection.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "rnnp/rnnp_engine.h"

// Packages and arenas are aligned to 16.
struct alignas(16) Block {
  std::uint8_t bytes[16];
};

static std::vector<Block> read(const char *path, std::size_t &size) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> content{std::istreambuf_iterator<char>(file), {}};
  std::vector<Block> blocks((content.size() + sizeof(Block) - 1) / sizeof(Block) + 1);
  size = content.size();
  for (std::size_t i = 0; i < size; i++) {
    blocks[i / sizeof(Block)].bytes[i % sizeof(Block)] = static_cast<std::uint8_t>(content[i]);
  }
  return blocks;
}

static int fail(rnnp_status_t status) {
  std::printf("%s\n", rnnp_status_name(status));
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    std::printf("usage: detect MODEL.rnnp PICTURE\n");
    return 2;
  }
  std::size_t size = 0;
  const auto package = read(argv[1], size);
  rnnp_model_t model{};
  if (const auto status = rnnp_model_open(&model, package.data(), size); status != RNNP_OK) {
    return fail(status);
  }
  std::vector<Block> arena(model.arena_bytes / sizeof(Block) + 1);
  rnnp_engine_t engine{};
  if (const auto status = rnnp_engine_init(&engine, &model, arena.data(), model.arena_bytes); status != RNNP_OK) {
    return fail(status);
  }
  const auto picture = read(argv[2], size);
  if (size < std::size_t{1} * model.header->width * model.header->height * model.header->channels) {
    std::printf("the picture is too small\n");
    return 1;
  }
  rnnp_result_t result{};
  rnnp_status_t status = rnnp_engine_begin(&engine);
  if (status == RNNP_OK) {
    status = rnnp_engine_push_rows(&engine, picture.data()->bytes, model.header->height);
  }
  if (status == RNNP_OK) {
    status = rnnp_engine_finish(&engine, &result);
  }
  if (status != RNNP_OK) {
    return fail(status);
  }
  for (std::uint32_t i = 0; i < result.detection_count; i++) {
    const auto &found = result.detections[i];
    std::printf("%.3f at %.1f %.1f %.1f %.1f\n", found.score / 65536.0, found.left / 16.0, found.top / 16.0, found.right / 16.0,
                found.bottom / 16.0);
  }
  return 0;
}
