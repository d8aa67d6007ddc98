/* freeze PROCESS: stops the busiest thread of a process, and only that one, until the process is gone. This is what a driver that never returns looks
 * like from outside: everything else goes on. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_THREADS 256

/* Processor time of a thread in ticks. */
static long ticks(const char *process, int thread) {
  char path[128], text[1024];
  snprintf(path, sizeof path, "/proc/%s/task/%d/stat", process, thread);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  size_t size = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[size] = 0;
  char *rest = strrchr(text, ')');
  long user = 0, system = 0;
  if (rest) sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system);
  return user + system;
}

static int list(const char *process, int *threads) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/task", process);
  DIR *folder = opendir(path);
  int count = 0;
  if (!folder) return 0;
  for (struct dirent *entry; count < MAX_THREADS && (entry = readdir(folder));)
    if (entry->d_name[0] != '.') threads[count++] = atoi(entry->d_name);
  closedir(folder);
  return count;
}

int main(int argc, char **argv) {
  int threads[MAX_THREADS];
  long before[MAX_THREADS];
  if (argc != 2) return 2;
  int count = list(argv[1], threads), busiest = 0;
  for (int i = 0; i < count; i++) before[i] = ticks(argv[1], threads[i]);
  sleep(2);
  long most = 0;
  for (int i = 0; i < count; i++) {
    long used = ticks(argv[1], threads[i]) - before[i];
    if (used > most) {
      most = used;
      busiest = threads[i];
    }
  }
  if (!busiest || ptrace(PTRACE_SEIZE, busiest, 0, 0) != 0 || ptrace(PTRACE_INTERRUPT, busiest, 0, 0) != 0) {
    perror("freeze");
    return 1;
  }
  printf("%d\n", busiest);
  fflush(stdout);
  /* The stop is the first change of state, the end of the process the last. */
  for (int status; waitpid(busiest, &status, __WALL) > 0 && !WIFEXITED(status) && !WIFSIGNALED(status);) {
  }
  return 0;
}
