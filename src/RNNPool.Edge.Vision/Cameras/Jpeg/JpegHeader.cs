namespace RNNPool.Edge.Vision.Cameras.Jpeg;

/// <summary>The segments of a JPEG that decide how its entropy-coded data are read. Its memory is reused.</summary>
internal sealed class JpegHeader
{
    public const byte Start = 0xD8; // SOI
    public const byte Scan = 0xDA; // SOS
    public const byte End = 0xD9; // EOI

    private const byte Baseline = 0xC0; // SOF0
    private const byte Extended = 0xC1; // SOF1
    private const byte HuffmanTables = 0xC4; // DHT
    private const byte ArithmeticTables = 0xCC; // DAC
    private const byte Quantization = 0xDB; // DQT
    private const byte Restart = 0xDD; // DRI
    private const int MaxComponents = 4;

    private readonly JpegHuffmanTable[] _dc = Tables();
    private readonly JpegHuffmanTable[] _ac = Tables();
    private readonly int[] _steps = new int[4];
    private readonly JpegComponent[] _components = [new(), new(), new(), new()];
    private readonly JpegComponent[] _scan = new JpegComponent[MaxComponents];
    private int _width;
    private int _height;
    private int _horizontal;
    private int _vertical;
    private bool _standardTables;

    /// <summary>Number of colour components; at least 1 also before they are known.</summary>
    public int Components { get; private set; }

    /// <summary>Number of components in the current scan.</summary>
    public int ScanComponents { get; private set; }

    /// <summary>Number of coded units (MCUs) in the current scan.</summary>
    public int Units { get; private set; }

    /// <summary>Number of units between restart markers; 0 without them.</summary>
    public int RestartInterval { get; private set; }

    /// <summary>Whether a marker has no length: restart markers, TEM and the start of a picture.</summary>
    public static bool IsAlone(byte marker) => marker is (>= 0xD0 and <= 0xD8) or 0x01;

    /// <summary>Prepares for the next picture.</summary>
    public void Reset()
    {
        Components = 1;
        ScanComponents = 0;
        RestartInterval = 0;
        _width = 0;
        Array.Clear(_steps);

        // Cameras leave out the standard tables (ITU-T T.81, annex K), which the decoder then uses.
        if (_standardTables)
            return;
        _standardTables = true;
        for (int i = 0; i < MaxComponents; i++)
        {
            (byte[] counts, byte[] symbols) = i == 0 ? JpegStandardTables.LuminanceDc : JpegStandardTables.ChrominanceDc;
            _dc[i].TryDefine(counts, symbols);
            (counts, symbols) = i == 0 ? JpegStandardTables.LuminanceAc : JpegStandardTables.ChrominanceAc;
            _ac[i].TryDefine(counts, symbols);
        }
    }

    /// <summary>Component of the current scan.</summary>
    public JpegComponent ScanComponent(int index) => _scan[index];

    /// <summary>Sets the predictions of the DC coefficients to zero, as at the start of a scan and after a restart marker.</summary>
    public void ResetPredictions()
    {
        foreach (JpegComponent component in _components)
            component.Prediction = 0;
    }

    /// <summary>Reads a segment.</summary>
    /// <param name="marker">Its marker.</param>
    /// <param name="data">Its content after the length.</param>
    public JpegFault Read(byte marker, ReadOnlySpan<byte> data) =>
        marker switch
        {
            Baseline or Extended => ReadFrame(data),
            HuffmanTables => ReadTables(data),
            Quantization => ReadSteps(data),
            Restart => ReadInterval(data),
            Scan => ReadScan(data),
            ArithmeticTables or (>= 0xC2 and <= 0xCF) => JpegFault.Unchecked,
            _ => JpegFault.None,
        };

