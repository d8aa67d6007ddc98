using Microsoft.Extensions.Options;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Inference;

/// <summary>Settings with which a model could never announce anything.</summary>
public sealed class PresenceModelCheckTests
{
    [Theory]
    [InlineData("face-qvga", new string[0], true, null)]
    [InlineData("face-qvga", new[] { "face", "persn" }, false, null)]
    [InlineData("face-qvga", new[] { "persn", "Face" }, false, "Presence:Labels|persn, Face|face-qvga|face")]
    [InlineData("person-vww", new[] { "person" }, false, null)]
    [InlineData("person-vww", new[] { "face" }, false, "Presence:Labels|face|person-vww|person")]
    [InlineData("person-vww", new string[0], true, "Presence:OnlyInZones|person-vww")]
    [InlineData("no-such-model", new[] { "face" }, true, null)]
    public void Settings_that_never_announce_are_found(string model, string[] labels, bool onlyInZones, string? names)
    {
        var check = new PresenceModelCheck(
            Options.Create(new ModelOptions { Path = Path.Combine(Samples.Root, "models", model) }),
            new StaticLive<PresenceOptions>(new PresenceOptions { Labels = labels, OnlyInZones = onlyInZones })
        );

        string? problem = check.FindProblems().SingleOrDefault();

        Assert.Equal(names is null, problem is null);
        if (names is not null)
            Sentence.AssertNames(problem!, names);
    }
}
