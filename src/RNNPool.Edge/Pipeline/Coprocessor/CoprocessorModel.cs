using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Pipeline.Engines;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>The package of the device's model, which the coprocessor runs.</summary>
internal sealed class CoprocessorModel : IModelUser
{
    /// <summary>The package; null before a model is loaded.</summary>
    public DeviceModel? Model { get; private set; }

    /// <inheritdoc/>
    public void Load(ModelFolder model) => Model = DeviceModel.Load(model);
}
