using System.Globalization;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Pipeline.Engines;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>
/// Connects to the coprocessor and compares its model with the device's. In the mode Auto a missing coprocessor is only a warning.
/// </summary>
internal sealed class CoprocessorCheck(IOptions<CoprocessorOptions> options, IOptions<ModelOptions> model, TimeProvider time) : IDoctorCheck
{
    public string Name => "coprocessor";

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        CoprocessorOptions settings = options.Value;
        if (!settings.IsUsed)
            return new CheckResult(Name, CheckOutcome.Off, "No coprocessor is configured.");
        CheckOutcome unusable = settings.Mode == CoprocessorMode.Auto ? CheckOutcome.Warning : CheckOutcome.Failed;
        try
        {
            CoprocessorSession session = await CoprocessorSession
                .OpenAsync(settings, time, rowCode: true, cancellationToken)
                .ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                return Compare(session, DeviceModel.Load(ModelFolder.Open(model.Value.Resolve())), settings.UploadModel, unusable);
            }
        }
        catch (CommandException exception)
        {
            return new CheckResult(Name, unusable, exception.Message, exception.Hint);
        }
        catch (Exception exception) when (exception is CoprocessorException or TimeoutException or IOException or ModelException)
        {
            return new CheckResult(Name, unusable, exception.Message);
        }
    }

    private CheckResult Compare(CoprocessorSession session, DeviceModel model, bool mayUpload, CheckOutcome unusable)
    {
        CoprocessorInfo info = session.Info;
        string device = string.Create(
            CultureInfo.InvariantCulture,
            $"{info.Hello.Board} with firmware {info.Hello.FirmwareVersion}, {session.Client.RoundTrip.TotalMilliseconds:0.0} ms round trip"
        );
        if (info.ActiveModel?.Sha256 != model.Sha256)
        {
            return info.CanUpload && mayUpload
                ? new CheckResult(Name, CheckOutcome.Ok, $"{device}, runs another model; {model.Text} is uploaded when the device starts.")
                : new CheckResult(
                    Name,
                    unusable,
                    $"{device}, runs {info.ActiveModel?.Name ?? "no model"} instead of {model.Text}.",
                    info.CanUpload
                        ? "Run rnnpool-edge mcu upload, or set Coprocessor:UploadModel to true."
                        : "Build its firmware with this model."
                );
        }

        return session.Endpoint.IsUnstableName
            ? new CheckResult(
                Name,
                CheckOutcome.Warning,
                $"{device}, runs {model.Text}; {session.Endpoint.Path} may be another device after the next start.",
                "Use its name in /dev/serial/by-id."
            )
            : new CheckResult(Name, CheckOutcome.Ok, $"{device}, runs {model.Text}.");
    }
}
