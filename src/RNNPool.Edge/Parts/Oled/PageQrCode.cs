using System.Collections;
using QRCoder;

namespace RNNPool.Edge.Parts.Oled;

/// <summary>Draws the QR code of an address into a square of 64 pixels.</summary>
internal static class PageQrCode
{
    /// <summary>Side of the square, quiet zone included.</summary>
    public const int Side = 64;

    private const int PixelsPerModule = 2;

    /// <summary>QRCoder surrounds its matrix with a quiet zone of this many modules.</summary>
    private const int QuietModules = 4;

    /// <summary>
    /// Largest version: its 25 modules leave 7 pixels, 3.5 modules, on each side. ISO/IEC 18004 requires 4; the next version would have
    /// 1.5.
    /// </summary>
    private const int MaxVersion = 2;

    /// <summary>Draws the code at the left of a canvas: dark modules on a lit square.</summary>
    /// <returns>False when the address is too long for the square.</returns>
    public static bool TryDraw(PixelCanvas canvas, Uri address)
    {
        using QRCodeData code = QRCodeGenerator.GenerateQrCode(Text(address), QRCodeGenerator.ECCLevel.L);
        if (code.Version > MaxVersion)
            return false;
        List<BitArray> rows = code.ModuleMatrix;
        int modules = rows.Count - (2 * QuietModules),
            margin = (Side - (modules * PixelsPerModule)) / 2;
        canvas.Fill(0, 0, Side, Side);
        for (int y = 0; y < modules; y++)
        {
            for (int x = 0; x < modules; x++)
            {
                bool dark = rows[y + QuietModules][x + QuietModules];
                if (dark)
                    canvas.Fill(
                        margin + (x * PixelsPerModule),
                        margin + (y * PixelsPerModule),
                        PixelsPerModule,
                        PixelsPerModule,
                        lit: false
                    );
            }
        }

        return true;
    }

    /// <summary>
    /// The text of the code. Scheme and host have no case; in capital letters they need fewer modules, because a code stores capitals,
    /// digits and colons as 5.5 bits each.
    /// </summary>
    internal static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority).ToUpperInvariant();
}
