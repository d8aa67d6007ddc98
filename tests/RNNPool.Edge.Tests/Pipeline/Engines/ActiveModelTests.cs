using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Signatures;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Engines;

/// <summary>The model of the settings, and the bundled one that replaces it.</summary>
public sealed class ActiveModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelOptions _options = new() { Path = Path.Combine(Samples.Root, "models/face-vga") };
    private readonly PresenceOptions _presence = new();
    private readonly Engine _engine = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_model_of_the_settings_is_loaded_once()
    {
        ActiveModel model = Create();
        Assert.Empty(_engine.Loaded);

        model.Load();
        model.Load();

        Assert.Equal("face-vga", Assert.Single(_engine.Loaded));
        Assert.Null(model.Degradation);
        Assert.Equal(_options.Path, model.Path);
    }

    [Theory]
    [InlineData("", "face-qvga")]
    [InlineData("person", "person-vww")]
    public void A_bundled_model_with_a_wanted_label_replaces_one_that_cannot_be_used(string label, string replacement)
    {
        _presence.Labels = label.Length == 0 ? [] : [label];
        _options.Path = "/nowhere/model";
        ActiveModel model = Create();

        model.Load();

        Assert.Equal(replacement, Assert.Single(_engine.Loaded));
        Sentence.AssertNames(model.Degradation!, $"/nowhere/model|{replacement}");
        Assert.Contains("/nowhere/model", model.Problem, StringComparison.Ordinal);
        Assert.EndsWith(replacement, model.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_an_engine_refuses_is_replaced_and_loaded_again_at_the_next_start()
    {
        _engine.Refused = "face-vga";
        Create().Load();
        Assert.Equal("face-qvga", _engine.Loaded[^1]);

        _engine.Refused = null;
        Create().Load();

        Assert.Equal("face-vga", _engine.Loaded[^1]);
    }

    [Fact]
    public void With_a_key_only_a_signed_model_and_those_of_the_program_run()
    {
        SigningKey key = SigningKey.Create();
        string signed = Path.Combine(_folder.Path, "signed");
        Directory.CreateDirectory(signed);
        foreach (string name in new[] { "arch.json", "model.onnx" })
            File.Copy(Path.Combine(_options.Path, name), Path.Combine(signed, name));
        ModelSignature.Sign(signed, key);
        _options.Keys = [key.PublicKey.ToString()];

        ActiveModel unsigned = Create();
        unsigned.Load();
        Assert.Equal("face-qvga", Assert.Single(_engine.Loaded));
        Sentence.AssertNames(unsigned.Problem, "model.sig|Model:Keys");

        _options.Path = signed;
        ActiveModel model = Create();
        model.Load();
        Assert.Equal((signed, null), (model.Path, model.Problem));

        _options.Path = "person-vww";
        Create().Load();
        Assert.Equal(["face-qvga", "face-vga", "person-vww"], _engine.Loaded);
    }

    [Fact]
    public void A_command_has_no_replacement()
    {
        _options.Path = "/nowhere/model";
        Assert.Throws<ModelException>(() => new ActiveModel(Options.Create(_options), [_engine], NullLogger<ActiveModel>.Instance).Load());
    }

    /// <summary>The exception stands for the end of the process.</summary>
    [Fact]
    public void A_model_with_which_two_starts_ended_is_left_out_once()
    {
        _engine.Crashes = "face-vga";
        for (int start = 0; start < 2; start++)
            Assert.Throws<InvalidOperationException>(() => Create().Load());

        ActiveModel third = Create();
        third.Load();
        Assert.Equal("face-qvga", Assert.Single(_engine.Loaded));
        Assert.Contains("face-vga", third.Degradation, StringComparison.Ordinal);

        Assert.Throws<InvalidOperationException>(() => Create().Load());
        _engine.Crashes = null;
        Create().Load();
        Assert.Equal("face-vga", _engine.Loaded[^1]);
        Assert.False(File.Exists(Path.Combine(_folder.Path, LoadAttempts.FileName)));
    }

    private ActiveModel Create() =>
        new(
            Options.Create(_options),
            [_engine],
            NullLogger<ActiveModel>.Instance,
            new BundledModels(new StaticLive<PresenceOptions>(_presence)),
            new LoadAttempts(new StateFolder(_folder.Path, NullLogger<StateFolder>.Instance))
        );

    private sealed class Engine : IModelUser
    {
        public List<string> Loaded { get; } = [];

        public string? Refused { get; set; }

        public string? Crashes { get; set; }

        public void Load(ModelFolder model)
        {
            if (model.Name == Refused)
                throw new ModelException($"{model.Path}: the engine refuses it.");
            if (model.Name == Crashes)
                throw new InvalidOperationException("crash");
            Loaded.Add(model.Name);
        }
    }
}
