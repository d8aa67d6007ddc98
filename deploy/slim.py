"""slim.py FOLDER LIST: takes out of a published program what a Linux device never loads, and the assemblies named in the file LIST.

Every file leaves rnnpool-edge.deps.json too: the host refuses to start when one that is named there is missing.
"""

import json
import pathlib
import sys

# Libraries of another system, which a package's build files copy along; what only a debugger or tracer loads.
UNUSED = {
    "onnxruntime.dll", "onnxruntime_providers_shared.dll", "libonnxruntime_providers_shared.so",
    "createdump", "libmscordaccore.so", "libmscordbi.so", "libcoreclrtraceptprovider.so",
}

# Other garbage collectors, which are loaded only when DOTNET_GCName names one.
UNUSED |= {"libclrgc.so", "libclrgcexp.so"}

# Servers for Windows and user interface frameworks of ASP.NET. Other assemblies only reference them; the device uses Kestrel and static
# files.
UNUSED |= {
    f"Microsoft.AspNetCore.{name}.dll"
    for name in (
        "Server.HttpSys", "Server.IIS", "Server.IISIntegration",
        "Components", "Components.Endpoints", "Components.Forms", "Components.Server", "Components.Web", "Mvc.Razor", "Mvc.ViewFeatures",
        "Mvc.RazorPages", "Mvc.TagHelpers", "Razor", "Razor.Runtime",
    )
}

# Iot.Device.Bindings refers to them for parts of Windows and for other kinds of parts: drawing through GDI+, WMI, serial ports.
UNUSED |= {
    "System.Drawing.Common.dll", "System.Private.Windows.Core.dll", "System.Private.Windows.GdiPlus.dll",
    "Microsoft.Win32.SystemEvents.dll", "System.CodeDom.dll", "System.Management.dll", "System.IO.Ports.dll",
    "libSystem.IO.Ports.Native.so",
}


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    unused = UNUSED | set(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8").split())
    for name in unused:
        (folder / name).unlink(missing_ok=True)
    for pattern in ("*.pdb", "RNNPool.*.xml", "rnnpool-edge.xml"):
        for file in folder.glob(pattern):
            file.unlink()
    path = folder / "rnnpool-edge.deps.json"
    manifest = json.loads(path.read_text(encoding="utf-8-sig"))
    for target in manifest["targets"].values():
        for library in target.values():
            for kind in ("runtime", "native"):
                assets = library.get(kind, {})
                for name in [name for name in assets if pathlib.PurePosixPath(name).name in unused]:
                    del assets[name]
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


main()
