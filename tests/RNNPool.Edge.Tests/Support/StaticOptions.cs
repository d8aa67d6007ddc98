using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Tests.Support;

/// <summary>Options that a test changes itself.</summary>
internal sealed class StaticOptions<T>(T value) : IOptionsMonitor<T>
{
    public T CurrentValue { get; set; } = value;

    public T Get(string? name) => CurrentValue;

    public IDisposable? OnChange(Action<T, string?> listener) => null;
}
