using System.Globalization;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Cli.Mcu;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>Connects to the coprocessor and looks at its model. It is only half as bad in Auto when it is away.</summary>
internal sealed class CoprocessorCheck(IServiceProvider services) : IDoctorCheck
{
    public string Name => "coprocessor";

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        Pipeline.Coprocessor.CoprocessorOptions options = services
            .GetRequiredService<IOptions<Pipeline.Coprocessor.CoprocessorOptions>>()
            .Value;
        if (!options.IsUsed)
            return new CheckResult(Name, CheckOutcome.Off, "No coprocessor is configured.");
        CheckOutcome away = options.Mode == CoprocessorMode.Auto ? CheckOutcome.Warning : CheckOutcome.Failed;
        try
        {
            McuSession session = await McuSession
                .OpenAsync(ActivatorUtilities.CreateInstance<ModelSettings>(services), rowCode: true, cancellationToken)
                .ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                CoprocessorInfo info = session.Info;
                DeviceModel model = services.GetRequiredService<DeviceModel>();
                string what = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{info.Hello.Board} with firmware {info.Hello.FirmwareVersion}, {session.Client.RoundTrip.TotalMilliseconds:0.0} ms round trip"
                );
                if (info.ActiveModel?.Sha256 == model.Sha256)
                {
                    return session.Endpoint.IsUnstableName
                        ? new CheckResult(
                            Name,
                            CheckOutcome.Warning,
                            $"{what}, runs {model.Text}; {session.Endpoint.Path} may be another device after the next start.",
                            "Use its name in /dev/serial/by-id."
                        )
                        : new CheckResult(Name, CheckOutcome.Ok, $"{what}, runs {model.Text}.");
                }

                return info.CanUpload && options.UploadModel
                    ? new CheckResult(
                        Name,
                        CheckOutcome.Ok,
                        $"{what}, runs another model; {model.Text} is uploaded when the device starts."
                    )
                    : new CheckResult(
                        Name,
                        away,
                        $"{what}, runs {info.ActiveModel?.Name ?? "no model"} instead of {model.Text}.",
                        info.CanUpload
                            ? "Run rnnpool-edge mcu upload, or set Coprocessor:UploadModel to true."
                            : "Build its firmware with this model."
                    );
            }
        }
        catch (CommandException exception)
        {
            return new CheckResult(Name, away, exception.Message, exception.Hint);
        }
        catch (Exception exception) when (exception is CoprocessorException or TimeoutException or IOException)
        {
            return new CheckResult(Name, away, exception.Message);
        }
    }
}
