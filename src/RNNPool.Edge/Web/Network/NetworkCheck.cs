using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web.Network;

/// <summary>Reports where other machines reach the page. Nothing is opened or written.</summary>
internal sealed class NetworkCheck(IOptions<WebOptions> options, IOptions<CameraOptions> camera, AccessStore access) : IDoctorCheck
{
    private const string SwitchOn =
        "To reach it from other machines, set a password and switch the network on under Access on the page, or set Web:Network.";

    public string Name => "network";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Run(options.Value, LocalAddresses.FindHosts()));

    internal CheckResult Run(WebOptions settings, IReadOnlyList<string> hosts)
    {
        List<Uri> listening =
        [
            .. settings
                .Listen.Where(text => WebOptionsValidator.TryEndPoint(text, out _))
                .Select(text => new Uri($"{(settings.Tls.CertificateFile is null ? "http" : "https")}://{text}")),
        ];
        NetworkAccess wanted = PageNetwork.FindWanted(settings, camera.Value, access);
        if (wanted != NetworkAccess.Off)
        {
            if (PageNetwork.FindObstacle(access) is { } obstacle)
                return new CheckResult(Name, CheckOutcome.Warning, $"Web:Network is {settings.Network}, but: {obstacle}");
            listening.Insert(0, new Uri($"{(wanted == NetworkAccess.Https ? "https" : "http")}://[::]:{settings.NetworkPort}"));
        }

        string[] addresses =
        [
            .. PageAddressService.FindInNetwork(listening, hosts).Select(address => address.GetLeftPart(UriPartial.Authority)),
        ];
        if (addresses.Length > 0)
            return new CheckResult(Name, CheckOutcome.Ok, $"Other machines open the page at {string.Join(" or ", addresses)}.");
        return listening.Any(address => !address.IsLoopback)
            ? new CheckResult(Name, CheckOutcome.Warning, "This machine has no address in a network.", "Connect it to a network.")
            : new CheckResult(Name, CheckOutcome.Ok, $"The page is for this machine only, at http://127.0.0.1:{settings.Port}. {SwitchOn}");
    }
}
