using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RNNPool.Edge.Core;
using RNNPool.Edge.Hardware.Gpio.Kernel;
using RNNPool.Edge.Testing;

namespace RNNPool.Edge.Tests.Sinks.Gpio;

/// <summary>The structures and requests as the C compiler of this machine sees them in the kernel's own header.</summary>
public sealed class GpioAbiTests
{
    private const string Program = """
        #include <linux/gpio.h>
        #include <stddef.h>
        #include <stdio.h>
        #define SHOW(name, value) printf("%s %llu\n", name, (unsigned long long)(value))
        int main(void)
        {
            SHOW("chip", sizeof(struct gpiochip_info));
            SHOW("chip.lines", offsetof(struct gpiochip_info, lines));
            SHOW("request", sizeof(struct gpio_v2_line_request));
            SHOW("request.consumer", offsetof(struct gpio_v2_line_request, consumer));
            SHOW("request.config", offsetof(struct gpio_v2_line_request, config));
            SHOW("request.num_lines", offsetof(struct gpio_v2_line_request, num_lines));
            SHOW("request.fd", offsetof(struct gpio_v2_line_request, fd));
            SHOW("config", sizeof(struct gpio_v2_line_config));
            SHOW("config.num_attrs", offsetof(struct gpio_v2_line_config, num_attrs));
            SHOW("config.attrs", offsetof(struct gpio_v2_line_config, attrs));
            SHOW("attribute", sizeof(struct gpio_v2_line_config_attribute));
            SHOW("attribute.values", offsetof(struct gpio_v2_line_config_attribute, attr.values));
            SHOW("attribute.mask", offsetof(struct gpio_v2_line_config_attribute, mask));
            SHOW("info", sizeof(struct gpio_v2_line_info));
            SHOW("info.offset", offsetof(struct gpio_v2_line_info, offset));
            SHOW("info.flags", offsetof(struct gpio_v2_line_info, flags));
            SHOW("values", sizeof(struct gpio_v2_line_values));
            SHOW("values.mask", offsetof(struct gpio_v2_line_values, mask));
            SHOW("GET_CHIPINFO", GPIO_GET_CHIPINFO_IOCTL);
            SHOW("GET_LINEINFO", GPIO_V2_GET_LINEINFO_IOCTL);
            SHOW("GET_LINE", GPIO_V2_GET_LINE_IOCTL);
            SHOW("GET_VALUES", GPIO_V2_LINE_GET_VALUES_IOCTL);
            SHOW("SET_VALUES", GPIO_V2_LINE_SET_VALUES_IOCTL);
            SHOW("USED", GPIO_V2_LINE_FLAG_USED);
            SHOW("INPUT", GPIO_V2_LINE_FLAG_INPUT);
            SHOW("OUTPUT", GPIO_V2_LINE_FLAG_OUTPUT);
            SHOW("OPEN_DRAIN", GPIO_V2_LINE_FLAG_OPEN_DRAIN);
            SHOW("OPEN_SOURCE", GPIO_V2_LINE_FLAG_OPEN_SOURCE);
            SHOW("PULL_UP", GPIO_V2_LINE_FLAG_BIAS_PULL_UP);
            SHOW("PULL_DOWN", GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN);
            SHOW("BIAS_DISABLED", GPIO_V2_LINE_FLAG_BIAS_DISABLED);
            SHOW("OUTPUT_VALUES", GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES);
            SHOW("SET_CONFIG", GPIO_V2_LINE_SET_CONFIG_IOCTL);
            SHOW("EDGE_RISING", GPIO_V2_LINE_FLAG_EDGE_RISING);
            SHOW("EDGE_FALLING", GPIO_V2_LINE_FLAG_EDGE_FALLING);
            SHOW("RISING", GPIO_V2_LINE_EVENT_RISING_EDGE);
            SHOW("event", sizeof(struct gpio_v2_line_event));
            SHOW("event.id", offsetof(struct gpio_v2_line_event, id));
            SHOW("v1.info", sizeof(struct gpioline_info));
            SHOW("v1.info.name", offsetof(struct gpioline_info, name));
            SHOW("v1.request", sizeof(struct gpiohandle_request));
            SHOW("v1.request.flags", offsetof(struct gpiohandle_request, flags));
            SHOW("v1.request.fd", offsetof(struct gpiohandle_request, fd));
            SHOW("v1.event", sizeof(struct gpioevent_request));
            SHOW("v1.event.eventflags", offsetof(struct gpioevent_request, eventflags));
            SHOW("v1.event.fd", offsetof(struct gpioevent_request, fd));
            SHOW("v1.data", sizeof(struct gpioevent_data));
            SHOW("v1.data.id", offsetof(struct gpioevent_data, id));
            SHOW("v1.GET_LINEINFO", GPIO_GET_LINEINFO_IOCTL);
            SHOW("v1.GET_LINEHANDLE", GPIO_GET_LINEHANDLE_IOCTL);
            SHOW("v1.GET_LINEEVENT", GPIO_GET_LINEEVENT_IOCTL);
            SHOW("v1.GET_VALUES", GPIOHANDLE_GET_LINE_VALUES_IOCTL);
            SHOW("v1.SET_VALUES", GPIOHANDLE_SET_LINE_VALUES_IOCTL);
            SHOW("v1.USED", GPIOLINE_FLAG_KERNEL);
            SHOW("v1.INPUT", GPIOHANDLE_REQUEST_INPUT);
            SHOW("v1.OUTPUT", GPIOHANDLE_REQUEST_OUTPUT);
            SHOW("v1.OPEN_DRAIN", GPIOHANDLE_REQUEST_OPEN_DRAIN);
            SHOW("v1.OPEN_SOURCE", GPIOHANDLE_REQUEST_OPEN_SOURCE);
            SHOW("v1.PULL_UP", GPIOHANDLE_REQUEST_BIAS_PULL_UP);
            SHOW("v1.PULL_DOWN", GPIOHANDLE_REQUEST_BIAS_PULL_DOWN);
            SHOW("v1.PULL_OFF", GPIOHANDLE_REQUEST_BIAS_DISABLE);
            SHOW("v1.BOTH_EDGES", GPIOEVENT_REQUEST_BOTH_EDGES);
            SHOW("v1.RISING", GPIOEVENT_EVENT_RISING_EDGE);
            return 0;
        }
        """;

