using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Tests.Sinks.Mqtt;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Listening;

namespace RNNPool.Edge.Tests.Web.Access;

/// <summary>Addresses and TLS of the page.</summary>
public sealed class ListenTests(Certificates certificates) : IClassFixture<Certificates>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnpool-edge-listen-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("0.0.0.0:8443", "Web:Listen")]
    [InlineData("[::]:8443", "Web:Listen")]
    [InlineData("192.168.1.5:8443", "Web:Listen")]
    [InlineData("127.0.0.1:8443", null)]
    [InlineData("[::1]:8443", null)]
    [InlineData("0.0.0.0", "Web:Listen")]
    [InlineData("::8443", "Web:Listen")]
    [InlineData("everywhere:8443", "Web:Listen")]
    [InlineData("127.0.0.1:99999", "Web:Listen")]
    [InlineData("127.0.0.1:8760", "Web:Listen")]
    public void Others_can_reach_the_page_only_when_there_is_a_password(string listen, string? key)
    {
        Validate(key, new WebOptions { Listen = [listen] }, Store());
    }

    [Fact]
    public void With_a_password_it_may_listen_everywhere()
    {
        AccessStore store = Store();
        store.SetPassword("a long password");

        Validate(null, new WebOptions { Listen = ["0.0.0.0:8443", "[::]:8443"] }, store);
    }

    [Theory]
    [InlineData("door.example.org", null)]
    [InlineData("door.example.org:8443", "Web:Hosts")]
    [InlineData("*", "Web:Hosts")]
    public void Hosts_are_names(string host, string? key) => Validate(key, new WebOptions { Hosts = [host] }, Store());

    [Theory]
    [InlineData("10.0.0.0/8", null)]
    [InlineData("::1", null)]
    [InlineData("10.0.0.0/33", "Web:Proxies")]
    [InlineData("proxy", "Web:Proxies")]
    public void Proxies_are_addresses(string proxy, string? key) => Validate(key, new WebOptions { Proxies = [proxy] }, Store());

    [Fact]
    public void Files_of_TLS_must_be_there()
    {
        Validate("Web:Tls:CertificateFile", new WebOptions { Tls = new WebTlsOptions { CertificateFile = "/nowhere.pem" } }, Store());
        Validate("Web:Tls:KeyFile", new WebOptions { Tls = new WebTlsOptions { KeyFile = certificates.File("broker.key") } }, Store());
    }

    [Fact]
    public async Task Over_TLS_the_certificate_is_shown_and_the_cookie_is_secure()
    {
        File.Copy(certificates.File("broker.pem"), Path.Combine(_folder, "page.pem"));
        File.Copy(certificates.File("broker.key"), Path.Combine(_folder, "page.key"));
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("Web:Listen:0", "127.0.0.1:0"),
            ("Web:Tls:CertificateFile", Path.Combine(_folder, "page.pem")),
            ("Web:Tls:KeyFile", Path.Combine(_folder, "page.key"))
        );
        Uri secure = Assert.Single(device.Addresses, address => address.Scheme == "https");
        (string subject, HttpResponseMessage first) = await GetAsync(secure);
        Assert.Equal((HttpStatusCode.OK, "CN=broker"), (first.StatusCode, subject));
        Assert.True(first.Headers.Contains("Strict-Transport-Security"));

        // A renewed certificate is shown a minute later; half a file changes nothing.
        File.WriteAllText(Path.Combine(_folder, "page.pem"), "-----BEGIN");
        device.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("CN=broker", (await GetAsync(secure)).Subject);
        File.Copy(certificates.File("elsewhere.key"), Path.Combine(_folder, "page.key"), overwrite: true);
        File.Copy(certificates.File("elsewhere.pem"), Path.Combine(_folder, "page.pem"), overwrite: true);
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "page.pem"), DateTime.UtcNow.AddSeconds(5));
        device.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("CN=elsewhere", (await GetAsync(secure)).Subject);

        using Browser owner = await AccessTests.ProtectedAsync(device);
        using var browser = new Browser(device, secure);
        Assert.Equal(HttpStatusCode.OK, (await browser.SignInAsync("correct horse battery")).Status);
        Assert.Contains("secure", browser.SetCookie!, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/state")).Status);
    }

    /// <summary>The page stays on loopback; the certificate is read again when its file changes.</summary>
    [Fact]
    public async Task Without_a_certificate_that_can_be_used_the_device_works_and_takes_the_corrected_one()
    {
        string file = Path.Combine(_folder, "page.pem");
        File.WriteAllText(file, "nothing of the kind");
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("Web:Listen:0", "127.0.0.1:0"),
            ("Web:Tls:CertificateFile", file),
            ("Web:Tls:KeyFile", certificates.File("broker.key"))
        );
        var health = device.Service<ListenerHealth>();
        Assert.Contains("page.pem", health.Degradation, StringComparison.Ordinal);
        Uri secure = Assert.Single(device.Addresses, address => address.Scheme == "https");
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(secure));

        File.Copy(certificates.File("broker.pem"), file, overwrite: true);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(5));
        device.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(health.Degradation);
        Assert.Equal("CN=broker", (await GetAsync(secure)).Subject);
    }

    [Theory]
    [InlineData("broker.pem", "stranger.key", "broker.pem")]
    [InlineData("expired.pem", "expired.key", "expired on ")]
    [InlineData("broker.pem", "no-such.key", "Web:Tls:KeyFile")]
    public void A_wrong_certificate_is_found_by_the_check(string certificate, string key, string names)
    {
        var tls = new WebTlsOptions { CertificateFile = certificates.File(certificate), KeyFile = certificates.File(key) };
        var check = new ListenCheck(Options.Create(new WebOptions { Port = 0, Tls = tls }), Store(), TimeProvider.System);

        Assert.Contains(names, Assert.Single(check.FindProblems()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_program_is_found_by_the_check_and_one_of_the_device_is_not()
    {
        using var own = new TcpListener(IPAddress.Loopback, 0);
        own.Start();
        await using Mosquitto other = await Mosquitto.StartAsync();

        Assert.Empty(Find(new WebOptions { Port = ((IPEndPoint)own.LocalEndpoint).Port }));
        Assert.StartsWith(
            $"Web:Port is {other.Port}, ",
            Assert.Single(Find(new WebOptions { Port = other.Port })),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            $"Web:Listen is '127.0.0.1:{other.Port}', ",
            Assert.Single(Find(new WebOptions { Port = 0, Listen = [$"127.0.0.1:{other.Port}"] })),
            StringComparison.Ordinal
        );

        IEnumerable<string> Find(WebOptions options) =>
            new ListenCheck(Options.Create(options), Store(), TimeProvider.System).FindProblems();
    }

    private static async Task<(string Subject, HttpResponseMessage Response)> GetAsync(Uri address)
    {
        string subject = "";
        using var handler = new SocketsHttpHandler();
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                subject = ((X509Certificate2)certificate!).Subject;
                return subject.Length > 0;
            },
        };
        using var client = new HttpClient(handler);
        HttpResponseMessage response = await client.GetAsync(
            new Uri(address, "/health"),
            HttpCompletionOption.ResponseContentRead,
            Cancellation
        );
        return (subject, response);
    }

    private AccessStore Store() =>
        new(
            new AccessFile(new StateFolder(_folder, Microsoft.Extensions.Logging.Abstractions.NullLogger<StateFolder>.Instance)),
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<AccessStore>.Instance
        );

    private static void Validate(string? key, WebOptions options, AccessStore store)
    {
        ValidateOptionsResult result = new WebOptionsValidator().Validate(null, options);
        IEnumerable<string> problems = new ListenCheck(Options.Create(options), store, TimeProvider.System).FindProblems();
        string sentences = string.Join(' ', problems.Concat(result.Failures ?? []).Where(sentence => !IsOfMachine(sentence)));
        if (key is null)
            Assert.Empty(sentences);
        else
            Assert.Contains(key, sentences, StringComparison.Ordinal);
    }

    private static bool IsOfMachine(string sentence) =>
        sentence.Contains("does not have the address", StringComparison.Ordinal)
        || sentence.StartsWith("Web:Port ", StringComparison.Ordinal);
}
