using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>Size and EXIF orientation of a picture as it is stored; <see cref="ImageCodec"/> returns upright frames.</summary>
/// <param name="StoredWidth">Width of the stored picture in pixels.</param>
/// <param name="StoredHeight">Height of the stored picture in pixels.</param>
/// <param name="Exif">Value of the EXIF tag 274, 1 to 8; 1 is upright.</param>
public readonly record struct PictureOrientation(int StoredWidth, int StoredHeight, int Exif)
{
    /// <summary>Whether width and height of the upright picture differ from those of the stored one.</summary>
    public bool HasOtherSizeUpright => Exif >= 5 && StoredWidth != StoredHeight;

    /// <summary>A box in pixels of the stored picture as a box in pixels of the upright one.</summary>
    public BoundingBox ToUpright(in BoundingBox box)
    {
        float right = StoredWidth - box.Right,
            below = StoredHeight - box.Bottom;
        return Exif switch
        {
            2 => box with { X = right },
            3 => box with { X = right, Y = below },
            4 => box with { Y = below },
            5 => new BoundingBox(box.Y, box.X, box.Height, box.Width),
            6 => new BoundingBox(below, box.X, box.Height, box.Width),
            7 => new BoundingBox(below, right, box.Height, box.Width),
            8 => new BoundingBox(box.Y, right, box.Height, box.Width),
            _ => box,
        };
    }
}
