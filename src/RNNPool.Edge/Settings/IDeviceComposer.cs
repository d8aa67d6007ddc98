using System.Diagnostics.CodeAnalysis;

namespace RNNPool.Edge.Settings;

/// <summary>How much of the device a composition has.</summary>
internal enum CompositionScope
{
    /// <summary>Every feature.</summary>
    Device,

    /// <summary>The model and the engine of this machine, for commands that need no device.</summary>
    Model,
}

/// <summary>Reads and validates settings, and creates parts of a device from them. The host implements it.</summary>
internal interface IDeviceComposer
{
    /// <summary>Reads the sources of settings.</summary>
    SettingsLoader Settings { get; }

    /// <summary>Validates every section as a start would. Nothing is started.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is not allowed.</exception>
    /// <exception cref="AggregateException">Settings of several sections are not allowed.</exception>
    void Validate(DeviceSettings settings);

    /// <summary>Opens what valid settings name, as a start would: files, addresses, the model. Nothing is started.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="changed">Keys of settings; only checks that depend on their sections run. Null runs all checks.</param>
    /// <returns>One sentence for each setting that names something unusable; it begins with the key.</returns>
    IReadOnlyList<string> FindProblems(DeviceSettings settings, IReadOnlyCollection<string>? changed = null);

    /// <summary>
    /// Creates a service of the device, or an object whose constructor takes services. Services are created when they are needed and none
    /// is started; a constructor takes <see cref="Lazy{T}"/> for a service that may fail or that is rarely needed. Log messages are
    /// discarded.
    /// </summary>
    /// <typeparam name="T">The service or object.</typeparam>
    /// <param name="settings">The settings. In <see cref="CompositionScope.Device"/> they are not validated as a whole; a service that
    /// needs a wrong one throws.</param>
    /// <param name="scope">How much of the device is available.</param>
    Composition<T> Compose<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        DeviceSettings settings,
        CompositionScope scope = CompositionScope.Device
    )
        where T : class;
}
