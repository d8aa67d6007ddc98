using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Pictures;

public sealed class PresencePicturesTests : IDisposable
{
    private const int Width = 320,
        Height = 240;

    private readonly JumpingTimeProvider _time = new(Samples.Noon);
    private readonly ControlsFixture _controls;
    private readonly DeviceControls _running;
    private readonly StaticLive<PictureOptions> _options = new(new PictureOptions());
    private readonly Album _album = new();
    private readonly PresencePictures _pictures;
    private readonly PictureEncoding _encoding;
    private readonly FramePool _pool = new();

    public PresencePicturesTests()
    {
        _controls = new ControlsFixture(_time);
        _running = _controls.Start();
        _pictures = new PresencePictures(new ImagePolicy(_controls.Device), _running, _options, [_album], _time);
        _encoding = new PictureEncoding(
            _pictures,
            new LoopSupervisor(_time, NullLogger<LoopSupervisor>.Instance),
            NullLogger<PictureEncoding>.Instance
        );
    }

    public void Dispose()
    {
        _encoding.Dispose();
        _pictures.Dispose();
        _controls.Dispose();
    }

    [Fact]
    public void The_picture_is_of_the_best_frame_and_not_of_the_first()
    {
        Show(0.7f, shade: 50);
        Show(0.95f, shade: 100);
        Show(0.8f, shade: 150);
        _pictures.Retain("door", []);
        _encoding.EncodeDue();

        Assert.Equal([50, 100, 100], _album.Shades);
        Assert.Equal([false, false, true], _album.Pictures.Select(picture => picture.IsFinal));
        PresencePicture last = _album.Pictures[^1];
        Assert.Equal((0.95, "door", "face", "a"), (last.Facts.Score, last.Facts.Camera, last.Facts.Label, last.Id));
        Assert.Equal(Samples.Noon.AddSeconds(2).UtcDateTime, last.Facts.Time);
        Assert.Same(last, _pictures.Find("a"));
    }

    [Fact]
    public void Of_frames_with_like_scores_the_one_with_the_larger_box_is_better_and_cut_parts_do_not_count()
    {
        Show(0.9f, shade: 50, box: new BoundingBox(100, 100, 40, 40));
        Show(0.88f, shade: 100, box: new BoundingBox(100, 100, 60, 60));
        Show(0.92f, shade: 150, box: new BoundingBox(-70, 100, 90, 60));
        Show(0.7f, shade: 200, box: new BoundingBox(100, 100, 90, 90));

        Assert.Equal([50, 100], _album.Shades);
    }

    [Fact]
    public void Better_frames_are_encoded_once_a_second_and_at_the_end()
    {
        Show(0.5f, shade: 50);
        Show(0.6f, shade: 60, seconds: 0.2);
        Show(0.7f, shade: 70, seconds: 0.2);
        Show(0.8f, shade: 80, seconds: 0.7);
        Show(0.9f, shade: 90, seconds: 0.2);
        Assert.Equal([50, 80], _album.Shades);

        _pictures.Retain("door", []);
        _encoding.EncodeDue();
        Assert.Equal([50, 80, 90, 90], _album.Shades);
    }

    [Fact]
    public void A_score_that_drifts_causes_few_pictures()
    {
        for (int i = 0; i < 400; i++)
            Show(0.6f + (0.3f * i / 400), shade: 100, box: new BoundingBox(50, 50, 20 + (i / 4f), 20 + (i / 4f)));

        Assert.InRange(_album.Pictures.Count, 5, 25);
    }

    [Fact]
    public void A_presence_that_a_frame_does_not_show_has_no_picture_of_it()
    {
        Show(0, shade: 50);
        Assert.Empty(_album.Pictures);
        Assert.Null(_pictures.Find("a"));
    }

