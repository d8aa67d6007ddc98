using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using System.Xml.Linq;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using RNNPool.Edge.Host;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Web.OpenApi;

/// <summary>Generates the OpenAPI document from the endpoints of a device, with the descriptions of the XML documentation.</summary>
internal static class OpenApiGenerator
{
    private const string DocumentName = "v1",
        BearerScheme = "token",
        BasicScheme = "basic",
        SignatureScheme = "signature",
        CookieScheme = "cookie";

    private static readonly Lazy<Dictionary<string, XElement>> Documentation = new(ReadDocumentation);

    public static void AddTo(IServiceCollection services)
    {
        // The types of bodies that are not JSON have no metadata in the device.
        services.Configure<JsonOptions>(options => options.SerializerOptions.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver()));
        services.AddOpenApi(DocumentName, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = description => description.HttpMethod != "HEAD";
            options.AddSchemaTransformer(DescribeSchema);
            options.AddOperationTransformer(DescribeOperation);
            options.AddDocumentTransformer(DescribeDocument);
        });
    }

    /// <summary>The document of a device to whose services <see cref="AddTo"/> was applied.</summary>
    public static async Task<string> GenerateAsync(DeviceFixture device, CancellationToken cancellationToken)
    {
        var provider = device.Service<IServiceProvider>().GetRequiredKeyedService<IOpenApiDocumentProvider>(DocumentName);
        OpenApiDocument document = await provider.GetOpenApiDocumentAsync(cancellationToken);
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken) + "\n";
    }

    private static Task DescribeDocument(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        document.Info = new OpenApiInfo
        {
            Title = "RNNPool.Edge",
            Version = "1",
            Description =
                "The HTTP interface of the device; docs/web.md explains access. "
                + "Changes with a cookie need the header X-CSRF-Token with the "
                + "session's csrfToken; API tokens need none. "
                + "HEAD is answered wherever GET is, with the same status and headers and without a body.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [BearerScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
            [BasicScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "basic" },
            [SignatureScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Query,
                Name = SignedPictures.SignatureParameter,
            },
            [CookieScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = "rnnpool-edge",
            },
        };
        document.Security = [.. Schemes(document, BearerScheme, CookieScheme)];
        return Task.CompletedTask;
    }

    /// <summary>Any of the schemes.</summary>
    private static IEnumerable<OpenApiSecurityRequirement> Schemes(OpenApiDocument? document, params string[] schemes) =>
        schemes.Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, document)] = [] });

    private static Task DescribeOperation(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAllowAnonymous>().Any())
            operation.Security = [];
        if (metadata.OfType<PictureScope>().Any())
            operation.Security = [.. Schemes(context.Document, BearerScheme, CookieScheme, BasicScheme, SignatureScheme)];
        foreach (IProducesResponseTypeMetadata response in metadata.OfType<IProducesResponseTypeMetadata>())
        {
            string status = response.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
            operation.Responses ??= [];
            if (!operation.Responses.TryGetValue(status, out IOpenApiResponse? known))
                operation.Responses[status] = known = new OpenApiResponse { Description = "" };
            if (known is not OpenApiResponse described)
                continue;
            described.Content ??= new Dictionary<string, OpenApiMediaType>();
            foreach (string type in response.ContentTypes)
                described.Content.TryAdd(type, new OpenApiMediaType());
            described.Description = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(response.StatusCode);
        }

        foreach (OpenApiParameter parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            if (parameter.Name == "since" && parameter.Schema is OpenApiSchema schema)
                schema.Format = "date-time";
        }

        foreach (
            OpenApiMediaType binary in (operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
                .Where(pair => pair.Key != "application/json")
                .Select(pair => pair.Value)
        )
            binary.Schema = null;
        return Task.CompletedTask;
    }

    private static Task DescribeSchema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        JsonTypeInfo type = context.JsonTypeInfo;
        if (context.JsonPropertyInfo is null && Summary("T:" + Name(type.Type)) is { } summary)
            schema.Description ??= summary;
        if (type.Kind != JsonTypeInfoKind.Object || schema.Properties is null)
            return Task.CompletedTask;
        bool written =
            type.Type.Namespace?.StartsWith("RNNPool", StringComparison.Ordinal) == true
            && type.Type.GetConstructor(Type.EmptyTypes) is not null;
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (!schema.Properties.TryGetValue(property.Name, out IOpenApiSchema? value))
                continue;
            bool omitted =
                property.AttributeProvider?.IsDefined(typeof(System.Text.Json.Serialization.JsonIgnoreAttribute), inherit: false) == true;
            if (omitted)
                schema.Required?.Remove(property.Name);
            else if (written)
                (schema.Required ??= new HashSet<string>()).Add(property.Name);

            // The generator does not know what a converter writes.
            if (property.CustomConverter is EventTimeConverter && value is OpenApiSchema time)
            {
                time.Type = property.PropertyType == typeof(DateTime) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
                time.Format = "date-time";
            }

            string? text = property.AttributeProvider is MemberInfo member ? Describe(type.Type, member) : null;
            if (text is not null && value is OpenApiSchema described)
                described.Description = text;
        }

        return Task.CompletedTask;
    }

    /// <summary>The summary of a property, or the text of the record's parameter of that name.</summary>
    private static string? Describe(Type type, MemberInfo member)
    {
        if (Summary($"P:{Name(type)}.{member.Name}") is { } summary)
            return summary;
        if (!Documentation.Value.TryGetValue("T:" + Name(type), out XElement? record))
            return null;
        XElement? parameter = record.Elements("param").FirstOrDefault(element => (string?)element.Attribute("name") == member.Name);
        return parameter is null ? null : Text(parameter);
    }

    private static string? Summary(string id) =>
        Documentation.Value.TryGetValue(id, out XElement? member) && member.Element("summary") is { } summary ? Text(summary) : null;

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private static string Text(XElement element)
    {
        IEnumerable<string> parts = element
            .Nodes()
            .Select(node =>
                node switch
                {
                    XText text => text.Value,
                    XElement { Name.LocalName: "c" } code => code.Value,
                    XElement reference => ((string?)reference.Attribute("cref") ?? reference.Value).Split('.')[^1],
                    _ => "",
                }
            );
        return string.Join(' ', string.Concat(parts).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static Dictionary<string, XElement> ReadDocumentation() =>
        XDocument
            .Load(Path.ChangeExtension(typeof(DeviceHost).Assembly.Location, ".xml"))
            .Descendants("member")
            .ToDictionary(member => (string)member.Attribute("name")!);
}