    [Fact]
    public async Task They_are_those_of_linux_gpio_h()
    {
        Dictionary<string, ulong> kernel = await CompileAsync();

        Assert.Equal(kernel, Ours());
    }

    private static unsafe Dictionary<string, ulong> Ours()
    {
        var ours = new Dictionary<string, ulong>();
        ours["chip"] = (ulong)sizeof(GpioAbi.ChipInfo);
        ours["chip.lines"] = Offset<GpioAbi.ChipInfo>(nameof(GpioAbi.ChipInfo.Lines));
        ours["request"] = (ulong)sizeof(GpioAbi.LineRequest);
        ours["request.consumer"] = Offset<GpioAbi.LineRequest>(nameof(GpioAbi.LineRequest.Consumer));
        GpioAbi.LineRequest request = default;
        ours["request.config"] = (ulong)((byte*)&request.Config - (byte*)&request);
        ours["request.num_lines"] = (ulong)((byte*)&request.LineCount - (byte*)&request);
        ours["request.fd"] = (ulong)((byte*)&request.Descriptor - (byte*)&request);
        ours["config"] = (ulong)sizeof(GpioAbi.LineConfig);
        ours["config.num_attrs"] = (ulong)((byte*)&request.Config.AttributeCount - (byte*)&request.Config);
        ours["config.attrs"] = (ulong)((byte*)Unsafe.AsPointer(ref request.Config.Attributes) - (byte*)&request.Config);
        ours["attribute"] = (ulong)sizeof(GpioAbi.LineConfigAttribute);
        GpioAbi.LineConfigAttribute attribute = default;
        ours["attribute.values"] = (ulong)((byte*)&attribute.Attribute.Value - (byte*)&attribute);
        ours["attribute.mask"] = (ulong)((byte*)&attribute.Mask - (byte*)&attribute);
        GpioAbi.LineInfo info = default;
        ours["info"] = (ulong)sizeof(GpioAbi.LineInfo);
        ours["info.offset"] = (ulong)((byte*)&info.Offset - (byte*)&info);
        ours["info.flags"] = (ulong)((byte*)&info.Flags - (byte*)&info);
        GpioAbi.LineValues values = default;
        ours["values"] = (ulong)sizeof(GpioAbi.LineValues);
        ours["values.mask"] = (ulong)((byte*)&values.Mask - (byte*)&values);
        ours["GET_CHIPINFO"] = GpioAbi.GetChipInfo;
        ours["GET_LINEINFO"] = GpioAbi.GetLineInfo;
        ours["GET_LINE"] = GpioAbi.GetLine;
        ours["GET_VALUES"] = GpioAbi.GetValues;
        ours["SET_VALUES"] = GpioAbi.SetValues;
        ours["USED"] = GpioAbi.FlagUsed;
        ours["INPUT"] = GpioAbi.FlagInput;
        ours["OUTPUT"] = GpioAbi.FlagOutput;
        ours["OPEN_DRAIN"] = GpioAbi.FlagOpenDrain;
        ours["OPEN_SOURCE"] = GpioAbi.FlagOpenSource;
        ours["PULL_UP"] = GpioAbi.FlagPullUp;
        ours["PULL_DOWN"] = GpioAbi.FlagPullDown;
        ours["BIAS_DISABLED"] = GpioAbi.FlagPullOff;
        ours["OUTPUT_VALUES"] = GpioAbi.AttributeOutputValues;
        ours["SET_CONFIG"] = GpioAbi.SetConfig;
        ours["EDGE_RISING"] = GpioAbi.FlagEdgeRising;
        ours["EDGE_FALLING"] = GpioAbi.FlagEdgeFalling;
        ours["RISING"] = GpioAbi.LineEvent.RisingEdge;
        ours["event"] = (ulong)sizeof(GpioAbi.LineEvent);
        ours["event.id"] = Offset<GpioAbi.LineEvent>(nameof(GpioAbi.LineEvent.Id));
        AddVersion1(ours);
        return ours;
    }

