using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

namespace RNNPool.Edge.Cli;

/// <summary><c>rnnpool-edge mqtt remove</c>: removes the device from its broker and from Home Assistant.</summary>
internal static class MqttCommand
{
    public static IReadOnlyList<(Command Command, string Examples)> Build(Terminal terminal, IDeviceComposer composer)
    {
        var remove = new Command(
            "remove",
            "Remove this device from Home Assistant and its retained topics from the broker. Stop the device first."
        );
        Option<bool> json = Terminal.JsonOption("a sentence");
        remove.Add(json);
        SharedOptions shared = SharedOptions.AddTo(remove, composer, device: true);
        remove.SetAction(
            async (result, cancellationToken) =>
            {
                Composition<BrokerCleanup> cleanup = composer.Compose<BrokerCleanup>(shared.Load(result));
                await using (cleanup.ConfigureAwait(false))
                {
                    int topics = await cleanup.Root.RemoveAsync(cancellationToken).ConfigureAwait(false);
                    if (result.GetValue(json))
                        terminal.WriteJson(new RemovedTopics(topics), CommandJson.Default.RemovedTopics);
                    else
                        terminal.WriteLine($"Removed {topics} topics from the broker. Home Assistant removes the device on its own.");
                }

                return ExitCode.Ok;
            }
        );
        var mqtt = new Command("mqtt", "Manage the topics of this device at its MQTT broker.") { remove };
        return
        [
            (mqtt, "  rnnpool-edge mqtt remove --mqtt broker.local"),
            (remove, "  rnnpool-edge mqtt remove --mqtt broker.local\n  rnnpool-edge mqtt remove --config /etc/rnnpool-edge/config.json"),
        ];
    }
}
