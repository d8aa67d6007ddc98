using System.CommandLine;
using System.CommandLine.Completions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Onnx;
using RNNPool.Edge.Web;

namespace RNNPool.Edge.Cli;

/// <summary>Options of the command line that set configuration keys. They override all other sources.</summary>
internal sealed class SharedOptions
{
    /// <summary>The setting that <c>--endpoint</c> sets.</summary>
    internal const string EndpointKey = $"{CoprocessorOptions.SectionName}:{nameof(CoprocessorOptions.Endpoint)}";

    private const string EngineNames = "auto|simd|onnx|interpreter";

    /// <summary>The option that names the configuration file.</summary>
    internal const string FileOption = "--config";

    private readonly Option<FileInfo?> _file = new(FileOption)
    {
        Description = "Configuration file in place of /etc/rnnpool-edge/config.json or the user's; run may create it.",
        HelpName = "FILE",
    };
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Any setting of docs/configuration.md, as KEY=VALUE; may be repeated.",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly IDeviceComposer _composer;
    private readonly List<(Option Option, Func<ParseResult, string?> Value, string Key)> _settings = [];

    private SharedOptions(IDeviceComposer composer) => _composer = composer;

    public static SharedOptions AddTo(Command command, IDeviceComposer composer, bool device)
    {
        var options = new SharedOptions(composer);
        options.Add(
            "--model",
            "NAME|DIR",
            "Model folder, or the name of a bundled model.",
            $"{ModelOptions.SectionName}:{nameof(ModelOptions.Path)}"
        );
        options.Add(
            "--threshold",
            "SCORE",
            "Lowest score of a detection, over 0 and under 1.",
            $"{DetectorOptions.SectionName}:{nameof(DetectorOptions.ScoreThreshold)}"
        );
        options.Add(
            "--threads",
            "N",
            "Threads of one inference.",
            $"{DetectorOptions.SectionName}:{nameof(DetectorOptions.Onnx)}:{nameof(OnnxOptions.IntraOpThreads)}"
        );
        if (device)
        {
            options.Add(
                "--camera",
                "SOURCE",
                "Camera: /dev/video0, webcam, csi, rtsp://HOST/PATH, http://HOST/PATH, or a folder of pictures; see docs/cameras.md.",
                $"{CameraOptions.SectionName}:{nameof(CameraOptions.Source)}"
            );
            options.Add(
                "--mqtt",
                "HOST",
                "MQTT broker; its port is the setting Mqtt:Port.",
                $"{MqttOptions.SectionName}:{nameof(MqttOptions.Host)}"
            );
            options.Add(
                "--coprocessor",
                "ENDPOINT",
                "Coprocessor, such as serial:///dev/serial/by-id/NAME?baud=921600; see docs/coprocessor.md.",
                EndpointKey
            );
            options.Add(
                "--gpio",
                "PIN",
                "Output pin that is on while a presence is announced, such as 17 or pinctrl-rp1:17; see docs/gpio.md.",
                $"{GpioOptions.SectionName}:{nameof(GpioOptions.Outputs)}:0:{nameof(GpioOutputOptions.Pin)}"
            );
            options.Add(
                "--port",
                "PORT",
                "Port of /health and /api on 127.0.0.1; 0 takes any free one.",
                $"{WebOptions.SectionName}:{nameof(WebOptions.Port)}"
            );
        }

        return options.AddAllTo(command);
    }

    /// <summary>Adds the choice of the engine.</summary>
    public SharedOptions WithEngine(Command command)
    {
        Add(
            "--engine",
            EngineNames,
            "Engine: the quantized package with vector instructions, the float model in ONNX Runtime, or the package in the interpreter.",
            $"{DetectorOptions.SectionName}:{nameof(DetectorOptions.Engine)}"
        );
        command.Add(_settings[^1].Option);
        return this;
    }

    /// <summary>For commands that read settings but have no options for single ones.</summary>
    public static SharedOptions AddToPlain(Command command, IDeviceComposer composer) => new SharedOptions(composer).AddAllTo(command);

