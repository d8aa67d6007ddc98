using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Web.OpenApi;

/// <summary>The committed document is what the endpoints generate. Set RNNPOOL_EDGE_UPDATE_OPENAPI=1 to write it.</summary>
public sealed partial class DocumentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_embedded_document_is_generated_from_the_endpoints()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(OpenApiGenerator.AddTo);

        string generated = await OpenApiGenerator.GenerateAsync(device, Cancellation);

        string file = Path.Combine(Samples.Root, "src/RNNPool.Edge/Web/openapi.json");
        if (Environment.GetEnvironmentVariable("RNNPOOL_EDGE_UPDATE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(file, generated, Cancellation);
            return;
        }

        Assert.Equal(await File.ReadAllTextAsync(file, Cancellation), generated);
        Assert.Equal(generated, await device.Client.GetStringAsync(new Uri("/openapi.json", UriKind.Relative), Cancellation));
    }

    [Fact]
    public async Task Every_endpoint_is_described_with_an_id_of_its_own_and_answers_HEAD_where_it_answers_GET()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        JsonElement paths = (await DocumentAsync(device)).GetProperty("paths");
        var operations = paths
            .EnumerateObject()
            .SelectMany(path =>
                path.Value.EnumerateObject()
                    .Select(operation => (Path: path.Name, Method: operation.Name.ToUpperInvariant(), operation.Value))
            )
            .ToArray();
        string[][] mapped =
        [
            .. Endpoints(device)
                .Select(endpoint =>
                    endpoint
                        .Metadata.GetMetadata<HttpMethodMetadata>()!
                        .HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}")
                        .ToArray()
                ),
        ];

        Assert.Equal(
            mapped.Select(methods => methods[0]).Order(StringComparer.Ordinal),
            operations.Select(operation => $"{operation.Method} {operation.Path}").Order(StringComparer.Ordinal)
        );
        Assert.All(mapped, methods =>
            Assert.Equal(
                methods[0].StartsWith("GET ", StringComparison.Ordinal),
                methods.Length == 2 && methods[1].StartsWith("HEAD ", StringComparison.Ordinal)
            )
        );
        string[] ids = [.. operations.Select(operation => operation.Value.GetProperty("operationId").GetString()!)];
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Anonymous_endpoints_are_those_that_the_document_names()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        JsonElement paths = (await DocumentAsync(device)).GetProperty("paths");

        foreach (RouteEndpoint endpoint in Endpoints(device))
        {
            string method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
            JsonElement operation = paths.GetProperty(endpoint.RoutePattern.RawText!).GetProperty(method.ToLowerInvariant());
            bool documented = operation.TryGetProperty("security", out JsonElement security) && security.GetArrayLength() == 0;
            bool anonymous = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            Assert.Equal(documented, anonymous);
            Assert.True(
                anonymous || endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null,
                $"{method} {endpoint.RoutePattern.RawText} has no policy"
            );
        }
    }

    [Fact]
    public async Task Schemas_are_whole_and_references_resolve()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        JsonElement document = await DocumentAsync(device);

        foreach (Match match in Reference().Matches(document.GetRawText()))
        {
            JsonElement at = document;
            foreach (string segment in match.Groups[1].Value.Split('/'))
                Assert.True(at.TryGetProperty(segment, out at), match.Value);
        }

        string[] bare = [.. Bare(document.GetProperty("components").GetProperty("schemas"), "schemas")];
        Assert.True(bare.Length == 0, string.Join(", ", bare));
    }

    /// <summary>Objects without a schema.</summary>
    private static IEnumerable<string> Bare(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
            yield break;
        bool isObject =
            element.TryGetProperty("type", out JsonElement type) && type.ToString().Contains("object", StringComparison.Ordinal);
        bool described = new[] { "properties", "additionalProperties", "$ref", "oneOf", "allOf", "anyOf" }.Any(key =>
            element.TryGetProperty(key, out _)
        );
        if (isObject && !described)
            yield return path;
        foreach (JsonProperty property in element.EnumerateObject())
        {
            foreach (string found in Bare(property.Value, $"{path}.{property.Name}"))
                yield return found;
        }
    }

    private static IEnumerable<RouteEndpoint> Endpoints(DeviceFixture device) =>
        device
            .Service<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null);

    private static async Task<JsonElement> DocumentAsync(DeviceFixture device)
    {
        string text = await device.Client.GetStringAsync(new Uri("/openapi.json", UriKind.Relative), Cancellation);
        return JsonDocument.Parse(text).RootElement;
    }

    [GeneratedRegex("\"\\$ref\":\\s*\"#/([^\"]+)\"")]
    private static partial Regex Reference();
}
