using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web.Network;

/// <summary>How other machines reach the page.</summary>
/// <param name="Access">The access in force; a change of Web:Network applies after a restart.</param>
/// <param name="Obstacle">Why the setting is not in force, as a sentence; null when it is.</param>
/// <param name="Addresses">The addresses that browsers in the network can open, the most reliable one first.</param>
/// <param name="Hosts">The hosts of this machine in the network, for the addresses after a change.</param>
/// <param name="Port">Value of Web:NetworkPort.</param>
/// <param name="Fingerprint">SHA-256 of the certificate that the device has made; null where it uses none.</param>
internal sealed record NetworkReport(
    NetworkAccess Access,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Obstacle,
    IReadOnlyList<string> Addresses,
    IReadOnlyList<string> Hosts,
    int Port,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Fingerprint
);

/// <summary><c>/api/network</c>.</summary>
internal sealed class NetworkEndpoints(PageNetwork network, PageAddress page, IOptions<WebOptions> options) : IEndpointGroup
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/network", Get).Describe("getNetwork", "access", "Whether and where other machines reach the page.");

    private Ok<NetworkReport> Get()
    {
        // After a new password the answer is right at once; the listener follows within a second.
        network.TryOpen();
        return TypedResults.Ok(
            new NetworkReport(
                network.Access,
                network.Obstacle,
                [.. page.InNetwork.Select(address => address.GetLeftPart(UriPartial.Authority))],
                LocalAddresses.FindHosts(),
                options.Value.NetworkPort,
                network is { HasOwnCertificate: true, Certificate: { } certificate } ? certificate.Fingerprint : null
            )
        );
    }
}
