"""Counts unexpected ends of the service: a test that waits would not detect a restart of the device."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Ends:
    """Counters from systemd's journal since the boot."""

    boot: str
    restarts: int  # by systemd itself
    failures: int  # ends that systemd records as failures, except:
    late: int  # requested stops that exceeded the device's own limit (exit code 70), as can happen without enough processor time

    @classmethod
    def of(cls, guest) -> "Ends":
        boot, restarts, failures, late = guest.run(
            "cat /proc/sys/kernel/random/boot_id; journalctl -q --no-pager -o cat _PID=1 UNIT=rnnpool-edge.service"
            " | awk '/Main process exited/ { code = /status=70/ ? 70 : 0 } /Scheduled restart job/ { r++ }"
            " /Failed with result/ { if (code == 70) l++; else f++; code = 0 } END { print r + 0; print f + 0; print l + 0 }'").split()
        return cls(boot, int(restarts), int(failures), int(late))

    def since(self, before: "Ends") -> "Ends":
        """The difference to earlier counters; systemd's journal starts again at every boot."""
        if self.boot != before.boot:
            return self
        return Ends(self.boot, self.restarts - before.restarts, self.failures - before.failures, self.late - before.late)


def ends(restarts: int = 0, failures: int = 0):
    """Sets the expected restarts and failures of a scenario; the default is none."""
    def mark(scenario):
        scenario.ends = (restarts, failures)
        return scenario
    return mark
