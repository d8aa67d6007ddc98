using System.Numerics;
using System.Runtime.InteropServices;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Motion;

/// <summary>The result of motion detection on a frame.</summary>
public enum MotionVerdict
{
    /// <summary>Nothing has changed.</summary>
    Still,

    /// <summary>Something moves.</summary>
    Moving,

    /// <summary>The frame cannot be compared with the background: the first frame, another size, or another light.</summary>
    Unknown,
}

/// <summary>
/// Compares frames with a background, on a grid of 80x60 cells whose levels are means of a few of their rows. The background follows
/// slowly. A change of brightness that is the same everywhere is removed first (gain by the ratio of the means). Not thread-safe; allocates
/// only when the size of the frames changes.
/// </summary>
public sealed class MotionDetector
{
    /// <summary>Columns of the grid.</summary>
    public const int Columns = 80;

    /// <summary>Rows of the grid.</summary>
    public const int Rows = 60;

    /// <summary>The part of the rules for a mask that a regular expression can express.</summary>
    public const string MaskPattern = Presence.ZonePolygon.Pattern;

    private const int Cells = Columns * Rows;
    private const int RowsPerCell = 2; // of the 8 rows of a cell in VGA: half the cost of the mean of all, and as steady
    private const int BackgroundShift = 4; // the background adopts a sixteenth of a difference per frame
    private const int MovingShift = 7; // and a 128th in moving cells, so that a person who stands still does not become background at once
    private const float SceneChange = 0.6f;

    private readonly float _minArea;
    private readonly int _threshold;
    private readonly bool[] _used = new bool[Cells];
    private readonly int _usedCount;
    private readonly byte[] _levels = new byte[Cells];
    private readonly ushort[] _background = new ushort[Cells]; // levels times 128
    private byte[] _row = [];
    private uint[] _sums = [];
    private int _width;
    private int _height;

    /// <param name="threshold">Grey levels by which a cell must differ, 1 to 255.</param>
    /// <param name="minArea">Part of the unmasked picture that must differ, over 0 and at most 1.</param>
    /// <param name="masks">Polygons that are not compared, as corners in fractions of the frame: <c>0,0 1,0 1,0.2 0,0.2</c>.</param>
    /// <exception cref="ArgumentException">A mask is no polygon, or the masks leave nothing.</exception>
    public MotionDetector(int threshold, float minArea, IReadOnlyList<string> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        (_threshold, _minArea) = (threshold * 128, minArea);
        ZonePolygonList polygons = ZonePolygonList.Parse(masks);
        for (int i = 0; i < Cells; i++)
        {
            _used[i] = !polygons.ContainsAny(((i % Columns) + 0.5f) / Columns, ((i / Columns) + 0.5f) / Rows);
            if (_used[i])
                _usedCount++;
        }

        if (_usedCount < 10)
            throw new ArgumentException("The masks cover the whole picture.", nameof(masks));
    }

    /// <summary>Part of the unmasked picture that differed in the last frame, 0 to 1.</summary>
    public float ChangedArea { get; private set; }

    /// <summary>The first error in the masks, to complete "it must ..."; null when there is none.</summary>
    public static string? Check(IReadOnlyList<string> masks) => ZonePolygonList.Check(masks);

    /// <summary>Compares a frame with the background, and updates the background.</summary>
    public MotionVerdict Update(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        bool fresh = frame.Width != _width || frame.Height != _height;
        (_width, _height) = (frame.Width, frame.Height);
        Reduce(frame);
        if (!fresh)
            return Compare();
        UpdateBackground();
        ChangedArea = 0;
        return MotionVerdict.Unknown;
    }

    // Means of cells; a picture smaller than the grid repeats pixels.
    private void Reduce(Frame frame)
    {
        int width = frame.Width;
        if (_row.Length < width)
            (_row, _sums) = (new byte[width], new uint[width]);
        bool direct = frame.Format is PixelFormat.Gray8 or PixelFormat.Nv12 or PixelFormat.I420;
        for (int y = 0; y < Rows; y++)
        {
            int first = y * frame.Height / Rows,
                rows = Math.Max(1, ((y + 1) * frame.Height / Rows) - first),
                taken = Math.Min(rows, RowsPerCell);
            for (int i = 0; i < taken; i++)
            {
                int at = first + (((2 * i) + 1) * rows / (2 * taken));
                ReadOnlySpan<byte> source = frame.Data[(at * frame.Stride)..];
                if (direct)
                    source = source[..width];
                else
                    GrayConversion.ConvertRow(source, frame.Format, _row.AsSpan(0, width));
                Add(direct ? source : _row.AsSpan(0, width), _sums.AsSpan(0, width), i == 0);
            }

            Gather(_sums.AsSpan(0, width), taken, _levels.AsSpan(y * Columns, Columns));
        }
    }

