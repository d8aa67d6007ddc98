namespace RNNPool.Edge.Vision.Cameras.Jpeg;

/// <summary>The Huffman tables of ITU-T T.81, annex K.3: counts of the codes of each length, and their symbols.</summary>
internal static class JpegStandardTables
{
    public static (byte[] Counts, byte[] Symbols) LuminanceDc { get; } =
        (Convert.FromHexString("00010501010101010100000000000000"), Convert.FromHexString("000102030405060708090A0B"));

    public static (byte[] Counts, byte[] Symbols) LuminanceAc { get; } =
        (
            Convert.FromHexString("0002010303020403050504040000017D"),
            Convert.FromHexString(
                "01020300041105122131410613516107227114328191A1082342B1C11552D1F02433627282090A161718191A25262728"
                    + "292A3435363738393A434445464748494A535455565758595A636465666768696A737475767778797A83848586878889"
                    + "8A92939495969798999AA2A3A4A5A6A7A8A9AAB2B3B4B5B6B7B8B9BAC2C3C4C5C6C7C8C9CAD2D3D4D5D6D7D8D9DAE1E2"
                    + "E3E4E5E6E7E8E9EAF1F2F3F4F5F6F7F8F9FA"
            )
        );

    public static (byte[] Counts, byte[] Symbols) ChrominanceDc { get; } =
        (Convert.FromHexString("00030101010101010101010000000000"), Convert.FromHexString("000102030405060708090A0B"));

    public static (byte[] Counts, byte[] Symbols) ChrominanceAc { get; } =
        (
            Convert.FromHexString("00020102040403040705040400010277"),
            Convert.FromHexString(
                "000102031104052131061241510761711322328108144291A1B1C109233352F0156272D10A162434E125F11718191A26"
                    + "2728292A35363738393A434445464748494A535455565758595A636465666768696A737475767778797A828384858687"
                    + "88898A92939495969798999AA2A3A4A5A6A7A8A9AAB2B3B4B5B6B7B8B9BAC2C3C4C5C6C7C8C9CAD2D3D4D5D6D7D8D9DA"
                    + "E2E3E4E5E6E7E8E9EAF2F3F4F5F6F7F8F9FA"
            )
        );
}
