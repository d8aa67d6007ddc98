/* Prints how a C compiler lays out the kernel's structures; the tests compare it with the binding's. */
#include <linux/videodev2.h>
#include <stddef.h>
#include <stdio.h>

#define SIZE(type) printf("size %s %zu\n", #type, sizeof(struct type))
#define OFFSET(type, field) printf("offset %s.%s %zu\n", #type, #field, offsetof(struct type, field))
#define NUMBER(name) printf("number %s %lu\n", #name, (unsigned long)(name))

int main(void) {
  SIZE(v4l2_capability); SIZE(v4l2_fmtdesc); SIZE(v4l2_frmsizeenum); SIZE(v4l2_frmivalenum); SIZE(v4l2_format); SIZE(v4l2_streamparm);
  SIZE(v4l2_requestbuffers); SIZE(v4l2_buffer); SIZE(v4l2_queryctrl); SIZE(v4l2_querymenu); SIZE(v4l2_control);

  OFFSET(v4l2_capability, card); OFFSET(v4l2_capability, bus_info); OFFSET(v4l2_capability, capabilities);
  OFFSET(v4l2_capability, device_caps);
  OFFSET(v4l2_fmtdesc, description); OFFSET(v4l2_fmtdesc, pixelformat);
  OFFSET(v4l2_frmsizeenum, type); OFFSET(v4l2_frmsizeenum, discrete.width); OFFSET(v4l2_frmsizeenum, discrete.height);
  OFFSET(v4l2_frmsizeenum, stepwise.min_width); OFFSET(v4l2_frmsizeenum, stepwise.max_width);
  OFFSET(v4l2_frmsizeenum, stepwise.min_height); OFFSET(v4l2_frmsizeenum, stepwise.step_height);
  OFFSET(v4l2_frmivalenum, type); OFFSET(v4l2_frmivalenum, discrete.numerator);
  OFFSET(v4l2_frmivalenum, discrete.denominator); OFFSET(v4l2_frmivalenum, stepwise.max.numerator);
  OFFSET(v4l2_format, type); OFFSET(v4l2_format, fmt.pix.width); OFFSET(v4l2_format, fmt.pix.height);
  OFFSET(v4l2_format, fmt.pix.pixelformat);
  OFFSET(v4l2_format, fmt.pix.field); OFFSET(v4l2_format, fmt.pix.bytesperline); OFFSET(v4l2_format, fmt.pix.sizeimage);
  OFFSET(v4l2_streamparm, parm.capture.capability); OFFSET(v4l2_streamparm, parm.capture.timeperframe.numerator);
  OFFSET(v4l2_streamparm, parm.capture.timeperframe.denominator);
  OFFSET(v4l2_buffer, bytesused); OFFSET(v4l2_buffer, flags); OFFSET(v4l2_buffer, timestamp);
  OFFSET(v4l2_buffer, sequence); OFFSET(v4l2_buffer, memory);
  OFFSET(v4l2_buffer, m.offset); OFFSET(v4l2_buffer, length);
  OFFSET(v4l2_queryctrl, name); OFFSET(v4l2_queryctrl, minimum); OFFSET(v4l2_queryctrl, flags);
  OFFSET(v4l2_querymenu, name);

  NUMBER(VIDIOC_QUERYCAP); NUMBER(VIDIOC_ENUM_FMT); NUMBER(VIDIOC_S_FMT); NUMBER(VIDIOC_REQBUFS);
  NUMBER(VIDIOC_QUERYBUF); NUMBER(VIDIOC_QBUF);
  NUMBER(VIDIOC_DQBUF); NUMBER(VIDIOC_STREAMON); NUMBER(VIDIOC_STREAMOFF); NUMBER(VIDIOC_S_PARM);
  NUMBER(VIDIOC_G_CTRL); NUMBER(VIDIOC_S_CTRL);
  NUMBER(VIDIOC_QUERYCTRL); NUMBER(VIDIOC_QUERYMENU); NUMBER(VIDIOC_ENUM_FRAMESIZES); NUMBER(VIDIOC_ENUM_FRAMEINTERVALS);
  NUMBER(V4L2_CAP_VIDEO_CAPTURE); NUMBER(V4L2_CAP_STREAMING); NUMBER(V4L2_CAP_DEVICE_CAPS);
  NUMBER(V4L2_CAP_TIMEPERFRAME); NUMBER(V4L2_BUF_FLAG_ERROR);
  NUMBER(V4L2_BUF_TYPE_VIDEO_CAPTURE); NUMBER(V4L2_CTRL_FLAG_NEXT_CTRL); NUMBER(V4L2_CTRL_FLAG_INACTIVE); NUMBER(V4L2_CTRL_FLAG_READ_ONLY);
  NUMBER(V4L2_CTRL_FLAG_DISABLED); NUMBER(V4L2_CTRL_FLAG_WRITE_ONLY);
  NUMBER(V4L2_PIX_FMT_YUYV); NUMBER(V4L2_PIX_FMT_GREY); NUMBER(V4L2_PIX_FMT_NV12); NUMBER(V4L2_PIX_FMT_YUV420);
  NUMBER(V4L2_PIX_FMT_MJPEG); NUMBER(V4L2_PIX_FMT_JPEG);
  return 0;
}
