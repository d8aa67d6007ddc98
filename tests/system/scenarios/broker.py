"""The broker stops and restarts."""

from harness.bench import PREFIX, Bench
from harness.ends import ends
from harness.observer import content


def broker_restarts(bench: Bench) -> None:
    """The broker is stopped and restarted: events wait, and are delivered once, in order"""
    check, guest = bench.check, bench.guest
    check("no presence at first", bench.settled(), bench.log())
    mark = bench.observer.mark
    guest.run("systemctl stop mosquitto", limit=60)
    bench.look_at("face")
    check("a face is seen meanwhile", bench.until(lambda: bench.state()["count"] == 1, 90), bench.log())
    bench.look_at("empty")
    check("and it leaves", bench.until(lambda: bench.state()["count"] == 0, 90), bench.log())
    check("health reports the lost broker", "broker" in guest.run("get /health").lower(), bench.health())
    check("nothing came while the broker was away", not bench.observer.events(mark))
    guest.run("systemctl start mosquitto", limit=60)
    bench.observer.wait(mark, "/events", lambda payload: payload["type"] == "end", 90)
    events = bench.observer.events(mark)
    keys = [(event["id"], event["type"], event["time"]) for event in events]
    check("all events came", events and events[0]["type"] == "new" and events[-1]["type"] == "end", keys)
    check("none came twice", len(set(keys)) == len(keys), keys)
    check("in order", [event["time"] for event in events] == sorted(event["time"] for event in events), keys)
    check("the state is right again", '"occupied":false' in (bench.observer.retained(f"{PREFIX}/state") or ""))


@ends(restarts=1, failures=1)
def killed_with_waiting_events(bench: Bench) -> None:
    """kill -9 while events wait for the broker: they are delivered later"""
    check, guest = bench.check, bench.guest
    check("no presence at first", bench.settled(), bench.log())
    mark = bench.observer.mark
    guest.run("systemctl stop mosquitto", limit=60)
    bench.look_at("face")
    check("a face is seen meanwhile", bench.until(lambda: bench.state()["count"] == 1, 90), bench.log())
    seen = bench.state()["presences"][0]["id"]
    bench.look_at("empty")
    guest.run(f"sleep 2; kill -9 {bench.process()}")
    guest.run("systemctl start mosquitto", limit=60)
    event = bench.observer.wait(mark, "/events", lambda payload: payload["id"] == seen, 180)
    check("the event from before the kill is delivered", event and content(event)["type"] == "new", bench.log())


@ends(restarts=1)
def commands(bench: Bench) -> None:
    """Commands over MQTT: detection off and on, a restart"""
    check = bench.check
    mark = bench.observer.mark
    bench.observer.publish(f"{PREFIX}/set/detection", "OFF")
    check("detection is off", bench.observer.wait(mark, "/detection", lambda payload: payload == "OFF", 30))
    mark = bench.observer.mark
    bench.observer.publish(f"{PREFIX}/set/detection", "ON")
    check("and on", bench.observer.wait(mark, "/detection", lambda payload: payload == "ON", 30))
    # The device refuses a restart within its first minute, so that a repeated command cannot keep it from working.
    check("it has run for a minute", bench.until(lambda: bench.state()["uptimeSeconds"] > 61, 90))
    process, mark = bench.process(), bench.observer.mark
    bench.observer.publish(f"{PREFIX}/set/restart", "PRESS")
    check("it stops after the command", bench.observer.wait(mark, "/availability", lambda payload: payload == "offline", 60), bench.log())
    check("and comes back as another process",
          bench.observer.wait(mark, "/availability", lambda payload: payload == "online", 120) and bench.process() not in (0, process),
          bench.log())
