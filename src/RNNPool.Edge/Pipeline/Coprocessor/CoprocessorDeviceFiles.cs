using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>The serial port of the coprocessor.</summary>
internal sealed class CoprocessorDeviceFiles(IOptions<CoprocessorOptions> options) : IDeviceFileSource
{
    /// <inheritdoc/>
    public IEnumerable<DeviceFile> DeviceFiles =>
        LinkEndpoint.TryParse(options.Value.Endpoint ?? "", out LinkEndpoint? endpoint, out _) && endpoint.Scheme == LinkScheme.Serial
            ? [new DeviceFile(endpoint.Path, "dialout")]
            : [];
}
