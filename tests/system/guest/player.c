/* player DEVICE RATE FOLDER: plays the JPEG files of FOLDER in a loop into DEVICE, a v4l2loopback camera, as Motion JPEG.
 *
 * The program reads FOLDER again after every round. FOLDER may be a symbolic link, so that a change of its target changes the pictures of
 * the camera. All pictures have the size of the first. The program ends with a message when the device is removed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define MAX_PICTURE (512 * 1024)

static unsigned char picture[MAX_PICTURE];

static void fail(const char *what) {
  fprintf(stderr, "player: %s: %s\n", what, strerror(errno));
  exit(1);
}

static size_t load(const char *folder, const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (!file) return 0;
  size_t size = fread(picture, 1, sizeof picture, file);
  fclose(file);
  return size;
}

/* Finds the frame header (SOF0 to SOF2) and with it the size of the picture. */
static int measure(size_t size, unsigned *width, unsigned *height) {
  for (size_t at = 2; at + 9 < size && picture[at] == 0xFF;) {
    if (picture[at + 1] >= 0xC0 && picture[at + 1] <= 0xC2) {
      *height = picture[at + 5] << 8 | picture[at + 6];
      *width = picture[at + 7] << 8 | picture[at + 8];
      return 1;
    }
    at += 2 + (picture[at + 2] << 8 | picture[at + 3]);
  }
  return 0;
}

static int is_picture(const struct dirent *entry) {
  return strstr(entry->d_name, ".jpg") != NULL;
}

static void set_format(int device, size_t size) {
  struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
  if (!measure(size, &format.fmt.pix.width, &format.fmt.pix.height)) {
    fprintf(stderr, "player: the first picture is no JPEG\n");
    exit(1);
  }
  format.fmt.pix.pixelformat = V4L2_PIX_FMT_MJPEG;
  format.fmt.pix.field = V4L2_FIELD_NONE;
  format.fmt.pix.sizeimage = MAX_PICTURE;
  format.fmt.pix.colorspace = V4L2_COLORSPACE_JPEG;
  if (ioctl(device, VIDIOC_S_FMT, &format) != 0) fail("the format");
}

int main(int argc, char **argv) {
  if (argc != 4 || atof(argv[2]) <= 0) {
    fprintf(stderr, "usage: player DEVICE RATE FOLDER\n");
    return 2;
  }
  int device = open(argv[1], O_RDWR);
  if (device < 0) fail(argv[1]);
  long period = (long)(1e9 / atof(argv[2]));
  struct timespec next;
  clock_gettime(CLOCK_MONOTONIC, &next);
  for (int formatted = 0;;) {
    struct dirent **names;
    int count = scandir(argv[3], &names, is_picture, alphasort);
    for (int i = 0; i < count; i++) {
      size_t size = load(argv[3], names[i]->d_name);
      free(names[i]);
      if (size == 0) continue;
      if (!formatted) {
        set_format(device, size);
        formatted = 1;
      }
      if (write(device, picture, size) < 0 && errno != EAGAIN) fail("a picture");
      next.tv_nsec += period;
      next.tv_sec += next.tv_nsec / 1000000000;
      next.tv_nsec %= 1000000000;
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    }
    if (count >= 0) free(names);
    if (count <= 0) sleep(1);
  }
}
