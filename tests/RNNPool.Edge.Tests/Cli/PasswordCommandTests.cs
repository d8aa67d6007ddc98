using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Tests.Web;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Cli;

public sealed class PasswordCommandTests : IDisposable
{
    private const string Password = "correct horse battery";

    private readonly string _folder = Directory.CreateTempSubdirectory("password-").FullName;

    private string File => Path.Combine(_folder, AccessFile.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_password_is_set_shown_and_removed_and_tokens_stay_on_request()
    {
        var token = new StoredToken("1", "script", Samples.Noon.UtcDateTime, "00");
        Stored.Write(StoredAccess.None with { Tokens = [token] });

        (int set, string output, _) = await RunAsync("set", Password + "\n");
        StoredAccess after = Stored.Read();
        (_, string json, _) = await RunAsync("status", "", "--json");
        (int changed, _, _) = await RunAsync("set", "another password\n", "--keep-tokens");
        (int removed, _, _) = await RunAsync("remove", "", "--keep-tokens");

        Assert.Equal((0, 0, 0), (set, changed, removed));
        Assert.NotEmpty(output);
        Assert.True(PasswordHash.Verify(Password, after.Password!));
        Assert.Equal([token], after.Tokens);
        JsonElement status = JsonDocument.Parse(json).RootElement;
        Assert.Equal(
            (File, true, 1),
            (
                status.GetProperty("file").GetString(),
                status.GetProperty("passwordSet").GetBoolean(),
                status.GetProperty("tokens").GetInt32()
            )
        );
        Assert.Null(Stored.Read().Password);
        Assert.Equal([token], Stored.Read().Tokens);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Theory]
    [InlineData("set", "another password\n")]
    [InlineData("remove", "")]
    public async Task A_change_of_the_password_deletes_the_tokens(string change, string input)
    {
        await RunAsync("set", Password + "\n");
        Stored.Write(Stored.Read() with { Tokens = [new StoredToken("1", "script", Samples.Noon.UtcDateTime, "00")] });

        (int changed, _, _) = await RunAsync(change, input);

        Assert.Equal(0, changed);
        Assert.Empty(Stored.Read().Tokens);
    }

    [Fact]
    public async Task A_one_time_password_is_shown_once_and_stored_as_its_hash()
    {
        (int code, string json, _) = await RunAsync("setup", "", "--json", "--set", "Web:NetworkPort=9443");
        string password = JsonDocument.Parse(json).RootElement.GetProperty("password").GetString()!;
        StoredAccess stored = Stored.Read();
        (int again, string text, _) = await RunAsync("setup", "");

        Assert.Equal((0, 0), (code, again));
        Assert.True(stored.IsForSetup);
        Assert.True(PasswordHash.Verify(password, stored.Password!));
        Assert.All(JsonDocument.Parse(json).RootElement.GetProperty("addresses").EnumerateArray(), address =>
            Assert.Matches("^https://.+:9443$", address.GetString())
        );
        Assert.DoesNotContain(password, await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(password, text, StringComparison.Ordinal);
        Assert.False(PasswordHash.Verify(password, Stored.Read().Password!));
    }

    [Theory]
    [InlineData("Camera:Source=webcam")]
    [InlineData("Web:Listen:0=0.0.0.0:8443")]
    public async Task A_device_that_its_owner_has_configured_has_no_one_time_password(string setting)
    {
        (int code, _, string error) = await RunAsync("setup", "", "--set", setting);

        Assert.Equal(1, code);
        Sentence.AssertNames(error, "error: |password set");
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task The_addresses_of_a_one_time_password_are_those_of_the_setting_and_off_makes_none()
    {
        (int off, _, string error) = await RunAsync("setup", "", "--set", "Web:Network=off");
        bool made = System.IO.File.Exists(File);
        (int code, string json, string hint) = await RunAsync("setup", "", "--json", "--set", "Web:Network=Http");

        Assert.Equal((1, false, 0), (off, made, code));
        Sentence.AssertNames(error, "error: |Web:Network");
        Assert.All(JsonDocument.Parse(json).RootElement.GetProperty("addresses").EnumerateArray(), address =>
            Assert.StartsWith("http://", address.GetString(), StringComparison.Ordinal)
        );
        Sentence.AssertNames(hint, "hint: |systemctl start");
    }

    [Fact]
    public async Task A_password_of_the_owner_is_not_replaced_by_a_one_time_password()
    {
        await RunAsync("set", Password + "\n");

        (int code, _, _) = await RunAsync("setup", "");

        Assert.Equal(1, code);
        Assert.False(Stored.Read().IsForSetup);
        Assert.True(PasswordHash.Verify(Password, Stored.Read().Password!));
    }

    [Theory]
    [InlineData("short\n", "5|10|256")]
    [InlineData("", "0|10|256")]
    [InlineData("\u001b\n", "1|10|256")]
    public async Task A_password_that_is_none_changes_nothing(string typed, string names)
    {
        (int code, string output, string error) = await RunAsync("set", typed);

        Assert.Equal((1, ""), (code, output));
        Sentence.AssertNames(error, "error: |" + names);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task A_damaged_file_is_put_aside()
    {
        await System.IO.File.WriteAllTextAsync(File, "{", TestContext.Current.CancellationToken);

        (int status, _, string error) = await RunAsync("status", "", "--json");
        (int set, _, _) = await RunAsync("set", Password + "\n");

        Assert.Equal((1, 0), (status, set));
        Assert.Contains("rnnpool-edge", error, StringComparison.Ordinal);
        Assert.True(PasswordHash.Verify(Password, Stored.Read().Password!));
        Assert.Equal("{", await System.IO.File.ReadAllTextAsync(File + ".damaged", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Removing_it_warns_of_addresses_that_others_can_reach()
    {
        await RunAsync("set", Password + "\n");
        (int code, _, string error) = await RunAsync("remove", "", "--set", "Web:Listen:0=0.0.0.0:8443");

        Assert.Equal(0, code);
        Sentence.AssertNames(error, "hint: |Web:Listen|0.0.0.0:8443");
    }

    [Fact]
    public async Task On_a_terminal_it_is_asked_for_twice_and_not_shown()
    {
        using CommandLine command = CommandLine.StartOnTerminal(80, 24, "password", "set", "--set", $"Device:StateFolder={_folder}");
        await Wait.UntilAsync(() => command.Output.Contains("New password: ", StringComparison.Ordinal), "the question");
        command.Type(Password + "\r");
        await Wait.UntilAsync(() => command.Output.Contains("Once more: ", StringComparison.Ordinal), "the second question");
        command.Type(Password + "\r");

        Assert.Equal(0, await command.ExitAsync());
        Assert.DoesNotContain(Password, command.Output, StringComparison.Ordinal);
        Assert.True(PasswordHash.Verify(Password, Stored.Read().Password!));
    }

    [Fact]
    public async Task On_a_terminal_two_that_differ_change_nothing()
    {
        using CommandLine command = CommandLine.StartOnTerminal(80, 24, "password", "set", "--set", $"Device:StateFolder={_folder}");
        await Wait.UntilAsync(() => command.Output.Contains("New password: ", StringComparison.Ordinal), "the question");
        command.Type(Password + "\r");
        await Wait.UntilAsync(() => command.Output.Contains("Once more: ", StringComparison.Ordinal), "the second question");
        command.Type("another password\r");

        Assert.Equal(1, await command.ExitAsync());
        Assert.Contains("error", command.Output, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task A_device_that_runs_takes_it_at_once_and_signs_everybody_out()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        device.Service<AccessStore>().SetPassword("the one before");
        using var page = new Browser(device);
        Assert.Equal(HttpStatusCode.OK, (await page.SignInAsync("the one before")).Status);
        using HttpResponseMessage stream = await page.OpenAsync("/api/stream");
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);

        using CommandLine command = CommandLine.Start(
            "password",
            "set",
            "--set",
            $"Device:StateFolder={device.Service<StateFolder>().Path}"
        );
        command.Type(Password + "\n");
        Assert.Equal(0, await command.ExitAsync());

        // The device ends the stream without a further request.
        Task<string> rest = stream.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(1), () => rest.IsCompleted, "the stream has ended");
        Assert.Equal(HttpStatusCode.Unauthorized, (await page.GetAsync("/api/state")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await page.SignInAsync("the one before")).Status);
        Assert.Equal(HttpStatusCode.OK, (await page.SignInAsync(Password)).Status);
    }

    [Fact]
    public async Task What_root_writes_belongs_to_the_owner_of_the_folder()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can become another user.");
        const string Owner = "65534:65533";
        await OutputAsync("chown", Owner, _folder);

        (int code, _, string error) = await RunAsync("set", Password + "\n");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(Owner + " 600\n", await OutputAsync("stat", "-c", "%u:%g %a", File));
    }

    private AccessFile Stored => new(new StateFolder(_folder, NullLogger<StateFolder>.Instance));

    private async Task<(int Code, string Output, string Error)> RunAsync(string part, string typed, params string[] more)
    {
        using CommandLine command = CommandLine.Start(["password", part, "--set", $"Device:StateFolder={_folder}", .. more]);
        command.Type(typed);
        command.EndInput();
        int code = await command.ExitAsync();
        return (code, command.Output, command.Error);
    }

    private static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }
}
