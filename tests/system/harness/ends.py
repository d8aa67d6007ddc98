"""How often the service ended without having been asked to: a test that waits would otherwise not notice that the device died and came back meanwhile."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Ends:
    """What systemd has said since the machine's start."""

    boot: str
    restarts: int  # by systemd itself
    failures: int  # ends that systemd takes for failures, but for:
    late: int  # stops that were asked for and took longer than the device gives itself, which then ends with code 70; starved of processor time, it does

    @classmethod
    def of(cls, guest) -> "Ends":
        boot, restarts, failures, late = guest.run(
            "cat /proc/sys/kernel/random/boot_id; journalctl -q --no-pager -o cat _PID=1 UNIT=rnnpool-edge.service"
            " | awk '/Main process exited/ { code = /status=70/ ? 70 : 0 } /Scheduled restart job/ { r++ }"
            " /Failed with result/ { if (code == 70) l++; else f++; code = 0 } END { print r + 0; print f + 0; print l + 0 }'").split()
        return cls(boot, int(restarts), int(failures), int(late))

    def since(self, before: "Ends") -> "Ends":
        """What came after that; the journal of systemd begins anew with the machine."""
        if self.boot != before.boot:
            return self
        return Ends(self.boot, self.restarts - before.restarts, self.failures - before.failures, self.late - before.late)


def ends(restarts: int = 0, failures: int = 0):
    """Says of a scenario how often systemd restarts the service in it and how often it fails. Of others it is expected never to."""
    def mark(scenario):
        scenario.ends = (restarts, failures)
        return scenario
    return mark
