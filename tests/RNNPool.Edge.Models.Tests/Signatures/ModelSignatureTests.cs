using RNNPool.Edge.Models.Signatures;
using RNNPool.Edge.Testing;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Signatures;

public sealed class ModelSignatureTests : IDisposable
{
    // Key and signature are of openssl 3: genpkey -algorithm ed25519, and pkeyutl -sign -rawin over the message of docs/model-format.md.
    private const string PrivateKey = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIMY/ExT6eJm0W09UW3Z5ifs/+BqbYDeymE+TZya7Fj7l
        -----END PRIVATE KEY-----
        """;
    private const string PublicKey = "B7LnP4BlQHC3QRphQ3rc2nh7uYA5FsMKPSqzgBTRd50=";
    private const string Signature = "NYvskogo7ttmUrxsbPMdO7mmK6bqa70KPpuyuBvuFleolxPn21BoXsbKahk0xAuYFsOC8l59yakvmbfUEMjfBQ==";

    private readonly TemporaryFolder _folder = new();
    private readonly ModelKey _key;

    public ModelSignatureTests()
    {
        _folder.File("arch.json", "{}"u8);
        _folder.File("model.onnx", "graph"u8);
        Assert.True(ModelKey.TryParse(PublicKey, out ModelKey? key));
        _key = key;
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The first two vectors of RFC 8032, section 7.1.</summary>
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )]
    public void Signatures_are_those_of_the_standard(string seed, string key, string message, string signature)
    {
        byte[] secret = Convert.FromHexString(seed),
            text = Convert.FromHexString(message),
            expected = Convert.FromHexString(signature);

        Assert.Equal(key, Convert.ToHexStringLower(Ed25519.PublicKey(secret)));
        Assert.Equal(expected, Ed25519.Sign(secret, text));
        Assert.True(Ed25519.Verify(Convert.FromHexString(key), text, expected));
        for (int bit = 0; bit < expected.Length * 8; bit++)
        {
            byte[] changed = [.. expected];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Ed25519.Verify(Convert.FromHexString(key), text, changed));
        }

        Assert.False(Ed25519.Verify(Convert.FromHexString(key), [.. text, 0], expected));
        Assert.False(Ed25519.Verify(Convert.FromHexString(key).AsSpan(1), text, expected));
        Assert.False(Ed25519.Verify(Convert.FromHexString(key), text, expected.AsSpan(1)));
    }

    [Fact]
    public void Keys_and_signatures_of_openssl_are_accepted_and_equal()
    {
        SigningKey key = SigningKey.Load(_folder.File("key.pem", System.Text.Encoding.ASCII.GetBytes(PrivateKey)));
        Assert.Equal(PublicKey, key.PublicKey.ToString());
        Assert.Equal(PrivateKey.ReplaceLineEndings("\n") + "\n", key.ToPem());

        string file = ModelSignature.Sign(_folder.Path, key);

        Assert.Equal(Path.Combine(_folder.Path, "model.sig"), file);
        Assert.Equal(Signature, File.ReadAllText(file).Trim());
        Assert.Equal(PublicKey, ModelSignature.Verify(_folder.Path, [SigningKey.Create().PublicKey, _key]).ToString());
    }

    [Theory]
    [InlineData("arch.json", "{ }")]
    [InlineData("model.onnx", "Graph")]
    [InlineData("model.onnx", null)]
    [InlineData("model.rnnp", "")]
    [InlineData("card.md", "")]
    [InlineData("model.sig", "")]
    [InlineData("model.sig", null)]
    [InlineData("model.sig", "NYvskogo7ttmUrxsbPMdO7mmK6bqa70KPpuyuBvuFleolxPn21BoXsbKahk0xAuYFsOC8l59yakvmbfUEMjfBA==")]
    [InlineData("model.sig", "NYvskogo7ttmUrxsbPMdO7mmK6bqa70KPpuyuBvuFleolxPn21BoXsbKahk0xAuYFsOC8l59yakvmbfUEMjf")]
    public void A_file_that_is_changed_added_or_removed_breaks_the_signature(string name, string? content)
    {
        File.WriteAllText(Path.Combine(_folder.Path, "model.sig"), Signature);
        ModelSignature.Verify(_folder.Path, [_key]);
        _folder.File("weights.safetensors", "no device reads it"u8);
        ModelSignature.Verify(_folder.Path, [_key]);

        if (content is null)
            File.Delete(Path.Combine(_folder.Path, name));
        else
            File.WriteAllText(Path.Combine(_folder.Path, name), content);

        Sentence.AssertNames(Assert.Throws<ModelException>(() => ModelSignature.Verify(_folder.Path, [_key])).Message, "model.sig");
    }

    [Fact]
    public void Only_the_owner_of_an_accepted_key_signs()
    {
        ModelSignature.Sign(_folder.Path, SigningKey.Create());

        Assert.Throws<ModelException>(() => ModelSignature.Verify(_folder.Path, [_key]));
        Assert.Throws<ModelException>(() => ModelSignature.Verify(_folder.Path, []));
    }

    [Fact]
    public void A_package_alone_has_its_signature_beside_it()
    {
        string package = _folder.File("any.name", "RNNP"u8);
        SigningKey key = SigningKey.Create();

        Assert.Equal(package + ".sig", ModelSignature.Sign(package, key));

        Assert.Equal(key.PublicKey.ToString(), ModelSignature.Verify(package, [key.PublicKey]).ToString());
        File.WriteAllText(package, "RNNQ");
        Assert.Throws<ModelException>(() => ModelSignature.Verify(package, [key.PublicKey]));
        Assert.Throws<ModelException>(() => ModelSignature.Verify(package + "x", [key.PublicKey]));
    }

    [Theory]
    [InlineData("PRIVATE KEY", "")]
    [InlineData("PRIVATE KEY", "AAAA")]
    [InlineData("PUBLIC KEY", "MC4CAQAwBQYDK2VwBCIEIMY/ExT6eJm0W09UW3Z5ifs/+BqbYDeymE+TZya7Fj7l")]
    [InlineData("PRIVATE KEY", "MC4CAQAwBQYDK2VxBCIEIMY/ExT6eJm0W09UW3Z5ifs/+BqbYDeymE+TZya7Fj7l")]
    public void Files_without_a_private_key_are_refused(string label, string content)
    {
        string text = $"-----BEGIN {label}-----\n{content}\n-----END {label}-----\n",
            path = _folder.File("key.pem", System.Text.Encoding.ASCII.GetBytes(text));

        Sentence.AssertNames(Assert.Throws<ModelException>(() => SigningKey.Load(path)).Message, path);
        Assert.Throws<ModelException>(() => SigningKey.Load(Path.Combine(_folder.Path, "missing")));
        Assert.Throws<ModelException>(() => SigningKey.Load(_folder.File("long", new byte[5000])));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("B7LnP4BlQHC3QRphQ3rc2nh7uYA5FsMKPSqzgBTRd5==")]
    [InlineData("B7LnP4BlQHC3QRphQ3rc2nh7uYA5FsMKPSqzgBTRd50=B7Ln")]
    [InlineData("!7LnP4BlQHC3QRphQ3rc2nh7uYA5FsMKPSqzgBTRd50=")]
    public void Other_texts_are_no_keys(string? text) => Assert.False(ModelKey.TryParse(text, out _));
}
