namespace RNNPool.Edge.Diagnostics;

internal static class DiagnosticsServiceCollectionExtensions
{
    /// <summary>Adds what is kept of the device's recent past: figures and messages.</summary>
    public static WebApplicationBuilder AddDiagnostics(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LogTail>();
        builder.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<LogTail>());
        builder.Services.AddSingleton<SampleHistory>().AddHostedService(services => services.GetRequiredService<SampleHistory>());
        return builder;
    }
}
