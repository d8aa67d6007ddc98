"""The package on a fresh machine."""

from harness.bench import FACES, Bench


def install(bench: Bench) -> None:
    """The package installs, starts and reports missing settings"""
    guest, check = bench.guest, bench.check
    out = guest.run(f"DEBIAN_FRONTEND=noninteractive dpkg -i /srv/{bench.package.name} 2>&1", limit=600)
    check("dpkg installs it without a complaint", "warning" not in out and "error" not in out, out[-600:])
    check("it prints a one-time password and an address for the setup", "One-time password: " in out and ":8443" in out, out[-600:])
    active = bench.until(lambda: guest.run("systemctl is-active rnnpool-edge", check=False) == "active", 180)
    check("it starts with the settings as shipped", active, bench.log())
    check("it films nothing until it is set up",
          bench.until(lambda: '"configured":false' in guest.run("get /api/session", check=False), 60), bench.log())
    guest.run("systemctl stop rnnpool-edge", limit=60)
    check("the service is enabled", guest.run("systemctl is-enabled rnnpool-edge", check=False) == "enabled")
    check("the service user has the three groups of its devices",
          guest.succeeds("id -Gn rnnpool-edge | grep -w video | grep -w gpio | grep -w dialout"), guest.run("id rnnpool-edge", check=False))
    modes = guest.run("stat -c '%a %U:%G' /etc/rnnpool-edge /etc/rnnpool-edge/config.json")
    check("only root and the service read the settings", modes == "770 root:rnnpool-edge\n640 root:rnnpool-edge", modes)
    score = guest.run("systemd-analyze security rnnpool-edge.service --no-pager | tail -n 1", check=False)
    check("its exposure is at most 1.8",
          (number := [word for word in score.split() if word.replace(".", "").isdigit()]) and float(number[0]) <= 1.8, score)
    filters = "$(sed -n \"s/^SystemCall.*/-p '&'/p\" /lib/systemd/system/rnnpool-edge.service)"
    limits = "prlimit --cpu=45 --data=1073741824 --core=0 true"
    check("its filter of system calls permits the limits of the trial of a model",
          guest.succeeds(f"eval systemd-run --wait -q {filters} {limits}"))
    check("the kernel may end that trial without stopping the service",
          (policy := guest.run("systemctl show -P OOMPolicy rnnpool-edge")) == "continue", policy)
    check("the GPIO chip belongs to the group gpio", guest.run("stat -c '%G %a' /dev/gpiochip0") == "gpio 660",
          guest.run("stat -c '%G %a' /dev/gpiochip0"))


def configure(bench: Bench) -> None:
    """The service starts with the settings of the test"""
    guest, check = bench.guest, bench.check
    mark = bench.observer.mark
    bench.look_at("empty")
    bench.configure(Model=FACES)
    guest.run("systemctl stop rnnpool-edge; rnnpool-edge config check", limit=300)
    bench.restart()
    check("systemd sees it ready", guest.run("systemctl is-active rnnpool-edge", check=False) == "active", bench.log())
    check("the camera opens", bench.until(lambda: bench.state()["camera"]["state"] == "open", 90), bench.log())
    check("it is online at the broker", bench.observer.wait(mark, "/availability", lambda payload: payload == "online", 90), bench.log())
    check("it announces itself to Home Assistant", bench.observer.wait(0, "/config", limit=30), "no message under homeassistant/")
    check("it is well", bench.until(lambda: bench.health()["healthy"], 60), bench.guest.run("get /health", check=False))
