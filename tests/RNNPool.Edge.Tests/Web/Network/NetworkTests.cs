using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Network;

namespace RNNPool.Edge.Tests.Web.Network;

/// <summary>The switch that opens the page to the network.</summary>
public sealed class NetworkTests : IDisposable
{
    private const string Password = "correct horse battery";
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string CertificateFile => Path.Combine(_folder.Path, DeviceCertificate.FileName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task With_a_password_the_network_is_served_with_a_certificate_of_the_device()
    {
        Store().SetPassword(Password);
        await using DeviceFixture device = await StartAsync(NetworkAccess.Https);
        Uri listening = Assert.Single(device.Addresses, address => address.Scheme == "https");
        using var owner = new Browser(device);
        Assert.Equal(HttpStatusCode.OK, (await owner.SignInAsync(Password)).Status);
        JsonElement network = (await owner.GetAsync("/api/network")).Json;
        Assert.Equal("https", network.GetProperty("access").GetString());
        IReadOnlyList<string> hosts = LocalAddresses.FindHosts();
        Assert.Equal(
            hosts.Select(host => $"https://{host}:{listening.Port}"),
            network.GetProperty("addresses").EnumerateArray().Select(address => address.GetString())
        );
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(CertificateFile));

        // The first address, as a browser on another machine uses it.
        var address = new Uri($"https://{(hosts.Count > 0 ? hosts[0] : "127.0.0.1")}:{listening.Port}");
        using X509Certificate2 certificate = await CertificateAsync(address);
        Assert.True(certificate.MatchesHostname(Environment.MachineName));
        Assert.True(certificate.MatchesHostname(address.Host));
        Assert.Equal(network.GetProperty("fingerprint").GetString(), DeviceCertificate.FindFingerprint(certificate));
        using var browser = new Browser(device, address);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/state")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.SignInAsync(Password)).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/state")).Status);

        // A browser that remembers this header shows no way past the warning.
        using HttpResponseMessage page = await browser.Client.GetAsync(new Uri("/", UriKind.Relative), Cancellation);
        Assert.False(page.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Http_is_served_by_explicit_choice()
    {
        Store().SetPassword(Password);
        await using DeviceFixture device = await StartAsync(NetworkAccess.Http);

        Uri listening = Assert.Single(device.Addresses, address => !address.IsLoopback);
        Assert.Equal("http", listening.Scheme);
        Assert.False(File.Exists(CertificateFile));
        using var browser = new Browser(device, new Uri($"http://127.0.0.1:{listening.Port}"));
        JsonElement session = (await browser.SignInAsync(Password)).Json;
        Assert.True(session.GetProperty("signedIn").GetBoolean());
        Assert.Equal("http", (await browser.GetAsync("/api/network")).Json.GetProperty("access").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_password_only_this_machine_is_served_and_the_network_opens_with_the_first_one(bool onPage)
    {
        int port = FreePort();
        await using DeviceFixture device = await StartAsync(NetworkAccess.Https, port);
        using var local = new Browser(device);
        JsonElement network = (await local.GetAsync("/api/network")).Json;
        Assert.Equal("off", network.GetProperty("access").GetString());
        Assert.Empty(network.GetProperty("addresses").EnumerateArray());
        Sentence.AssertNames(network.GetProperty("obstacle").GetString(), "password");
        Assert.False(File.Exists(CertificateFile));
        device.Time.Advance(TimeSpan.FromSeconds(30));
        using (var closed = new TcpClient())
            await Assert.ThrowsAsync<SocketException>(() => closed.ConnectAsync(IPAddress.Loopback, port, Cancellation).AsTask());

        // On the page, or by the command, which writes the file.
        if (onPage)
        {
            await local.SessionAsync();
            Assert.Equal(HttpStatusCode.OK, (await local.SendAsync(HttpMethod.Put, "/api/password", new { password = Password })).Status);
        }
        else
        {
            Store().SetPassword(Password);
        }

        var page = device.Service<PageAddress>();
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(1), () => page.InNetwork.Count > 0, "an address in the network");
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(1), () => Connects(port), "the network is open");
        using var browser = new Browser(device, new Uri($"https://127.0.0.1:{port}"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/network")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.SignInAsync(Password)).Status);
        network = (await browser.GetAsync("/api/network")).Json;
        Assert.Equal("https", network.GetProperty("access").GetString());
        Assert.False(network.TryGetProperty("obstacle", out _));
        Assert.All(network.GetProperty("addresses").EnumerateArray(), address => Assert.EndsWith($":{port}", address.GetString()));
        Assert.NotEmpty(network.GetProperty("addresses").EnumerateArray());
    }

    [Fact]
    public async Task A_one_time_password_opens_a_device_that_is_not_set_up_until_it_is()
    {
        int port = FreePort();
        string file = _folder.File(
            "config.json",
            JsonSerializer.SerializeToUtf8Bytes(new { Web = new { NetworkPort = port, Port = 0 }, Gpio = new { Simulated = true } })
        );
        await using (DeviceFixture device = await DeviceFixture.StartAsync(file, setUp: true, state: _folder.Path))
        {
            device.Time.Advance(TimeSpan.FromSeconds(5));
            Assert.False(Connects(port));
            Stored().Write(new StoredAccess(PasswordHash.Create(Password), [], IsForSetup: true));
            await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(1), () => Connects(port), "the network is open");

            using var browser = new Browser(device, new Uri($"https://127.0.0.1:{port}"));
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/cameras/preview.jpg?source=webcam")).Status);
            JsonElement session = (await browser.SignInAsync(Password)).Json;
            Assert.True(session.GetProperty("setupPassword").GetBoolean());
            string source = Uri.EscapeDataString("images:" + Path.Combine(Samples.Root, "samples/pictures/astronaut.jpg"));
            using HttpResponseMessage picture = await SendAsync(browser, "/api/cameras/preview.jpg?source=" + source);
            Assert.Equal(HttpStatusCode.OK, picture.StatusCode);
            CheckResult check = new NetworkCheck(
                device.Service<IOptions<WebOptions>>(),
                device.Service<IOptions<CameraOptions>>(),
                device.Service<AccessStore>()
            ).Run(device.Service<IOptions<WebOptions>>().Value, ["192.168.1.7"]);
            Assert.Contains($"https://192.168.1.7:{port}", check.Finding, StringComparison.Ordinal);
            await browser.SessionAsync();
            Assert.Equal(
                HttpStatusCode.OK,
                (
                    await browser.SendAsync(
                        HttpMethod.Patch,
                        "/api/settings",
                        new Dictionary<string, object?> { ["Camera:Source"] = "synthetic:" }
                    )
                ).Status
            );
        }

        // Set up without a password of its own: the one-time password is gone, and the network is closed.
        await using (DeviceFixture device = await DeviceFixture.StartAsync(file, setUp: true, state: _folder.Path))
        {
            Assert.Equal(StoredAccess.None, Stored().Read() with { Tokens = StoredAccess.None.Tokens });
            device.Time.Advance(TimeSpan.FromSeconds(5));
            Assert.False(Connects(port));
        }
    }

    [Fact]
    public async Task A_device_that_is_set_up_removes_a_one_time_password_also_while_it_runs()
    {
        int port = FreePort();
        string file = _folder.File(
            "config.json",
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    Camera = new { Source = "synthetic:" },
                    Web = new
                    {
                        Network = "Https",
                        NetworkPort = port,
                        Port = 0,
                    },
                }
            )
        );
        await using DeviceFixture device = await DeviceFixture.StartAsync(file, setUp: true, state: _folder.Path);
        Stored().Write(new StoredAccess(PasswordHash.Create(Password), [], IsForSetup: true));

        await Wait.AdvanceUntilAsync(
            device.Time,
            TimeSpan.FromSeconds(1),
            () => Stored().Read().Password is null,
            "the one-time password is removed"
        );
        device.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(Connects(port));
    }

    [Fact]
    public async Task The_owner_replaces_the_one_time_password_without_entering_it_again()
    {
        int port = FreePort();
        Stored().Write(new StoredAccess(PasswordHash.Create("k7m2x-9xqd4-hpzt8"), [], IsForSetup: true));
        string file = _folder.File("config.json", JsonSerializer.SerializeToUtf8Bytes(new { Web = new { NetworkPort = port, Port = 0 } }));
        await using DeviceFixture device = await DeviceFixture.StartAsync(file, setUp: true, state: _folder.Path);
        using var browser = new Browser(device, new Uri($"https://127.0.0.1:{port}"));
        Assert.Equal(HttpStatusCode.OK, (await browser.SignInAsync("k7m2x-9xqd4-hpzt8")).Status);
        await browser.SessionAsync();

        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Put, "/api/password", new { password = Password })).Status);

        Assert.False(Stored().Read().IsForSetup);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SignInAsync("k7m2x-9xqd4-hpzt8")).Status);
        JsonElement session = (await browser.SignInAsync(Password)).Json;
        Assert.False(session.GetProperty("setupPassword").GetBoolean());
    }

    [Fact]
    public void One_time_passwords_are_long_and_differ()
    {
        HashSet<string> passwords = [.. Enumerable.Range(0, 1000).Select(_ => SetupPassword.Generate())];
        Assert.Equal(1000, passwords.Count);
        Assert.All(passwords, password => Assert.Matches("^([a-hjkmnp-z2-9]{5}-){2}[a-hjkmnp-z2-9]{5}$", password));
    }

    [Fact]
    public void The_certificate_stays_until_it_is_damaged_or_expires()
    {
        var time = new FakeTimeProvider(Samples.Noon);
        var own = new DeviceCertificate(Folder(), Options.Create(new WebOptions()), time, NullLogger<DeviceCertificate>.Instance);
        string first = Fingerprint(own);
        time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(first, Fingerprint(own));

        time.Advance(TimeSpan.FromDays(720));
        string renewed = Fingerprint(own);
        Assert.NotEqual(first, renewed);

        File.WriteAllText(own.File, "-----BEGIN");
        File.SetUnixFileMode(own.File, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.NotEqual(renewed, Fingerprint(own));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(own.File));
    }

    [Fact]
    public void A_certificate_from_before_the_clock_was_set_is_made_again()
    {
        var early = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(2));
        var time = new FakeTimeProvider(Samples.Noon);
        IOptions<WebOptions> options = Options.Create(new WebOptions());
        string first = Fingerprint(new DeviceCertificate(Folder(), options, early, NullLogger<DeviceCertificate>.Instance));

        string second = Fingerprint(new DeviceCertificate(Folder(), options, time, NullLogger<DeviceCertificate>.Instance));

        Assert.NotEqual(first, second);
        Assert.Equal(second, Fingerprint(new DeviceCertificate(Folder(), options, time, NullLogger<DeviceCertificate>.Instance)));
        Assert.NotEqual(second, Fingerprint(new DeviceCertificate(Folder(), options, early, NullLogger<DeviceCertificate>.Instance)));
    }

    [Theory]
    [InlineData(NetworkAccess.Off, false, 0, "127.0.0.1:8760")]
    [InlineData(NetworkAccess.Https, false, 1, "password")]
    [InlineData(NetworkAccess.Https, true, 0, "https://192.168.1.7:8443|https://door.local:8443")]
    [InlineData(NetworkAccess.Http, true, 0, "http://192.168.1.7:8443|http://door.local:8443")]
    public void Doctor_reports_the_addresses(NetworkAccess access, bool password, int outcome, string names)
    {
        AccessStore store = Store();
        if (password)
            store.SetPassword(Password);
        var settings = new WebOptions { Network = access };

        CheckResult result = new NetworkCheck(Options.Create(settings), Options.Create(new CameraOptions { Source = "webcam" }), store).Run(
            settings,
            ["192.168.1.7", "door.local"]
        );

        Assert.Equal(outcome == 0 ? CheckOutcome.Ok : CheckOutcome.Warning, result.Outcome);
        Sentence.AssertNames(result.Finding, names);
    }

    [Fact]
    public void The_addresses_of_the_machine_are_read_from_the_routing_table()
    {
        const string Table = """
            Main:
              +-- 0.0.0.0/0 3 0 5
                 |-- 0.0.0.0
                    /0 universe UNICAST
                    |-- 127.0.0.1
                       /32 host LOCAL
                    |-- 192.168.1.0
                       /24 link UNICAST
                    |-- 192.168.1.7
                       /32 host LOCAL
                    |-- 192.168.1.255
                       /32 link BROADCAST
            Local:
                    |-- 169.254.3.4
                       /32 host LOCAL
                    |-- 192.168.1.7
                       /32 host LOCAL
            """;

        IReadOnlyList<IPAddress> addresses = LocalAddresses.Parse(Table.Split('\n'));

        Assert.Equal(["192.168.1.7", "169.254.3.4"], addresses.Select(address => address.ToString()));
        Assert.Equal(["192.168.1.7", "door.local"], LocalAddresses.FindHosts(addresses, LocalAddresses.PublishedName("Door", true)));
        Assert.Equal(["169.254.3.4"], LocalAddresses.FindHosts(addresses.Skip(1).ToArray(), LocalAddresses.PublishedName("door", false)));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8760 https://[::]:8443", "https://192.168.1.7:8443 https://door.local:8443")]
    [InlineData("http://127.0.0.1:8760 http://0.0.0.0:80", "http://192.168.1.7 http://door.local")]
    [InlineData("http://127.0.0.1:8760 http://10.0.0.5:8080", "http://10.0.0.5:8080")]
    [InlineData("http://127.0.0.1:8760", "")]
    public void Only_addresses_that_other_machines_can_open_are_shown(string listening, string expected)
    {
        IReadOnlyList<Uri> found = PageAddressService.FindInNetwork(
            listening.Split(' ').Select(text => new Uri(text)),
            ["192.168.1.7", "door.local"]
        );

        Assert.Equal(expected, string.Join(' ', found.Select(address => address.GetLeftPart(UriPartial.Authority))));
    }

    private static string Fingerprint(DeviceCertificate own)
    {
        own.Update();
        using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(own.File);
        return DeviceCertificate.FindFingerprint(certificate);
    }

    private static async Task<X509Certificate2> CertificateAsync(Uri address)
    {
        X509Certificate2? shown = null;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                shown = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData());
                return shown.Subject.Length > 0;
            },
        };
        using var client = new HttpClient(handler);
        using HttpResponseMessage response = await client.GetAsync(new Uri(address, "/"), Cancellation);
        return shown!;
    }

    private Task<DeviceFixture> StartAsync(NetworkAccess access, int port = 0) =>
        DeviceFixture.StartAsync(
            null,
            ("Device:StateFolder", _folder.Path),
            ("Web:Network", access.ToString()),
            ("Web:NetworkPort", port.ToString(CultureInfo.InvariantCulture))
        );

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private static bool Connects(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Task<HttpResponseMessage> SendAsync(Browser browser, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", browser.Cookie);
        return browser.Client.SendAsync(request, Cancellation);
    }

    private AccessFile Stored() => new(Folder());

    private AccessStore Store() => new(new AccessFile(Folder()), TimeProvider.System, NullLogger<AccessStore>.Instance);

    private StateFolder Folder() => new(_folder.Path, NullLogger<StateFolder>.Instance);
}