    private static unsafe void AddVersion1(Dictionary<string, ulong> ours)
    {
        ours["v1.info"] = (ulong)sizeof(GpioAbiV1.LineInfo);
        ours["v1.info.name"] = Offset<GpioAbiV1.LineInfo>(nameof(GpioAbiV1.LineInfo.Name));
        ours["v1.request"] = (ulong)sizeof(GpioAbiV1.HandleRequest);
        ours["v1.request.flags"] = Offset<GpioAbiV1.HandleRequest>(nameof(GpioAbiV1.HandleRequest.Flags));
        ours["v1.request.fd"] = Offset<GpioAbiV1.HandleRequest>(nameof(GpioAbiV1.HandleRequest.Descriptor));
        ours["v1.event"] = (ulong)sizeof(GpioAbiV1.EventRequest);
        ours["v1.event.eventflags"] = Offset<GpioAbiV1.EventRequest>(nameof(GpioAbiV1.EventRequest.EventFlags));
        ours["v1.event.fd"] = Offset<GpioAbiV1.EventRequest>(nameof(GpioAbiV1.EventRequest.Descriptor));
        ours["v1.data"] = (ulong)sizeof(GpioAbiV1.EventData);
        ours["v1.data.id"] = Offset<GpioAbiV1.EventData>(nameof(GpioAbiV1.EventData.Id));
        ours["v1.GET_LINEINFO"] = GpioAbiV1.GetLineInfo;
        ours["v1.GET_LINEHANDLE"] = GpioAbiV1.GetLineHandle;
        ours["v1.GET_LINEEVENT"] = GpioAbiV1.GetLineEvent;
        ours["v1.GET_VALUES"] = GpioAbiV1.GetValues;
        ours["v1.SET_VALUES"] = GpioAbiV1.SetValues;
        ours["v1.USED"] = GpioAbiV1.FlagUsed;
        ours["v1.INPUT"] = GpioAbiV1.RequestInput;
        ours["v1.OUTPUT"] = GpioAbiV1.RequestOutput;
        ours["v1.OPEN_DRAIN"] = GpioAbiV1.RequestOpenDrain;
        ours["v1.OPEN_SOURCE"] = GpioAbiV1.RequestOpenSource;
        ours["v1.PULL_UP"] = GpioAbiV1.RequestPullUp;
        ours["v1.PULL_DOWN"] = GpioAbiV1.RequestPullDown;
        ours["v1.PULL_OFF"] = GpioAbiV1.RequestPullOff;
        ours["v1.BOTH_EDGES"] = GpioAbiV1.BothEdges;
        ours["v1.RISING"] = GpioAbiV1.EventData.RisingEdge;
    }

    private static ulong Offset<T>(string field) => (ulong)Marshal.OffsetOf<T>(field);

    private static async Task<Dictionary<string, ulong>> CompileAsync()
    {
        using var folder = new TemporaryFolder();
        string source = Path.Combine(folder.Path, "abi.c"),
            program = Path.Combine(folder.Path, "abi");
        await File.WriteAllTextAsync(source, Program, TestContext.Current.CancellationToken);
        await RunAsync("cc", source, "-o", program);
        string output = await RunAsync(program);
        return output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => ulong.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }
}