    [Fact]
    public void The_crop_shows_the_presence_and_the_whole_picture_has_the_width_of_the_settings()
    {
        _options.Current = new PictureOptions { Width = 160 };
        using Frame frame = Frame(20);
        Fill(frame, 200, 60, 260, 120, 220);
        Offer(frame, Present("a", 0.9f, new BoundingBox(200, 60, 60, 60)));

        PresencePicture picture = Assert.Single(_album.Pictures);
        using Frame whole = ImageCodec.Decode(picture.Whole, "whole", _pool);
        Assert.Equal((160, 120), (whole.Width, whole.Height));
        using Frame crop = ImageCodec.Decode(picture.Crop, "crop", _pool);
        Assert.Equal((102, 102), (crop.Width, crop.Height));
        Assert.InRange(Pixel(crop, 51, 51), 210, 230);
        Assert.InRange(Pixel(crop, 3, 3), 10, 30);
        Assert.Equal((0.625, 0.25, 0.1875, 0.25), Tuple(picture.Facts.BoxFraction));
    }

    [Fact]
    public void Faces_are_blurred_when_the_settings_ask_for_it_also_those_of_others_and_those_that_the_frame_misses()
    {
        _options.Current = new PictureOptions { BlurFaces = true };
        using Frame frame = Frame(0);
        for (int x = 0; x < Width; x += 2)
            Fill(frame, x, 0, x + 1, Height, 255);
        BoundingBox own = new(100, 60, 40, 40),
            other = new(20, 20, 30, 30),
            missed = new(220, 150, 40, 40);
        Offer(frame, [new Detection(0, 0.9f, own), new Detection(0, 0.2f, other)], Present("a", 0.9f, own), Present("b", 0, missed));

        PresencePicture picture = Assert.Single(_album.Pictures);
        Assert.True(picture.Facts.Blurred);
        using Frame whole = ImageCodec.Decode(picture.Whole, "whole", _pool);
        foreach (BoundingBox face in new[] { own, other, missed })
            Assert.InRange(Contrast(whole, face), 0, 40);
        Assert.True(Contrast(whole, new BoundingBox(150, 200, 30, 30)) > 150);
        using Frame crop = ImageCodec.Decode(picture.Crop, "crop", _pool);
        Assert.InRange(Contrast(crop, new BoundingBox(20, 20, 20, 20)), 0, 40);
    }

    [Fact]
    public void The_head_of_a_person_is_blurred_and_a_classifier_shows_nothing_recognizable()
    {
        Assert.Equal(
            [new BoundingBox(10, 20, 30, 35), new BoundingBox(0, 0, Width, Height)],
            BlurredAreas.Find(
                [
                    new Detection(1, 0.9f, new BoundingBox(10, 20, 30, 100)),
                    new Detection(1, 0.9f, new BoundingBox(0, 0, Width, Height)),
                    new Detection(2, 0.9f, new BoundingBox(5, 5, 5, 5)),
                ],
                ["face", "person", "cat"],
                [],
                Width,
                Height
            )
        );
    }

