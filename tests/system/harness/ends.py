"""How often the service ended without having been asked to: a test that waits would otherwise not notice that the device died and came back meanwhile."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Ends:
    """What systemd has said since the machine's start."""

    boot: str
    restarts: int  # by systemd itself
    failures: int  # ends that systemd takes for failures

    @classmethod
    def of(cls, guest) -> "Ends":
        boot, restarts, failures = guest.run(
            "cat /proc/sys/kernel/random/boot_id; journalctl -q --no-pager -o cat _PID=1 UNIT=rnnpool-edge.service"
            " | awk '/Scheduled restart job/ { r++ } /Failed with result/ { f++ } END { print r + 0; print f + 0 }'").split()
        return cls(boot, int(restarts), int(failures))

    def since(self, before: "Ends") -> tuple[int, int]:
        """Restarts and failures; the journal of systemd begins anew with the machine."""
        return (self.restarts - before.restarts, self.failures - before.failures) if self.boot == before.boot else (self.restarts, self.failures)


def ends(restarts: int = 0, failures: int = 0):
    """Says of a scenario how often systemd restarts the service in it and how often it fails. Of others it is expected never to."""
    def mark(scenario):
        scenario.ends = (restarts, failures)
        return scenario
    return mark