    /// <summary>For commands that connect to a coprocessor directly.</summary>
    public static SharedOptions ForCoprocessor(Command command, IDeviceComposer composer, bool model)
    {
        var options = new SharedOptions(composer);
        options.Add(
            "--endpoint",
            "ENDPOINT",
            "Endpoint of the coprocessor: serial:///dev/serial/by-id/NAME?baud=921600, unix:///PATH or tcp://127.0.0.1:PORT.",
            EndpointKey
        );
        if (model)
            options.Add(
                "--model",
                "NAME|DIR",
                "Model folder, or the name of a bundled model.",
                $"{ModelOptions.SectionName}:{nameof(ModelOptions.Path)}"
            );
        return options.AddAllTo(command);
    }

    /// <summary>The configuration file that the command line names; null for none.</summary>
    public string? File(ParseResult result) => result.GetValue(_file)?.FullName;

    /// <summary>The settings from the command line.</summary>
    /// <exception cref="CommandException">A <c>--set</c> is not KEY=VALUE.</exception>
    public IReadOnlyList<KeyValuePair<string, string?>> Overrides(ParseResult result)
    {
        var overrides = new List<KeyValuePair<string, string?>>();
        foreach ((_, Func<ParseResult, string?> value, string key) in _settings)
        {
            if (value(result) is { } text)
                overrides.Add(new(key, text));
        }

        foreach (string pair in result.GetValue(_set) ?? [])
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new CommandException(
                    $"--set {pair} is not KEY=VALUE.",
                    "For example: --set Presence:OffDelay=00:00:05",
                    ExitCode.Usage
                );
            overrides.Add(new(pair[..equals].Replace("__", ":", StringComparison.Ordinal), pair[(equals + 1)..]));
        }

        return overrides;
    }

    /// <summary>All settings, with those from the command line.</summary>
    /// <exception cref="CommandException">A setting is unknown or has the wrong type.</exception>
    /// <param name="result">The command line.</param>
    /// <param name="setUp">Whether a device may start with these settings in order to be set up.</param>
    public DeviceSettings Load(ParseResult result, bool setUp = false)
    {
        StateLocation.DropPrivileges(File(result));
        return _composer.Settings.Load(new SettingSources(File(result), Overrides(result), SetUp: setUp));
    }

    /// <summary>
    /// The settings of the device that a command is about: those that the command line names, else those of the running device. Root works
    /// with the rights of the running device's user.
    /// </summary>
    /// <inheritdoc cref="Load"/>
    public TargetDevice LoadDevice(ParseResult result, bool setUp = false)
    {
        IReadOnlyList<KeyValuePair<string, string?>> overrides = Overrides(result);
        bool isNamed =
            File(result) is not null
            || ConfigurationFile.Named is not null
            || overrides.Any(pair => pair.Key.Equals(StateLocation.Key, StringComparison.OrdinalIgnoreCase));
        RunningDevice? running = isNamed ? null : TargetDevice.FindRunning();
        if (running is null)
        {
            RunningDevice? hidden = isNamed ? null : TargetDevice.FindHidden();
            return new TargetDevice(Load(result, setUp), null, hidden);
        }

        running.DropPrivileges();
        Environment.SetEnvironmentVariable(StateFolder.Variable, running.StateFolder);
        string? file = DeviceMarker.Read(running.StateFolder!)?.Configuration;
        StateLocation.DropPrivileges(file);
        return new TargetDevice(_composer.Settings.Load(new SettingSources(file, overrides, SetUp: setUp, MayBeMissing: true)), running);
    }

    private static IEnumerable<CompletionItem> SerialPorts()
    {
        const string ById = "/dev/serial/by-id";
        return Directory.Exists(ById)
            ? Directory.EnumerateFileSystemEntries(ById).Select(port => new CompletionItem($"serial://{port}"))
            : [];
    }

    private SharedOptions AddAllTo(Command command)
    {
        foreach ((Option option, _, _) in _settings)
            command.Add(option);
        command.Add(_file);
        command.Add(_set);
        return this;
    }

    private void Add(string name, string helpName, string description, string key)
    {
        var option = new SettingOption(name, key) { Description = description, HelpName = helpName };
        if (key == $"{ModelOptions.SectionName}:{nameof(ModelOptions.Path)}")
            option.CompletionSources.Add(_ => ModelOptions.Bundled.Select(model => new CompletionItem(Path.GetFileName(model))));
        if (key == EndpointKey)
            option.CompletionSources.Add(_ => SerialPorts());
        if (helpName == EngineNames)
            option.CompletionSources.Add(EngineNames.Split('|'));
        _settings.Add((option, result => result.GetValue(option), key));
    }
}
