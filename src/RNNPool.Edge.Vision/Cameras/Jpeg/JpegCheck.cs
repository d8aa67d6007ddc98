namespace RNNPool.Edge.Vision.Cameras.Jpeg;

/// <summary>
/// Checks whether the entropy-coded data of a baseline JPEG decode to exactly the promised blocks: decodes the Huffman codes, counts
/// blocks and restart markers, and checks the range of DC coefficients, without computing a pixel. A decoder hides lost bytes by shifting
/// or graying the rest of the picture; this check finds them. Allocates nothing per picture. Used by one thread.
/// </summary>
/// <remarks>Source: ITU-T T.81, sections B.2 and F.2.</remarks>
internal sealed class JpegCheck
{
    // Some encoders leave a few bytes between the last block and the marker.
    private const int MaxSurplus = 4;

    private readonly JpegHeader _header = new();

    /// <summary>Number of bytes up to the end of the last block, which the end marker follows; valid without a fault.</summary>
    public int DataEnd { get; private set; }

    /// <summary>Checks a picture.</summary>
    /// <param name="picture">The picture from its start marker; the end marker may be missing.</param>
    public JpegFault Check(ReadOnlySpan<byte> picture)
    {
        DataEnd = 0;
        _header.Reset();
        int at = 2,
            scanned = 0;
        while (at + 1 < picture.Length)
        {
            if (picture[at] != 0xFF || picture[at + 1] is 0 or 0xFF)
            {
                at++;
                continue;
            }

            byte marker = picture[at + 1];
            if (marker == JpegHeader.End)
                break;
            if (JpegHeader.IsAlone(marker))
            {
                at += 2;
                continue;
            }

            int length = at + 4 <= picture.Length ? (picture[at + 2] << 8) | picture[at + 3] : 0;
            if (length < 2 || at + 2 + length > picture.Length)
                return scanned == 0 ? JpegFault.Header : Finish(scanned);
            JpegFault fault = _header.Read(marker, picture.Slice(at + 4, length - 2));
            if (fault != JpegFault.None)
                return fault;
            at += 2 + length;
            if (marker != JpegHeader.Scan)
                continue;
            fault = CheckScan(picture, ref at);
            if (fault != JpegFault.None)
                return fault;
            scanned += _header.ScanComponents;
        }

        return Finish(scanned);
    }

    private JpegFault Finish(int scanned) => scanned >= _header.Components ? JpegFault.None : JpegFault.Short;

    private JpegFault CheckScan(ReadOnlySpan<byte> picture, ref int at)
    {
        var bits = new JpegBits(picture, at);
        (int units, int interval) = (_header.Units, _header.RestartInterval);
        int left = interval > 0 ? interval : int.MaxValue;
        int restart = 0;
        _header.ResetPredictions();
        for (int unit = 0; unit < units; unit++, left--)
        {
            if (left == 0)
            {
                if (!bits.Align())
                    return JpegFault.Code;
                if (bits.SkipToMarker() > MaxSurplus)
                    return JpegFault.Surplus;
                if (bits.TakeRestart() != restart)
                    return JpegFault.Short;
                (restart, left) = ((restart + 1) & 7, interval);
                _header.ResetPredictions();
            }

            JpegFault fault = CheckUnit(ref bits);
            if (fault != JpegFault.None)
                return fault;
        }

        if (!bits.Align())
            return JpegFault.Code;
        DataEnd = bits.Position;
        int surplus = bits.SkipToMarker();
        at = bits.Position;
        return surplus > MaxSurplus || bits.TakeRestart() >= 0 ? JpegFault.Surplus : JpegFault.None;
    }

    private JpegFault CheckUnit(ref JpegBits bits)
    {
        for (int index = 0; index < _header.ScanComponents; index++)
        {
            JpegComponent component = _header.ScanComponent(index);
            int blocks = _header.ScanComponents == 1 ? 1 : component.Horizontal * component.Vertical;
            for (int block = 0; block < blocks; block++)
            {
                JpegFault fault = CheckBlock(ref bits, component);
                if (fault != JpegFault.None)
                    return fault;
            }
        }

        return JpegFault.None;
    }

    private static JpegFault CheckBlock(ref JpegBits bits, JpegComponent component)
    {
        bits.Fill();
        int code = component.Dc!.Decode(bits.Peek16),
            size = code & 0xFF;
        if (code == 0 || (code >> 8) + size > bits.Count)
            return bits.Count < 16 ? JpegFault.Short : JpegFault.Code;
        if (size > 11)
            return JpegFault.Code;
        bits.Skip(code >> 8);
        component.Prediction += bits.TakeDifference(size);
        if (Math.Abs(component.Prediction) > component.DcLimit)
            return JpegFault.Code;

        JpegHuffmanTable table = component.Ac!;
        for (int at = 1; at < 64; at++)
        {
            if (bits.Count < 32)
                bits.Fill();
            code = table.Decode(bits.Peek16);
            size = code & 0xF;
            int run = (code >> 4) & 0xF;
            if (code == 0 || (code >> 8) + size > bits.Count)
                return bits.Count < 16 ? JpegFault.Short : JpegFault.Code;
            bits.Skip((code >> 8) + size);
            if (size == 0 && run < 15)
                break;
            at += run;
            if (at > 63)
                return JpegFault.Code;
        }

        return JpegFault.None;
    }
}
