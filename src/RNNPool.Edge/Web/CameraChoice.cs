using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Pipeline;

namespace RNNPool.Edge.Web;

/// <summary>The camera that a request chooses with the parameter <c>camera</c>; the main camera without it.</summary>
internal sealed class CameraChoice(CameraSet cameras)
{
    /// <summary>Name of the parameter.</summary>
    public const string Parameter = "camera";

    /// <summary>The main camera.</summary>
    public CameraPorts Main => cameras[0];

    /// <summary>Finds the camera.</summary>
    /// <param name="name">The parameter; null for the main camera.</param>
    /// <param name="unknown">The refusal of a name that no camera has; null when there is one.</param>
    public CameraPorts? Find(string? name, out ProblemHttpResult? unknown)
    {
        CameraPorts? camera = name is null ? Main : cameras.Find(name);
        unknown = camera is null ? Problems.NotFound(Describe(name!)) : null;
        return camera;
    }

    /// <summary>A sentence about a name that no camera has.</summary>
    private string Describe(string name)
    {
        string names = string.Join(", ", cameras.Select(camera => camera.Name));
        return $"No camera has the name '{SettingRules.Printable(name)}'; the names are: {names}.";
    }
}