    private JpegFault ReadFrame(ReadOnlySpan<byte> data)
    {
        if (data.Length < 6 || _width > 0)
            return JpegFault.Header;
        if (data[0] != 8)
            return JpegFault.Unchecked;
        _height = (data[1] << 8) | data[2];
        _width = (data[3] << 8) | data[4];
        Components = data[5];
        if (_height == 0 || _width == 0 || Components is 0 or > MaxComponents || data.Length < 6 + (3 * Components))
            return JpegFault.Header;
        (_horizontal, _vertical) = (1, 1);
        for (int i = 0; i < Components; i++)
        {
            ReadOnlySpan<byte> entry = data.Slice(6 + (3 * i), 3);
            JpegComponent component = _components[i];
            component.Id = entry[0];
            component.Horizontal = entry[1] >> 4;
            component.Vertical = entry[1] & 0xF;
            component.Quantization = entry[2] & 3;
            if (component.Horizontal is 0 or > 4 || component.Vertical is 0 or > 4)
                return JpegFault.Header;
            (_horizontal, _vertical) = (Math.Max(_horizontal, component.Horizontal), Math.Max(_vertical, component.Vertical));
        }

        return JpegFault.None;
    }

    private JpegFault ReadTables(ReadOnlySpan<byte> data)
    {
        while (data.Length >= 17)
        {
            int total = 0;
            foreach (byte count in data.Slice(1, 16))
                total += count;
            int index = data[0] & 0xF;
            if (index >= MaxComponents || data[0] > 0x1F || data.Length < 17 + total)
                return JpegFault.Header;
            _standardTables = false;
            if (!(data[0] < 0x10 ? _dc : _ac)[index].TryDefine(data.Slice(1, 16), data.Slice(17, total)))
                return JpegFault.Header;
            data = data[(17 + total)..];
        }

        return JpegFault.None;
    }

    private JpegFault ReadSteps(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            int bytes = data[0] >> 4 == 0 ? 1 : 2;
            if (data.Length < 1 + (64 * bytes))
                return JpegFault.Header;
            _steps[data[0] & 3] = bytes == 1 ? data[1] : (data[1] << 8) | data[2];
            data = data[(1 + (64 * bytes))..];
        }

        return JpegFault.None;
    }

    private JpegFault ReadInterval(ReadOnlySpan<byte> data)
    {
        if (data.Length < 2)
            return JpegFault.Header;
        RestartInterval = (data[0] << 8) | data[1];
        return JpegFault.None;
    }

    private JpegFault ReadScan(ReadOnlySpan<byte> data)
    {
        ScanComponents = data.Length > 0 ? data[0] : 0;
        if (_width == 0 || ScanComponents is 0 or > MaxComponents || data.Length < 1 + (2 * ScanComponents))
            return JpegFault.Header;
        for (int i = 0; i < ScanComponents; i++)
        {
            (int id, int tables) = (data[1 + (2 * i)], data[2 + (2 * i)]);
            int index = FindComponent(id);
            if (index == Components || (tables & 0xF) >= MaxComponents || tables >> 4 >= MaxComponents)
                return JpegFault.Header;
            JpegComponent component = _components[index];
            (component.Dc, component.Ac) = (_dc[tables >> 4], _ac[tables & 0xF]);
            if (!component.Dc.IsDefined || !component.Ac.IsDefined)
                return JpegFault.Header;

            // A block of samples from -128 to 127 has a DC coefficient from -1024 to 1016, before it is rounded to a multiple of its step.
            int step = Math.Max(1, _steps[component.Quantization]);
            component.DcLimit = (1024 / step) + 2;
            _scan[i] = component;
        }

        Units = CountUnits();
        return JpegFault.None;
    }

    private int FindComponent(int id)
    {
        int index = 0;
        while (index < Components && _components[index].Id != id)
            index++;
        return index;
    }

    private int CountUnits()
    {
        (int width, int height) = (8 * _horizontal, 8 * _vertical);
        if (ScanComponents > 1)
            return Divide(_width, width) * Divide(_height, height);

        // A scan of one component has only the blocks that the component needs.
        JpegComponent only = _scan[0];
        return Divide(Divide(_width * only.Horizontal, _horizontal), 8) * Divide(Divide(_height * only.Vertical, _vertical), 8);
    }

    private static int Divide(int value, int by) => (value + by - 1) / by;

    private static JpegHuffmanTable[] Tables() => [new(), new(), new(), new()];
}
