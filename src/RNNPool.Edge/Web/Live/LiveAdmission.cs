using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web.Live;

/// <summary>Admits callers to the live view, or refuses them with the reason.</summary>
internal sealed class LiveAdmission(LivePictures live, ImageAccess images, DeviceControls controls)
{
    /// <summary>Why the caller may see no pictures now; null when it may.</summary>
    public ProblemHttpResult? Refuse(HttpContext context)
    {
        if (!images.IsAllowed(context))
            return Problems.Forbidden(ImageAccess.Detail);
        return controls.InputPrivacy ? Problems.Unavailable("An input pin requests privacy.") : null;
    }

    /// <summary>Adds the caller as a viewer.</summary>
    /// <param name="context">The caller's request.</param>
    /// <param name="camera">The camera.</param>
    /// <param name="format">Size and content of its pictures.</param>
    /// <param name="rate">Pictures per second, at most.</param>
    /// <param name="refusal">Why it is refused; null when it is not.</param>
    /// <returns>The viewer, which leaves when it is disposed; null when it is refused.</returns>
    public LiveViewer? Join(HttpContext context, CameraPorts camera, LiveFormat format, double rate, out ProblemHttpResult? refusal)
    {
        refusal = Refuse(context);
        if (refusal is not null)
            return null;
        LiveViewer? viewer = live.Join(format, rate, needsPermission: !RequestOrigin.IsLocal(context), camera);
        if (viewer is null)
            refusal = Problems.Unavailable($"The live view has {LivePictures.MaxViewers} viewers already; close one of them.");
        return viewer;
    }
}
