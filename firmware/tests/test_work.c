/* The work of packages against the golden figures that the host's tests read, too. */
#include <string.h>

#include "rnnp/rnnp_model.h"
#include "rnnp_test.h"

/* Arguments: the list, and the folder that its names are relative to. */
int main(int argc, char **argv) {
  char line[512];
  char name[256];
  char path[768];
  unsigned work;
  FILE *list = argc > 2 ? fopen(argv[1], "r") : NULL;
  if (!list) {
    printf("usage: test_work LIST FOLDER\n");
    return 2;
  }
  while (fgets(line, sizeof line, list)) {
    if (sscanf(line, "%255s %u", name, &work) != 2) {
      continue;
    }
    snprintf(path, sizeof path, "%s/%s", argv[2], name);
    rnnp_test_file_t file = rnnp_test_load(path);
    rnnp_model_t model;
    CHECK(rnnp_model_open(&model, file.bytes, file.size) == RNNP_OK && model.work == work);
    rnnp_test_unload(&file);
  }
  fclose(list);
  return rnnp_test_summary("work");
}