    [Fact]
    public void Pictures_taken_before_faces_are_blurred_are_discarded()
    {
        Show(0.9f, shade: 50);
        Assert.NotNull(_pictures.Find("a"));

        _options.Current = new PictureOptions { BlurFaces = true };

        Assert.Null(_pictures.Find("a"));
        Assert.False(_pictures.HoldsImages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_is_taken_or_kept_without_permission(bool byPin)
    {
        Show(0.5f, shade: 50);
        Show(0.9f, shade: 60, seconds: 0.1);
        Assert.True(_pictures.IsWanted);
        PictureJob? busy = null;
        if (!byPin)
        {
            _time.Advance(PresencePictures.MinInterval);
            busy = _pictures.TakeDue();
            Assert.NotNull(busy);
            _controls.Device.Current = new DeviceOptions();
        }
        else
        {
            _running.SetInputPrivacy(true, "button");
        }

        Assert.False(_pictures.HoldsImages);
        Assert.False(_pictures.IsWanted);
        if (busy is not null)
            Assert.False(_pictures.Complete(busy, Samples.Picture()));
        Show(0.95f, shade: 70);
        Assert.False(_pictures.HoldsImages);
        Assert.Equal([50], _album.Shades);
    }

    [Fact]
    public void Nothing_is_taken_while_no_user_wants_pictures()
    {
        _album.WantsPictures = false;
        Assert.False(_pictures.IsWanted);
    }

    [Fact]
    public void Memory_is_bounded()
    {
        using Frame frame = Frame(80);
        Offer(frame, [.. Enumerable.Range(0, 30).Select(i => Present($"{i}", 0.9f, new BoundingBox(10 * i, 10, 9, 9)))]);
        Assert.Equal(8, _album.Pictures.Count);

        for (int i = 0; i < 100; i++)
        {
            Offer(frame, Present($"next {i}", 0.9f, new BoundingBox(10, 10, 9, 9)));
            _pictures.Retain("door", []);
            _encoding.EncodeDue();
        }

        Assert.NotNull(_pictures.Find("next 99"));
        Assert.Null(_pictures.Find($"next {99 - PresencePictures.Kept}"));
        Assert.False(_pictures.IsFollowing);
    }

    [Fact]
    public void Cameras_do_not_end_the_presences_of_each_other()
    {
        Show(0.9f, shade: 50);
        _pictures.Retain("garden", []);
        _encoding.EncodeDue();
        Assert.True(_pictures.IsFollowing);
    }

    /// <summary>One frame of a single shade with one presence.</summary>
    private void Show(float score, byte shade, double seconds = 1, BoundingBox? box = null)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        using Frame frame = Frame(shade);
        Offer(frame, Present("a", score, box ?? new BoundingBox(100, 60, 40, 40)));
    }

    private void Offer(Frame frame, params Presence[] present) => Offer(frame, [], present);

    private void Offer(Frame frame, Detection[] detections, params Presence[] present)
    {
        _pictures.Offer("door", ["face"], frame, detections, [.. present]);
        _encoding.EncodeDue();
    }

    private Frame Frame(byte shade)
    {
        Frame frame = _pool.Rent(Width, Height, PixelFormat.Gray8);
        frame.Data.Fill(shade);
        frame.Time = FrameTime.Now(_time);
        return frame;
    }

    private static Presence Present(string id, float score, BoundingBox box) =>
        new(id, "face", score, score, box, Width, Height, Samples.Noon, Samples.Noon)
        {
            Zones = [],
            Stationary = false,
            FrameScore = score,
        };

    private static void Fill(Frame frame, int left, int top, int right, int bottom, byte shade)
    {
        for (int y = top; y < bottom; y++)
            frame.Data[((y * frame.Stride) + left)..((y * frame.Stride) + right)].Fill(shade);
    }

    private static int Pixel(Frame frame, int x, int y) => frame.Data[(y * frame.Stride) + (x * frame.Stride / frame.Width)];

    private static int Contrast(Frame frame, BoundingBox area)
    {
        int least = 255,
            most = 0;
        for (int y = (int)area.Y + 2; y < area.Bottom - 2; y++)
        {
            for (int x = (int)area.X + 2; x < area.Right - 2; x++)
                (least, most) = (Math.Min(least, Pixel(frame, x, y)), Math.Max(most, Pixel(frame, x, y)));
        }

        return most - least;
    }

    private static (double X, double Y, double Width, double Height) Tuple(EventBox box) => (box.X, box.Y, box.Width, box.Height);

    private sealed class Album : IPresencePictureUser
    {
        private readonly FramePool _pool = new();

        public List<PresencePicture> Pictures { get; } = [];

        public bool WantsPictures { get; set; } = true;

        /// <summary>The shades of the pictures, rounded to tens.</summary>
        public IEnumerable<int> Shades =>
            Pictures.Select(picture =>
            {
                using Frame frame = ImageCodec.Decode(picture.Whole, "whole", _pool);
                return (int)Math.Round(Pixel(frame, 0, 0) / 10.0) * 10;
            });

        public void OnPicture(PresencePicture picture) => Pictures.Add(picture);
    }
}
