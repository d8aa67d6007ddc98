using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Web;

/// <summary>The document and the device say the same.</summary>
public sealed partial class OpenApiTests
{
    [Fact]
    public async Task Every_endpoint_is_described_and_nothing_else()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        JsonElement document = (await DocumentAsync(device)).GetProperty("paths");
        var described = document
            .EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));

        var mapped = Endpoints(device)
            .SelectMany(endpoint =>
                endpoint
                    .Metadata.GetMetadata<HttpMethodMetadata>()!
                    .HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}")
            );

        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_open_to_everybody_is_what_the_document_says()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        JsonElement document = (await DocumentAsync(device)).GetProperty("paths");

        foreach (RouteEndpoint endpoint in Endpoints(device))
        {
            string method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single();
            JsonElement operation = document.GetProperty(endpoint.RoutePattern.RawText!).GetProperty(method.ToLowerInvariant());
            bool anonymous = operation.TryGetProperty("security", out JsonElement security) && security.GetArrayLength() == 0;
            Assert.Equal(anonymous, endpoint.Metadata.GetMetadata<AudienceMetadata>()?.Audience == Audience.Anyone);
        }
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        JsonElement document = await DocumentAsync(device);

        foreach (Match match in Reference().Matches(document.GetRawText()))
        {
            JsonElement at = document;
            foreach (string segment in match.Groups[1].Value.Split('/'))
                Assert.True(at.TryGetProperty(segment, out at), match.Value);
        }
    }

    private static IEnumerable<RouteEndpoint> Endpoints(DeviceFixture device) =>
        device
            .Service<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null);

    private static async Task<JsonElement> DocumentAsync(DeviceFixture device)
    {
        string text = await device.Client.GetStringAsync(new Uri("/openapi.json", UriKind.Relative), TestContext.Current.CancellationToken);
        return JsonDocument.Parse(text).RootElement;
    }

    [GeneratedRegex("\"\\$ref\":\\s*\"#/([^\"]+)\"")]
    private static partial Regex Reference();
}
