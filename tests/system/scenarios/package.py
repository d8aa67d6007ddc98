"""The package is upgraded, removed and purged."""

from harness.bench import Bench


def upgrade(bench: Bench) -> None:
    """An upgrade from the version before keeps settings and journal"""
    check, guest = bench.check, bench.guest
    # The version before, made from this one: a lower number, another default of a conffile, and a file that was removed later.
    guest.run(f"cd /srv && rm -rf old && dpkg-deb -R {bench.package.name} old && sed -i 's/^Version:.*/Version: 0.0.1/' old/DEBIAN/control"
              " && echo >>old/etc/rnnpool-edge/config.json && echo gone >old/usr/lib/rnnpool-edge/of-the-version-before"
              " && dpkg-deb -Znone --root-owner-group -b old old.deb >/dev/null && rm -rf old", limit=300)
    bench.configure()
    guest.run("dpkg -i --force-downgrade --force-confold /srv/old.deb", limit=600)
    check("the old version runs", bench.until(lambda: guest.succeeds("systemctl is-active rnnpool-edge"), 180), bench.log())
    guest.run("sha256sum /etc/rnnpool-edge/config.json >/srv/settings")
    process = bench.process()
    bench.settled()
    mark = bench.observer.mark
    bench.look_at("face")
    check("it announces a face", bench.observer.wait(mark, "/events", lambda payload: payload["type"] == "new", 90), bench.log())
    bench.look_at("empty")
    bench.observer.wait(mark, "/events", lambda payload: payload["type"] == "end", 90)
    before = {row["id"] for row in bench.events()}
    out = guest.run(f"DEBIAN_FRONTEND=noninteractive dpkg -i --force-confold /srv/{bench.package.name} 2>&1", limit=600)
    check("the installation asks no question", "What would you like to do" not in out, out[-500:])
    check("the new version runs, in a new process",
          bench.until(lambda: bench.process() not in (0, process) and guest.succeeds("systemctl is-active rnnpool-edge"), 180), bench.log())
    check("the settings are as they were", guest.succeeds("sha256sum -c /srv/settings"))
    check("the new version's own lie beside them", guest.succeeds("test -f /etc/rnnpool-edge/config.json.dpkg-dist"),
          guest.run("ls /etc/rnnpool-edge"))
    check("files of the old version only are removed", not guest.succeeds("test -e /usr/lib/rnnpool-edge/of-the-version-before"))
    check("the journal is as it was", bench.until(lambda: before <= {row["id"] for row in bench.events()}, 60))


def remove(bench: Bench) -> None:
    """Removing keeps settings and journal; installing again finds them"""
    check, guest = bench.check, bench.guest
    guest.run("dpkg -r rnnpool-edge", limit=300)
    check("nothing runs", not guest.succeeds("pgrep -x rnnpool-edge"))
    check("the program is gone", not guest.succeeds("test -e /usr/lib/rnnpool-edge || test -e /usr/bin/rnnpool-edge"),
          guest.run("find /usr/lib/rnnpool-edge | head", check=False))
    check("settings and journal stay", guest.succeeds("test -f /etc/rnnpool-edge/config.json && test -f /var/lib/rnnpool-edge/journal.db"),
          guest.run("ls -R /var/lib/rnnpool-edge", check=False))
    guest.run(f"dpkg -i /srv/{bench.package.name}", limit=600)
    check("installed again it runs", bench.until(lambda: guest.succeeds("systemctl is-active rnnpool-edge"), 180), bench.log())


def purge(bench: Bench) -> None:
    """Purging leaves nothing"""
    guest = bench.guest
    guest.run("install -D -m 600 /dev/null /etc/credstore/rnnpool-edge.mqtt-password; dpkg -P rnnpool-edge", limit=300)
    left = guest.run("find / -xdev \\( -path /proc -o -path /sys -o -path /srv -o -path /run/log -o -path /tmp \\) -prune "
                     "-o -iname '*rnnpool*' -print; systemctl list-unit-files 'rnnpool*' --no-legend || true")
    bench.check("no file is left", left == "", left)
    bench.check("no user and no group is left", not guest.succeeds("getent passwd rnnpool-edge || getent group rnnpool-edge"))
    bench.check("nothing runs", not guest.succeeds("pgrep -f rnnpool-edge/rnnpool-edge"))
