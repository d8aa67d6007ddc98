using RNNPool.Edge.Models;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Models;

namespace RNNPool.Edge.Tests.Web;

/// <summary>A trial ends with a verdict when the child process aborts, hangs, sleeps or grows.</summary>
public sealed class ModelTrialTests
{
    private static readonly TrialLimits Generous = new(TimeSpan.FromSeconds(90), 1L << 30);

    [Fact]
    public void A_model_passes_in_a_process_of_its_own()
    {
        using var trial = new ModelTrial();
        trial.Run(Path.Combine(Samples.Root, "models/face-qvga"));
    }

    [Fact]
    public void A_folder_without_a_model_is_refused_with_a_reason()
    {
        using var folder = new TemporaryFolder();
        using var trial = new ModelTrial();
        ModelException refusal = Assert.Throws<ModelException>(() => trial.Run(folder.Path));
        Assert.Contains("arch.json", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kill -ABRT $$", 30, 1024)]
    [InlineData("kill -KILL $$", 30, 1024)]
    [InlineData("exit 7", 30, 1024)]
    [InlineData("while :; do :; done", 0.3, 1024)]
    [InlineData("exec sleep 600", 0.3, 1024)]
    [InlineData("exec tail /dev/zero", 60, 64)]
    public void A_process_that_crashes_hangs_or_grows_ends_and_the_model_is_refused(string script, double seconds, int megabytes)
    {
        using var folder = new TemporaryFolder();
        string number = Path.Combine(folder.Path, "pid");
        using var trial = new ModelTrial(
            Program(folder, $"echo $$ > {number}\n{script}"),
            new TrialLimits(TimeSpan.FromSeconds(seconds), (long)megabytes << 20)
        );

        ModelException refusal = Assert.Throws<ModelException>(() => trial.Run(folder.Path));

        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
        if (File.Exists(number) && int.TryParse(File.ReadAllText(number), out int id))
            Assert.False(Directory.Exists($"/proc/{id}") && !IsZombie(id));
    }

    [Fact]
    public void The_process_gets_no_secrets_of_the_device()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "environment");
        Environment.SetEnvironmentVariable("RNNPOOL_EDGE_TRIAL_SECRET", "secret");
        using var trial = new ModelTrial(Program(folder, $"env > {file}"), Generous);

        trial.Run(folder.Path);

        Assert.DoesNotContain("RNNPOOL_EDGE_", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_is_missing_is_no_verdict_on_the_model()
    {
        using var folder = new TemporaryFolder();
        using var trial = new ModelTrial(Path.Combine(folder.Path, "missing"), Generous);
        Assert.Throws<IOException>(() => trial.Run(folder.Path));
    }

    private static bool IsZombie(int id) => File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);

    private static string Program(TemporaryFolder folder, string script)
    {
        string path = Path.Combine(folder.Path, "program");
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
