using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Host;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Fuzz.Targets;

/// <summary>Composes devices in folders of their own.</summary>
internal static class FuzzDevice
{
    /// <summary>Creates the builder of a device that waits to be set up: it opens no camera.</summary>
    public static WebApplicationBuilder Create(string? file, params (string Key, string Value)[] settings)
    {
        string state = Directory.CreateTempSubdirectory("fuzz-").FullName;
        KeyValuePair<string, string?>[] overrides =
        [
            new("Web:Port", "0"),
            new("Device:StateFolder", state),
            .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)),
        ];
        WebApplicationBuilder builder = DeviceHost.CreateBuilder(
            DeviceHost.Settings.Load(new SettingSources(file, overrides, SystemFile: false, SetUp: true))
        );
        builder.Logging.ClearProviders();
        return builder;
    }
}
