using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using RNNPool.Edge.Models.Safetensors;
using RNNPool.Edge.Testing;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Safetensors;

public sealed class SafetensorsFileTests
{
    private const string Header =
        """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":"""
        + """{"dtype":"I64","shape":[1],"data_offsets":[8,16]}}""";

    [Fact]
    public void Tensors_are_read()
    {
        SafetensorsFile file = SafetensorsFile.Parse(Make(Header, 16), "w");
        Assert.Equal(["a", "b"], file.Names.Order());
        Assert.Equal([1f, 2f], file.Read("a", 2, 1));
    }

    [Theory]
    [InlineData("c", "'c'")]
    [InlineData("b", "'b'|I64")]
    [InlineData("a", "'a'|[2, 1]")]
    public void What_does_not_fit_is_named(string tensor, string names)
    {
        SafetensorsFile file = SafetensorsFile.Parse(Make(Header, 16), "w.safetensors");
        Sentence.AssertNames(Assert.Throws<ModelException>(() => file.Read(tensor, 2)).Message, names);
    }

    [Theory]
    [InlineData("[]", 16, "JSON")]
    [InlineData("{", 16, "JSON")]
    [InlineData("{\"a\":{}}", 16, "'a'")]
    [InlineData("{\"a\":1}", 16, "'a'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,17]}}", 16, "'a'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 16, "'a'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 16, "'a'|12")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,8]}}", 16, "'a'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,8]}}", 16, "'a'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,99999999999999999999]}}", 16, "'a'")]
    public void Wrong_headers_are_refused(string header, int dataBytes, string names) =>
        Sentence.AssertNames(Assert.Throws<ModelException>(() => SafetensorsFile.Parse(Make(header, dataBytes), "w")).Message, names);

    [Fact]
    public void A_value_that_is_not_finite_is_refused()
    {
        byte[] bytes = Make(Header, 16);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(bytes.Length - 12), float.NaN);
        Sentence.AssertNames(Assert.Throws<ModelException>(() => SafetensorsFile.Parse(bytes, "w").Read("a", 2, 1)).Message, "'a'|1");
    }

    [Fact]
    public void Damaged_files_are_refused_or_read()
    {
        byte[] original = Make(Header, 16);
        Gen<(int Length, (int At, int Value)[] Changes)> damage =
            from length in Gen.Choose(0, original.Length)
            from changes in Gen.Choose(0, original.Length - 1).Zip(Gen.Choose(0, 255), (at, value) => (at, value)).ArrayOf(3)
            select (length, changes);
        Prop.ForAll(damage.ToArbitrary(), sample =>
            {
                byte[] bytes = [.. original];
                foreach ((int at, int value) in sample.Changes)
                    bytes[at] = (byte)value;
                try
                {
                    SafetensorsFile file = SafetensorsFile.Parse(
                        bytes.AsMemory(0, sample.Length % 3 == 0 ? sample.Length : bytes.Length),
                        "w"
                    );
                    foreach (string name in file.Names)
                        file.Read(name, 2, 1);
                }
                catch (ModelException) { }
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(
            "/no/such",
            Assert.Throws<ModelException>(() => SafetensorsFile.Load("/no/such")).Message,
            StringComparison.Ordinal
        );

    private static byte[] Make(string header, int dataBytes)
    {
        byte[] file = new byte[8 + Encoding.UTF8.GetByteCount(header) + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, file.Length - 8 - dataBytes);
        Encoding.UTF8.GetBytes(header, file.AsSpan(8));
        for (int i = 0; i + 4 <= dataBytes; i += 4)
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(file.Length - dataBytes + i), (i / 4) + 1);
        return file;
    }
}