    private static void Add(ReadOnlySpan<byte> row, Span<uint> sums, bool first)
    {
        int x = 0,
            quarter = Vector<uint>.Count;
        ref byte source = ref MemoryMarshal.GetReference(row);
        ref uint target = ref MemoryMarshal.GetReference(sums);
        for (; x + Vector<byte>.Count <= row.Length; x += Vector<byte>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)x), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> a, out Vector<uint> b);
            Vector.Widen(high, out Vector<uint> c, out Vector<uint> d);
            if (!first)
            {
                a += Vector.LoadUnsafe(ref target, (nuint)x);
                b += Vector.LoadUnsafe(ref target, (nuint)(x + quarter));
                c += Vector.LoadUnsafe(ref target, (nuint)(x + (2 * quarter)));
                d += Vector.LoadUnsafe(ref target, (nuint)(x + (3 * quarter)));
            }

            a.StoreUnsafe(ref target, (nuint)x);
            b.StoreUnsafe(ref target, (nuint)(x + quarter));
            c.StoreUnsafe(ref target, (nuint)(x + (2 * quarter)));
            d.StoreUnsafe(ref target, (nuint)(x + (3 * quarter)));
        }

        for (; x < row.Length; x++)
            sums[x] = first ? row[x] : sums[x] + row[x];
    }

    private static void Gather(ReadOnlySpan<uint> sums, int rows, Span<byte> levels)
    {
        for (int x = 0; x < levels.Length; x++)
        {
            int from = x * sums.Length / Columns,
                to = Math.Max(from + 1, (x + 1) * sums.Length / Columns);
            uint sum = 0;
            foreach (uint value in sums[from..to])
                sum += value;
            uint count = (uint)((to - from) * rows);
            levels[x] = (byte)((sum + (count / 2)) / count);
        }
    }

    private MotionVerdict Compare()
    {
        // A cloud, a lamp or the camera's own exposure changes everything by about one factor.
        long levels = 0,
            backgrounds = 0;
        for (int i = 0; i < Cells; i++)
        {
            if (!_used[i])
                continue;
            levels += _levels[i];
            backgrounds += _background[i];
        }

        int gain = backgrounds > 0 ? (int)Math.Clamp(levels * 128 * 256 / backgrounds, 64, 1024) : 256;
        int plain = 0,
            evened = 0;
        for (int i = 0; i < Cells; i++)
        {
            if (!_used[i])
                continue;
            int level = _levels[i] * 128;
            if (Math.Abs(level - _background[i]) > _threshold)
                plain++;
            if (Math.Abs(level - ((_background[i] * gain) >> 8)) > _threshold)
                evened++;
        }

        // The gain is an estimate, because a large bright object changes the mean too. The comparison with less motion, with or without
        // gain, applies.
        bool even = evened < plain;
        ChangedArea = (float)Math.Min(plain, evened) / _usedCount;
        if (ChangedArea >= SceneChange)
        {
            UpdateBackground();
            return MotionVerdict.Unknown;
        }

        Follow(even ? gain : 256);
        return ChangedArea >= _minArea ? MotionVerdict.Moving : MotionVerdict.Still;
    }

    private void Follow(int gain)
    {
        // The background adopts a common change of brightness at once. It adopts other changes slowly in moving cells, and at the normal
        // rate elsewhere.
        bool jump = gain is < 250 or > 262;
        for (int i = 0; i < Cells; i++)
        {
            int level = _levels[i] * 128,
                background = jump ? Math.Min((_background[i] * gain) >> 8, ushort.MaxValue) : _background[i];
            int difference = level - background;
            int step = Math.Abs(difference) > _threshold ? difference >> MovingShift : difference >> BackgroundShift;
            if (step == 0)
                step = Math.Sign(difference);
            _background[i] = (ushort)Math.Clamp(background + step, 0, ushort.MaxValue);
        }
    }

    private void UpdateBackground()
    {
        for (int i = 0; i < Cells; i++)
            _background[i] = (ushort)(_levels[i] * 128);
    }
}
