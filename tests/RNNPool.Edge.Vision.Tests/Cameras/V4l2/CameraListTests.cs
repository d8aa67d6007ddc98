using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Cameras.V4l2;

namespace RNNPool.Edge.Vision.Tests.Cameras.V4l2;

public sealed class CameraListTests
{
    private readonly ScriptedVideoKernel _kernel = new();

    [Fact]
    public void A_camera_is_listed_under_its_lasting_name_with_all_it_can_do()
    {
        _kernel.Files.Add(
            new VideoNode(
                "/dev/video2",
                "Desk Camera",
                ["/dev/v4l/by-id/usb-Maker_Camera-video-index0", "/dev/v4l/by-path/platform-usb-0:1.2"]
            )
        );
        _kernel.Formats.Add(("MJPG", [(640, 480, [30, 14.999])]));
        _kernel.Formats.Add(("H264", []));
        _kernel.Controls.Add((0x980900, "Brightness", 1, -64, 64, []));
        _kernel.Controls.Add((0x9a0901, "Auto Exposure", 3, 0, 3, ["", "Manual Mode", "", "Aperture Priority Mode"]));
        CameraReport camera = Assert.Single(CameraList.Video(_kernel));

        Assert.Equal(
            ("v4l2:/dev/v4l/by-id/usb-Maker_Camera-video-index0", "/dev/video2", "Scripted Camera", null),
            (camera.Source, camera.Device, camera.Name, camera.Problem)
        );
        Assert.Equal([("MJPG", true), ("H264", false)], camera.Formats.Select(format => (format.Format, format.Readable)));
        Assert.Equal([30, 15], camera.Formats[0].Sizes.Single().Rates);
        Assert.Equal(["brightness", "auto_exposure"], camera.Controls.Select(control => control.Name));
        Assert.Equal([1, 3], camera.Controls[1].Choices!.Keys);
        Assert.Equal(0, _kernel.OpenNow);
    }

    [Fact]
    public void A_control_is_set_at_once()
    {
        _kernel.Files.Add(new VideoNode("/dev/video2", "Desk Camera", []));
        _kernel.Controls.Add((0x980900, "Brightness", 1, -64, 64, []));
        _kernel.Controls.Add((0x9a0901, "Auto Exposure", 3, 0, 3, ["", "Manual Mode", "", "Aperture Priority Mode"]));

        CameraList.SetControl(_kernel, "v4l2:/dev/video2?width=640", "brightness", "12");
        IReadOnlyList<CameraControlReport> controls = CameraList.SetControl(_kernel, "v4l2:/dev/video2", "auto_exposure", "Manual Mode");

        Assert.Equal([(0x980900u, 12), (0x9a0901u, 1)], _kernel.Settings);
        Assert.Equal(["brightness", "auto_exposure"], controls.Select(control => control.Name));
        Assert.Throws<CameraException>(() => CameraList.SetControl(_kernel, "v4l2:/dev/video2", "brightness", "65"));
        Assert.Throws<CameraException>(() => CameraList.SetControl(_kernel, "v4l2:/dev/video2", "zoom", "1"));
        Assert.Throws<CameraException>(() => CameraList.SetControl(_kernel, "rpicam:0", "brightness", "1"));
        Assert.Equal(0, _kernel.OpenNow);
    }

    [Fact]
    public void What_does_not_capture_is_left_out_and_what_cannot_be_opened_says_why()
    {
        _kernel.Files.Add(new VideoNode("/dev/video2", "Desk Camera", []));
        _kernel.OwnCapabilities = VideoCapability.StreamingBit;
        Assert.Empty(CameraList.Video(_kernel));
        _kernel.OpenError = ErrorNumber.NoPermission;
        CameraReport camera = Assert.Single(CameraList.Video(_kernel));
        Assert.Equal(("v4l2:/dev/video2", "Desk Camera"), (camera.Source, camera.Name));
        Assert.Contains("video", camera.Problem, StringComparison.Ordinal);
    }
}
