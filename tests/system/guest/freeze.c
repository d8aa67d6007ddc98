/* freeze PROCESS LIBRARY: stops one thread of a process while it executes code of that library, until the process ends. To the other
 * threads this looks like a call that never returns. Prints the thread's number once it has stopped. */
#include <dirent.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_THREADS 256
#define SECONDS 60

static unsigned long begin, end; /* of the library's code */

static int find_code(const char *process, const char *library) {
  char path[64], line[1024], permissions[8];
  unsigned long from, to;
  snprintf(path, sizeof path, "/proc/%s/maps", process);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  while (fgets(line, sizeof line, file)) {
    if (!strstr(line, library) || sscanf(line, "%lx-%lx %7s", &from, &to, permissions) != 3 || !strchr(permissions, 'x')) continue;
    if (!begin) begin = from;
    end = to;
  }
  fclose(file);
  return begin != 0;
}

/* Whether a thread computes right now: stopping one that waits would only disturb it. */
static int runs(const char *process, int thread) {
  char path[128], text[1024];
  snprintf(path, sizeof path, "/proc/%s/task/%d/stat", process, thread);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  size_t size = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[size] = 0;
  char *rest = strrchr(text, ')');
  return rest && rest[1] && rest[2] == 'R';
}

/* Stops a thread; lets it go on unless it is within the library. */
static int stop(int thread) {
  struct user_regs_struct registers;
  struct iovec place = {&registers, sizeof registers};
  int status;
  if (ptrace(PTRACE_SEIZE, thread, 0, 0) != 0) return 0;
  if (ptrace(PTRACE_INTERRUPT, thread, 0, 0) != 0 || waitpid(thread, &status, __WALL) != thread || !WIFSTOPPED(status)) return 0;
  if (ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &place) == 0 && registers.pc >= begin && registers.pc < end) return 1;
  ptrace(PTRACE_DETACH, thread, 0, 0);
  return 0;
}

static int find_thread(const char *process) {
  char path[64];
  int threads[MAX_THREADS], count = 0;
  snprintf(path, sizeof path, "/proc/%s/task", process);
  DIR *folder = opendir(path);
  if (!folder) return 0;
  for (struct dirent *entry; count < MAX_THREADS && (entry = readdir(folder));)
    if (entry->d_name[0] != '.') threads[count++] = atoi(entry->d_name);
  closedir(folder);
  for (int i = 0; i < count; i++)
    if (runs(process, threads[i]) && stop(threads[i])) return threads[i];
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: freeze PROCESS LIBRARY\n");
    return 2;
  }
  if (!find_code(argv[1], argv[2])) {
    fprintf(stderr, "freeze: there is no process %s with the library %s\n", argv[1], argv[2]);
    return 1;
  }
  int thread = 0;
  for (int tries = SECONDS * 50; !thread && tries > 0; tries--, usleep(20000)) thread = find_thread(argv[1]);
  if (!thread) {
    fprintf(stderr, "freeze: no thread was found in %s within %d s\n", argv[2], SECONDS);
    return 1;
  }
  printf("%d\n", thread);
  fflush(stdout);
  for (int status; waitpid(thread, &status, __WALL) > 0 && !WIFEXITED(status) && !WIFSIGNALED(status);) {
  }
  return 0;
}
