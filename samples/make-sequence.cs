#!/usr/bin/env -S dotnet run
#:package SkiaSharp
#:package SkiaSharp.NativeAssets.Linux.NoDependencies

// Makes samples/demo from samples/pictures: a camera that pans and zooms over a portrait, is cut to a cat and to a cup, and comes back.
// Run it from the repository's root: dotnet run samples/make-sequence.cs
using SkiaSharp;

const int Width = 400,
    Height = 300,
    Quality = 78;
string folder = Path.Combine(Directory.GetCurrentDirectory(), "samples");
if (!Directory.Exists(Path.Combine(folder, "pictures")))
{
    Console.Error.WriteLine("error: samples/pictures is not here; run this from the repository's root.");
    return 1;
}

// Views are the centre and the width of a 4:3 window, in pixels of the picture; a shot glides from its first view to its last.
Shot[] shots =
[
    new("astronaut.jpg", 24, new View(300, 200, 400), new View(232, 140, 250)),
    new("chelsea.jpg", 10, new View(215, 150, 390), new View(235, 150, 340)),
    new("coffee.jpg", 10, new View(330, 210, 500), new View(300, 200, 440)),
    new("astronaut.jpg", 16, new View(220, 130, 240), new View(256, 192, 500)),
];

string target = Path.Combine(folder, "demo");
Directory.CreateDirectory(target);
foreach (string old in Directory.EnumerateFiles(target, "frame-*.jpg"))
    File.Delete(old);
int number = 0;
foreach (Shot shot in shots)
{
    using SKImage picture = SKImage.FromEncodedData(Path.Combine(folder, "pictures", shot.Picture));
    for (int i = 0; i < shot.Frames; i++)
    {
        float t = i / (float)(shot.Frames - 1);
        float ease = t * t * (3 - (2 * t));
        View view = new(Lerp(shot.From.X, shot.To.X, ease), Lerp(shot.From.Y, shot.To.Y, ease), Lerp(shot.From.Width, shot.To.Width, ease));
        float w = view.Width,
            h = w * Height / Width;
        float left = Math.Clamp(view.X - (w / 2), 0, picture.Width - w),
            top = Math.Clamp(view.Y - (h / 2), 0, picture.Height - h);
        using SKSurface surface = SKSurface.Create(new SKImageInfo(Width, Height));
        surface.Canvas.DrawImage(
            picture,
            SKRect.Create(left, top, w, h),
            SKRect.Create(Width, Height),
            new SKSamplingOptions(SKCubicResampler.Mitchell)
        );
        using SKImage frame = surface.Snapshot();
        using SKData jpeg = frame.Encode(SKEncodedImageFormat.Jpeg, Quality);
        File.WriteAllBytes(Path.Combine(target, $"frame-{number++:000}.jpg"), jpeg.ToArray());
    }
}

Console.WriteLine($"{number} frames of {Width}x{Height} in {target}");
return 0;

static float Lerp(float a, float b, float t) => a + ((b - a) * t);

internal sealed record Shot(string Picture, int Frames, View From, View To);

internal readonly record struct View(float X, float Y, float Width);
