# The journal as sentences: the story on the terminal and the duty log.
kind-run-started = Start
kind-ignition = Ignition
kind-weather = Weather
kind-inject = Inject
kind-alarm = Alarm
kind-further-alarm = Further alarm
kind-verified = Verified
kind-ordered = Order
kind-refused = Refused
kind-departed = Departure
kind-walking-in = Walking in
kind-arrived = Arrival
kind-working = At work
kind-waiting = Waiting
kind-refilling = Refilling
kind-situation-report = Report
kind-contained = Contained
kind-containment-lost = Containment lost
kind-out = Out
kind-handed-over = Handed over
kind-escaped = Escaped
kind-value-lost = Loss
kind-returning = Returning
kind-at-station = At station
kind-unit-out = Out of action
kind-run-ended = End

record-run-started = “{ $title }” begins; seed { $seed }, policy { $policy }.
record-ignition = Fire { $fire } starts { $place }; cause: { $cause }.
record-weather = Weather: wind from the { $direction } at { $speed } m/s, { $temperature } °C, relative humidity { $humidity } %.
record-inject = { $event }
record-alarm = { $who } reports smoke { $place } (give or take { $error } m); opened as incident { $incident }.
record-further-alarm = { $who } reports the smoke of incident { $incident } as well.
record-verified = Incident { $incident } verified: a fire { $place }, about { $area } ha.
record-ordered = { $who }: { $order }.
record-refused = Not carried out ({ $order }): { $reason }.
record-departed = { $unit } leaves { $station } for incident { $incident }: { $km } km by road, expected at { $expected }.
record-walking-in = { $unit } leaves its vehicles and walks in to incident { $incident }, { $distance } m.
record-arrived = { $unit } is on the scene of incident { $incident }.
record-working = { $unit } is at work on the edge of incident { $incident }.
record-waiting = { $unit } cannot work at incident { $incident }: { $reason } (flames of { $flame } m).
record-refilling = { $unit } goes to fill its tank at pond { $pond }: { $litres } L, { $minutes } min.
record-situation-report = Report on incident { $incident }: { $area } ha, { $line } m of line built, units on scene: { $units }, people: { $people }.
record-contained = Incident { $incident } is contained at { $area } ha, with { $line } m of line built.
record-containment-lost = Incident { $incident } has broken out of its ring; { $area } ha.
record-out = Incident { $incident } is out: no fire, no smoke, no steam; { $area } ha.
record-handed-over = Incident { $incident } is handed over to the emergency management bureau, { $minutes } min after the first dispatch.
record-escaped = Incident { $incident } has escaped: { $area } ha.
record-value-lost = { $value } has burnt; loss { $yuan } yuan.
record-returning = { $unit } starts back to { $station }.
record-at-station = { $unit } is back at { $station }.
record-unit-out = { $unit } is out of action for { $minutes } min.
record-run-ended = The run ends; { $area } ha burnt.

order-dispatch = send { $unit } to incident { $incident }
order-recall = call back { $unit }
order-hand-over = hand over incident { $incident }
orderer-policy = The desk
orderer-doctrine = By the plan
orderer-person = The duty officer

inject-wind-shift = The wind shifts: from the { $direction } at { $speed } m/s.
inject-second-fire = Another fire starts { $place }; cause: { $cause }.
inject-road-closed = The road { $road } is closed.
inject-unit-out = { $unit } is out of action for { $minutes } min.

alarm-source-camera = Camera { $by }
alarm-source-patrol = The patrol “{ $by }”
alarm-source-caller = A caller to 12119 ({ $by })

refusal-unknown-unit = there is no such unit
refusal-unknown-incident = there is no such incident
refusal-not-free = the unit is not free
refusal-no-route = no road leads there
refusal-too-hot = the flames are higher than it may face
refusal-out-of-hose-reach = the fire is out of reach of its hose
refusal-no-water = its tank is empty and no pond has water

cause-agricultural = burning of straw and weeds
cause-tomb-sweeping = tomb sweeping
cause-power-line = power line
cause-smokers = smokers, play, camps
cause-refuse = refuse and firecrackers
cause-other = lightning and other

ending-out = out
ending-contained-not-out = contained, not yet out
ending-escaped = escaped
ending-burning-at-horizon = still spreading at the end of the run
ending-reason-line-closed = crews closed the ring
ending-reason-burnt-out = it stopped at breaks, roads or bare ground
ending-reason-not-detected = nobody saw it
ending-reason-nobody-sent = nobody was sent
ending-reason-nobody-arrived = those sent were not there in time
ending-reason-too-hot = the flames were higher than the crews may face
ending-reason-too-few = the crews built line more slowly than the fire grew
ending-reason-left-the-map = it burnt over the edge of the map

class-general = general (below 1 ha of forest)
class-larger = larger (1 to 100 ha of forest)
class-major = major (100 to 1,000 ha of forest)
class-especially-major = especially major (1,000 ha of forest and more)

direction-n = north
direction-ne = north-east
direction-e = east
direction-se = south-east
direction-s = south
direction-sw = south-west
direction-w = west
direction-nw = north-west
place-near = { $km } km { $direction } of { $name }
place-coordinates = at { $x } E, { $y } N

policy-run-card = run card
policy-nearest = nearest units
policy-do-nothing = nobody is sent
