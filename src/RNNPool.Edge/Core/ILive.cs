using System.Diagnostics.CodeAnalysis;

namespace RNNPool.Edge.Core;

/// <summary>
/// The settings of a section that may change while the device runs. It is the only way to receive such a section: a constructor that takes
/// <c>IOptions</c> of it would keep the values of the start. Thread-safe.
/// </summary>
/// <typeparam name="T">The options class of the section.</typeparam>
public interface ILive<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] out T>
    where T : class
{
    /// <summary>
    /// The settings in force. The object stays the same until a value of the section changes, so a changed reference means changed
    /// settings.
    /// </summary>
    T Current { get; }

    /// <summary>
    /// Calls <paramref name="changed"/> with the new settings after each change of the section, in order, on the thread that applies the
    /// change.
    /// </summary>
    /// <param name="changed">Must return quickly. An exception is logged and does not reach other subscribers.</param>
    /// <returns>Ends the subscription when it is disposed.</returns>
    IDisposable OnChange(Action<T> changed);
}
