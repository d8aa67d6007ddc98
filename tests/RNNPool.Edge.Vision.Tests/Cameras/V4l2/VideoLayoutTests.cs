using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Cameras.V4l2;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Cameras.V4l2;

/// <summary>Sizes, offsets and numbers of the binding against what a C compiler makes of the kernel's header.</summary>
public sealed class VideoLayoutTests
{
    private static readonly Lazy<Dictionary<string, long>> Compiled = new(Compile);

    public static TheoryData<string, long> Binding =>
        new()
        {
            { "size v4l2_capability", Unsafe.SizeOf<VideoCapability>() },
            { "size v4l2_fmtdesc", Unsafe.SizeOf<FormatDescription>() },
            { "size v4l2_frmsizeenum", Unsafe.SizeOf<FrameSizeEntry>() },
            { "size v4l2_frmivalenum", Unsafe.SizeOf<FrameIntervalEntry>() },
            { "size v4l2_format", Unsafe.SizeOf<VideoFormat>() },
            { "size v4l2_streamparm", Unsafe.SizeOf<StreamParameters>() },
            { "size v4l2_requestbuffers", Unsafe.SizeOf<BufferRequest>() },
            { "size v4l2_buffer", Unsafe.SizeOf<VideoBuffer>() },
            { "size v4l2_queryctrl", Unsafe.SizeOf<ControlQuery>() },
            { "size v4l2_querymenu", Unsafe.SizeOf<MenuQuery>() },
            { "size v4l2_control", Unsafe.SizeOf<ControlValue>() },
            { "offset v4l2_capability.card", At<VideoCapability>(nameof(VideoCapability.Card)) },
            { "offset v4l2_capability.bus_info", At<VideoCapability>(nameof(VideoCapability.BusInfo)) },
            { "offset v4l2_capability.capabilities", At<VideoCapability>(nameof(VideoCapability.Capabilities)) },
            { "offset v4l2_capability.device_caps", At<VideoCapability>(nameof(VideoCapability.DeviceCapabilities)) },
            { "offset v4l2_fmtdesc.description", At<FormatDescription>(nameof(FormatDescription.Description)) },
            { "offset v4l2_fmtdesc.pixelformat", At<FormatDescription>(nameof(FormatDescription.PixelFormat)) },
            { "offset v4l2_frmsizeenum.type", At<FrameSizeEntry>(nameof(FrameSizeEntry.Type)) },
            { "offset v4l2_frmsizeenum.discrete.width", At<FrameSizeEntry>(nameof(FrameSizeEntry.MinWidth)) },
            { "offset v4l2_frmsizeenum.discrete.height", At<FrameSizeEntry>(nameof(FrameSizeEntry.MaxWidth)) },
            { "offset v4l2_frmsizeenum.stepwise.min_width", At<FrameSizeEntry>(nameof(FrameSizeEntry.MinWidth)) },
            { "offset v4l2_frmsizeenum.stepwise.max_width", At<FrameSizeEntry>(nameof(FrameSizeEntry.MaxWidth)) },
            { "offset v4l2_frmsizeenum.stepwise.min_height", At<FrameSizeEntry>(nameof(FrameSizeEntry.MinHeight)) },
            { "offset v4l2_frmsizeenum.stepwise.step_height", At<FrameSizeEntry>(nameof(FrameSizeEntry.StepHeight)) },
            { "offset v4l2_frmivalenum.type", At<FrameIntervalEntry>(nameof(FrameIntervalEntry.Type)) },
            { "offset v4l2_frmivalenum.discrete.numerator", At<FrameIntervalEntry>(nameof(FrameIntervalEntry.MinNumerator)) },
            { "offset v4l2_frmivalenum.discrete.denominator", At<FrameIntervalEntry>(nameof(FrameIntervalEntry.MinDenominator)) },
            { "offset v4l2_frmivalenum.stepwise.max.numerator", At<FrameIntervalEntry>(nameof(FrameIntervalEntry.MaxNumerator)) },
            { "offset v4l2_format.type", At<VideoFormat>(nameof(VideoFormat.Type)) },
            { "offset v4l2_format.fmt.pix.width", At<VideoFormat>(nameof(VideoFormat.Width)) },
            { "offset v4l2_format.fmt.pix.height", At<VideoFormat>(nameof(VideoFormat.Height)) },
            { "offset v4l2_format.fmt.pix.pixelformat", At<VideoFormat>(nameof(VideoFormat.PixelFormat)) },
            { "offset v4l2_format.fmt.pix.field", At<VideoFormat>(nameof(VideoFormat.Field)) },
            { "offset v4l2_format.fmt.pix.bytesperline", At<VideoFormat>(nameof(VideoFormat.BytesPerLine)) },
            { "offset v4l2_format.fmt.pix.sizeimage", At<VideoFormat>(nameof(VideoFormat.SizeImage)) },
            { "offset v4l2_streamparm.parm.capture.capability", At<StreamParameters>(nameof(StreamParameters.Capability)) },
            { "offset v4l2_streamparm.parm.capture.timeperframe.numerator", At<StreamParameters>(nameof(StreamParameters.Numerator)) },
            { "offset v4l2_streamparm.parm.capture.timeperframe.denominator", At<StreamParameters>(nameof(StreamParameters.Denominator)) },
            { "offset v4l2_buffer.bytesused", At<VideoBuffer>(nameof(VideoBuffer.BytesUsed)) },
            { "offset v4l2_buffer.flags", At<VideoBuffer>(nameof(VideoBuffer.Flags)) },
            { "offset v4l2_buffer.timestamp", At<VideoBuffer>(nameof(VideoBuffer.Seconds)) },
            { "offset v4l2_buffer.sequence", At<VideoBuffer>(nameof(VideoBuffer.Sequence)) },
            { "offset v4l2_buffer.memory", At<VideoBuffer>(nameof(VideoBuffer.Memory)) },
            { "offset v4l2_buffer.m.offset", At<VideoBuffer>(nameof(VideoBuffer.Offset)) },
            { "offset v4l2_buffer.length", At<VideoBuffer>(nameof(VideoBuffer.Length)) },
            { "offset v4l2_queryctrl.name", At<ControlQuery>(nameof(ControlQuery.Name)) },
            { "offset v4l2_queryctrl.minimum", At<ControlQuery>(nameof(ControlQuery.Minimum)) },
            { "offset v4l2_queryctrl.flags", At<ControlQuery>(nameof(ControlQuery.Flags)) },
            { "offset v4l2_querymenu.name", At<MenuQuery>(nameof(MenuQuery.Name)) },
            { "number VIDIOC_QUERYCAP", VideoRequest.QueryCapability },
            { "number VIDIOC_ENUM_FMT", VideoRequest.EnumerateFormats },
            { "number VIDIOC_S_FMT", VideoRequest.SetFormat },
            { "number VIDIOC_REQBUFS", VideoRequest.RequestBuffers },
            { "number VIDIOC_QUERYBUF", VideoRequest.QueryBuffer },
            { "number VIDIOC_QBUF", VideoRequest.Queue },
            { "number VIDIOC_DQBUF", VideoRequest.Dequeue },
            { "number VIDIOC_STREAMON", VideoRequest.StreamOn },
            { "number VIDIOC_STREAMOFF", VideoRequest.StreamOff },
            { "number VIDIOC_S_PARM", VideoRequest.SetParameters },
            { "number VIDIOC_G_CTRL", VideoRequest.GetControl },
            { "number VIDIOC_S_CTRL", VideoRequest.SetControl },
            { "number VIDIOC_QUERYCTRL", VideoRequest.QueryControl },
            { "number VIDIOC_QUERYMENU", VideoRequest.QueryMenu },
            { "number VIDIOC_ENUM_FRAMESIZES", VideoRequest.EnumerateSizes },
            { "number VIDIOC_ENUM_FRAMEINTERVALS", VideoRequest.EnumerateIntervals },
            { "number V4L2_CAP_VIDEO_CAPTURE", VideoCapability.CaptureBit },
            { "number V4L2_CAP_STREAMING", VideoCapability.StreamingBit },
            { "number V4L2_CAP_DEVICE_CAPS", VideoCapability.DeviceCapabilitiesBit },
            { "number V4L2_CAP_TIMEPERFRAME", StreamParameters.TimePerFrameBit },
            { "number V4L2_BUF_FLAG_ERROR", VideoBuffer.ErrorBit },
            { "number V4L2_BUF_TYPE_VIDEO_CAPTURE", VideoDevice.Capture },
            { "number V4L2_CTRL_FLAG_NEXT_CTRL", ControlQuery.NextBit },
            { "number V4L2_CTRL_FLAG_INACTIVE", ControlQuery.InactiveBit },
            { "number V4L2_CTRL_FLAG_READ_ONLY", ControlQuery.ReadOnlyBit },
            { "number V4L2_CTRL_FLAG_DISABLED", ControlQuery.DisabledBit },
            { "number V4L2_CTRL_FLAG_WRITE_ONLY", ControlQuery.WriteOnlyBit },
            { "number V4L2_PIX_FMT_YUYV", FourCc.Yuyv },
            { "number V4L2_PIX_FMT_GREY", FourCc.Grey },
            { "number V4L2_PIX_FMT_NV12", FourCc.Nv12 },
            { "number V4L2_PIX_FMT_YUV420", FourCc.Yu12 },
            { "number V4L2_PIX_FMT_MJPEG", FourCc.Mjpg },
            { "number V4L2_PIX_FMT_JPEG", FourCc.Jpeg },
        };

    [Theory]
    [MemberData(nameof(Binding))]
    public void The_binding_is_laid_out_as_the_kernels_header(string what, long value) => Assert.Equal(Compiled.Value[what], value);

    [Fact]
    public void Nothing_that_the_compiler_was_asked_for_is_left_uncompared() =>
        Assert.Equal(Compiled.Value.Keys.Order(), Binding.Select(row => row.Data.Item1).Order());

    // Fixed buffers hide a field's type, but not where it begins.
    private static long At<T>(string field) => Marshal.OffsetOf<T>(field);

    private static Dictionary<string, long> Compile()
    {
        using var folder = new TemporaryFolder();
        string program = Path.Combine(folder.Path, "layout");
        Run("gcc", ["-o", program, RepositoryPath.Of("tests", "RNNPool.Edge.Vision.Tests", "Cameras", "V4l2", "layout.c")]);
        return Run(program, [])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(
                line => line[..line.LastIndexOf(' ')],
                line => long.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), NumberStyles.None, CultureInfo.InvariantCulture)
            );
    }

    private static string Run(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
